//! Marks of others: what a logo looks like that is enrolled nowhere.
//!
//! Photos beside enrolled logos show what is no logo. But an unknown logo is more like an enrolled one than a wall is, so
//! the equations are told of some, too: owners' drawings from a public collection, as few as reject the rest. They are
//! seen once a process, in some tenths of a second.

use std::sync::OnceLock;

use touchstone_inference::{Error, Runtime};
use touchstone_vision::drawing;

use super::enrolled::View;
use crate::Eyes;

/// Drawings that count.
const DRAWINGS_MAX: usize = 256;

/// Drawings of marks, one SVG a line.
#[derive(Debug, Default)]
pub(crate) struct Strangers {
    drawings: String,
    version: String,
    views: OnceLock<Vec<View>>,
}

impl Strangers {
    /// The file that the manifest names `marks`; none of them where it names none.
    pub(crate) fn open(runtime: &Runtime) -> Result<Self, Error> {
        let Some((bytes, version)) = runtime.data("marks")? else { return Ok(Self::default()) };
        let drawings = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Self { drawings, version, views: OnceLock::new() })
    }

    /// What they look like, in turn in dark and in light ink. What can't be drawn is left out.
    pub(crate) fn views(&self, eyes: &Eyes) -> Result<&[View], Error> {
        if let Some(views) = self.views.get() {
            return Ok(views);
        }
        let drawn = self.drawings.lines().filter_map(|svg| drawing::drawn(svg.as_bytes()).ok());
        let inked = drawn
            .enumerate()
            .filter_map(|(at, mut inks)| (!inks.is_empty()).then(|| inks.swap_remove(at % inks.len().min(2))));
        let pictures: Vec<_> = inked.take(DRAWINGS_MAX).collect();
        let views = View::of_all(&pictures, eyes)?;
        Ok(self.views.get_or_init(|| views))
    }

    /// Names them; empty without any.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }
}
