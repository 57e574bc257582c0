//! Writes listings as Parquet, a few thousand rows at a time.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use arrow::array::{ArrayRef, Int64Builder, ListBuilder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::listing::Listing;

const BATCH: usize = 8_192;
const TEXTS: [&str; 14] = [
    "id",
    "title",
    "description",
    "price",
    "brand",
    "gtin",
    "condition",
    "product_type",
    "marketplace",
    "seller_id",
    "image_link",
    "ships_from",
    "market",
    "listed_at",
];
const LISTS: [&str; 3] = ["variants", "reviews", "questions"];

/// A Parquet file being written.
pub(crate) struct Table {
    writer: ArrowWriter<File>,
    schema: Arc<Schema>,
    texts: [StringBuilder; TEXTS.len()],
    stock: Int64Builder,
    lists: [ListBuilder<StringBuilder>; LISTS.len()],
    rows: usize,
}

impl Table {
    /// Starts the file.
    pub(crate) fn create(path: &Path, group: usize) -> Result<Self> {
        let schema = Arc::new(schema());
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(group))
            .build();
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))?;
        Ok(Self {
            writer,
            schema,
            texts: Default::default(),
            stock: Int64Builder::new(),
            lists: [(); LISTS.len()].map(|()| ListBuilder::new(StringBuilder::new())),
            rows: 0,
        })
    }

    /// Adds a listing.
    pub(crate) fn push(&mut self, listing: &Listing) -> Result<()> {
        let l = listing;
        let values: [&String; TEXTS.len()] = [
            &l.id,
            &l.title,
            &l.description,
            &l.price,
            &l.brand,
            &l.gtin,
            &l.condition,
            &l.product_type,
            &l.marketplace,
            &l.seller_id,
            &l.image_link,
            &l.ships_from,
            &l.market,
            &l.listed_at,
        ];
        for (builder, value) in self.texts.iter_mut().zip(values) {
            builder.append_option((!value.is_empty()).then_some(value));
        }
        self.stock.append_option(l.stock);
        for (builder, items) in self.lists.iter_mut().zip([&l.variants, &l.reviews, &l.questions]) {
            items.iter().for_each(|item| builder.values().append_value(item));
            builder.append(!items.is_empty());
        }
        self.rows += 1;
        if self.rows == BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let texts = self.texts.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef);
        let stock = std::iter::once(Arc::new(self.stock.finish()) as ArrayRef);
        let lists = self.lists.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef);
        let arrays: Vec<ArrayRef> = texts.chain(stock).chain(lists).collect();
        self.rows = 0;
        Ok(self.writer.write(&RecordBatch::try_new(Arc::clone(&self.schema), arrays)?)?)
    }

    /// Writes what is left and the end of the file.
    pub(crate) fn finish(mut self) -> Result<()> {
        if self.rows > 0 {
            self.flush()?;
        }
        self.writer.close()?;
        Ok(())
    }
}

fn schema() -> Schema {
    let text = |name: &&str| Field::new(*name, DataType::Utf8, true);
    let list = |name: &&str| Field::new_list(*name, Field::new_list_field(DataType::Utf8, true), true);
    let stock = Field::new("stock", DataType::Int64, true);
    Schema::new(TEXTS.iter().map(text).chain([stock]).chain(LISTS.iter().map(list)).collect::<Vec<_>>())
}
