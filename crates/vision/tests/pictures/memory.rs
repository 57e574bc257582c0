//! Decoding holds no more memory than it says beforehand.
//!
//! Measured in a process of its own, for libraries in C allocate too and the peak of a process never falls: a test starts
//! this program again with the name of a test that decodes one file and prints how far its peak rose.

use std::process::Command;
use std::{env, fs};

use image::ExtendedColorType;
use touchstone_vision::Picture;
use touchstone_vision::decode::{Limits, Refusal, decode, decode_scaled};
use turbojpeg::{PixelFormat, Subsamp};

use crate::files::{Jpeg, exif, gif, png, webp, with_segment};

const FILE: &str = "TOUCHSTONE_TEST_PICTURE";

/// The most memory that this process ever held.
fn peak_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    1024 * line.trim().trim_end_matches(" kB").parse::<u64>().unwrap()
}

/// What another test starts.
#[test]
#[ignore = "decodes a file that another test names"]
fn child() {
    let file = fs::read(env::var(FILE).unwrap()).unwrap();
    let before = peak_bytes();
    let _ = decode(&file, &Limits::default());
    eprintln!("rose by {}", peak_bytes() - before);
}

/// By how much the peak of a process rises that decodes a file.
pub(crate) fn rises(name: &str, file: &[u8]) -> u64 {
    let path = env::temp_dir().join(format!("touchstone-{}-{name}", std::process::id()));
    fs::write(&path, file).unwrap();
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "memory::child", "--ignored", "--nocapture"]).env(FILE, &path);
    let output = child.output().unwrap();
    fs::remove_file(&path).unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = said.lines().find_map(|line| line.split("rose by ").nth(1));
    line.unwrap_or_else(|| unreachable!("{name}: {said}")).trim().parse().unwrap()
}

#[test]
fn decoding_holds_no_more_memory_than_it_says() {
    let (w, h) = (4000, 3000);
    let flat = Picture::new(w, h, (0..w * h * 3).map(|at| (at / 7 % 251) as u8).collect()).unwrap();
    let plain = Jpeg::default().write(&flat);
    let progressive = Jpeg { progressive: true, subsampling: Subsamp::None, ..Jpeg::default() };
    let wide: Vec<u8> = flat.rgb().iter().flat_map(|value| [*value; 2]).collect();
    let clear: Vec<u8> = flat.rgb().chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 128]).collect();
    let files = [
        ("progressive.jpg", progressive.write(&flat)),
        ("turned.jpg", with_segment(&plain, 0xe1, &[b"Exif\0\0", &exif(6)[..]].concat())),
        ("plain.jpg", plain),
        ("inks.jpg", progressive.pixels(&clear, w, h, PixelFormat::CMYK)),
        ("wide.png", png(&wide, w, h, ExtendedColorType::Rgb16)),
        ("clear.png", png(&clear, w, h, ExtendedColorType::Rgba8)),
        ("plain.webp", webp(&flat)),
        ("moving.gif", gif(w, h, &[[1, 2, 3, 255], [0, 0, 0, 0]])),
    ];
    for (name, file) in files {
        let none = Limits { memory_bytes_max: 1 << 20, ..Limits::default() };
        let Err(Refusal::TooMuchMemory { bytes, .. }) = decode(&file, &none) else { unreachable!("{name}") };
        let rose = rises(name, &file);
        eprintln!("{name}: {} MB said, {} MB held", bytes >> 20, rose >> 20);
        assert!(rose <= bytes + (4 << 20), "{name}: {bytes} bytes said, {rose} held");
    }
}

#[test]
fn a_small_scale_needs_little_memory() {
    let flat = Picture::new(4000, 3000, vec![200; 4000 * 3000 * 3]).unwrap();
    let limits = Limits { memory_bytes_max: 4 << 20, ..Limits::default() };
    let scaled = decode_scaled(&Jpeg::default().write(&flat), &limits, 300).unwrap();
    assert_eq!((scaled.image.width(), scaled.image.height()), (500, 375));
}
