//! The facade that every host program calls: [`Animator`].

mod animate_together;
mod audio_summary;
mod file;
mod learn;
mod option_table;
mod options;
mod self_test;
mod stream;
mod with_speaker;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::audio::{AudioError, LevelStatistics, LogMel, Normalizer, RunningNormalizer, Sound};
use crate::clip::{Clip, ClipError, Frame, FrameRate};
use crate::device::{CudaSupport, DeviceChoice};
use crate::model::{
    Engine, FRAME_RATE, FaceAnimator, LipAnimator, LoadError, LoadedModel, OFFLINE_BLOCK,
    Provenance, SAMPLES_PER_FRAME, WeightsError,
};
use options::Adjustments;
use stream::Normalization;
use with_speaker::AppliedSpeaker;

pub use audio_summary::AudioSummary;
pub use option_table::{OPTIONS, OptionError, OptionKind, OptionSpec};
pub use options::Options;
pub use self_test::SelfTest;
pub use stream::Stream;

/// An error of animating.
#[derive(Debug, thiserror::Error)]
pub enum AnimateError {
    /// The base model file is invalid.
    #[error(transparent)]
    Weights(WeightsError),
    /// CUDA was requested and cannot be used.
    #[error("CUDA cannot be used: {0}; or choose the device cpu")]
    Cuda(CudaSupport),
    /// An option is out of range.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// The sound file cannot be read ([`Animator::animate_file`]).
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// The progress callback returned false ([`Animator::animate_with_progress`]).
    #[error("stopped before the end, as requested")]
    Stopped,
}

impl From<LoadError> for AnimateError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Weights(error) => Self::Weights(error),
            LoadError::Cuda(support) => Self::Cuda(support),
        }
    }
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
    /// The base model. Its engine, never conditioned, analyses references.
    model: Arc<LoadedModel>,
    /// The engine that animates: a copy of the base model's, conditioned on `speaker` if there is
    /// one. Copies share their tensors.
    engine: Arc<Engine>,
    /// `None` for the average speaker.
    speaker: Option<AppliedSpeaker>,
}

/// The base model embedded in this build.
const BASE_MODEL: &[u8] = include_bytes!("../../base.safetensors");

/// The number of 16 kHz samples that are pushed at once: one block per processor core.
fn offline_samples() -> usize {
    const MAX_BLOCKS: usize = 16;
    const PER_BLOCK: usize = OFFLINE_BLOCK * SAMPLES_PER_FRAME;
    PER_BLOCK * std::thread::available_parallelism().map_or(1, |cores| cores.get().min(MAX_BLOCKS))
}

/// Progress callback, called with the completed fraction (0 to 1); returns false to stop.
pub type Progress<'a> = &'a mut dyn FnMut(f64) -> bool;

/// A sound to animate, in blocks of [`offline_samples`].
struct SoundBlocks<B> {
    /// 16 kHz samples.
    length: usize,
    normalizer: Normalizer,
    blocks: B,
}

/// Computes the normaliser of a whole sound, chunk by chunk.
#[derive(Default)]
struct NormalizerBuilder {
    mel: LogMel,
    statistics: LevelStatistics,
}

impl NormalizerBuilder {
    fn push(&mut self, samples: &[f32]) {
        self.statistics.push(&self.mel.push(samples));
    }

    fn finish(mut self) -> Normalizer {
        self.statistics.push(&self.mel.finish());
        self.statistics.normalizer()
    }
}

impl Animator {
    /// The embedded base model on a device.
    ///
    /// # Errors
    /// [`AnimateError::Cuda`] if CUDA is requested and cannot be used.
    pub fn new(device: DeviceChoice) -> Result<Self, AnimateError> {
        Self::with_base_model(BASE_MODEL, device)
    }

    /// A base model from a file's bytes on a device.
    ///
    /// # Errors
    /// [`AnimateError::Weights`] or [`AnimateError::Cuda`].
    pub fn with_base_model(bytes: &[u8], device: DeviceChoice) -> Result<Self, AnimateError> {
        let model = LoadedModel::from_bytes(bytes, device)?;
        Ok(Self {
            engine: Arc::new(model.engine.clone()),
            model: Arc::new(model),
            speaker: None,
        })
    }

    /// The device in use: `cpu` or `cuda`.
    pub fn device(&self) -> &'static str {
        self.engine.device()
    }

    /// How the base model was trained.
    pub fn provenance(&self) -> &Provenance {
        &self.model.provenance
    }

    /// The base model's SHA-256, in hexadecimal.
    pub fn base_hash(&self) -> &str {
        &self.model.hash
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
        self.animate_with_progress(name, sound, options, &mut |_| true)
    }

    /// As [`Animator::animate`], with a progress callback.
    ///
    /// # Errors
    /// [`AnimateError::Stopped`]; otherwise as [`Animator::animate`].
    pub fn animate_with_progress(
        &self,
        name: &str,
        sound: &Sound,
        options: &Options,
        progress: Progress,
    ) -> Result<Clip, AnimateError> {
        let blocks = || sound.samples.chunks(offline_samples());
        let mut normalizer = NormalizerBuilder::default();
        blocks().for_each(|samples| normalizer.push(samples));
        let sound = SoundBlocks {
            length: sound.samples.len(),
            normalizer: normalizer.finish(),
            blocks: blocks().map(Ok),
        };
        self.animate_blocks(name, sound, options, progress)
    }

    fn animate_blocks<S: AsRef<[f32]>>(
        &self,
        name: &str,
        sound: SoundBlocks<impl Iterator<Item = Result<S, AudioError>>>,
        options: &Options,
        progress: Progress,
    ) -> Result<Clip, AnimateError> {
        let mut stream = self.stream_with(sound.normalizer, OFFLINE_BLOCK, options);
        let mut frames = Vec::with_capacity(sound.length / SAMPLES_PER_FRAME + 1);
        let mut done = 0;
        for samples in sound.blocks {
            if !progress(done as f64 / sound.length as f64) {
                return Err(AnimateError::Stopped);
            }
            let samples = samples?;
            done += samples.as_ref().len();
            frames.extend(stream.push_unadjusted(samples.as_ref()));
        }
        frames.extend(stream.finish_unadjusted());
        self.clip(name, frames, options)
    }

    /// The clip of frames at the network's rate. At most two copies are in memory at a time.
    fn clip(
        &self,
        name: &str,
        frames: Vec<Frame>,
        options: &Options,
    ) -> Result<Clip, AnimateError> {
        let mut clip = Clip::neutral(name, FrameRate::whole(FRAME_RATE)?, 0);
        clip.frames = frames;
        clip.metadata = self.metadata(options);
        if options.fps != clip.rate {
            clip = clip.resampled(options.fps);
        }
        if let Some(smoothing) = options.smoothing {
            clip.smooth(smoothing);
        }
        Adjustments::of(options).apply(&mut clip.frames);
        Ok(clip)
    }

    /// Animates live sound at 50 frames per second, with at most 200 ms of delay, normalised by a
    /// running estimate.
    ///
    /// A stream ignores [`Options::fps`] and [`Options::smoothing`], because they need future
    /// frames.
    pub fn stream(&self, options: &Options) -> Stream {
        let prior = Normalizer::new(self.model.calibration.typical_speech);
        self.start(
            Normalization::Running(RunningNormalizer::new(prior)),
            1,
            options,
        )
    }

    /// Like [`Animator::stream`], with a known normaliser; frames are computed in blocks of at
    /// least `block`.
    pub fn stream_with(&self, normalizer: Normalizer, block: usize, options: &Options) -> Stream {
        self.start(Normalization::Fixed(normalizer), block, options)
    }

    fn start(&self, normalization: Normalization, block: usize, options: &Options) -> Stream {
        let (face, adjustments) = (self.face(options), Adjustments::of(options));
        Stream::new(self.engine.clone(), normalization, block, face, adjustments)
    }

    /// The speaker's [`FaceAnimator`] at the start of a line.
    fn face(&self, options: &Options) -> FaceAnimator {
        let (rules, settings) = (self.model.calibration.lips, options.face());
        match &self.speaker {
            None => FaceAnimator::new(LipAnimator::new(rules), &settings),
            Some(speaker) => speaker.face(rules, settings),
        }
    }

    /// The metadata with which a take can be reproduced.
    fn metadata(&self, options: &Options) -> BTreeMap<String, String> {
        let generator = format!("MetaFace {}", env!("CARGO_PKG_VERSION"));
        let base = self.model.hash.chars().take(16).collect();
        let program = [("generator", generator), ("base_model", base)];
        let speaker = self.speaker.iter().flat_map(AppliedSpeaker::metadata);
        let mut metadata = options.metadata();
        let entries = program.into_iter().chain(speaker);
        metadata.extend(entries.map(|(key, value)| (key.to_owned(), value)));
        metadata
    }
}
