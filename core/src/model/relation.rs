//! Dynamic relation mining neural process (MetaFace's DRMN): from a reference to a manner.
//!
//! ```text
//! reference frames: content, motion, the average speaker's motion -> embedding
//!   -> mean + regression statistics -> global latent z   (how this person moves altogether)
//!   -> distilled into slots          -> relation memory   (how this person moved on such sounds)
//! z -> style, shift;   each frame to animate attends to the memory -> shift, offset
//! ```
//!
//! A neural process (Garnelo et al. 2018) with an attentive deterministic path (Kim et al. 2019).
//! Both halves shrink with the evidence: a reference of `n` frames weighs `n / (n + k)`, so that
//! no reference is exactly the average speaker, and more of it says more.

use burn::module::{Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::softmax;
use burn::tensor::backend::{AutodiffBackend, Backend};
use burn::tensor::{Distribution, Tensor, TensorData};

use super::molora::{MoLora, matrix, tensor};
use super::network::{CONTENT_WIDTH, Manner, STYLE_DIMENSIONS, Taps, framewise, silu};
use crate::clip::Channel;
use crate::speaker::{Matrix, RelationMemory};

/// Numbers of the global latent.
pub const LATENT: usize = 32;
/// Slots of the relation memory.
pub const SLOTS: usize = 48;
/// Width of what a slot is found by.
pub const KEY: usize = 48;
/// Width of what a slot says.
pub const VALUE: usize = 96;

const CHANNELS: usize = Channel::BLENDSHAPE_COUNT;
/// Width of a reference frame's embedding.
const EMBEDDING: usize = 128;
/// The neighbouring frames that an embedding sees.
const NEIGHBOURS: Taps = Taps {
    before: 2,
    after: 2,
    dilation: 1,
};
/// Frames of reference at which the latent weighs half.
const LATENT_HALF: f32 = 25.0;
/// Frames of reference at which a slot weighs half.
const SLOT_HALF: f32 = 4.0;
/// Regression statistics per channel: slope, offset, logarithm of the ratio of spreads.
const STATISTICS: usize = 3;

/// A reference as tensors; time is padded, and padding weighs nothing.
#[derive(Debug, Clone)]
pub struct Context<B: Backend> {
    /// What is said `[batch, time, CONTENT_WIDTH]`.
    pub content: Tensor<B, 3>,
    /// What the average speaker would do `[batch, time, 52]`.
    pub average: Tensor<B, 3>,
    /// What this speaker does, rest pose taken out `[batch, time, 52]`.
    pub motion: Tensor<B, 3>,
    /// 1 for channels that were captured, 0 for the rest `[batch, 1, 52]`.
    pub observed: Tensor<B, 3>,
    /// 1 for frames that count, 0 for padding `[batch, time, 1]`.
    pub weight: Tensor<B, 3>,
}

/// The latent's distribution: a normal one, independent in every number.
#[derive(Debug, Clone)]
pub struct Latent<B: Backend> {
    /// `[batch, LATENT]`
    pub mean: Tensor<B, 2>,
    /// The logarithm of the variance, `[batch, LATENT]`.
    pub log_variance: Tensor<B, 2>,
}

impl<B: Backend> Latent<B> {
    /// A draw, by reparametrisation (Kingma and Welling 2014).
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
        let each = (ratio.clone().exp() + scaled - 1.0 - ratio) * 0.5;
        each.sum_dim(1).mean()
    }
}

/// A reference distilled, as tensors: see [`RelationMemory`].
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
    /// The numbers of the only reference of a batch of one.
    pub fn to_plain(&self) -> RelationMemory {
        let flat = |t: &Tensor<B, 3>| {
            let [_, rows, columns] = t.dims();
            matrix(t.clone().reshape([rows, columns]))
        };
        RelationMemory {
            keys: flat(&self.keys),
            values: flat(&self.values),
            mass: flat(&self.mass).values,
        }
    }

    /// For a backend that learns.
    pub fn for_learning<A: AutodiffBackend<InnerBackend = B>>(&self) -> Memory<A> {
        Memory {
            keys: Tensor::from_inner(self.keys.clone()),
            values: Tensor::from_inner(self.values.clone()),
            mass: Tensor::from_inner(self.mass.clone()),
        }
    }

    /// The only reference of a batch of one, for each of a batch.
    pub(super) fn repeated(&self, batch: usize) -> Self {
        Self {
            keys: self.keys.clone().repeat_dim(0, batch),
            values: self.values.clone().repeat_dim(0, batch),
            mass: self.mass.clone().repeat_dim(0, batch),
        }
    }

    /// As tensors; sizes must be right.
    pub fn from_plain(memory: &RelationMemory, device: &B::Device) -> Self {
        let mass = TensorData::new(memory.mass.clone(), [1, memory.mass.len(), 1]);
        Self {
            keys: tensor(&memory.keys, device).unsqueeze(),
            values: tensor(&memory.values, device).unsqueeze(),
            mass: Tensor::from_data(mass, device),
        }
    }
}

impl RelationMemory {
    /// Whether it has the sizes that the neural process wants.
    pub(super) fn fits(&self) -> bool {
        let is = |matrix: &Matrix, columns| (matrix.rows, matrix.columns) == (SLOTS, columns);
        is(&self.keys, KEY) && is(&self.values, VALUE) && self.mass.len() == SLOTS
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
    /// A process with fresh weights that changes nothing yet.
    pub fn new(device: &B::Device) -> Self {
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        // Without bias, so that no evidence is no change; zero, so that training starts there.
        let silent = |inputs, outputs| {
            let layer: Linear<B> = LinearConfig::new(inputs, outputs)
                .with_bias(false)
                .init(device);
            Linear {
                weight: Param::from_tensor(Tensor::zeros([inputs, outputs], device)),
                ..layer
            }
        };
        let spread = Distribution::Normal(0.0, 1.0);
        Self {
            embed: linear(CONTENT_WIDTH + 3 * CHANNELS, EMBEDDING),
            embed_time: linear(NEIGHBOURS.count() * EMBEDDING, EMBEDDING),
            global: linear(EMBEDDING + STATISTICS * CHANNELS + 1, EMBEDDING),
            latent: linear(EMBEDDING, 2 * LATENT),
            slots: Param::from_tensor(Tensor::random([SLOTS, KEY], spread, device)),
            key: linear(CONTENT_WIDTH, KEY),
            query: linear(CONTENT_WIDTH, KEY),
            value: linear(EMBEDDING, VALUE),
            style: LinearConfig::new(LATENT, STYLE_DIMENSIONS)
                .with_bias(false)
                .init(device),
            latent_hidden: silent(LATENT, CONTENT_WIDTH),
            latent_expression: silent(LATENT, CHANNELS),
            relation_hidden: silent(VALUE, CONTENT_WIDTH),
            relation_expression: silent(VALUE, CHANNELS),
        }
    }

    /// What a reference says: its latent's distribution and its memory.
    pub fn study(&self, context: &Context<B>) -> (Latent<B>, Memory<B>) {
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
        let each = silu(framewise(&self.embed, Tensor::cat(input, 2))) * context.weight.clone();
        silu(framewise(&self.embed_time, NEIGHBOURS.gather(each))) * context.weight.clone()
    }

    /// What this speaker does otherwise than the average one, where it was captured.
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
        let both = self.latent.forward(hidden);
        let share = frames.clone() / (frames + LATENT_HALF);
        let log_variance = both.clone().narrow(1, LATENT, LATENT).clamp(-8.0, 1.0);
        Latent {
            mean: both.narrow(1, 0, LATENT) * share.clone(),
            // Without evidence the standard normal distribution.
            log_variance: log_variance * share,
        }
    }

    /// Per channel the ridge regression of this speaker's difference on the average speaker's
    /// motion (slope and offset) and the logarithm of the ratio of their spreads:
    /// `[batch, STATISTICS * 52]`.
    fn statistics(&self, context: &Context<B>, frames: &Tensor<B, 2>) -> Tensor<B, 2> {
        /// Variance below which a channel's slope says little.
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
        let all = vec![
            slope.clamp(-3.0, 3.0),
            offset.clamp(-3.0, 3.0),
            spread.clamp(-3.0, 3.0),
        ];
        let all = all.into_iter().map(|x| x * observed.clone()).collect();
        Tensor::cat(all, 2).reshape([batch, STATISTICS * CHANNELS])
    }

    /// Every frame gives itself to the slots that are near its content.
    fn distil(&self, context: &Context<B>, embedding: Tensor<B, 3>) -> Memory<B> {
        let [batch, ..] = context.content.dims();
        let keys = framewise(&self.key, context.content.clone());
        let slots = self.slots.val().unsqueeze::<3>().repeat_dim(0, batch);
        let nearness = keys.clone().matmul(slots.clone().swap_dims(1, 2)) / (KEY as f32).sqrt();
        let share = (softmax(nearness, 2) * context.weight.clone()).swap_dims(1, 2);
        let mass = share.clone().sum_dim(2);
        let values = framewise(&self.value, embedding);
        Memory {
            keys: (share.clone().matmul(keys) + slots * SLOT_HALF) / (mass.clone() + SLOT_HALF),
            values: share.matmul(values) / (mass.clone() + SLOT_HALF),
            mass,
        }
    }

    /// How somebody with this latent and memory says this content; leave out either half to see
    /// what the other does.
    pub fn manner(
        &self,
        content: Tensor<B, 3>,
        latent: Option<Tensor<B, 2>>,
        memory: Option<&Memory<B>>,
    ) -> Manner<B> {
        let [batch, ..] = content.dims();
        let device = content.device();
        let mut manner = Manner::average(batch, &device);
        if let Some(latent) = latent {
            manner.style = self.style.forward(latent.clone());
            let hidden = self.latent_hidden.forward(latent.clone());
            manner.hidden = Some(hidden.reshape([batch, 1, CONTENT_WIDTH]));
            let expression = self.latent_expression.forward(latent);
            manner.expression = Some(expression.reshape([batch, 1, CHANNELS]));
        }
        if let Some(memory) = memory {
            let read = self.read(content, memory);
            let sum = |whole: Option<Tensor<B, 3>>, part: Tensor<B, 3>| {
                Some(match whole {
                    Some(whole) => part + whole,
                    None => part,
                })
            };
            manner.hidden = sum(
                manner.hidden,
                framewise(&self.relation_hidden, read.clone()),
            );
            manner.expression = sum(
                manner.expression,
                framewise(&self.relation_expression, read),
            );
        }
        manner
    }

    /// What each frame takes from the memory: `[batch, time, VALUE]`.
    fn read(&self, content: Tensor<B, 3>, memory: &Memory<B>) -> Tensor<B, 3> {
        let query = framewise(&self.query, content);
        let nearness = query.matmul(memory.keys.clone().swap_dims(1, 2)) / (KEY as f32).sqrt();
        softmax(nearness, 2).matmul(memory.values.clone())
    }

    /// The teacher's style that a latent stands for, in standard deviations: `[batch, 18]`.
    pub fn style(&self, latent: Tensor<B, 2>) -> Tensor<B, 2> {
        self.style.forward(latent)
    }

    /// The style of one latent; none of one that has another size.
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

/// What learns speakers: a part of the base model's file.
#[derive(Module, Debug)]
pub struct Learner<B: Backend> {
    /// The neural process.
    pub relation: RelationProcess<B>,
    /// Where the fitting of adapters starts.
    pub adapters: MoLora<B>,
}

impl<B: Backend> Learner<B> {
    /// A learner with fresh weights.
    pub fn new(device: &B::Device) -> Self {
        Self {
            relation: RelationProcess::new(device),
            adapters: MoLora::new(device),
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

    /// A process whose read-outs are not silent.
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
    fn no_evidence_is_exactly_the_average_speaker() {
        let process = trained();
        let (latent, memory) = process.study(&context(40, 0.0));
        assert_eq!(latent.mean.clone().abs().max().into_scalar(), 0.0);
        assert_eq!(latent.log_variance.abs().max().into_scalar(), 0.0);
        let content = context(30, 1.0).content;
        let manner = process.manner(content, Some(latent.mean), Some(&memory));
        assert_eq!(manner.style.abs().max().into_scalar(), 0.0);
        for part in [manner.hidden, manner.expression] {
            assert_eq!(largest(part.expect("a part")), 0.0);
        }
    }

    #[test]
    fn padding_says_nothing() {
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
        let (a, m) = process.study(&short);
        let (b, n) = process.study(&padded);
        let gap: f32 = (a.mean - b.mean).abs().max().into_scalar();
        assert!(gap < 1e-5, "{gap}");
        assert!(largest(m.values - n.values) < 1e-5);
    }

    #[test]
    fn the_memory_is_as_small_for_a_minute_as_for_a_second_and_knows_how_much_it_saw() {
        let process = trained();
        for frames in [50, 3000] {
            let (_, memory) = process.study(&context(frames, 1.0));
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
    fn channels_that_were_not_captured_say_nothing() {
        let process = trained();
        let mut one = context(60, 1.0);
        one.observed = Tensor::zeros([1, 1, CHANNELS], &Default::default());
        let mut other = one.clone();
        other.motion = other.motion * 0.3;
        let (a, m) = process.study(&one);
        let (b, n) = process.study(&other);
        assert_eq!((a.mean - b.mean).abs().max().into_scalar(), 0.0);
        assert_eq!(largest(m.values - n.values), 0.0);
    }
}
