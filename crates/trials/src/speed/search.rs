//! From fingerprint to the entries near it.
//!
//! Hashes are random, or like those of photos: a row of sixteen frequencies is taken whole from some photo's hash, so that
//! what goes together stays together, and most pictures have copies, few of them thousands. They are written for other
//! programs to search, and what was found for these to be compared with.

use std::fs;
use std::hint::black_box;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::{Value, json};
use touchstone_vision::index::Index;
use touchstone_vision::pdq::{Bits, Full, Pdq};

use super::clock::{summary, timed};

/// What is searched.
#[derive(Debug, Args)]
pub(crate) struct Order {
    /// Entries.
    #[arg(long, default_value_t = 1_000_000)]
    count: u32,
    /// Queries: half copies of entries, half other pictures.
    #[arg(long, default_value_t = 1000)]
    queries: u32,
    /// Hashes of photos, as `speed hash` prints them; without it all are random.
    #[arg(long)]
    photos: Option<PathBuf>,
    /// Folder for `entries.bin` and `queries.bin` of 32 bytes a hash, and `hits.txt`: query, entry, distance.
    #[arg(long)]
    write: Option<PathBuf>,
    /// Rounds over all queries.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// So many queries are enough for what is slow.
const SLOW: usize = 20;

impl Order {
    pub(crate) fn run(&self) -> Result<Value> {
        let mut maker = Maker { seed: 2026, photos: self.photos()? };
        let (entries, queries) = maker.make(self.count as usize, self.queries as usize);
        ensure!(!entries.is_empty() && !queries.is_empty(), "nothing to search");
        let pairs = || entries.iter().enumerate().map(|(id, bits)| (id as u32, Pdq::<Full>::new(*bits)));
        let (index, built) = timed(|| pairs().collect::<Index<Full>>());
        let (mut quick, mut slow, mut hits) = (Vec::new(), Vec::new(), Vec::new());
        let few = &queries[..SLOW.min(queries.len())];
        for _ in 0..self.rounds {
            let (found, nanos) = timed(|| queries.iter().map(|q| index.within(&Pdq::new(*q), 31)).collect::<Vec<_>>());
            (hits, _) = (found, quick.push(nanos));
            let (all, nanos) = timed(|| few.iter().map(|q| index.within_of_all(&Pdq::new(*q), 31)).collect::<Vec<_>>());
            slow.push(nanos);
            ensure!(all[..] == hits[..few.len()], "the index found something else than comparing all");
        }
        self.keep(&entries, &queries, &hits)?;
        let read = random_read_nanos(&entries);
        // Lists hold one entry in 65,536 of random hashes; 272 are looked at.
        let least_us = read * f64::from(self.count) * 272.0 / 65_536.0 / 1000.0;
        Ok(json!({
            "entries": entries.len(),
            "queries": queries.len(),
            "kind": if self.photos.is_some() { "like photos" } else { "random" },
            "hits": hits.iter().map(Vec::len).sum::<usize>(),
            "build_seconds": (built / 1e6).round() / 1000.0,
            "bytes_an_entry": index.memory_bytes() / entries.len(),
            "random_read_ns": (read * 10.0).round() / 10.0,
            "least_us_for_random_hashes": (least_us * 10.0).round() / 10.0,
            "within": summary(quick, queries.len()),
            "within_of_all": summary(slow, few.len()),
        }))
    }

    fn photos(&self) -> Result<Vec<Bits>> {
        let Some(path) = &self.photos else { return Ok(Vec::new()) };
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let hashes = text.split_whitespace().filter(|word| word.len() == 64).map(str::parse::<Pdq<Full>>);
        Ok(hashes.map(|hash| hash.map(|hash| *hash.bits())).collect::<Result<_, _>>()?)
    }

    fn keep(&self, entries: &[Bits], queries: &[Bits], hits: &[Vec<touchstone_vision::index::Hit>]) -> Result<()> {
        let Some(folder) = &self.write else { return Ok(()) };
        fs::create_dir_all(folder)?;
        let bytes =
            |hashes: &[Bits]| hashes.as_flattened().iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
        fs::write(folder.join("entries.bin"), bytes(entries))?;
        fs::write(folder.join("queries.bin"), bytes(queries))?;
        let line = |query: usize, hit: &touchstone_vision::index::Hit| format!("{query} {} {}\n", hit.id, hit.distance);
        let lines = hits.iter().enumerate().flat_map(|(query, hits)| hits.iter().map(move |hit| line(query, hit)));
        Ok(fs::write(folder.join("hits.txt"), lines.collect::<String>())?)
    }
}

/// What it costs to fetch half a hash from anywhere in the table, many of them under way at once.
fn random_read_nanos(entries: &[Bits]) -> f64 {
    let heads: Vec<[u64; 2]> = entries.iter().map(|bits| [bits[0], bits[1]]).collect();
    let reads = 4_000_000;
    let mut at = 1_u64;
    let ((), nanos) = timed(|| {
        let mut sum = 0;
        for _ in 0..reads {
            at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let head = heads[(((at >> 32) * heads.len() as u64) >> 32) as usize];
            sum ^= head[0] ^ head[1];
        }
        black_box(sum);
    });
    nanos / f64::from(reads)
}

struct Maker {
    seed: u64,
    photos: Vec<Bits>,
}

impl Maker {
    fn make(&mut self, count: usize, queries: usize) -> (Vec<Bits>, Vec<Bits>) {
        let mut entries = Vec::with_capacity(count);
        while entries.len() < count {
            let picture = self.picture();
            // One in k pictures has k copies or more, none more than a hundredth of all.
            let copies = if self.photos.is_empty() {
                1
            } else {
                (65_536 / (1 + self.next() % 65_536)).min(count as u64 / 100).max(1)
            };
            for _ in 0..copies.min((count - entries.len()) as u64) {
                let copy = if copies == 1 { picture } else { self.copy(picture) };
                entries.push(copy);
            }
        }
        // Copies must not stand side by side only because they were made so.
        for at in (1..count).rev() {
            entries.swap(at, (self.next() % (at as u64 + 1)) as usize);
        }
        let ask = |maker: &mut Self, at: usize| {
            let known = entries[(maker.next() % count as u64) as usize];
            if at.is_multiple_of(2) { maker.copy(known) } else { maker.picture() }
        };
        let queries = (0..queries).map(|at| ask(self, at)).collect();
        (entries, queries)
    }

    fn next(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The hash of a picture that nobody has seen.
    fn picture(&mut self) -> Bits {
        if self.photos.is_empty() {
            return std::array::from_fn(|_| self.next());
        }
        let mut bits = [0; 4];
        for row in 0..16 {
            let photo = (self.next() % self.photos.len() as u64) as usize;
            bits[row / 4] |= self.photos[photo][row / 4] & (0xffff << (16 * (row % 4)));
        }
        bits
    }

    /// The hash of a copy: up to 40 bits differ, mostly few.
    fn copy(&mut self, mut bits: Bits) -> Bits {
        let reach = self.next() % 41;
        for _ in 0..self.next() % (reach + 1) {
            let at = self.next() % 256;
            bits[(at / 64) as usize] ^= 1 << (at % 64);
        }
        bits
    }
}
