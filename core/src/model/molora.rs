//! The mixture of low-rank adapters (AdaMesh's MoLoRA; Chen et al. 2023, arXiv 2310.07236).
//!
//! A layer `y = x W + b` becomes `y = x W + b + sum_k g_k (x D_k) U_k`: several experts of
//! different ranks ([`RANKS`]), each a product of two narrow matrices (Hu et al. 2022, LoRA),
//! weighted by gates `g = E softmax(gates)` over the `E` experts. The gates do not depend on `x`,
//! so the sum is one change of weight, `D diag(g) U` with the experts side by side. Merged into the
//! weights, it adds no run time.

use std::collections::BTreeMap;

use burn::module::{Module, Param};
use burn::tensor::activation::softmax;
use burn::tensor::{Tensor, TensorData, backend::Backend};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Network;
use super::matrix::{LowRank, Matrix};
use crate::random::normal;

/// The experts' ranks.
pub const RANKS: [usize; 3] = [2, 4, 8];

/// The experts of one layer.
#[derive(Module, Debug)]
pub struct Adapter<B: Backend> {
    /// `[inputs, sum of ranks]`
    down: Param<Tensor<B, 2>>,
    /// `[sum of ranks, outputs]`
    up: Param<Tensor<B, 2>>,
    /// `[experts]`
    gates: Param<Tensor<B, 1>>,
    #[module(skip)]
    ranks: Vec<usize>,
}

impl<B: Backend> Adapter<B> {
    /// Experts with zero output: `down` is random, `up` is zero.
    fn new(
        inputs: usize,
        outputs: usize,
        ranks: &[usize],
        rng: &mut impl Rng,
        device: &B::Device,
    ) -> Self {
        let rank = ranks.iter().sum();
        let spread = 1.0 / (inputs as f32).sqrt();
        let down: Vec<f32> = (0..inputs * rank).map(|_| spread * normal(rng)).collect();
        let down = TensorData::new(down, [inputs, rank]);
        Self {
            down: Param::from_tensor(Tensor::from_data(down, device)),
            up: Param::from_tensor(Tensor::zeros([rank, outputs], device)),
            gates: Param::from_tensor(Tensor::zeros([ranks.len()], device)),
            ranks: ranks.to_vec(),
        }
    }

    /// The gate of each column of the low rank: `[1, sum of ranks]`.
    fn gate(&self) -> Tensor<B, 2> {
        let ranks = &self.ranks;
        let gates = softmax(self.gates.val(), 0) * ranks.len() as f32;
        let repeated = |(expert, rank): (usize, &usize)| {
            let gate = gates.clone().narrow(0, expert, 1);
            gate.repeat_dim(0, *rank)
        };
        let columns = ranks.iter().enumerate().map(repeated).collect();
        Tensor::cat(columns, 0).reshape([1, ranks.iter().sum()])
    }

    /// The experts' output, added to the layer's: `[batch, time, inputs]` to
    /// `[batch, time, outputs]`.
    pub(super) fn forward(&self, x: Tensor<B, 3>) -> Tensor<B, 3> {
        let [batch, time, inputs] = x.dims();
        let low = x.reshape([batch * time, inputs]).matmul(self.down.val());
        let y = (low * self.gate()).matmul(self.up.val());
        let outputs = y.dims()[1];
        y.reshape([batch, time, outputs])
    }

    fn low_rank(&self) -> LowRank {
        LowRank {
            down: Matrix::from_tensor(self.down.val()),
            up: Matrix::from_tensor(self.up.val() * self.gate().transpose()),
        }
    }
}

/// The adapters of one decoder block.
#[derive(Module, Debug)]
pub struct BlockAdapters<B: Backend> {
    pub(super) convolve: Adapter<B>,
    pub(super) mix: Adapter<B>,
}

/// Adapters on every convolution and linear layer of the decoder.
#[derive(Module, Debug)]
pub struct MoLora<B: Backend> {
    pub(super) blocks: Vec<BlockAdapters<B>>,
    pub(super) expression: Adapter<B>,
}

impl<B: Backend> MoLora<B> {
    /// Adapters of these ranks with zero output; the same seed gives the same weights.
    pub fn new(ranks: &[usize], seed: u64, device: &B::Device) -> Self {
        let layers = Network::<B>::adapted_layers();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut adapter = |index: usize| {
            let (_, inputs, outputs) = layers[index];
            Adapter::new(inputs, outputs, ranks, &mut rng, device)
        };
        let mut block = |index: usize| BlockAdapters {
            convolve: adapter(2 * index),
            mix: adapter(2 * index + 1),
        };
        let blocks = (layers.len() - 1) / 2;
        Self {
            blocks: (0..blocks).map(&mut block).collect(),
            expression: adapter(2 * blocks),
        }
    }

    fn layers(&self) -> impl Iterator<Item = &Adapter<B>> {
        let blocks = self.blocks.iter();
        (blocks.flat_map(|block| [&block.convolve, &block.mix])).chain([&self.expression])
    }

    /// The same adapters with their output multiplied by `share`.
    #[must_use]
    pub(crate) fn scaled(mut self, share: f32) -> Self {
        let blocks = self.blocks.iter_mut();
        let layers = blocks.flat_map(|block| [&mut block.convolve, &mut block.mix]);
        for adapter in layers.chain([&mut self.expression]) {
            adapter.up = Param::from_tensor(adapter.up.val() * share);
        }
        self
    }

    /// The number of fitted parameters.
    pub fn parameters(&self) -> usize {
        self.num_params()
    }

    /// Each layer's change as two narrow matrices, by the layer's name.
    pub fn low_ranks(&self) -> BTreeMap<String, LowRank> {
        let names = Network::<B>::adapted_layers().into_iter();
        (names.zip(self.layers()))
            .map(|((name, ..), adapter)| (name, adapter.low_rank()))
            .collect()
    }
}

/// A network with `strength` times these changes merged into its weights.
///
/// # Errors
/// The reason, if a layer name is unknown or a shape does not fit.
pub(crate) fn merged<B: Backend>(
    network: Network<B>,
    changes: &BTreeMap<String, LowRank>,
    strength: f32,
    device: &B::Device,
) -> Result<Network<B>, String> {
    let layers = Network::<B>::adapted_layers();
    for (name, change) in changes {
        let Some((_, inputs, outputs)) = layers.iter().find(|(layer, ..)| layer == name) else {
            return Err(format!("the base model has no layer '{name}'"));
        };
        let LowRank { down, up } = change;
        if (down.rows, up.columns) != (*inputs, *outputs) || down.columns != up.rows {
            return Err(format!(
                "the change of layer '{name}' does not fit the base model"
            ));
        }
    }
    Ok(network.with_weights_changed(|index| {
        let LowRank { down, up } = changes.get(&layers[index].0)?;
        Some(down.to_tensor(device).matmul(up.to_tensor(device)) * strength)
    }))
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;
    use burn_flex::Flex;

    use super::*;
    use crate::model::{CONTENT_WIDTH, Conditioning};

    /// Adapters with random weights, as after a fit.
    fn fitted() -> MoLora<Flex> {
        let device = Default::default();
        let mut adapters = MoLora::<Flex>::new(&RANKS, 1, &device);
        let spread = Distribution::Normal(0.0, 0.05);
        let blocks = adapters.blocks.iter_mut();
        let layers = blocks.flat_map(|block| [&mut block.convolve, &mut block.mix]);
        for adapter in layers.chain([&mut adapters.expression]) {
            let up = adapter.up.val().random_like(spread);
            adapter.up = Param::from_tensor(up);
            let gates = Distribution::Normal(0.0, 1.0);
            adapter.gates = Param::from_tensor(adapter.gates.val().random_like(gates));
        }
        adapters
    }

    fn distance(a: Tensor<Flex, 3>, b: Tensor<Flex, 3>) -> f32 {
        (a - b).abs().max().into_scalar()
    }

    #[test]
    fn merged_and_unmerged_adapters_agree() {
        let device = Default::default();
        let network = Network::<Flex>::new(&device);
        let adapters = fitted();
        let content = Tensor::random([1, 80, CONTENT_WIDTH], Distribution::Default, &device);
        let conditioning = Conditioning::average(1, &device);
        let plain = network.decode_as(content.clone(), &conditioning, None);
        let unmerged = network.decode_as(content.clone(), &conditioning, Some(&adapters));
        let merged_network =
            merged(network, &adapters.low_ranks(), 1.0, &device).expect("they fit");
        let merged = merged_network.decode_as(content, &conditioning, None);
        let gap = distance(unmerged.expression.clone(), merged.expression.clone());
        assert!(gap < 1e-5, "{gap}");
        assert!(distance(unmerged.closure, merged.closure) < 1e-5);
        assert!(distance(plain.expression, merged.expression) > 1e-2);
    }

    #[test]
    fn a_merged_network_has_no_additional_parameters() {
        let device = Default::default();
        let network = Network::<Flex>::new(&device);
        let changes = fitted().low_ranks();
        let count = network.num_params();
        let merged = merged(network, &changes, 1.0, &device).expect("they fit");
        assert_eq!(merged.num_params(), count);
        let share = MoLora::<Flex>::new(&RANKS, 1, &device).parameters() as f64 / count as f64;
        assert!(share <= 0.03, "adapters are {share} of the network");
    }

    #[test]
    fn fresh_adapters_change_nothing_and_half_the_strength_changes_half_as_much() {
        let device = Default::default();
        let network = Network::<Flex>::new(&device);
        let x = Tensor::random([1, 5, CONTENT_WIDTH], Distribution::Default, &device);
        let fresh = MoLora::<Flex>::new(&RANKS, 1, &device)
            .expression
            .forward(x.clone());
        assert_eq!(fresh.abs().max().into_scalar(), 0.0);
        // The last layer is linear, so its change is proportional to the strength. Random weights
        // are drawn at first use, and a clone made before that draws different ones.
        let _ = network.decode(x.clone(), Tensor::zeros([1, 18], &device));
        let face = |strength: f32| {
            let changed = merged(network.clone(), &last_layer(), strength, &device);
            let conditioning = Conditioning::average(1, &device);
            changed
                .expect("it fits")
                .decode_as(x.clone(), &conditioning, None)
                .expression
        };
        let (none, half, full) = (face(0.0), face(0.5), face(1.0));
        let gap = distance((half - none.clone()) * 2.0, full - none);
        assert!(gap < 1e-4, "{gap}");
    }

    /// A change of the last layer only.
    fn last_layer() -> BTreeMap<String, LowRank> {
        let matrix = |rows: usize, columns: usize| Matrix {
            rows,
            columns,
            values: (0..rows * columns).map(|i| 0.01 * (i % 7) as f32).collect(),
        };
        let change = LowRank {
            down: matrix(CONTENT_WIDTH, 1),
            up: matrix(1, 52),
        };
        BTreeMap::from([("expression".to_owned(), change)])
    }

    #[test]
    fn changes_of_another_network_are_refused() {
        let device = Default::default();
        let network = || Network::<Flex>::new(&device);
        let mut unknown_layer = last_layer();
        let change = unknown_layer.remove("expression").expect("a change");
        unknown_layer.insert("encoder.0".to_owned(), change.clone());
        assert!(merged(network(), &unknown_layer, 1.0, &device).is_err());
        let mut wide = change;
        wide.up.columns = 51;
        let wide = BTreeMap::from([("expression".to_owned(), wide)]);
        assert!(merged(network(), &wide, 1.0, &device).is_err());
    }
}
