//! The list of a folder's files: what each is for, its hash, and how its input is prepared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::Error;

/// `manifest.toml` of a folder of models.
#[derive(Clone, Debug)]
pub struct Manifest {
    path: PathBuf,
    entries: BTreeMap<String, Entry>,
}

/// One file of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What the file is for, for example `embedding`.
    pub name: String,
    /// The file, beside the manifest unless absolute.
    pub path: PathBuf,
    /// SHA-256 of the file in lower case hex; a file of your own need not state it.
    pub sha256: Option<String>,
    /// Package and version that the file came from.
    #[serde(default)]
    pub source: String,
    /// Its licence, as an SPDX expression.
    #[serde(default)]
    pub licence: String,
    /// Side of the square that a picture is scaled to, in pixels.
    pub side: Option<u32>,
    /// Taken from red, green and blue (0 to 255) before they are divided by `scale`.
    pub mean: Option<[f32; 3]>,
    /// Red, green and blue are divided by it.
    pub scale: Option<[f32; 3]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    file: Vec<Entry>,
}

impl Manifest {
    /// Reads `manifest.toml` of a folder.
    ///
    /// # Errors
    /// When it is not there, is not TOML of `schema = 1`, or names something twice.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("manifest.toml");
        let text = std::fs::read_to_string(&path).map_err(|source| Error::Missing { path: path.clone(), source })?;
        let wrong = |detail: String| Error::Manifest { path: path.clone(), detail };
        let file: File = toml::from_str(&text).map_err(|e| wrong(e.to_string()))?;
        if file.schema != 1 {
            return Err(wrong(format!("schema is {}, 1 is understood", file.schema)));
        }
        let mut entries = BTreeMap::new();
        for mut entry in file.file {
            entry.path = folder.join(entry.path);
            let name = entry.name.clone();
            if entries.insert(name.clone(), entry).is_some() {
                return Err(wrong(format!("{name:?} is named twice")));
            }
        }
        Ok(Self { path, entries })
    }

    /// The file of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn entry(&self, name: &str) -> Result<&Entry, Error> {
        self.entries.get(name).ok_or_else(|| Error::Unnamed { path: self.path.clone(), name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Manifest, Error> {
        let folder = tempfile::tempdir().unwrap_or_else(|e| unreachable!("{e}"));
        std::fs::write(folder.path().join("manifest.toml"), text).unwrap_or_else(|e| unreachable!("{e}"));
        Manifest::read(folder.path())
    }

    #[test]
    fn a_file_of_your_own_needs_a_name_and_a_path() {
        let manifest = read("schema = 1\n[[file]]\nname = \"embedding\"\npath = \"/opt/better.onnx\"\n");
        let entry = manifest.and_then(|m| m.entry("embedding").cloned());
        assert_eq!(entry.map(|e| e.path).ok(), Some(PathBuf::from("/opt/better.onnx")));
    }

    #[test]
    fn mistakes_are_named() {
        let said = |text: &str| read(text).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(said("schema = 2\nfile = []\n").ends_with("schema is 2, 1 is understood"));
        assert!(said("schema = 1\n[[file]]\nname = \"a\"\n").contains("missing field `path`"));
        let twice = "[[file]]\nname = \"a\"\npath = \"a\"\n";
        assert!(said(&format!("schema = 1\n{twice}{twice}")).ends_with("\"a\" is named twice"));
        let none = read("schema = 1\nfile = []\n").and_then(|m| m.entry("embedding").cloned());
        assert!(none.is_err_and(|e| e.to_string().contains("make setup")));
    }
}
