//! `touchstone explain`: one decision as a person wants to read it, staff's face or the seller's.

mod find;
mod marks;
mod page;
mod phrases;
mod seller;
mod staff;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Result, bail};
use touchstone_catalog::Listing;
use touchstone_policy::Rule;
use touchstone_screening::{Active, Decision, Looked, NoHistory, PictureLookup, Screener, SignalValue, enrich, see};
use touchstone_signals::Value;

use self::phrases::Phrases;
use crate::cli::{ExplainArgs, Lang};
use crate::console::{self, Ink};
use crate::feeds;
use crate::images::Images;

pub(crate) fn run(args: &ExplainArgs) -> Result<ExitCode> {
    let (batch, row) =
        find::listing(&args.id, feeds::reader(&args.from, find::DEDUPE_MAX, find::Aside::new(&args.id)))?;
    let active = feeds::active(&args.deciders)?;
    let sellers = feeds::sellers(&args.said, ())?;
    let mut context = enrich(&batch, &active.snapshot, &sellers, &NoHistory, &feeds::day(args.today.as_deref())?);
    let images = Images::open(&args.images)?;
    see(&batch, &mut context, &Only { row: batch.row(row).key().to_string(), images: &images });
    let decisions = Screener::new(active.clone()).screen(&batch, &context);
    let Some(decision) = decisions.decision(row) else { bail!("the listing was not screened") };
    let mut out = console::out();
    let mut face = Face {
        out: &mut out,
        ink: console::ink(),
        active: &active,
        listing: batch.row(row),
        decision: &decision,
        lang: args.lang,
        phrases: Phrases::of(args.lang),
    };
    if args.seller {
        face.seller()?
    } else {
        face.staff()?
    }
    face.out.flush()?;
    if let Some(file) = &args.html {
        page::write(file, &face, &images, args.images.data.as_deref())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Only the pictures of the one listing are looked at.
struct Only<'i> {
    row: String,
    images: &'i Images,
}

impl PictureLookup for Only<'_> {
    fn look(&self, listing: &Listing<'_>) -> Looked {
        if listing.key().to_string() == self.row { self.images.look(listing) } else { Looked::default() }
    }
}

/// What a decision is explained with.
struct Face<'f> {
    out: &'f mut dyn Write,
    ink: Ink,
    active: &'f Active,
    listing: Listing<'f>,
    decision: &'f Decision,
    lang: Lang,
    phrases: &'static Phrases,
}

impl<'f> Face<'f> {
    fn line(&mut self, line: impl std::fmt::Display) -> io::Result<()> {
        writeln!(self.out, "{line}")
    }

    fn rule(&self, code: &str) -> Option<&'f Rule> {
        self.active.policy.rule(code)
    }

    fn say(&self, signal: &str) -> String {
        let value = self.decision.signals.get(signal).map_or(Value::Null, SignalValue::as_value);
        self.active.say(signal, value)
    }
}
