//! Batches of the wanted columns of a Parquet file, one row group after the other.
//!
//! Text is read as bytes, in views into the file's pages: a column that repeats one long value takes no more room than
//! the page it stands in, and bytes that are not UTF-8 are a fault of their row, not of the file.

use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field as ArrowField, Schema};
use arrow::error::ArrowError;
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::{ConvertedType, Type as PhysicalType};
use parquet::errors::ParquetError;
use parquet::file::FOOTER_SIZE;
use parquet::file::metadata::{FileMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::{ChunkReader, Length};
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};

use super::footer;
use super::pages::rows_at_a_time;
use crate::feed::error::Halt;
use crate::limits::Limits;

/// Rows decoded at a time.
const BATCH_ROWS: usize = 1_024;
/// A file's description of itself may take this part of what may be held; decoded it takes much more.
const FOOTER_PART: u64 = 32;
/// Groups around the items of a list.
const LIST_DEPTH: usize = 3;

/// Something that can be read at any place, by several readers.
#[derive(Clone)]
pub(in crate::feed) enum Source {
    File(Arc<File>),
    Memory(Bytes),
}

impl Length for Source {
    fn len(&self) -> u64 {
        match self {
            Self::File(file) => Length::len(file.as_ref()),
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }
}

impl ChunkReader for Source {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(match self {
            Self::File(file) => Box::new(file.get_read(start)?),
            Self::Memory(bytes) => Box::new(ChunkReader::get_read(bytes, start)?),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        match self {
            Self::File(file) => file.get_bytes(start, length),
            Self::Memory(bytes) => bytes.get_bytes(start, length),
        }
    }
}

/// A Parquet file being read.
pub(in crate::feed) struct Batches {
    source: Source,
    metadata: ArrowReaderMetadata,
    mask: ProjectionMask,
    held_bytes: u64,
    next_group: usize,
    group: Option<ParquetRecordBatchReader>,
}

impl Batches {
    /// Opens a file. Of its columns those are read, in the file's order, whose names are `wanted`.
    pub(in crate::feed) fn open(source: Source, limits: &Limits, wanted: impl Fn(&str) -> bool) -> Result<Self, Halt> {
        check_footer(&source, limits)?;
        let metadata = guarded(|| metadata(&source, &wanted))?;
        let columns = metadata.schema().fields().iter().enumerate();
        let roots = columns.filter(|(_, column)| wanted(column.name())).map(|(position, _)| position);
        let mask = ProjectionMask::roots(metadata.parquet_schema(), roots);
        Ok(Self { source, metadata, mask, held_bytes: limits.held_bytes, next_group: 0, group: None })
    }

    /// Names of all columns of the file.
    pub(in crate::feed) fn names(&self) -> impl Iterator<Item = &str> {
        self.metadata.schema().fields().iter().map(|column| column.name().as_str())
    }

    /// Rows that the file says it has.
    pub(in crate::feed) fn rows_total(&self) -> u64 {
        u64::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// The next batch with rows.
    pub(in crate::feed) fn advance(&mut self) -> Result<Option<RecordBatch>, Halt> {
        loop {
            if let Some(group) = &mut self.group {
                match guarded(|| group.next().transpose())? {
                    Some(batch) if batch.num_rows() > 0 => return Ok(Some(batch)),
                    Some(_) => continue,
                    None => self.group = None,
                }
            }
            if self.next_group == self.metadata.metadata().num_row_groups() {
                return Ok(None);
            }
            self.open_group()?;
        }
    }

    fn open_group(&mut self) -> Result<(), Halt> {
        let columns = self.metadata.metadata().row_group(self.next_group).columns().iter().enumerate();
        let read = columns.filter(|(leaf, _)| self.mask.leaf_included(*leaf)).map(|(_, column)| column);
        let rows = guarded(|| rows_at_a_time(&self.source, read, BATCH_ROWS, self.held_bytes))?.ok_or_else(|| {
            let detail = format!("a row may take more than {} bytes of memory", self.held_bytes);
            Halt::content(None, detail, "write the file with smaller pages and row groups")
        })?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.source.clone(), self.metadata.clone());
        let builder = builder.with_row_groups(vec![self.next_group]).with_projection(self.mask.clone());
        self.group = Some(guarded(|| builder.with_batch_size(rows).build())?);
        self.next_group += 1;
        Ok(())
    }
}

/// Refuses a file whose description of itself would fill the memory, or claims what is not there.
fn check_footer(source: &Source, limits: &Limits) -> Result<(), Halt> {
    let Some(end) = source.len().checked_sub(FOOTER_SIZE as u64) else { return Ok(()) };
    let tail = guarded(|| source.get_bytes(end, FOOTER_SIZE))?;
    let len = tail.first_chunk().map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)));
    let Some(start) = end.checked_sub(len) else { return Ok(()) };
    let max = limits.held_bytes / FOOTER_PART;
    if len > max {
        let detail = format!("the description of the columns has more than {max} bytes");
        return Err(Halt::content(None, detail, "write the file with larger row groups"));
    }
    guarded(|| footer::check(&source.get_bytes(start, len as usize)?).map_err(ParquetError::from))
}

/// Metadata of the file, with text asked for as views of bytes. What the writer said about Arrow is not needed.
fn metadata(source: &Source, wanted: &impl Fn(&str) -> bool) -> Result<ArrowReaderMetadata, ParquetError> {
    let mut found = ParquetMetaDataReader::new().parse_and_finish(source)?.into_builder();
    let groups = found.take_row_groups();
    let file = found.build();
    let file = file.file_metadata();
    let schema = Arc::new(SchemaDescriptor::new(Arc::new(without_text(file.schema(), wanted)?)));
    let created_by = file.created_by().map(str::to_owned);
    let file = FileMetaData::new(file.version(), file.num_rows(), created_by, None, schema, None);
    let metadata = Arc::new(ParquetMetaData::new(file, groups));
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let plain = ArrowReaderMetadata::try_new(Arc::clone(&metadata), options.clone())?;
    let columns: Vec<_> = plain.schema().fields().iter().map(|column| as_views(column, wanted)).collect();
    ArrowReaderMetadata::try_new(metadata, options.with_schema(Arc::new(Schema::new(columns))))
}

/// The schema with the texts of wanted columns as bytes.
fn without_text(schema: &Type, wanted: &impl Fn(&str) -> bool) -> Result<Type, ParquetError> {
    let columns = schema.get_fields().iter();
    let columns =
        columns.map(|column| if wanted(column.name()) { as_bytes(column, LIST_DEPTH) } else { Ok(column.clone()) });
    Type::group_type_builder(schema.name()).with_fields(columns.collect::<Result<_, _>>()?).build()
}

fn as_bytes(column: &TypePtr, depth: usize) -> Result<TypePtr, ParquetError> {
    let info = column.get_basic_info();
    let id = info.has_id().then(|| info.id());
    if column.is_group() && depth > 0 {
        let fields = column.get_fields().iter().map(|field| as_bytes(field, depth - 1)).collect::<Result<_, _>>()?;
        let group = Type::group_type_builder(column.name()).with_repetition(info.repetition()).with_id(id);
        let group =
            group.with_logical_type(info.logical_type_ref().cloned()).with_converted_type(info.converted_type());
        return Ok(Arc::new(group.with_fields(fields).build()?));
    }
    let is_text = column.is_primitive() && matches!(info.converted_type(), ConvertedType::UTF8 | ConvertedType::JSON);
    if !is_text {
        return Ok(column.clone());
    }
    let bytes = Type::primitive_type_builder(column.name(), PhysicalType::BYTE_ARRAY);
    Ok(Arc::new(bytes.with_repetition(info.repetition()).with_id(id).build()?))
}

/// A wanted column with its bytes, or those of the items of its list, as views.
fn as_views(column: &ArrowField, wanted: &impl Fn(&str) -> bool) -> ArrowField {
    let data_type = match column.data_type() {
        _ if !wanted(column.name()) => column.data_type().clone(),
        DataType::Binary => DataType::BinaryView,
        DataType::List(item) if *item.data_type() == DataType::Binary => {
            DataType::List(Arc::new(item.as_ref().clone().with_data_type(DataType::BinaryView)))
        }
        other => other.clone(),
    };
    column.clone().with_data_type(data_type)
}

/// Runs the decoder. A damaged file can make it panic, which must cost that file only.
fn guarded<T, E: Into<Damage>>(decode: impl FnOnce() -> Result<T, E>) -> Result<T, Halt> {
    let damage = match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error.into().0,
        Err(_) => "the decoder gave up".into(),
    };
    Err(Halt::content(None, damage, "the file is damaged or no Parquet: write it again"))
}

/// What the decoder says about a file.
struct Damage(String);

impl From<ParquetError> for Damage {
    fn from(error: ParquetError) -> Self {
        Self(error.to_string())
    }
}

impl From<ArrowError> for Damage {
    fn from(error: ArrowError) -> Self {
        Self(error.to_string())
    }
}
