//! Progress on standard error, on a terminal only: how much of the files is read, or only the rows
//! where a stream does not say how long it is.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::console::note;
use crate::summary::thousands;

const OF_STREAM: &str = "{spinner} {msg} · {elapsed}";
const OF_FILES: &str = "{bar:24} {percent:>3} % · {msg} · {eta} left";

/// Rows done, and how far that is.
pub(crate) struct Progress {
    bar: ProgressBar,
    rows: AtomicU64,
    of_files: bool,
    /// What a row is.
    what: &'static str,
}

impl Progress {
    /// Without an end that is known. Hidden when `quiet` or not on a terminal.
    pub(crate) fn new(quiet: bool) -> Self {
        Self::over(None, quiet)
    }

    /// Over files of so many bytes together, if that is known.
    pub(crate) fn over(bytes: Option<u64>, quiet: bool) -> Self {
        let bytes = bytes.filter(|bytes| *bytes > 0);
        let bar = match bytes {
            _ if quiet => ProgressBar::hidden(),
            Some(bytes) => ProgressBar::new(bytes),
            None => ProgressBar::new_spinner(),
        };
        if let Ok(style) = ProgressStyle::with_template(if bytes.is_some() { OF_FILES } else { OF_STREAM }) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        let progress = Self { bar, rows: AtomicU64::new(0), of_files: bytes.is_some(), what: "listings" };
        progress.add(0);
        progress
    }

    /// Over so many pictures.
    pub(crate) fn of_pictures(pictures: usize, quiet: bool) -> Self {
        Self { what: "pictures", ..Self::over(Some(pictures as u64), quiet) }
    }

    /// So many rows more are done.
    pub(crate) fn add(&self, rows: usize) {
        let rows = self.rows.fetch_add(rows as u64, Ordering::Relaxed) + rows as u64;
        if !self.bar.is_hidden() {
            let rate = rows as f64 / self.elapsed().as_secs_f64().max(0.001);
            let (what, rate) = (self.what, thousands(rate as u64));
            self.bar.set_message(format!("{} {what}, {rate} a second", thousands(rows)));
        }
    }

    /// So many bytes of the files are read.
    pub(crate) fn read(&self, bytes: u64) {
        if self.of_files {
            self.bar.set_position(bytes);
        }
    }

    /// Prints a line above the bar.
    pub(crate) fn line(&self, text: &str) {
        self.bar.suspend(|| note(text));
    }

    /// Takes the bar away.
    pub(crate) fn done(&self) {
        self.bar.finish_and_clear();
    }

    /// Time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.bar.elapsed()
    }
}
