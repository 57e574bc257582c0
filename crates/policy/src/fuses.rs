//! Blown fuses: a rule that blocked wrongly too often stops listings for a person to look at, and blocks none.
//!
//! Which fuses are blown is known of each row, as all else that was looked up is: what was decided while one was blown is
//! decided in the same way when it is said again.

use std::collections::BTreeMap;

use arrow::buffer::BooleanBuffer;

use crate::evaluate::{Findings, Fired};
use crate::policy::Policy;
use crate::rule::{Outcome, Rule};

/// In which rows the fuses of which rules are blown.
#[derive(Debug, Clone, Default)]
pub struct Blown(BTreeMap<usize, BooleanBuffer>);

impl Blown {
    /// From the ids of rules whose fuses are blown, row by row; what is no rule of the policy is left out.
    pub fn of<'r>(policy: &Policy, rows: impl IntoIterator<Item = &'r Vec<String>>) -> Self {
        let mut blown: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut length = 0;
        for (row, ids) in rows.into_iter().enumerate() {
            length = row + 1;
            let rules = ids.iter().filter_map(|id| policy.position(id));
            rules.for_each(|rule| blown.entry(rule).or_default().push(row));
        }
        let mask = |rows: Vec<usize>| BooleanBuffer::collect_bool(length, |row| rows.binary_search(&row).is_ok());
        Self(blown.into_iter().map(|(rule, rows)| (rule, mask(rows))).collect())
    }

    /// Sets what may not block behind what blocks.
    pub(crate) fn apart(&self, findings: Findings, rules: &[Rule]) -> Findings {
        if self.0.is_empty() {
            return findings;
        }
        let mut fired = findings.fired;
        let rest = fired.split_off(fired.partition_point(|fired| rules[fired.rule].outcome == Outcome::Block));
        let (mut blocking, mut stopping) = (Vec::new(), Vec::new());
        for Fired { rule, rows, .. } in fired {
            match self.0.get(&rule).filter(|blown| blown.len() == rows.len()) {
                None => blocking.push(Fired { rule, rows, blown: false }),
                Some(blown) => {
                    blocking.push(Fired { rule, rows: &rows & &!blown, blown: false });
                    stopping.push(Fired { rule, rows: &rows & blown, blown: true });
                }
            }
        }
        let all = blocking.into_iter().chain(stopping).filter(|fired| fired.rows.count_set_bits() > 0);
        Findings { fired: all.chain(rest).collect(), ..findings }
    }
}
