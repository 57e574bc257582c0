//! Writes decisions: JSON lines, or Parquet with one column a signal.

use std::io::{BufWriter, Write};
use std::sync::Arc;

use anyhow::Result;
use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use touchstone_screening::{Decision, SignalValue};
use touchstone_signals::{REGISTRY, ValueKind};

use crate::pipeline::Screened;

/// Takes decisions batch by batch, in input order.
pub(crate) trait DecisionWriter {
    /// Writes one batch.
    fn batch(&mut self, screened: &Screened) -> Result<()>;
    /// Writes what is left.
    fn finish(&mut self) -> Result<()>;
}

/// One canonical JSON object a line.
pub(crate) struct Jsonl {
    out: BufWriter<Box<dyn Write + Send>>,
}

impl Jsonl {
    pub(crate) fn new(out: Box<dyn Write + Send>) -> Self {
        Self { out: BufWriter::with_capacity(1 << 20, out) }
    }
}

impl DecisionWriter for Jsonl {
    fn batch(&mut self, screened: &Screened) -> Result<()> {
        Ok(self.out.write_all(screened.decisions.as_lines())?)
    }

    fn finish(&mut self) -> Result<()> {
        Ok(self.out.flush()?)
    }
}

/// Parquet: the decision's head, its whole body as JSON, and every signal as a column.
pub(crate) struct Parquet {
    writer: Option<ArrowWriter<Box<dyn Write + Send>>>,
    schema: SchemaRef,
}

const HEAD: [&str; 7] = ["marketplace", "seller_id", "listing_id", "verdict", "class", "score", "body"];

impl Parquet {
    pub(crate) fn new(out: Box<dyn Write + Send>) -> Result<Self> {
        let head =
            HEAD.map(|name| Field::new(name, if name == "score" { DataType::Int64 } else { DataType::Utf8 }, false));
        let signals = REGISTRY.iter().map(|spec| Field::new(spec.id, data_type(spec.kind), true));
        let schema = Arc::new(Schema::new(head.into_iter().chain(signals).collect::<Vec<_>>()));
        let writer = ArrowWriter::try_new(out, Arc::clone(&schema), None)?;
        Ok(Self { writer: Some(writer), schema })
    }
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
        if let Some(writer) = &mut self.writer {
            writer.write(&RecordBatch::try_new(Arc::clone(&self.schema), arrays)?)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        if let Some(writer) = self.writer.take() {
            writer.close()?;
        }
        Ok(())
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
