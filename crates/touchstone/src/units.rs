//! Times and sizes as people type them: `50ms`, `1.5s`, `16MiB`.

use std::time::Duration;

/// Reads `50ms` or `1.5s`, from a tenth of a millisecond to an hour.
pub(crate) fn time(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1e-3),
        None => (text.strip_suffix('s').unwrap_or_default(), 1.0),
    };
    let seconds = number.parse::<f64>().ok().map(|number| number * unit).filter(|s| (1e-4..=3_600.0).contains(s));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "a time up to an hour, such as 50ms or 1.5s".to_owned())
}

/// Reads `64KiB`, `16MiB` or `1GiB`, from a KiB to a TiB.
pub(crate) fn bytes(text: &str) -> Result<usize, String> {
    let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1_usize << 30)];
    let size = |(name, unit): (&str, usize)| text.strip_suffix(name)?.parse::<usize>().ok()?.checked_mul(unit);
    let size = units.into_iter().find_map(size).filter(|size| (1 << 10..=1 << 40).contains(size));
    size.ok_or_else(|| "a size, such as 64KiB, 16MiB or 1GiB".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_read() {
        let ms = |text| time(text).ok().map(|time| time.as_millis());
        assert_eq!(["50ms", "1.5s", "3600s"].map(ms), [Some(50), Some(1_500), Some(3_600_000)]);
        assert_eq!(["", "s", "50", "0s", "-1s", "2h", "3601s", "NaNs"].map(ms), [None; 8]);
        let size = |text| bytes(text).ok();
        assert_eq!(["1KiB", "16MiB", "2GiB"].map(size), [Some(1 << 10), Some(16 << 20), Some(2 << 30)]);
        assert_eq!(["", "MiB", "16", "0MiB", "-1KiB", "1.5MiB", "99999999999999GiB"].map(size), [None; 7]);
    }
}
