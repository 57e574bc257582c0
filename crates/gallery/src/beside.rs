//! Pictures as files beside a feed: which file of a folder an address in the feed means.
//!
//! `https://cdn.example/a/b.jpg?w=800` is `a/b.jpg` in the folder, or `b.jpg`; a relative path is looked for as it
//! stands, then by its last part. Nothing outside the folder is ever opened: a way up is refused, and so is a link that
//! leads out of it.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A folder of pictures.
#[derive(Clone, Debug)]
pub struct Beside {
    root: PathBuf,
}

impl Beside {
    /// Opens a folder.
    ///
    /// # Errors
    /// When it is not there or no folder.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let root = folder.canonicalize()?;
        if root.is_dir() { Ok(Self { root }) } else { Err(io::Error::from(io::ErrorKind::NotADirectory)) }
    }

    /// The file that an address or path of the feed means; none where there is none within the folder.
    pub fn find(&self, link: &str) -> Option<PathBuf> {
        let parts = parts(link)?;
        let whole = || self.within(&parts);
        whole().or_else(|| self.within(parts.last().map(std::slice::from_ref)?))
    }

    fn within(&self, parts: &[String]) -> Option<PathBuf> {
        let path = self.root.join(parts.iter().collect::<PathBuf>()).canonicalize().ok()?;
        (path.starts_with(&self.root) && path.is_file()).then_some(path)
    }

    /// The file's bytes, at most `bytes_max` and one, so that whoever decodes it sees that it has too many.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &Path, bytes_max: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        fs::File::open(path)?.take(bytes_max as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// The parts of the path of an address, without its host, query and fragment; none of what leads up or is no name.
fn parts(link: &str) -> Option<Vec<String>> {
    let (host, rest) = match link.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, link),
    };
    let rest = if host { rest.split(['?', '#']).next().unwrap_or_default() } else { rest };
    let parts: Vec<String> = rest.split('/').skip(usize::from(host)).map(decoded).collect::<Option<_>>()?;
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty() && part != ".").collect();
    let bad = |part: &String| part == ".." || part.contains(['/', '\\', '\0', ':']);
    (!parts.is_empty() && !parts.iter().any(bad)).then_some(parts)
}

/// Undoes `%20` and its like; none of what is not UTF-8 then.
fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let code = behind.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap_or_else(|e| unreachable!("{e}"));
        let pictures = dir.path().join("pictures/a");
        let written = fs::create_dir_all(&pictures)
            .and_then(|()| fs::write(pictures.join("b c.jpg"), b"one"))
            .and_then(|()| fs::write(dir.path().join("pictures/d.jpg"), b"two"))
            .and_then(|()| fs::write(dir.path().join("secret.jpg"), b"three"));
        assert!(written.is_ok());
        dir
    }

    #[test]
    fn addresses_mean_files_of_the_folder() {
        let dir = folder();
        let Ok(beside) = Beside::open(&dir.path().join("pictures")) else { unreachable!("it is there") };
        let read = |link: &str| beside.find(link).and_then(|path| Beside::read(&path, 100).ok());
        for (link, bytes) in [
            ("https://cdn.example/a/b%20c.jpg?w=800#x", &b"one"[..]),
            ("a/b c.jpg", b"one"),
            ("./d.jpg", b"two"),
            ("https://cdn.example/other/way/d.jpg", b"two"),
            ("/d.jpg", b"two"),
        ] {
            assert_eq!(read(link).as_deref(), Some(bytes), "{link}");
        }
    }

    #[test]
    fn nothing_outside_the_folder_is_opened() {
        let dir = folder();
        let root = dir.path().join("pictures");
        let Ok(beside) = Beside::open(&root) else { unreachable!("it is there") };
        #[cfg(unix)]
        assert!(std::os::unix::fs::symlink(dir.path().join("secret.jpg"), root.join("way.jpg")).is_ok());
        for link in [
            "../secret.jpg",
            "https://cdn.example/../secret.jpg",
            "a/%2e%2e/%2e%2e/secret.jpg",
            "a/..%2f..%2fsecret.jpg",
            "..\\secret.jpg",
            "way.jpg",
            "",
            "https://cdn.example/",
            "https://cdn.example",
            "d.jpg\0",
            "%ff.jpg",
            "/etc/hostname",
            "C:\\d.jpg",
            "a",
        ] {
            assert_eq!(beside.find(link), None, "{link:?}");
        }
    }

    #[test]
    fn no_more_is_read_than_shows_that_it_is_too_much() {
        let dir = folder();
        let bytes = Beside::read(&dir.path().join("secret.jpg"), 3).unwrap_or_default();
        assert_eq!(bytes.len(), 4);
    }
}
