//! Writes what a snapshot knows as tables that another program can read: patterns, words, price bands, rates.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args as Arguments;
use touchstone_knowledge::{Brand, Knowledge, TermStrength};
use touchstone_text::fold;

/// Writes `patterns.tsv`, `words.tsv`, `bands.tsv` and `rates.tsv`.
#[derive(Debug, Arguments)]
pub(crate) struct Args {
    /// Knowledge folder.
    #[arg(long, default_value = "../knowledge")]
    knowledge: PathBuf,
    /// Folder to write to.
    #[arg(long)]
    out: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let (knowledge, _) = touchstone_knowledge::load(&args.knowledge)
        .map_err(|found| anyhow::anyhow!("the knowledge has {} mistakes", found.len()))?;
    std::fs::create_dir_all(&args.out)?;
    let open = |name: &str| -> Result<BufWriter<File>> {
        let path = args.out.join(name);
        Ok(BufWriter::new(File::create(&path).with_context(|| format!("cannot write {}", path.display()))?))
    };
    patterns(&knowledge, &mut open("patterns.tsv")?)?;
    bands(&knowledge, &mut open("bands.tsv")?)?;
    let mut words = open("words.tsv")?;
    knowledge.words.iter().try_for_each(|(word, _)| writeln!(words, "{word}"))?;
    let mut rates = open("rates.tsv")?;
    knowledge.rates.micros_per_usd.iter().try_for_each(|(code, micros)| writeln!(rates, "{code}\t{micros}"))?;
    Ok(())
}

/// `what`, `id`, `strength`, folded text. The same texts that the automaton holds.
fn patterns(knowledge: &Knowledge, out: &mut impl Write) -> Result<()> {
    for brand in &knowledge.brands {
        names(brand, out)?;
    }
    for group in &knowledge.groups {
        let class = serde_json::to_value(group.class)?;
        let strength = match group.strength {
            TermStrength::Weak => "weak",
            TermStrength::Strong => "strong",
            TermStrength::Explicit => "explicit",
        };
        group
            .terms
            .iter()
            .try_for_each(|term| line(out, "term", class.as_str().unwrap_or_default(), strength, term))?;
    }
    for (kind, _, word) in &knowledge.kind_words {
        let id = knowledge.kinds.get(kind.index()).map_or("", |k| &k.id);
        line(out, "kind", id, "", word)?;
    }
    for kind in &knowledge.kinds {
        kind.taxonomy.iter().try_for_each(|word| line(out, "kind", &kind.id, "", word))?;
    }
    Ok(())
}

fn names(brand: &Brand, out: &mut impl Write) -> Result<()> {
    let n = &brand.names;
    for (strength, list) in [
        ("distinct", &n.distinct),
        ("native", &n.native),
        ("nickname", &n.nicknames),
        ("ambiguous", &n.ambiguous),
        ("common", &n.common),
    ] {
        list.iter().try_for_each(|name| line(out, "name", &brand.id, strength, name))?;
    }
    n.context.iter().try_for_each(|word| line(out, "context", &brand.id, "", word))?;
    for product in &brand.lines {
        product.names.iter().try_for_each(|name| line(out, "line", &brand.id, "distinct", name))?;
        product.ambiguous.iter().try_for_each(|name| line(out, "line", &brand.id, "ambiguous", name))?;
    }
    Ok(())
}

fn line(out: &mut impl Write, what: &str, id: &str, strength: &str, text: &str) -> Result<()> {
    Ok(writeln!(out, "{what}\t{id}\t{strength}\t{}", fold(text))?)
}

/// Brand, kind, condition, low end in US cents; bands of a line or a piece are left out.
fn bands(knowledge: &Knowledge, out: &mut impl Write) -> Result<()> {
    for brand in &knowledge.brands {
        for band in brand.bands.iter().filter(|b| b.line.is_none() && b.per.is_none()) {
            let kind = band.kind.and_then(|k| knowledge.kinds.get(k.index())).map_or("", |k| &k.id);
            let condition = format!("{:?}", band.condition).to_lowercase();
            writeln!(out, "{}\t{kind}\t{condition}\t{}", brand.id, band.low_cents)?;
        }
    }
    Ok(())
}
