//! Input normalisation: removes the level and the spectral colour of a recording.
//!
//! It is separate from the network, so that the network is the same for files and live streams: a
//! file is normalised by statistics of the whole sound ([`Normalizer::of`]), a stream by a running
//! estimate ([`RunningNormalizer`]).

use super::{MEL_BANDS, MelFrame, log_mel};

/// Frames within this range below the speech level count as speech, in nepers of power (26 dB).
const SPEECH_RANGE: f32 = 6.0;

/// Frames further than this below the mean power are background, in nepers of power (10 dB). The
/// gate follows ITU-R BS.1770, so that silence before and after a line does not change the line.
const GATE: f32 = 2.3;

/// The speech level is this quantile of the levels above the gate.
const LOUD_QUANTILE: f32 = 0.93;

/// Sounds whose speech level is below this value (mean log power) count as background and are not
/// amplified. About -65 dB relative to full scale.
const QUIETEST_SPEECH: f32 = -17.5;

/// Log-mel values per unit of the network's input: about the deviation of speech in one band.
const SPREAD: f32 = 2.5;

/// The range of the network's input, so that digital silence is not an outlier.
const LIMITS: [f32; 2] = [-4.0, 4.0];

/// Subtracts a mean per band.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalizer {
    mean: MelFrame,
}

/// The log-mel of a whole sound (16 kHz mono samples), normalised by its own statistics.
pub fn normalized_log_mel(samples: &[f32]) -> Vec<MelFrame> {
    let mel = log_mel(samples);
    let normalizer = Normalizer::of(&mel);
    mel.iter().map(|frame| normalizer.apply(frame)).collect()
}

impl Normalizer {
    /// A normaliser with the given mean log power per band.
    pub fn new(mean: MelFrame) -> Self {
        Self { mean }
    }

    /// The normaliser of a whole sound: the mean per band over its speech frames.
    pub fn of(frames: &[MelFrame]) -> Self {
        let mut statistics = LevelStatistics::default();
        statistics.push(frames);
        statistics.normalizer()
    }

    /// The mean log power per band.
    pub fn mean(&self) -> &MelFrame {
        &self.mean
    }

    /// The network's input for a frame: zero mean, about unit deviation, within -4 to 4.
    pub fn apply(&self, frame: &MelFrame) -> MelFrame {
        let mut out = [0.0; MEL_BANDS];
        for ((out, value), mean) in out.iter_mut().zip(frame).zip(&self.mean) {
            *out = ((value - mean) / SPREAD).clamp(LIMITS[0], LIMITS[1]);
        }
        out
    }
}

fn level(frame: &MelFrame) -> f32 {
    frame.iter().sum::<f32>() / MEL_BANDS as f32
}

/// Collects the statistics of a sound chunk by chunk in constant memory, as sums per level.
#[derive(Debug, Clone, Default)]
pub struct LevelStatistics {
    bins: Vec<LevelBin>,
}

/// The frames of one level.
#[derive(Debug, Clone)]
struct LevelBin {
    count: f64,
    sums: [f64; MEL_BANDS],
}

impl LevelStatistics {
    /// The level of the lowest bin; no frame is quieter (see the floor of `log_mel`).
    const LOWEST: f32 = -21.0;

    /// The width of a bin in nepers of power.
    const WIDTH: f32 = 0.25;

    /// The number of bins; the highest level is +9, far above full scale.
    const COUNT: usize = 120;

    /// Adds frames.
    pub fn push(&mut self, frames: &[MelFrame]) {
        let empty = LevelBin {
            count: 0.0,
            sums: [0.0; MEL_BANDS],
        };
        self.bins.resize(Self::COUNT, empty);
        for frame in frames {
            let position = (level(frame) - Self::LOWEST) / Self::WIDTH;
            let bin = &mut self.bins[(position.max(0.0) as usize).min(Self::COUNT - 1)];
            bin.count += 1.0;
            for (sum, value) in bin.sums.iter_mut().zip(frame) {
                *sum += f64::from(*value);
            }
        }
    }

    /// The centre level of a bin.
    fn level_of(bin: usize) -> f32 {
        Self::LOWEST + (bin as f32 + 0.5) * Self::WIDTH
    }

    /// The lowest bin that is not background: [`GATE`] below the mean power of all levels above
    /// [`QUIETEST_SPEECH`]; bin 0 if no level is.
    fn gate(&self) -> usize {
        let (mut count, mut power) = (0.0, 0.0);
        for (bin, frames) in self.bins.iter().enumerate() {
            if Self::level_of(bin) > QUIETEST_SPEECH {
                count += frames.count;
                power += frames.count * f64::from(Self::level_of(bin)).exp();
            }
        }
        if count == 0.0 {
            return 0;
        }
        let gate = ((power / count).ln() as f32 - GATE - Self::LOWEST) / Self::WIDTH;
        (gate.max(0.0) as usize).min(self.bins.len())
    }

    /// The normaliser of all frames added so far.
    pub fn normalizer(&self) -> Normalizer {
        let above_gate = &self.bins[self.gate()..];
        let total: f64 = above_gate.iter().map(|bin| bin.count).sum();
        let mut above = total * f64::from(1.0 - LOUD_QUANTILE);
        let loudest = self.bins.iter().rposition(|bin| {
            above -= bin.count;
            above <= 0.0 && bin.count > 0.0
        });
        let Some(loudest) = loudest else {
            return Normalizer::new([QUIETEST_SPEECH; MEL_BANDS]);
        };
        let first = loudest.saturating_sub((SPEECH_RANGE / Self::WIDTH) as usize);
        let mut count = 0.0;
        let mut mean = [0.0f64; MEL_BANDS];
        for bin in &self.bins[first..] {
            count += bin.count;
            for (mean, sum) in mean.iter_mut().zip(&bin.sums) {
                *mean += sum;
            }
        }
        let loud = Self::level_of(loudest);
        let lift = (QUIETEST_SPEECH - loud).max(0.0);
        Normalizer::new(mean.map(|sum| (sum / count) as f32 + lift))
    }
}

/// A running estimate of the normaliser for streams, starting from a prior.
#[derive(Debug, Clone)]
pub struct RunningNormalizer {
    current: Normalizer,
    /// The speech level: rises with peaks immediately and falls slowly.
    loud: f32,
    /// The weight of the current mean, in frames.
    weight: f32,
}

impl RunningNormalizer {
    /// The weight of the prior, in speech frames: 0.5 s.
    const PRIOR_WEIGHT: f32 = 50.0;

    /// The largest weight of the mean, in frames (20 s), so that it follows changes of the room.
    const MEMORY: f32 = 2_000.0;

    /// The decay of the speech level per frame: 0.1 per second.
    const DECAY: f32 = 0.001;

    /// Starts from the normaliser of a typical recording. Frames up to 39 dB quieter count as
    /// speech immediately.
    pub fn new(prior: Normalizer) -> Self {
        Self {
            loud: level(&prior.mean) - 0.5 * SPEECH_RANGE,
            current: prior,
            weight: Self::PRIOR_WEIGHT,
        }
    }

    /// Updates the estimate with a frame (ignored if it is not finite) and returns the network's
    /// input for it.
    pub fn apply(&mut self, frame: &MelFrame) -> MelFrame {
        let level = level(frame);
        if level.is_finite() {
            self.loud = level.max(self.loud - Self::DECAY).max(QUIETEST_SPEECH);
        }
        if level >= self.loud - SPEECH_RANGE && level.is_finite() {
            self.weight = (self.weight + 1.0).min(Self::MEMORY);
            for (mean, value) in self.current.mean.iter_mut().zip(frame) {
                *mean += (value - *mean) / self.weight;
            }
        }
        self.current.apply(frame)
    }

    /// The current estimate.
    pub fn current(&self) -> &Normalizer {
        &self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames that alternate between a loud coloured spectrum and near-silence.
    fn speech(gain: f32) -> Vec<MelFrame> {
        (0..400)
            .map(|i| {
                let mut frame = [-20.0; MEL_BANDS];
                if (i / 40) % 2 == 0 {
                    for (band, value) in frame.iter_mut().enumerate() {
                        *value =
                            -4.0 - 0.05 * band as f32 + ((i * 7 + band) % 5) as f32 * 0.2 + gain;
                    }
                }
                frame
            })
            .collect()
    }

    #[test]
    fn level_and_spectral_colour_of_a_recording_are_removed() {
        let plain = speech(0.0);
        let mut coloured = speech(-3.0);
        for frame in coloured.iter_mut().step_by(1) {
            for (band, value) in frame.iter_mut().enumerate() {
                *value += 0.02 * band as f32;
            }
        }
        let (a, b) = (Normalizer::of(&plain), Normalizer::of(&coloured));
        for (x, y) in plain.iter().zip(&coloured).take(40) {
            let (x, y) = (a.apply(x), b.apply(y));
            assert!(x.iter().zip(&y).all(|(x, y)| (x - y).abs() < 1e-4));
        }
    }

    #[test]
    fn silence_and_room_tone_around_a_line_do_not_change_it() {
        let line = speech(0.0);
        let plain = Normalizer::of(&line);
        for background in [-20.7, -14.0] {
            let mut take = vec![[background; MEL_BANDS]; 30 * line.len()];
            take.extend_from_slice(&line);
            let padded = Normalizer::of(&take);
            for (a, b) in plain.mean().iter().zip(padded.mean()) {
                assert!((a - b).abs() < 0.2, "{background}: {a} against {b}");
            }
        }
    }

    #[test]
    fn room_noise_alone_is_not_amplified_to_speech_level() {
        let noise = vec![[-19.5; MEL_BANDS]; 200];
        let input = Normalizer::of(&noise).apply(&noise[0]);
        assert!(input.iter().all(|value| *value <= -0.7), "{}", input[0]);
    }

    #[test]
    fn the_running_estimate_approaches_that_of_the_whole_file() {
        let frames = speech(-2.0);
        let whole = Normalizer::of(&frames);
        let mut running = RunningNormalizer::new(Normalizer::new([-7.0; MEL_BANDS]));
        for frame in &frames {
            let _ = running.apply(frame);
        }
        for (a, b) in running.current().mean().iter().zip(whole.mean()) {
            assert!((a - b).abs() < 0.6, "{a} against {b}");
        }
    }
}
