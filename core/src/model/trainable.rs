//! Converts a module for inference to a module for training.

use burn::module::AutodiffModule;
use burn::tensor::backend::AutodiffBackend;

/// A module for training with the weights of `trained`. `fresh` is any module for training: the
/// result of `from_inner` does not track gradients, so its weights are loaded as a record.
pub fn trainable<A: AutodiffBackend, M: AutodiffModule<A>>(fresh: M, trained: M::InnerModule) -> M {
    fresh.load_record(M::from_inner(trained).into_record())
}
