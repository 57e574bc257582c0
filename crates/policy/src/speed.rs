//! How long a listing takes: 50 rules, 20 shares and 40 columns, with signals as rare as on a marketplace.
//!
//! `cargo test --release -p touchstone-policy speed -- --ignored --nocapture`

use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};

use crate::fixture::{review, rule};
use crate::{Column, ColumnKind, Columns, Policy, Verdict};

const FAMILIES: [&str; 6] = ["words", "price", "identity", "picture", "seller", "links"];

fn columns() -> Columns {
    let column = |index: usize| {
        let family = FAMILIES[index % FAMILIES.len()];
        match index % 4 {
            0 => Column::signal(&format!("flag_{index}"), ColumnKind::Bool, family).required(),
            1 | 2 => Column::signal(&format!("number_{index}"), ColumnKind::Int, family),
            _ => Column::signal(&format!("text_{index}"), ColumnKind::Text, family),
        }
    };
    Columns::new((0..40).map(column).collect()).unwrap()
}

/// Every fourth listing has a number, every eighth a text, every fiftieth a flag.
fn batch(columns: &Columns, rows: usize) -> RecordBatch {
    let noise = |row: usize, column: usize| row.wrapping_mul(7919).wrapping_add(column * 104_729) % 1009;
    let array = |(index, column): (usize, &Column)| -> ArrayRef {
        let each = (0..rows).map(|row| noise(row, index));
        match column.kind {
            ColumnKind::Bool => Arc::new(each.map(|n| Some(n % 50 == 0)).collect::<BooleanArray>()),
            ColumnKind::Int => Arc::new(each.map(|n| (n % 4 == 0).then_some(n as i64)).collect::<Int64Array>()),
            ColumnKind::Text => {
                let text = |n: usize| n.is_multiple_of(8).then(|| format!("handbag {} with mirror {}", n % 13, n));
                Arc::new(each.map(text).collect::<StringArray>())
            }
        }
    };
    RecordBatch::try_new(columns.schema(), columns.iter().enumerate().map(array).collect()).unwrap()
}

fn files() -> Vec<(String, String)> {
    let (flag, number, other, text) = (|i| i / 4 * 4, |i| i / 4 * 4 + 1, |i| i / 4 * 4 + 2, |i| i / 4 * 4 + 3);
    let condition = |i: usize| {
        let at = (i * 7) % 40;
        let (flag, number, other, text) = (flag(at), number(at), other(at), text(at));
        match i % 5 {
            0 => format!("flag_{flag} AND number_{number} < {}", 50 + i),
            1 => format!(
                "text_{text} IN ('gucci', 'prada', 'dior', 'handbag {i}') AND number_{number} < 250 AND number_{other} > {i}"
            ),
            2 => format!("text_{text} LIKE '%mirror {i}%' AND number_{number} BETWEEN {i} AND 400"),
            3 => format!("number_{number} IS NOT NULL AND number_{number} + coalesce(number_{other}, 0) < {}", 10 + i),
            _ => format!("score > {} AND (flag_{flag} OR number_{other} < {i})", 1_000_000 + i * 10_000),
        }
    };
    let mut files: Vec<(String, String)> =
        (0..50).map(|i| (format!("rule_{i:02}.toml"), review(&condition(i)))).collect();
    files[0].1 = rule("block", &["flag_0", "number_1"], &condition(0));
    let share = |i: usize| {
        let at = number(i * 4 % 40) + i / 10;
        let step = |limit: usize, logit: &str| {
            format!("[[share]]\nsignal = \"number_{at}\"\nwhen = \"number_{at} < {limit}\"\nlogit = {logit}\n")
        };
        step(20, "2.5") + &step(60, "1.25") + &step(200, "0.1")
    };
    let shares: String = (0..20).map(share).collect();
    files.push(("score.toml".into(), format!("schema = 1\nprior = -5.0\ncalibration = \"uncalibrated\"\n{shares}")));
    files
}

#[test]
#[ignore = "measures; run in release"]
fn speed() {
    let columns = columns();
    let start = Instant::now();
    let policy = Policy::from_sources(files(), &columns).unwrap_or_else(|found| panic!("{found:#?}"));
    println!("load {:?}", start.elapsed());
    let start = Instant::now();
    let found = Policy::check_sources(files(), &columns).len();
    println!("check {:?}, {found} findings", start.elapsed());
    for rows in [1, 8, 64, 256, 1024, 8192] {
        let batch = batch(&columns, rows);
        let times = (400_000 / rows).clamp(20, 5000);
        let start = Instant::now();
        let mut stopped = 0;
        for _ in 0..times {
            let evaluation = policy.evaluate(&batch);
            stopped = evaluation.verdicts().iter().filter(|verdict| **verdict != Verdict::Allow).count();
        }
        let each = start.elapsed().as_secs_f64() * 1e6 / (times * rows) as f64;
        let evaluation = policy.evaluate(&batch);
        let start = Instant::now();
        let found = policy.counterfactuals(&batch, &evaluation).into_iter().flatten().count();
        let counter = start.elapsed().as_secs_f64() * 1e6 / stopped.max(1) as f64;
        println!("batch {rows}: {each:.3} µs a row; {stopped} stopped, {found} counterfactuals, {counter:.1} µs each");
    }
}
