//! How often a hidden logo is found, and how often an honest picture is taken for one.
//!
//! The pictures are made here: on photos of garments something like a logo is drawn where one would be, on photos with
//! marked logos the real one is taken, and it is hidden in each of the ways of `HIDDEN`; beside them stand the honest
//! pictures of `HONEST`. All are written as JPEG of quality 70 to 95 and read again. Photos of garments and groceries as
//! they are stand for ordinary pictures. A hidden logo counts as found when a reported place covers a quarter of it or
//! overlaps it by a fifth; any place at all on an honest picture is a false one.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustix::time::{ClockId, clock_gettime};
use touchstone_vision::PixelBox;
use touchstone_vision::masked::{Mask, find};

use crate::masked_cases::{Case, Source, each_case};
use crate::masked_draw::Canvas;

/// What to measure on.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Which half: `tune` or `held`; both if not given
    #[arg(long)]
    pub(crate) half: Option<String>,
    /// Another word draws other pictures on the same photos
    #[arg(long, default_value = "")]
    pub(crate) seed: String,
    /// Write pictures that were taken wrongly into this folder
    #[arg(long)]
    pub(crate) write: Option<PathBuf>,
}

/// What was said of a case.
struct Said {
    source: &'static str,
    kind: &'static str,
    is_hidden: bool,
    weak: bool,
    /// By what, if the place was found or a false one was reported.
    how: Option<&'static str>,
    ms: f64,
}

/// Runs over all cases and prints tables.
///
/// # Errors
/// A photo that is not there or not read.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    for (name, tune) in [("tune", true), ("held", false)] {
        if args.half.as_deref().is_none_or(|half| half == name) {
            let look = |case: &Case| look(case, args.write.as_deref());
            let said = each_case(&args.source, tune, &args.seed, look)?.into_iter().collect::<Result<Vec<_>>>()?;
            writeln!(out, "\n## {name}\n")?;
            report(&said, out)?;
        }
    }
    Ok(())
}

fn look(case: &Case, folder: Option<&Path>) -> Result<Said> {
    let begin = thread_ms();
    let masks = find(&case.picture);
    let ms = thread_ms() - begin;
    let counts = |m: &&Mask| case.hidden.is_none_or(|place| covers(&m.place, &place));
    let how = masks.iter().find(counts).map(|m| m.how.word());
    if let Some(folder) = folder.filter(|_| how.is_some() != case.hidden.is_some()) {
        write(folder, case, &masks)?;
    }
    let Case { source, kind, weak, .. } = *case;
    Ok(Said { source, kind, is_hidden: case.hidden.is_some(), weak, how, ms })
}

/// What this thread has worked so far, in milliseconds: what else runs on the machine does not count.
fn thread_ms() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// Whether a reported place finds a hidden one.
pub(crate) fn covers(found: &PixelBox, hidden: &PixelBox) -> bool {
    let meet = found.meet(hidden).area();
    found.overlap(hidden) >= 0.2 || (meet * 4 >= hidden.area() && found.area() <= 4 * hidden.area())
}

fn report(said: &[Said], out: &mut impl Write) -> Result<()> {
    writeln!(out, "| source | kind | of | fired | share | as |\n|---|---|---|---|---|---|")?;
    table(said, |s| (s.is_hidden, s.source, s.kind), |k| format!("{} | {}", k.1, k.2), out)?;
    writeln!(out, "\n| group | of | fired | share | as |\n|---|---|---|---|---|")?;
    let way = |s: &Said| s.kind.split('-').next().unwrap_or(s.kind);
    let is = |hidden| if hidden { "hidden" } else { "honest" };
    table(said, |s| (s.is_hidden, way(s)), |k| format!("{}: {}", is(k.0), k.1), out)?;
    let blurred = said.iter().filter(|s| s.is_hidden && way(s) == "blurred");
    table(blurred, |s| s.weak, |weak| format!("hidden: blurred, {}", if weak { "weak" } else { "strong" }), out)?;
    let is_plain = |s: &Said| (s.is_hidden, s.kind == "plain");
    let all = |(hidden, plain)| format!("{}: {}", is(hidden), if plain { "all plain" } else { "all made" });
    table(said, is_plain, all, out)?;
    let mut ms: Vec<f64> = said.iter().map(|s| s.ms).collect();
    ms.sort_by(f64::total_cmp);
    let at = |share: usize| ms.get(ms.len() * share / 100).copied().unwrap_or(0.0);
    let mean = ms.iter().sum::<f64>() / ms.len().max(1) as f64;
    writeln!(
        out,
        "\n{} pictures, {mean:.2} ms each, half below {:.2}, of a hundred 99 below {:.2}",
        ms.len(),
        at(50),
        at(99)
    )?;
    Ok(())
}

/// A row for each group: how many, how many fired, and as what.
fn table<'s, K: Ord + Copy>(
    said: impl IntoIterator<Item = &'s Said>,
    key: impl Fn(&Said) -> K,
    name: impl Fn(K) -> String,
    out: &mut impl Write,
) -> Result<()> {
    let mut groups: BTreeMap<K, Vec<&Said>> = BTreeMap::new();
    said.into_iter().for_each(|s| groups.entry(key(s)).or_default().push(s));
    for (key, said) in groups {
        let mut hows: BTreeMap<&str, usize> = BTreeMap::new();
        said.iter().filter_map(|s| s.how).for_each(|how| *hows.entry(how).or_default() += 1);
        let (of, hit) = (said.len(), hows.values().sum::<usize>());
        let hows: Vec<String> = hows.iter().map(|(how, count)| format!("{how} {count}")).collect();
        let share = 100.0 * hit as f64 / of as f64;
        writeln!(out, "| {} | {of} | {hit} | {share:.1} % | {} |", name(key), hows.join(", "))?;
    }
    Ok(())
}

fn write(folder: &Path, case: &Case, masks: &[Mask]) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut canvas = Canvas::of(&case.picture);
    let mut frame = |b: &PixelBox, colour| {
        let (x1, y1, x2, y2) = (b.x1 as f32, b.y1 as f32, b.x2 as f32, b.y2 as f32);
        for (from, to) in [((x1, y1), (x2, y1)), ((x2, y1), (x2, y2)), ((x2, y2), (x1, y2)), ((x1, y2), (x1, y1))] {
            canvas.stroke(from, to, 1.5, colour, 1.0);
        }
    };
    case.hidden.iter().for_each(|b| frame(b, [0, 255, 0]));
    masks.iter().for_each(|m| frame(&m.place, [255, 0, 255]));
    let how = masks.first().map_or("none", |m| m.how.word());
    let stem = case.file.trim_end_matches(".jpg").replace('/', "-");
    let name = format!("{}_{how}_{}_{}.ppm", case.kind, case.source, &stem[stem.len().saturating_sub(12)..]);
    let mut bytes = format!("P6\n{} {}\n255\n", canvas.width, canvas.height).into_bytes();
    bytes.extend(&canvas.rgb);
    fs::write(folder.join(name), bytes)?;
    Ok(())
}
