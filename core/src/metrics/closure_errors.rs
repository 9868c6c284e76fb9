//! Which sounds the lips got wrong, one by one.

use std::collections::BTreeMap;

use metaface_clip::FrameRate;
use serde::Serialize;

use super::closures::{Contacts, RECALL_TOLERANCE};
use super::labels::{LONGEST_ROUNDING, Labels};
use crate::training::{Phone, PhoneSpan};

/// A p, b or m without closed lips.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MissedClosure {
    /// `P`, `B` or `M`.
    pub phone: &'static str,
    /// Seconds from the start of the sound.
    pub start: f64,
    /// Seconds from the start of the sound.
    pub end: f64,
    /// The phone before it; `SIL` in silence.
    pub before: &'static str,
    /// The phone after it; `SIL` in silence.
    pub after: &'static str,
    /// The smallest aperture within 40 ms of it, in millimetres; none beyond the clip's end.
    pub smallest_mm: Option<f32>,
}

/// A stretch of closed lips that touches no sound that closes them, and no silence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FalseClosure {
    /// The phone under the middle of the stretch.
    pub phone: &'static str,
    /// Seconds from the start of the sound.
    pub start: f64,
    /// Seconds from the start of the sound, to the last closed frame.
    pub end: f64,
}

/// The closure errors of one utterance.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ClosureErrors {
    /// The gap in millimetres below which the lips counted as closed.
    pub threshold_mm: f32,
    /// Every p, b and m that was missed, in order.
    pub missed: Vec<MissedClosure>,
    /// Every closed stretch that was wrong, in order.
    pub false_closures: Vec<FalseClosure>,
    /// How often each phone was said; silence is not counted.
    pub said: BTreeMap<&'static str, usize>,
}

/// Lists what [`closures`](super::closures()) counts as wrong.
pub fn closure_errors(
    apertures_mm: &[f32],
    rate: FrameRate,
    phones: &[PhoneSpan],
) -> ClosureErrors {
    let contacts = Contacts::of(apertures_mm, rate, phones);
    let labels = &contacts.labels;
    let mut errors = ClosureErrors {
        threshold_mm: contacts.threshold_mm,
        ..ClosureErrors::default()
    };
    for (index, (phone, time)) in labels.phones().iter().enumerate() {
        if *phone != Phone::Sil {
            *errors.said.entry(phone.label()).or_default() += 1;
        }
        if phone.is_bilabial() && !contacts.is_met(time) {
            let (before, after) = neighbours(labels, index);
            let near = (time.start - RECALL_TOLERANCE)..=(time.end + RECALL_TOLERANCE);
            let gaps = (0..).zip(apertures_mm);
            errors.missed.push(MissedClosure {
                phone: phone.label(),
                start: time.start,
                end: time.end,
                before: before.label(),
                after: after.label(),
                smallest_mm: gaps
                    .filter(|(frame, _)| near.contains(&rate.seconds(f64::from(*frame))))
                    .map(|(_, gap)| *gap)
                    .min_by(f32::total_cmp),
            });
        }
    }
    for stretch in &contacts.stretches {
        if contacts.is_right(stretch) {
            continue;
        }
        let time = contacts.seconds(stretch);
        let phone = nearest(labels, 0.5 * (time.start + time.end));
        errors.false_closures.push(FalseClosure {
            phone: phone.label(),
            start: time.start,
            end: time.end,
        });
    }
    errors
}

/// What is said right before and after a phone.
fn neighbours(labels: &Labels, index: usize) -> (Phone, Phone) {
    let phones = labels.phones();
    let meets = |earlier: usize, later: usize| {
        let (earlier, later) = (phones.get(earlier)?, phones.get(later)?);
        (later.1.start - earlier.1.end <= LONGEST_ROUNDING).then_some((earlier.0, later.0))
    };
    let before = (index.checked_sub(1)).and_then(|before| meets(before, index));
    let after = meets(index, index + 1);
    (
        before.map_or(Phone::Sil, |(phone, _)| phone),
        after.map_or(Phone::Sil, |(_, phone)| phone),
    )
}

/// The phone at a time, or the nearest one where phones do not quite meet.
fn nearest(labels: &Labels, time: f64) -> Phone {
    let distance = |phone: &(Phone, std::ops::Range<f64>)| {
        (phone.1.start - time).max(time - phone.1.end).max(0.0)
    };
    labels.spoken_at(time).unwrap_or_else(|| {
        (labels.phones().iter())
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .map_or(Phone::Sil, |(phone, _)| *phone)
    })
}

#[cfg(test)]
mod tests {
    use metaface_clip::FrameRate;

    use super::closure_errors;
    use crate::training::{Phone, PhoneSpan};

    #[test]
    fn every_error_is_named_with_its_time_and_its_neighbours() {
        let rate = FrameRate::whole(100).expect("a rate");
        let phones = PhoneSpan::in_a_row(
            1.0,
            &[
                (Phone::M, 0.1),
                (Phone::Aa, 0.3),
                (Phone::B, 0.1),
                (Phone::S, 0.2),
                (Phone::Aa, 0.3),
                (Phone::P, 0.1),
            ],
        );
        let mut lips = vec![10.0; 310];
        lips[100] = 0.0; // the m
        lips[125] = 0.0; // in the middle of the first aa
        lips[160..164].fill(0.5); // in s, 100 ms after the b
        lips[143] = 4.0; // the b, ajar
        let errors = closure_errors(&lips, rate, &phones);
        assert_eq!(errors.said["AA"], 2);
        let missed: Vec<_> = (errors.missed.iter())
            .map(|miss| (miss.before, miss.phone, miss.after, miss.smallest_mm))
            .collect();
        assert_eq!(
            missed,
            [("AA", "B", "S", Some(4.0)), ("AA", "P", "SIL", Some(10.0))]
        );
        assert!((errors.missed[0].start - 1.4).abs() < 1e-6);
        let wrong: Vec<_> = (errors.false_closures.iter())
            .map(|wrong| (wrong.phone, wrong.start, wrong.end))
            .collect();
        assert_eq!(wrong, [("AA", 1.25, 1.25), ("S", 1.6, 1.63)]);
    }

    #[test]
    fn a_sound_after_the_last_frame_has_no_smallest_aperture() {
        let rate = FrameRate::whole(100).expect("a rate");
        let phones = PhoneSpan::in_a_row(1.0, &[(Phone::Aa, 0.3), (Phone::B, 0.1)]);
        let errors = closure_errors(&[10.0; 50], rate, &phones);
        assert_eq!(errors.missed[0].smallest_mm, None);
        assert!(closure_errors(&[], rate, &[]).missed.is_empty());
    }
}
