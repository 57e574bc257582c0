//! `touchstone explain`: one decision as a person wants to read it, staff's face or the seller's.

use std::process::ExitCode;

use anyhow::{Result, bail};
use touchstone_catalog::{Listing, ListingBatch};
use touchstone_policy::Rule;
use touchstone_screening::{Active, Decision, Screener, SignalValue, enrich};

use crate::cli::ExplainArgs;
use crate::feeds;
use crate::style::{self, paint};
use crate::table::{guilty, highlighted, price};

pub(crate) fn run(args: &ExplainArgs) -> Result<ExitCode> {
    let active = feeds::active(&args.deciders)?;
    let sellers = feeds::sellers(args.sellers.as_deref(), ())?;
    let today = feeds::day(None)?;
    let Some((batch, row)) = find(args)? else {
        bail!("no listing `{}` in the feeds given with --from", args.id);
    };
    let context = enrich(&batch, &active.snapshot, &sellers, &today);
    let decisions = Screener::new(active.clone()).screen(&batch, &context);
    let Some(decision) = decisions.decision(row) else { bail!("the listing was not screened") };
    let face = Face { active: &active, listing: batch.row(row), decision: &decision, lang: &args.lang };
    if args.seller {
        face.seller()
    } else {
        face.staff()
    }
    Ok(ExitCode::SUCCESS)
}

fn find(args: &ExplainArgs) -> Result<Option<(ListingBatch, usize)>> {
    for batch in feeds::reader(&args.from, 0, ()) {
        let batch = batch?;
        let found = batch.rows().position(|l| l.id == args.id);
        if let Some(row) = found {
            return Ok(Some((batch, row)));
        }
    }
    Ok(None)
}

struct Face<'f> {
    active: &'f Active,
    listing: Listing<'f>,
    decision: &'f Decision,
    lang: &'f str,
}

/// One logit of the score is so many columns of its bar.
const COLUMNS_PER_LOGIT: f64 = 4.0;
const MAX_COLUMNS: f64 = 40.0;

impl Face<'_> {
    fn staff(&self) {
        let decision = self.decision;
        let verdict = paint(style::of_verdict(&decision.verdict), &decision.verdict.to_uppercase());
        anstream::println!(
            "\n{verdict}  {}  {}",
            paint(style::HEAD, &decision.listing_id),
            paint(style::DIM, &decision.class)
        );
        if let Some(review) = &decision.review {
            anstream::println!(
                "{}",
                paint(
                    style::DIM,
                    &format!(
                        "due in {} hours; {} meanwhile",
                        review.hours,
                        if review.listing == "hold" { "not shown" } else { "shown" }
                    )
                )
            );
        }
        self.listing();
        self.reasons();
        self.score();
        self.counterfactual();
        self.hashes();
    }

    fn listing(&self) {
        let field = |name: &str, text: &str| {
            if !text.is_empty() {
                anstream::println!(
                    "  {:<12} {}",
                    paint(style::DIM, &format!("{name:<12}")),
                    highlighted(text, &guilty(self.decision, name, None), true)
                );
            }
        };
        anstream::println!();
        field("title", self.listing.title);
        field("description", self.listing.description);
        field("brand", self.listing.brand);
        field("price", &price(&self.listing));
        field("condition", self.listing.condition);
        field("seller_id", self.listing.seller_id);
        for (name, items) in [
            ("variants", self.listing.variants),
            ("reviews", self.listing.reviews),
            ("questions", self.listing.questions),
        ] {
            for (i, item) in items.iter().enumerate() {
                anstream::println!(
                    "  {} {}",
                    paint(style::DIM, &format!("{name:<12}")),
                    highlighted(item, &guilty(self.decision, name, Some(i as u16)), true)
                );
            }
        }
    }

    fn reasons(&self) {
        if !self.decision.reasons.is_empty() {
            anstream::println!("\n{}", paint(style::HEAD, "Why"));
        }
        for reason in &self.decision.reasons {
            let message = self
                .rule(&reason.code)
                .map_or_else(|| reason.message.clone(), |r| r.message(self.lang, |name| self.say(name)));
            anstream::println!(
                "  • {message}  {}",
                paint(style::DIM, &format!("{} · {}", reason.code, reason.severity))
            );
        }
    }

    fn rule(&self, code: &str) -> Option<&Rule> {
        self.active.policy.rule(code)
    }

    fn say(&self, name: &str) -> String {
        match self.decision.signals.get(name) {
            Some(SignalValue::Int(permille)) if name.starts_with("price_vs_") => format!("{} %", permille / 10),
            Some(SignalValue::Int(number)) => number.to_string(),
            Some(SignalValue::Text(slug)) => self
                .active
                .snapshot
                .brand_by_slug(slug)
                .and_then(|b| self.active.snapshot.brand(b))
                .map_or_else(|| slug.replace('_', " "), |b| b.name.clone()),
            Some(SignalValue::Bool(_)) => "yes".to_owned(),
            None => String::new(),
        }
    }

    fn score(&self) {
        anstream::println!(
            "\n{} {}",
            paint(style::HEAD, "Score"),
            paint(style::DIM, &format!("log-odds, {}", self.active.policy.calibration()))
        );
        bar("prior", self.active.policy.prior());
        let mut shares: Vec<_> = self.decision.shares.iter().collect();
        shares.sort_by_key(|(name, share)| (-**share, (*name).clone()));
        shares.into_iter().for_each(|(name, share)| bar(name, *share));
        bar("together", self.decision.score);
    }

    fn counterfactual(&self) {
        if let Some(signals) = &self.decision.counterfactual {
            anstream::println!("\n{} without {}", paint(style::HEAD, "It would stay up"), signals.join(" and "));
        }
    }

    fn hashes(&self) {
        let h = &self.decision.hashes;
        let short = |hash: &str| hash.chars().take(12).collect::<String>();
        let line = format!(
            "listing {} · context {} · knowledge {} · policy {} · {}",
            short(&h.listing),
            short(&h.context),
            short(&h.knowledge),
            short(&h.policy),
            h.engine
        );
        anstream::println!("\n{}", paint(style::DIM, &line));
    }

    /// Ground, facts and the honest cure; never weights, thresholds or which spelling was caught.
    fn seller(&self) {
        let deciding = self.decision.reasons.first().and_then(|r| self.rule(&r.code));
        let Some(rule) = deciding.filter(|_| self.decision.verdict != "allow") else {
            anstream::println!("Your listing \"{}\" is up.", self.listing.title);
            return;
        };
        let state = if self.decision.verdict == "block" { "was not published" } else { "is being checked" };
        anstream::println!("Your listing \"{}\" {state}.\n", highlighted(self.listing.title, &[], false));
        anstream::println!("{}", rule.seller_text(self.lang, |name| self.say(name)));
        if let Some(cure) = rule.cure {
            anstream::println!("\n{} {}", paint(style::HINT, "What you can do:"), cure.as_str().replace('_', " "));
        }
    }
}

/// One line of the waterfall.
fn bar(name: &str, micro: i64) {
    let logits = micro as f64 / 1e6;
    let columns = (logits.abs() * COLUMNS_PER_LOGIT).min(MAX_COLUMNS).round() as usize;
    let style = if micro > 0 { style::REVIEW } else { style::ALLOW };
    anstream::println!("  {name:<28} {logits:>+7.2}  {}", paint(style, &"▇".repeat(columns)));
}
