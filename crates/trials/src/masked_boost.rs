//! Fits small trees to numbered examples: gradient boosting of the logistic loss.
//!
//! Numbers are put into at most 63 bins each. A tree has three questions on every way; each is the one that lowers the
//! loss most, and a leaf's points are a Newton step, shortened. Everything is counted in one order, so that the same
//! examples give the same trees.

/// Questions on every way through a tree.
const DEPTH: usize = 3;
/// Nodes that ask.
const NODES: usize = (1 << DEPTH) - 1;
const LEAVES: usize = 1 << DEPTH;
/// Bins of a number, at most.
const BINS: usize = 64;
/// Share of a full step that a leaf takes.
const RATE: f64 = 0.12;
/// Added to a leaf's curvature: few examples move little.
const RIDGE: f64 = 8.0;

/// An example: the numbers that a place is judged by, and whether something is hidden there.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    /// In the order of the detector's features.
    pub(crate) numbers: Vec<i32>,
    /// Whether it is what is searched.
    pub(crate) is_hidden: bool,
}

/// A tree as the detectors read it: see `forest` of the vision crate. Points are thousandths of a log-odd.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(crate) asks: [u8; NODES],
    pub(crate) above: [i32; NODES],
    pub(crate) points: [i16; LEAVES],
}

/// Trees, and where their sum begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Forest {
    pub(crate) base: i32,
    pub(crate) trees: Vec<Tree>,
}

impl Forest {
    /// The sum of all points.
    pub(crate) fn points(&self, numbers: &[i32]) -> i32 {
        self.base + self.trees.iter().map(|t| i32::from(t.points[t.leaf(|f| numbers[f])])).sum::<i32>()
    }

    /// Fits so many trees.
    pub(crate) fn fit(examples: &[&Example], trees: usize) -> Self {
        if examples.is_empty() {
            return Self::default();
        }
        let hidden = examples.iter().filter(|e| e.is_hidden).count().max(1) as f64;
        let base = (hidden / (examples.len() as f64 - hidden).max(1.0)).ln();
        let bins = Bins::of(examples);
        let mut sums = vec![base; examples.len()];
        let mut slopes = vec![(0.0, 0.0); examples.len()];
        let mut forest = Self { base: (1000.0 * base) as i32, trees: Vec::new() };
        for _ in 0..trees {
            for ((slope, sum), example) in slopes.iter_mut().zip(&sums).zip(examples) {
                let p = 1.0 / (1.0 + (-sum).exp());
                *slope = (f64::from(u8::from(example.is_hidden)) - p, p * (1.0 - p));
            }
            let tree = bins.tree(&slopes);
            for (sum, example) in sums.iter_mut().zip(examples) {
                *sum += f64::from(tree.points[tree.leaf(|f| example.numbers[f])]) / 1000.0;
            }
            forest.trees.push(tree);
        }
        forest
    }
}

impl Tree {
    fn leaf(&self, number: impl Fn(usize) -> i32) -> usize {
        let mut node = 0;
        while node < NODES {
            node = 2 * node + 1 + usize::from(number(usize::from(self.asks[node])) > self.above[node]);
        }
        node - NODES
    }
}

/// All numbers in bins, feature by feature.
struct Bins {
    /// Greatest number of each bin but the last.
    edges: Vec<Vec<i32>>,
    /// Bin of every example.
    of: Vec<Vec<u8>>,
}

impl Bins {
    fn of(examples: &[&Example]) -> Self {
        let features = examples.first().map_or(0, |e| e.numbers.len());
        let column = |f: usize| examples.iter().map(move |e| e.numbers[f]);
        let hidden = |f: usize| examples.iter().filter(|e| e.is_hidden).map(move |e| e.numbers[f]);
        let edges: Vec<Vec<i32>> = (0..features).map(|f| edges([column(f).collect(), hidden(f).collect()])).collect();
        let bin = |f: usize, v: i32| edges[f].partition_point(|e| *e < v) as u8;
        let of = (0..features).map(|f| column(f).map(|v| bin(f, v)).collect()).collect();
        Self { edges, of }
    }

    /// The tree that lowers the loss most, question by question.
    fn tree(&self, slopes: &[(f64, f64)]) -> Tree {
        let mut tree = Tree::default();
        let mut at = vec![0u8; slopes.len()];
        for depth in 0..DEPTH {
            let first = (1 << depth) - 1;
            let cuts = self.cuts(slopes, &at, 1 << depth);
            for (n, (feature, bin)) in cuts.iter().enumerate() {
                tree.asks[first + n] = *feature as u8;
                tree.above[first + n] = self.edges[*feature].get(*bin).copied().unwrap_or(i32::MAX);
            }
            for (example, node) in at.iter_mut().enumerate() {
                let (feature, bin) = cuts[usize::from(*node)];
                *node = 2 * *node + u8::from(usize::from(self.of[feature][example]) > bin);
            }
        }
        let mut leaves = [(0.0, 0.0); LEAVES];
        at.iter().zip(slopes).for_each(|(leaf, slope)| add(&mut leaves[usize::from(*leaf)], *slope));
        tree.points = leaves.map(|(slope, bend)| (1000.0 * RATE * slope / (bend + RIDGE)).round() as i16);
        tree
    }

    /// The best feature and bin of each node of a level.
    fn cuts(&self, slopes: &[(f64, f64)], at: &[u8], nodes: usize) -> Vec<(usize, usize)> {
        let mut best = vec![(0.0, (0, BINS)); nodes];
        for (feature, bins) in self.of.iter().enumerate() {
            let mut sums = vec![[(0.0, 0.0); BINS]; nodes];
            for ((node, bin), slope) in at.iter().zip(bins).zip(slopes) {
                add(&mut sums[usize::from(*node)][usize::from(*bin)], *slope);
            }
            for (best, sums) in best.iter_mut().zip(&sums) {
                let (gain, bin) = cut(sums);
                if gain > best.0 {
                    *best = (gain, (feature, bin));
                }
            }
        }
        best.into_iter().map(|(_, cut)| cut).collect()
    }
}

fn add(sum: &mut (f64, f64), slope: (f64, f64)) {
    (sum.0, sum.1) = (sum.0 + slope.0, sum.1 + slope.1);
}

/// After which bin to cut, and what that gains.
fn cut(sums: &[(f64, f64); BINS]) -> (f64, usize) {
    let value = |(slope, bend): (f64, f64)| slope * slope / (bend + RIDGE);
    let mut all = (0.0, 0.0);
    sums.iter().for_each(|s| add(&mut all, *s));
    let (mut left, mut best) = ((0.0, 0.0), (0.0, BINS));
    for (bin, sum) in sums.iter().enumerate() {
        add(&mut left, *sum);
        let right = (all.0 - left.0, all.1 - left.1);
        let gain = value(left) + value(right) - value(all);
        if left.1 > 1.0 && right.1 > 1.0 && gain > best.0 {
            best = (gain, bin);
        }
    }
    best
}

/// Numbers that cut each of two columns into as many parts of about the same size; what is searched is rare, and would
/// otherwise lie in a few bins.
fn edges(columns: [Vec<i32>; 2]) -> Vec<i32> {
    let parts = BINS / 2;
    let mut edges: Vec<i32> = Vec::new();
    for mut values in columns {
        values.sort_unstable();
        edges.extend((1..parts).filter_map(|n| values.get(n * values.len() / parts)));
    }
    edges.sort_unstable();
    edges.dedup();
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hidden where both of two numbers are large; the third says nothing.
    fn examples() -> Vec<Example> {
        let numbers = |n: i32| vec![n * 37 % 101, n * 59 % 103, n * 83 % 97];
        (0..2000).map(numbers).map(|n| Example { is_hidden: n[0] > 60 && n[1] > 50, numbers: n }).collect()
    }

    #[test]
    fn what_needs_two_numbers_is_learnt_and_the_same_examples_give_the_same_trees() {
        let all = examples();
        let examples: Vec<&Example> = all.iter().collect();
        let forest = Forest::fit(&examples, 40);
        let wrong = all.iter().filter(|e| (forest.points(&e.numbers) > 0) != e.is_hidden).count();
        assert!(wrong < 40, "{wrong} of 2000");
        assert_eq!(forest, Forest::fit(&examples, 40));
    }

    #[test]
    fn without_examples_of_both_kinds_nothing_is_asked() {
        assert_eq!(Forest::fit(&[], 2).points(&[1, 2, 3]), 0);
        let one = Example { numbers: vec![7], is_hidden: true };
        assert_eq!(Forest::fit(&[&one], 1).trees[0].above, [i32::MAX; NODES]);
    }
}
