//! What a Parquet file says of itself, looked through before the decoder is let at it.
//!
//! The decoder makes room for as many items as a list says it has, calls itself for every group within a group, and
//! may count to two billion for a few bytes. So lists must have the items they claim, and groups few groups in them.

use std::io;

use super::thrift::{Fields, INT32, LIST, STRUCT, damaged, list, size, skip};

/// Groups in one another, at most.
const DEPTH_MAX: usize = 64;

/// Refuses a description whose claims do not fit in it.
///
/// # Errors
/// When it is damaged, or no description at all.
pub(super) fn check(mut footer: &[u8]) -> io::Result<()> {
    let mut fields = Fields::default();
    while let Some((id, kind)) = fields.next(&mut footer)? {
        match (id, kind) {
            (2, LIST) => check_schema(&mut footer)?,
            _ => skip(&mut footer, kind)?,
        }
    }
    Ok(())
}

/// The columns and groups of columns, each group before what is in it.
fn check_schema(footer: &mut &[u8]) -> io::Result<()> {
    let (len, kind) = list(footer)?;
    // Children that are still to come in each open group.
    let mut open: Vec<u64> = Vec::new();
    for _ in 0..len {
        let children = if kind == STRUCT { children(footer)? } else { return Err(damaged()) };
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        open.push(children);
        while open.last() == Some(&0) {
            open.pop();
        }
        if children > len || open.len() > DEPTH_MAX {
            return Err(damaged());
        }
    }
    Ok(())
}

/// Reads an element of the schema: how many are in it.
fn children(footer: &mut &[u8]) -> io::Result<u64> {
    let (mut fields, mut children) = (Fields::default(), 0);
    while let Some((id, kind)) = fields.next(footer)? {
        match (id, kind) {
            (5, INT32) => children = size(footer)?.max(children),
            _ => skip(footer, kind)?,
        }
    }
    Ok(children)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A description with these elements, given by the numbers of what is in them.
    fn described(children: &[u8]) -> Vec<u8> {
        let elements = children.iter().flat_map(|n| [0x55, n * 2, 0]);
        let len = u8::try_from(children.len()).unwrap_or(u8::MAX);
        [0x29, 0xfc, len].into_iter().chain(elements).chain([0]).collect()
    }

    #[test]
    fn groups_have_what_they_claim_and_are_not_deep() {
        let check = |children: &[u8]| check(&described(children)).is_ok();
        assert!(check(&[2, 0, 1, 0]));
        assert!(!check(&[9, 0]), "more children than there are elements");
        assert!(check(&[[1; 60].as_slice(), &[0]].concat()));
        assert!(!check(&[[1; 80].as_slice(), &[0]].concat()), "too deep");
        assert!(check(&[[60].as_slice(), &[0; 60]].concat()), "wide is not deep");
    }
}
