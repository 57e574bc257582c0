//! How records stand in a file.
//!
//! ```text
//! file    "TSBANKS1" · 8 bytes first sequence · 32 bytes what it stands on · record …
//! record  4 bytes mark · 4 bytes length · 8 bytes sequence · 16 bytes check · payload
//! ```
//!
//! Numbers are little endian. The check is the head of SHA-256 over the file's own head, length, sequence and payload, so
//! that a record is worth something only in its file and at its place. A record that does not reach its check is *torn*
//! if nothing whole comes after it (a process ended while it wrote), else the file is *damaged*.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use sha2::{Digest, Sha256};

/// Bytes of a file's head.
pub(crate) const FILE_HEAD: usize = 48;
/// Bytes of one payload, at most.
pub(crate) const PAYLOAD_MAX: usize = 16 << 20;

const MAGIC: [u8; 8] = *b"TSBANKS1";
const MARK: [u8; 4] = [0xf5, b'T', b'S', 0xfa];
const HEAD: usize = 32;
/// Bytes that the search for a later record reads at once.
const WINDOW: usize = 1 << 20;

/// What a file begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileHead {
    /// Sequence of its first record.
    pub(crate) first: u64,
    /// SHA-256 of the base that it stands on; zeros where there is none.
    pub(crate) base: [u8; 32],
}

impl FileHead {
    /// As it stands in the file.
    pub(crate) fn bytes(&self) -> [u8; FILE_HEAD] {
        let mut bytes = [0; FILE_HEAD];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..16].copy_from_slice(&self.first.to_le_bytes());
        bytes[16..].copy_from_slice(&self.base);
        bytes
    }

    /// None for anything else.
    fn read(bytes: &[u8; FILE_HEAD]) -> Option<Self> {
        let (magic, rest) = bytes.split_first_chunk::<8>()?;
        let (first, base) = rest.split_first_chunk::<8>()?;
        let base = base.try_into().ok()?;
        (*magic == MAGIC).then_some(Self { first: u64::from_le_bytes(*first), base })
    }

    /// A record with its head.
    pub(crate) fn frame(&self, sequence: u64, payload: &[u8], into: &mut Vec<u8>) {
        into.extend_from_slice(&MARK);
        into.extend_from_slice(&(payload.len() as u32).to_le_bytes());
        into.extend_from_slice(&sequence.to_le_bytes());
        into.extend_from_slice(&self.check(sequence, payload));
        into.extend_from_slice(payload);
    }

    fn check(&self, sequence: u64, payload: &[u8]) -> [u8; 16] {
        let mut sum = Sha256::new();
        sum.update(self.bytes());
        sum.update((payload.len() as u32).to_le_bytes());
        sum.update(sequence.to_le_bytes());
        sum.update(payload);
        let mut check = [0; 16];
        check.copy_from_slice(&sum.finalize()[..16]);
        check
    }
}

/// What comes next in a file.
#[derive(Debug)]
pub(crate) enum Step {
    /// A whole record, and where its payload begins.
    Record { at: u64, payload: Vec<u8> },
    /// Nothing more.
    End,
    /// Something that is no record; nothing whole comes after it.
    Torn,
    /// Something that is no record, and whole records after it.
    Damaged { at: u64 },
}

/// Reads records one after the other.
pub(crate) struct Records {
    file: BufReader<File>,
    head: FileHead,
    at: u64,
    sequence: u64,
}

impl Records {
    /// Reads a file's head and stands before its first record. None: it is no such file.
    pub(crate) fn open(file: &File) -> io::Result<Option<Self>> {
        let mut file = file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        let mut bytes = [0; FILE_HEAD];
        match file.read_exact(&mut bytes) {
            Ok(()) => (),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error),
        }
        let Some(head) = FileHead::read(&bytes) else { return Ok(None) };
        Ok(Some(Self { file: BufReader::new(file), head, at: FILE_HEAD as u64, sequence: head.first }))
    }

    /// Goes on in the same file where another reader stood.
    pub(crate) fn resume(file: &File, head: FileHead, at: u64, sequence: u64) -> io::Result<Self> {
        let mut file = BufReader::new(file.try_clone()?);
        file.seek(SeekFrom::Start(at))?;
        Ok(Self { file, head, at, sequence })
    }

    /// The file's head.
    pub(crate) fn head(&self) -> FileHead {
        self.head
    }

    /// Where the next record begins: up to here all is whole.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Sequence of the next record.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The next record, or how the file ends.
    pub(crate) fn next(&mut self) -> io::Result<Step> {
        let mut head = [0; HEAD];
        let got = fill(&mut self.file, &mut head)?;
        if got == 0 {
            return Ok(Step::End);
        }
        if got == HEAD
            && let Some((sequence, payload)) = self.body(&head)?
            && sequence == self.sequence
        {
            let at = self.at + HEAD as u64;
            self.at = at + payload.len() as u64;
            self.sequence += 1;
            return Ok(Step::Record { at, payload });
        }
        let at = self.at;
        Ok(if self.whole_after(at + 1)? { Step::Damaged { at } } else { Step::Torn })
    }

    /// Sequence and payload, if the check agrees.
    fn body(&mut self, head: &[u8; HEAD]) -> io::Result<Option<(u64, Vec<u8>)>> {
        let Some((length, sequence, check)) = parse(head) else { return Ok(None) };
        let mut payload = vec![0; length];
        let whole = fill(&mut self.file, &mut payload)? == length;
        Ok((whole && self.head.check(sequence, &payload) == check).then_some((sequence, payload)))
    }

    /// Whether a whole record begins anywhere from `at` on.
    fn whole_after(&mut self, mut at: u64) -> io::Result<bool> {
        let mut window = vec![0; WINDOW];
        loop {
            self.file.seek(SeekFrom::Start(at))?;
            let got = fill(&mut self.file, &mut window)?;
            for place in marks(&window[..got]) {
                self.file.seek(SeekFrom::Start(at + place as u64))?;
                let mut head = [0; HEAD];
                if fill(&mut self.file, &mut head)? == HEAD && self.body(&head)?.is_some() {
                    return Ok(true);
                }
            }
            if got < WINDOW {
                return Ok(false);
            }
            at += (WINDOW - MARK.len()) as u64;
        }
    }
}

/// Length, sequence and check, if these bytes can begin a record.
fn parse(head: &[u8; HEAD]) -> Option<(usize, u64, [u8; 16])> {
    let (mark, rest) = head.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (sequence, check) = rest.split_first_chunk::<8>()?;
    let length = u32::from_le_bytes(*length) as usize;
    let check = check.try_into().ok()?;
    (*mark == MARK && length <= PAYLOAD_MAX).then_some((length, u64::from_le_bytes(*sequence), check))
}

fn marks(window: &[u8]) -> impl Iterator<Item = usize> {
    window.windows(MARK.len()).enumerate().filter(|(_, four)| *four == MARK).map(|(at, _)| at)
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match file.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(bytes) => got += bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use std::io::Write;

    use super::*;

    const HEAD_OF_TEST: FileHead = FileHead { first: 7, base: [3; 32] };

    fn whole(payloads: &[&[u8]]) -> Vec<u8> {
        let mut bytes = HEAD_OF_TEST.bytes().to_vec();
        for (sequence, payload) in (7..).zip(payloads) {
            HEAD_OF_TEST.frame(sequence, payload, &mut bytes);
        }
        bytes
    }

    /// Payloads, and how the file ends.
    fn read(bytes: &[u8]) -> (Vec<Vec<u8>>, Step) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let mut records = Records::open(&file).unwrap().unwrap();
        let mut payloads = Vec::new();
        loop {
            match records.next().unwrap() {
                Step::Record { at, payload } => {
                    assert_eq!(&bytes[at as usize..][..payload.len()], payload);
                    payloads.push(payload);
                }
                end => return (payloads, end),
            }
        }
    }

    const THREE: [&[u8]; 3] = [b"one", b"", b"the third"];

    #[test]
    fn what_is_written_is_read() {
        let (payloads, end) = read(&whole(&THREE));
        assert_eq!(payloads, THREE);
        assert!(matches!(end, Step::End), "{end:?}");
    }

    /// However far the last write came, what was there before is read, and the rest is known to be torn.
    #[test]
    fn every_torn_end_is_known() {
        let (before, all) = (whole(&THREE[..2]), whole(&THREE));
        for length in before.len()..all.len() {
            let (payloads, end) = read(&all[..length]);
            assert_eq!(payloads, &THREE[..2]);
            let expected = if length == before.len() { "End" } else { "Torn" };
            assert_eq!(format!("{end:?}"), expected, "{length} bytes");
        }
    }

    /// A system that lost its power can leave zeros where a record was to be.
    #[test]
    fn zeros_at_the_end_are_torn() {
        let mut bytes = whole(&THREE);
        bytes.extend_from_slice(&[0; 5_000]);
        let (payloads, end) = read(&bytes);
        assert_eq!(payloads, THREE);
        assert!(matches!(end, Step::Torn), "{end:?}");
    }

    /// Any changed byte is found, and is no torn end where whole records come after it.
    #[test]
    fn every_changed_byte_is_found() {
        let all = whole(&THREE);
        let last = whole(&THREE[..2]).len();
        for at in FILE_HEAD..all.len() {
            let mut bytes = all.clone();
            bytes[at] ^= 0x10;
            let (payloads, end) = read(&bytes);
            assert!(payloads.len() < THREE.len(), "byte {at}");
            assert_eq!(matches!(end, Step::Damaged { .. }), at < last, "byte {at}: {end:?}");
        }
    }

    #[test]
    fn a_record_counts_in_its_file_and_at_its_place_only() {
        let mut bytes = whole(&THREE[..1]);
        let other = FileHead { base: [4; 32], ..HEAD_OF_TEST };
        other.frame(8, b"of another file", &mut bytes);
        assert!(matches!(read(&bytes).1, Step::Torn));
        let mut bytes = whole(&THREE[..1]);
        HEAD_OF_TEST.frame(9, b"one too far", &mut bytes);
        assert_eq!(read(&bytes).0.len(), 1);
    }

    #[test]
    fn another_file_is_none() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"short").unwrap();
        assert!(Records::open(&file).unwrap().is_none());
        file.write_all(&[b'x'; 100]).unwrap();
        assert!(Records::open(&file).unwrap().is_none());
    }
}
