//! The folder of TOML files.

use std::fs;
use std::path::Path;

use super::RULES_MAX;
use crate::file::FILE_BYTES_MAX;
use touchstone_diagnostic::Diagnostic;

const HELP: &str = "name the folder that holds the rules, one TOML file each";

/// Path and text of every `*.toml` in the folder (not below it), sorted by name.
pub(crate) fn read(dir: &Path) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
    let trouble = |path: &Path, error: std::io::Error| Diagnostic::unreadable(path, error, HELP);
    let entries = fs::read_dir(dir).map_err(|error| vec![trouble(dir, error)])?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| vec![trouble(dir, error)])?.path();
        if is_policy(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    // One more than allowed is read, so that the limit is reported where it is judged.
    paths.truncate(RULES_MAX + 2);
    let mut files = Vec::with_capacity(paths.len());
    let mut diagnostics = Vec::new();
    for path in paths {
        match file(&path) {
            Ok(text) => files.push((path.display().to_string(), text)),
            Err(error) => diagnostics.push(trouble(&path, error)),
        }
    }
    if files.is_empty() && diagnostics.is_empty() {
        // Without a rule everything would be allowed.
        let why = "no rule and no score.toml in this folder; name the folder that holds the policy";
        diagnostics.push(Diagnostic::unreadable(dir, why, HELP));
    }
    if diagnostics.is_empty() { Ok(files) } else { Err(diagnostics) }
}

fn is_policy(path: &Path) -> bool {
    let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    !hidden && path.extension().is_some_and(|extension| extension == "toml")
}

fn file(path: &Path) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    // Reads one byte past the limit, so that a file that is too long is reported as such.
    fs::File::open(path)?.take(FILE_BYTES_MAX as u64 + 1).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_policy_is_none() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("rule.txt"), "schema = 1").unwrap();
        let found = read(dir.path()).unwrap_err();
        assert!(found[0].to_string().contains("no rule and no score.toml"), "{}", found[0]);
        fs::write(dir.path().join("rule.toml"), "schema = 1").unwrap();
        assert_eq!(read(dir.path()).unwrap().len(), 1);
    }
}
