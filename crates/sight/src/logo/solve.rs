//! Solves symmetric equations with many right sides, block by block: Golub and Van Loan, "Matrix Computations", 4.2.
//!
//! The matrix is written as the product of a lower triangle and its transpose (Cholesky). All work but that within the
//! blocks on the diagonal is products of blocks, which a library does in the widest registers that the processor has.

use ndarray::Array2;

/// Numbers of a block's side; the last block may be smaller.
pub(crate) const BLOCK: usize = 96;
/// What a square on the diagonal is at least, in parts of the ridge, whatever rounding made of it.
const LEAST: f32 = 1e-3;

/// A lower triangle in blocks.
pub(crate) struct Triangle {
    /// Row by row, up to the diagonal.
    blocks: Vec<Vec<Array2<f32>>>,
    /// Inverses of those on the diagonal.
    inverses: Vec<Array2<f32>>,
}

impl Triangle {
    /// Of `XᵀX`, `X` given as blocks of its columns, with `ridge` times the mean of its diagonal added to that.
    pub(crate) fn of_spread(columns: &[Array2<f32>], ridge: f32) -> Self {
        let row = |at: usize| columns[..=at].iter().map(|other| columns[at].t().dot(other)).collect();
        let mut spread: Vec<Vec<Array2<f32>>> = (0..columns.len()).map(row).collect();
        let diagonal = || spread.iter().filter_map(|row| row.last()).flat_map(|block| block.diag().to_vec());
        let ridge = (ridge * diagonal().sum::<f32>() / diagonal().count().max(1) as f32).max(1e-9);
        for block in spread.iter_mut().filter_map(|row| row.last_mut()) {
            block.diag_mut().mapv_inplace(|value| value + ridge);
        }
        Self::of(spread, LEAST * ridge)
    }

    fn of(spread: Vec<Vec<Array2<f32>>>, least: f32) -> Self {
        let mut triangle = Self { blocks: Vec::new(), inverses: Vec::new() };
        for row in spread {
            let mut done: Vec<Array2<f32>> = Vec::with_capacity(row.len());
            for (at, mut block) in row.into_iter().enumerate() {
                let other = triangle.blocks.get(at).unwrap_or(&done);
                let known = done.iter().zip(other).map(|(left, right)| left.dot(&right.t()));
                known.for_each(|known| block -= &known);
                done.push(match triangle.inverses.get(at) {
                    Some(inverse) => block.dot(&inverse.t()),
                    None => corner(block, least),
                });
            }
            triangle.inverses.extend(done.last().map(inverse));
            triangle.blocks.push(done);
        }
        triangle
    }

    /// The solution for right sides that are given as blocks of rows, a column each.
    pub(crate) fn solve(&self, mut right: Vec<Array2<f32>>) -> Vec<Array2<f32>> {
        for (at, (row, inverse)) in self.blocks.iter().zip(&self.inverses).enumerate() {
            let (solved, rest) = right.split_at_mut(at);
            let Some(here) = rest.first_mut() else { break };
            row.iter().zip(&*solved).for_each(|(block, solved)| *here -= &block.dot(solved));
            *here = inverse.dot(here);
        }
        for (at, inverse) in self.inverses.iter().enumerate().rev() {
            let (left, solved) = right.split_at_mut(at + 1);
            let Some(here) = left.last_mut() else { break };
            let below = self.blocks[at + 1..].iter().map(|row| &row[at]);
            below.zip(&*solved).for_each(|(block, solved)| *here -= &block.t().dot(solved));
            *here = inverse.t().dot(here);
        }
        right
    }
}

/// The triangle of one block.
fn corner(mut block: Array2<f32>, least: f32) -> Array2<f32> {
    for row in 0..block.nrows() {
        for column in 0..block.ncols() {
            let known: f32 = (0..column.min(row)).map(|at| block[[row, at]] * block[[column, at]]).sum();
            block[[row, column]] = match column.cmp(&row) {
                std::cmp::Ordering::Less => (block[[row, column]] - known) / block[[column, column]],
                std::cmp::Ordering::Equal => (block[[row, row]] - known).max(least).sqrt(),
                std::cmp::Ordering::Greater => 0.0,
            };
        }
    }
    block
}

/// The inverse of a lower triangle, column by column.
fn inverse(triangle: &Array2<f32>) -> Array2<f32> {
    let mut inverse = Array2::zeros(triangle.raw_dim());
    for column in 0..triangle.ncols() {
        for row in column..triangle.nrows() {
            let known: f32 = (column..row).map(|at| triangle[[row, at]] * inverse[[at, column]]).sum();
            inverse[[row, column]] = (f32::from(u8::from(row == column)) - known) / triangle[[row, row]];
        }
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by elimination, number by number, in 64 bits.
    fn slowly(rows: &Array2<f32>, ridge: f32, right: &Array2<f32>) -> Array2<f32> {
        let rows = rows.mapv(f64::from);
        let mut matrix = rows.t().dot(&rows);
        let side = matrix.nrows();
        let ridge = f64::from(ridge) * matrix.diag().sum() / side as f64;
        matrix.diag_mut().mapv_inplace(|value| value + ridge);
        let mut right = right.mapv(f64::from);
        for pivot in 0..side {
            for row in (0..side).filter(|&row| row != pivot) {
                let factor = matrix[[row, pivot]] / matrix[[pivot, pivot]];
                for column in 0..side {
                    matrix[[row, column]] -= factor * matrix[[pivot, column]];
                }
                for column in 0..right.ncols() {
                    right[[row, column]] -= factor * right[[pivot, column]];
                }
            }
        }
        Array2::from_shape_fn(right.raw_dim(), |(row, column)| (right[[row, column]] / matrix[[row, row]]) as f32)
    }

    /// Parts of a matrix's columns (or of its rows), as many as a block has.
    fn blocks(matrix: &Array2<f32>, axis: usize) -> Vec<Array2<f32>> {
        matrix.axis_chunks_iter(ndarray::Axis(axis), BLOCK).map(|block| block.to_owned()).collect()
    }

    #[test]
    fn blocks_solve_as_elimination_does() {
        let mut state = 5u32;
        let mut chance = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0 - 0.5
        };
        for (count, side, rights) in [(3, 1, 2), (40, 7, 1), (20, 96, 3), (300, 97, 2), (150, 210, 5)] {
            let rows = Array2::from_shape_simple_fn((count, side), &mut chance);
            let right = Array2::from_shape_simple_fn((side, rights), &mut chance);
            let solved = Triangle::of_spread(&blocks(&rows, 1), 0.05).solve(blocks(&right, 0));
            let slow = blocks(&slowly(&rows, 0.05, &right), 0);
            let most = slow.iter().flatten().fold(0f32, |most, value| most.max(value.abs()));
            for (solved, slow) in solved.iter().flatten().zip(slow.iter().flatten()) {
                assert!((solved - slow).abs() <= 1e-3 * most, "{count} × {side}: {solved}, {slow}");
            }
        }
    }
}
