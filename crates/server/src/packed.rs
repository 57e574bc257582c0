//! A snapshot or the folder of a policy as the bytes that stand in the database, and back.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use crate::kept::sync;

/// Level of compression: a snapshot becomes a fraction of itself in a moment.
const LEVEL: i32 = 3;
/// Bytes of a pack, at most.
const BYTES_MAX: u64 = 1 << 30;

/// A snapshot, or all files of a policy.
pub(crate) fn packed(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = if path.is_dir() { serde_json::to_vec(&files(path)?)? } else { fs::read(path)? };
    if bytes.len() as u64 > BYTES_MAX {
        // What is read is cut there.
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("has more than {BYTES_MAX} bytes")));
    }
    zstd::encode_all(bytes.as_slice(), LEVEL)
}

/// Writes what was packed as a file; returns once it is on the disk.
pub(crate) fn unpack_file(packed: &[u8], to: &Path) -> io::Result<()> {
    write(to, &unpacked(packed)?)
}

/// Writes what was packed as a folder; returns once it is on the disk.
pub(crate) fn unpack_folder(packed: &[u8], to: &Path) -> io::Result<()> {
    let files: BTreeMap<String, String> = serde_json::from_slice(&unpacked(packed)?)?;
    fs::create_dir_all(to)?;
    for (name, text) in files {
        // What stands in the database writes nowhere but here.
        if !is_plain(&name) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("{name:?} is no name of a rule")));
        }
        write(&to.join(name), text.as_bytes())?;
    }
    sync(to)
}

fn unpacked(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    zstd::Decoder::new(packed)?.take(BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The files that a policy is read from, by name.
fn files(folder: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let (name, path) = entry.map(|entry| (entry.file_name(), entry.path()))?;
        let Some(name) = name.to_str().filter(|name| is_plain(name) && path.is_file()) else { continue };
        files.insert(name.to_owned(), fs::read_to_string(&path)?);
    }
    Ok(files)
}

fn is_plain(name: &str) -> bool {
    name.ends_with(".toml") && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let (file, rules) = (folder.path().join("a.json"), folder.path().join("rules"));
        fs::write(&file, "{\"a\": 1}").unwrap();
        fs::create_dir_all(rules.join("below")).unwrap();
        for (name, text) in [("a.toml", "schema = 1"), ("b.toml", "x = \"ü\""), (".c.toml", "no"), ("note.txt", "no")]
        {
            fs::write(rules.join(name), text).unwrap();
        }
        let (to_file, to_rules) = (folder.path().join("b.json"), folder.path().join("again"));
        unpack_file(&packed(&file).unwrap(), &to_file).unwrap();
        unpack_folder(&packed(&rules).unwrap(), &to_rules).unwrap();
        assert_eq!(fs::read(to_file).unwrap(), fs::read(file).unwrap());
        let names = fs::read_dir(&to_rules).unwrap().count();
        assert_eq!((names, fs::read_to_string(to_rules.join("b.toml")).unwrap().as_str()), (2, "x = \"ü\""));
    }

    #[test]
    fn nothing_is_written_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["../a.toml", "/tmp/a.toml", "a.sh", ".a.toml", "b/a.toml"] {
            let json = serde_json::to_vec(&BTreeMap::from([(name, "")])).unwrap();
            let packed = zstd::encode_all(json.as_slice(), LEVEL).unwrap();
            assert!(unpack_folder(&packed, folder.path()).is_err(), "{name}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
