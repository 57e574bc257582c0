//! One column of a Parquet batch, in the few shapes that fields take.

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray, StringViewArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field as ArrowField, Int64Type, TimeUnit, TimestampMicrosecondType};

use crate::draft::Draft;
use crate::feed::delimited::add_cell;
use crate::feed::error::Halt;
use crate::field::Field;

/// A column in the shape that its field takes.
pub(super) enum Column {
    Text(StringViewArray),
    Texts(ListArray),
    Number(Int64Array),
    /// All null.
    Nothing,
}

impl Column {
    /// Brings an array into shape.
    pub(super) fn new(field: Field, array: &ArrayRef) -> Result<Self, Halt> {
        let cast = |to: &DataType| {
            // A value that does not fit is an error: made null, it would look as if the seller had said nothing.
            let strict = CastOptions { safe: false, ..CastOptions::default() };
            cast_with_options(array, to, &strict).map_err(|error| unfit(field, &error.to_string()))
        };
        match array.data_type() {
            DataType::Null => Ok(Self::Nothing),
            from if is_text(from) => Ok(Self::Text(cast(&DataType::Utf8View)?.as_string_view().clone())),
            DataType::List(item) | DataType::LargeList(item) if is_text(item.data_type()) && takes_list(field) => {
                let item = ArrowField::new_list_field(DataType::Utf8View, true);
                Ok(Self::Texts(cast(&DataType::List(item.into()))?.as_list().clone()))
            }
            from if from.is_integer() && is_number(field) => {
                Ok(Self::Number(cast(&DataType::Int64)?.as_primitive::<Int64Type>().clone()))
            }
            from if from.is_integer() && field != Field::ListedAt => {
                Ok(Self::Text(cast(&DataType::Utf8View)?.as_string_view().clone()))
            }
            from if is_time(from) && field == Field::ListedAt => {
                // A time zone changes how a moment is shown, not the moment; without one it means UTC.
                let zone = if let DataType::Timestamp(_, zone) = from { zone.clone() } else { None };
                let times = cast(&DataType::Timestamp(TimeUnit::Microsecond, zone))?;
                Ok(Self::Number(times.as_primitive::<TimestampMicrosecondType>().reinterpret_cast::<Int64Type>()))
            }
            from => Err(unfit(field, &format!("it is {from}"))),
        }
    }

    /// Gives the draft the value of one row.
    pub(super) fn add_to(&self, draft: &mut Draft, field: Field, row: usize) {
        match self {
            Self::Text(texts) if texts.is_valid(row) => add_cell(field, texts.value(row), draft),
            Self::Texts(lists) if lists.is_valid(row) => {
                let texts = lists.value(row);
                texts.as_string_view().iter().flatten().for_each(|text| draft.add(field, text));
            }
            Self::Number(numbers) if numbers.is_valid(row) => draft.set_number(field, numbers.value(row)),
            _ => {}
        }
    }
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn is_time(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp(..) | DataType::Date32 | DataType::Date64)
}

fn is_number(field: Field) -> bool {
    matches!(field, Field::PriceMinor | Field::Stock)
}

fn takes_list(field: Field) -> bool {
    field.list().is_some() || field.first_counts()
}

fn unfit(field: Field, why: &str) -> Halt {
    let hint = match field {
        Field::Price | Field::SalePrice => {
            "write prices as text with their currency (129.00 USD), or as price_minor and price_currency"
        }
        Field::ListedAt => "write a timestamp, a date, or RFC 3339 text",
        Field::Seller => "write the seller as JSON text",
        _ if takes_list(field) => "write text or a list of texts",
        _ if is_number(field) => "write whole numbers",
        _ => "write text",
    };
    Halt::content(None, format!("column {} can't be read: {why}", field.name()), hint)
}
