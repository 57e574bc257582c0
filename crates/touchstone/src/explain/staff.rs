//! Staff's face: the listing with its evidence, the reasons, the score and what it is made of.

use std::io;

use touchstone_screening::Reason;
use unicode_width::UnicodeWidthStr;

use super::Face;
use super::marks::{on_picture, said};
use crate::mark::{guilty, marked, one_line, texts};
use crate::style::{self, paint};
use crate::table::price;

/// One logit of the score is so many columns of its bar.
const COLUMNS_PER_LOGIT: f64 = 4.0;
const MAX_COLUMNS: f64 = 40.0;
const FIELD_WIDTH: usize = 12;
const SHARE_WIDTH: usize = 28;

impl Face<'_> {
    pub(super) fn staff(&mut self) -> io::Result<()> {
        self.verdict()?;
        self.fields()?;
        self.pictures()?;
        self.reasons()?;
        self.score()?;
        self.counterfactual()?;
        self.hashes()
    }

    fn verdict(&mut self) -> io::Result<()> {
        let decision = self.decision;
        let word = self.phrases.slug(&decision.verdict).to_uppercase();
        let verdict = paint(style::of_verdict(&decision.verdict), &word);
        let id = paint(style::HEAD, &decision.listing_id);
        let class = paint(style::DIM, &self.phrases.slug(&decision.class));
        self.line(format_args!("\n{verdict}  {id}  {class}"))?;
        match &decision.review {
            Some(review) => {
                let due = (self.phrases.due)(review.hours, review.listing == "hold");
                self.line(paint(style::DIM, &due))
            }
            None => Ok(()),
        }
    }

    fn fields(&mut self) -> io::Result<()> {
        let listing = self.listing;
        self.line("")?;
        let texts = texts(&listing);
        let (lists, whole): (Vec<_>, Vec<_>) = texts.into_iter().partition(|each| each.item.is_some());
        for each in whole {
            self.field(each.field, None, each.text)?;
        }
        self.field("price", None, &price(&listing))?;
        self.field("condition", None, &self.phrases.slug(listing.condition))?;
        self.field("seller_id", None, listing.seller_id)?;
        self.field("marketplace", None, listing.marketplace)?;
        lists.into_iter().try_for_each(|each| self.field(each.field, each.item, each.text))
    }

    fn field(&mut self, name: &str, item: Option<u16>, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let label = paint(style::DIM, &padded(&self.phrases.slug(name), FIELD_WIDTH));
        let text = marked(text, &guilty(self.decision, name, item), self.ink);
        self.line(format_args!("  {label} {text}"))
    }

    /// Each picture with what the reasons saw on it, and where.
    fn pictures(&mut self) -> io::Result<()> {
        let decision = self.decision;
        for (item, facts) in (0..).zip(&decision.context.pictures) {
            let label = paint(style::DIM, &padded(&self.phrases.slug("picture"), FIELD_WIDTH));
            self.line(format_args!("  {label} {}", one_line(&facts.source)))?;
            for place in on_picture(decision, item) {
                let said = paint(style::GUILTY, &one_line(&said(place, facts)));
                self.line(format_args!("  {} {said}", " ".repeat(FIELD_WIDTH)))?;
            }
        }
        Ok(())
    }

    fn reasons(&mut self) -> io::Result<()> {
        let decision = self.decision;
        if !decision.reasons.is_empty() {
            self.line(format_args!("\n{}", paint(style::HEAD, self.phrases.why)))?;
        }
        decision.reasons.iter().try_for_each(|reason| self.reason(reason))
    }

    fn reason(&mut self, reason: &Reason) -> io::Result<()> {
        let message = match self.rule(&reason.code) {
            Some(rule) => rule.message(self.lang.code(), |name| self.say(name)),
            None => reason.message.clone(),
        };
        let behind = format!("{} · {}", reason.code, self.phrases.slug(&reason.severity));
        self.line(format_args!("  • {}  {}", one_line(&message), paint(style::DIM, &behind)))
    }

    fn score(&mut self) -> io::Result<()> {
        let (decision, phrases) = (self.decision, self.phrases);
        let calibration = phrases.slug(self.active.policy.calibration());
        let behind = paint(style::DIM, &format!("{} · {calibration}", phrases.log_odds));
        self.line(format_args!("\n{} {behind}", paint(style::HEAD, phrases.score)))?;
        self.bar(phrases.prior, self.active.policy.prior())?;
        let mut shares: Vec<_> = decision.shares.iter().collect();
        shares.sort_by_key(|(name, share)| (-**share, (*name).clone()));
        shares.into_iter().try_for_each(|(name, share)| self.bar(name, *share))?;
        self.bar(phrases.together, decision.score)
    }

    /// One line of the waterfall.
    fn bar(&mut self, name: &str, micro: i64) -> io::Result<()> {
        let logits = micro as f64 / 1e6;
        let columns = (logits.abs() * COLUMNS_PER_LOGIT).min(MAX_COLUMNS).round() as usize;
        let style = if micro > 0 { style::REVIEW } else { style::ALLOW };
        let bar = paint(style, &"▇".repeat(columns));
        self.line(format_args!("  {} {logits:>+7.2}  {bar}", padded(name, SHARE_WIDTH)))
    }

    fn counterfactual(&mut self) -> io::Result<()> {
        let Some(signals) = &self.decision.counterfactual else { return Ok(()) };
        let (head, without) = (paint(style::HEAD, self.phrases.stays_up), self.phrases.without);
        self.line(format_args!("\n{head}{without}{}", signals.join(self.phrases.and)))
    }

    fn hashes(&mut self) -> io::Result<()> {
        let h = &self.decision.hashes;
        let short = |hash: &str| hash.chars().take(12).collect::<String>();
        let named =
            [("listing", &h.listing), ("context", &h.context), ("knowledge", &h.knowledge), ("policy", &h.policy)];
        let named = named.map(|(name, hash)| format!("{} {} · ", self.phrases.slug(name), short(hash)));
        let line = format!("{}{}", named.concat(), h.engine);
        self.line(format_args!("\n{}", paint(style::DIM, &line)))
    }
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}
