//! Pictures of a listing of which something else was changed: they were looked at, and are not fetched anew because a
//! price fell. If they were forgotten, what changed counts: a fetched picture that was replaced is found as ever.

use std::collections::HashMap;

use touchstone_catalog::ListingBatch;
use touchstone_screening::Looked as Pictures;
use touchstone_signals::pictures::PictureFacts;
use touchstone_store::{Name, PictureHash, ShownPicture};

use super::note::PictureNote;
use super::seen;
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
    let mut known = Known { looked: vec![None; batch.len()], shown: Vec::new(), notes: vec![None; batch.len()] };
    for (row, name) in rows.into_iter().zip(names) {
        let Some(notes) = notes.get(&name) else { continue };
        let sources: Vec<String> = addresses(&batch.row(row)).map(str::to_owned).collect();
        if let Some((pictures, shown)) = facts(app, &name, notes, &sources).await? {
            let looked = Pictures { eyes: app.pictures.eyes.names(), pictures };
            known.shown.extend(shown);
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
    sources: &[String],
) -> Result<Option<(Vec<PictureFacts>, Vec<ShownPicture>)>, Problem> {
    // A listing at a time: what was seen on a picture is much.
    let hashes: Vec<PictureHash> = notes.iter().filter_map(PictureNote::file).collect();
    let features = app.store.features(&hashes, &app.pictures.eyes.names().models).await?;
    let (mut facts, mut shown) = (Vec::with_capacity(notes.len()), Vec::new());
    for note in notes {
        let Some(hash) = note.file() else { continue };
        let Some(kept) = features.get(&hash) else { return Ok(None) };
        let Some(seen) = seen::again(app, hash, kept).await? else { return Ok(None) };
        let source = sources.get(usize::from(note.item)).map_or("", String::as_str);
        facts.push(seen.facts(app, name, source).await?);
        if seen.is_new() {
            shown.push(seen.shown(name, app.clock.micros()));
        }
    }
    Ok(Some((facts, shown)))
}
