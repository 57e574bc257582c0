//! One listing's way from batch to decision: enrich, signals, score, policy.
