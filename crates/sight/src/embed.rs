//! A picture as numbers: alike where pictures look alike.
//!
//! The network is EfficientNet-Lite0, which was taught the thousand classes of ImageNet. Its last layer but one is the
//! embedding; the classes say what kind of goods is seen.

use touchstone_inference::{Error, Model, Runtime, Tensor};
use touchstone_vision::Picture;

use crate::Eyes;
use crate::scaled::{append_planes, scaled};

/// Pictures that go through the network in one go; more gain nothing and hold memory.
const BATCH: usize = 8;

/// What the network says of a picture.
#[derive(Clone, Debug, PartialEq)]
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

    fn embed(&self, pictures: &[&Picture]) -> Result<Vec<Embedding>, Error> {
        let side = self.side as usize;
        let mut values = Vec::with_capacity(pictures.len() * 3 * side * side);
        for picture in pictures {
            append_planes(&scaled(picture, self.side, self.side), [0, 1, 2], self.mean, self.scale, &mut values);
        }
        let outputs = self.model.run(&[pictures.len(), 3, side, side], &values)?;
        let row = |output: Option<&Tensor>, at: usize| {
            let values = output.map_or(&[][..], |tensor| &tensor.values);
            let length = values.len() / pictures.len();
            values[at * length..(at + 1) * length].to_vec()
        };
        let embedding = |at| Embedding { features: row(outputs.first(), at), logits: row(outputs.get(1), at) };
        Ok((0..pictures.len()).map(embedding).collect())
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

    /// Version of the embedding: SHA-256 of the network's file.
    pub fn embedding_version(&self) -> &str {
        self.embedder.model.version()
    }
}
