//! The program carries the console as it was built last: it is embedded anew when that was built again.

use std::path::Path;

fn main() {
    const BUILT: &str = "../../console/dist";
    // What is not there would be looked for, and this crate compiled anew, each time.
    let watched = if Path::new(BUILT).is_dir() { BUILT } else { "../../console" };
    println!("cargo::rerun-if-changed={watched}");
}
