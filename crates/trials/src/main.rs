//! Measures both errors of what sees pictures, on labelled photos and on edits made of them.

fn main() -> anyhow::Result<()> {
    Ok(())
}
