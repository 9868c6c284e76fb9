//! Sound as it is heard: animated and sent at once.
//!
//! ```text
//! microphone or pipe -> listener: 16 kHz, network -> Track -> sender: one face per frame
//! ```
//!
//! The listener has a thread of its own, so that the sender keeps its pace while the network works.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use metaface_core::Stream;
use metaface_core::audio::Resampler;
use metaface_microphone::{Heard, MicrophoneError};

use super::histogram::{Histogram, Spread};
use super::sender::Sender;
use super::track::Track;
use crate::failure::Failure;

/// After so long without sound, silence is heard in its place: the mouth closes.
const QUIET: Duration = Duration::from_millis(300);

/// How much silence is heard at once.
const SILENCE: Duration = Duration::from_millis(100);

/// Sound that comes in blocks.
pub struct Source {
    /// The blocks.
    pub heard: Receiver<Heard>,
    /// Their samples per second.
    pub sample_rate: u32,
}

/// What became of it.
pub struct Ended {
    /// Whether the user stopped it.
    pub stopped: bool,
    /// From a sound's arrival to its face's departure.
    pub latency: Option<Spread>,
    /// Why the sound ended, where it should not have.
    pub trouble: Option<MicrophoneError>,
}

/// Sends what a stream makes of a source, until that ends or the user stops it.
pub fn send(
    source: Source,
    stream: Stream,
    rest: bool,
    sender: &mut Sender,
) -> Result<Ended, Failure> {
    let origin = Instant::now();
    let resampler = Resampler::new(source.sample_rate)?;
    let track = Arc::new(Mutex::new(Track::default()));
    let listener = Listener {
        source,
        resampler,
        stream,
        track: track.clone(),
        origin,
        seconds: 0.0,
    };
    let listener = thread::spawn(move || listener.listen());
    let mut latency = Histogram::new();
    let stopped = loop {
        let Some(frame) = sender.next() else {
            break true;
        };
        // The frame's own time, not that at which the system woke us: motion stays even.
        let due = sender.due(frame).saturating_duration_since(origin);
        // A listener that is gone leaves nothing to wait for.
        let gone = listener.is_finished();
        let now = lock(&track).at(due.as_secs_f64());
        sender.send(frame, &now.face);
        if let Some(seconds) = now.latency {
            latency.count(seconds);
        }
        if now.is_last || gone && !now.is_moving {
            break false;
        }
    };
    if rest {
        sender.come_to_rest();
    }
    if listener.is_finished() && listener.join().is_err() {
        return Err(Failure::Unhealthy(
            "listening broke off; please report it with the message above".to_owned(),
        ));
    }
    let trouble = lock(&track).trouble.take();
    Ok(Ended {
        stopped,
        latency: latency.spread(),
        trouble,
    })
}

fn lock(track: &Mutex<Track>) -> MutexGuard<'_, Track> {
    track.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hears blocks and puts faces on the track.
struct Listener {
    source: Source,
    resampler: Resampler,
    stream: Stream,
    track: Arc<Mutex<Track>>,
    origin: Instant,
    /// How much sound there was.
    seconds: f64,
}

impl Listener {
    fn listen(mut self) {
        let silence = vec![0.0; samples(SILENCE, self.source.sample_rate)];
        let most = self.source.sample_rate as usize;
        let mut patience = QUIET;
        let trouble = loop {
            match self.source.heard.recv_timeout(patience) {
                Ok(Ok(block)) => {
                    patience = QUIET;
                    let (mut sound, mut arrived) = (block.samples, block.arrived);
                    let mut trouble = None;
                    // What has piled up is heard at once.
                    while sound.len() < most && trouble.is_none() {
                        match self.source.heard.try_recv() {
                            Ok(Ok(more)) => {
                                sound.extend(more.samples);
                                arrived = more.arrived;
                            }
                            Ok(Err(error)) => trouble = Some(error),
                            Err(_) => break,
                        }
                    }
                    self.hear(&sound, Some(arrived));
                    if trouble.is_some() {
                        break trouble;
                    }
                }
                Ok(Err(trouble)) => break Some(trouble),
                Err(RecvTimeoutError::Timeout) => {
                    patience = SILENCE;
                    self.hear(&silence, None);
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
        lock(&track).end(time, frames, trouble);
    }

    fn hear(&mut self, sound: &[f32], arrived: Option<Instant>) {
        let frames = self.stream.push(&self.resampler.push(sound));
        self.seconds += sound.len() as f64 / f64::from(self.source.sample_rate);
        let time = self.origin.elapsed().as_secs_f64();
        let mut track = lock(&self.track);
        if let Some(arrived) = arrived {
            let arrived = arrived.saturating_duration_since(self.origin);
            track.heard(arrived.as_secs_f64(), self.seconds);
        }
        track.came(time, frames);
    }
}

fn samples(time: Duration, rate: u32) -> usize {
    (time.as_secs_f64() * f64::from(rate)) as usize
}
