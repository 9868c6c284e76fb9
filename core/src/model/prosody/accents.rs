//! Stressed syllables, found in loudness as early as a stream allows.

use super::FRAME_SECONDS;

/// A syllable is a peak of loudness that rises at least this far out of the dip before it, in dB.
const SYLLABLE_DB: f32 = 2.0;
/// By how many of their usual deviations peaks exceed the typical one that are accents at all,
/// and that are the strongest: about one accent a second, half of them stronger than 0.5, in
/// recordings of four speakers.
const ACCENTS: (f32, f32) = (0.2, 2.0);
/// The least usual deviation, and the first guess at it, in dB: some voices hardly change.
const DEVIATION_DB: (f32, f32) = (1.5, 3.0);
/// How much a peak moves the typical peak and the deviation: a memory of five syllables.
const MEMORY: f32 = 0.2;
/// No single peak counts for more than this difference, in dB.
const OUTLIER_DB: f32 = 8.0;
/// Accents are at least this far apart, in seconds.
const SPACING: f32 = 0.3;
/// A peak heard ahead of speech is forgotten after this long, in seconds: by then the speech that
/// it belongs to has begun.
const WAIT: f32 = 0.12;
/// Strength of the first syllable, which has nothing to be compared with.
const FIRST: f32 = 0.5;
/// What is quieter counts as this, in dBFS.
const QUIET_DB: f32 = -75.0;

/// Finds accents frame by frame: syllables louder than the speaker's typical one.
///
/// An accent is reported two frames after its peak entered, one for the smoothing and one to see
/// the loudness fall.
#[derive(Debug, Clone)]
pub(crate) struct Accents {
    /// The last two levels, newest first.
    raw: [f32; 2],
    /// The same, smoothed.
    smooth: [f32; 2],
    valley: f32,
    /// The last peak, until it is judged or forgotten.
    peak: Option<f32>,
    since_peak: f32,
    typical: Option<f32>,
    /// Mean absolute difference from the typical peak, in dB.
    deviation: f32,
    since: f32,
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
            since: f32::INFINITY,
        }
    }

    /// Takes the next level in dBFS, and whether a phrase is being spoken by now; gives the
    /// strength (0 to 1) of an accent found now.
    pub(crate) fn next(&mut self, level_db: f32, speaking: bool) -> Option<f32> {
        let level = if level_db.is_finite() {
            level_db.max(QUIET_DB)
        } else {
            QUIET_DB
        };
        self.since += FRAME_SECONDS;
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
        } else if self.since_peak > WAIT {
            self.peak = None;
        }
        if !speaking {
            return None;
        }
        let peak = self.peak.take()?;
        let strength = match &mut self.typical {
            Some(typical) => {
                let excess = peak - *typical;
                let [weakest, strongest] = [ACCENTS.0, ACCENTS.1]
                    .map(|deviations| deviations * self.deviation.max(DEVIATION_DB.0));
                let counted = excess.clamp(-OUTLIER_DB, OUTLIER_DB);
                *typical += MEMORY * counted;
                self.deviation += MEMORY * (counted.abs() - self.deviation);
                ((excess - weakest) / (strongest - weakest)).min(1.0)
            }
            None => {
                self.typical = Some(peak);
                FIRST
            }
        };
        if strength <= 0.0 || self.since < SPACING {
            return None;
        }
        self.since = 0.0;
        Some(strength)
    }
}
