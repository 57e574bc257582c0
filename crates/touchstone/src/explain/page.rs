//! One decision as a page: the listing's pictures with labelled boxes around what was seen on them, and beside them the
//! words and why.
//!
//! The page stands alone: pictures are in it, nothing is fetched, nothing runs.

mod shot;
mod words;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use touchstone_banks::{Banks, Entry, pictures};
use touchstone_gallery::Beside;
use touchstone_screening::{Decision, EvidencePlace};
use touchstone_signals::pictures::{PictureFacts, Place};

use self::shot::{Boxed, shot};
use super::Face;
use super::marks::{on_picture, what};
use crate::images::Images;
use crate::outputs::OutFile;

const STYLE: &str = include_str!("page/page.css");

/// A place on a picture, with all that was seen there.
struct Mark<'d> {
    number: usize,
    item: u16,
    place: Place,
    seen: Vec<&'d EvidencePlace>,
}

impl Mark<'_> {
    /// The signals in words: `replica words`.
    fn label(&self) -> String {
        let name = |place: &&EvidencePlace| {
            let signal = place.signal.strip_prefix("picture_").unwrap_or(&place.signal);
            signal.replace('_', " ")
        };
        self.seen.iter().map(name).collect::<Vec<_>>().join(" + ")
    }

    fn boxed(&self) -> Boxed {
        Boxed { number: self.number, place: self.place, label: self.label() }
    }
}

/// What the reasons saw on all pictures, numbered through from top to bottom; what lies on the same place has one number.
fn marks(decision: &Decision) -> Vec<Mark<'_>> {
    let mut marks: Vec<Mark<'_>> = Vec::new();
    for item in (0..).take(decision.context.pictures.len()) {
        for seen in on_picture(decision, item) {
            let Some(place) = seen.place else { continue };
            match marks.iter_mut().find(|mark| (mark.item, mark.place) == (item, place)) {
                Some(mark) => mark.seen.push(seen),
                None => marks.push(Mark { number: 0, item, place, seen: vec![seen] }),
            }
        }
    }
    marks.sort_by_key(|mark| (mark.item, mark.place[1], mark.place[0]));
    (1..).zip(&mut marks).for_each(|(number, mark)| mark.number = number);
    marks
}

/// Writes the page; `data` is the folder whose banks pictures were compared with.
pub(super) fn write(file: &Path, face: &Face<'_>, images: &Images, data: Option<&Path>) -> Result<()> {
    let page = page(face, images, data)?;
    let written = OutFile::create(file).and_then(|mut out| {
        out.write_all(page.as_bytes())?;
        out.finish()
    });
    written.with_context(|| format!("cannot write {}", file.display()))
}

fn page(face: &Face<'_>, images: &Images, data: Option<&Path>) -> Result<String> {
    let marks = marks(face.decision);
    let mut page = String::new();
    head(&mut page, face);
    page.push_str("<div class=\"columns\"><div>");
    for (item, facts) in (0..).zip(&face.decision.context.pictures) {
        let here: Vec<&Mark<'_>> = marks.iter().filter(|mark| mark.item == item).collect();
        picture(&mut page, facts, &here, images);
        references(&mut page, &here, data)?;
    }
    page.push_str("</div><div>");
    words::fields(&mut page, face);
    words::reasons(&mut page, face, &marks);
    words::score(&mut page, face);
    let hashes = &face.decision.hashes;
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    let (listing, context) = (short(&hashes.listing), short(&hashes.context));
    let (knowledge, policy) = (short(&hashes.knowledge), short(&hashes.policy));
    let _ = writeln!(
        page,
        "</div></div><footer>listing {listing} · context {context} · knowledge {knowledge} · policy {policy} · {}</footer>\
         </main></html>",
        escaped(&hashes.engine),
    );
    Ok(page)
}

fn head(page: &mut String, face: &Face<'_>) {
    let (decision, phrases) = (face.decision, face.phrases);
    let due = decision.review.as_ref().map(|review| (phrases.due)(review.hours, review.listing == "hold"));
    let _ = write!(
        page,
        "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{id}</title><style>{STYLE}</style><main><header><h1>{title}</h1>\
         <span class=\"verdict {verdict}\">{shown}</span><span>{id} · {class}</span><span class=\"soft\">{due}</span></header>",
        lang = face.lang.code(),
        id = escaped(&decision.listing_id),
        title = escaped(face.listing.title),
        verdict = escaped(&decision.verdict),
        shown = escaped(&phrases.slug(&decision.verdict)),
        class = escaped(&phrases.slug(&decision.class).replace('_', " ")),
        due = escaped(&due.unwrap_or_default()),
    );
}

/// One picture with a numbered box for each place, and a line for each number.
fn picture(page: &mut String, facts: &PictureFacts, marks: &[&Mark<'_>], images: &Images) {
    let file = images.file(&facts.source).and_then(|path| Beside::read(&path, images.bytes_max()).ok());
    let boxes: Vec<Boxed> = marks.iter().map(|mark| mark.boxed()).collect();
    page.push_str("<figure>");
    shot(page, file.as_deref(), [facts.width, facts.height], boxes.iter());
    let _ = write!(page, "<figcaption><div class=\"soft\">{}</div><ul>", escaped(&facts.source));
    for (mark, boxed) in marks.iter().zip(&boxes) {
        let [x1, y1, x2, y2] = mark.place;
        let seen = what(mark.place, facts).join(" · ");
        let _ = write!(
            page,
            "<li>{}<div>{} <strong>{}</strong> <small>[{x1}, {y1}, {x2}, {y2}]</small></div></li>",
            boxed.chip(),
            escaped(&boxed.label),
            escaped(&seen),
        );
    }
    page.push_str("</ul></figcaption></figure>");
}

/// The entries of the banks that stand beside places on a picture.
fn references(page: &mut String, marks: &[&Mark<'_>], data: Option<&Path>) -> Result<()> {
    let beside = |mark: &Mark<'_>| {
        let told = mark.seen.iter().find_map(|seen| Some((seen.entry.clone()?, seen.entry_box?)));
        told.map(|(entry, place)| (mark.number, entry, place))
    };
    let beside: Vec<_> = marks.iter().filter_map(|mark| beside(mark)).collect();
    let Some(data) = data.filter(|_| !beside.is_empty()) else { return Ok(()) };
    let banks = Banks::open(data)?;
    for (number, id, place) in beside {
        let entries = banks.contents().entries();
        if let Some(entry) = entries.iter().find(|entry| entry.id == id) {
            reference(page, entry, &Boxed { number, place, label: entry.item.bank.name().to_owned() }, data);
        }
    }
    Ok(())
}

/// The picture of an entry, the part that is seen on the listing's boxed, and who added it why.
fn reference(page: &mut String, entry: &Entry, boxed: &Boxed, data: &Path) {
    let kept = entry.item.sha256.as_deref().map(|sha256| pictures::place(data, sha256));
    let file = kept.and_then(|path| std::fs::read(path).ok());
    page.push_str("<figure class=\"half\">");
    if !entry.item.is_hash() {
        shot(page, file.as_deref(), entry.item.size, std::iter::once(boxed));
    }
    let by = [&entry.added.by, &entry.added.why].map(|text| escaped(text)).into_iter().filter(|text| !text.is_empty());
    let _ = write!(
        page,
        "<figcaption><ul><li>{}<div>{} entry {}, {} <small>{}</small></div></li></ul></figcaption></figure>",
        boxed.chip(),
        escaped(&boxed.label),
        escaped(&entry.id),
        escaped(&entry.item.path),
        by.collect::<Vec<_>>().join(": "),
    );
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in crate::mark::lines(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
