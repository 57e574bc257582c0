//! A picture as numbers: alike where pictures look alike.
//!
//! The network is EfficientNet-Lite0, which was taught the thousand classes of ImageNet. Its last layer but one is the
//! embedding; the classes say what kind of goods is seen.

use touchstone_inference::{Error, Model, Output, Runtime, Tensor};
use touchstone_vision::Picture;

use crate::Eyes;
use crate::regions::Regions;
use crate::scaled::{append_planes, scaled};

/// Pictures that go through the network in one go; more gain nothing and hold memory.
const BATCH: usize = 8;

/// What the network says of a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Embedding {
    /// Numbers before the last layer, neither centred nor of unit length; 1280 with the bundled model.
    pub features: Vec<f32>,
    /// One number a class of ImageNet (ILSVRC 2012, in the order of their WordNet ids), before softmax; none when the
    /// model has no such output.
    pub logits: Vec<f32>,
}

#[derive(Debug)]
pub(crate) struct Embedder {
    model: Model,
    side: u32,
    mean: [f32; 3],
    scale: [f32; 3],
}

impl Embedder {
    pub(crate) fn open(runtime: &Runtime) -> Result<Self, Error> {
        let model = runtime.model("embedding")?;
        let entry = model.entry();
        let (side, mean, scale) =
            (entry.side.unwrap_or(224), entry.mean.unwrap_or([127.0; 3]), entry.scale.unwrap_or([128.0; 3]));
        Ok(Self { model, side, mean, scale })
    }

    fn run<T>(&self, pictures: &[&Picture], read: impl FnOnce(&[Output<'_>]) -> T) -> Result<T, Error> {
        let side = self.side as usize;
        let mut values = Vec::with_capacity(pictures.len() * 3 * side * side);
        for picture in pictures {
            append_planes(&scaled(picture, self.side, self.side), [0, 1, 2], self.mean, self.scale, &mut values);
        }
        self.model.run_into(&[pictures.len(), 3, side, side], &values, read)
    }

    fn embed(&self, pictures: &[&Picture]) -> Result<Vec<Embedding>, Error> {
        self.run(pictures, |outputs| embeddings(outputs, pictures.len()))
    }
}

fn embeddings(outputs: &[Output<'_>], pictures: usize) -> Vec<Embedding> {
    let row = |output: Option<&Output<'_>>, at: usize| {
        let values = output.map_or(&[][..], |output| output.values);
        let length = values.len() / pictures.max(1);
        values[at * length..(at + 1) * length].to_vec()
    };
    let embedding = |at| Embedding { features: row(outputs.first(), at), logits: row(outputs.get(1), at) };
    (0..pictures).map(embedding).collect()
}

/// All that one forward says of a picture: of the whole, and place by place.
#[derive(Debug)]
pub struct Glance {
    /// Of the whole.
    pub embedding: Embedding,
    /// What the lower layers see; none when the model does not give it.
    pub(crate) regions: Option<Regions>,
    /// What the last layer sees, of which the embedding is the mean.
    top: Option<Tensor>,
}

impl Glance {
    /// The embedding of the middle of the picture, that share of each side; of the whole when the model does not say
    /// what is where.
    pub fn middle(&self, share: f64) -> Vec<f32> {
        let means = |top: &Tensor| {
            let &[1, channels, rows, columns] = top.shape.as_slice() else { return None };
            let rim =
                |side: usize| ((1.0 - share) / 2.0 * side as f64).round().clamp(0.0, (side.max(1) - 1) as f64 / 2.0);
            let within = |at: usize, side: usize| (rim(side) as usize..side - rim(side) as usize).contains(&at);
            let mean = |plane: &[f32]| {
                let inner = plane.iter().enumerate();
                let inner = inner.filter(|(at, _)| within(at / columns, rows) && within(at % columns, columns));
                let (sum, count) = inner.fold((0.0, 0.0), |(sum, count), (_, value)| (sum + value, count + 1.0));
                sum / f32::max(count, 1.0)
            };
            (channels * rows * columns > 0).then(|| top.values.chunks_exact(rows * columns).map(mean).collect())
        };
        self.top.as_ref().and_then(means).unwrap_or_else(|| self.embedding.features.clone())
    }
}

impl Eyes {
    /// The embeddings of pictures, in their order; each is scaled to the network's square, whatever its shape.
    ///
    /// # Errors
    /// When the network cannot run, for example for want of memory.
    pub fn embed(&self, pictures: &[&Picture]) -> Result<Vec<Embedding>, Error> {
        let mut embeddings = Vec::with_capacity(pictures.len());
        for batch in pictures.chunks(BATCH) {
            embeddings.extend(self.embedder.embed(batch)?);
        }
        Ok(embeddings)
    }

    /// Everything that one forward says of a picture.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn glance(&self, picture: &Picture) -> Result<Glance, Error> {
        self.embedder.run(&[picture], |outputs| Glance {
            embedding: embeddings(outputs, 1).pop().unwrap_or_default(),
            regions: outputs.get(2..).and_then(|maps| Regions::of(maps, picture)),
            top: outputs.get(4).map(Output::to_tensor),
        })
    }

    /// Version of the embedding: SHA-256 of the network's file.
    pub fn embedding_version(&self) -> &str {
        self.embedder.model.version()
    }
}
