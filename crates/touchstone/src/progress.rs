//! Progress on standard error: rows, rate and time. A stream does not say how many rows are left.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Rows done, on a terminal only.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Hidden when `quiet` or not on a terminal.
    pub(crate) fn new(quiet: bool) -> Self {
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        let template = "{spinner} {human_pos} listings screened · {per_sec} · {elapsed}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar }
    }

    /// So many rows more are done.
    pub(crate) fn add(&self, rows: usize) {
        self.bar.inc(rows as u64);
    }

    /// Prints a line above the bar.
    pub(crate) fn line(&self, text: &str) {
        self.bar.suspend(|| anstream::eprintln!("{text}"));
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
