//! One gradient step on adapters and latent, in `adapt` and in meta-training.

use burn::grad_clipping::GradientClippingConfig;
use burn::module::{Module, Param};
use burn::optim::adaptor::OptimizerAdaptor;
use burn::optim::{Adam, AdamConfig, GradientsParams, Optimizer};
use burn::tensor::Tensor;
use burn::tensor::backend::{AutodiffBackend, Backend};

use crate::model::emphasis::emphasise;
use crate::model::molora::MoLora;
use crate::model::relation::{Memory, RelationProcess};
use crate::model::{Dropout, Network};
use crate::speaker::face_loss::face_loss;
use crate::speaker::learning_batch::LearningBatch;

/// Adam's learning rate in `adapt`; meta-training learns the adapters' start for the same rate.
pub const FIT_LEARNING_RATE: f64 = 3e-3;

/// The parameters that are fitted to a reference.
#[derive(Module, Debug)]
pub struct FittedParameters<B: Backend> {
    /// Changes of the decoder's layers.
    pub adapters: MoLora<B>,
    /// The global latent `[1, LATENT]`; `None` without the neural process's latent.
    pub latent: Option<Param<Tensor<B, 2>>>,
}

/// The parameters that stay constant during a fit.
#[derive(Debug, Clone)]
pub struct FrozenParameters<A: AutodiffBackend> {
    /// The base network.
    pub network: Network<A>,
    /// The neural process.
    pub relation: RelationProcess<A>,
    /// Its memory of the reference; `None` learns without the memory.
    pub memory: Option<Memory<A>>,
}

impl<A: AutodiffBackend> FrozenParameters<A> {
    /// The loss of a fit on a batch, as a scalar.
    pub fn loss(
        &self,
        fitted: &FittedParameters<A>,
        batch: &LearningBatch<A>,
        dropout: &mut Dropout,
    ) -> Tensor<A, 1> {
        let content = batch.content.clone();
        let latent = fitted.latent.as_ref().map(|latent| latent.val());
        let conditioning = (self.relation).condition(content.clone(), latent, self.memory.as_ref());
        let adapters = Some(&fitted.adapters);
        let network = &self.network;
        let output = network.decode_for_learning(content, &conditioning, adapters, dropout);
        let face = emphasise(output.expression, &batch.phones);
        face_loss(face, &batch.captured)
    }
}

/// A fit in progress.
pub struct Fitter<A: AutodiffBackend> {
    /// The parameters fitted so far.
    pub fitted: FittedParameters<A>,
    /// The dropout of its gradient steps.
    pub dropout: Dropout,
    optimizer: OptimizerAdaptor<Adam, FittedParameters<A>, A>,
}

impl<A: AutodiffBackend> Fitter<A> {
    /// Starts a fit with these parameters.
    pub fn new(initial: FittedParameters<A>, dropout: Dropout) -> Self {
        let clipping = Some(GradientClippingConfig::Norm(1.0));
        let optimizer = AdamConfig::new().with_grad_clipping(clipping).init();
        Self {
            fitted: initial,
            dropout,
            optimizer,
        }
    }

    /// One gradient step (Adam; Kingma and Ba 2015) with this learning rate on a batch.
    pub fn step(
        &mut self,
        frozen: &FrozenParameters<A>,
        batch: &LearningBatch<A>,
        learning_rate: f64,
    ) {
        let loss = frozen.loss(&self.fitted, batch, &mut self.dropout);
        let gradients = GradientsParams::from_grads(loss.backward(), &self.fitted);
        self.fitted = (self.optimizer).step(learning_rate, self.fitted.clone(), gradients);
    }
}
