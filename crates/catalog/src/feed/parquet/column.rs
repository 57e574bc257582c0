//! One column of a Parquet batch, in the few shapes that fields take. Values are borrowed from its arrays.

use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray, Float64Array, Int64Array, ListArray, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Float64Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, UInt64Type,
};

use crate::draft::Draft;
use crate::feed::delimited::add_cell;
use crate::feed::error::Halt;
use crate::field::Field;
use crate::reject::{Fault, Reason};

/// A column in the shape that its field takes.
pub(super) enum Column {
    Text(BinaryViewArray),
    Texts(ListArray),
    Number(Int64Array),
    /// Numbers that may have no sign to lose.
    Unsigned(UInt64Array),
    /// Numbers that should be whole: what columns of integers with gaps become in many programs.
    Float(Float64Array),
    /// Times, and how they become microseconds.
    Time(Int64Array, Unit),
    /// All null.
    Nothing,
}

/// How long one is.
#[derive(Clone, Copy)]
pub(super) enum Unit {
    Microseconds(i64),
    Nanosecond,
}

const DAY: Unit = Unit::Microseconds(86_400_000_000);

impl Column {
    /// Brings an array into shape.
    pub(super) fn new(field: Field, array: &ArrayRef) -> Result<Self, Halt> {
        match array.data_type() {
            DataType::Null => Ok(Self::Nothing),
            DataType::BinaryView => Ok(Self::Text(array.as_binary_view().clone())),
            DataType::List(item) if *item.data_type() == DataType::BinaryView && takes_list(field) => {
                Ok(Self::Texts(array.as_list().clone()))
            }
            DataType::UInt64 if field != Field::ListedAt => {
                Ok(Self::Unsigned(array.as_primitive::<UInt64Type>().clone()))
            }
            from if from.is_integer() && field != Field::ListedAt => Ok(Self::Number(widened(field, array)?)),
            from if from.is_floating() && takes_float(field) => {
                let wide = cast(array, &DataType::Float64).map_err(|_| unfit(field, from))?;
                Ok(Self::Float(wide.as_primitive::<Float64Type>().clone()))
            }
            // What nobody could read says nothing.
            _ if field.gathers() => Ok(Self::Nothing),
            from if field == Field::ListedAt => times(array).ok_or_else(|| unfit(field, from)),
            from => Err(unfit(field, from)),
        }
    }

    /// Gives the draft the value of one row, or what is wrong with it.
    pub(super) fn add_to(&self, draft: &mut Draft, field: Field, row: usize) {
        match self {
            Self::Text(texts) if texts.is_valid(row) => {
                with_text(draft, field, texts.value(row), |draft, text| add_cell(field, text, draft));
            }
            Self::Texts(lists) if lists.is_valid(row) => {
                let items = lists.values().as_binary_view();
                let places = lists.value_offsets()[row] as usize..lists.value_offsets()[row + 1] as usize;
                for item in places.filter(|item| items.is_valid(*item)) {
                    with_text(draft, field, items.value(item), |draft, text| draft.add(field, text));
                }
            }
            Self::Number(numbers) if numbers.is_valid(row) => add_number(draft, field, numbers.value(row)),
            Self::Unsigned(numbers) if numbers.is_valid(row) => match i64::try_from(numbers.value(row)) {
                Ok(number) => add_number(draft, field, number),
                // Too large a number for a number, but not for a code.
                Err(_) => draft.add(field, itoa::Buffer::new().format(numbers.value(row))),
            },
            Self::Float(numbers) if numbers.is_valid(row) => add_float(draft, field, numbers.value(row)),
            Self::Time(times, unit) if times.is_valid(row) => add_time(draft, times.value(row), *unit),
            _ => {}
        }
    }
}

fn with_text(draft: &mut Draft, field: Field, bytes: &[u8], add: impl FnOnce(&mut Draft, &str)) {
    match std::str::from_utf8(bytes) {
        Ok(text) => add(draft, text),
        Err(error) => {
            let detail = format!("byte {} of {} is not UTF-8", error.valid_up_to() + 1, field.name());
            draft.fail(Fault::field(field, Reason::NotUtf8, detail));
        }
    }
}

fn add_number(draft: &mut Draft, field: Field, number: i64) {
    match field {
        Field::PriceMinor | Field::Stock | Field::Multipack => draft.set_number(field, number),
        _ => draft.add(field, itoa::Buffer::new().format(number)),
    }
}

/// Only whole numbers that a float keeps exactly: what lost its last digits is no code.
fn add_float(draft: &mut Draft, field: Field, number: f64) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if field.list().is_some() {
        return draft.add(field, &number.to_string());
    }
    if number.fract() == 0.0 && number.abs() < EXACT {
        return add_number(draft, field, number as i64);
    }
    let detail = format!("{} is {number}, no whole number", field.name());
    draft.fail(Fault::field(field, Reason::WrongType, detail));
}

/// Prices need their currency, and moments a unit; all else may be a number.
fn takes_float(field: Field) -> bool {
    !matches!(field, Field::Price | Field::SalePrice | Field::ListedAt | Field::Seller)
}

fn add_time(draft: &mut Draft, time: i64, unit: Unit) {
    let microseconds = match unit {
        Unit::Microseconds(unit) => time.checked_mul(unit),
        Unit::Nanosecond => Some(time.div_euclid(1_000)),
    };
    // What does not even fit is outside of the years that a time may have.
    draft.set_number(Field::ListedAt, microseconds.unwrap_or(i64::MAX));
}

/// Times in their own unit. A time zone changes how a moment is shown, not the moment; without one it means UTC.
fn times(array: &ArrayRef) -> Option<Column> {
    let (times, unit) = match array.data_type() {
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            (array.as_primitive::<TimestampMillisecondType>().reinterpret_cast(), Unit::Microseconds(1_000))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            (array.as_primitive::<TimestampMicrosecondType>().reinterpret_cast(), Unit::Microseconds(1))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            (array.as_primitive::<TimestampNanosecondType>().reinterpret_cast(), Unit::Nanosecond)
        }
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().reinterpret_cast::<Int32Type>();
            (days.unary(i64::from), DAY)
        }
        _ => return None,
    };
    Some(Column::Time(times, unit))
}

/// Integers of fewer bits as those of 64, which hold them all.
fn widened(field: Field, array: &ArrayRef) -> Result<Int64Array, Halt> {
    let wide = cast(array, &DataType::Int64).map_err(|_| unfit(field, array.data_type()))?;
    Ok(wide.as_primitive::<Int64Type>().clone())
}

fn takes_list(field: Field) -> bool {
    field.list().is_some() || field.first_counts()
}

/// A column of a type that its field can't have in any row.
fn unfit(field: Field, found: &DataType) -> Halt {
    let hint = match field {
        Field::Price | Field::SalePrice => {
            "write prices as text with their currency (129.00 USD), or as price_minor and price_currency"
        }
        Field::ListedAt => "write a timestamp, a date, or RFC 3339 text",
        Field::Seller => "write the seller as JSON text",
        _ if takes_list(field) => "write text or a list of texts",
        Field::PriceMinor | Field::Stock | Field::Multipack => "write whole numbers",
        _ => "write text",
    };
    Halt::content(None, format!("column {} can't be read: it is {found}", field.name()), hint)
}
