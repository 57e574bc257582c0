//! Small trees that add up to how sure a detector is.
//!
//! Each is a question of depth three: seven comparisons of a measured number with a threshold, then one of eight
//! points. They are fitted by `touchstone-trials mask-fit` on what the generator of the trials makes of the tune half of
//! the photos. All numbers are integers, so that every machine says the same.

/// A tree: the number asked and the threshold at each of seven nodes (the children of node `n` are `2n + 1` where it is
/// not above, `2n + 2` where it is), and the points of eight leaves, in thousandths of a log-odd.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tree {
    pub(super) asks: [u8; 7],
    pub(super) above: [i32; 7],
    pub(super) points: [i16; 8],
}

/// What one detector has learnt; points are thousandths of a log-odd.
pub(super) struct Forest {
    /// Points from which on a place is reported.
    pub(super) from: i32,
    /// Where the sum begins.
    pub(super) base: i32,
    pub(super) trees: &'static [Tree],
}

impl Forest {
    /// The sum of all trees' points.
    pub(super) fn points(&self, numbers: &[i32]) -> i32 {
        self.base + self.trees.iter().map(|tree| i32::from(tree.ask(numbers))).sum::<i32>()
    }
}

impl Tree {
    fn ask(&self, numbers: &[i32]) -> i16 {
        let mut node = 0;
        for _ in 0..3 {
            let number = numbers.get(usize::from(self.asks[node])).copied().unwrap_or(0);
            node = 2 * node + 1 + usize::from(number > self.above[node]);
        }
        self.points[node - 7]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_gives_the_points_of_the_leaf_that_its_answers_lead_to() {
        const TREE: Tree =
            Tree { asks: [0, 1, 1, 2, 2, 2, 2], above: [10, 0, 5, 1, 1, 1, 1], points: [0, 1, 2, 3, 4, 5, 6, 7] };
        let points = |trees, numbers: &[i32]| Forest { from: 0, base: 100, trees }.points(numbers);
        assert_eq!(points(&[TREE], &[10, 0, 1]), 100);
        assert_eq!(points(&[TREE], &[11, 6, 2]), 107);
        assert_eq!(points(&[TREE, TREE], &[11, 5, 2]), 110);
        assert_eq!(points(&[TREE], &[]), 100);
    }
}
