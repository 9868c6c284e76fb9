//! Detects stressed syllables in the loudness, with minimal delay.

use super::FRAME_SECONDS;

/// Minimum rise of a syllable's loudness peak above the dip before it, in dB.
const SYLLABLE_DB: f32 = 2.0;
/// Excess of a peak over the typical peak, in mean absolute deviations, at which an accent has
/// strength 0 and 1. In recordings of four speakers this gives about one accent per second, half of
/// them stronger than 0.5.
const ACCENTS: (f32, f32) = (0.2, 2.0);
/// The smallest mean absolute deviation, and its initial value, in dB: some voices hardly vary.
const DEVIATION_DB: (f32, f32) = (1.5, 3.0);
/// Update rate of the typical peak and the deviation per peak: a memory of five syllables.
const MEMORY: f32 = 0.2;
/// Limit of a single peak's difference from the typical peak, in dB.
const OUTLIER_DB: f32 = 8.0;
/// Minimum time between accents, in seconds.
const SPACING: f32 = 0.3;
/// A peak before speech is dropped after this time, in seconds: its speech has begun by then.
const MAX_WAIT: f32 = 0.12;
/// Strength of the first syllable, which has no typical peak for comparison.
const FIRST_STRENGTH: f32 = 0.5;
/// Lower limit of the level, in dBFS.
const QUIET_DB: f32 = -75.0;

/// Finds accents frame by frame: syllables louder than the speaker's typical syllable.
///
/// An accent is reported two frames after its peak: one for the smoothing and one for the fall of
/// the loudness.
#[derive(Debug, Clone)]
pub(crate) struct Accents {
    /// The last two levels, newest first.
    raw: [f32; 2],
    /// The last two smoothed levels, newest first.
    smooth: [f32; 2],
    valley: f32,
    /// The last peak, until it is rated or dropped.
    peak: Option<f32>,
    since_peak: f32,
    typical: Option<f32>,
    /// Mean absolute difference from the typical peak, in dB.
    deviation: f32,
    since_accent: f32,
}

impl Accents {
    pub(crate) fn new() -> Self {
        Self {
            raw: [QUIET_DB; 2],
            smooth: [QUIET_DB; 2],
            valley: QUIET_DB,
            peak: None,
            since_peak: 0.0,
            typical: None,
            deviation: DEVIATION_DB.1,
            since_accent: f32::INFINITY,
        }
    }

    /// Takes the next level in dBFS, and whether the frame is within a phrase; returns the strength
    /// (0 to 1) of an accent found at this frame.
    pub(crate) fn next(&mut self, level_db: f32, in_phrase: bool) -> Option<f32> {
        let level = if level_db.is_finite() {
            level_db.max(QUIET_DB)
        } else {
            QUIET_DB
        };
        self.since_accent += FRAME_SECONDS;
        let now = 0.25 * (level + self.raw[1]) + 0.5 * self.raw[0];
        let [peak, before] = self.smooth;
        self.raw = [level, self.raw[0]];
        self.smooth = [now, peak];
        let is_syllable = peak >= now && peak > before && peak - self.valley >= SYLLABLE_DB;
        self.valley = if is_syllable {
            now
        } else {
            self.valley.min(now)
        };
        self.since_peak += FRAME_SECONDS;
        if is_syllable {
            self.peak = Some(peak);
            self.since_peak = 0.0;
        } else if self.since_peak > MAX_WAIT {
            self.peak = None;
        }
        if !in_phrase {
            return None;
        }
        let peak = self.peak.take()?;
        let strength = match &mut self.typical {
            Some(typical) => {
                let excess = peak - *typical;
                let [weakest, strongest] = [ACCENTS.0, ACCENTS.1]
                    .map(|deviations| deviations * self.deviation.max(DEVIATION_DB.0));
                let limited = excess.clamp(-OUTLIER_DB, OUTLIER_DB);
                *typical += MEMORY * limited;
                self.deviation += MEMORY * (limited.abs() - self.deviation);
                ((excess - weakest) / (strongest - weakest)).min(1.0)
            }
            None => {
                self.typical = Some(peak);
                FIRST_STRENGTH
            }
        };
        if strength <= 0.0 || self.since_accent < SPACING {
            return None;
        }
        self.since_accent = 0.0;
        Some(strength)
    }
}
