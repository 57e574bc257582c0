//! What the lower part of the embedding's network says of every place of a picture: one run serves all windows.
//!
//! A window is described by how strongly each channel answers anywhere in it: the generalised mean of its cells (power
//! four, between mean and maximum; Radenović, Tolias and Chum, "Fine-tuning CNN image retrieval with no human
//! annotation", 2018). Sums over all rectangles from the corner ([`Sums`]) give that mean for any window at the price of
//! four look-ups. `scripts/region_model.py` cuts the network.

use touchstone_inference::{Error, Model, Runtime, Tensor};
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

    fn run(&self, pictures: &[&Picture], width: u32, height: u32) -> Result<Vec<Tensor>, Error> {
        let mut values = Vec::with_capacity(pictures.len() * 3 * width as usize * height as usize);
        for picture in pictures {
            append_planes(&scaled(picture, width, height), [0, 1, 2], self.mean, self.scale, &mut values);
        }
        self.model.run(&[pictures.len(), 3, height as usize, width as usize], &values)
    }
}

impl Eyes {
    /// The maps of a picture that is scaled to about `width` × `height` pixels, to multiples of a coarse cell.
    pub(crate) fn regions(&self, picture: &Picture, width: u32, height: u32) -> Result<Regions, Error> {
        let whole = |pixels: u32| ((pixels + CELL) / (2 * CELL)).max(1) * 2 * CELL;
        let outputs = self.regions.run(&[picture], whole(width), whole(height))?;
        Regions::of(&outputs, picture).ok_or_else(no_maps)
    }

    /// What is on small pictures, each by itself and scaled to a square of so many pixels, [`NUMBERS`] numbers each.
    pub(crate) fn described(&self, pictures: &[&Picture], side: u32) -> Result<Vec<Vec<f32>>, Error> {
        let mut all = Vec::with_capacity(pictures.len());
        for some in pictures.chunks(TOGETHER) {
            let outputs = self.regions.run(some, side, side)?;
            for (at, picture) in some.iter().enumerate() {
                let maps: Vec<Tensor> = outputs.iter().filter_map(|output| part(output, at)).collect();
                let regions = Regions::of(&maps, picture).ok_or_else(no_maps)?;
                all.push(regions.describe(regions.whole()));
            }
        }
        Ok(all)
    }
}

fn no_maps() -> Error {
    Error::Model { name: "regions".into(), detail: "gives no two maps of 672 channels".into() }
}

/// What a network gave of one of several pictures.
fn part(output: &Tensor, at: usize) -> Option<Tensor> {
    let (&count, rest) = output.shape.split_first()?;
    let length = output.values.len() / count.max(1);
    let values = output.values.get(at * length..(at + 1) * length)?.to_vec();
    Some(Tensor { shape: [&[1], rest].concat(), values })
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
    pub(crate) fn of(maps: &[Tensor], picture: &Picture) -> Option<Self> {
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
        self.describe_into(window, &mut numbers);
        numbers
    }

    /// The same, into room for [`NUMBERS`] numbers.
    pub(crate) fn describe_into(&self, window: Window, numbers: &mut [f32]) {
        let half = Window {
            x1: window.x1 / 2,
            y1: window.y1 / 2,
            x2: window.x2.div_ceil(2).min(self.coarse.columns),
            y2: window.y2.div_ceil(2).min(self.coarse.rows),
        };
        let (fine, coarse) = numbers.split_at_mut(CHANNELS);
        wide(Mean { of: &self.fine, window, out: fine });
        wide(Mean { of: &self.coarse, window: half, out: coarse });
    }
}

/// Fourth powers summed over all cells above and left of each, channels innermost; a row and a column of zeros first.
#[derive(Debug)]
struct Sums {
    columns: usize,
    rows: usize,
    sums: Vec<f64>,
}

impl Sums {
    fn of(tensor: &Tensor) -> Option<Self> {
        let &[1, CHANNELS, rows, columns] = tensor.shape.as_slice() else { return None };
        if rows * columns == 0 || tensor.values.len() != CHANNELS * rows * columns {
            return None;
        }
        let (cells, stride) = (rows * columns, (columns + 1) * CHANNELS);
        let mut sums = vec![0f64; (rows + 1) * stride];
        // Some channels at a time, so that what is read and what is written stays near.
        for (block, planes) in tensor.values.chunks(LANES * cells).enumerate() {
            for cell in 0..cells {
                let to = (cell / columns + 1) * stride + (cell % columns + 1) * CHANNELS + block * LANES;
                for (sum, plane) in sums[to..to + LANES].iter_mut().zip(planes.chunks_exact(cells)) {
                    let square = f64::from(plane[cell].max(0.0)) * f64::from(plane[cell].max(0.0));
                    *sum = square * square;
                }
            }
        }
        for row in 1..=rows {
            for at in row * stride + CHANNELS..(row + 1) * stride {
                sums[at] += sums[at - CHANNELS];
            }
            let (above, below) = sums.split_at_mut(row * stride);
            below[..stride].iter_mut().zip(&above[(row - 1) * stride..]).for_each(|(sum, above)| *sum += above);
        }
        Some(Self { columns, rows, sums })
    }

    #[inline(always)]
    fn at(&self, x: usize, y: usize) -> &[f64] {
        let from = (y * (self.columns + 1) + x) * CHANNELS;
        &self.sums[from..from + CHANNELS]
    }
}

/// The generalised mean of a window, channel by channel, scaled to length √½.
struct Mean<'a> {
    of: &'a Sums,
    window: Window,
    out: &'a mut [f32],
}

impl Wide for Mean<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let Self { of, window: Window { x1, y1, x2, y2 }, out } = self;
        let share = 1.0 / ((x2 - x1) * (y2 - y1)) as f64;
        let (end, left, above, both) = (of.at(x2, y2), of.at(x1, y2), of.at(x2, y1), of.at(x1, y1));
        let sums = end.iter().zip(left).zip(above.iter().zip(both));
        // A sum is told from nothing in 64 bits, its root is good in 32.
        let mean = |((end, left), (above, both))| (((end - left) - (above - both)) * share) as f32;
        out.iter_mut().zip(sums).for_each(|(out, sums)| *out = mean(sums).max(0.0).sqrt());
        let mut lengths = [0f32; LANES];
        for lane in out.chunks_exact(LANES) {
            lengths.iter_mut().zip(lane).for_each(|(length, root)| *length += root);
        }
        let factor = (0.5 / lengths.iter().sum::<f32>().max(1e-12)).sqrt();
        out.iter_mut().for_each(|value| *value = value.sqrt() * factor);
    }
}
