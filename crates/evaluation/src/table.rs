//! One table, as text for a terminal and as Markdown.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

/// A table with what must be said about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Its heading.
    pub title: String,
    /// Sentences above it.
    pub notes: Vec<String>,
    /// Names of the columns; the first is for names.
    pub columns: Vec<String>,
    /// Columns that are set flush left.
    pub left: Vec<usize>,
    /// Cells, row by row.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table whose first column is flush left.
    pub fn new(title: impl Into<String>, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|name| (*name).to_owned()).collect();
        Self { title: title.into(), columns, left: vec![0], ..Self::default() }
    }

    /// Adds a sentence above the table.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Sets more columns flush left.
    #[must_use]
    pub fn flush_left(mut self, columns: &[usize]) -> Self {
        self.left.extend_from_slice(columns);
        self
    }

    /// Leaves out columns in which every cell is empty.
    #[must_use]
    pub fn without_empty_columns(mut self) -> Self {
        let filled = |at: usize| self.rows.iter().any(|row| row.get(at).is_some_and(|cell| !cell.is_empty()));
        let kept: Vec<usize> = (0..self.columns.len()).filter(|at| filled(*at)).collect();
        self.columns = pick(&kept, &self.columns);
        self.rows = self.rows.iter().map(|row| pick(&kept, row)).collect();
        self.left = self.left.iter().filter_map(|left| kept.iter().position(|at| at == left)).collect();
        self
    }

    /// As text, in columns that line up.
    pub fn to_text(&self) -> String {
        let widths: Vec<usize> = (0..self.columns.len()).map(|at| self.width(at)).collect();
        let mut out = format!("{}\n", self.title);
        self.notes.iter().for_each(|note| put(&mut out, &format!("  {note}")));
        let lines = [&self.columns].into_iter().chain(&self.rows);
        for line in lines.filter(|line| !line.is_empty()) {
            let cells = line.iter().zip(&widths).enumerate().map(|(at, (cell, width))| self.padded(at, cell, *width));
            put(&mut out, &format!("  {}", cells.collect::<Vec<_>>().join("  ")));
        }
        out
    }

    fn width(&self, at: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(at));
        cells.chain(self.columns.get(at)).map(|cell| cell.width()).max().unwrap_or(0)
    }

    fn padded(&self, at: usize, cell: &str, width: usize) -> String {
        let padding = " ".repeat(width.saturating_sub(cell.width()));
        if self.left.contains(&at) { format!("{cell}{padding}") } else { format!("{padding}{cell}") }
    }

    /// As Markdown, with a heading of the second level.
    pub fn to_markdown(&self) -> String {
        let mut out = format!("## {}\n\n", self.title);
        self.notes.iter().for_each(|note| out.extend([note, "\n\n"]));
        let rule = (0..self.columns.len()).map(|at| if self.left.contains(&at) { "---" } else { "---:" }.to_owned());
        let lines = [self.columns.clone(), rule.collect()].into_iter().chain(self.rows.iter().cloned());
        for line in lines.filter(|line| !line.is_empty()) {
            let cells: Vec<String> = line.iter().map(|cell| cell.replace('|', "\\|")).collect();
            put(&mut out, &format!("| {} |", cells.join(" | ")));
        }
        out
    }
}

fn pick(kept: &[usize], cells: &[String]) -> Vec<String> {
    kept.iter().filter_map(|at| cells.get(*at).cloned()).collect()
}

fn put(out: &mut String, line: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{}", line.trim_end());
}

/// Text from outside, on one line, with characters that can't be seen written out.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_hidden(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

fn is_hidden(c: char) -> bool {
    let formats = ['\u{ad}', '\u{61c}', '\u{180e}', '\u{feff}'];
    let ranges = ['\u{200b}'..='\u{200f}', '\u{202a}'..='\u{202e}', '\u{2060}'..='\u{206f}', '\u{e0000}'..='\u{e007f}'];
    c.is_control() || formats.contains(&c) || ranges.iter().any(|range| range.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::{Table, visible};

    fn table() -> Table {
        let mut table = Table::new("Both", &["name", "n"]).note("A note.");
        table.rows = vec![vec!["手表".into(), "1".into()], vec!["a|b".into(), "23".into()]];
        table
    }

    #[test]
    fn text_lines_up_by_width_on_screen() {
        assert_eq!(table().to_text(), "Both\n  A note.\n  name   n\n  手表   1\n  a|b   23\n");
    }

    #[test]
    fn markdown_keeps_bars_inside_cells() {
        let expected = "## Both\n\nA note.\n\n| name | n |\n| --- | ---: |\n| 手表 | 1 |\n| a\\|b | 23 |\n";
        assert_eq!(table().to_markdown(), expected);
    }

    #[test]
    fn empty_columns_go_and_the_others_keep_their_side() {
        let mut table = Table::new("", &["n", "none", "why"]).flush_left(&[2]);
        table.rows = vec![vec!["1".into(), String::new(), "so".into()]];
        let table = table.without_empty_columns();
        assert_eq!((table.columns.len(), table.left, &table.rows[0][1]), (2, vec![0, 1], &"so".to_owned()));
    }

    #[test]
    fn hidden_characters_are_written_out() {
        assert_eq!(visible("Gu\u{200b}cci\tà\u{1b}[31m"), "Gu\\u{200b}cci à\\u{1b}[31m");
    }
}
