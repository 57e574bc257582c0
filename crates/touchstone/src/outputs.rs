//! Files that a verb writes: never over what it reads, and never half.
//!
//! A regular file is written beside its place under a hidden name, and takes its place when it is
//! whole; what stood there before stays until then. A device or pipe (`/dev/stdout`, `/dev/null`) is
//! written as it is.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;

/// A file being written; gone without a trace if it is dropped before [`finish`](Self::finish).
pub(crate) struct OutFile {
    file: File,
    pending: Option<Pending>,
}

/// Where a file is written, and where it belongs.
struct Pending {
    beside: PathBuf,
    place: PathBuf,
}

impl OutFile {
    /// Opens a file for writing.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        if is_special(path) {
            // Appending, as the shell's redirection may: what stands in the file that it names is not ours.
            let file = OpenOptions::new().append(true).open(path)?;
            return Ok(Self { file, pending: None });
        }
        let place = real(path)?;
        let mut name = OsString::from(".");
        name.push(place.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        let beside = place.with_file_name(name);
        let file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
        let pending = Some(Pending { beside, place });
        Ok(Self { file, pending })
    }

    /// Puts the file in its place.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.file.flush()?;
        let Some(Pending { beside, place }) = &self.pending else { return Ok(()) };
        if let Ok(before) = fs::metadata(place) {
            fs::set_permissions(beside, before.permissions())?;
        }
        fs::rename(beside, place)?;
        self.pending = None;
        Ok(())
    }
}

impl Write for OutFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for OutFile {
    fn drop(&mut self) {
        if let Some(Pending { beside, .. }) = &self.pending {
            let _ = fs::remove_file(beside);
        }
    }
}

/// A device, a pipe, or a name for a stream that is open already (`/dev/stdout`, `/dev/fd/63`).
fn is_special(path: &Path) -> bool {
    let names_stream = |path: PathBuf| path.starts_with("/proc");
    fs::read_link(path).is_ok_and(names_stream)
        || path.parent().is_some_and(|folder| fs::canonicalize(folder).is_ok_and(names_stream))
        || fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The path without links, of a file that need not be there yet.
fn real(path: &Path) -> io::Result<PathBuf> {
    if let Ok(found) = fs::canonicalize(path) {
        return Ok(found);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    Ok(fs::canonicalize(folder)?.join(name))
}

/// A path with the option or argument that it was given with.
pub(crate) type Named<'p> = (&'static str, &'p Path);

/// Refuses outputs that are an input, lie in a folder that is read, or are one another.
///
/// # Errors
/// Wrong usage, naming both.
pub(crate) fn apart(outputs: &[Named<'_>], inputs: &[Named<'_>]) -> Result<(), clap::Error> {
    let regular = |named: &&Named<'_>| !is_special(named.1);
    let outputs: Vec<(Named<'_>, PathBuf)> =
        outputs.iter().filter(regular).filter_map(|named| Some((*named, real(named.1).ok()?))).collect();
    for (number, (output, place)) in outputs.iter().enumerate() {
        for input in inputs {
            let Ok(read) = fs::canonicalize(input.1) else { continue };
            if *place == read {
                return Err(clash(*output, "is what is read as", *input));
            }
            if read.is_dir() && place.starts_with(&read) {
                return Err(clash(*output, "lies in the folder that is read as", *input));
            }
        }
        if let Some((other, _)) = outputs[..number].iter().find(|(_, other)| other == place) {
            return Err(clash(*output, "is the same file as", *other));
        }
    }
    Ok(())
}

fn clash(output: Named<'_>, how: &str, other: Named<'_>) -> clap::Error {
    let message = format!("{} {} {how} {} {}\n", output.0, output.1.display(), other.0, other.1.display());
    clap::Error::raw(ErrorKind::ArgumentConflict, message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("decisions");
        fs::write(&path, "before").unwrap();
        let mut half = OutFile::create(&path).unwrap();
        half.write_all(b"half").unwrap();
        drop(half);
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        let mut whole = OutFile::create(&path).unwrap();
        whole.write_all(b"whole").unwrap();
        whole.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let mut file = OutFile::create(&link).unwrap();
        file.write_all(b"new").unwrap();
        file.finish().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
    }

    #[test]
    fn devices_are_written_in_place() {
        let mut null = OutFile::create(Path::new("/dev/null")).unwrap();
        null.write_all(b"gone").unwrap();
        null.finish().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
