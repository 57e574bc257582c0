//! What the engine is called in decisions: the version of the program and what else of it changes their bytes.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use touchstone_signals::REGISTRY;

use crate::canonical::SCHEMA;
use crate::columns::columns;

/// Raised by every change after which the same listing, context, knowledge and policy give another body although no
/// signal got a new version: how text is read, how the score is added up, how a reason is worded.
const REVISION: u16 = 4;

/// Bytes of the hash that are shown.
const HASH_BYTES: usize = 4;

static ENGINE: LazyLock<String> = LazyLock::new(|| {
    let hash: String = signature().iter().take(HASH_BYTES).map(|byte| format!("{byte:02x}")).collect();
    format!("touchstone {}+sig.{hash}", env!("CARGO_PKG_VERSION"))
});

/// The engine's name, `touchstone 0.1.0+sig.1a2b3c4d`: two builds of one version whose signals differ have two names.
pub fn engine() -> &'static str {
    &ENGINE
}

/// Hash over the decision's shape, every signal with its version, and the columns that rules may read.
fn signature() -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(format!("schema {SCHEMA} revision {REVISION}\n"));
    for spec in REGISTRY {
        hash.update(format!("{} {} {} {}\n", spec.id, spec.version, spec.kind.as_str(), spec.family));
    }
    columns().schema().fields().iter().for_each(|column| hash.update(format!("{}\n", column.name())));
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_a_version_with_build_metadata() {
        let (version, hash) = engine().split_once("+sig.").unwrap_or_default();
        assert_eq!(version, concat!("touchstone ", env!("CARGO_PKG_VERSION")));
        assert!(hash.len() == 8 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{}", engine());
    }
}
