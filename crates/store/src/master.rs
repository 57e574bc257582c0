//! The master key: 32 bytes in a file, under which the keys of sellers are sealed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseConnection, EntityTrait};

use crate::StoreError;
use crate::entity::master_key::{Column, Entity, Model};
use crate::record::insert;
use crate::seal::{KEY_LEN, Key, random};

/// The only row of its table.
const ROW: i32 = 1;

/// Reads the master key of a database. A database without one gets that of the file, or a new one that is written to it.
///
/// # Errors
/// When the file is missing, no key, or not that of this database.
pub(crate) async fn master_key(db: &DatabaseConnection, path: &Path) -> Result<Key, StoreError> {
    let known = known(db).await?;
    let bytes = match (read(path)?, &known) {
        (Some(bytes), _) => bytes,
        (None, None) => make(path)?,
        (None, Some(_)) => return Err(StoreError::MasterKeyMissing(path.display().to_string())),
    };
    let key = Key::new(&bytes);
    let fingerprint = key.fingerprint()?.to_vec();
    if known.is_none() {
        let mut conflict = OnConflict::column(Column::Id);
        conflict.do_nothing();
        let row = Model { id: ROW, fingerprint: fingerprint.clone() };
        insert(db, std::iter::once(row), Some(conflict)).await?;
    }
    // Of several that start at once, the quickest decides.
    match self::known(db).await? == Some(fingerprint) {
        true => Ok(key),
        false => Err(StoreError::WrongMasterKey(path.display().to_string())),
    }
}

async fn known(db: &DatabaseConnection) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(Entity::find_by_id(ROW).one(db).await?.map(|row| row.fingerprint))
}

fn read(path: &Path) -> Result<Option<[u8; KEY_LEN]>, StoreError> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(at(path))?,
    };
    parse(text.trim()).map(Some).ok_or_else(|| StoreError::BadMasterKey(path.display().to_string()))
}

fn parse(text: &str) -> Option<[u8; KEY_LEN]> {
    let mut bytes = [0; KEY_LEN];
    let fine = text.len() == 2 * KEY_LEN && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    for (at, byte) in bytes.iter_mut().enumerate().filter(|_| fine) {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    fine.then_some(bytes)
}

/// Makes a key that only its owner can read. It is on the disk, whole, before it is there under its name.
fn make(path: &Path) -> Result<[u8; KEY_LEN], StoreError> {
    let bytes = random::<KEY_LEN>()?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A name of its own: who starts at the same time, in this process too, must not write into what was linked.
    let part = path.with_extension(format!("{:x}.part", u64::from_le_bytes(random()?)));
    let write = || {
        fs::create_dir_all(folder)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        file.write_all(format!("{digits}\n").as_bytes())?;
        file.sync_all()?;
        fs::hard_link(&part, path)?;
        File::open(folder)?.sync_all()
    };
    let written = write();
    let _ = fs::remove_file(&part);
    match (written, read(path)?) {
        // Another process made one meanwhile.
        (Err(error), Some(theirs)) if error.kind() == io::ErrorKind::AlreadyExists => Ok(theirs),
        (written, _) => written.map(|()| bytes).map_err(at(path)),
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.display().to_string();
    |source| StoreError::Folder { path, source }
}
