//! Measured prices as a change to the brand files: the lines of an old band replaced, new bands at the end.

use std::path::Path;

use anyhow::{Context as _, Result};
use touchstone_knowledge::{Band, Brand, Snapshot};

use super::patch::{LineEdit, unified};
use super::prices::{Measured, is_for};

/// The diff of one brand's file.
pub(super) struct Proposal {
    /// The brand's slug.
    pub(super) brand: String,
    pub(super) diff: String,
}

/// A proposal for each brand with something measured, in order of brand.
pub(super) fn propose(dir: &Path, snapshot: &Snapshot, measured: &[Measured], date: &str) -> Result<Vec<Proposal>> {
    let by_brand = measured.chunk_by(|a, b| a.goods.brand == b.goods.brand);
    by_brand
        .filter_map(|of_brand| Some((snapshot.brand(of_brand.first()?.goods.brand)?, of_brand)))
        .map(|(brand, of_brand)| {
            let path = dir.join("brands").join(format!("{}.toml", brand.id));
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let edits = edits(snapshot, brand, of_brand, &text, date);
            Ok(Proposal { brand: brand.id.clone(), diff: unified(&diff_path(&path), &text, &edits) })
        })
        .collect()
}

/// The path as diffs write it: with slashes, and never from the root.
fn diff_path(path: &Path) -> String {
    let parts = path.components().filter_map(|c| match c {
        std::path::Component::Normal(part) => Some(part.to_string_lossy()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn edits(snapshot: &Snapshot, brand: &Brand, measured: &[Measured], text: &str, date: &str) -> Vec<LineEdit> {
    let blocks = blocks(text);
    // The n-th block is the n-th band, unless the file writes them in another way.
    let readable = blocks.len() == brand.bands.len();
    let mut edits = Vec::new();
    let mut added = Vec::new();
    for m in measured {
        match old_band(brand, m).filter(|_| readable) {
            Some(at) => edits.extend(replaced(text, blocks[at].clone(), m, date)),
            None => added.extend(block(snapshot, brand, m, date)),
        }
    }
    edits.sort_by_key(|e| e.at);
    if !added.is_empty() {
        edits.push(LineEdit { at: text.lines().count(), remove: 0, add: added });
    }
    edits
}

fn old_band(brand: &Brand, m: &Measured) -> Option<usize> {
    brand.bands.iter().position(|b| is_for(b, m.goods.kind, m.goods.line, m.goods.used))
}

/// What the knowledge has for these goods.
pub(super) fn old<'s>(snapshot: &'s Snapshot, m: &Measured) -> Option<&'s Band> {
    let brand = snapshot.brand(m.goods.brand)?;
    old_band(brand, m).and_then(|at| brand.bands.get(at))
}

/// Lines of each `[[bands]]` table, its header not among them.
fn blocks(text: &str) -> Vec<std::ops::Range<usize>> {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let heads = (0..lines.len()).filter(|i| lines[*i].starts_with("[[bands]]"));
    heads
        .map(|head| {
            let next = (head + 1..lines.len()).find(|i| lines[*i].starts_with('[')).unwrap_or(lines.len());
            head + 1..next
        })
        .collect()
}

/// One edit for each run of lines that measuring changes; every other line, comments too, stays.
fn replaced(text: &str, block: std::ops::Range<usize>, m: &Measured, date: &str) -> Vec<LineEdit> {
    let lines: Vec<&str> = text.lines().collect();
    let values = values(m, date);
    let mut edits: Vec<LineEdit> = Vec::new();
    for at in block {
        let key = lines[at].split('=').next().unwrap_or_default().trim();
        let Some((_, new)) = values.iter().find(|(k, new)| *k == key && new != lines[at]) else { continue };
        match edits.last_mut().filter(|e| e.at + e.remove == at) {
            Some(run) => {
                run.remove += 1;
                run.add.push(new.clone());
            }
            None => edits.push(LineEdit { at, remove: 1, add: vec![new.clone()] }),
        }
    }
    edits
}

/// The lines that measuring changes, by key.
fn values(m: &Measured, date: &str) -> [(&'static str, String); 4] {
    [
        ("low", format!("low = {}", dollars(m.low_cents))),
        ("typical", format!("typical = {}", dollars(m.typical_cents))),
        ("source", format!("source = \"measured: {} offers of {} trusted sellers\"", m.offers, m.sellers)),
        ("date", format!("date = {}", quoted(date))),
    ]
}

/// A whole new table.
fn block(snapshot: &Snapshot, brand: &Brand, m: &Measured, date: &str) -> Vec<String> {
    let kind = snapshot.knowledge.kinds.get(m.goods.kind.index()).map_or("", |k| k.id.as_str());
    let line =
        m.goods.line.and_then(|l| brand.lines.get(l as usize)).and_then(|l| l.names.first().or(l.ambiguous.first()));
    let mut lines = vec!["[[bands]]".to_owned(), format!("kind = {}", quoted(kind))];
    lines.extend(line.map(|name| format!("line = {}", quoted(name))));
    lines.push(format!("condition = \"{}\"", if m.goods.used { "used" } else { "new" }));
    lines.push("currency = \"USD\"".to_owned());
    lines.extend(values(m, date).map(|(_, line)| line));
    lines
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// 1234 cents as `12.34`, whole dollars as `12`.
pub(super) fn dollars(cents: i64) -> String {
    match cents % 100 {
        0 => (cents / 100).to_string(),
        rest => format!("{}.{rest:02}", cents / 100),
    }
}

#[cfg(test)]
mod tests {
    use touchstone_knowledge::{BrandId, KindId};

    use super::super::prices::Goods;
    use super::*;

    const FILE: &str = "name = \"X\"\n\n[[bands]]\nkind = \"bags\"\n# checked by hand\nlow = 10\ntypical = 20\nsource = \"estimate\"\ndate = \"2026-01-01\"\n[[bands]]\nkind = \"shoes\"\n";

    fn measured() -> Measured {
        let goods = Goods { brand: BrandId(0), kind: KindId(0), line: None, used: false };
        Measured { goods, low_cents: 1_250, typical_cents: 2_000, offers: 40, sellers: 4, largest: 12, outliers: 1 }
    }

    #[test]
    fn finds_tables_and_changes_only_what_was_measured() {
        assert_eq!(blocks(FILE), [3..9, 10..11]);
        let edits = replaced(FILE, 3..9, &measured(), "2026-11-02");
        let added: Vec<&str> = edits.iter().flat_map(|e| e.add.iter().map(String::as_str)).collect();
        assert_eq!(
            added,
            ["low = 12.50", "source = \"measured: 40 offers of 4 trusted sellers\"", "date = \"2026-11-02\""]
        );
        assert_eq!(edits.iter().map(|e| (e.at, e.remove)).collect::<Vec<_>>(), [(5, 1), (7, 2)]);
    }

    #[test]
    fn amounts_and_names_as_toml() {
        assert_eq!([1_200, 1_205, 5].map(dollars), ["12", "12.05", "0.05"]);
        assert_eq!(quoted(r#"5" \ disc"#), r#""5\" \\ disc""#);
    }
}
