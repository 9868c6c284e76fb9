use super::{Boundary, LOUDNESS_AHEAD, PROSODY_HZ, Phrasing, Prosody, SpeechMoment};

/// The syllables of [`conversation`]: time of the loudness peak in seconds from the phrase's start,
/// and whether it is stressed.
const SYLLABLES: [(f32, bool); 8] = [
    (0.15, false),
    (0.40, false),
    (0.65, true),
    (0.90, false),
    (1.15, false),
    (1.40, false),
    (1.65, true),
    (1.95, false),
];

fn syllable(time: f32) -> f32 {
    let levels = SYLLABLES.iter().map(|&(peak, stressed)| {
        let size = if stressed { 14.0 } else { 8.0 };
        size * (-((time - peak) / 0.07_f32).powi(2)).exp()
    });
    levels.fold(0.0, f32::max)
}

/// Phrases of 2.2 s with eight syllables, two of them stressed, and pauses of 0.8 s, in total this
/// many seconds. The lips shut for 80 ms after each fourth syllable.
pub(crate) fn conversation(seconds: f32) -> Vec<Prosody> {
    let at = |frame: usize| (frame as f32 / PROSODY_HZ) % 3.0;
    (0..(seconds * PROSODY_HZ) as usize)
        .map(|frame| {
            let (time, ahead) = (at(frame), at(frame + LOUDNESS_AHEAD));
            let level = if ahead < 2.2 { -34.0 } else { -70.0 };
            Prosody {
                loudness_ahead_db: level + syllable(ahead) * f32::from(u8::from(ahead < 2.2)),
                speech: f32::from(u8::from(time < 2.2)),
                lips_shut: (0.98..1.06).contains(&time) || (2.05..2.13).contains(&time),
            }
        })
        .collect()
}

/// The frames of a long [`conversation`] at which (un)stressed syllables are loudest.
pub(crate) fn peaks(stressed: bool) -> impl Iterator<Item = usize> {
    let phrase_peaks = move |phrase: usize| {
        let syllables = SYLLABLES
            .iter()
            .filter(move |syllable| syllable.1 == stressed);
        syllables.map(move |&(peak, _)| 150 * phrase + (peak * PROSODY_HZ) as usize)
    };
    (0..600).flat_map(phrase_peaks)
}

pub(crate) fn silence(seconds: f32) -> Vec<Prosody> {
    let quiet = Prosody {
        loudness_ahead_db: -70.0,
        speech: 0.0,
        lips_shut: false,
    };
    vec![quiet; (seconds * PROSODY_HZ) as usize]
}

pub(crate) fn moments(prosody: &[Prosody]) -> Vec<SpeechMoment> {
    let mut phrasing = Phrasing::default();
    prosody.iter().map(|frame| phrasing.next(frame)).collect()
}

#[test]
fn phrases_start_with_speech_and_end_in_the_pause() {
    let boundaries: Vec<_> = moments(&conversation(9.0))
        .iter()
        .enumerate()
        .filter_map(|(frame, moment)| Some((moment.boundary?, frame)))
        .collect();
    let kinds: Vec<_> = boundaries.iter().map(|&(boundary, _)| boundary).collect();
    assert_eq!(kinds, [Boundary::Start, Boundary::End].repeat(3));
    assert!((118..=122).contains(&boundaries[1].1), "{boundaries:?}");
}

#[test]
fn accents_are_the_stressed_syllables_and_precede_them() {
    let found: Vec<(usize, f32)> = moments(&conversation(60.0))
        .iter()
        .enumerate()
        .filter_map(|(frame, moment)| Some((frame, moment.accent?)))
        .collect();
    // Once the typical syllable is known, only stressed syllables are accents.
    let settled: Vec<_> = found.iter().filter(|(frame, _)| *frame > 450).collect();
    assert!((32..=34).contains(&settled.len()), "{}", settled.len());
    for (frame, strength) in settled {
        let time = (*frame as f32 / PROSODY_HZ) % 3.0;
        let lead = [0.65 - time, 1.65 - time].map(|lead| (lead - 0.12).abs());
        assert!(lead[0].min(lead[1]) < 0.03, "{time}");
        assert!(*strength > 0.3, "{strength}");
    }
}

#[test]
fn the_absolute_level_does_not_matter() {
    let accents = |gain: f32| -> Vec<Option<bool>> {
        let mut prosody = conversation(9.0);
        for frame in &mut prosody {
            frame.loudness_ahead_db += gain;
        }
        let moments = moments(&prosody);
        let accents = moments.iter().map(|moment| moment.accent);
        accents
            .map(|accent| accent.map(|strength| strength > 0.3))
            .collect()
    };
    assert!(accents(0.0).contains(&Some(true)));
    assert_eq!(accents(0.0), accents(8.0));
}

#[test]
fn noise_without_speech_has_no_accents() {
    let mut prosody = silence(20.0);
    for (index, frame) in prosody.iter_mut().enumerate() {
        frame.loudness_ahead_db = -45.0 + 6.0 * (index as f32 * 0.4).sin();
    }
    assert!(
        moments(&prosody)
            .iter()
            .all(|moment| moment.accent.is_none())
    );
}

#[test]
fn nan_and_infinity_do_not_persist() {
    let invalid = Prosody {
        loudness_ahead_db: f32::NEG_INFINITY,
        speech: f32::NAN,
        lips_shut: false,
    };
    let mut prosody = vec![invalid];
    prosody.extend(conversation(6.0));
    let moments = moments(&prosody);
    assert!(moments.iter().all(|moment| moment.activity.is_finite()));
    assert!(moments.iter().any(|moment| moment.accent.is_some()));
}
