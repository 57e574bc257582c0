//! One decision as a page: the listing, its pictures, boxes around what was seen on them, and why.
//!
//! The page stands alone: pictures are in it, nothing is fetched, nothing runs.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use touchstone_catalog::Listing;
use touchstone_gallery::Beside;
use touchstone_screening::{Decision, EvidencePlace};
use touchstone_signals::pictures::PictureFacts;

use super::marks::on_picture;
use crate::images::Images;
use crate::mark::{guilty, texts};
use crate::outputs::OutFile;
use crate::table::price;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1917}\
h1{font-size:1.4rem}.verdict{text-transform:uppercase;font-weight:700;padding:.1rem .6rem;border-radius:.3rem;color:#fff}\
.allow{background:#15803d}.review{background:#b45309}.block{background:#b91c1c}dl{display:grid;grid-template-columns:9rem 1fr;gap:.2rem}\
dt{color:#78716c}dd{margin:0}mark{background:#fde68a}figure{margin:1.5rem 0;display:inline-block;position:relative;max-width:100%}\
figure img{display:block;max-width:100%;height:auto}figure svg{position:absolute;inset:0;width:100%;height:100%}\
rect{fill:none;stroke:#dc2626;stroke-width:3;vector-effect:non-scaling-stroke}figcaption{position:static;color:#78716c}\
.shot{position:relative;display:inline-block}ol{padding-left:1.2rem}";

/// Writes the page.
pub(super) fn write(file: &Path, listing: &Listing<'_>, decision: &Decision, images: &Images) -> Result<()> {
    let page = page(listing, decision, images);
    let written = OutFile::create(file).and_then(|mut out| {
        out.write_all(page.as_bytes())?;
        out.finish()
    });
    written.with_context(|| format!("cannot write {}", file.display()))
}

fn page(listing: &Listing<'_>, decision: &Decision, images: &Images) -> String {
    let mut page = String::new();
    let verdict = escaped(&decision.verdict);
    let _ = write!(
        page,
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{id}</title><style>{STYLE}</style>\
         <h1><span class=\"verdict {verdict}\">{verdict}</span> {id} · {class}</h1>",
        id = escaped(&decision.listing_id),
        class = escaped(&decision.class.replace('_', " ")),
    );
    fields(&mut page, listing, decision);
    reasons(&mut page, decision);
    for (item, facts) in (0..).zip(&decision.context.pictures) {
        picture(&mut page, item, facts, decision, images);
    }
    page.push_str("</html>\n");
    page
}

fn fields(page: &mut String, listing: &Listing<'_>, decision: &Decision) {
    page.push_str("<dl>");
    for each in texts(listing).into_iter().filter(|each| !each.text.is_empty()) {
        let _ = write!(page, "<dt>{}</dt><dd>", each.field);
        let mut from = 0;
        for (start, end) in guilty(decision, each.field, each.item) {
            let (before, inside) = (each.text.get(from..start), each.text.get(start..end));
            let (Some(before), Some(inside)) = (before, inside) else { continue };
            let _ = write!(page, "{}<mark>{}</mark>", escaped(before), escaped(inside));
            from = end;
        }
        let _ = write!(page, "{}</dd>", escaped(each.text.get(from..).unwrap_or_default()));
    }
    let _ = write!(page, "<dt>price</dt><dd>{}</dd></dl>", escaped(&price(listing)));
}

fn reasons(page: &mut String, decision: &Decision) {
    page.push_str("<h2>Why</h2><ul>");
    for reason in &decision.reasons {
        let _ = write!(page, "<li>{} <small>{}</small></li>", escaped(&reason.message), escaped(&reason.code));
    }
    page.push_str("</ul>");
}

/// One picture with a numbered box for each piece of evidence, and a line for each number.
fn picture(page: &mut String, item: u16, facts: &PictureFacts, decision: &Decision, images: &Images) {
    let seen = on_picture(decision, item);
    let _ = write!(page, "<figure><div class=\"shot\">");
    if let Some(data) = data(facts, images) {
        let _ = write!(page, "<img alt=\"\" src=\"{data}\">");
    }
    let _ = write!(page, "<svg viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\">", facts.width, facts.height);
    seen.iter().for_each(|place| rectangle(page, place));
    let _ = write!(page, "</svg></div><figcaption>{}<ol>", escaped(&facts.source));
    for place in &seen {
        let _ = write!(page, "<li>{}</li>", escaped(&super::marks::said(place, facts)));
    }
    page.push_str("</ol></figcaption></figure>");
}

fn rectangle(page: &mut String, place: &EvidencePlace) {
    let Some([x1, y1, x2, y2]) = place.place else { return };
    let (width, height) = (x2.saturating_sub(x1), y2.saturating_sub(y1));
    let _ = write!(page, "<rect x=\"{x1}\" y=\"{y1}\" width=\"{width}\" height=\"{height}\"/>");
}

/// The picture's file as an address that holds it.
fn data(facts: &PictureFacts, images: &Images) -> Option<String> {
    let bytes = Beside::read(&images.file(&facts.source)?, images.bytes_max()).ok()?;
    let kind = match bytes.as_slice() {
        [0xff, 0xd8, ..] => "jpeg",
        [0x89, b'P', b'N', b'G', ..] => "png",
        [b'G', b'I', b'F', b'8', ..] => "gif",
        [b'R', b'I', b'F', b'F', ..] => "webp",
        _ => "avif",
    };
    Some(format!("data:image/{kind};base64,{}", BASE64_STANDARD.encode(bytes)))
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
