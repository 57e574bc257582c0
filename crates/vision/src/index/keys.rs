//! Sixteen keys of a hash.

use crate::pdq::Bits;

pub(super) const KEYS: usize = 16;

/// Key `k` takes from row `r` of 16 frequencies the one at `(k + r) % 16`.
pub(super) fn keys(bits: &Bits) -> [u16; KEYS] {
    let mut rows: [u16; KEYS] =
        std::array::from_fn(|r| ((bits[r / 4] >> (16 * (r % 4))) as u16).rotate_right(r as u32));
    // Rows and columns of bits change places, in squares of 8, 4, 2 and 1.
    for (size, mask) in [(8, 0x00ff), (4, 0x0f0f), (2, 0x3333), (1, 0x5555)] {
        for r in (0..KEYS).filter(|r| r & size == 0) {
            let swap = ((rows[r] >> size) ^ rows[r + size]) & mask;
            rows[r] ^= swap << size;
            rows[r + size] ^= swap;
        }
    }
    rows
}

/// The bits of a hash that each key takes.
pub(super) const MASKS: [Bits; KEYS] = masks();

const fn masks() -> [Bits; KEYS] {
    let mut masks = [[0; 4]; KEYS];
    let mut at = 0;
    while at < KEYS * KEYS {
        let (key, row) = (at / KEYS, at % KEYS);
        masks[key][row / 4] |= 1 << (16 * (row % 4) + (key + row) % KEYS);
        at += 1;
    }
    masks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_takes_one_bit_of_every_row() {
        for bit in 0..256 {
            let mut bits = [0; 4];
            bits[bit / 64] = 1_u64 << (bit % 64);
            let (row, column) = (bit / 16, bit % 16);
            let mut expected = [0_u16; KEYS];
            expected[(column + KEYS - row) % KEYS] = 1 << row;
            assert_eq!(keys(&bits), expected, "bit {bit}");
            let masked = MASKS.map(|mask| u16::from(mask[bit / 64] & bits[bit / 64] != 0) << row);
            assert_eq!(masked, expected, "bit {bit}");
        }
    }
}
