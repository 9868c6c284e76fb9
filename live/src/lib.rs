//! The face of sound as it arrives.
//!
//! ```text
//! audio thread             worker thread                                   any thread
//! SoundInput::push  ->  16 kHz mono, silence in pauses, network  ->  Live::face_at(time)
//! ```
//!
//! A host pushes sound of any rate and channel count, and asks for the face at any time, at its own
//! rate. [`Pace`] gives the due times of frames to hosts without a frame loop, and [`PlaybackClock`]
//! the position in a sound that a host plays.

mod animation;
mod engine;
mod pace;
mod playback_clock;
mod queue;
mod resample;
mod silence;
mod sound_clock;
mod track;

pub use engine::{Live, LiveError, SoundInput};
pub use metaface_core::audio::SOURCE_RATES;
pub use pace::{DueFrame, MAX_DELAY, Pace};
pub use playback_clock::PlaybackClock;
pub use track::{LiveFace, LiveState};
