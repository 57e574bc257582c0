//! The key that signs heads and receipts: a file beside the master key, made once, which only its owner reads.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use touchstone_audit::SecretKey;

/// The key of a file; a new one that is written to it where there is none.
pub(super) fn signing_key(path: &Path) -> Result<SecretKey, String> {
    let at = |error: io::Error| format!("{}: {error}", path.display());
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(path)?;
            fs::read_to_string(path).map_err(at)?
        }
        text => text.map_err(at)?,
    };
    text.trim().parse().map_err(|error| format!("{} is no signing key: {error}", path.display()))
}

/// Whole and on the disk before it is there under its name; who comes second takes the first one's.
fn make(path: &Path) -> Result<(), String> {
    let unique = uuid::Uuid::new_v4().simple().to_string();
    let key = SecretKey::generate(&format!("touchstone-{}", &unique[..8])).map_err(|error| error.to_string())?;
    let part = path.with_extension(format!("{unique}.part"));
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        file.write_all(format!("{}\n", key.export()).as_bytes())?;
        file.sync_all()?;
        fs::hard_link(&part, path)?;
        File::open(path.parent().unwrap_or(path))?.sync_all()
    };
    let written = write();
    let _ = fs::remove_file(&part);
    match written {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(format!("{}: {error}", path.display())),
        _ => Ok(()),
    }
}
