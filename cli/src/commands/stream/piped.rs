//! Sound from a pipe.
//!
//! It may arrive in real time (`arecord`) or faster (a speech synthesiser, a file). Faster sound is
//! forwarded in real time.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use metaface_core::audio::PcmFormat;
use metaface_live::SoundInput;

use super::pipe_format::{PipeFormat, read_format};
use crate::failure::Failure;

/// Sound that is further ahead of real time than this is a recording.
const AHEAD: Duration = Duration::from_millis(300);

/// After this time, sound that is not ahead counts as real-time sound.
const DECISION_TIME: Duration = Duration::from_millis(250);

/// Longest block that is read at once.
const BLOCK: Duration = Duration::from_millis(10);

/// Starts reading sound into a live face. The rate and the channels are those of raw samples.
pub fn open(
    mut input: impl Read + Send + 'static,
    raw_rate: u32,
    raw_channels: u16,
    live: SoundInput,
) -> Result<(), Failure> {
    let (format, start) = read_format(&mut input, raw_rate, raw_channels)?;
    let sound = io::Cursor::new(start).chain(input);
    thread::spawn(move || {
        read(sound, format, |block| push(&live, format.pcm, &block));
        live.close();
    });
    Ok(())
}

/// Interleaved samples, and when the last one arrived.
struct Block {
    samples: Vec<f32>,
    arrived: Instant,
}

/// Adds a block to the live face. A pipe can wait, so no sound is lost.
fn push(live: &SoundInput, format: PcmFormat, block: &Block) -> Result<(), Disconnected> {
    let frames = block.samples.len() / usize::from(format.channels);
    while !live.has_room(frames) && !live.is_closed() {
        sleep(BLOCK);
    }
    if live.push(&block.samples, format.rate, format.channels, block.arrived) {
        Ok(())
    } else {
        Err(Disconnected)
    }
}

/// The live face has ended.
struct Disconnected;

fn read(input: impl Read, format: PipeFormat, push: impl FnMut(Block) -> Result<(), Disconnected>) {
    let mut sound = input.take(format.bytes.unwrap_or(u64::MAX));
    let pcm = format.pcm;
    let frames = (u64::from(pcm.rate) * BLOCK.as_millis() as u64 / 1000).max(1);
    let mut bytes = vec![0; frames as usize * pcm.frame_bytes()];
    let mut filled = 0;
    let mut pacer = Pacer::new(push);
    loop {
        match sound.read(&mut bytes[filled..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // A broken pipe counts as the end.
            Ok(0) | Err(_) => break,
            Ok(count) => filled += count,
        }
        let complete = filled - filled % pcm.frame_bytes();
        let seconds = (complete / pcm.frame_bytes()) as f64 / f64::from(pcm.rate);
        let samples = pcm.samples(&bytes[..complete]);
        bytes.copy_within(complete..filled, 0);
        filled -= complete;
        if !samples.is_empty() && pacer.push(samples, seconds).is_err() {
            return;
        }
    }
    let _ = pacer.finish();
}

/// Detects whether sound arrives in real time or faster, and forwards it in real time.
struct Pacer<Push> {
    push: Push,
    /// Arrival of the first block.
    first: Option<Instant>,
    /// Seconds of sound so far.
    seconds: f64,
    /// Blocks that are not forwarded yet, with the times of their ends in the sound.
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

impl<Push: FnMut(Block) -> Result<(), Disconnected>> Pacer<Push> {
    fn new(push: Push) -> Self {
        Self {
            push,
            first: None,
            seconds: 0.0,
            waiting: VecDeque::new(),
            timing: None,
        }
    }

    fn push(&mut self, samples: Vec<f32>, seconds: f64) -> Result<(), Disconnected> {
        let arrived = Instant::now();
        let first = *self.first.get_or_insert(arrived);
        self.seconds += seconds;
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
            (self.push)(block)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arrival of each block after the first one, and the end of the block in the sound.
    fn times(mut input: impl Read) -> Vec<(f64, f64)> {
        let (format, start) = read_format(&mut input, 16_000, 1).expect("sound");
        let (mut seconds, mut first, mut times) = (0.0, None, Vec::new());
        read(io::Cursor::new(start).chain(input), format, |block| {
            seconds += block.samples.len() as f64 / 16_000.0;
            let first = *first.get_or_insert(Instant::now());
            times.push((first.elapsed().as_secs_f64(), seconds));
            Ok(())
        });
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
