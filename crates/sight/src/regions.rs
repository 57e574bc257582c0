//! What the lower part of the embedding's network says of every place of a picture: one run serves all windows.
//!
//! A window is described by how strongly each channel answers anywhere in it: the generalised mean of its cells (power
//! four, between mean and maximum; Radenović, Tolias and Chum, "Fine-tuning CNN image retrieval with no human
//! annotation", 2018). Sums over all rectangles from the corner ([`Sums`]) give that mean for any window at the price of
//! four look-ups. `scripts/region_model.py` cuts the network.

use touchstone_inference::{Error, Model, Output, Runtime};
use touchstone_vision::{Picture, PixelBox, Wide, wide};

use crate::Eyes;
use crate::scaled::{append_planes, scaled};

/// Pixels of the scaled picture that make a cell of the fine map; one of the coarse map is two of them wide.
pub(crate) const CELL: u32 = 16;
/// Numbers of a map's cell with the bundled network.
pub(crate) const CHANNELS: usize = 672;
/// Numbers that describe a window: those of both maps.
pub(crate) const NUMBERS: usize = 2 * CHANNELS;
/// Small pictures that go through the network in one go.
const TOGETHER: usize = 8;
/// Channels that are worked on side by side; a divisor of [`CHANNELS`].
const LANES: usize = 16;

/// A window in cells of the fine map, half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub x1: usize,
    pub y1: usize,
    pub x2: usize,
    pub y2: usize,
}

#[derive(Debug)]
pub(crate) struct RegionModel {
    model: Model,
    mean: [f32; 3],
    scale: [f32; 3],
}

impl RegionModel {
    pub(crate) fn open(runtime: &Runtime) -> Result<Self, Error> {
        let model = runtime.model("regions")?;
        let (mean, scale) = (model.entry().mean.unwrap_or([127.0; 3]), model.entry().scale.unwrap_or([128.0; 3]));
        Ok(Self { model, mean, scale })
    }

    fn run<T>(
        &self,
        pictures: &[&Picture],
        width: u32,
        height: u32,
        read: impl FnOnce(&[Output<'_>]) -> Option<T>,
    ) -> Result<T, Error> {
        let mut values = Vec::with_capacity(pictures.len() * 3 * width as usize * height as usize);
        for picture in pictures {
            append_planes(&scaled(picture, width, height), [0, 1, 2], self.mean, self.scale, &mut values);
        }
        let shape = [pictures.len(), 3, height as usize, width as usize];
        self.model.run_into(&shape, &values, read)?.ok_or_else(no_maps)
    }
}

impl Eyes {
    /// The maps of a picture that is scaled to about `width` × `height` pixels, to multiples of a coarse cell.
    pub(crate) fn regions(&self, picture: &Picture, width: u32, height: u32) -> Result<Regions, Error> {
        let whole = |pixels: u32| ((pixels + CELL) / (2 * CELL)).max(1) * 2 * CELL;
        self.regions.run(&[picture], whole(width), whole(height), |maps| Regions::of(maps, picture))
    }

    /// What is on small pictures, each by itself and scaled to a square of so many pixels, [`NUMBERS`] numbers each.
    pub(crate) fn described(&self, pictures: &[&Picture], side: u32) -> Result<Vec<Vec<f32>>, Error> {
        let mut all = Vec::with_capacity(pictures.len());
        for some in pictures.chunks(TOGETHER) {
            let each = |maps: &[Output<'_>]| (0..some.len()).map(|at| described(maps, at)).collect::<Option<Vec<_>>>();
            all.extend(self.regions.run(some, side, side, each)?);
        }
        Ok(all)
    }
}

fn no_maps() -> Error {
    Error::Model { name: "regions".into(), detail: "gives no two maps of 672 channels".into() }
}

/// What both maps say of one of several pictures as a whole.
fn described(maps: &[Output<'_>], at: usize) -> Option<Vec<f32>> {
    let mut numbers = Vec::with_capacity(NUMBERS);
    for map in maps.get(..2)? {
        let &[count, CHANNELS, rows, columns] = map.shape.as_slice() else { return None };
        let cells = rows * columns;
        let planes = map.values.get(at * CHANNELS * cells..(at + 1) * CHANNELS * cells).filter(|_| at < count)?;
        let share = 1.0 / cells.max(1) as f64;
        let mut roots: Vec<f32> = planes
            .chunks_exact(cells.max(1))
            .map(|plane| (whole(plane, columns) * share) as f32)
            .map(f32::sqrt)
            .collect();
        wide(Scaled { length: lengths(&roots), roots: &mut roots });
        numbers.extend(roots);
    }
    (numbers.len() == NUMBERS).then_some(numbers)
}

/// Fourth powers of a plane summed, row by row.
fn whole(plane: &[f32], columns: usize) -> f64 {
    plane.chunks_exact(columns).fold(0.0, |sum, row| row.iter().fold(0.0, |sum, value| sum + fourth(*value)) + sum)
}

#[inline(always)]
fn fourth(value: f32) -> f64 {
    let square = f64::from(value.max(0.0)) * f64::from(value.max(0.0));
    square * square
}

/// Both maps of a picture.
#[derive(Debug)]
pub(crate) struct Regions {
    fine: Sums,
    coarse: Sums,
    width: u32,
    height: u32,
}

impl Regions {
    /// From the fine and the coarse map that a network gives of a picture; none of another shape.
    pub(crate) fn of(maps: &[Output<'_>], picture: &Picture) -> Option<Self> {
        let [fine, coarse, ..] = maps else { return None };
        let (fine, coarse) = (Sums::of(fine)?, Sums::of(coarse)?);
        Some(Self { fine, coarse, width: picture.width(), height: picture.height() })
    }

    /// Columns and rows of cells.
    pub(crate) fn cells(&self) -> (usize, usize) {
        (self.fine.columns, self.fine.rows)
    }

    /// The window around all of it.
    pub(crate) fn whole(&self) -> Window {
        Window { x1: 0, y1: 0, x2: self.fine.columns, y2: self.fine.rows }
    }

    /// Where a window lies on the picture that was given.
    pub(crate) fn place(&self, window: Window) -> PixelBox {
        let at = |cell: usize, cells: usize, pixels: u32| (cell as u64 * u64::from(pixels) / cells as u64) as u32;
        PixelBox {
            x1: at(window.x1, self.fine.columns, self.width),
            y1: at(window.y1, self.fine.rows, self.height),
            x2: at(window.x2, self.fine.columns, self.width),
            y2: at(window.y2, self.fine.rows, self.height),
        }
    }

    /// The window nearest to a place on the picture; none if it is no larger than half a cell.
    pub(crate) fn window(&self, place: PixelBox) -> Option<Window> {
        let at = |pixel: u32, cells: usize, pixels: u32| {
            ((2 * u64::from(pixel) * cells as u64 + u64::from(pixels)) / (2 * u64::from(pixels))) as usize
        };
        let (columns, rows) = self.cells();
        let x2 = at(place.x2, columns, self.width).min(columns);
        let y2 = at(place.y2, rows, self.height).min(rows);
        let (x1, y1) = (at(place.x1, columns, self.width), at(place.y1, rows, self.height));
        (x1 < x2 && y1 < y2).then_some(Window { x1, y1, x2, y2 })
    }

    /// What is in a window, as [`NUMBERS`] numbers of length one.
    pub(crate) fn describe(&self, window: Window) -> Vec<f32> {
        let mut numbers = vec![0.0; NUMBERS];
        self.describe_into(&[window], &mut numbers);
        numbers
    }

    /// The same of many windows, into room for [`NUMBERS`] numbers each.
    pub(crate) fn describe_into(&self, windows: &[Window], numbers: &mut [f32]) {
        let half = |window: &Window| Window {
            x1: window.x1 / 2,
            y1: window.y1 / 2,
            x2: window.x2.div_ceil(2).min(self.coarse.columns),
            y2: window.y2.div_ceil(2).min(self.coarse.rows),
        };
        let halves: Vec<Window> = windows.iter().map(half).collect();
        wide(Means { of: &self.fine, windows, numbers, from: 0 });
        wide(Means { of: &self.coarse, windows: &halves, numbers, from: CHANNELS });
    }
}

/// Fourth powers summed over all cells above and left of each, with a row and a column of zeros first; some channels at a
/// time, so that what is read and what is written stays near.
#[derive(Debug)]
struct Sums {
    columns: usize,
    rows: usize,
    /// Block by block of channels, row by row, column by column.
    sums: Vec<[f64; LANES]>,
}

impl Sums {
    fn of(map: &Output<'_>) -> Option<Self> {
        let &[1, CHANNELS, rows, columns] = map.shape.as_slice() else { return None };
        let fits = rows * columns > 0 && map.values.len() == CHANNELS * rows * columns;
        fits.then(|| Self { columns, rows, sums: wide(Summed { columns, rows, values: map.values }) })
    }

    /// The sums of a block of channels.
    #[inline(always)]
    fn block(&self, block: usize) -> &[[f64; LANES]] {
        let length = (self.rows + 1) * (self.columns + 1);
        &self.sums[block * length..(block + 1) * length]
    }
}

struct Summed<'a> {
    columns: usize,
    rows: usize,
    values: &'a [f32],
}

impl Wide for Summed<'_> {
    type Out = Vec<[f64; LANES]>;

    #[inline(always)]
    fn run(self) -> Self::Out {
        let Self { columns, rows, values } = self;
        let (cells, across) = (rows * columns, columns + 1);
        let mut sums = Vec::with_capacity(CHANNELS / LANES * (rows + 1) * across);
        for planes in values.chunks_exact(LANES * cells) {
            sums.extend(std::iter::repeat_n([0.0; LANES], across));
            for row in 0..rows {
                let mut sum = [0.0; LANES];
                sums.push(sum);
                for cell in row * columns..(row + 1) * columns {
                    let above = sums[sums.len() - across];
                    for (lane, sum) in sum.iter_mut().enumerate() {
                        *sum += fourth(planes[lane * cells + cell]);
                    }
                    sums.push(std::array::from_fn(|lane| sum[lane] + above[lane]));
                }
            }
        }
        sums
    }
}

/// The generalised means of windows, channel by channel, each window's scaled to length √½.
struct Means<'a> {
    of: &'a Sums,
    windows: &'a [Window],
    /// [`NUMBERS`] a window, of which those `from` one are written.
    numbers: &'a mut [f32],
    from: usize,
}

impl Wide for Means<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let Self { of, windows, numbers, from } = self;
        let across = of.columns + 1;
        for block in 0..CHANNELS / LANES {
            let (sums, to) = (of.block(block), from + block * LANES);
            for (&Window { x1, y1, x2, y2 }, numbers) in windows.iter().zip(numbers.chunks_exact_mut(NUMBERS)) {
                let share = 1.0 / ((x2 - x1) * (y2 - y1)) as f64;
                let at = |x: usize, y: usize| &sums[y * across + x];
                let (end, left, above, both) = (at(x2, y2), at(x1, y2), at(x2, y1), at(x1, y1));
                for (lane, number) in numbers[to..to + LANES].iter_mut().enumerate() {
                    // A sum is told from nothing in 64 bits, its root is good in 32.
                    let mean = ((end[lane] - left[lane]) - (above[lane] - both[lane])) * share;
                    *number = (mean as f32).max(0.0).sqrt();
                }
            }
        }
        for numbers in numbers.chunks_exact_mut(NUMBERS).take(windows.len()) {
            let roots = &mut numbers[from..from + CHANNELS];
            Scaled { length: lengths(roots), roots }.run();
        }
    }
}

/// The sum of the squares of the roots of these.
#[inline(always)]
fn lengths(roots: &[f32]) -> f32 {
    let mut lengths = [0f32; LANES];
    for lanes in roots.chunks_exact(LANES) {
        lengths.iter_mut().zip(lanes).for_each(|(length, root)| *length += root);
    }
    lengths.iter().sum()
}

/// The roots of these, scaled to length √½.
struct Scaled<'a> {
    length: f32,
    roots: &'a mut [f32],
}

impl Wide for Scaled<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let factor = (0.5 / self.length.max(1e-12)).sqrt();
        self.roots.iter_mut().for_each(|value| *value = value.sqrt() * factor);
    }
}
