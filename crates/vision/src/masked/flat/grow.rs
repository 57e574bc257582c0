//! Grows areas of one colour from pixels that are like their neighbours.

use super::Area;
use super::measure::measure;
use crate::masked::cells::Cells;
use crate::masked::sheet::Sheet;
use crate::wide::{Wide, wide};

/// How far a colour may be from where the area began, each of red, green and blue.
const REACH: u8 = 14;
/// Label of what was grown and is too small.
const TAKEN: u32 = u32::MAX;

/// Pixels of a row that are joined, half open.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) y: usize,
    pub(super) x1: usize,
    pub(super) x2: usize,
}

/// What has been grown so far.
pub(super) struct Growth<'s> {
    pub(super) sheet: &'s Sheet,
    /// Label of the area that each pixel belongs to; nought for none yet.
    pub(super) labels: Vec<u32>,
    /// The area that grows.
    pub(super) spans: Vec<Span>,
    /// Its pixels.
    pub(super) count: usize,
    stack: Vec<(usize, usize)>,
    /// Red, green and blue apart: rows of one are compared many pixels at once.
    pub(super) planes: [Vec<u8>; 3],
    /// Which pixels have no label yet, one or nought.
    open: Vec<u8>,
    /// Which pixels of a row could be joined, with one before it.
    free: Vec<u8>,
}

/// Grows all areas and measures those that could be a mask.
pub(super) fn areas(sheet: &Sheet, cells: &Cells) -> Vec<Area> {
    let (width, height) = (sheet.width, sheet.height);
    let least = (width * height / 2400).max(40);
    let mut growth = Growth::of(sheet);
    let mut found = Vec::new();
    let mut even = vec![0u8; width];
    for y in 1..height.saturating_sub(1) {
        let rows = [y - 1, y, y + 1].map(|y| &sheet.grey[y * width..][..width]);
        wide(Even { rows, even: &mut even });
        for (x, even) in even.iter().enumerate().take(width - 1).skip(1) {
            if *even == 0 || growth.labels[y * width + x] != 0 {
                continue;
            }
            growth.grow(found.len() as u32 + 1, (x, y));
            if growth.count < least {
                // The label is used again; what was grown stays taken.
                growth.relabel(TAKEN);
            } else {
                found.push(measure(&growth, cells, found.len() as u32 + 1));
            }
        }
    }
    found
}

/// Marks what is like the four next to it.
struct Even<'a> {
    rows: [&'a [u8]; 3],
    even: &'a mut [u8],
}

impl Wide for Even<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let [up, line, down] = self.rows;
        let inner = line.len() - 2;
        let (left, here, right) = (&line[..inner], &line[1..=inner], &line[2..]);
        let (up, down, even) = (&up[1..=inner], &down[1..=inner], &mut self.even[1..=inner]);
        for x in 0..inner {
            let far = |other: u8| other.abs_diff(here[x]);
            let most = far(left[x]).max(far(right[x])).max(far(up[x]).max(far(down[x])));
            even[x] = u8::from(most <= 4);
        }
    }
}

/// Marks what is like a colour and has no label.
struct Free<'a> {
    planes: [&'a [u8]; 3],
    colour: [u8; 3],
    open: &'a [u8],
    free: &'a mut [u8],
}

impl Wide for Free<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let count = self.free.len();
        let [red, green, blue] = self.planes.map(|plane| &plane[..count]);
        let ([r, g, b], open) = (self.colour, &self.open[..count]);
        for x in 0..count {
            let far = red[x].abs_diff(r).max(green[x].abs_diff(g)).max(blue[x].abs_diff(b));
            self.free[x] = open[x] & u8::from(far <= REACH);
        }
    }
}

impl<'s> Growth<'s> {
    fn of(sheet: &'s Sheet) -> Self {
        Self {
            sheet,
            labels: vec![0; sheet.rgb.len()],
            spans: Vec::new(),
            count: 0,
            stack: Vec::new(),
            planes: std::array::from_fn(|channel| sheet.rgb.iter().map(|p| p[channel]).collect()),
            open: vec![1; sheet.rgb.len()],
            free: vec![0; sheet.width + 1],
        }
    }

    /// Takes all that is like a pixel and joined to it, line by line.
    fn grow(&mut self, label: u32, (x, y): (usize, usize)) {
        let (width, height) = (self.sheet.width, self.sheet.height);
        let colour = self.sheet.rgb[y * width + x];
        self.spans.clear();
        self.count = 0;
        self.stack.push((x, y));
        while let Some((x, y)) = self.stack.pop() {
            let from = y * width;
            if self.open[from + x] == 0 {
                continue;
            }
            let far = |at: usize, channel: usize| self.planes[channel][at].abs_diff(colour[channel]);
            let is_like = |at: usize| far(at, 0).max(far(at, 1)).max(far(at, 2)) <= REACH;
            let is_free = |x: &usize| self.open[from + x] != 0 && is_like(from + x);
            let x1 = (0..x).rev().take_while(is_free).last().unwrap_or(x);
            let x2 = (x + 1..width).take_while(is_free).last().unwrap_or(x) + 1;
            self.open[from + x1..from + x2].fill(0);
            self.labels[from + x1..from + x2].fill(label);
            self.spans.push(Span { y, x1, x2 });
            self.count += x2 - x1;
            for y in [y.checked_sub(1), Some(y + 1).filter(|y| *y < height)].into_iter().flatten() {
                self.join(colour, Span { y, x1, x2 });
            }
        }
    }

    /// Notes where in a row parts begin that belong to the area.
    fn join(&mut self, colour: [u8; 3], Span { y, x1, x2 }: Span) {
        let part = y * self.sheet.width + x1..y * self.sheet.width + x2;
        let planes = [0, 1, 2].map(|channel: usize| &self.planes[channel][part.clone()]);
        let free = &mut self.free[..=x2 - x1];
        wide(Free { planes, colour, open: &self.open[part], free: &mut free[1..] });
        let begins = free.windows(2).enumerate().filter(|(_, two)| two[0] < two[1]);
        self.stack.extend(begins.map(|(x, _)| (x1 + x, y)));
    }

    fn relabel(&mut self, label: u32) {
        for Span { y, x1, x2 } in &self.spans {
            let from = y * self.sheet.width;
            self.labels[from + x1..from + x2].fill(label);
        }
    }

    /// Columns and rows of the area's pixels.
    pub(super) fn pixels(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.spans.iter().flat_map(|span| (span.x1..span.x2).map(|x| (x, span.y)))
    }
}
