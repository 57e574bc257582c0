//! 128 numbers to 256 signs, and to the nearest words of a fixed codebook.
//!
//! A sign says on which side of a plane a description lies; the planes are the rows of a Hadamard matrix with columns of
//! random sign, so that all 128 sums cost seven additions a number. The share of signs in which two descriptions differ is
//! their angle. The second 128 signs are those of the mirrored description: mirroring swaps the halves.
//!
//! A codebook has 128 words for each half of a description (an inverted multi-index: 16,384 cells from 256 words). Words
//! come in pairs, each the mirror image of the other: mirroring flips the lowest bit of a word.

use crate::wide::{Wide, wide};

/// Words in each half.
pub const WORDS: usize = 128;
/// Numbers in a half.
pub const HALF: usize = 64;

/// Mean of a description (128 numbers), then the words of both halves, each 64 numbers.
///
/// Fitted by k-means by `touchstone-trials codebook`, see there; fixed, because what is kept of a picture names its words.
pub static CODEBOOK: &[u8; 128 + 2 * WORDS * HALF] = include_bytes!("codebook.bin");

/// The mean of descriptions.
pub fn mean() -> &'static [u8] {
    &CODEBOOK[..128]
}

/// The words of a half, 0 or 1.
pub fn half(index: usize) -> &'static [u8] {
    &CODEBOOK[128 + index * WORDS * HALF..][..WORDS * HALF]
}

/// The description of the same place in the mirrored picture.
pub fn mirror(description: &[u8; 128]) -> [u8; 128] {
    let mut out = [0; 128];
    for (at, number) in out.iter_mut().enumerate() {
        let (along, across, turn) = (at / 32, at / 8 % 4, at % 8);
        *number = description[along * 32 + (3 - across) * 8 + (8 - turn) % 8];
    }
    out
}

/// 256 signs.
pub fn signs(description: &[u8; 128]) -> [u64; 4] {
    let [a, b] = sides(description);
    let [c, d] = sides(&mirror(description));
    [a, b, c, d]
}

fn sides(description: &[u8; 128]) -> [u64; 2] {
    let mut sums = [0i32; 128];
    for (at, (sum, (&number, &mean))) in sums.iter_mut().zip(description.iter().zip(mean())).enumerate() {
        let centred = i32::from(number) - i32::from(mean);
        *sum = if FLIPS[at / 64] >> (at % 64) & 1 == 1 { -centred } else { centred };
    }
    hadamard(&mut sums);
    let pack = |part: &[i32]| part.iter().enumerate().fold(0, |word, (bit, &sum)| word | u64::from(sum > 0) << bit);
    [pack(&sums[..64]), pack(&sums[64..])]
}

/// Which numbers change sign: two random words.
const FLIPS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xd1b5_4a32_d192_ed03];

/// The Walsh-Hadamard transform, in place.
fn hadamard(sums: &mut [i32; 128]) {
    let mut width = 1;
    while width < 128 {
        for block in sums.chunks_exact_mut(2 * width) {
            let (left, right) = block.split_at_mut(width);
            left.iter_mut().zip(right).for_each(|(a, b)| (*a, *b) = (*a + *b, *a - *b));
        }
        width *= 2;
    }
}

/// The nearest and second nearest word of the first half, then of the second.
pub fn words(description: &[u8; 128]) -> [u8; 4] {
    wide(Named { description })
}

struct Named<'a> {
    description: &'a [u8; 128],
}

impl Wide for Named<'_> {
    type Out = [u8; 4];

    #[inline(always)]
    fn run(self) -> [u8; 4] {
        let (first, second) = self.description.split_at(HALF);
        let ([a, b], [c, d]) = (nearest(half(0), first), nearest(half(1), second));
        [a, b, c, d]
    }
}

/// The two nearest words by Euclidean distance; on a tie the lower number.
#[inline(always)]
pub fn nearest(words: &[u8], part: &[u8]) -> [u8; 2] {
    let (mut first, mut second) = ((u32::MAX, 0), (u32::MAX, 0));
    for (index, word) in words.chunks_exact(HALF).enumerate() {
        let distance = square(word, part);
        if distance < first.0 {
            second = first;
            first = (distance, index as u8);
        } else if distance < second.0 {
            second = (distance, index as u8);
        }
    }
    [first.1, second.1]
}

#[inline(always)]
fn square(a: &[u8], b: &[u8]) -> u32 {
    let sum: i32 = a.iter().zip(b).map(|(&a, &b)| (i16::from(a) - i16::from(b)) as i32).map(|d| d * d).sum();
    sum as u32
}
