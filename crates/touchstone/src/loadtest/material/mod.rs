//! Makes different listings, by seeded perturbation of real ones. The feeds of the benchmarks are made by the same files.

pub(crate) mod listing;
pub(crate) mod perturb;
pub(crate) mod pool;
pub(crate) mod random;
