//! One picture's pass holds a bounded amount of memory, whatever the picture.
//!
//! Measured in a process of its own, for the peak of a process never falls: the test starts this program again with the
//! name of a file, and that prints how far its peak rose.

use std::process::Command;
use std::{env, fs};

use touchstone_gallery::{Gallery, Sight};
use touchstone_vision::decode::Limits;

use crate::drawn;

const FILE: &str = "TOUCHSTONE_TEST_PICTURE";
/// What a pass may hold beside what decoding may: stated in docs/pictures.md.
const BESIDE: u64 = 192 << 20;

/// The most memory that this process ever held.
fn peak_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    1024 * line.trim().trim_end_matches(" kB").parse::<u64>().unwrap()
}

/// What the other test starts.
#[test]
#[ignore = "looks at a file that another test names"]
fn child() {
    let file = fs::read(env::var(FILE).unwrap()).unwrap();
    let gallery = Gallery::new(Sight::default(), None);
    let before = peak_bytes();
    let seen = gallery.inspect(&file).unwrap();
    eprintln!("{} × {} rose by {}", seen.facts.width, seen.facts.height, peak_bytes() - before);
}

fn rises(file: &[u8]) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture");
    fs::write(&path, file).unwrap();
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "memory::child", "--ignored", "--nocapture"]).env(FILE, &path);
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = said.lines().find_map(|line| line.split("rose by ").nth(1));
    line.unwrap_or_else(|| panic!("{said}")).trim().parse().unwrap()
}

#[test]
fn the_largest_pictures_take_no_more_than_is_said() {
    let limits = Limits::default();
    let bound = limits.memory_bytes_max + BESIDE;
    let side = (limits.pixels_max as f64).sqrt() as u32;
    let long = (limits.pixels_max / u64::from(limits.side_max)) as u32;
    for (width, height) in [(side, side), (limits.side_max, long), (long, limits.side_max)] {
        let rose = rises(&drawn(7, width, height));
        eprintln!("{width} × {height}: {} MiB held, {} MiB allowed", rose >> 20, bound >> 20);
        assert!(rose <= bound, "{width} × {height}: {rose} held, {bound} allowed");
    }
}
