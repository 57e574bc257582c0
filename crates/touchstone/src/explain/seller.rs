//! The seller's face on a terminal.

use std::io;

use touchstone_screening::SellerFace;

use super::Face;
use crate::mark::one_line;
use crate::style::{self, paint};

impl Face<'_> {
    pub(super) fn seller(&mut self) -> io::Result<()> {
        let title = one_line(self.listing.title);
        let words = (&self.active.policy, &*self.active.snapshot);
        let face = SellerFace::of(words, self.decision, &title, self.lang.code());
        self.line(&face.opening)?;
        for ground in &face.grounds {
            self.line(format_args!("\n{}", one_line(ground)))?;
        }
        let Some(cure) = face.cure else { return Ok(()) };
        let head = paint(style::HINT, self.phrases.what_you_can_do);
        self.line(format_args!("\n{head}{cure}"))
    }
}
