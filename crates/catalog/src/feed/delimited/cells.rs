//! Splits one record into cells.

/// How cells are separated and quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Commas; a quote at the start of a cell opens it.
    Csv,
    /// Tabs; quotes around a whole cell are taken off.
    Tsv,
}

/// The cells of a record, without their quotes. Reused from one record to the next.
pub(crate) struct Cells {
    dialect: Dialect,
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self { dialect, text: String::new(), ends: Vec::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.text[start..*end])
    }

    /// Takes the cells of `record`, which may still have its line end.
    pub(crate) fn split(&mut self, record: &str) {
        self.text.clear();
        self.ends.clear();
        let record = record.strip_suffix('\n').unwrap_or(record);
        let record = record.strip_suffix('\r').unwrap_or(record);
        match self.dialect {
            Dialect::Tsv => record.split('\t').for_each(|cell| self.push_tsv(cell)),
            Dialect::Csv => {
                let mut rest = Some(record);
                while let Some(cells) = rest {
                    rest = self.push_csv(cells);
                }
            }
        }
    }

    fn push_tsv(&mut self, cell: &str) {
        let inner = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"'));
        match inner.map(|inner| (inner, inner.replace("\"\"", ""))) {
            Some((inner, without)) if !without.contains('"') => self.text.push_str(&inner.replace("\"\"", "\"")),
            _ => self.text.push_str(cell),
        }
        self.ends.push(self.text.len());
    }

    /// Takes the first cell of `cells`; gives those behind it.
    fn push_csv<'t>(&mut self, cells: &'t str) -> Option<&'t str> {
        let plain = match cells.strip_prefix('"') {
            Some(quoted) => self.push_quoted(quoted),
            None => cells,
        };
        let (cell, rest) = match memchr::memchr(b',', plain.as_bytes()) {
            Some(comma) => (&plain[..comma], Some(&plain[comma + 1..])),
            None => (plain, None),
        };
        self.text.push_str(cell);
        self.ends.push(self.text.len());
        rest
    }

    /// Takes what stands before the closing quote; gives what stands behind it.
    fn push_quoted<'t>(&mut self, mut quoted: &'t str) -> &'t str {
        while let Some(quote) = memchr::memchr(b'"', quoted.as_bytes()) {
            self.text.push_str(&quoted[..quote]);
            quoted = &quoted[quote + 1..];
            match quoted.strip_prefix('"') {
                Some(rest) => quoted = rest,
                None => return quoted,
            }
            self.text.push('"');
        }
        self.text.push_str(quoted);
        ""
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(dialect: Dialect, record: &str, expected: &[&str]) {
        let mut cells = Cells::new(dialect);
        cells.split(record);
        assert_eq!(cells.iter().collect::<Vec<_>>(), expected, "{record}");
        assert_eq!(cells.len(), expected.len());
    }

    #[test]
    fn csv_cells() {
        check(Dialect::Csv, "a,b,c\r\n", &["a", "b", "c"]);
        check(Dialect::Csv, "", &[""]);
        check(Dialect::Csv, ",", &["", ""]);
        check(Dialect::Csv, "\"a,b\",\"say \"\"hi\"\"\"", &["a,b", "say \"hi\""]);
        check(Dialect::Csv, "\"line\nbreak\",x\n", &["line\nbreak", "x"]);
        check(Dialect::Csv, "27\" screen,\"a\"b,\"\"", &["27\" screen", "ab", ""]);
    }

    #[test]
    fn tsv_cells() {
        check(Dialect::Tsv, "a\tb,c\t\r\n", &["a", "b,c", ""]);
        check(Dialect::Tsv, "27\" screen\t\"Best\" bag\t\"", &["27\" screen", "\"Best\" bag", "\""]);
        check(Dialect::Tsv, "\"say \"\"hi\"\"\"\t\"a \"b\" c\"", &["say \"hi\"", "\"a \"b\" c\""]);
    }

    proptest! {
        /// The `csv` crate writes; we read.
        #[test]
        fn what_others_write_is_read(record in proptest::collection::vec("[a,\"\n\té]{0,8}", 2..5)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&record).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let bytes = writer.into_inner().map_err(|error| TestCaseError::fail(error.to_string()))?;
            let mut cells = Cells::new(Dialect::Csv);
            cells.split(std::str::from_utf8(&bytes).map_err(|error| TestCaseError::fail(error.to_string()))?);
            prop_assert_eq!(cells.iter().collect::<Vec<_>>(), record);
        }
    }
}
