//! The network and what turns its output into channels.

pub mod brows;
mod calibration;
pub mod eyes;
mod glide;
pub mod head_pose;
mod lips;
pub mod molora;
mod network;
mod packing;
pub mod pose;
pub mod prosody;
pub mod relation;
pub mod shown;
mod talker;
mod trainable;
mod weights;
mod windows;

pub use calibration::Calibration;
pub use lips::{LipRules, Lips};
pub use network::{
    CLOSURES_AHEAD, CONTENT_WIDTH, FRAME_RATE, FUTURE_FRAMES, LOOK_AHEAD_SAMPLES, Manner, Network,
    NetworkOutput, PAST_FRAMES, STRIDE, STYLE_DIMENSIONS,
};
pub(crate) use packing::run_together;
pub use relation::Learner;
pub use talker::Talker;
pub(crate) use trainable::trainable;
pub use weights::{BASE_MODEL_VERSION, BaseModel, LARGEST_BASE_MODEL, Provenance, WeightsError};
pub(crate) use windows::Window;
pub use windows::{NetworkFrame, Windows};
