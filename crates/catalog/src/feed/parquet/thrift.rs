//! Thrift's compact protocol, read just far enough to know that the decoder can read it.
//!
//! A structure is a row of fields, each behind a byte with the distance to its number and its kind, up to a zero. What
//! is refused here although the protocol has it, no Parquet file has where we look: maps, and lists of booleans, whose
//! items take no bytes, so that two bytes could claim billions of them.

use std::io::{self, Read};

pub(super) const INT32: u8 = 5;
pub(super) const LIST: u8 = 9;
pub(super) const STRUCT: u8 = 12;

/// Structures and lists in one another, at most.
const DEPTH_MAX: usize = 16;

/// Walks through the fields of a structure.
#[derive(Default)]
pub(super) struct Fields {
    id: i64,
}

impl Fields {
    /// Number and kind of the next field, whose value comes next; none at the end.
    pub(super) fn next(&mut self, input: &mut impl Read) -> io::Result<Option<(i64, u8)>> {
        let head = byte(input)?;
        if head == 0 {
            return Ok(None);
        }
        self.id = match head >> 4 {
            0 => signed(input)?,
            more => self.id.saturating_add(i64::from(more)),
        };
        Ok(Some((self.id, head & 15)))
    }
}

/// Reads the head of a list: how many items come, and of which kind.
pub(super) fn list(input: &mut impl Read) -> io::Result<(u64, u8)> {
    let head = byte(input)?;
    let len = if head >> 4 == 15 { varint(input)? } else { u64::from(head >> 4) };
    Ok((len, head & 15))
}

/// Skips a value.
pub(super) fn skip(input: &mut impl Read, kind: u8) -> io::Result<()> {
    match kind {
        // True and false stand in the field's head.
        1 | 2 => Ok(()),
        other => skip_sized(input, other, 0),
    }
}

/// Skips a value that takes at least one byte.
fn skip_sized(input: &mut impl Read, kind: u8, depth: usize) -> io::Result<()> {
    if depth > DEPTH_MAX {
        return Err(damaged());
    }
    match kind {
        3 => byte(input).map(drop),
        4..=6 => varint(input).map(drop),
        7 => skip_bytes(input, 8),
        8 => {
            let len = varint(input)?;
            skip_bytes(input, len)
        }
        LIST | 10 => {
            let (len, item) = list(input)?;
            (0..len).try_for_each(|_| skip_sized(input, item, depth + 1))
        }
        STRUCT => {
            let mut fields = Fields::default();
            while let Some((_, kind)) = fields.next(input)? {
                if !matches!(kind, 1 | 2) {
                    skip_sized(input, kind, depth + 1)?;
                }
            }
            Ok(())
        }
        _ => Err(damaged()),
    }
}

fn skip_bytes(input: &mut impl Read, len: u64) -> io::Result<()> {
    match io::copy(&mut input.take(len), &mut io::sink())? == len {
        true => Ok(()),
        false => Err(damaged()),
    }
}

/// A number that is not negative.
pub(super) fn size(input: &mut impl Read) -> io::Result<u64> {
    u64::try_from(signed(input)?).map_err(|_| damaged())
}

fn signed(input: &mut impl Read) -> io::Result<i64> {
    let bits = varint(input)?;
    Ok((bits >> 1) as i64 ^ -((bits & 1) as i64))
}

fn varint(input: &mut impl Read) -> io::Result<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = byte(input)?;
        value |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return Ok(value);
        }
    }
    Err(damaged())
}

fn byte(input: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    input.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// What is said of bytes that are none of this.
pub(super) fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a description of columns or pages is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_skipped() {
        let check = |kind: u8, bytes: &[u8], ok: bool| {
            let mut input = bytes;
            assert_eq!(skip(&mut input, kind).is_ok() && input.is_empty(), ok, "{kind} {bytes:?}");
        };
        check(1, &[], true);
        check(INT32, &[0x80, 1], true);
        check(INT32, &[0x80; 20], false);
        check(7, &[0; 8], true);
        check(8, &[2, b'a', b'b'], true);
        check(8, &[200, 1, b'a'], false);
        check(STRUCT, &[0x11, 0x25, 2, 0], true);
        check(LIST, &[0], true);
        check(LIST, &[0x25, 2, 4], true);
        check(LIST, &[0xf5, 0xff, 0xff, 0xff, 0xff, 7], false);
        check(LIST, &[0xf1, 0xff, 0xff, 0xff, 0xff, 7], false);
        check(11, &[0], false);
        check(STRUCT, &[[0x1c; 17], [0; 17]].concat(), false);
    }
}
