//! Weights that learn, from weights that do not.

use burn::module::AutodiffModule;
use burn::tensor::backend::AutodiffBackend;

/// A module that learns, with the weights of one for inference. `fresh` is any that learns: what
/// comes straight from a module for inference learns nothing, so its weights go through a record.
pub(crate) fn trainable<A: AutodiffBackend, M: AutodiffModule<A>>(
    fresh: M,
    trained: M::InnerModule,
) -> M {
    fresh.load_record(M::from_inner(trained).into_record())
}
