//! Input normalisation: a recording's own colour and level taken out.
//!
//! A stage of its own, so that the network is the same function of its input whether the sound
//! is a file or a live stream: a file is normalised by statistics of the whole
//! ([`Normalizer::of`]), a stream by a running estimate ([`RunningNormalizer`]).

use super::{MEL_BANDS, MelFrame};

/// A frame counts as speech-like within this many nepers of power (here 26 dB) of the loud part.
const SPEECH_RANGE: f32 = 6.0;

/// Background lies further than this below the mean power, in nepers (10 dB). The gate follows
/// ITU-R BS.1770, so that silence before and after a line does not change the line.
const GATE: f32 = 2.3;

/// The loud part is this quantile of the levels above the gate.
const LOUD_QUANTILE: f32 = 0.93;

/// Sounds whose loud part is below this level (mean log power) are taken as background: they
/// are not lifted to speech level. About -65 dB relative to full scale.
const QUIETEST_SPEECH: f32 = -17.5;

/// Log-mel values per unit of the network's input: about the spread of speech in one band.
const SPREAD: f32 = 2.5;

/// The network's input is kept within this many units, so that digital silence is only silence.
const LIMITS: [f32; 2] = [-4.0, 4.0];

/// Per-band means to be subtracted.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalizer {
    mean: MelFrame,
}

impl Normalizer {
    /// A normaliser with the given mean log power per band.
    pub fn new(mean: MelFrame) -> Self {
        Self { mean }
    }

    /// The statistics of a whole sound: the mean per band over its speech-like frames.
    pub fn of(frames: &[MelFrame]) -> Self {
        let mut statistics = LevelStatistics::default();
        statistics.push(frames);
        statistics.normalizer()
    }

    /// The mean log power per band.
    pub fn mean(&self) -> &MelFrame {
        &self.mean
    }

    /// The network's input for a frame: zero mean, about unit spread, within -4 to 4.
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

/// Gathers a sound's statistics piece by piece, in memory that does not grow: sums per level.
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
    /// The level of the lowest bin; no frame is quieter (see `log_mel`'s floor).
    const LOWEST: f32 = -21.0;

    /// The width of a bin in nepers of power.
    const WIDTH: f32 = 0.25;

    /// Bins up to a level of +9, far above full scale.
    const COUNT: usize = 120;

    /// Takes in frames.
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

    /// The level in the middle of a bin.
    fn level_of(bin: usize) -> f32 {
        Self::LOWEST + (bin as f32 + 0.5) * Self::WIDTH
    }

    /// The lowest bin that is not background: [`GATE`] below the mean power of all that is above
    /// [`QUIETEST_SPEECH`]; the very lowest where nothing is.
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

    /// The normaliser of everything taken in.
    pub fn normalizer(&self) -> Normalizer {
        let sounding = &self.bins[self.gate()..];
        let total: f64 = sounding.iter().map(|bin| bin.count).sum();
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

/// A normaliser that learns while a stream runs, from a prior.
#[derive(Debug, Clone)]
pub struct RunningNormalizer {
    current: Normalizer,
    /// The loud part's level, following peaks at once and falling slowly.
    loud: f32,
    /// Frames that the present mean is worth.
    weight: f32,
}

impl RunningNormalizer {
    /// How many speech-like frames the prior is worth: 0.5 s.
    const PRIOR_WEIGHT: f32 = 50.0;

    /// The mean never weighs more than this many frames (20 s), so that it follows a changing room.
    const MEMORY: f32 = 2_000.0;

    /// How fast the loud part's level falls, per frame: a tenth per second.
    const DECAY: f32 = 0.001;

    /// Starts from a typical recording's normaliser. Microphones up to 39 dB quieter than it are
    /// learned from at once.
    pub fn new(prior: Normalizer) -> Self {
        Self {
            loud: level(&prior.mean) - 0.5 * SPEECH_RANGE,
            current: prior,
            weight: Self::PRIOR_WEIGHT,
        }
    }

    /// Learns from a frame (values that are not numbers teach nothing) and returns the network's input for it.
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

    /// The present estimate.
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
    fn level_and_colour_of_a_recording_do_not_reach_the_network() {
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
    fn silence_and_room_tone_round_a_line_do_not_change_it() {
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
    fn room_noise_alone_is_not_lifted_to_speech() {
        let noise = vec![[-19.5; MEL_BANDS]; 200];
        let input = Normalizer::of(&noise).apply(&noise[0]);
        assert!(input.iter().all(|value| *value <= -0.7), "{}", input[0]);
    }

    #[test]
    fn a_running_estimate_comes_near_the_whole_file() {
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
