//! A timeline of phones and silences.

use std::ops::Range;

use metaface_clip::{Phone, PhoneSpan};

/// Gaps between phones up to this many seconds are rounding errors, not silence.
pub(super) const LONGEST_ROUNDING: f64 = 0.005;

/// Times closer than this, in seconds, are equal: files have few digits.
pub(super) const SAME_TIME: f64 = 1e-4;

/// Valid phones in order, with the silences around them.
pub(super) struct Labels {
    phones: Vec<(Phone, Range<f64>)>,
    silences: Vec<Range<f64>>,
}

impl Labels {
    /// Skips phones without duration or with non-finite times.
    pub(super) fn of(spans: &[PhoneSpan]) -> Self {
        let mut phones: Vec<(Phone, Range<f64>)> = spans
            .iter()
            .filter(|span| span.start.is_finite() && span.end.is_finite() && span.end > span.start)
            .map(|span| (span.phone, f64::from(span.start)..f64::from(span.end)))
            .collect();
        phones.sort_by(|(_, a), (_, b)| a.start.total_cmp(&b.start));

        let mut silences = Vec::new();
        let mut silent_since = f64::NEG_INFINITY;
        for (_, time) in phones.iter().filter(|(phone, _)| *phone != Phone::Sil) {
            if time.start - silent_since > LONGEST_ROUNDING {
                silences.push(silent_since..time.start);
            }
            silent_since = silent_since.max(time.end);
        }
        silences.push(silent_since..f64::INFINITY);
        Self { phones, silences }
    }

    /// All phones with their times in seconds, ordered by start.
    pub(super) fn phones(&self) -> &[(Phone, Range<f64>)] {
        &self.phones
    }

    /// The times without speech, in order. The first starts at minus infinity, the last ends at
    /// infinity.
    pub(super) fn silences(&self) -> &[Range<f64>] {
        &self.silences
    }

    /// The phone at a time. `None` in silence.
    pub(super) fn spoken_at(&self, time: f64) -> Option<Phone> {
        let after = self
            .phones
            .partition_point(|(_, span)| span.start <= time + SAME_TIME);
        let (phone, span) = self.phones.get(after.checked_sub(1)?)?;
        (time < span.end - SAME_TIME && *phone != Phone::Sil).then_some(*phone)
    }
}

#[cfg(test)]
mod tests {
    use super::Labels;
    use metaface_clip::{Phone, PhoneSpan};

    #[test]
    fn silence_is_labelled_or_uncovered_by_phones() {
        let span = |phone, start, end| PhoneSpan { phone, start, end };
        let labels = Labels::of(&[
            span(Phone::Aa, 1.0, 1.2),
            span(Phone::M, 1.202, 1.3),
            span(Phone::Sil, 1.3, 1.5),
            span(Phone::B, 1.6, 1.7),
            span(Phone::K, 2.0, 2.0),
        ]);
        let silences: Vec<_> = (labels.silences().iter())
            .map(|time| (time.start as f32, time.end as f32))
            .collect();
        let infinity = f32::INFINITY;
        assert_eq!(silences, [(-infinity, 1.0), (1.3, 1.6), (1.7, infinity)]);
        assert_eq!(labels.spoken_at(1.1), Some(Phone::Aa));
        assert_eq!(labels.spoken_at(1.25), Some(Phone::M));
        assert_eq!(labels.spoken_at(1.4), None);
        assert_eq!(labels.spoken_at(1.55), None);
        assert_eq!(labels.spoken_at(0.0), None);
        assert_eq!(labels.spoken_at(2.0), None);
    }

    #[test]
    fn without_phones_everything_is_silence() {
        assert_eq!(
            Labels::of(&[]).silences(),
            [f64::NEG_INFINITY..f64::INFINITY]
        );
    }
}
