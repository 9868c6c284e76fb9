//! The one door that every host calls: [`Animator`].

mod engine;
mod face;
mod listen;
mod voice;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::audio::{
    LevelStatistics, LogMel, LoudnessMeter, Normalizer, RunningNormalizer, SAMPLE_RATE, Sound,
};
use crate::clip::{ChannelGains, Clip, ClipError, Frame, FrameRate, Smoothing};
use crate::device::{CudaSupport, DeviceChoice};
use crate::model::pose::PosePrior;
use crate::model::{
    Calibration, FRAME_RATE, Lips, Provenance, WeightsError, Windows, eyes::EyesSettings,
    head_pose::HeadPoseSettings,
};
use engine::Engine;
use face::Face;
use voice::Voice;

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
}

/// How a line is animated.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Frames per second of the clip.
    pub rate: FrameRate,
    /// Brow, head and eye movement follow from it; the same seed gives the same clip.
    pub seed: u64,
    /// Factor on all motion away from rest, 0 to 2; 1 is as trained.
    pub strength: f32,
    /// Gains and offsets per channel.
    pub gains: ChannelGains,
    /// Extra smoothing that keeps lip closures; none by default.
    pub smoothing: Option<Smoothing>,
    /// Factor on the movement of brows, head and gaze, 0 to 2; blinks keep their rate and depth.
    /// At 0 brows, eyes and head rest, blinks included: only the mouth moves.
    pub liveliness: f32,
    /// Head movement; none keeps the head still.
    pub head: Option<HeadPoseSettings>,
    /// Blinks and gaze; none keeps the eyes still.
    pub eyes: Option<EyesSettings>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rate: FrameRate::whole(60).unwrap_or_else(|_| unreachable!()),
            seed: 7,
            strength: 1.0,
            gains: ChannelGains::default(),
            smoothing: None,
            liveliness: 1.0,
            head: Some(HeadPoseSettings::default()),
            eyes: Some(EyesSettings::default()),
        }
    }
}

impl Options {
    /// [`Options::liveliness`] within its range; 1 if it is not a number.
    fn liveliness(&self) -> f32 {
        if self.liveliness.is_nan() {
            1.0
        } else {
            self.liveliness.clamp(0.0, 2.0)
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

/// 16 kHz samples handed on at once: so many that every core has a block to compute.
fn offline_samples() -> usize {
    const MOST_BLOCKS: usize = 16;
    const PER_BLOCK: usize = OFFLINE_BLOCK * (SAMPLE_RATE / FRAME_RATE) as usize;
    PER_BLOCK * std::thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_BLOCKS))
}

/// The normalisation of a whole sound, by its own statistics.
fn normalizer_of(samples: &[f32]) -> Normalizer {
    let mut statistics = LevelStatistics::default();
    let mut mel = LogMel::new();
    for samples in samples.chunks(offline_samples()) {
        statistics.push(&mel.push(samples));
    }
    statistics.push(&mel.finish());
    statistics.normalizer()
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
        let mut stream = self.start(
            Normalization::Fixed(normalizer_of(&sound.samples)),
            OFFLINE_BLOCK,
            options,
        );
        let mut frames = Vec::with_capacity(sound.samples.len() / 320 + 1);
        for samples in sound.samples.chunks(offline_samples()) {
            frames.extend(stream.listen(samples));
        }
        frames.extend(stream.last_frames());
        let mut clip = Clip::neutral(name, FrameRate::whole(FRAME_RATE)?, 0);
        clip.frames = frames;
        clip.metadata = self.metadata(options);
        let mut clip = clip.resampled(options.rate);
        if let Some(smoothing) = options.smoothing {
            clip = clip.smoothed(smoothing);
        }
        Ok(clip
            .with_strength(options.strength, &Frame::NEUTRAL)
            .with_gains(&options.gains)
            .clamped())
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
        Stream {
            engine: &self.engine,
            mel: LogMel::new(),
            normalization,
            windows: Windows::new(block),
            face: self.face(options),
            loudness: LoudnessMeter::new(),
            strength: options.strength,
            gains: options.gains.clone(),
        }
    }

    /// The face of whoever speaks, at the start of a line.
    fn face(&self, options: &Options) -> Face {
        let lips = self.calibration.lips;
        match &self.voice {
            None => Face::new(Lips::new(lips), options),
            Some(voice) => voice.face(lips, options),
        }
    }

    /// What a take needs to be made again: every option that is not the default.
    fn metadata(&self, options: &Options) -> BTreeMap<String, String> {
        let mut metadata = BTreeMap::new();
        let mut set = |key: &str, value: String| metadata.insert(key.to_owned(), value);
        set(
            "generator",
            format!("MetaFace {}", env!("CARGO_PKG_VERSION")),
        );
        set("base_model", self.hash.chars().take(16).collect());
        set("seed", options.seed.to_string());
        set("strength", options.strength.to_string());
        set("liveliness", options.liveliness().to_string());
        if !options.gains.is_empty() {
            set("gains", options.gains.to_string());
        }
        if let Some(hertz) = options.smoothing.and_then(Smoothing::cutoff) {
            set("smoothing_hz", hertz.to_string());
        }
        if options.head.is_none() {
            set("head", "still".to_owned());
        }
        if options.eyes.is_none() {
            set("eyes", "still".to_owned());
        }
        for (key, value) in self.voice.iter().flat_map(Voice::metadata) {
            set(key, value);
        }
        metadata
    }
}

enum Normalization {
    Fixed(Normalizer),
    Running(RunningNormalizer),
}

/// Sound in, frames out, in pieces of any size.
pub struct Stream<'a> {
    engine: &'a Engine,
    mel: LogMel,
    normalization: Normalization,
    windows: Windows,
    face: Face,
    loudness: LoudnessMeter,
    strength: f32,
    gains: ChannelGains,
}

impl Stream<'_> {
    /// Takes 16 kHz mono samples and returns the frames (50 per second) that are now certain.
    /// Samples that are not numbers count as silence.
    pub fn push(&mut self, samples: &[f32]) -> Vec<Frame> {
        let frames = self.listen(samples);
        self.by_hand(frames)
    }

    /// Returns the last frames.
    pub fn finish(mut self) -> Vec<Frame> {
        let frames = self.last_frames();
        self.by_hand(frames)
    }

    /// The user's strength and gains.
    fn by_hand(&self, mut frames: Vec<Frame>) -> Vec<Frame> {
        for frame in &mut frames {
            frame.strengthen(self.strength, &Frame::NEUTRAL);
        }
        self.gains.apply(&mut frames);
        for frame in &mut frames {
            frame.clamp();
        }
        frames
    }

    fn listen(&mut self, samples: &[f32]) -> Vec<Frame> {
        let mel = self.mel.push(samples);
        self.face.hear(self.loudness.push(samples));
        let mel = self.normalize(&mel);
        let frames = self.engine.push(&mut self.windows, &mel);
        self.face.frames(&frames)
    }

    fn last_frames(&mut self) -> Vec<Frame> {
        let mel = std::mem::take(&mut self.mel).finish();
        let mel = self.normalize(&mel);
        self.face.hear(std::mem::take(&mut self.loudness).finish());
        let mut frames = self.engine.push(&mut self.windows, &mel);
        frames.extend(self.engine.finish(&mut self.windows));
        self.face.frames(&frames)
    }

    fn normalize(&mut self, mel: &[crate::audio::MelFrame]) -> Vec<crate::audio::MelFrame> {
        match &mut self.normalization {
            Normalization::Fixed(normalizer) => mel.iter().map(|f| normalizer.apply(f)).collect(),
            Normalization::Running(running) => mel.iter().map(|f| running.apply(f)).collect(),
        }
    }
}
