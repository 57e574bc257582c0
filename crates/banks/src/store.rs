//! Reads and appends: every process holds all entries, and learns what others added from the end of one log.
//!
//! A reader looks at two things, the generation file and the length of the log; both are a few microseconds, so that it
//! can look often. It believes a record when the record is whole and on the disk, never half of one. A writer takes the
//! lock, reads on to the end, decides on what it then knows, appends, and answers when the disk has it. What a process
//! that ended left half-written was never answered, and the next writer cuts it off.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::entry::hex;
use crate::error::BankError;
use crate::event::{Contents, Event, Spot};
use crate::files::{self, Generation, Part, base_name};
use crate::record::{FILE_HEAD, FileHead, PAYLOAD_MAX, Records, Step};

/// How often a process should look for what others added: a look costs a few microseconds, and an entry matches within
/// two looks.
pub const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How often a generation that is replaced while it is opened is tried again.
const TRIES: usize = 16;

/// What a decision names: the base, and how many events came since the beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Version {
    /// SHA-256 of the base in hexadecimal; none before the first compaction.
    pub base: Option<String>,
    /// Events so far.
    pub sequence: u64,
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let base = self.base.as_deref().unwrap_or("none");
        write!(f, "{}+{}", base.get(..12).unwrap_or(base), self.sequence)
    }
}

/// The banks of one data folder, as one process sees them.
#[derive(Debug)]
pub struct Banks {
    folder: PathBuf,
    open: Option<Open>,
    contents: Contents,
    notes: Vec<String>,
}

#[derive(Debug)]
struct Open {
    generation: Generation,
    base: Option<File>,
    log: File,
    head: FileHead,
    /// Up to here the log is read.
    at: u64,
    sequence: u64,
}

impl Open {
    /// Whether the log is as long as it was: what a full disk refused is taken off again.
    fn reaches(&self) -> bool {
        self.log.metadata().is_ok_and(|log| log.len() >= self.at)
    }
}

/// How a log is read to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum As {
    /// Somebody may be writing: what is torn may become whole.
    Reader,
    /// Nobody else writes: what is torn stays so, and is cut off.
    Writer,
}

impl Banks {
    /// Opens the banks in `DATA/banks`; nothing is made if there are none.
    ///
    /// # Errors
    /// A file that can't be read or is damaged.
    pub fn open(data: &Path) -> Result<Self, BankError> {
        let folder = data.join("banks");
        let mut banks = Self { folder, open: None, contents: Contents::default(), notes: Vec::new() };
        banks.refresh()?;
        Ok(banks)
    }

    /// Reads what this and other processes added. True: there was something.
    ///
    /// # Errors
    /// A file that can't be read or is damaged; what was known before stays known.
    pub fn refresh(&mut self) -> Result<bool, BankError> {
        match self.catch_up(As::Reader) {
            // A writer that cuts off a torn end meanwhile looks like damage: only under its lock it is certain.
            Err(BankError::Damaged { .. }) => {
                let _lock = files::lock(&self.folder)?;
                self.catch_up(As::Writer)
            }
            done => done,
        }
    }

    /// All entries and settings.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// What decisions name.
    pub fn version(&self) -> Version {
        let base = self.open.as_ref().and_then(|open| open.generation.base.clone());
        Version { base, sequence: self.open.as_ref().map_or(0, |open| open.sequence) }
    }

    /// What people should hear about: a torn end that was cut off.
    pub fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    /// The features of the entry at a place in [`Contents::entries`].
    ///
    /// # Errors
    /// The file can't be read.
    pub fn features(&self, number: usize) -> Result<Vec<u8>, BankError> {
        let (Some(spot), Some(open)) = (self.contents.spot(number), &self.open) else { return Ok(Vec::new()) };
        let (file, path) = match (&open.base, spot.in_log) {
            (Some(base), false) => (base, open.generation.base(&self.folder).unwrap_or_default()),
            _ => (&open.log, open.generation.log(&self.folder)),
        };
        let mut bytes = vec![0; spot.length];
        file.read_exact_at(&mut bytes, spot.at).map_err(BankError::io(&path))?;
        Ok(bytes)
    }

    /// Decides under the lock, on all that is known then, and writes what was decided; durable when this returns.
    ///
    /// # Errors
    /// What `decide` refuses, or a file that can't be read or written: then nothing was written.
    pub(crate) fn write<T>(
        &mut self,
        decide: impl FnOnce(&Contents) -> Result<(Vec<(Event, Vec<u8>)>, T), BankError>,
    ) -> Result<T, BankError> {
        let _lock = files::lock(&self.folder)?;
        self.catch_up(As::Writer)?;
        let (events, answer) = decide(&self.contents)?;
        self.append(events)?;
        Ok(answer)
    }

    /// Writes a new base from all that is known, and begins an empty log. False: there was nothing to do.
    ///
    /// # Errors
    /// A file that can't be read or written: then the old base and log count.
    pub fn compact(&mut self) -> Result<bool, BankError> {
        let _lock = files::lock(&self.folder)?;
        self.catch_up(As::Writer)?;
        let Some(open) = self.open.as_ref().filter(|open| open.at > FILE_HEAD as u64) else { return Ok(false) };
        let (old, sequence) = (open.generation.clone(), open.sequence);
        let hash = self.write_base()?;
        let next = old.next(hash.clone());
        begin_log(&self.folder, &next, sequence)?;
        next.publish(&self.folder)?;
        self.catch_up(As::Writer)?;
        let stale = [Some(old.log(&self.folder)), old.base(&self.folder)];
        for path in stale.into_iter().flatten() {
            // A reader that has it open reads on; one that comes too late reads the generation again.
            let _ = fs::remove_file(path);
        }
        Ok(true)
    }

    /// Bytes in the log: what a compaction would take in.
    pub fn log_bytes(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.at.saturating_sub(FILE_HEAD as u64))
    }

    fn write_base(&self) -> Result<String, BankError> {
        let mut part = Part::create(&self.folder, "base")?;
        let head = FileHead { first: 0, base: [0; 32] };
        part.write(&head.bytes())?;
        let mut frame = Vec::new();
        for (sequence, (event, number)) in (0..).zip(self.contents.events()) {
            let features = number.map_or(Ok(Vec::new()), |number| self.features(number))?;
            frame.clear();
            head.frame(sequence, &event.payload(&features), &mut frame);
            part.write(&frame)?;
        }
        let hash = files::hash(&self.folder.join(".base.part"))?;
        part.place(&base_name(&hash))?;
        Ok(hash)
    }

    fn catch_up(&mut self, role: As) -> Result<bool, BankError> {
        for _ in 0..TRIES {
            let Some(generation) = Generation::read(&self.folder)? else {
                if role == As::Reader {
                    return Ok(false);
                }
                begin_log(&self.folder, &Generation::first(), 0)?;
                Generation::first().publish(&self.folder)?;
                continue;
            };
            let known = self.open.as_ref().is_some_and(|open| open.generation == generation && open.reaches());
            let done = if known { self.tail(role) } else { self.load(generation, role).map(|()| true) };
            match done {
                // Another process compacted between the two looks.
                Err(BankError::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => (),
                done => return done,
            }
        }
        let path = self.folder.clone();
        Err(BankError::Io { path, error: io::Error::other("its files are replaced again and again; try again later") })
    }

    /// Reads base and log anew.
    fn load(&mut self, generation: Generation, role: As) -> Result<(), BankError> {
        let mut contents = Contents::default();
        let base = generation.base(&self.folder);
        let base = base.map(|path| load_base(&path, &generation, &mut contents)).transpose()?;
        let path = generation.log(&self.folder);
        let log = File::open(&path).map_err(BankError::io(&path))?;
        let records = Records::open(&log).map_err(BankError::io(&path))?;
        let Some(records) = records else { return Err(BankError::Foreign { path }) };
        let head = records.head();
        if hex(&head.base) != generation.base.clone().unwrap_or_else(|| "0".repeat(64)) {
            return Err(BankError::Damaged { path, at: 0 });
        }
        let open = Open { generation, base, log, head, at: records.at(), sequence: records.sequence() };
        let mut fresh = Self { folder: self.folder.clone(), open: Some(open), contents, notes: Vec::new() };
        fresh.tail(role)?;
        self.notes.append(&mut fresh.notes);
        (self.open, self.contents) = (fresh.open, fresh.contents);
        Ok(())
    }

    /// Reads the log on. True: there was something.
    fn tail(&mut self, role: As) -> Result<bool, BankError> {
        let Some(open) = &mut self.open else { return Ok(false) };
        let path = open.generation.log(&self.folder);
        let io = || BankError::io(&path);
        if open.log.metadata().map_err(io())?.len() == open.at {
            return Ok(false);
        }
        let mut records = Records::resume(&open.log, open.head, open.at, open.sequence).map_err(io())?;
        let mut events = Vec::new();
        loop {
            match records.next().map_err(io())? {
                Step::Record { at, payload } => events.push(event(&path, at, &payload, true)?),
                Step::End => break,
                Step::Torn if role == As::Writer => {
                    let bytes = cut(&path, records.at())?;
                    self.notes.push(format!("cut {bytes} bytes off {}: a write that never ended", path.display()));
                    break;
                }
                Step::Torn => break,
                Step::Damaged { at } => return Err(BankError::Damaged { path, at }),
            }
        }
        if !events.is_empty() {
            // What was read may be in memory only, and must not be said before it is certain.
            open.log.sync_data().map_err(io())?;
        }
        (open.at, open.sequence) = (records.at(), records.sequence());
        let some = !events.is_empty();
        for (event, spot) in events {
            apply(&mut self.contents, event, spot, &path)?;
        }
        Ok(some)
    }

    fn append(&mut self, events: Vec<(Event, Vec<u8>)>) -> Result<(), BankError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        if events.is_empty() {
            return Ok(());
        }
        let path = open.generation.log(&self.folder);
        let (mut frames, mut spots) = (Vec::new(), Vec::new());
        for (sequence, (event, features)) in (open.sequence..).zip(&events) {
            let payload = event.payload(features);
            if payload.len() > PAYLOAD_MAX {
                return Err(BankError::Refused(format!("an entry of {} bytes is too large", payload.len())));
            }
            open.head.frame(sequence, &payload, &mut frames);
            let end = open.at + frames.len() as u64;
            spots.push(Spot { in_log: true, at: end - features.len() as u64, length: features.len() });
        }
        let mut file = OpenOptions::new().append(true).open(&path).map_err(BankError::io(&path))?;
        if let Err(error) = file.write_all(&frames).and_then(|()| file.sync_data()) {
            // Not answered, so it must not count: not even if the disk takes it later.
            let _ = file.set_len(open.at).and_then(|()| file.sync_data());
            return Err(BankError::Io { path, error });
        }
        open.at += frames.len() as u64;
        open.sequence += events.len() as u64;
        for ((event, _), spot) in events.into_iter().zip(spots) {
            apply(&mut self.contents, event, spot, &path)?;
        }
        Ok(())
    }
}

fn apply(contents: &mut Contents, event: Event, spot: Spot, path: &Path) -> Result<(), BankError> {
    let at = spot.at;
    if contents.apply(event, spot) { Ok(()) } else { Err(BankError::Damaged { path: path.to_owned(), at }) }
}

/// An event, and where its features are.
fn event(path: &Path, at: u64, payload: &[u8], in_log: bool) -> Result<(Event, Spot), BankError> {
    let (event, features) = Event::read(payload).ok_or_else(|| BankError::Foreign { path: path.to_owned() })?;
    Ok((event, Spot { in_log, at: at + features as u64, length: payload.len() - features }))
}

fn load_base(path: &Path, generation: &Generation, contents: &mut Contents) -> Result<File, BankError> {
    if Some(files::hash(path)?) != generation.base {
        return Err(BankError::Damaged { path: path.to_owned(), at: 0 });
    }
    let file = File::open(path).map_err(BankError::io(path))?;
    let records = Records::open(&file).map_err(BankError::io(path))?;
    let Some(mut records) = records else { return Err(BankError::Foreign { path: path.to_owned() }) };
    loop {
        match records.next().map_err(BankError::io(path))? {
            Step::Record { at, payload } => {
                let (event, spot) = event(path, at, &payload, false)?;
                apply(contents, event, spot, path)?;
            }
            Step::End => return Ok(file),
            _ => return Err(BankError::Damaged { path: path.to_owned(), at: records.at() }),
        }
    }
}

/// Cuts a torn end off; how many bytes it had.
fn cut(path: &Path, at: u64) -> Result<u64, BankError> {
    let file = OpenOptions::new().write(true).open(path).map_err(BankError::io(path))?;
    let before = file.metadata().map_err(BankError::io(path))?.len();
    file.set_len(at).and_then(|()| file.sync_all()).map_err(BankError::io(path))?;
    Ok(before.saturating_sub(at))
}

/// An empty log for a generation, durable before the generation counts.
fn begin_log(folder: &Path, generation: &Generation, first: u64) -> Result<(), BankError> {
    let mut base = [0; 32];
    let digits = generation.base.as_deref().unwrap_or_default().as_bytes();
    for (byte, pair) in base.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |c: u8| (c as char).to_digit(16).unwrap_or(0) as u8;
        *byte = 16 * digit(pair[0]) + digit(pair[1]);
    }
    let mut part = Part::create(folder, "log")?;
    part.write(&FileHead { first, base }.bytes())?;
    let name = generation.log(folder);
    part.place(&name.file_name().unwrap_or_default().to_string_lossy())
}
