//! The network, and the stages that turn its output into channels.

pub mod average_head;
pub mod brows;
mod calibration;
mod conditioned;
mod dropout;
pub mod emphasis;
mod engine;
pub mod eyes;
mod face;
mod glide;
mod lips;
pub mod loss;
mod matrix;
pub mod molora;
mod network;
mod packing;
pub mod pose;
pub mod prosody;
pub mod relation;
mod style;
mod trainable;
mod weights;
mod windows;

pub use calibration::Calibration;
pub use conditioned::{ConditionedNetwork, SpeakerWeights};
pub use dropout::Dropout;
pub(crate) use engine::{Engine, Models, with_models};
pub use engine::{LoadError, LoadedModel};
pub(crate) use face::{DEFAULT_SEED, FaceAnimator, FaceSettings};
pub use lips::{LipAnimator, LipRules};
pub use matrix::{LowRank, Matrix};
pub use network::{
    CLOSURES_AHEAD, CONTENT_WIDTH, Conditioning, FRAME_RATE, FUTURE_FRAMES, LOOK_AHEAD_SAMPLES,
    Network, NetworkOutput, PAST_FRAMES, STRIDE, STYLE_DIMENSIONS,
};
pub(crate) use packing::run_together;
pub use relation::{Learner, RelationMemory};
pub use style::{Style, StyleParameter};
pub use trainable::trainable;
pub use weights::{BASE_MODEL_VERSION, BaseModel, LARGEST_BASE_MODEL, Provenance, WeightsError};
pub(crate) use windows::Window;
pub use windows::{NetworkFrame, OFFLINE_BLOCK, SAMPLES_PER_FRAME, Windows};
