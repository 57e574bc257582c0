//! The seller's face: ground, facts and the honest cure; never weights, thresholds or which spelling was caught.

use std::io;

use super::Face;
use crate::mark::one_line;
use crate::style::{self, paint};

impl Face<'_> {
    pub(super) fn seller(&mut self) -> io::Result<()> {
        let (decision, phrases) = (self.decision, self.phrases);
        let title = one_line(self.listing.title);
        let held = decision.review.as_ref().is_none_or(|review| review.listing == "hold");
        self.line(match decision.verdict.as_str() {
            "allow" => (phrases.is_up)(&title),
            "block" => (phrases.not_published)(&title),
            _ => (phrases.is_checked)(&title, held),
        })?;
        let stopping = if decision.verdict == "allow" { Vec::new() } else { self.stopping() };
        for rule in &stopping {
            let text = rule.seller_text(self.lang.code(), |name| self.say(name));
            self.line(format_args!("\n{}", one_line(&text)))?;
        }
        match stopping.iter().find_map(|rule| rule.cure) {
            Some(cure) => {
                let head = paint(style::HINT, phrases.what_you_can_do);
                self.line(format_args!("\n{head}{}", (phrases.cure)(cure)))
            }
            None => Ok(()),
        }
    }
}
