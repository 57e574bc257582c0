//! Pictures of a listing of which something else was changed: they were looked at, and are not fetched anew because a
//! price fell. If they were forgotten, what changed counts: a fetched picture that was replaced is found as ever.

use std::collections::HashMap;

use touchstone_catalog::ListingBatch;
use touchstone_screening::Looked as Pictures;
use touchstone_signals::pictures::PictureFacts;
use touchstone_store::{Name, PictureHash, ShownPicture};

use super::note::PictureNote;
use super::seen::{Seen, version};
use super::{addresses, written};
use crate::app::App;
use crate::past::name;
use crate::problem::Problem;

/// What is known of pictures, row by row.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) looked: Vec<Option<Pictures>>,
    pub(crate) shown: Vec<ShownPicture>,
    /// To be kept with the decisions.
    pub(crate) notes: Vec<Option<String>>,
}

/// What was seen on the pictures of those of a batch's listings whose pictures are still the same; of a listing that
/// waits for some, or of which one was seen by other eyes, nothing.
pub(crate) async fn known(app: &App, batch: &ListingBatch, rows: Vec<usize>) -> Result<Known, Problem> {
    if rows.is_empty() {
        return Ok(Known::default());
    }
    let names: Vec<Name> = rows.iter().map(|row| name(&batch.row(*row))).collect();
    let notes = notes(app, &names).await?;
    let hashes: Vec<PictureHash> = notes.values().flatten().filter_map(PictureNote::file).collect();
    let features = app.store.features(&hashes, &version(&app.pictures.eyes.names())).await?;
    let mut known = Known { looked: vec![None; batch.len()], shown: Vec::new(), notes: vec![None; batch.len()] };
    for (row, name) in rows.into_iter().zip(names) {
        let Some(notes) = notes.get(&name) else { continue };
        let sources: Vec<&str> = addresses(&batch.row(row)).collect();
        if let Some(pictures) = facts(app, &name, notes, (&features, &sources)).await? {
            let looked = Pictures { eyes: app.pictures.eyes.names(), pictures };
            (known.looked[row], known.notes[row]) = (Some(looked), written(notes));
        }
    }
    Ok(known)
}

/// What the latest decision on each listing says of its pictures, where it waits for none.
async fn notes(app: &App, names: &[Name]) -> Result<HashMap<Name, Vec<PictureNote>>, Problem> {
    let states = app.store.states(names).await?;
    let mut found = app.store.pictures_of(states.iter().map(|state| state.decision_id).collect()).await?;
    let notes = states.into_iter().filter_map(|state| {
        let notes = serde_json::from_str(&found.remove(&state.decision_id)?).ok()?;
        Some((state.name, notes))
    });
    Ok(notes.collect())
}

async fn facts(
    app: &App,
    name: &Name,
    notes: &[PictureNote],
    (features, sources): (&HashMap<PictureHash, Vec<u8>>, &[&str]),
) -> Result<Option<Vec<PictureFacts>>, Problem> {
    let mut facts = Vec::with_capacity(notes.len());
    for note in notes {
        let Some(hash) = note.file() else { continue };
        let Some(seen) = features.get(&hash).and_then(|kept| Seen::kept(hash, kept)) else { return Ok(None) };
        let source = sources.get(usize::from(note.item)).copied().unwrap_or_default();
        facts.push(seen.facts(app, name, source).await?);
    }
    Ok(Some(facts))
}
