//! The list of closure errors of an utterance.

use std::collections::BTreeMap;

use metaface_clip::FrameRate;
use serde::Serialize;

use super::closures::{Contacts, RECALL_TOLERANCE};
use super::labels::{LONGEST_ROUNDING, Labels};
use metaface_clip::{Phone, PhoneSpan};

/// A p, b or m without closed lips.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MissedClosure {
    /// `P`, `B` or `M`.
    pub phone: &'static str,
    /// Start, in seconds from the start of the sound.
    pub start: f64,
    /// End, in seconds from the start of the sound.
    pub end: f64,
    /// The phone before it; `SIL` after silence.
    pub before: &'static str,
    /// The phone after it; `SIL` before silence.
    pub after: &'static str,
    /// The smallest aperture within 40 ms of it, in millimetres. `None` beyond the clip's end.
    pub smallest_mm: Option<f32>,
}

/// A closed stretch that touches neither silence nor a sound that closes the lips.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FalseClosure {
    /// The phone under the middle of the stretch.
    pub phone: &'static str,
    /// The first closed frame, in seconds from the start of the sound.
    pub start: f64,
    /// The last closed frame, in seconds from the start of the sound.
    pub end: f64,
}

/// The closure errors of one utterance.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ClosureErrors {
    /// The lips count as closed below this aperture, in millimetres.
    pub threshold_mm: f32,
    /// The missed p, b and m, in order.
    pub missed: Vec<MissedClosure>,
    /// The wrong closed stretches, in order.
    pub false_closures: Vec<FalseClosure>,
    /// Number of occurrences of each phone except silence.
    pub said: BTreeMap<&'static str, usize>,
}

/// Lists the errors that [`closures`](super::closures()) counts.
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
        if phone.is_bilabial() && !contacts.is_hit(time) {
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

/// The phones directly before and after a phone.
fn neighbours(labels: &Labels, index: usize) -> (Phone, Phone) {
    let phones = labels.phones();
    let adjacent = |earlier: usize, later: usize| {
        let (earlier, later) = (phones.get(earlier)?, phones.get(later)?);
        (later.1.start - earlier.1.end <= LONGEST_ROUNDING).then_some((earlier.0, later.0))
    };
    let before = (index.checked_sub(1)).and_then(|before| adjacent(before, index));
    let after = adjacent(index, index + 1);
    (
        before.map_or(Phone::Sil, |(phone, _)| phone),
        after.map_or(Phone::Sil, |(_, phone)| phone),
    )
}

/// The phone at a time, or the nearest phone in a small gap.
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
    use metaface_clip::{Phone, PhoneSpan};

    #[test]
    fn every_error_is_listed_with_its_time_and_its_neighbours() {
        let rate = FrameRate::whole(100).expect("a rate");
        let phones = PhoneSpan::sequence(
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
        lips[143] = 4.0; // the b, slightly open
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
        let phones = PhoneSpan::sequence(1.0, &[(Phone::Aa, 0.3), (Phone::B, 0.1)]);
        let errors = closure_errors(&[10.0; 50], rate, &phones);
        assert_eq!(errors.missed[0].smallest_mm, None);
        assert!(closure_errors(&[], rate, &[]).missed.is_empty());
    }
}
