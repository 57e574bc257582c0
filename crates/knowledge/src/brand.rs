//! One brand's file, checked and resolved.

use std::collections::BTreeMap;

use toml::{Spanned, Value};
use touchstone_diagnostic::{Issue, nearest};

use crate::amount::{Amount, Size};
use crate::band::{Band, PerAmount};
use crate::codes::{is_host, is_slug};
use crate::load::{Loader, Parsed};
use crate::model::{Brand, Fact, FactRule, Line, Names};
use crate::source::{BandSource, BrandFile, FactSource, NamesSource};

type File = Parsed<BrandFile>;

/// Reads one brand; what is wrong is reported to the loader and left out.
pub(crate) fn brand(loader: &mut Loader, id: String, parsed: &File) -> Brand {
    let file = &parsed.value;
    if let Some(owner) = &file.owner {
        loader.form(parsed, owner, is_slug, "no slug", "write a-z, 0-9 and hyphens");
    }
    for shop in &file.own_shops {
        loader.form(parsed, shop, is_host, "no host", "write it without scheme, port and path: shop.example.com");
    }
    let lines = lines(loader, parsed);
    let line_ids = line_ids(&lines);
    Brand {
        id,
        name: file.name.clone(),
        standing: file.standing,
        owner: file.owner.as_ref().map(text),
        makes: loader.kind_list(parsed, &file.makes),
        never_makes: loader.kind_list(parsed, &file.never_makes),
        partners: file.partners.iter().map(text).collect(),
        own_shops: file.own_shops.iter().map(text).collect(),
        gtin_prefixes: gtin_prefixes(loader, parsed),
        names: names(loader, parsed, &file.names),
        facts: file.facts.iter().filter_map(|f| fact(loader, parsed, f, &line_ids)).collect(),
        bands: file.bands.iter().filter_map(|b| band(loader, parsed, b, &line_ids)).collect(),
        lines,
    }
}

/// A text without its place.
fn text(text: &Spanned<String>) -> String {
    text.get_ref().clone()
}

fn names(loader: &mut Loader, parsed: &File, names: &NamesSource) -> Names {
    if names.distinct.is_empty() && names.ambiguous.is_empty() && names.common.is_empty() {
        let at = parsed.text.find("[names]").unwrap_or(0);
        loader
            .issue(parsed, Issue::error(at, "the brand has no name").help("fill `distinct`, `ambiguous` or `common`"));
    }
    Names {
        distinct: loader.terms(parsed, &names.distinct),
        ambiguous: loader.terms(parsed, &names.ambiguous),
        common: loader.terms(parsed, &names.common),
        native: loader.terms(parsed, &names.native),
        nicknames: loader.terms(parsed, &names.nicknames),
        context: loader.terms(parsed, &names.context),
    }
}

fn lines(loader: &mut Loader, parsed: &File) -> Vec<Line> {
    let mut lines = Vec::new();
    for source in &parsed.value.lines {
        let (at, source) = (source.span().start, source.get_ref());
        if source.names.is_empty() && source.ambiguous.is_empty() {
            let issue = Issue::error(at, "the line has no name");
            loader.issue(parsed, issue.help("fill `names` or `ambiguous`, or leave the line out"));
        }
        let kind = source.kind.as_ref().and_then(|k| loader.kind(parsed, k));
        lines.push(Line {
            names: loader.terms(parsed, &source.names),
            ambiguous: loader.terms(parsed, &source.ambiguous),
            kind,
            released: source.released,
        });
    }
    lines
}

fn line_ids(lines: &[Line]) -> BTreeMap<String, u16> {
    let named = lines
        .iter()
        .enumerate()
        .flat_map(|(i, l)| l.names.iter().chain(&l.ambiguous).map(move |n| (touchstone_text::fold(n), i as u16)));
    named.collect()
}

fn line(loader: &mut Loader, parsed: &File, name: &Spanned<String>, ids: &BTreeMap<String, u16>) -> Option<u16> {
    let found = ids.get(&touchstone_text::fold(name.get_ref())).copied();
    if found.is_none() {
        let issue = Issue::error(name.span().start, format!("no line is called `{}`", name.get_ref()));
        let near = nearest(name.get_ref(), ids.keys().map(String::as_str));
        loader.issue(
            parsed,
            match near {
                Some(near) => issue.help(format!("did you mean `{near}`?")),
                None => issue,
            },
        );
    }
    found
}

fn gtin_prefixes(loader: &mut Loader, parsed: &File) -> Vec<String> {
    let (good, bad): (Vec<_>, Vec<_>) = parsed
        .value
        .gtin_prefixes
        .iter()
        .partition(|p| p.get_ref().bytes().all(|b| b.is_ascii_digit()) && (4..=12).contains(&p.get_ref().len()));
    for prefix in bad {
        loader.issue(
            parsed,
            Issue::error(prefix.span().start, format!("`{}` is no GS1 company prefix", prefix.get_ref()))
                .help("write 4 to 12 digits"),
        );
    }
    good.into_iter().map(|p| p.get_ref().clone()).collect()
}

fn fact(loader: &mut Loader, parsed: &File, source: &FactSource, ids: &BTreeMap<String, u16>) -> Option<Fact> {
    let line = match &source.line {
        Some(name) => Some(line(loader, parsed, name, ids)?),
        None => None,
    };
    let kind = match &source.kind {
        Some(slug) => Some(loader.kind(parsed, slug)?),
        None => None,
    };
    let rule = fact_rule(loader, parsed, source)?;
    loader.source(parsed, &source.source);
    Some(Fact { line, kind, rule, source: text(&source.source) })
}

/// What a fact may be about, for the message of a wrong one.
const ATTRIBUTES: &str = "capacity_gb, reference, known_reference, size, most, never_colour or never";

fn fact_rule(loader: &mut Loader, parsed: &File, source: &FactSource) -> Option<FactRule> {
    let values = source.values.get_ref();
    let texts = || values.iter().map(|v| v.as_str().filter(|t| !t.trim().is_empty())).collect::<Option<Vec<_>>>();
    let folded = || texts().map(|all| all.into_iter().map(touchstone_text::fold).collect());
    let capitals = || texts().map(|all| all.into_iter().map(str::to_ascii_uppercase).collect());
    let whole = |v: &Value| v.as_integer().and_then(|n| u32::try_from(n).ok());
    let rule = match source.attribute.get_ref().as_str() {
        "capacity_gb" => values.iter().map(whole).collect::<Option<Vec<_>>>().map(FactRule::CapacityGb),
        "reference" => capitals().map(FactRule::Reference),
        "known_reference" => capitals().map(FactRule::KnownReference),
        "size" => texts().map(|all| FactRule::Size(all.into_iter().map(Size::parse).collect())),
        "most" => texts().filter(|t| t.len() == 1).and_then(|t| Amount::parse(t[0])).map(FactRule::Most),
        "never_colour" => folded().map(FactRule::NeverColour),
        "never" => texts().map(|all| FactRule::Never(all.into_iter().map(str::to_owned).collect())),
        other => {
            let issue = Issue::error(source.attribute.span().start, format!("no attribute `{other}`")).help(ATTRIBUTES);
            loader.issue(parsed, issue);
            return None;
        }
    };
    let rule = rule.filter(|_| !values.is_empty());
    if rule.is_none() {
        let issue = Issue::error(source.values.span().start, "a value cannot be read, or there is none")
            .help("whole numbers for capacity_gb, one amount like `5000 mAh` for most, else texts");
        loader.issue(parsed, issue);
    }
    rule
}

fn band(loader: &mut Loader, parsed: &File, source: &BandSource, ids: &BTreeMap<String, u16>) -> Option<Band> {
    let kind = match source.kind.get_ref().as_str() {
        "any" => None,
        _ => Some(loader.kind(parsed, &source.kind)?),
    };
    let line = match &source.line {
        Some(name) => Some(line(loader, parsed, name, ids)?),
        None => None,
    };
    let per = match &source.per {
        Some(text) => Some(per(loader, parsed, text)?),
        None => None,
    };
    if source.currency.get_ref() != "USD" {
        loader.issue(
            parsed,
            Issue::error(source.currency.span().start, "bands are kept in USD")
                .help("convert with rates.toml of the band's date"),
        );
        return None;
    }
    let (low, typical) = (cents(loader, parsed, &source.low)?, cents(loader, parsed, &source.typical)?);
    if let Some(market) = &source.market {
        loader.country(parsed, market);
    }
    loader.source(parsed, &source.source);
    loader.past_day(parsed, &source.date);
    if low > typical {
        loader.issue(parsed, Issue::error(source.low.span().start, "`low` is above `typical`"));
    }
    Some(Band {
        kind,
        line,
        condition: source.condition,
        low_cents: low,
        typical_cents: typical,
        per,
        market: source.market.as_ref().map(text),
        source: text(&source.source),
        date: text(&source.date),
    })
}

fn per(loader: &mut Loader, parsed: &File, text: &Spanned<String>) -> Option<PerAmount> {
    let amount = PerAmount::parse(text.get_ref());
    if amount.is_none() {
        loader.issue(
            parsed,
            Issue::error(text.span().start, format!("`{}` is no amount", text.get_ref()))
                .help("write `100 ml`, `50 g`, `128 GB` or `10 pieces`"),
        );
    }
    amount
}

fn cents(loader: &mut Loader, parsed: &File, value: &Spanned<Value>) -> Option<i64> {
    let cents = match value.get_ref() {
        Value::Integer(units) => units.checked_mul(100),
        Value::Float(units) => Some((units * 100.0).round() as i64),
        _ => None,
    };
    let good = cents.filter(|c| Band::CENTS.contains(c));
    if good.is_none() {
        loader.issue(parsed, Issue::error(value.span().start, "a price is a positive number"));
    }
    good
}
