//! The one door that every host calls: [`Animator`].

mod engine;
mod face;
mod file;
mod heard;
mod listen;
mod options;
mod stream;
mod together;
mod voice;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::audio::{
    AudioError, LevelStatistics, LogMel, Normalizer, RunningNormalizer, SAMPLE_RATE, Sound,
};
use crate::clip::{Clip, ClipError, Frame, FrameRate};
use crate::device::{CudaSupport, DeviceChoice};
use crate::model::pose::PosePrior;
use crate::model::{Calibration, FRAME_RATE, Lips, Provenance, WeightsError};
use engine::Engine;
use face::Face;
use options::Hand;
use stream::Normalization;
use voice::Voice;

pub use heard::Heard;
pub use options::Options;
pub use stream::Stream;

/// What can go wrong when animating.
#[derive(Debug, thiserror::Error)]
pub enum AnimateError {
    /// The base model's file.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// CUDA was asked for and cannot be used.
    #[error("CUDA cannot be used: {0}; or choose --device cpu")]
    Cuda(CudaSupport),
    /// An option out of its range.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// The sound file ([`Animator::animate_file`]).
    #[error(transparent)]
    Audio(#[from] AudioError),
}

/// A loaded base model on a device.
///
/// ```no_run
/// use metaface_core::{Animator, Options, audio::Sound, device::DeviceChoice};
///
/// let animator = Animator::new(DeviceChoice::Auto)?;
/// let sound = Sound::open("line.wav")?;
/// let clip = animator.animate("line", &sound, &Options::default())?;
/// println!("{} frames", clip.frames.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Animator {
    engine: Engine,
    calibration: Calibration,
    /// How heads move, where the base model knows.
    pose: Option<Arc<PosePrior>>,
    provenance: Provenance,
    hash: String,
    /// Who speaks; none for the average speaker.
    voice: Option<Voice>,
}

/// The base model that this build carries.
const BASE_MODEL: &[u8] = include_bytes!("../base.safetensors");

/// Output frames that the network computes at once when the whole sound is there: 20 s.
const OFFLINE_BLOCK: usize = 20 * FRAME_RATE as usize;

/// 16 kHz samples per output frame of the network.
const SAMPLES_PER_FRAME: usize = (SAMPLE_RATE / FRAME_RATE) as usize;

/// 16 kHz samples handed on at once: so many that every core has a block to compute.
fn offline_samples() -> usize {
    const MOST_BLOCKS: usize = 16;
    const PER_BLOCK: usize = OFFLINE_BLOCK * SAMPLES_PER_FRAME;
    PER_BLOCK * std::thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_BLOCKS))
}

/// Gathers what normalises a whole sound, piece by piece.
#[derive(Default)]
struct Levels {
    mel: LogMel,
    statistics: LevelStatistics,
}

impl Levels {
    fn push(&mut self, samples: &[f32]) {
        self.statistics.push(&self.mel.push(samples));
    }

    fn normalizer(mut self) -> Normalizer {
        self.statistics.push(&self.mel.finish());
        self.statistics.normalizer()
    }
}

impl Animator {
    /// The embedded base model on a device.
    ///
    /// # Errors
    /// [`AnimateError::Cuda`] if CUDA is asked for and cannot be used.
    pub fn new(device: DeviceChoice) -> Result<Self, AnimateError> {
        Self::with_base_model(BASE_MODEL, device)
    }

    /// A base model from a file's bytes on a device.
    ///
    /// # Errors
    /// [`AnimateError::Weights`] or [`AnimateError::Cuda`].
    pub fn with_base_model(bytes: &[u8], device: DeviceChoice) -> Result<Self, AnimateError> {
        let loaded = Engine::load(bytes, device)?;
        Ok(Self {
            engine: loaded.engine,
            calibration: loaded.calibration,
            pose: loaded.pose.map(Arc::new),
            provenance: loaded.provenance,
            hash: loaded.hash,
            voice: None,
        })
    }

    /// The device in use: `cpu` or `cuda`.
    pub fn device(&self) -> &'static str {
        self.engine.name()
    }

    /// How the base model came to be.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The base model's SHA-256, in hexadecimal.
    pub fn base_hash(&self) -> &str {
        &self.hash
    }

    /// Animates a whole sound.
    ///
    /// # Errors
    /// [`AnimateError::Clip`] if an option is out of range.
    pub fn animate(
        &self,
        name: &str,
        sound: &Sound,
        options: &Options,
    ) -> Result<Clip, AnimateError> {
        let blocks = || sound.samples.chunks(offline_samples());
        let mut levels = Levels::default();
        blocks().for_each(|samples| levels.push(samples));
        let length = sound.samples.len();
        self.animate_blocks(name, length, levels.normalizer(), blocks().map(Ok), options)
    }

    /// Animates `length` samples that come in blocks of [`offline_samples`].
    fn animate_blocks<S: AsRef<[f32]>>(
        &self,
        name: &str,
        length: usize,
        normalizer: Normalizer,
        blocks: impl Iterator<Item = Result<S, AudioError>>,
        options: &Options,
    ) -> Result<Clip, AnimateError> {
        let mut stream = self.stream_with(normalizer, OFFLINE_BLOCK, options);
        let mut frames = Vec::with_capacity(length / SAMPLES_PER_FRAME + 1);
        for samples in blocks {
            frames.extend(stream.listen(samples?.as_ref()));
        }
        frames.extend(stream.last_frames());
        self.clip(name, frames, options)
    }

    /// The clip of frames at the network's rate, at most two of it in memory at a time.
    fn clip(
        &self,
        name: &str,
        frames: Vec<Frame>,
        options: &Options,
    ) -> Result<Clip, AnimateError> {
        let mut clip = Clip::neutral(name, FrameRate::whole(FRAME_RATE)?, 0);
        clip.frames = frames;
        clip.metadata = self.metadata(options);
        if options.rate != clip.rate {
            clip = clip.resampled(options.rate);
        }
        if let Some(smoothing) = options.smoothing {
            clip.smooth(smoothing);
        }
        Hand::of(options).shape(&mut clip.frames);
        Ok(clip)
    }

    /// Animates sound as it arrives, at 50 frames per second, a frame at most 200 ms after its
    /// sound, normalised by a running estimate.
    ///
    /// Of the options, [`Options::rate`] and [`Options::smoothing`] need frames that are still to
    /// come and have no part in a stream.
    pub fn stream(&self, options: &Options) -> Stream<'_> {
        let prior = Normalizer::new(self.calibration.typical_speech);
        self.start(
            Normalization::Running(RunningNormalizer::new(prior)),
            1,
            options,
        )
    }

    /// Like [`Animator::stream`], with normalisation known beforehand; frames are computed at
    /// least `block` at a time.
    pub fn stream_with(
        &self,
        normalizer: Normalizer,
        block: usize,
        options: &Options,
    ) -> Stream<'_> {
        self.start(Normalization::Fixed(normalizer), block, options)
    }

    fn start(&self, normalization: Normalization, block: usize, options: &Options) -> Stream<'_> {
        let (face, hand) = (self.face(options), Hand::of(options));
        Stream::new(&self.engine, normalization, block, face, hand)
    }

    /// The face of whoever speaks, at the start of a line.
    fn face(&self, options: &Options) -> Face {
        let lips = self.calibration.lips;
        match &self.voice {
            None => Face::new(Lips::new(lips), options),
            Some(voice) => voice.face(lips, options),
        }
    }

    /// What a take needs to be made again.
    fn metadata(&self, options: &Options) -> BTreeMap<String, String> {
        let generator = format!("MetaFace {}", env!("CARGO_PKG_VERSION"));
        let base = self.hash.chars().take(16).collect();
        let ours = [("generator", generator), ("base_model", base)];
        let voice = self.voice.iter().flat_map(Voice::metadata);
        let mut metadata = options.metadata();
        let all = ours.into_iter().chain(voice);
        metadata.extend(all.map(|(key, value)| (key.to_owned(), value)));
        metadata
    }
}
