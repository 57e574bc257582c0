//! `touchstone-evaluation`: measures both errors on labelled data.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong usage or data that is not there.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use touchstone_evaluation::EvaluationError;
use touchstone_evaluation::composed::{self, Folder, Options};
use touchstone_evaluation::half::Split;
use touchstone_evaluation::report::{self, Report};
use touchstone_evaluation::run::run_all;
use touchstone_evaluation::source::{Folders, read_all};
use touchstone_evaluation::table::Table;
use touchstone_screening::{Active, Sources};

/// Measures both errors of the screening on labelled data.
#[derive(Debug, Parser)]
#[command(name = "touchstone-evaluation", version, max_term_width = 100)]
struct Args {
    /// Folder with real data: `listings/` and in it the feeds by name.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Folder with the invented listings.
    #[arg(long, value_name = "DIR", default_value = "fixtures")]
    fixtures: PathBuf,
    /// Knowledge folder, or a snapshot written by `touchstone knowledge build`.
    #[arg(long, value_name = "DIR", default_value = "knowledge")]
    knowledge: PathBuf,
    /// Policy folder.
    #[arg(long, value_name = "DIR", default_value = "policy")]
    policy: PathBuf,
    /// Write the report here too, as Markdown.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Mistakes to list for every source, of the tune half only.
    #[arg(long, value_name = "N", default_value_t = 20)]
    worst: usize,
    /// Measure listings with clean words and guilty pictures instead, made from the photos in DIR.
    #[arg(long)]
    pictures: bool,
    /// With --pictures: folder of model files.
    #[arg(long, value_name = "DIR", default_value = "models")]
    models: PathBuf,
    /// With --pictures: seed of what is composed where.
    #[arg(long, value_name = "N", default_value_t = 4)]
    seed: u64,
    /// With --pictures: letters for painted words, TrueType or OpenType.
    #[arg(long, value_name = "FILE", default_value = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf")]
    font: PathBuf,
    /// With --pictures: write the pictures and decisions into this folder.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Rows that the rates are over. With `held` no mistake is listed.
    #[arg(long, value_enum, default_value_t = Split::All)]
    split: Split,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = if args.pictures {
        composed(&args).and_then(|table| write(&args, (&table.to_text(), &table.to_markdown())))
    } else {
        measure(&args).and_then(|report| write(&args, (&report.to_text(), &report.to_markdown())))
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(if error.is_missing() { 2 } else { 1 })
        }
    }
}

fn composed(args: &Args) -> Result<Table, EvaluationError> {
    let folder = Folder::read(&args.data)?;
    let active = active(args)?;
    let options = Options { seed: args.seed, font: &args.font, keep: args.keep.as_deref() };
    composed::measure(&active, &composed::gallery(&folder, &args.models)?, &folder, options)
}

fn measure(args: &Args) -> Result<Report, EvaluationError> {
    let active = active(args)?;
    let sources = read_all(Folders { data: &args.data, fixtures: &args.fixtures })?;
    let runs = run_all(&active, &sources)?;
    Ok(Report::new(&active, &sources, &runs, report::Options { split: args.split, worst: args.worst }))
}

fn active(args: &Args) -> Result<Arc<Active>, EvaluationError> {
    let deciders = [&args.knowledge, &args.policy].into_iter().filter(|path| !path.exists()).cloned();
    let missing: Vec<PathBuf> = deciders.collect();
    if !missing.is_empty() {
        return Err(EvaluationError::Missing(missing));
    }
    Ok(Arc::new(Active::load(Sources { knowledge: &args.knowledge, policy: &args.policy })?))
}

fn write(args: &Args, (text, markdown): (&str, &str)) -> Result<(), EvaluationError> {
    if let Some(file) = &args.report {
        fs::write(file, markdown).map_err(|source| EvaluationError::Write { file: file.clone(), source })?;
    }
    match io::stdout().write_all(text.as_bytes()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
            Err(EvaluationError::Write { file: "-".into(), source })
        }
        _ => Ok(()),
    }
}
