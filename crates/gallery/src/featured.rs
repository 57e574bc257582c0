//! Features with the model's eye beside: of pictures that are asked for by hand, and of those that become entries.

use touchstone_banks::EntryFeatures;
use touchstone_banks::features::Embed;
use touchstone_sight::Eyes;
use touchstone_vision::Picture;

/// What a picture is asked for by, so that other photos of the same thing are ranked too.
pub fn asked(bytes: &[u8], picture: &Picture, eyes: Option<&Eyes>) -> EntryFeatures {
    featured(EntryFeatures::of, bytes, picture, eyes)
}

/// What is kept of a picture that others are compared with.
pub fn kept(bytes: &[u8], picture: &Picture, eyes: Option<&Eyes>) -> EntryFeatures {
    featured(EntryFeatures::of_entry, bytes, picture, eyes)
}

type Of = fn(&[u8], &Picture, Option<&Embed<'_>>) -> EntryFeatures;

fn featured(of: Of, bytes: &[u8], picture: &Picture, eyes: Option<&Eyes>) -> EntryFeatures {
    let embed = |part: &Picture| {
        let embeddings = eyes?.embed(&[part]).ok()?;
        embeddings.into_iter().next().map(|embedding| embedding.features)
    };
    of(bytes, picture, eyes.map(|_| &embed as &Embed<'_>))
}
