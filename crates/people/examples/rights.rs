//! Writes docs/rights.md to standard output.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(touchstone_people::reference::reference().as_bytes())
}
