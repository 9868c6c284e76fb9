//! The mixture of low-rank adapters (AdaMesh's MoLoRA; Chen et al. 2023, arXiv 2310.07236).
//!
//! A layer `y = x W + b` becomes `y = x W + b + sum_k g_k (x D_k) U_k`: several experts of
//! different ranks ([`RANKS`]), each a product of two narrow matrices (Hu et al. 2022, LoRA),
//! weighed by gates `g = E softmax(gates)` over the `E` experts. Nothing of it depends on `x` but
//! the products, so the whole is one change of weight, `D diag(g) U` with the experts side by
//! side, and [`MoLora::merge_into`] leaves a network that costs what it cost before.

use std::collections::BTreeMap;

use burn::module::{Module, Param};
use burn::tensor::activation::softmax;
use burn::tensor::{Distribution, Tensor, TensorData, backend::Backend};

use super::Network;
use crate::speaker::{LowRank, Matrix};

/// The experts' ranks.
pub const RANKS: [usize; 3] = [2, 4, 8];

/// The experts of one layer.
#[derive(Module, Debug)]
pub struct Adapter<B: Backend> {
    /// `[inputs, all ranks together]`
    down: Param<Tensor<B, 2>>,
    /// `[all ranks together, outputs]`
    up: Param<Tensor<B, 2>>,
    /// `[experts]`
    gates: Param<Tensor<B, 1>>,
    #[module(skip)]
    ranks: Vec<usize>,
}

impl<B: Backend> Adapter<B> {
    /// Experts that change nothing yet: random into the low rank, zero out of it.
    fn new(inputs: usize, outputs: usize, ranks: &[usize], device: &B::Device) -> Self {
        let rank = ranks.iter().sum();
        let spread = Distribution::Normal(0.0, 1.0 / (inputs as f64).sqrt());
        Self {
            down: Param::from_tensor(Tensor::random([inputs, rank], spread, device)),
            up: Param::from_tensor(Tensor::zeros([rank, outputs], device)),
            gates: Param::from_tensor(Tensor::zeros([ranks.len()], device)),
            ranks: ranks.to_vec(),
        }
    }

    /// The gate of each column of the low rank: `[1, all ranks together]`.
    fn gate(&self) -> Tensor<B, 2> {
        let ranks = &self.ranks;
        let gates = softmax(self.gates.val(), 0) * ranks.len() as f32;
        let of = |(expert, rank): (usize, &usize)| {
            let gate = gates.clone().narrow(0, expert, 1);
            gate.repeat_dim(0, *rank)
        };
        let columns = ranks.iter().enumerate().map(of).collect();
        Tensor::cat(columns, 0).reshape([1, ranks.iter().sum()])
    }

    /// What the experts add: `[batch, time, inputs]` to `[batch, time, outputs]`.
    pub(super) fn forward(&self, x: Tensor<B, 3>) -> Tensor<B, 3> {
        let [batch, time, inputs] = x.dims();
        let low = x.reshape([batch * time, inputs]).matmul(self.down.val());
        let y = (low * self.gate()).matmul(self.up.val());
        let outputs = y.dims()[1];
        y.reshape([batch, time, outputs])
    }

    fn low_rank(&self) -> LowRank {
        LowRank {
            down: matrix(self.down.val()),
            up: matrix(self.up.val() * self.gate().transpose()),
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
    /// Adapters of [`RANKS`] that change nothing yet.
    pub fn new(device: &B::Device) -> Self {
        Self::with_ranks(&RANKS, device)
    }

    /// Adapters of these ranks that change nothing yet.
    pub fn with_ranks(ranks: &[usize], device: &B::Device) -> Self {
        let layers = Network::<B>::adapted_layers();
        let adapter = |index: usize| {
            let (_, inputs, outputs) = layers[index];
            Adapter::new(inputs, outputs, ranks, device)
        };
        let block = |index: usize| BlockAdapters {
            convolve: adapter(2 * index),
            mix: adapter(2 * index + 1),
        };
        let blocks = (layers.len() - 1) / 2;
        Self {
            blocks: (0..blocks).map(block).collect(),
            expression: adapter(2 * blocks),
        }
    }

    fn layers(&self) -> impl Iterator<Item = &Adapter<B>> {
        let blocks = self.blocks.iter();
        (blocks.flat_map(|block| [&block.convolve, &block.mix])).chain([&self.expression])
    }

    /// How many numbers are fitted.
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

/// A network with `strength` times these changes merged into its weights; names that the network
/// does not have and shapes that do not fit are an error that says so.
pub(crate) fn merged<B: Backend>(
    network: Network<B>,
    changes: &BTreeMap<String, LowRank>,
    strength: f32,
    device: &B::Device,
) -> Result<Network<B>, String> {
    let layers = Network::<B>::adapted_layers();
    for (name, change) in changes {
        let Some((_, inputs, outputs)) = layers.iter().find(|(known, ..)| known == name) else {
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
        Some(tensor(down, device).matmul(tensor(up, device)) * strength)
    }))
}

/// A two-dimensional tensor's numbers.
pub(crate) fn matrix<B: Backend>(tensor: Tensor<B, 2>) -> Matrix {
    let [rows, columns] = tensor.dims();
    let values = tensor.into_data().convert::<f32>();
    Matrix {
        rows,
        columns,
        values: values.to_vec().unwrap_or_default(),
    }
}

/// A table of numbers on a device.
pub(crate) fn tensor<B: Backend>(matrix: &Matrix, device: &B::Device) -> Tensor<B, 2> {
    let shape = [matrix.rows, matrix.columns];
    Tensor::from_data(TensorData::new(matrix.values.clone(), shape), device)
}
