//! Fitting adapters and latent to a reference: the inner loop of meta-training and of `adapt`.

use burn::grad_clipping::GradientClippingConfig;
use burn::module::{Module, Param};
use burn::optim::adaptor::OptimizerAdaptor;
use burn::optim::{Adam, AdamConfig, GradientsParams, Optimizer};
use burn::tensor::Tensor;
use burn::tensor::backend::{AutodiffBackend, Backend};

use super::face_loss::face_loss;
use super::material::Material;
use crate::model::Network;
use crate::model::molora::MoLora;
use crate::model::relation::{Memory, RelationProcess};
use crate::model::shown::shown;

/// How fast a fit learns.
pub const FIT_RATE: f64 = 3e-3;

/// What is fitted to a reference.
#[derive(Module, Debug)]
pub struct Fitted<B: Backend> {
    /// Changes of the decoder's layers.
    pub adapters: MoLora<B>,
    /// The global latent `[1, LATENT]`; none where there is no neural process.
    pub latent: Option<Param<Tensor<B, 2>>>,
}

/// What stays as it is during a fit.
#[derive(Debug, Clone)]
pub struct Frozen<A: AutodiffBackend> {
    /// The base model.
    pub network: Network<A>,
    /// The neural process.
    pub relation: RelationProcess<A>,
    /// What it remembers of the reference; none leaves the relation path out.
    pub memory: Option<Memory<A>>,
}

impl<A: AutodiffBackend> Frozen<A> {
    /// The loss of a fit on some material, as a scalar.
    pub fn loss(&self, fitted: &Fitted<A>, material: &Material<A>) -> Tensor<A, 1> {
        let content = material.content.clone();
        let latent = fitted.latent.as_ref().map(|latent| latent.val());
        let manner = (self.relation).manner(content.clone(), latent, self.memory.as_ref());
        let adapters = Some(&fitted.adapters);
        let output = self.network.decode_as(content, &manner, adapters);
        let face = shown(output.expression, &material.heard);
        face_loss(face, &material.captured)
    }
}

/// A fit in progress.
pub struct Fitter<A: AutodiffBackend> {
    /// What has been fitted so far.
    pub fitted: Fitted<A>,
    optimizer: OptimizerAdaptor<Adam, Fitted<A>, A>,
}

impl<A: AutodiffBackend> Fitter<A> {
    /// Begins at `start`.
    pub fn new(start: Fitted<A>) -> Self {
        let clipping = Some(GradientClippingConfig::Norm(1.0));
        let optimizer = AdamConfig::new().with_grad_clipping(clipping).init();
        Self {
            fitted: start,
            optimizer,
        }
    }

    /// One gradient step (Adam; Kingma and Ba 2015) of this size on some material.
    pub fn step(&mut self, frozen: &Frozen<A>, material: &Material<A>, rate: f64) {
        let loss = frozen.loss(&self.fitted, material);
        let gradients = GradientsParams::from_grads(loss.backward(), &self.fitted);
        self.fitted = (self.optimizer).step(rate, self.fitted.clone(), gradients);
    }
}
