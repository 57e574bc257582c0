//! `touchstone bank refresh`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use touchstone_banks::{Library, pictures};

use super::{Data, tell};
use crate::console::note;
use crate::looking::Looker;
use crate::mark::one_line;
use crate::photos::{How, Photo, reason};
use crate::style::{self, paint};

/// Entries that are made durable together.
const TOGETHER: usize = 32;

#[derive(Debug, Args)]
pub(crate) struct RefreshArgs {
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    data: Data,
}

pub(crate) fn run(args: &RefreshArgs) -> Result<ExitCode> {
    let looker = Looker::load(&args.how.models)?;
    let library = Library::open(&args.data.data)?;
    let mut banks = args.data.banks()?;
    let entries = library.banks().contents().entries();
    let stale: Vec<(&str, &str)> = library.stale().iter().filter_map(|n| entries.get(*n)).map(kept).collect();
    let files: Vec<PathBuf> = stale.iter().map(|(_, sha256)| pictures::place(&args.data.data, sha256)).collect();
    let (mut looked, mut failed, mut done) = (Vec::new(), 0, 0);
    let mut ids = stale.iter();
    let look = |path: &Path| Photo::read(path).map(|photo| looker.kept_features(&photo).to_bytes());
    args.how.each(files, look, |path, features| {
        let Some((id, _)) = ids.next() else { return Ok(()) };
        match features {
            Ok(features) => looked.push(((*id).to_owned(), features)),
            Err(error) => {
                failed += 1;
                let path = one_line(&path.to_string_lossy());
                note(format_args!("{} {id}: {path}: {}", paint(style::ERROR, "error:"), one_line(&reason(&error))));
            }
        }
        if looked.len() >= TOGETHER {
            done += looked.len();
            banks.look_again(std::mem::take(&mut looked))?;
        }
        Ok(())
    })?;
    done += looked.len();
    banks.look_again(looked)?;
    tell(&mut banks);
    note(format_args!(
        "{done} looked at again{}",
        if failed > 0 { format!(", {failed} failed") } else { String::new() }
    ));
    Ok(if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Id of an entry, and the hash under which its picture is kept.
fn kept(entry: &touchstone_banks::Entry) -> (&str, &str) {
    (&entry.id, entry.item.sha256.as_deref().unwrap_or_default())
}
