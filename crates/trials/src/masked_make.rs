//! Makes photos on which something was hidden, and honest ones that look like it.

use touchstone_vision::{Picture, PixelBox};

use crate::masked_draw::{Canvas, Chance, Colour, around, ellipse, rounded};

/// Ways to hide a logo; the part before the dash is what it is called when it is found.
pub(crate) const HIDDEN: &[&str] = &[
    "blurred-gauss",
    "blurred-soft",
    "blurred-box",
    "pixelated-same",
    "pixelated-scaled",
    "painted-scribble",
    "painted-strokes",
    "covered-box",
    "covered-disc",
    "covered-turned",
    "covered-face",
];

/// Honest pictures that look a little like it.
pub(crate) const HONEST: &[&str] = &[
    "untouched",
    "bokeh",
    "lights",
    "face",
    "face-blurred",
    "face-squares",
    "plate",
    "plate-blurred",
    "plate-covered",
    "watermark-tiled",
    "watermark-corner",
    "watermark-logo",
    "banner",
    "badge",
    "border",
    "collage",
    "swatches",
    "soft-photo",
    "studio",
];

/// A place for a logo on a photo of a garment that has none: about the middle of it, 4 to 25 % of the side.
pub(crate) fn place(canvas: &Canvas, chance: &mut Chance) -> PixelBox {
    let side = canvas.width.min(canvas.height) as f32;
    let width = side * chance.real(0.06, 0.25);
    let height = (width * chance.real(0.4, 1.2)).max(0.04 * side);
    let (cx, cy) = (canvas.width as f32 * chance.real(0.36, 0.64), canvas.height as f32 * chance.real(0.32, 0.68));
    around(cx - width / 2.0, cy - height / 2.0, cx + width / 2.0, cy + height / 2.0, canvas)
}

/// Draws something like a logo: letters, or a shape with letters under it, or a ring, or stripes.
pub(crate) fn logo(canvas: &mut Canvas, part: PixelBox, chance: &mut Chance) {
    let ground = canvas.mean(part);
    let dark = ground.iter().map(|v| u32::from(*v)).sum::<u32>() > 380;
    let ink = if chance.yes(0.3) {
        chance.colour()
    } else if dark {
        [24, 22, 28]
    } else {
        [236, 236, 230]
    };
    let (x, y, w, h) = (part.x1 as f32, part.y1 as f32, (part.x2 - part.x1) as f32, (part.y2 - part.y1) as f32);
    let words = ["NORDE", "BELMA", "PARISO", "TOR", "FANTEL"];
    let word = words[chance.pick(words.len())];
    match chance.pick(4) {
        0 => {
            let height = h.min(7.0 * w / (6.0 * word.len() as f32));
            canvas.letters(word, x, y + (h - height) / 2.0, height, ink, 0.95);
        }
        1 => {
            let ring = ellipse(part, 1.0);
            let hole = ellipse(around(x + w * 0.2, y + h * 0.2, x + w * 0.8, y + h * 0.8, canvas), 1.0);
            canvas.fill(part, ink, |px, py| ring(px, py).clamp(0.0, 1.0) * (1.0 - hole(px, py).clamp(0.0, 1.0)) * 0.95);
            canvas.letters(&word[..2], x + w * 0.3, y + h * 0.35, h * 0.3, ink, 0.95);
        }
        2 => {
            for n in 0..3 {
                let left = x + w * (0.1 + 0.3 * n as f32);
                let top = y + h * (0.5 - 0.2 * n as f32);
                canvas.stroke((left, y + h * 0.9), (left + w * 0.15, top), w * 0.14, ink, 0.95);
            }
        }
        _ => {
            for n in 0..24 {
                let t = n as f32 / 24.0;
                let at = |t: f32| (x + w * t, y + h * (0.75 - 0.6 * t * t) + h * 0.15 * (3.1 * t).sin());
                canvas.stroke(at(t), at(t + 1.0 / 24.0), h * 0.28 * (1.1 - t), ink, 0.95);
            }
        }
    }
}

/// A canvas on which something was hidden.
pub(crate) struct Hidden {
    pub(crate) canvas: Canvas,
    /// Where.
    pub(crate) part: PixelBox,
    /// Whether it may still be read: it was blurred by less than a tenth of its shorter side, as a standard deviation.
    pub(crate) weak: bool,
}

/// Hides what is in a box, in one of the ways of [`HIDDEN`].
pub(crate) fn hide(mut canvas: Canvas, part: PixelBox, way: &str, chance: &mut Chance) -> Hidden {
    let side = (part.x2 - part.x1).min(part.y2 - part.y1) as f32;
    let soft = if way == "blurred-soft" { side * chance.real(0.15, 0.35) } else { 1.0 };
    let mut weak = false;
    match way.split_once('-').map_or(way, |p| p.0) {
        "blurred" => {
            let radius = (side * chance.real(0.08, 0.2)).max(2.0) as usize;
            let times = if way == "blurred-box" { 1 } else { 3 };
            let soaked = canvas.blurred_in(part, radius, times);
            weak = (times as f32 * ((2 * radius + 1).pow(2) - 1) as f32 / 12.0).sqrt() < side / 10.0;
            if chance.yes(0.5) {
                canvas.paste(part, &soaked, ellipse(part, soft));
            } else {
                canvas.paste(part, &soaked, rounded(part, 0.0, soft, 0.0));
            }
        }
        "pixelated" => {
            let block = (side / chance.real(4.0, 9.0)).max(4.0) as u32;
            let coarse = canvas.squares(part, block);
            let whole = chance.yes(0.7);
            canvas.paste(part, &coarse, |x, y| if whole { 1.0 } else { ellipse(part, 1.0)(x, y) });
            if way == "pixelated-scaled" {
                let (canvas, part) = scaled(&canvas, part, chance.real(0.7, 1.6));
                return Hidden { canvas, part, weak };
            }
        }
        "painted" => paint(&mut canvas, part, way, chance),
        _ => cover(&mut canvas, part, way, chance),
    }
    Hidden { canvas, part, weak }
}

fn scaled(canvas: &Canvas, part: PixelBox, share: f32) -> (Canvas, PixelBox) {
    let canvas = canvas.scaled(share);
    let by = |v: u32| v as f32 * share;
    let part = around(by(part.x1), by(part.y1), by(part.x2), by(part.y2), &canvas);
    (canvas, part)
}

fn ink(canvas: &Canvas, part: PixelBox, chance: &mut Chance) -> Colour {
    match chance.pick(6) {
        0 => [0, 0, 0],
        1 => [255, 255, 255],
        2 => [230, 30, 30],
        3 => canvas.mean(PixelBox { x2: part.x1 + 3, ..part }),
        _ => chance.colour(),
    }
}

fn paint(canvas: &mut Canvas, part: PixelBox, way: &str, chance: &mut Chance) {
    let colour = ink(canvas, part, chance);
    let (x, y, w, h) = (part.x1 as f32, part.y1 as f32, (part.x2 - part.x1) as f32, (part.y2 - part.y1) as f32);
    let share = if chance.yes(0.85) { 1.0 } else { 0.9 };
    if way == "painted-strokes" {
        let thick = (h / chance.real(2.0, 3.5)).max(5.0);
        let rows = (h / thick * 1.3).ceil() as usize;
        for n in 0..rows {
            let at = y + h * (n as f32 + 0.5) / rows as f32;
            let mut bend = |v: f32| v + h * chance.real(-0.08, 0.08);
            canvas.stroke((bend(x), bend(at)), (bend(x + w), bend(at)), thick, colour, share);
        }
        return;
    }
    let thick = (w.min(h) * chance.real(0.14, 0.3)).max(4.0);
    let turns = (1.2 * w / thick).ceil().max(4.0) as usize;
    let mut last = (x, y + h * 0.5);
    for n in 0..=turns {
        let end = if n % 2 == 0 { chance.real(-0.1, 0.25) } else { chance.real(0.75, 1.1) };
        let next = (x + w * n as f32 / turns as f32, y + h * end);
        canvas.stroke(last, next, thick, colour, share);
        last = next;
    }
}

fn cover(canvas: &mut Canvas, part: PixelBox, way: &str, chance: &mut Chance) {
    let colour = ink(canvas, part, chance);
    match way {
        "covered-disc" => canvas.fill(part, colour, ellipse(part, 1.0)),
        "covered-turned" => {
            let angle = chance.real(-0.6, 0.6);
            let reach = (part.x2 - part.x1).max(part.y2 - part.y1);
            let wide = PixelBox {
                x1: part.x1.saturating_sub(reach),
                y1: part.y1.saturating_sub(reach),
                x2: part.x2 + reach,
                y2: part.y2 + reach,
            };
            canvas.fill(wide, colour, rounded(part, 2.0, 1.0, angle));
        }
        "covered-face" => smile(canvas, part),
        _ => {
            let round = if chance.yes(0.5) { 0.0 } else { (part.y2 - part.y1) as f32 * 0.2 };
            canvas.fill(part, colour, rounded(part, round, 1.0, 0.0));
        }
    }
}

fn smile(canvas: &mut Canvas, part: PixelBox) {
    let (w, h) = ((part.x2 - part.x1) as f32, (part.y2 - part.y1) as f32);
    let (cx, cy, r) = (part.x1 as f32 + w / 2.0, part.y1 as f32 + h / 2.0, w.max(h) / 2.0);
    let disc = around(cx - r, cy - r, cx + r, cy + r, canvas);
    canvas.fill(disc, [255, 205, 60], ellipse(disc, 1.0));
    for side in [-1.0, 1.0] {
        let eye = around(
            cx + side * 0.35 * r - 0.12 * r,
            cy - 0.4 * r,
            cx + side * 0.35 * r + 0.12 * r,
            cy - 0.05 * r,
            canvas,
        );
        canvas.fill(eye, [90, 60, 20], ellipse(eye, 1.0));
    }
    for n in 0..8 {
        let at = |n: i32| {
            (cx + r * 0.5 * (n as f32 / 4.0 - 1.0), cy + r * (0.3 + 0.2 * (1.0 - (n as f32 / 4.0 - 1.0).powi(2))))
        };
        canvas.stroke(at(n), at(n + 1), r * 0.1, [90, 60, 20], 1.0);
    }
}

/// An honest picture of one of the kinds of [`HONEST`].
pub(crate) fn honest(mut canvas: Canvas, kind: &str, other: &Picture, chance: &mut Chance) -> Canvas {
    let (w, h) = (canvas.width as f32, canvas.height as f32);
    match kind {
        "bokeh" => return bokeh(&canvas, chance),
        "soft-photo" => return canvas.blurred(chance.real(1.0, 4.0) as usize, 2),
        "lights" => lights(&mut canvas, chance),
        "face" | "face-blurred" | "face-squares" => face(&mut canvas, kind, chance),
        "plate" | "plate-blurred" | "plate-covered" => plate(&mut canvas, kind, chance),
        "watermark-tiled" => {
            let height = h * chance.real(0.02, 0.05);
            let share = chance.real(0.15, 0.5);
            for n in 0..24 {
                let (x, y) = (w * (n % 4) as f32 * 0.27 - w * 0.03 * (n / 4) as f32, h * (n / 4) as f32 * 0.18);
                canvas.letters("SAMPLE", x.max(0.0), y, height, [255, 255, 255], share);
            }
        }
        "watermark-corner" => {
            let height = h * chance.real(0.02, 0.05);
            let (x, y) = (w * chance.real(0.03, 0.5), if chance.yes(0.5) { h * 0.93 } else { h * 0.02 });
            canvas.letters("BEST STORE 24", x, y, height, [255, 255, 255], chance.real(0.4, 1.0));
        }
        "watermark-logo" => {
            let part = place(&canvas, chance);
            let before = canvas.clone();
            logo(&mut canvas, part, chance);
            let share = chance.real(0.3, 0.7);
            canvas.paste(part, &before, |_, _| share);
        }
        "banner" => {
            let high = h * chance.real(0.08, 0.18);
            let top = if chance.yes(0.5) { 0.0 } else { h - high };
            canvas.fill(around(0.0, top, w, top + high, &canvas), chance.colour(), |_, _| 1.0);
            canvas.letters("SALE -50%", w * 0.15, top + high * 0.2, high * 0.6, [255, 255, 255], 1.0);
        }
        "badge" => {
            let r = w * chance.real(0.1, 0.16);
            let (cx, cy) = (if chance.yes(0.5) { 1.3 * r } else { w - 1.3 * r }, 1.3 * r);
            let disc = around(cx - r, cy - r, cx + r, cy + r, &canvas);
            canvas.fill(disc, chance.colour(), ellipse(disc, 1.0));
            let word = ["SALE", "-25%", "TOP", "2 PCS"][chance.pick(4)];
            canvas.letters(word, cx - r * 0.75, cy - r * 0.22, r * 0.42, [255, 255, 255], 1.0);
        }
        "border" => {
            let thick = w * chance.real(0.02, 0.06);
            let colour = chance.colour();
            let inside = rounded(around(thick, thick, w - thick, h - thick, &canvas), thick, 1.0, 0.0);
            canvas.fill(around(0.0, 0.0, w, h, &canvas), colour, |x, y| 1.0 - inside(x, y).clamp(0.0, 1.0));
        }
        "collage" => collage(&mut canvas, other, chance),
        "swatches" => {
            let (r, count) = (w * chance.real(0.03, 0.06), 3 + chance.pick(4));
            for n in 0..count {
                let (cx, cy) = (w * 0.12 + n as f32 * 2.6 * r, h - 2.0 * r);
                let disc = around(cx - r, cy - r, cx + r, cy + r, &canvas);
                canvas.fill(disc, chance.colour(), ellipse(disc, 1.0));
            }
        }
        "studio" => studio(&mut canvas),
        _ => {}
    }
    canvas
}

fn bokeh(canvas: &Canvas, chance: &mut Chance) -> Canvas {
    let (w, h) = (canvas.width as f32, canvas.height as f32);
    let mut out = canvas.blurred((w * chance.real(0.008, 0.03)).max(2.0) as usize, 3);
    let (rx, ry) = (w * chance.real(0.2, 0.38), h * chance.real(0.2, 0.38));
    let part = around(w / 2.0 - rx, h / 2.0 - ry, w / 2.0 + rx, h / 2.0 + ry, canvas);
    out.paste(part, canvas, ellipse(part, w * 0.03));
    out
}

fn lights(canvas: &mut Canvas, chance: &mut Chance) {
    *canvas = bokeh(canvas, chance);
    let (w, h) = (canvas.width as f32, canvas.height as f32);
    for _ in 0..14 {
        let (x, y, r) = (w * chance.real(0.0, 1.0), h * chance.real(0.0, 0.35), w * chance.real(0.02, 0.06));
        let disc = around(x - r, y - r, x + r, y + r, canvas);
        canvas
            .fill(disc, [255, 230, chance.pick(256) as u8], |px, py| 0.5 * ellipse(disc, 2.5)(px, py).clamp(0.0, 1.0));
    }
}

fn face(canvas: &mut Canvas, kind: &str, chance: &mut Chance) {
    let (w, h) = (canvas.width as f32, canvas.height as f32);
    let skins: [Colour; 5] = [[236, 196, 170], [222, 172, 140], [198, 142, 108], [150, 100, 72], [96, 64, 48]];
    let skin = skins[chance.pick(skins.len())];
    let dim = |share: f32| skin.map(|v| (f32::from(v) * share) as u8);
    let r = w * chance.real(0.06, 0.11);
    let (cx, cy) = (w * chance.real(0.4, 0.6), h * chance.real(0.1, 0.24));
    let head = around(cx - r, cy - 1.3 * r, cx + r, cy + 1.3 * r, canvas);
    let hair = around(cx - 1.15 * r, cy - 1.5 * r, cx + 1.15 * r, cy + 0.9 * r, canvas);
    let dark = [40 + chance.pick(60) as u8, 30 + chance.pick(30) as u8, 24];
    canvas.fill(hair, dark, ellipse(hair, 2.0));
    canvas.fill(head, skin, ellipse(head, 2.0));
    let shade = around(cx, cy - 1.3 * r, cx + r, cy + 1.3 * r, canvas);
    canvas
        .fill(shade, dim(0.75), |x, y| 0.7 * ellipse(head, 2.0)(x, y).clamp(0.0, 1.0) * ((x - cx) / r).clamp(0.0, 1.0));
    for side in [-1.0, 1.0] {
        let eye =
            around(cx + side * 0.4 * r - 0.18 * r, cy - 0.3 * r, cx + side * 0.4 * r + 0.18 * r, cy - 0.1 * r, canvas);
        canvas.fill(eye, [245, 240, 235], ellipse(eye, 1.0));
        canvas.stroke(
            (cx + side * 0.4 * r, cy - 0.2 * r),
            (cx + side * 0.4 * r, cy - 0.2 * r),
            0.16 * r,
            [40, 30, 25],
            1.0,
        );
        canvas.stroke((cx + side * 0.2 * r, cy - 0.42 * r), (cx + side * 0.6 * r, cy - 0.45 * r), 0.08 * r, dark, 0.9);
    }
    canvas.stroke((cx, cy - 0.1 * r), (cx + 0.1 * r, cy + 0.3 * r), 0.1 * r, dim(0.8), 0.9);
    canvas.stroke((cx - 0.3 * r, cy + 0.65 * r), (cx + 0.3 * r, cy + 0.65 * r), 0.16 * r, [170, 70, 70], 0.9);
    noise(canvas, head, chance);
    let wide = around(cx - 1.1 * r, cy - 1.4 * r, cx + 1.1 * r, cy + 1.4 * r, canvas);
    match kind {
        "face-blurred" => {
            let soaked = canvas.blurred_in(wide, (r * chance.real(0.12, 0.3)).max(2.0) as usize, 3);
            canvas.paste(wide, &soaked, ellipse(wide, if chance.yes(0.5) { 1.0 } else { r * 0.3 }));
        }
        "face-squares" => *canvas = canvas.squares(wide, (r / chance.real(2.0, 4.0)).max(4.0) as u32),
        _ => {}
    }
}

fn noise(canvas: &mut Canvas, part: PixelBox, chance: &mut Chance) {
    for y in part.y1 as usize..part.y2 as usize {
        for at in 3 * (y * canvas.width + part.x1 as usize)..3 * (y * canvas.width + part.x2 as usize) {
            canvas.rgb[at] = (f32::from(canvas.rgb[at]) + chance.real(-7.0, 7.0)).clamp(0.0, 255.0) as u8;
        }
    }
}

fn plate(canvas: &mut Canvas, kind: &str, chance: &mut Chance) {
    let (w, h) = (canvas.width as f32, canvas.height as f32);
    let width = w * chance.real(0.14, 0.3);
    let high = width / chance.real(3.6, 4.8);
    let (x, y) = (w * chance.real(0.3, 0.6), h * chance.real(0.5, 0.85));
    let part = around(x, y, x + width, y + high, canvas);
    let ground = [[240, 240, 240], [245, 210, 60], [235, 238, 245]][chance.pick(3)];
    canvas.fill(part, [20, 20, 24], rounded(part, 3.0, 1.0, 0.0));
    let inner = around(x + 2.0, y + 2.0, x + width - 2.0, y + high - 2.0, canvas);
    canvas.fill(inner, ground, rounded(inner, 2.0, 1.0, 0.0));
    canvas.letters(
        "AB 374 CD",
        x + width * 0.06,
        y + high * 0.22,
        (high * 0.56).min(width * 0.9 * 7.0 / 54.0),
        [20, 20, 30],
        1.0,
    );
    noise(canvas, part, chance);
    match kind {
        "plate-blurred" => {
            let soaked = canvas.blurred_in(part, (high * chance.real(0.12, 0.25)).max(2.0) as usize, 3);
            canvas.paste(part, &soaked, rounded(part, 0.0, if chance.yes(0.5) { 1.0 } else { 4.0 }, 0.0));
        }
        "plate-covered" => {
            let colour = if chance.yes(0.5) { ground } else { [0, 0, 0] };
            canvas.fill(inner, colour, |_, _| 1.0);
        }
        _ => {}
    }
}

fn collage(canvas: &mut Canvas, other: &Picture, chance: &mut Chance) {
    let (w, h) = (canvas.width as f32, canvas.height as f32);
    let other = Canvas::of(other).scaled(chance.real(0.3, 0.45));
    let (x0, y0) = ((w * chance.real(0.04, 0.5)) as usize, (h * chance.real(0.04, 0.5)) as usize);
    for y in 0..other.height.min(canvas.height - y0) {
        for x in 0..other.width.min(canvas.width - x0) {
            let at = 3 * ((y + y0) * canvas.width + x + x0);
            canvas.rgb[at..at + 3].copy_from_slice(&other.at(x, y));
        }
    }
}

/// A garment before pure white: what is as light as the border becomes white.
fn studio(canvas: &mut Canvas) {
    let (w, h) = (canvas.width as f32, canvas.height as f32);
    let part = around(w * 0.2, h * 0.2, w * 0.8, h * 0.8, canvas);
    let inside = ellipse(part, 1.0);
    let frame = around(0.0, 0.0, w, h, canvas);
    canvas.fill(frame, [255, 255, 255], |x, y| 1.0 - inside(x, y).clamp(0.0, 1.0));
}
