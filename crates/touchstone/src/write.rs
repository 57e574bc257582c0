//! Writes decisions: JSON lines, or Parquet with one column a signal.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::Arc;

use anstream::AutoStream;
use anyhow::Result;
use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use touchstone_screening::{Decision, SignalValue};
use touchstone_signals::{REGISTRY, ValueKind};

use crate::console::Out;
use crate::outputs::OutFile;
use crate::pipeline::Screened;

/// Takes decisions batch by batch, in input order.
pub(crate) trait DecisionWriter {
    /// Writes one batch.
    fn batch(&mut self, screened: &Screened) -> Result<()>;
    /// Writes what is left, and puts a file in its place.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// Where decisions are written, unbuffered.
pub(crate) enum Sink {
    /// Standard output, byte for byte.
    Data(Out<Stdout>),
    /// Standard output, for people.
    People(Out<AutoStream<Stdout>>),
    /// A file.
    File(OutFile),
}

impl Sink {
    fn as_write(&mut self) -> &mut dyn Write {
        match self {
            Self::Data(out) => out,
            Self::People(out) => out,
            Self::File(out) => out,
        }
    }

    fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        if let Self::File(file) = self { file.finish() } else { Ok(()) }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.as_write().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.as_write().flush()
    }
}

/// A buffer before a sink.
pub(crate) struct Buffered(BufWriter<Sink>);

/// Decisions of many batches go out at once.
const BUFFER_BYTES: usize = 1 << 20;

impl Buffered {
    pub(crate) fn new(sink: Sink) -> Self {
        Self(BufWriter::with_capacity(BUFFER_BYTES, sink))
    }

    pub(crate) fn finish(self) -> Result<()> {
        Ok(self.0.into_inner().map_err(io::IntoInnerError::into_error)?.finish()?)
    }
}

impl Write for Buffered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// One canonical JSON object a line.
pub(crate) struct Jsonl(Buffered);

impl Jsonl {
    pub(crate) fn new(sink: Sink) -> Self {
        Self(Buffered::new(sink))
    }
}

impl DecisionWriter for Jsonl {
    fn batch(&mut self, screened: &Screened) -> Result<()> {
        Ok(self.0.write_all(screened.decisions.as_lines())?)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.0.finish()
    }
}

/// Parquet: the decision's head, its whole body as JSON, and every signal as a column.
///
/// The columns are read back from the canonical JSON, which is not the fastest way: but the
/// bytes are the decision, and so no column can differ from them.
pub(crate) struct Parquet {
    writer: ArrowWriter<Buffered>,
    schema: SchemaRef,
}

const HEAD: [&str; 7] = ["marketplace", "seller_id", "listing_id", "verdict", "class", "score", "body"];

/// Rows that are held in memory before they are written.
const ROW_GROUP_ROWS: usize = 64 << 10;
const ZSTD_LEVEL: i32 = 3;
/// Key in the file's metadata: the version of each signal, as a JSON object.
const VERSIONS_KEY: &str = "touchstone.signal_versions";

impl Parquet {
    pub(crate) fn new(sink: Sink) -> Result<Self> {
        let head =
            HEAD.map(|name| Field::new(name, if name == "score" { DataType::Int64 } else { DataType::Utf8 }, false));
        let signals = REGISTRY.iter().map(|spec| Field::new(spec.id, data_type(spec.kind), true));
        let schema = Arc::new(Schema::new(head.into_iter().chain(signals).collect::<Vec<_>>()));
        let writer = ArrowWriter::try_new(Buffered::new(sink), Arc::clone(&schema), Some(properties()?))?;
        Ok(Self { writer, schema })
    }
}

fn properties() -> Result<WriterProperties> {
    let versions: serde_json::Map<_, _> =
        REGISTRY.iter().map(|spec| (spec.id.to_owned(), spec.version.into())).collect();
    let versions = KeyValue::new(VERSIONS_KEY.to_owned(), serde_json::to_string(&versions)?);
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_key_value_metadata(Some(vec![versions]))
        .build())
}

fn data_type(kind: ValueKind) -> DataType {
    match kind {
        ValueKind::Bool => DataType::Boolean,
        ValueKind::Int => DataType::Int64,
        ValueKind::Text => DataType::Utf8,
    }
}

impl DecisionWriter for Parquet {
    fn batch(&mut self, screened: &Screened) -> Result<()> {
        let decisions: Vec<Decision> = screened.decisions.decisions().collect();
        let lines = (0..decisions.len()).map(|i| String::from_utf8_lossy(screened.decisions.json(i)).into_owned());
        let text = |get: fn(&Decision) -> &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(decisions.iter().map(get)))
        };
        let mut arrays = vec![
            text(|d| &d.marketplace),
            text(|d| &d.seller_id),
            text(|d| &d.listing_id),
            text(|d| &d.verdict),
            text(|d| &d.class),
        ];
        arrays.push(Arc::new(Int64Array::from_iter_values(decisions.iter().map(|d| d.score))));
        arrays.push(Arc::new(StringArray::from_iter_values(lines)));
        arrays.extend(REGISTRY.iter().map(|spec| signal_column(spec.id, spec.kind, &decisions)));
        Ok(self.writer.write(&RecordBatch::try_new(Arc::clone(&self.schema), arrays)?)?)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.writer.into_inner()?.finish()
    }
}

fn signal_column(id: &str, kind: ValueKind, decisions: &[Decision]) -> ArrayRef {
    let values = decisions.iter().map(|d| d.signals.get(id));
    match kind {
        ValueKind::Bool => Arc::new(BooleanArray::from_iter(
            values.map(|v| matches!(v, Some(SignalValue::Bool(true))).then_some(true)),
        )),
        ValueKind::Int => Arc::new(Int64Array::from_iter(
            values.map(|v| if let Some(SignalValue::Int(n)) = v { Some(*n) } else { None }),
        )),
        ValueKind::Text => Arc::new(StringArray::from_iter(
            values.map(|v| if let Some(SignalValue::Text(t)) = v { Some(t.as_str()) } else { None }),
        )),
    }
}
