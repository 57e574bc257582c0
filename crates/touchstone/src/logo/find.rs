//! `touchstone logo find`.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use touchstone_banks::Logos;
use touchstone_sight::logo::Found;

use crate::bank::{Data, tell};
use crate::console::{self, json_line, note};
use crate::image::corners;
use crate::looking;
use crate::mark::one_line;
use crate::photos::{Photo, Photos, reason};
use crate::style::{self, paint};

#[derive(Debug, Args)]
pub(crate) struct FindArgs {
    #[command(flatten)]
    files: Photos,
    /// One JSON object a file.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: Data,
}

/// What is printed of one file.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    logos: Vec<Logo<'a>>,
}

#[derive(Serialize)]
struct Logo<'a> {
    brand: &'a str,
    score: f64,
    #[serde(rename = "box")]
    place: [u32; 4],
}

pub(crate) fn run(args: &FindArgs) -> Result<ExitCode> {
    let mut banks = args.data.banks()?;
    tell(&mut banks);
    let mut logos = Logos::default();
    logos.index(&banks)?;
    warn(&logos);
    let eyes = looking::eyes(&args.files.how.models)?;
    let mut out = console::out();
    let mut failed = false;
    let look = |path: &Path| {
        let picture = Photo::read(path)?.picture;
        let lines = if logos.set().is_empty() { Vec::new() } else { eyes.read(&picture)? };
        Ok(logos.set().find_read(&picture, &looking::read(&lines), &eyes)?)
    };
    args.files.each(look, |path, found: Result<Vec<Found>>| {
        failed |= found.is_err();
        let file = path.to_string_lossy();
        if args.json { json(&mut out, &file, found) } else { people(&mut out, &file, found) }
    })?;
    out.flush()?;
    Ok(if failed && !args.json { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn warn(logos: &Logos) {
    let warning = paint(style::REVIEW, "warning:");
    if let stale @ 1.. = logos.stale().len() {
        note(format_args!(
            "{warning} {stale} logos were seen by another version and are not looked for: enrol them again"
        ));
    } else if logos.set().is_empty() {
        note(format_args!(
            "{warning} no logo is enrolled; `touchstone logo enrol` does it, --data says where they are"
        ));
    }
}

fn json(out: &mut impl Write, file: &str, found: Result<Vec<Found>>) -> Result<()> {
    let (found, error) = match found {
        Ok(found) => (found, None),
        Err(error) => (Vec::new(), Some(reason(&error))),
    };
    let logo = |found: &'_ Found| (f64::from(found.score) / 1000.0, corners(&found.place));
    let logos = found.iter().map(|each| {
        let (score, place) = logo(each);
        Logo { brand: &each.brand, score, place }
    });
    Ok(json_line(out, &Line { file, error, logos: logos.collect() })?)
}

fn people(out: &mut impl Write, file: &str, found: Result<Vec<Found>>) -> Result<()> {
    match found {
        Ok(found) => {
            writeln!(out, "{}", one_line(file))?;
            for each in found {
                let [x1, y1, x2, y2] = corners(&each.place);
                let score = f64::from(each.score) / 1000.0;
                writeln!(out, "  {score:.3} {:<16} {x1},{y1} to {x2},{y2}", one_line(&each.brand))?;
            }
        }
        Err(error) => {
            note(format_args!("{} {}: {}", paint(style::ERROR, "error:"), one_line(file), one_line(&reason(&error))));
        }
    }
    Ok(())
}
