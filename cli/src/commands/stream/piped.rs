//! Sound from a pipe.
//!
//! It may arrive in real time (`arecord`) or faster (a speech synthesiser, a file). Faster sound is
//! forwarded in real time.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use metaface_microphone::{Block, BlockResult};

use super::live::BlockSource;
use super::pipe_format::{PipeFormat, read_format};
use crate::failure::Failure;

/// Sound that is further ahead of real time than this is a recording.
const AHEAD: Duration = Duration::from_millis(300);

/// After this time, sound that is not ahead counts as real-time sound.
const DECISION_TIME: Duration = Duration::from_millis(250);

/// Longest block that is read at once.
const BLOCK: Duration = Duration::from_millis(10);

/// Starts reading sound. The rate and the channels are those of raw samples.
pub fn open(
    mut input: impl Read + Send + 'static,
    raw_rate: u32,
    raw_channels: u16,
) -> Result<BlockSource, Failure> {
    let (format, start) = read_format(&mut input, raw_rate, raw_channels)?;
    let (sender, blocks) = channel();
    let sample_rate = format.rate;
    thread::spawn(move || read(io::Cursor::new(start).chain(input), format, sender));
    Ok(BlockSource {
        blocks,
        sample_rate,
    })
}

fn read(input: impl Read, format: PipeFormat, sender: Sender<BlockResult>) {
    let mut sound = input.take(format.bytes.unwrap_or(u64::MAX));
    let frames = (u64::from(format.rate) * BLOCK.as_millis() as u64 / 1000).max(1);
    let mut bytes = vec![0; frames as usize * format.frame_bytes()];
    let mut filled = 0;
    let mut pacer = Pacer::new(sender);
    loop {
        match sound.read(&mut bytes[filled..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // A broken pipe counts as the end.
            Ok(0) | Err(_) => break,
            Ok(count) => filled += count,
        }
        let complete = filled - filled % format.frame_bytes();
        let samples = format.mono(&bytes[..complete]);
        bytes.copy_within(complete..filled, 0);
        filled -= complete;
        if !samples.is_empty() && pacer.push(samples, format.rate).is_err() {
            return;
        }
    }
    let _ = pacer.finish();
}

/// The receiver of the blocks was dropped.
struct Disconnected;

/// Detects whether sound arrives in real time or faster, and forwards it in real time.
struct Pacer {
    sender: Sender<BlockResult>,
    /// Arrival of the first block.
    first: Option<Instant>,
    /// Seconds of sound so far.
    seconds: f64,
    /// Blocks that are not sent yet, with the times of their ends in the sound.
    waiting: VecDeque<(Block, f64)>,
    /// `None` until it is detected.
    timing: Option<SoundArrival>,
}

/// How sound arrives.
enum SoundArrival {
    /// In real time.
    RealTime,
    /// Faster. Second 0 of the sound is due at this time.
    Recorded(Instant),
}

impl Pacer {
    fn new(sender: Sender<BlockResult>) -> Self {
        Self {
            sender,
            first: None,
            seconds: 0.0,
            waiting: VecDeque::new(),
            timing: None,
        }
    }

    fn push(&mut self, samples: Vec<f32>, rate: u32) -> Result<(), Disconnected> {
        let arrived = Instant::now();
        let first = *self.first.get_or_insert(arrived);
        self.seconds += samples.len() as f64 / f64::from(rate);
        self.waiting
            .push_back((Block { samples, arrived }, self.seconds));
        if self.timing.is_none() {
            let passed = arrived - first;
            if self.seconds > (passed + AHEAD).as_secs_f64() {
                self.timing = Some(SoundArrival::Recorded(arrived));
            } else if passed > DECISION_TIME {
                self.timing = Some(SoundArrival::RealTime);
            }
        }
        self.forward()
    }

    /// Forwards the rest. Sound that ends before its timing is detected counts as a recording.
    fn finish(mut self) -> Result<(), Disconnected> {
        (self.timing).get_or_insert_with(|| SoundArrival::Recorded(Instant::now()));
        self.forward()
    }

    fn forward(&mut self) -> Result<(), Disconnected> {
        let Some(timing) = &mut self.timing else {
            return Ok(());
        };
        while let Some((mut block, end)) = self.waiting.pop_front() {
            if let SoundArrival::Recorded(start) = timing {
                let due = *start + Duration::from_secs_f64(end);
                let now = Instant::now();
                match due.checked_duration_since(now) {
                    Some(left) => sleep(left),
                    // After a pause of a synthesiser the due times are shifted.
                    None if now - due > AHEAD => *start += now - due,
                    None => {}
                }
                block.arrived = Instant::now();
            }
            self.sender.send(Ok(block)).map_err(|_| Disconnected)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arrival of each block after the first one, and the end of the block in the sound.
    fn times(input: impl Read + Send + 'static) -> Vec<(f64, f64)> {
        let source = open(input, 16_000, 1).expect("sound");
        let (mut seconds, mut first, mut times) = (0.0, None, Vec::new());
        for result in source.blocks {
            let block = result.expect("sound");
            seconds += block.samples.len() as f64 / 16_000.0;
            let first = *first.get_or_insert(Instant::now());
            times.push((first.elapsed().as_secs_f64(), seconds));
        }
        times
    }

    #[test]
    fn a_recording_is_forwarded_in_real_time() {
        let times = times(io::Cursor::new(vec![0; 32_000]));
        let (last, seconds) = *times.last().expect("blocks");
        assert!((seconds - 1.0).abs() < 1e-9, "{seconds}");
        // It takes longer on a busy machine, but never less.
        assert!((0.9..3.0).contains(&last), "{last} s");
    }

    /// Gives 10 ms of sound every 10 ms, after ten blocks at once.
    struct RealTimeInput(usize);

    impl Read for RealTimeInput {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            if self.0 > 10 {
                sleep(Duration::from_millis(10));
            }
            Ok(if self.0 > 100 {
                0
            } else {
                bytes.len().min(320)
            })
        }
    }

    #[test]
    fn real_time_sound_is_forwarded_at_once() {
        // The first ten blocks are not delayed to their duration of 0.1 s. A busy machine may cause a
        // delay in some of the attempts.
        let at_once = |times: &[(f64, f64)]| times[9].0 < 0.05;
        let attempts = (0..5).map(|_| times(RealTimeInput(0)));
        let mut checked = attempts.inspect(|times| {
            let (_, seconds) = *times.last().expect("blocks");
            // All but the block whose first four bytes were read to detect the format.
            assert!(seconds > 0.98, "{seconds}");
        });
        assert!(checked.any(|times| at_once(&times)));
    }
}
