//! Notes that somebody else keeps for us and can neither read nor change.

use crate::StoreError;
use crate::open::Store;
use crate::seal::Row;

impl Store {
    /// Seals a note under a name, without which it does not open.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn seal_note(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(self.vault.master().seal(&Row::one("note", name), plain)?)
    }

    /// Opens a note that was sealed under this name here; none if it was not.
    #[must_use]
    pub fn open_note(&self, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.vault.master().open(&Row::one("note", name), sealed).ok()
    }
}
