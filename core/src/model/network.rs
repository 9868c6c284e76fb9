//! The network: content encoder and expression decoder.
//!
//! ```text
//! log-mel [frames at 100 Hz, 80] -> stem (50 Hz) -> content blocks -> content [frames, width]
//! content + style -> decoder blocks -> expression, closure;   content -> phones
//! ```
//!
//! All layers are residual dilated convolutions over time (van den Oord et al. 2016), so cost is
//! linear in length and look-ahead is a constant of the architecture.

use burn::module::{Module, Param};
use burn::nn::{LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::tensor::{Tensor, backend::Backend};

use super::Dropout;
use super::molora::{BlockAdapters, MoLora};
use crate::audio::{HOP, MEL_BANDS, SAMPLE_RATE, WINDOW};
use crate::clip::Channel;
use crate::clip::Phone;

/// Output frames per second.
pub const FRAME_RATE: u32 = 50;

/// Log-mel frames per output frame.
pub const STRIDE: usize = 2;

/// Length of the decoder's style vector.
pub const STYLE_DIMENSIONS: usize = 18;

/// Future frames whose lip closure the network predicts: lips start to close 60 ms before they
/// meet.
pub const CLOSURES_AHEAD: usize = 3;

/// Width of the content features.
pub const CONTENT_WIDTH: usize = 192;

/// Log-mel frames that the stem sees before and after an output frame's own (at `2 t`).
const STEM: Taps = Taps {
    before: 3,
    after: 2,
    dilation: 1,
};

/// The content blocks. Narrow convolutions are centred, wide ones causal.
const CONTENT: [Taps; 9] = [
    Taps::centred(1),
    Taps::centred(1),
    Taps::causal(4),
    Taps::centred(2),
    Taps::causal(8),
    Taps::centred(1),
    Taps::causal(16),
    Taps::centred(1),
    Taps::causal(4),
];

/// The decoder blocks.
const DECODER: [Taps; 3] = [Taps::centred(1), Taps::causal(2), Taps::centred(1)];

/// Which neighbours a convolution sees: `before` and `after` taps, `dilation` frames apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taps {
    pub(super) before: usize,
    pub(super) after: usize,
    pub(super) dilation: usize,
}

impl Taps {
    const fn centred(dilation: usize) -> Self {
        Self {
            before: 1,
            after: 1,
            dilation,
        }
    }

    const fn causal(dilation: usize) -> Self {
        Self {
            before: 2,
            after: 0,
            dilation,
        }
    }

    pub(super) const fn count(self) -> usize {
        self.before + 1 + self.after
    }

    /// Every tap of every frame side by side: `[batch, time, width]` to
    /// `[batch, time, count * width]`, with zeros beyond the ends.
    pub(super) fn gather<B: Backend>(self, x: Tensor<B, 3>) -> Tensor<B, 3> {
        let [batch, time, width] = x.dims();
        let device = x.device();
        let (left, right) = (self.before * self.dilation, self.after * self.dilation);
        let mut parts = Vec::with_capacity(3);
        if left > 0 {
            parts.push(Tensor::zeros([batch, left, width], &device));
        }
        parts.push(x);
        if right > 0 {
            parts.push(Tensor::zeros([batch, right, width], &device));
        }
        let padded = Tensor::cat(parts, 1);
        let taps = (0..self.count())
            .map(|tap| {
                let start = tap * self.dilation;
                padded
                    .clone()
                    .slice([0..batch, start..start + time, 0..width])
            })
            .collect();
        Tensor::cat(taps, 2)
    }
}

/// Earlier output frames in the receptive field of a frame.
pub const PAST_FRAMES: usize =
    sum(&CONTENT, true) + sum(&DECODER, true) + STEM.before.div_ceil(STRIDE);

/// Later output frames in the receptive field of a frame.
pub const FUTURE_FRAMES: usize =
    sum(&CONTENT, false) + sum(&DECODER, false) + STEM.after.div_ceil(STRIDE);

/// Number of complete output frames, given this many log-mel frames: later sound does not change
/// them.
pub(super) const fn complete_frames(mel_frames: usize) -> usize {
    let stem = (mel_frames + STRIDE - 1).saturating_sub(STEM.after) / STRIDE;
    stem.saturating_sub(sum(&CONTENT, false) + sum(&DECODER, false))
}

/// The look-ahead beyond a frame's time, in samples at 16 kHz: the blocks, the stem and half of the
/// last log-mel window.
pub const LOOK_AHEAD_SAMPLES: usize =
    (sum(&CONTENT, false) + sum(&DECODER, false)) * STRIDE * HOP + STEM.after * HOP + WINDOW / 2;

// The contract: at most 200 ms.
const _: () = assert!(LOOK_AHEAD_SAMPLES * 1000 <= 200 * SAMPLE_RATE as usize);

const fn sum<const N: usize>(blocks: &[Taps; N], past: bool) -> usize {
    let (mut total, mut i) = (0, 0);
    while i < N {
        let taps = blocks[i];
        total += taps.dilation * if past { taps.before } else { taps.after };
        i += 1;
    }
    total
}

/// One residual block: normalise, convolve over time, mix, add.
#[derive(Module, Debug)]
struct Block<B: Backend> {
    norm: LayerNorm<B>,
    convolve: Linear<B>,
    mix: Linear<B>,
}

impl<B: Backend> Block<B> {
    fn new(taps: Taps, width: usize, device: &B::Device) -> Self {
        Self {
            norm: LayerNormConfig::new(width).init(device),
            convolve: LinearConfig::new(taps.count() * width, width).init(device),
            mix: LinearConfig::new(width, width).init(device),
        }
    }

    fn forward(
        &self,
        taps: Taps,
        x: Tensor<B, 3>,
        mask: Option<&Tensor<B, 3>>,
        adapters: Option<&BlockAdapters<B>>,
        dropout: Option<&mut Dropout>,
    ) -> Tensor<B, 3> {
        let mut hidden = self.norm.forward(x.clone());
        if let Some(mask) = mask {
            hidden = hidden * mask.clone();
        }
        let gathered = taps.gather(hidden);
        let mut hidden = framewise(&self.convolve, gathered.clone());
        if let Some(adapters) = adapters {
            hidden = hidden + adapters.convolve.forward(gathered);
        }
        let mut hidden = silu(hidden);
        if let Some(dropout) = dropout {
            hidden = dropout.apply(hidden);
        }
        let mut out = framewise(&self.mix, hidden.clone());
        if let Some(adapters) = adapters {
            out = out + adapters.mix.forward(hidden);
        }
        x + out
    }
}

/// The sigmoid linear unit `x / (1 + exp(-x))` (Elfwing et al. 2018), in operations that are
/// fast on every device. The clamp keeps the exponential and its derivative finite.
pub(super) fn silu<B: Backend, const D: usize>(x: Tensor<B, D>) -> Tensor<B, D> {
    const MINIMUM: f32 = -60.0;
    let exponential = (-x.clone().clamp_min(MINIMUM)).exp();
    x / (exponential + 1.0)
}

/// Applies a linear layer to every frame as one matrix product.
pub(super) fn framewise<B: Backend>(layer: &Linear<B>, x: Tensor<B, 3>) -> Tensor<B, 3> {
    let [batch, time, width] = x.dims();
    let y = layer.forward(x.reshape([batch * time, width]));
    let width = y.dims()[1];
    y.reshape([batch, time, width])
}

/// The decoder's inputs besides the content: a speaker's style and offsets.
#[derive(Debug, Clone)]
pub struct Conditioning<B: Backend> {
    /// `[batch, STYLE_DIMENSIONS]`, zero for the average speaker.
    pub style: Tensor<B, 2>,
    /// Added to the decoder's input, `[batch, time or 1, CONTENT_WIDTH]`.
    pub hidden: Option<Tensor<B, 3>>,
    /// Added to the expressions, `[batch, time or 1, 52]`.
    pub expression: Option<Tensor<B, 3>>,
}

impl<B: Backend> Conditioning<B> {
    /// An articulation style without offsets.
    pub fn of_style(style: Tensor<B, 2>) -> Self {
        Self {
            style,
            hidden: None,
            expression: None,
        }
    }

    /// The average speaker's conditioning.
    pub fn average(batch: usize, device: &B::Device) -> Self {
        Self::of_style(Tensor::zeros([batch, STYLE_DIMENSIONS], device))
    }
}

/// The network's output per frame at [`FRAME_RATE`].
#[derive(Debug, Clone)]
pub struct NetworkOutput<B: Backend> {
    /// Blendshape weights `[batch, time, 52]`, not yet clamped to 0..1.
    pub expression: Tensor<B, 3>,
    /// Logits of lip closures on bilabials `[batch, time, 1 + CLOSURES_AHEAD]`: at the frame, one
    /// frame later, and so on.
    pub closure: Tensor<B, 3>,
    /// Phone logits `[batch, time, Phone::COUNT]`.
    pub phones: Tensor<B, 3>,
}

/// The trainable weights of the base model.
#[derive(Module, Debug)]
pub struct Network<B: Backend> {
    stem: Linear<B>,
    content: Vec<Block<B>>,
    content_norm: LayerNorm<B>,
    phones: Linear<B>,
    style: Linear<B>,
    decoder: Vec<Block<B>>,
    decoder_norm: LayerNorm<B>,
    expression: Linear<B>,
    closure: Linear<B>,
    closure_ahead: Linear<B>,
}

impl<B: Backend> Network<B> {
    /// A network with fresh random weights.
    pub fn new(device: &B::Device) -> Self {
        let width = CONTENT_WIDTH;
        let blocks = |taps: &[Taps]| {
            taps.iter()
                .map(|taps| Block::new(*taps, width, device))
                .collect()
        };
        Self {
            stem: LinearConfig::new(STEM.count() * MEL_BANDS, width).init(device),
            content: blocks(&CONTENT),
            content_norm: LayerNormConfig::new(width).init(device),
            phones: LinearConfig::new(width, Phone::COUNT).init(device),
            style: LinearConfig::new(STYLE_DIMENSIONS, 2 * width).init(device),
            decoder: blocks(&DECODER),
            decoder_norm: LayerNormConfig::new(width).init(device),
            expression: LinearConfig::new(width, Channel::BLENDSHAPE_COUNT).init(device),
            closure: LinearConfig::new(width, 1).init(device),
            closure_ahead: LinearConfig::new(width, CLOSURES_AHEAD).init(device),
        }
    }

    /// Normalised log-mel `[batch, 2 * time, 80]` to content `[batch, time, width]`.
    pub fn content(&self, mel: Tensor<B, 3>) -> Tensor<B, 3> {
        self.content_with(mel, None, None)
    }

    /// [`Network::content`] of padded sounds of different lengths: `mask` `[batch, time, 1]` is 1
    /// for the frames of a sound and 0 for its padding, where the log-mel must be 0 too.
    /// Convolutions then see the same zeros beyond each end as without padding.
    pub(super) fn content_masked(
        &self,
        mel: Tensor<B, 3>,
        mask: Option<&Tensor<B, 3>>,
    ) -> Tensor<B, 3> {
        self.content_with(mel, mask, None)
    }

    fn content_with(
        &self,
        mel: Tensor<B, 3>,
        mask: Option<&Tensor<B, 3>>,
        mut dropout: Option<&mut Dropout>,
    ) -> Tensor<B, 3> {
        let [batch, frames, bands] = mel.dims();
        let (time, width) = (frames / STRIDE, STEM.count() * bands);
        // Keeps every second frame: the first of each pair.
        let pairs = (STEM.gather(mel)).reshape([batch, time, STRIDE * width]);
        let even = pairs.slice([0..batch, 0..time, 0..width]);
        let mut x = framewise(&self.stem, even);
        for (block, taps) in self.content.iter().zip(CONTENT) {
            x = block.forward(taps, x, mask, None, dropout.as_deref_mut());
        }
        self.content_norm.forward(x)
    }

    /// Content `[batch, time, width]` and articulation style `[batch, STYLE_DIMENSIONS]` to the
    /// face; a style of zeros is the average speaker's.
    pub fn decode(&self, content: Tensor<B, 3>, style: Tensor<B, 2>) -> NetworkOutput<B> {
        self.decode_as(content, &Conditioning::of_style(style), None)
    }

    /// Content `[batch, time, width]` and a speaker's conditioning to the face, through the
    /// unmerged adapters if given.
    pub fn decode_as(
        &self,
        content: Tensor<B, 3>,
        conditioning: &Conditioning<B>,
        adapters: Option<&MoLora<B>>,
    ) -> NetworkOutput<B> {
        self.decode_with(content, conditioning, adapters, None, None)
    }

    /// [`Network::decode_as`] during training, with dropout.
    pub fn decode_for_learning(
        &self,
        content: Tensor<B, 3>,
        conditioning: &Conditioning<B>,
        adapters: Option<&MoLora<B>>,
        dropout: &mut Dropout,
    ) -> NetworkOutput<B> {
        self.decode_with(content, conditioning, adapters, None, Some(dropout))
    }

    /// [`Network::decode_as`] for padded sounds of different lengths; see
    /// [`Network::content_masked`].
    pub(super) fn decode_masked(
        &self,
        content: Tensor<B, 3>,
        conditioning: &Conditioning<B>,
        adapters: Option<&MoLora<B>>,
        mask: Option<&Tensor<B, 3>>,
    ) -> NetworkOutput<B> {
        self.decode_with(content, conditioning, adapters, mask, None)
    }

    fn decode_with(
        &self,
        content: Tensor<B, 3>,
        conditioning: &Conditioning<B>,
        adapters: Option<&MoLora<B>>,
        mask: Option<&Tensor<B, 3>>,
        mut dropout: Option<&mut Dropout>,
    ) -> NetworkOutput<B> {
        let phones = framewise(&self.phones, content.clone());
        let [batch, _, width] = content.dims();
        let film = self.style.forward(conditioning.style.clone());
        let film = film.reshape([batch, 1, 2 * width]);
        let gain = film.clone().slice([0..batch, 0..1, 0..width]);
        let shift = film.slice([0..batch, 0..1, width..2 * width]);
        // Feature-wise modulation (Perez et al. 2018).
        let mut x = content * (gain + 1.0) + shift;
        if let Some(relation) = &conditioning.hidden {
            x = x + relation.clone();
        }
        for (index, (block, taps)) in self.decoder.iter().zip(DECODER).enumerate() {
            let adapters = adapters.map(|adapters| &adapters.blocks[index]);
            x = block.forward(taps, x, mask, adapters, dropout.as_deref_mut());
        }
        let x = self.decoder_norm.forward(x);
        let closures = vec![
            framewise(&self.closure, x.clone()),
            framewise(&self.closure_ahead, x.clone()),
        ];
        let mut expression = framewise(&self.expression, x.clone());
        if let Some(adapters) = adapters {
            expression = expression + adapters.expression.forward(x);
        }
        if let Some(offset) = &conditioning.expression {
            expression = expression + offset.clone();
        }
        NetworkOutput {
            expression,
            closure: Tensor::cat(closures, 2),
            phones,
        }
    }

    /// The layers with adapters, in order: name, inputs, outputs.
    pub(super) fn adapted_layers() -> Vec<(String, usize, usize)> {
        let mut layers = Vec::new();
        for (index, taps) in DECODER.iter().enumerate() {
            let (inputs, width) = (taps.count() * CONTENT_WIDTH, CONTENT_WIDTH);
            layers.push((format!("decoder.{index}.convolve"), inputs, width));
            layers.push((format!("decoder.{index}.mix"), width, width));
        }
        let channels = Channel::BLENDSHAPE_COUNT;
        layers.push(("expression".to_owned(), CONTENT_WIDTH, channels));
        layers
    }

    /// The same network with `change(layer)` added to the weights of each adapted layer, in the
    /// order of [`Network::adapted_layers`].
    pub(super) fn with_weights_changed(
        mut self,
        mut change: impl FnMut(usize) -> Option<Tensor<B, 2>>,
    ) -> Self {
        let mut layers: Vec<&mut Linear<B>> = Vec::new();
        for block in &mut self.decoder {
            layers.push(&mut block.convolve);
            layers.push(&mut block.mix);
        }
        layers.push(&mut self.expression);
        for (index, layer) in layers.into_iter().enumerate() {
            if let Some(change) = change(index) {
                layer.weight = Param::from_tensor(layer.weight.val() + change);
            }
        }
        self
    }

    /// Copies the weights of the present closure to the future closures, for base models of version
    /// 1, which have none.
    pub(super) fn with_copied_closures_ahead(mut self) -> Self {
        let Linear { weight, bias, .. } = &self.closure;
        self.closure_ahead.weight = Param::from_tensor(weight.val().repeat_dim(1, CLOSURES_AHEAD));
        self.closure_ahead.bias = (bias.as_ref())
            .map(|bias| Param::from_tensor(bias.val().repeat_dim(0, CLOSURES_AHEAD)));
        self
    }

    /// [`Network::content`], then [`Network::decode`].
    pub fn forward(&self, mel: Tensor<B, 3>, style: Tensor<B, 2>) -> NetworkOutput<B> {
        self.decode(self.content(mel), style)
    }

    /// [`Network::forward`] during training, with dropout.
    pub fn forward_for_learning(
        &self,
        mel: Tensor<B, 3>,
        style: Tensor<B, 2>,
        dropout: &mut Dropout,
    ) -> NetworkOutput<B> {
        let content = self.content_with(mel, None, Some(dropout));
        self.decode_for_learning(content, &Conditioning::of_style(style), None, dropout)
    }
}
