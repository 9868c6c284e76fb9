//! Silence in the pauses of a live sound: [`SilenceFiller`].

/// Seconds without sound after which silence is inserted. Blocks of voice chat are less regular than a
/// microphone's.
const DELAY: f64 = 0.3;

/// Seconds of silence that are inserted at a time: one frame of the model.
pub const SILENCE: f64 = 0.02;

/// Inserted silence never falls further behind than this many seconds. After a suspension of the
/// program, the missed silence is skipped.
const MAX_BACKLOG: f64 = 5.0 * SILENCE;

/// Sound that arrives faster than it plays covers at most this many seconds.
const MAX_COVERAGE: f64 = 1.0;

/// Decides when silence is inserted, so that the last word is animated to its end and the mouth
/// closes. All times are in seconds on one clock.
pub struct SilenceFiller {
    /// The time until which there is sound.
    covered_until: f64,
}

impl SilenceFiller {
    /// No sound has arrived yet.
    pub fn new(now: f64) -> Self {
        Self { covered_until: now }
    }

    /// Sound of this duration has arrived.
    pub fn sound_arrived(&mut self, now: f64, seconds: f64) {
        let end = self.covered_until.max(now) + seconds;
        self.covered_until = end.min(now + MAX_COVERAGE.max(seconds));
    }

    /// Seconds until [`SILENCE`] is due.
    pub fn wait(&self, now: f64) -> f64 {
        (self.covered_until + DELAY - now).max(0.0)
    }

    /// Whether a block of silence is due; it then counts as inserted.
    pub fn is_due(&mut self, now: f64) -> bool {
        let is_due = now >= self.covered_until + DELAY;
        if is_due {
            self.covered_until = self.covered_until.max(now - DELAY - MAX_BACKLOG) + SILENCE;
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due_blocks(filler: &mut SilenceFiller, now: f64) -> usize {
        (0..1000).take_while(|_| filler.is_due(now)).count()
    }

    #[test]
    fn silence_is_inserted_in_real_time_when_the_sound_stops() {
        let mut now = 100.0;
        let mut filler = SilenceFiller::new(now);
        // Half a second at a time, as from voice chat: no silence is inserted.
        for _ in 0..12 {
            filler.sound_arrived(now, 0.5);
            assert!(!filler.is_due(now) && !filler.is_due(now + 0.54));
            now += 0.55;
        }
        let end = now + 2.0;
        let mut blocks = 0;
        while now < end {
            blocks += due_blocks(&mut filler, now);
            now += 0.004;
        }
        assert!((85..=90).contains(&blocks), "{blocks}");
        // Hours of suspension are not filled with silence.
        assert!((1..=6).contains(&due_blocks(&mut filler, now + 30_000.0)));
    }

    #[test]
    fn silence_is_also_inserted_before_the_first_sound() {
        let mut filler = SilenceFiller::new(5.0);
        assert!((filler.wait(5.1) - 0.2).abs() < 1e-9);
        assert!(!filler.is_due(5.29) && filler.is_due(5.31));
    }

    #[test]
    fn a_fast_microphone_does_not_delay_the_silence() {
        let mut filler = SilenceFiller::new(0.0);
        for block in 0..10_000 {
            filler.sound_arrived(f64::from(block) * 0.019, 0.02);
        }
        assert!(filler.wait(190.0) <= 1.4);
    }
}
