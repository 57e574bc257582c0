//! How much of what comes from outside is read. Over a limit is a reject, never a crash and never a bigger buffer.

/// Limits on one row and one file. All are enforced while reading, so that memory stays bounded by `row_bytes`
/// (and the batch under construction), whatever the length of a line or the ratio of a compressed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one row as it stands in the file (a line with its end, a CSV record, an XML item with what stands
    /// before it), and of its values together.
    /// What is longer is skipped without being kept. Default 4 MiB.
    pub row_bytes: usize,
    /// Bytes of `id`, `marketplace`, `seller_id` and of every other value that is a code or a number. Default 500.
    pub id_bytes: usize,
    /// Bytes of a title. Default 10,000 (Merchant Center allows 150 characters).
    pub title_bytes: usize,
    /// Bytes of a description. Default 200,000.
    pub description_bytes: usize,
    /// Bytes of every other text, and of each item of a list. Default 20,000.
    pub item_bytes: usize,
    /// Items of one list. Default 200.
    pub list_items: usize,
    /// Depth of nested arrays, objects or elements in one row. Default 32.
    pub depth: usize,
    /// Records of one file whose end was not found where it should be (a quote or a CDATA section that never
    /// closes), so that reading had to go back. More of them stop the file: each costs a scan of up to `row_bytes`.
    /// Default 1,000.
    pub broken_records: u32,
    /// Columns of a CSV or TSV header. Default 2,000.
    pub columns: usize,
    /// Bytes of one file after decompression. Default 1 TiB. Memory does not depend on it (a zstd window takes
    /// 128 MiB at most).
    pub file_bytes: u64,
    /// How many times larger than its archive a file may be, once it has more than 64 MiB: the guard against a small
    /// archive that never ends. Gzip reaches 1,032 at most, text 5 to 20. Default 1,000.
    pub ratio: u64,
    /// Bytes that have to be held together, because the format can't be read in pieces: a Parquet file that is
    /// compressed as a whole or comes from standard input, the pages of one that is read in place, and a file of
    /// seller records. Default 1 GiB.
    pub held_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            row_bytes: 4 << 20,
            id_bytes: 500,
            title_bytes: 10_000,
            description_bytes: 200_000,
            item_bytes: 20_000,
            list_items: 200,
            depth: 32,
            broken_records: 1_000,
            columns: 2_000,
            file_bytes: 1 << 40,
            ratio: 1_000,
            held_bytes: 1 << 30,
        }
    }
}
