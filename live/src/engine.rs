//! The threads of a live face: [`Live`].

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

use metaface_core::Stream;
use metaface_core::audio::SOURCE_RATES;

use super::animation::Animation;
use super::queue::SoundQueue;
use super::silence::{SILENCE, SilenceFiller};
use super::track::{LiveFace, LiveTrack};

/// Values in the queue of sound: 10 s at 48 kHz.
const QUEUE: usize = 1 << 19;

/// Largest block in the queue, in samples.
const BLOCK: usize = 512;

/// Animates live sound in a worker thread. All times are in seconds since its creation.
///
/// The sound enters through a [`SoundInput`] and may arrive before [`Live::start`]. Dropping ends the
/// worker and waits for it, for at most the animation of a second of sound.
///
/// ```no_run
/// use metaface_core::{Animator, Options, device::DeviceChoice};
/// use metaface_live::Live;
///
/// let animator = Animator::new(DeviceChoice::Auto)?;
/// let mut live = Live::new();
/// live.start(animator.stream(&Options::default()))?;
/// let input = live.input();
/// // On the audio thread:
/// input.push(&[0.0; 960], 48_000, 2, std::time::Instant::now());
/// // For each frame of the host:
/// let face = live.face_at(live.now())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Live {
    shared: Arc<Shared>,
    worker: Option<JoinHandle<()>>,
}

/// The input of a [`Live`], for the audio thread. It may outlive the [`Live`].
#[derive(Clone)]
pub struct SoundInput(Arc<Shared>);

/// The error of a live face.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The system started no thread.
    #[error("cannot start a thread ({0}); close other programs")]
    Thread(#[from] std::io::Error),
    /// An internal error of the worker.
    #[error("internal error in the live animation; please report it with the message above")]
    Internal,
}

struct Shared {
    origin: Instant,
    queue: SoundQueue,
    /// Whether a thread is pushing.
    pushing: AtomicBool,
    /// Whether the sound has ended.
    closed: AtomicBool,
    /// Whether the worker must stop.
    stopped: AtomicBool,
    lost_microseconds: AtomicU64,
    worker: OnceLock<Thread>,
    track: Mutex<LiveTrack>,
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

impl Live {
    /// A face that is not animated yet. Sound is queued, up to 10 s at 48 kHz.
    pub fn new() -> Self {
        let shared = Shared {
            origin: Instant::now(),
            queue: SoundQueue::new(QUEUE),
            pushing: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            lost_microseconds: AtomicU64::new(0),
            worker: OnceLock::new(),
            track: Mutex::new(LiveTrack::default()),
        };
        Self {
            shared: Arc::new(shared),
            worker: None,
        }
    }

    /// The input for the audio thread.
    pub fn input(&self) -> SoundInput {
        SoundInput(self.shared.clone())
    }

    /// Starts the animation. Only the first call has an effect.
    ///
    /// # Errors
    ///
    /// [`LiveError::Thread`].
    pub fn start(&mut self, stream: Stream) -> Result<(), LiveError> {
        if self.worker.is_some() {
            return Ok(());
        }
        let worker = Worker {
            silence: SilenceFiller::new(self.now()),
            shared: self.shared.clone(),
            animation: Animation::new(stream),
            seconds: 0.0,
        };
        let builder = thread::Builder::new().name("metaface-live".to_owned());
        let handle = builder.spawn(move || worker.run())?;
        let _ = self.shared.worker.set(handle.thread().clone());
        self.worker = Some(handle);
        Ok(())
    }

    /// The current time.
    pub fn now(&self) -> f64 {
        self.shared.seconds_at(Instant::now())
    }

    /// The time of an instant; 0 before the creation.
    pub fn seconds_at(&self, instant: Instant) -> f64 {
        self.shared.seconds_at(instant)
    }

    /// The face to show at this time. Times that never decrease give motion that never goes back. May
    /// wait for the worker for some microseconds.
    ///
    /// # Errors
    ///
    /// [`LiveError::Internal`].
    pub fn face_at(&self, seconds: f64) -> Result<LiveFace, LiveError> {
        // Read before the track: all frames of a finished worker are on the track.
        let is_finished = self.worker.as_ref().is_some_and(JoinHandle::is_finished);
        let (face, has_ended) = {
            let mut track = self.shared.track();
            (track.sample(seconds), track.has_ended())
        };
        if is_finished && !has_ended {
            return Err(LiveError::Internal);
        }
        Ok(face)
    }

    /// Seconds of sound that were dropped, because the queue was full or two threads pushed at once.
    pub fn lost_seconds(&self) -> f64 {
        self.shared.lost_microseconds.load(Ordering::Relaxed) as f64 * 1e-6
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        self.input().close();
        if let Some(worker) = self.worker.take() {
            // The error of a panic is that of `face_at`.
            let _ = worker.join();
        }
    }
}

impl SoundInput {
    /// Adds interleaved samples, whose last one arrived at this time. Full scale is 1; NaN and infinite
    /// samples count as silence. Returns whether all of them were taken: sound is dropped if the queue
    /// is full or another thread is pushing, after [`Self::close`], without channels, and outside
    /// [`SOURCE_RATES`].
    ///
    /// Takes no lock, allocates nothing and never waits; wakes the worker, which is one system call.
    pub fn push(&self, samples: &[f32], rate: u32, channels: u16, arrived: Instant) -> bool {
        let shared = &*self.0;
        if channels == 0 || !SOURCE_RATES.contains(&rate) || self.is_closed() {
            return false;
        }
        let arrived = arrived.saturating_duration_since(shared.origin);
        let mut lost = 0;
        let is_alone = !shared.pushing.swap(true, Ordering::Acquire);
        for block in samples.chunks(BLOCK * usize::from(channels)) {
            if !is_alone || !shared.queue.push(block, channels, rate, arrived) {
                lost += block.len() / usize::from(channels);
            }
        }
        if is_alone {
            shared.pushing.store(false, Ordering::Release);
        }
        let microseconds = lost as u64 * 1_000_000 / u64::from(rate);
        shared
            .lost_microseconds
            .fetch_add(microseconds, Ordering::Relaxed);
        shared.wake();
        lost == 0
    }

    /// Whether this many frames fit into the queue.
    pub fn has_room(&self, frames: usize) -> bool {
        // Each block has a header, shorter than a quarter of a block.
        self.0.queue.has_room(frames + frames / 4)
    }

    /// Ends the sound; the last frames follow.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
        self.0.wake();
    }

    /// Whether the sound has ended, or the [`Live`] was dropped.
    pub fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Acquire)
    }
}

impl Shared {
    fn seconds_at(&self, instant: Instant) -> f64 {
        let time = instant.saturating_duration_since(self.origin);
        time.as_secs_f64()
    }

    fn now(&self) -> f64 {
        self.origin.elapsed().as_secs_f64()
    }

    fn wake(&self) {
        if let Some(worker) = self.worker.get() {
            worker.unpark();
        }
    }

    fn track(&self) -> MutexGuard<'_, LiveTrack> {
        self.track.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Animates the sound in the queue and adds the frames to the track.
struct Worker {
    shared: Arc<Shared>,
    animation: Animation,
    silence: SilenceFiller,
    /// Seconds of sound so far.
    seconds: f64,
}

impl Worker {
    fn run(mut self) {
        let mut samples = Vec::new();
        while !self.shared.stopped.load(Ordering::Acquire) {
            // Read before the queue, so that no sound is left behind.
            let closed = self.shared.closed.load(Ordering::Acquire);
            samples.clear();
            if let Some((rate, arrived)) = self.take_sound(&mut samples) {
                let seconds = samples.len() as f64 / f64::from(rate);
                self.silence.sound_arrived(self.shared.now(), seconds);
                self.push(&samples, rate, Some(arrived));
            } else if closed {
                let frames = self.animation.finish();
                return self.shared.track().end(self.shared.now(), frames);
            } else if self.silence.is_due(self.shared.now()) {
                let rate = self.animation.rate();
                samples.resize((SILENCE * f64::from(rate)) as usize, 0.0);
                self.push(&samples, rate, None);
            } else {
                let wait = self.silence.wait(self.shared.now());
                thread::park_timeout(Duration::from_secs_f64(wait));
            }
        }
        self.shared.track().end(self.shared.now(), Vec::new());
    }

    /// Takes up to a second of waiting sound of one rate. Returns its rate and the arrival of its last
    /// sample.
    fn take_sound(&self, samples: &mut Vec<f32>) -> Option<(u32, Duration)> {
        let first = self.shared.queue.peek()?;
        let mut arrived = first.arrived;
        while let Some(block) = self.shared.queue.peek()
            && block.rate == first.rate
            && samples.len() < first.rate as usize
        {
            self.shared.queue.take(block, samples);
            arrived = block.arrived;
        }
        Some((first.rate, arrived))
    }

    /// Animates samples that arrived at this time; `None` for inserted silence.
    fn push(&mut self, samples: &[f32], rate: u32, arrived: Option<Duration>) {
        let frames = self.animation.push(samples, rate);
        self.seconds += samples.len() as f64 / f64::from(rate);
        let mut track = self.shared.track();
        if let Some(arrived) = arrived {
            track.sound_arrived(arrived.as_secs_f64(), self.seconds);
        }
        track.push(self.shared.now(), frames);
    }
}

#[cfg(test)]
mod tests {
    use metaface_core::audio::Sound;
    use metaface_core::device::DeviceChoice;
    use metaface_core::{Animator, Options};

    use super::super::track::LiveState;
    use super::*;

    fn stream() -> Stream {
        let animator = Animator::new(DeviceChoice::Cpu).expect("the base model");
        animator.stream(&Options::default())
    }

    fn line() -> Vec<f32> {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech/line.wav");
        Sound::open(file).expect("a sample").samples
    }

    /// The newest face, as soon as it has this state.
    fn newest(live: &Live, state: LiveState) -> LiveFace {
        for _ in 0..3000 {
            let face = live.face_at(live.now() + 1000.0).expect("a face");
            if face.state == state {
                return face;
            }
            thread::sleep(Duration::from_millis(10));
        }
        unreachable!("no face is {state:?} after 30 s");
    }

    #[test]
    fn the_last_face_is_that_of_the_stream_for_any_block_size() {
        let sound = line();
        let mut reference = stream();
        let mut expected = reference.push(&sound);
        expected.extend(reference.finish());
        for size in [160, 4001] {
            let mut live = Live::new();
            live.start(stream()).expect("a thread");
            let input = live.input();
            let audio = thread::spawn(move || {
                let now = Instant::now();
                for block in sound_blocks(&line(), size) {
                    assert!(input.push(&block, 16_000, 2, now));
                }
                input.close();
                assert!(!input.push(&[0.0; 2], 16_000, 2, now));
            });
            let last = newest(&live, LiveState::Ended);
            audio.join().expect("the audio thread");
            assert_eq!(last.frame, expected[expected.len() - 1], "blocks of {size}");
            assert_eq!(live.lost_seconds(), 0.0);
        }
    }

    /// Stereo blocks whose mix is the sound.
    fn sound_blocks(sound: &[f32], size: usize) -> Vec<Vec<f32>> {
        let stereo = |block: &[f32]| block.iter().flat_map(|sample| [*sample; 2]).collect();
        sound.chunks(size).map(stereo).collect()
    }

    #[test]
    fn sound_beyond_the_queue_is_dropped_and_counted_and_invalid_sound_is_refused() {
        let live = Live::new();
        let input = live.input();
        let (now, second) = (Instant::now(), vec![0.01; 48_000]);
        for count in 0..12 {
            assert_eq!(input.has_room(48_000), count < 10);
            assert_eq!(input.push(&second, 48_000, 1, now), count < 10);
        }
        let lost = live.lost_seconds();
        assert!((1.1..1.3).contains(&lost), "{lost} s");
        for (rate, channels) in [(0, 1), (999, 1), (800_000, 1), (48_000, 0)] {
            assert!(!input.push(&second, rate, channels, now));
        }
        assert_eq!(live.lost_seconds(), lost);
        assert_eq!(newest(&live, LiveState::Waiting).latency, None);
        drop(live);
        assert!(input.is_closed());
    }

    #[test]
    fn silence_moves_the_face_if_no_sound_arrives() {
        let mut live = Live::new();
        live.start(stream()).expect("a thread");
        assert_eq!(newest(&live, LiveState::Paused).latency, None);
    }

    #[test]
    fn a_stereo_microphone_at_48_khz_is_followed_with_little_delay() {
        let mut live = Live::new();
        live.start(stream()).expect("a thread");
        let input = live.input();
        let audio = thread::spawn(move || {
            let start = Instant::now();
            for block in 1..=200 {
                let due = start + Duration::from_millis(10 * block);
                thread::sleep(due.saturating_duration_since(Instant::now()));
                input.push(&[0.1; 960], 48_000, 2, Instant::now());
            }
            input.close();
        });
        let mut latencies = Vec::new();
        loop {
            let face = live.face_at(live.now()).expect("a face");
            latencies.extend(face.latency);
            if face.state == LiveState::Ended {
                break;
            }
            thread::sleep(Duration::from_millis(8));
        }
        audio.join().expect("the audio thread");
        assert_eq!(live.lost_seconds(), 0.0);
        latencies.sort_by(f64::total_cmp);
        let median = latencies[latencies.len() / 2];
        // 193 ms of look-ahead; about 230 ms in all on an idle machine.
        assert!((0.19..0.4).contains(&median), "{median} s");
    }
}
