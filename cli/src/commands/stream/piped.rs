//! Sound that another program pipes in.
//!
//! It may come as it is spoken (`arecord`), or much faster (a speech synthesiser, a file). What
//! comes faster is handed on at the pace of speech.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use metaface_microphone::{Block, Heard};

use super::live::Source;
use super::pipe_format::{Form, open};
use crate::failure::Failure;

/// Sound that is so much more than time has passed is no speaker's.
const AHEAD: Duration = Duration::from_millis(300);

/// After so long it is known whether sound comes as it is spoken.
const WATCHED: Duration = Duration::from_millis(250);

/// How much is read at once at most.
const BLOCK: Duration = Duration::from_millis(10);

/// Listens to bytes. Raw samples are taken to have this rate and these channels.
pub fn listen(
    mut input: impl Read + Send + 'static,
    raw_rate: u32,
    raw_channels: u16,
) -> Result<Source, Failure> {
    let (form, begun) = open(&mut input, raw_rate, raw_channels)?;
    let (send, heard) = channel();
    let sample_rate = form.rate;
    thread::spawn(move || read(io::Cursor::new(begun).chain(input), form, send));
    Ok(Source { heard, sample_rate })
}

fn read(input: impl Read, form: Form, send: Sender<Heard>) {
    let mut input = input.take(form.bytes.unwrap_or(u64::MAX));
    let frames = (u64::from(form.rate) * BLOCK.as_millis() as u64 / 1000).max(1);
    let mut bytes = vec![0; frames as usize * form.frame_bytes()];
    let mut filled = 0;
    let mut flow = Flow::new(send);
    loop {
        match input.read(&mut bytes[filled..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // A pipe that breaks has ended.
            Ok(0) | Err(_) => break,
            Ok(more) => filled += more,
        }
        let whole = filled - filled % form.frame_bytes();
        let samples = form.mono(&bytes[..whole]);
        bytes.copy_within(whole..filled, 0);
        filled -= whole;
        if !samples.is_empty() && flow.push(samples, form.rate).is_err() {
            return;
        }
    }
    let _ = flow.end();
}

/// Whoever listened has gone.
struct Gone;

/// Finds out how sound comes, and hands it on as it is spoken.
struct Flow {
    send: Sender<Heard>,
    first: Option<Instant>,
    /// Seconds read.
    seconds: f64,
    /// What came before it was known how.
    waiting: VecDeque<(Block, f64)>,
    manner: Option<Manner>,
}

/// How sound comes.
enum Manner {
    /// As it is spoken.
    Spoken,
    /// Faster: it was spoken before. Second 0 is handed on at this time.
    Recorded(Instant),
}

impl Flow {
    fn new(send: Sender<Heard>) -> Self {
        Self {
            send,
            first: None,
            seconds: 0.0,
            waiting: VecDeque::new(),
            manner: None,
        }
    }

    fn push(&mut self, samples: Vec<f32>, rate: u32) -> Result<(), Gone> {
        let arrived = Instant::now();
        let first = *self.first.get_or_insert(arrived);
        self.seconds += samples.len() as f64 / f64::from(rate);
        self.waiting
            .push_back((Block { samples, arrived }, self.seconds));
        if self.manner.is_none() {
            let passed = arrived - first;
            if self.seconds > (passed + AHEAD).as_secs_f64() {
                self.manner = Some(Manner::Recorded(arrived));
            } else if passed > WATCHED {
                self.manner = Some(Manner::Spoken);
            }
        }
        self.hand_on()
    }

    /// What ends before it is known how it came was there all along.
    fn end(mut self) -> Result<(), Gone> {
        (self.manner).get_or_insert_with(|| Manner::Recorded(Instant::now()));
        self.hand_on()
    }

    fn hand_on(&mut self) -> Result<(), Gone> {
        let Some(manner) = &mut self.manner else {
            return Ok(());
        };
        while let Some((mut block, end)) = self.waiting.pop_front() {
            if let Manner::Recorded(beginning) = manner {
                let due = *beginning + Duration::from_secs_f64(end);
                let now = Instant::now();
                match due.checked_duration_since(now) {
                    Some(left) => sleep(left),
                    // A synthesiser that made a pause goes on from here.
                    None if now - due > AHEAD => *beginning += now - due,
                    None => {}
                }
                block.arrived = Instant::now();
            }
            self.send.send(Ok(block)).map_err(|_| Gone)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long after the first block each block came, beside its place in the sound.
    fn times(input: impl Read + Send + 'static) -> Vec<(f64, f64)> {
        let source = listen(input, 16_000, 1).expect("sound");
        let (mut seconds, mut first, mut times) = (0.0, None, Vec::new());
        for heard in source.heard {
            let block = heard.expect("sound");
            seconds += block.samples.len() as f64 / 16_000.0;
            let first = *first.get_or_insert(Instant::now());
            times.push((first.elapsed().as_secs_f64(), seconds));
        }
        times
    }

    #[test]
    fn what_comes_at_once_is_handed_on_at_the_pace_of_speech() {
        let times = times(io::Cursor::new(vec![0; 32_000]));
        let (last, seconds) = *times.last().expect("blocks");
        assert!((seconds - 1.0).abs() < 1e-9, "{seconds}");
        // A busy machine takes longer; none takes less.
        assert!((0.9..3.0).contains(&last), "{last} s");
    }

    /// Gives 20 ms of sound every 20 ms, after a beginning that had waited.
    struct Speaker(usize);

    impl Read for Speaker {
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
    fn what_comes_as_it_is_spoken_is_handed_on_at_once() {
        // What had waited is not drawn out to the tenth of a second that it lasts. A busy machine
        // may be held up just then, but not each time.
        let at_once = |times: &[(f64, f64)]| times[9].0 < 0.05;
        let tries = (0..5).map(|_| times(Speaker(0)));
        let told = tries.inspect(|times| {
            let (_, seconds) = *times.last().expect("blocks");
            // All but the piece of which four bytes were looked at.
            assert!(seconds > 0.98, "{seconds}");
        });
        assert!({ told }.any(|times| at_once(&times)));
    }
}
