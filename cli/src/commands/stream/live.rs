//! Live sound: animated and sent as it arrives.
//!
//! ```text
//! microphone or pipe -> LiveAnimator: 16 kHz, network -> Track -> Sender: one frame at a time
//! ```
//!
//! The animator runs in a separate thread, so that the sender keeps its pace while the network runs.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use metaface_core::Stream;
use metaface_core::audio::Resampler;
use metaface_microphone::{BlockResult, MicrophoneError};

use super::histogram::{Histogram, LatencySummary};
use super::sender::Sender;
use super::track::LiveTrack;
use crate::failure::Failure;

/// After this time without sound, silence is inserted, so that the mouth closes.
const SILENCE_AFTER: Duration = Duration::from_millis(300);

/// Length of an inserted block of silence.
const SILENCE: Duration = Duration::from_millis(100);

/// A source of sound in blocks.
pub struct BlockSource {
    /// The blocks.
    pub blocks: Receiver<BlockResult>,
    /// Samples per second.
    pub sample_rate: u32,
}

/// How a live stream ended.
pub struct LiveOutcome {
    /// Whether the user stopped it.
    pub stopped: bool,
    /// Time from the arrival of a sound to the sending of its frame.
    pub latency: Option<LatencySummary>,
    /// The error of the microphone.
    pub error: Option<MicrophoneError>,
}

/// Animates and sends a source until it ends or the user stops it.
pub fn send(
    source: BlockSource,
    stream: Stream,
    rest: bool,
    sender: &mut Sender,
) -> Result<LiveOutcome, Failure> {
    let origin = Instant::now();
    let resampler = Resampler::new(source.sample_rate)?;
    let track = Arc::new(Mutex::new(LiveTrack::default()));
    let animator = LiveAnimator {
        source,
        resampler,
        stream,
        track: track.clone(),
        origin,
        seconds: 0.0,
    };
    let thread = thread::spawn(move || animator.run());
    let mut latency = Histogram::new();
    let stopped = loop {
        let Some(frame) = sender.next() else {
            break true;
        };
        // The due time of the frame, not the actual time: this keeps the motion even.
        let due = sender.due(frame).saturating_duration_since(origin);
        // Read before the track: all frames of a finished thread are on the track.
        let is_finished = thread.is_finished();
        let sample = lock(&track).sample(due.as_secs_f64());
        sender.send(frame, &sample.face);
        if let Some(seconds) = sample.latency {
            latency.count(seconds);
        }
        if sample.is_last || is_finished && !sample.is_moving {
            break false;
        }
    };
    if rest {
        sender.come_to_rest();
    }
    if thread.is_finished() && thread.join().is_err() {
        return Err(Failure::Internal(
            "internal error in the live animation; please report it with the message above"
                .to_owned(),
        ));
    }
    let error = lock(&track).error.take();
    Ok(LiveOutcome {
        stopped,
        latency: latency.summary(),
        error,
    })
}

fn lock(track: &Mutex<LiveTrack>) -> MutexGuard<'_, LiveTrack> {
    track.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Animates blocks of sound and adds the frames to the track.
struct LiveAnimator {
    source: BlockSource,
    resampler: Resampler,
    stream: Stream,
    track: Arc<Mutex<LiveTrack>>,
    origin: Instant,
    /// Seconds of sound so far.
    seconds: f64,
}

impl LiveAnimator {
    fn run(mut self) {
        let silence = vec![0.0; samples(SILENCE, self.source.sample_rate)];
        let one_second = self.source.sample_rate as usize;
        let mut timeout = SILENCE_AFTER;
        let error = loop {
            match self.source.blocks.recv_timeout(timeout) {
                Ok(Ok(block)) => {
                    timeout = SILENCE_AFTER;
                    let (mut sound, mut arrived) = (block.samples, block.arrived);
                    let mut error = None;
                    // Up to a second of waiting blocks is animated together.
                    while sound.len() < one_second && error.is_none() {
                        match self.source.blocks.try_recv() {
                            Ok(Ok(block)) => {
                                sound.extend(block.samples);
                                arrived = block.arrived;
                            }
                            Ok(Err(received)) => error = Some(received),
                            Err(_) => break,
                        }
                    }
                    self.push(&sound, Some(arrived));
                    if error.is_some() {
                        break error;
                    }
                }
                Ok(Err(error)) => break Some(error),
                Err(RecvTimeoutError::Timeout) => {
                    timeout = SILENCE;
                    self.push(&silence, None);
                }
                Err(RecvTimeoutError::Disconnected) => break None,
            }
        };
        let Self {
            resampler,
            mut stream,
            track,
            origin,
            ..
        } = self;
        let mut frames = stream.push(&resampler.finish());
        frames.extend(stream.finish());
        let time = origin.elapsed().as_secs_f64();
        lock(&track).end(time, frames, error);
    }

    /// Animates samples that arrived at this time; `None` for inserted silence.
    fn push(&mut self, sound: &[f32], arrived: Option<Instant>) {
        let frames = self.stream.push(&self.resampler.push(sound));
        self.seconds += sound.len() as f64 / f64::from(self.source.sample_rate);
        let time = self.origin.elapsed().as_secs_f64();
        let mut track = lock(&self.track);
        if let Some(arrived) = arrived {
            let arrived = arrived.saturating_duration_since(self.origin);
            track.sound_arrived(arrived.as_secs_f64(), self.seconds);
        }
        track.push(time, frames);
    }
}

fn samples(time: Duration, rate: u32) -> usize {
    (time.as_secs_f64() * f64::from(rate)) as usize
}
