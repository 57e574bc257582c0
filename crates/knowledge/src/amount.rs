//! Sizes as makers state them: an amount, a number of a size system, or a label.

use serde::{Deserialize, Serialize};
use touchstone_text::fold;

/// What an amount is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Millilitres.
    Ml,
    /// Millimetres.
    Mm,
    /// Milliampere hours.
    Mah,
    /// Gigabytes; a terabyte is 1024 of them.
    Gb,
}

/// A quantity with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Amount {
    /// Tenths of the unit.
    pub tenths: u32,
    /// The unit.
    pub unit: Unit,
}

/// A size that a product comes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// `100 ml`, `41 mm`.
    Amount(Amount),
    /// `us 9.5`: a number, in tenths, behind the name of its system.
    System(String, u32),
    /// `25`, `mm`: stands right behind the name of the line. Folded.
    Label(String),
}

/// Size systems whose names stand before the number.
pub const SIZE_SYSTEMS: [&str; 3] = ["eu", "us", "uk"];

impl Amount {
    /// Reads a number and a unit in normal form: `1.7`, `oz` is 50.3 ml.
    pub fn read(number: &str, unit: &str) -> Option<Self> {
        // Thousandths of the unit for one.
        let (factor, unit) = match unit {
            "ml" | "мл" | "毫升" | "مل" => (1_000, Unit::Ml),
            "cl" => (10_000, Unit::Ml),
            "oz" | "floz" => (29_574, Unit::Ml),
            "mm" | "мм" | "毫米" => (1_000, Unit::Mm),
            "mah" | "мач" | "毫安" | "毫安时" => (1_000, Unit::Mah),
            "ah" | "ач" => (1_000_000, Unit::Mah),
            "gb" | "гб" | "go" => (1_000, Unit::Gb),
            "tb" | "тб" => (1_024_000, Unit::Gb),
            _ => return None,
        };
        let tenths = u64::from(tenths(number)?) * factor / 1_000;
        u32::try_from(tenths).ok().filter(|t| *t > 0).map(|tenths| Self { tenths, unit })
    }

    /// Reads `5000 mAh`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let folded = fold(text);
        let (number, unit) = folded.split_once(' ')?;
        Self::read(number, unit)
    }
}

impl Size {
    /// Reads a size as it stands in a brand's file.
    pub(crate) fn parse(text: &str) -> Self {
        let folded = fold(text);
        let of_system = || {
            folded.split_once(' ').filter(|(s, _)| SIZE_SYSTEMS.contains(s)).and_then(|(s, n)| Some((s, tenths(n)?)))
        };
        match (Amount::parse(text), of_system()) {
            (Some(amount), _) => Self::Amount(amount),
            (None, Some((system, tenths))) => Self::System(system.to_owned(), tenths),
            (None, None) => Self::Label(folded),
        }
    }
}

/// A number in tenths: `9` is 90, `9.5` is 95. Further digits are cut off.
pub fn tenths(number: &str) -> Option<u32> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let tenth = u32::from(fraction.as_bytes()[0] - b'0');
    whole.parse::<u32>().ok()?.checked_mul(10)?.checked_add(tenth)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        let amount = |tenths, unit| Size::Amount(Amount { tenths, unit });
        for (text, size) in [
            ("7.5 ml", amount(75, Unit::Ml)),
            ("41 mm", amount(410, Unit::Mm)),
            ("US 9.5", Size::System("us".into(), 95)),
            ("25", Size::Label("25".into())),
            ("MM", Size::Label("mm".into())),
            ("East West", Size::Label("east west".into())),
        ] {
            assert_eq!(Size::parse(text), size, "{text}");
        }
    }

    #[test]
    fn hostile_numbers_are_none() {
        for number in ["", ".", "1.", ".5", "99999999999", "4294967295", "1e3", "-1", "1.x"] {
            assert_eq!(Amount::read(number, "ah"), None, "{number}");
        }
    }
}
