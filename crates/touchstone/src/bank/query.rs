//! `touchstone bank query`.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use touchstone_banks::{Answer, Contents, Library, Match};
use touchstone_vision::pdq::full;

use super::{Data, Files};
use crate::console::{self, Ink, json_line, note};
use crate::image::corners;
use crate::looking::Looker;
use crate::mark::one_line;
use crate::photos::{Photo, reason};
use crate::style::{self, paint};

#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    #[command(flatten)]
    files: Files,
    /// One JSON object a file, weak candidates too.
    #[arg(long)]
    json: bool,
    /// Candidates for each file, at most.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    top: u16,
    #[command(flatten)]
    data: Data,
}

/// What is printed of one file.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    matches: Vec<Found<'a>>,
    /// Size charts, placeholders and the like that the picture shows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    negative: Vec<Found<'a>>,
    /// Matches of what the breaker stopped.
    #[serde(skip_serializing_if = "is_zero")]
    withheld: usize,
    /// Matches that stand where a negative entry does.
    #[serde(skip_serializing_if = "is_zero")]
    hidden: usize,
}

/// A candidate.
#[derive(Serialize)]
struct Found<'a> {
    /// The path that the entry was added from.
    entry: &'a str,
    bank: &'static str,
    brand: Option<&'a str>,
    method: &'static str,
    score: f64,
    distance: Option<u32>,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<&'a str>,
    /// Whether the score is high enough to stand behind it.
    copy: bool,
    /// Where on the asked picture.
    place: [u32; 4],
    /// Where on the entry.
    reference: [u32; 4],
    mirrored: bool,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

pub(crate) fn run(args: &QueryArgs) -> Result<ExitCode> {
    let looker = Looker::load(&args.files.how.models)?;
    let library = Library::open(&args.data.data)?;
    warn(&library);
    let mut out = console::out();
    let mut failed = false;
    let look = |path: &Path| {
        let photo = Photo::read(path)?;
        let hashes = library.wants_hashes().then(|| full(&photo.picture).hashes());
        Ok(library.query(&looker.features(&photo), hashes.as_ref(), args.top.into()))
    };
    args.files.each(look, |path, answer| {
        failed |= answer.is_err();
        let file = path.to_string_lossy();
        match args.json {
            true => json(&mut out, &file, answer, library.banks().contents()),
            false => people(&mut out, &file, answer, library.banks().contents()),
        }
    })?;
    out.flush()?;
    // An object says so in its place; who reads a table should not have to look for it.
    Ok(if failed && !args.json { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Says what keeps entries from being found.
fn warn(library: &Library) {
    let contents = library.banks().contents();
    let warning = paint(style::REVIEW, "warning:");
    if contents.entries().is_empty() {
        note(format_args!(
            "{warning} the banks are empty; `touchstone bank add` fills them, --data says where they are"
        ));
    }
    for bank in touchstone_banks::Bank::ALL.into_iter().filter(|bank| contents.bank(*bank).stopped) {
        note(format_args!("{warning} the breaker stopped {bank}: its matches are withheld until `bank rearm {bank}`"));
    }
    if let stale @ 1.. = library.stale().len() {
        note(format_args!(
            "{warning} {stale} entries were looked at by another version and match nothing: `bank refresh`"
        ));
    }
}

fn json(out: &mut impl Write, file: &str, answer: Result<Answer>, contents: &Contents) -> Result<()> {
    let (answer, error) = match answer {
        Ok(answer) => (answer, None),
        Err(error) => (Answer::default(), Some(reason(&error))),
    };
    let all = |matches: &[Match]| matches.iter().filter_map(|each| found(each, contents)).collect();
    let line = Line {
        file,
        error,
        matches: all(&answer.matches),
        negative: all(&answer.negative),
        withheld: answer.withheld,
        hidden: answer.hidden,
    };
    Ok(json_line(out, &line)?)
}

fn found<'a>(each: &Match, contents: &'a Contents) -> Option<Found<'a>> {
    let entry = contents.entries().get(each.number)?;
    Some(Found {
        entry: &entry.item.path,
        bank: entry.item.bank.name(),
        brand: entry.item.brand.as_deref(),
        method: each.method(entry),
        score: rounded(each.found.score),
        distance: each.found.distance,
        id: &entry.id,
        product: entry.item.product.as_deref(),
        copy: each.found.is_match(),
        place: corners(&each.found.place),
        reference: corners(&each.found.reference),
        mirrored: each.found.mirrored,
    })
}

/// To four places, so that the same is printed as the same.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1e4).round() / 1e4
}

/// Candidates that people are shown of one file.
const SHOWN: usize = 3;

fn people(out: &mut impl Write, file: &str, answer: Result<Answer>, contents: &Contents) -> Result<()> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            note(format_args!("{} {}: {}", paint(style::ERROR, "error:"), one_line(file), one_line(&reason(&error))));
            return Ok(());
        }
    };
    writeln!(out, "{}", paint_if(style::HEAD, file))?;
    for each in answer.matches.iter().take(SHOWN).chain(&answer.negative) {
        let Some(entry) = contents.entries().get(each.number) else { continue };
        let copy = if each.found.is_match() { "copy" } else { "weak" };
        let distance = each.found.distance.map_or(String::new(), |bits| format!(", {bits} bits"));
        let line = format!(
            "  {copy} {:.3} {:<11} {:<12} {} ({}{distance})",
            each.found.score,
            entry.item.bank.name(),
            one_line(entry.item.brand.as_deref().unwrap_or("-")),
            one_line(&entry.item.path),
            each.method(entry),
        );
        writeln!(out, "{line}")?;
    }
    for (count, what) in [(answer.hidden, "hidden by a negative entry"), (answer.withheld, "withheld by the breaker")] {
        if count > 0 {
            writeln!(out, "  {count} {what}")?;
        }
    }
    Ok(())
}

fn paint_if(style: anstyle::Style, text: &str) -> String {
    if console::ink() == Ink::Colour { paint(style, text) } else { one_line(text) }
}
