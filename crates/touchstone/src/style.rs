//! The few styles of the output; `anstream` drops them where colour is not wanted (`NO_COLOR`, a pipe).

use anstyle::{AnsiColor, Color, Style};

use crate::mark::one_line;

const fn colour(c: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(c)))
}

/// `error:`
pub(crate) const ERROR: Style = colour(AnsiColor::Red).bold();
/// `hint:` and what to try next.
pub(crate) const HINT: Style = colour(AnsiColor::Cyan).bold();
/// A block.
pub(crate) const BLOCK: Style = colour(AnsiColor::Red).bold();
/// A review.
pub(crate) const REVIEW: Style = colour(AnsiColor::Yellow).bold();
/// Stays up.
pub(crate) const ALLOW: Style = colour(AnsiColor::Green);
/// Words that are evidence.
pub(crate) const GUILTY: Style =
    Style::new().fg_color(Some(Color::Ansi(AnsiColor::Black))).bg_color(Some(Color::Ansi(AnsiColor::Yellow)));
/// Less important.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Headings.
pub(crate) const HEAD: Style = Style::new().bold();

/// `text` in `style`, and fit for a terminal.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{}{}{}", style.render(), one_line(text), style.render_reset())
}

/// The style of a verdict.
pub(crate) fn of_verdict(verdict: &str) -> Style {
    match verdict {
        "block" => BLOCK,
        "review" => REVIEW,
        _ => ALLOW,
    }
}
