//! The four kinds of column a listing has: how each is stored in Arrow, read, written and hashed.

use std::sync::Arc;

use arrow::array::{
    Array, AsArray, Int64Array, Int64Builder, ListArray, ListBuilder, StringArray, StringBuilder,
    TimestampMicrosecondArray, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field as ArrowField, TimeUnit};
use serde_json::Value;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::listing::Texts;

/// One kind of column. Absent values are nulls in Arrow; `Value` says how a row shows them.
pub trait Kind {
    /// A value of one row.
    type Value<'a>: Copy;
    /// The Arrow array.
    type Array: Array + Clone + PartialEq + 'static;
    /// Builds the array.
    type Builder;

    /// Arrow's type.
    fn data_type() -> DataType;
    /// A builder with room for `rows`, and for as much text as `like` has.
    fn builder(rows: usize, like: Option<&Self::Array>) -> Self::Builder;
    /// Adds one row.
    fn push(builder: &mut Self::Builder, value: Self::Value<'_>);
    /// Takes what was built.
    fn finish(builder: &mut Self::Builder) -> Self::Array;
    /// Value of one row.
    fn get(array: &Self::Array, row: usize) -> Self::Value<'_>;
    /// Whether the row has no value.
    fn is_absent(value: Self::Value<'_>) -> bool;
    /// Feeds a value that is there to the hash, so that no two values give the same bytes.
    fn hash(value: Self::Value<'_>, hash: &mut Sha256);
    /// A value that is there as JSON which feeds of JSON lines may hold.
    fn json(value: Self::Value<'_>) -> Value;
}

/// Room for the text of a column: an eighth more than it needed in the batch before.
fn text_bytes(rows: usize, like: Option<&StringArray>) -> usize {
    like.map_or(rows * 16, |like| like.value_data().len() / 8 * 9)
}

/// A text; absent is the empty text.
#[derive(Debug, Clone, Copy)]
pub struct Text;

impl Kind for Text {
    type Value<'a> = &'a str;
    type Array = StringArray;
    type Builder = StringBuilder;

    fn data_type() -> DataType {
        DataType::Utf8
    }

    fn builder(rows: usize, like: Option<&StringArray>) -> StringBuilder {
        StringBuilder::with_capacity(rows, text_bytes(rows, like))
    }

    fn push(builder: &mut StringBuilder, value: &str) {
        builder.append_option((!value.is_empty()).then_some(value));
    }

    fn finish(builder: &mut StringBuilder) -> StringArray {
        builder.finish()
    }

    fn get(array: &StringArray, row: usize) -> &str {
        if array.is_null(row) { "" } else { array.value(row) }
    }

    fn is_absent(value: &str) -> bool {
        value.is_empty()
    }

    fn hash(value: &str, hash: &mut Sha256) {
        hash.update((value.len() as u64).to_le_bytes());
        hash.update(value);
    }

    fn json(value: &str) -> Value {
        value.into()
    }
}

/// A whole number.
#[derive(Debug, Clone, Copy)]
pub struct Int;

impl Kind for Int {
    type Value<'a> = Option<i64>;
    type Array = Int64Array;
    type Builder = Int64Builder;

    fn data_type() -> DataType {
        DataType::Int64
    }

    fn builder(rows: usize, _: Option<&Int64Array>) -> Int64Builder {
        Int64Builder::with_capacity(rows)
    }

    fn push(builder: &mut Int64Builder, value: Option<i64>) {
        builder.append_option(value);
    }

    fn finish(builder: &mut Int64Builder) -> Int64Array {
        builder.finish()
    }

    fn get(array: &Int64Array, row: usize) -> Option<i64> {
        array.is_valid(row).then(|| array.value(row))
    }

    fn is_absent(value: Option<i64>) -> bool {
        value.is_none()
    }

    fn hash(value: Option<i64>, hash: &mut Sha256) {
        hash.update(value.unwrap_or_default().to_le_bytes());
    }

    fn json(value: Option<i64>) -> Value {
        value.into()
    }
}

/// A moment: microseconds since 1970, UTC.
#[derive(Debug, Clone, Copy)]
pub struct Time;

impl Kind for Time {
    type Value<'a> = Option<i64>;
    type Array = TimestampMicrosecondArray;
    type Builder = TimestampMicrosecondBuilder;

    fn data_type() -> DataType {
        DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
    }

    fn builder(rows: usize, _: Option<&TimestampMicrosecondArray>) -> TimestampMicrosecondBuilder {
        TimestampMicrosecondBuilder::with_capacity(rows).with_data_type(Self::data_type())
    }

    fn push(builder: &mut TimestampMicrosecondBuilder, value: Option<i64>) {
        builder.append_option(value);
    }

    fn finish(builder: &mut TimestampMicrosecondBuilder) -> TimestampMicrosecondArray {
        builder.finish()
    }

    fn get(array: &TimestampMicrosecondArray, row: usize) -> Option<i64> {
        array.is_valid(row).then(|| array.value(row))
    }

    fn is_absent(value: Option<i64>) -> bool {
        value.is_none()
    }

    fn hash(value: Option<i64>, hash: &mut Sha256) {
        Int::hash(value, hash);
    }

    /// RFC 3339. Moments of a batch lie in the years 0 to 9999, which it can say.
    fn json(value: Option<i64>) -> Value {
        let moment =
            value.and_then(|micros| OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000).ok());
        moment.and_then(|moment| moment.format(&Rfc3339).ok()).into()
    }
}

/// A list of texts; absent is the empty list.
#[derive(Debug, Clone, Copy)]
pub struct List;

impl Kind for List {
    type Value<'a> = Texts<'a>;
    type Array = ListArray;
    type Builder = ListBuilder<StringBuilder>;

    fn data_type() -> DataType {
        DataType::List(Arc::new(ArrowField::new_list_field(DataType::Utf8, true)))
    }

    fn builder(rows: usize, like: Option<&ListArray>) -> Self::Builder {
        let texts = like.and_then(|like| like.values().as_string_opt::<i32>());
        let items = texts.map_or(rows, |texts| texts.len());
        ListBuilder::with_capacity(StringBuilder::with_capacity(items, text_bytes(rows, texts)), rows)
    }

    fn push(builder: &mut Self::Builder, value: Texts<'_>) {
        for text in value {
            builder.values().append_value(text);
        }
        builder.append(!value.is_empty());
    }

    fn finish(builder: &mut Self::Builder) -> ListArray {
        builder.finish()
    }

    fn get(array: &ListArray, row: usize) -> Texts<'_> {
        Texts::of_array(array, row)
    }

    fn is_absent(value: Texts<'_>) -> bool {
        value.is_empty()
    }

    fn hash(value: Texts<'_>, hash: &mut Sha256) {
        hash.update((value.len() as u64).to_le_bytes());
        for text in value {
            Text::hash(text, hash);
        }
    }

    fn json(value: Texts<'_>) -> Value {
        value.iter().collect()
    }
}
