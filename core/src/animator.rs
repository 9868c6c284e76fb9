//! The one door that every host calls: [`Animator`].

mod engine;
mod face;
mod file;
mod heard;
mod listen;
mod options;
mod self_test;
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
pub use self_test::SelfTest;
pub use stream::Stream;

/// What can go wrong when animating.
#[derive(Debug, thiserror::Error)]
pub enum AnimateError {
    /// The base model's file.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// CUDA was asked for and cannot be used.
    #[error("CUDA cannot be used: {0}; or choose the device cpu")]
    Cuda(CudaSupport),
    /// An option out of its range.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// The sound file ([`Animator::animate_file`]).
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// Whoever watched asked to stop ([`Animator::animate_watched`]).
    #[error("stopped before the end, as asked")]
    Stopped,
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
    engine: Arc<Engine>,
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

/// Told which share of the work is done, 0 to 1; returns false to stop it.
pub type Watch<'a> = &'a mut dyn FnMut(f64) -> bool;

/// A sound to animate, in blocks of [`offline_samples`].
struct Work<B> {
    /// 16 kHz samples.
    length: usize,
    normalizer: Normalizer,
    blocks: B,
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
            engine: Arc::new(loaded.engine),
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
        self.animate_watched(name, sound, options, &mut |_| true)
    }

    /// As [`Animator::animate`]; `watch` is told now and then which share is done, 0 to 1, and
    /// returns false to stop.
    ///
    /// # Errors
    /// [`AnimateError::Stopped`]; otherwise as [`Animator::animate`].
    pub fn animate_watched(
        &self,
        name: &str,
        sound: &Sound,
        options: &Options,
        watch: Watch,
    ) -> Result<Clip, AnimateError> {
        let blocks = || sound.samples.chunks(offline_samples());
        let mut levels = Levels::default();
        blocks().for_each(|samples| levels.push(samples));
        let work = Work {
            length: sound.samples.len(),
            normalizer: levels.normalizer(),
            blocks: blocks().map(Ok),
        };
        self.animate_blocks(name, work, options, watch)
    }

    fn animate_blocks<S: AsRef<[f32]>>(
        &self,
        name: &str,
        work: Work<impl Iterator<Item = Result<S, AudioError>>>,
        options: &Options,
        watch: Watch,
    ) -> Result<Clip, AnimateError> {
        let mut stream = self.stream_with(work.normalizer, OFFLINE_BLOCK, options);
        let mut frames = Vec::with_capacity(work.length / SAMPLES_PER_FRAME + 1);
        let mut done = 0;
        for samples in work.blocks {
            if !watch(done as f64 / work.length as f64) {
                return Err(AnimateError::Stopped);
            }
            let samples = samples?;
            done += samples.as_ref().len();
            frames.extend(stream.listen(samples.as_ref()));
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
    pub fn stream(&self, options: &Options) -> Stream {
        let prior = Normalizer::new(self.calibration.typical_speech);
        self.start(
            Normalization::Running(RunningNormalizer::new(prior)),
            1,
            options,
        )
    }

    /// Like [`Animator::stream`], with normalisation known beforehand; frames are computed at
    /// least `block` at a time.
    pub fn stream_with(&self, normalizer: Normalizer, block: usize, options: &Options) -> Stream {
        self.start(Normalization::Fixed(normalizer), block, options)
    }

    fn start(&self, normalization: Normalization, block: usize, options: &Options) -> Stream {
        let (face, hand) = (self.face(options), Hand::of(options));
        Stream::new(self.engine.clone(), normalization, block, face, hand)
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
