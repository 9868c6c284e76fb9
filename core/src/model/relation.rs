//! Dynamic relation mining neural process (MetaFace's DRMN): encodes a reference as a conditioning.
//!
//! ```text
//! reference frames: content, motion, the average speaker's motion -> embedding
//!   -> mean + regression statistics -> global latent z   (how this speaker moves in general)
//!   -> distilled into slots          -> relation memory   (how this speaker moves on which sound)
//! z -> style, shift;   each frame to animate attends to the memory -> shift, offset
//! ```
//!
//! A neural process (Garnelo et al. 2018) with an attentive deterministic path (Kim et al. 2019).
//! Both parts are weighted by the length of the reference, `n / (n + k)` for `n` frames, so that an
//! empty reference gives exactly the average speaker.

use burn::module::{Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::softmax;
use burn::tensor::backend::{AutodiffBackend, Backend};
use burn::tensor::{Distribution, Tensor, TensorData};

use super::matrix::Matrix;
use super::molora::{MoLora, RANKS};
use super::network::{CONTENT_WIDTH, Conditioning, STYLE_DIMENSIONS, Taps, framewise, silu};
use crate::clip::Channel;

/// Length of the global latent.
pub const LATENT: usize = 32;
/// Number of slots of the relation memory.
pub const SLOTS: usize = 48;
/// Width of a slot's key.
pub const KEY: usize = 48;
/// Width of a slot's value.
pub const VALUE: usize = 96;

const CHANNELS: usize = Channel::BLENDSHAPE_COUNT;
/// Width of a reference frame's embedding.
const EMBEDDING: usize = 128;
/// The neighbouring frames in an embedding.
const NEIGHBOURS: Taps = Taps {
    before: 2,
    after: 2,
    dilation: 1,
};
/// Reference frames at which the latent has half its full weight.
const LATENT_HALF: f32 = 25.0;
/// Reference frames at which a slot has half its full weight.
const SLOT_HALF: f32 = 4.0;
/// Regression statistics per channel: slope, offset, logarithm of the ratio of spreads.
const STATISTICS: usize = 3;

/// A reference as tensors, padded in time; padding has weight 0.
#[derive(Debug, Clone)]
pub struct Context<B: Backend> {
    /// Content `[batch, time, CONTENT_WIDTH]`.
    pub content: Tensor<B, 3>,
    /// The average speaker's motion for the same sound `[batch, time, 52]`.
    pub average: Tensor<B, 3>,
    /// This speaker's motion less the rest pose `[batch, time, 52]`.
    pub motion: Tensor<B, 3>,
    /// 1 for captured channels, 0 for others `[batch, 1, 52]`.
    pub observed: Tensor<B, 3>,
    /// 1 for frames of the reference, 0 for padding `[batch, time, 1]`.
    pub weight: Tensor<B, 3>,
}

/// The latent's distribution: normal with diagonal covariance.
#[derive(Debug, Clone)]
pub struct Latent<B: Backend> {
    /// `[batch, LATENT]`
    pub mean: Tensor<B, 2>,
    /// The logarithm of the variance, `[batch, LATENT]`.
    pub log_variance: Tensor<B, 2>,
}

impl<B: Backend> Latent<B> {
    /// A sample, by reparametrisation (Kingma and Welling 2014).
    pub fn sample(&self) -> Tensor<B, 2> {
        let noise = self.mean.random_like(Distribution::Normal(0.0, 1.0));
        self.mean.clone() + noise * (self.log_variance.clone() * 0.5).exp()
    }

    /// The Kullback-Leibler divergence of `self` (posterior) from `prior`, averaged over the
    /// batch, as a scalar.
    pub fn divergence(&self, prior: &Self) -> Tensor<B, 1> {
        let gap = (self.mean.clone() - prior.mean.clone()).square();
        let ratio = self.log_variance.clone() - prior.log_variance.clone();
        let scaled = gap / prior.log_variance.clone().exp();
        let per_dimension = (ratio.clone().exp() + scaled - 1.0 - ratio) * 0.5;
        per_dimension.sum_dim(1).mean()
    }
}

/// The relation process's memory of a reference: a fixed number of slots, independent of the
/// reference's length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RelationMemory {
    /// The sound, as projected content: `[slots, key]`.
    pub keys: Matrix,
    /// This speaker's motion on that sound: `[slots, value]`.
    pub values: Matrix,
    /// Reference frames per slot.
    pub mass: Vec<f32>,
}

/// A [`RelationMemory`] as tensors.
#[derive(Debug, Clone)]
pub struct Memory<B: Backend> {
    /// `[batch, SLOTS, KEY]`
    pub keys: Tensor<B, 3>,
    /// `[batch, SLOTS, VALUE]`
    pub values: Tensor<B, 3>,
    /// Frames per slot `[batch, SLOTS, 1]`.
    pub mass: Tensor<B, 3>,
}

impl<B: Backend> Memory<B> {
    /// The values of a batch of one reference.
    pub fn to_plain(&self) -> RelationMemory {
        let matrix = |t: &Tensor<B, 3>| {
            let [_, rows, columns] = t.dims();
            Matrix::from_tensor(t.clone().reshape([rows, columns]))
        };
        RelationMemory {
            keys: matrix(&self.keys),
            values: matrix(&self.values),
            mass: matrix(&self.mass).values,
        }
    }

    /// On the autodiff backend.
    pub fn for_learning<A: AutodiffBackend<InnerBackend = B>>(&self) -> Memory<A> {
        Memory {
            keys: Tensor::from_inner(self.keys.clone()),
            values: Tensor::from_inner(self.values.clone()),
            mass: Tensor::from_inner(self.mass.clone()),
        }
    }

    /// Repeats a batch of one reference.
    pub(super) fn repeated(&self, batch: usize) -> Self {
        Self {
            keys: self.keys.clone().repeat_dim(0, batch),
            values: self.values.clone().repeat_dim(0, batch),
            mass: self.mass.clone().repeat_dim(0, batch),
        }
    }

    /// As tensors; the sizes must be those of the neural process.
    pub fn from_plain(memory: &RelationMemory, device: &B::Device) -> Self {
        let mass = TensorData::new(memory.mass.clone(), [1, memory.mass.len(), 1]);
        Self {
            keys: memory.keys.to_tensor(device).unsqueeze(),
            values: memory.values.to_tensor(device).unsqueeze(),
            mass: Tensor::from_data(mass, device),
        }
    }
}

impl RelationMemory {
    /// Whether the sizes are those of the neural process.
    pub(super) fn fits(&self) -> bool {
        let has_size = |matrix: &Matrix, columns| (matrix.rows, matrix.columns) == (SLOTS, columns);
        has_size(&self.keys, KEY) && has_size(&self.values, VALUE) && self.mass.len() == SLOTS
    }
}

/// The neural process.
#[derive(Module, Debug)]
pub struct RelationProcess<B: Backend> {
    embed: Linear<B>,
    embed_time: Linear<B>,
    global: Linear<B>,
    latent: Linear<B>,
    slots: Param<Tensor<B, 2>>,
    key: Linear<B>,
    query: Linear<B>,
    value: Linear<B>,
    style: Linear<B>,
    latent_hidden: Linear<B>,
    latent_expression: Linear<B>,
    relation_hidden: Linear<B>,
    relation_expression: Linear<B>,
}

impl<B: Backend> RelationProcess<B> {
    /// A process with fresh weights and zero offsets.
    pub fn new(device: &B::Device) -> Self {
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        // No bias, so that an empty reference changes nothing; zero at the start of training.
        let zero_linear = |inputs, outputs| {
            let layer: Linear<B> = LinearConfig::new(inputs, outputs)
                .with_bias(false)
                .init(device);
            Linear {
                weight: Param::from_tensor(Tensor::zeros([inputs, outputs], device)),
                ..layer
            }
        };
        let standard_normal = Distribution::Normal(0.0, 1.0);
        Self {
            embed: linear(CONTENT_WIDTH + 3 * CHANNELS, EMBEDDING),
            embed_time: linear(NEIGHBOURS.count() * EMBEDDING, EMBEDDING),
            global: linear(EMBEDDING + STATISTICS * CHANNELS + 1, EMBEDDING),
            latent: linear(EMBEDDING, 2 * LATENT),
            slots: Param::from_tensor(Tensor::random([SLOTS, KEY], standard_normal, device)),
            key: linear(CONTENT_WIDTH, KEY),
            query: linear(CONTENT_WIDTH, KEY),
            value: linear(EMBEDDING, VALUE),
            style: LinearConfig::new(LATENT, STYLE_DIMENSIONS)
                .with_bias(false)
                .init(device),
            latent_hidden: zero_linear(LATENT, CONTENT_WIDTH),
            latent_expression: zero_linear(LATENT, CHANNELS),
            relation_hidden: zero_linear(VALUE, CONTENT_WIDTH),
            relation_expression: zero_linear(VALUE, CHANNELS),
        }
    }

    /// Encodes a reference: the distribution of the latent, and the memory.
    pub fn encode(&self, context: &Context<B>) -> (Latent<B>, Memory<B>) {
        let embedding = self.embedding(context);
        let latent = self.latent(context, embedding.clone());
        (latent, self.distil(context, embedding))
    }

    fn embedding(&self, context: &Context<B>) -> Tensor<B, 3> {
        let [_, time, _] = context.content.dims();
        let difference = self.difference(context);
        let observed = context.observed.clone().repeat_dim(1, time);
        let input = vec![
            context.content.clone(),
            context.average.clone() * 4.0,
            difference * 4.0,
            observed,
        ];
        let per_frame =
            silu(framewise(&self.embed, Tensor::cat(input, 2))) * context.weight.clone();
        silu(framewise(&self.embed_time, NEIGHBOURS.gather(per_frame))) * context.weight.clone()
    }

    /// This speaker's difference from the average speaker in the captured channels.
    fn difference(&self, context: &Context<B>) -> Tensor<B, 3> {
        (context.motion.clone() - context.average.clone())
            * context.observed.clone()
            * context.weight.clone()
    }

    fn latent(&self, context: &Context<B>, embedding: Tensor<B, 3>) -> Latent<B> {
        let [batch, ..] = embedding.dims();
        let frames = context.weight.clone().sum_dim(1).reshape([batch, 1]);
        let mean = embedding.sum_dim(1).reshape([batch, EMBEDDING]) / frames.clone().clamp_min(1.0);
        let evidence = (frames.clone() + 1.0).log() * 0.2;
        let input = vec![mean, self.statistics(context, &frames), evidence];
        let hidden = silu(self.global.forward(Tensor::cat(input, 1)));
        let parameters = self.latent.forward(hidden);
        let share = frames.clone() / (frames + LATENT_HALF);
        let log_variance = parameters
            .clone()
            .narrow(1, LATENT, LATENT)
            .clamp(-8.0, 1.0);
        Latent {
            mean: parameters.narrow(1, 0, LATENT) * share.clone(),
            // The standard normal distribution for an empty reference.
            log_variance: log_variance * share,
        }
    }

    /// Per channel, the ridge regression of this speaker's difference on the average speaker's
    /// motion (slope and offset), and the logarithm of the ratio of their variances:
    /// `[batch, STATISTICS * 52]`.
    fn statistics(&self, context: &Context<B>, frames: &Tensor<B, 2>) -> Tensor<B, 2> {
        /// Variance below which a channel's slope is unreliable.
        const RIDGE: f32 = 4e-4;
        let [batch, ..] = context.content.dims();
        let count = frames.clone().clamp_min(1.0).reshape([batch, 1, 1]);
        let mean = |x: Tensor<B, 3>| (x * context.weight.clone()).sum_dim(1) / count.clone();
        let average = context.average.clone();
        let difference = self.difference(context);
        let (mean_a, mean_d) = (mean(average.clone()), mean(difference.clone()));
        let (a, d) = (average - mean_a.clone(), difference - mean_d.clone());
        let variance = mean(a.clone().square());
        let slope = mean(a.clone() * d.clone()) / (variance.clone() + RIDGE);
        let moved = mean((a + d).square());
        let spread = (moved + RIDGE).log() - (variance + RIDGE).log();
        let offset = mean_d * 10.0;
        let observed = context.observed.clone();
        let per_channel = vec![
            slope.clamp(-3.0, 3.0),
            offset.clamp(-3.0, 3.0),
            spread.clamp(-3.0, 3.0),
        ];
        let observed_only = (per_channel.into_iter())
            .map(|x| x * observed.clone())
            .collect();
        Tensor::cat(observed_only, 2).reshape([batch, STATISTICS * CHANNELS])
    }

    /// Distributes every frame over the slots by the similarity of its content to their keys.
    fn distil(&self, context: &Context<B>, embedding: Tensor<B, 3>) -> Memory<B> {
        let [batch, ..] = context.content.dims();
        let keys = framewise(&self.key, context.content.clone());
        let slots = self.slots.val().unsqueeze::<3>().repeat_dim(0, batch);
        let similarity = keys.clone().matmul(slots.clone().swap_dims(1, 2)) / (KEY as f32).sqrt();
        let share = (softmax(similarity, 2) * context.weight.clone()).swap_dims(1, 2);
        let mass = share.clone().sum_dim(2);
        let values = framewise(&self.value, embedding);
        Memory {
            keys: (share.clone().matmul(keys) + slots * SLOT_HALF) / (mass.clone() + SLOT_HALF),
            values: share.matmul(values) / (mass.clone() + SLOT_HALF),
            mass,
        }
    }

    /// The conditioning of a speaker with this latent and memory for this content. Without one of
    /// them, the effect of the other can be measured.
    pub fn condition(
        &self,
        content: Tensor<B, 3>,
        latent: Option<Tensor<B, 2>>,
        memory: Option<&Memory<B>>,
    ) -> Conditioning<B> {
        let [batch, ..] = content.dims();
        let device = content.device();
        let mut conditioning = Conditioning::average(batch, &device);
        if let Some(latent) = latent {
            conditioning.style = self.style.forward(latent.clone());
            let hidden = self.latent_hidden.forward(latent.clone());
            conditioning.hidden = Some(hidden.reshape([batch, 1, CONTENT_WIDTH]));
            let expression = self.latent_expression.forward(latent);
            conditioning.expression = Some(expression.reshape([batch, 1, CHANNELS]));
        }
        if let Some(memory) = memory {
            let read = self.read(content, memory);
            let sum = |base: Option<Tensor<B, 3>>, offset: Tensor<B, 3>| {
                Some(match base {
                    Some(base) => offset + base,
                    None => offset,
                })
            };
            conditioning.hidden = sum(
                conditioning.hidden,
                framewise(&self.relation_hidden, read.clone()),
            );
            conditioning.expression = sum(
                conditioning.expression,
                framewise(&self.relation_expression, read),
            );
        }
        conditioning
    }

    /// Attention of each frame to the memory: `[batch, time, VALUE]`.
    fn read(&self, content: Tensor<B, 3>, memory: &Memory<B>) -> Tensor<B, 3> {
        let query = framewise(&self.query, content);
        let similarity = query.matmul(memory.keys.clone().swap_dims(1, 2)) / (KEY as f32).sqrt();
        softmax(similarity, 2).matmul(memory.values.clone())
    }

    /// The articulation style of a latent, in standard deviations: `[batch, 18]`.
    pub fn style(&self, latent: Tensor<B, 2>) -> Tensor<B, 2> {
        self.style.forward(latent)
    }

    /// The style of one latent; `None` if the latent has another size.
    pub(crate) fn style_of(
        &self,
        latent: &[f32],
        device: &B::Device,
    ) -> Option<[f32; STYLE_DIMENSIONS]> {
        if latent.len() != LATENT {
            return None;
        }
        let latent = TensorData::new(latent.to_vec(), [1, LATENT]);
        let style = self.style(Tensor::from_data(latent, device)).into_data();
        style.convert::<f32>().to_vec().ok()?.try_into().ok()
    }
}

/// Seed of the initial adapters, whose output is zero.
const ADAPTER_SEED: u64 = 7;

/// The speaker learner, a part of the base model's file.
#[derive(Module, Debug)]
pub struct Learner<B: Backend> {
    /// The neural process.
    pub relation: RelationProcess<B>,
    /// The start of adapter fitting.
    pub adapters: MoLora<B>,
}

impl<B: Backend> Learner<B> {
    /// A learner with fresh weights.
    pub fn new(device: &B::Device) -> Self {
        Self {
            relation: RelationProcess::new(device),
            adapters: MoLora::new(&RANKS, ADAPTER_SEED, device),
        }
    }
}

#[cfg(test)]
mod tests {
    use burn_flex::Flex;

    use super::*;

    fn context(time: usize, weight: f32) -> Context<Flex> {
        let device = Default::default();
        let random = |width| Tensor::random([1, time, width], Distribution::Default, &device);
        Context {
            content: random(CONTENT_WIDTH),
            average: random(CHANNELS),
            motion: random(CHANNELS),
            observed: Tensor::ones([1, 1, CHANNELS], &device),
            weight: Tensor::full([1, time, 1], weight, &device),
        }
    }

    /// A process with random output layers.
    fn trained() -> RelationProcess<Flex> {
        let device = Default::default();
        let mut process = RelationProcess::<Flex>::new(&device);
        for layer in [
            &mut process.latent_hidden,
            &mut process.latent_expression,
            &mut process.relation_hidden,
            &mut process.relation_expression,
        ] {
            let weight = layer.weight.val();
            layer.weight = Param::from_tensor(weight.random_like(Distribution::Default));
        }
        process
    }

    fn largest(x: Tensor<Flex, 3>) -> f32 {
        x.abs().max().into_scalar()
    }

    #[test]
    fn an_empty_reference_is_exactly_the_average_speaker() {
        let process = trained();
        let (latent, memory) = process.encode(&context(40, 0.0));
        assert_eq!(latent.mean.clone().abs().max().into_scalar(), 0.0);
        assert_eq!(latent.log_variance.abs().max().into_scalar(), 0.0);
        let content = context(30, 1.0).content;
        let conditioning = process.condition(content, Some(latent.mean), Some(&memory));
        assert_eq!(conditioning.style.abs().max().into_scalar(), 0.0);
        for part in [conditioning.hidden, conditioning.expression] {
            assert_eq!(largest(part.expect("an offset")), 0.0);
        }
    }

    #[test]
    fn padding_has_no_effect() {
        let process = trained();
        let short = context(40, 1.0);
        let pad = |x: &Tensor<Flex, 3>| {
            let [_, _, width] = x.dims();
            let zeros = Tensor::zeros([1, 20, width], &x.device());
            Tensor::cat(vec![x.clone(), zeros], 1)
        };
        let padded = Context {
            content: pad(&short.content),
            average: pad(&short.average),
            motion: pad(&short.motion),
            observed: short.observed.clone(),
            weight: pad(&short.weight),
        };
        let (a, m) = process.encode(&short);
        let (b, n) = process.encode(&padded);
        let gap: f32 = (a.mean - b.mean).abs().max().into_scalar();
        assert!(gap < 1e-5, "{gap}");
        assert!(largest(m.values - n.values) < 1e-5);
    }

    #[test]
    fn the_memory_has_the_same_size_for_a_minute_as_for_a_second_and_counts_the_frames() {
        let process = trained();
        for frames in [50, 3000] {
            let (_, memory) = process.encode(&context(frames, 1.0));
            let plain = memory.to_plain();
            assert!(plain.fits());
            let mass: f32 = plain.mass.iter().sum();
            assert!(
                (mass - frames as f32).abs() < 0.01 * frames as f32,
                "{mass}"
            );
            let again = Memory::<Flex>::from_plain(&plain, &Default::default());
            assert_eq!(largest(again.values - memory.values), 0.0);
        }
    }

    #[test]
    fn channels_that_were_not_captured_have_no_effect() {
        let process = trained();
        let mut one = context(60, 1.0);
        one.observed = Tensor::zeros([1, 1, CHANNELS], &Default::default());
        let mut other = one.clone();
        other.motion = other.motion * 0.3;
        let (a, m) = process.encode(&one);
        let (b, n) = process.encode(&other);
        assert_eq!((a.mean - b.mean).abs().max().into_scalar(), 0.0);
        assert_eq!(largest(m.values - n.values), 0.0);
    }
}
