use metaface_clip::{Channel, Clip, FrameRate};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{
    Bootstrap, CaptureScore, Evaluation, Measure, ResampledUnit, SpeechScore, UtteranceScore,
    closures, mean_pose, openness, silence,
};
use metaface_clip::{Phone, PhoneSpan};

const OPEN_MM: f32 = 10.0;

fn rate() -> FrameRate {
    FrameRate::whole(100).expect("a rate")
}

/// Consecutive phones after one second of silence.
fn line(phones: &[(Phone, f32)]) -> Vec<PhoneSpan> {
    PhoneSpan::sequence(1.0, phones)
}

/// Open during speech, closed in silence and at every p, b, m; all `late` seconds later.
fn perfect(phones: &[PhoneSpan], late: f64) -> Vec<f32> {
    let end = phones.last().map_or(1.0, |span| f64::from(span.end)) + 1.0;
    (0..(end * 100.0) as usize)
        .map(|frame| {
            // The offset avoids rounding errors at the phones' boundaries.
            let time = (frame as f64 / 100.0 - late + 1e-3) as f32;
            let spoken = (phones.iter()).find(|span| span.start <= time && time < span.end);
            match spoken {
                Some(span) if !span.phone.is_bilabial() => OPEN_MM,
                _ => 0.0,
            }
        })
        .collect()
}

/// /a b a k a m a/: two isolated closures.
fn abakama() -> Vec<PhoneSpan> {
    line(&[
        (Phone::Aa, 0.3),
        (Phone::B, 0.1),
        (Phone::Aa, 0.3),
        (Phone::K, 0.1),
        (Phone::Aa, 0.3),
        (Phone::M, 0.1),
        (Phone::Aa, 0.3),
    ])
}

#[test]
fn a_perfect_mouth_has_perfect_scores() {
    let phones = abakama();
    let lips = perfect(&phones, 0.0);
    let score = closures(&lips, rate(), &phones);
    assert_eq!((score.hits, score.total), (2, 2));
    assert_eq!((score.p.total, score.b.hits, score.m.hits), (0, 1, 1));
    assert_eq!((score.closed_stretches, score.right_stretches), (4, 4));
    assert_eq!(score.f1(), Some(1.0));
    assert_eq!(score.frame_precision(), Some(1.0));
    // The middle of frames 130 to 139 is half a frame before the middle of the phone.
    let offset = score.offset_ms().expect("isolated closures");
    assert!((offset + 5.0).abs() < 0.1, "{offset}");
    assert_eq!(silence(&lips, rate(), &phones).value(), Some(1.0));
}

#[test]
fn late_closures_are_wrong_and_their_lag_is_measured() {
    let phones = abakama();
    let score = closures(&perfect(&phones, 0.1), rate(), &phones);
    // The b is at 1.3 to 1.4 s, its closure at 1.4 to 1.5 s: within 40 ms. 150 ms is too late.
    assert_eq!(score.recall(), Some(1.0));
    assert!((score.offset_ms().expect("closures") - 95.0).abs() < 0.1);
    let score = closures(&perfect(&phones, 0.15), rate(), &phones);
    assert_eq!(score.recall(), Some(0.0));
    // 50 ms from the b is exactly the tolerance; one frame more is beyond it.
    assert_eq!(score.precision(), Some(1.0));
    let score = closures(&perfect(&phones, 0.16), rate(), &phones);
    assert_eq!((score.closed_stretches, score.right_stretches), (4, 2));
}

#[test]
fn recall_tolerates_40_ms_and_precision_50_ms() {
    let phones = line(&[(Phone::Aa, 0.5), (Phone::B, 0.1), (Phone::Aa, 0.5)]);
    for (closed_at, hit, right) in [
        (145, false, true),
        (146, true, true),
        (144, false, false),
        (164, true, true),
        (165, false, true),
        (166, false, false),
    ] {
        let mut lips = vec![OPEN_MM; 310];
        lips[closed_at] = 0.0;
        let score = closures(&lips, rate(), &phones);
        assert_eq!(score.hits == 1, hit, "frame {closed_at}");
        assert_eq!(score.right_stretches == 1, right, "frame {closed_at}");
    }
}

#[test]
fn labiodentals_may_close_the_lips_but_need_not() {
    let phones = line(&[(Phone::Aa, 0.3), (Phone::F, 0.1), (Phone::Aa, 0.3)]);
    let mut lips = vec![OPEN_MM; 270];
    let open = closures(&lips, rate(), &phones);
    assert_eq!(
        (open.recall(), open.precision(), open.f1()),
        (None, None, None)
    );
    lips[135] = 0.0;
    assert_eq!(closures(&lips, rate(), &phones).precision(), Some(1.0));
    lips[115] = 0.0;
    assert_eq!(closures(&lips, rate(), &phones).precision(), Some(0.5));
}

#[test]
fn a_mouth_that_never_closes_misses_everything() {
    let phones = abakama();
    let score = closures(&vec![OPEN_MM; 350], rate(), &phones);
    assert_eq!((score.recall(), score.precision()), (Some(0.0), None));
    assert_eq!(score.f1(), Some(0.0));
    assert_eq!(score.offset_ms(), None);
    assert_eq!(silence(&[OPEN_MM; 350], rate(), &phones).value(), Some(0.0));
}

#[test]
fn frame_precision_and_openness_reveal_a_mouth_that_stays_shut() {
    let phones = abakama();
    let shut = vec![0.0; 350];
    let score = closures(&shut, rate(), &phones);
    assert_eq!((score.recall(), score.precision()), (Some(1.0), Some(1.0)));
    assert!(score.frame_precision() < Some(0.85), "{score:?}");
    assert_eq!(score.offset_ms(), None, "an endless closure has no offset");
    assert_eq!(openness(&shut, rate(), &phones).value(), Some(0.5));
}

#[test]
fn a_still_face_has_chance_openness_and_rounding() {
    let mut clip = Clip::neutral("line", rate(), 350);
    for (frame, gap) in clip.frames.iter_mut().zip(perfect(&abakama(), 0.0)) {
        frame[Channel::JawOpen] = gap / 33.0;
        frame[Channel::MouthPucker] = gap / 20.0;
    }
    let phones = line(&[(Phone::Aa, 0.5), (Phone::W, 0.2), (Phone::Aa, 0.5)]);
    let still = SpeechScore::of(&mean_pose(&clip), &phones);
    assert_eq!(still.openness.value(), Some(0.5));
    assert_eq!(still.rounding.value(), Some(0.5));
}

#[test]
fn the_mouth_may_settle_after_speech_but_not_stay_open() {
    let phones = line(&[(Phone::Aa, 0.5)]);
    let mut lips = perfect(&phones, 0.14);
    assert_eq!(silence(&lips, rate(), &phones).value(), Some(1.0));
    lips[200..].fill(OPEN_MM);
    let score = silence(&lips, rate(), &phones);
    assert_eq!((score.at_rest, score.frames), (100 + 34, 100 + 84));
}

#[test]
fn random_mouths_rank_by_chance() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut auc = super::Auc::default();
    for _ in 0..100 {
        let lips: Vec<f32> = (0..350).map(|_| rng.random_range(0.0..20.0)).collect();
        auc += openness(&lips, rate(), &abakama());
    }
    let value = auc.value().expect("open vowels and others");
    assert!((value - 0.5).abs() < 0.02, "{value}");
}

#[test]
fn counts_are_pooled_before_division_and_intervals_resample_speakers() {
    let phones = abakama();
    let clip = |late: f64| {
        let lips = perfect(&phones, late);
        let mut clip = Clip::neutral("line", rate(), lips.len());
        for (frame, gap) in clip.frames.iter_mut().zip(lips) {
            frame[Channel::JawOpen] = gap / 33.0;
        }
        clip
    };
    let row = |speaker: &str, late| UtteranceScore::of("line", speaker, "en", &clip(late), &phones);
    let rows = vec![row("anna", 0.0), row("anna", 0.0), row("ben", 0.2)];
    let evaluation = Evaluation::of(rows.clone(), Bootstrap::default());
    assert_eq!(evaluation.speakers, 2);
    assert_eq!(evaluation.speech.closures.total, 6);
    assert_eq!(evaluation.value(Measure::ClosureRecall), Some(4.0 / 6.0));
    assert_eq!(evaluation.value(Measure::RoundingAuc), None);
    let interval = evaluation.figures[&Measure::ClosureRecall].interval;
    let interval = interval.expect("two speakers");
    assert_eq!((interval.low, interval.high), (0.0, 1.0));

    let ben = &evaluation.by_speaker["ben"];
    assert_eq!((ben.utterances, ben.hits, ben.total), (1, 0, 2));
    assert_eq!(evaluation.by_speaker["anna"].recall, Some(1.0));
    assert_eq!(evaluation.by_language["en"].total, 6);
    let b = &evaluation.phones["B"];
    assert_eq!((b.said, b.missed, b.false_closures), (3, 1, 0));
    // Ben's b and m close the lips in the middle of the vowels after them.
    let aa = &evaluation.phones["AA"];
    assert_eq!((aa.said, aa.missed, aa.false_closures), (12, 0, 2));
    assert!((aa.false_rate - 2.0 / 12.0).abs() < 1e-9);

    let one = Evaluation::of(rows[..2].to_vec(), Bootstrap::default());
    assert_eq!(one.figures[&Measure::ClosureRecall].interval, None);
    let by_utterance = Bootstrap {
        unit: ResampledUnit::Utterance,
        ..Bootstrap::default()
    };
    let one = Evaluation::of(rows[..2].to_vec(), by_utterance);
    assert!(one.figures[&Measure::ClosureRecall].interval.is_some());

    let json = serde_json::to_value(&evaluation).expect("serialisable");
    assert_eq!(json["figures"]["closure_recall"]["interval"]["high"], 1.0);
    assert_eq!(json["utterances"][2]["speech"]["closures"]["hits"], 0);
}

#[test]
fn captures_are_weighted_by_their_length() {
    let waving = |seconds: u32, backwards: bool| {
        let mut clip = Clip::neutral("line", rate(), 100 * seconds as usize);
        for (time, frame) in clip.frames.iter_mut().enumerate() {
            let wave = 0.2 * (time as f32 / 8.0).sin();
            frame[Channel::JawOpen] = 0.3 + if backwards { -wave } else { wave };
        }
        clip
    };
    let row = |seconds, backwards| {
        let (predicted, captured) = (waving(seconds, backwards), waving(seconds, false));
        UtteranceScore::of("line", "anna", "en", &predicted, &[])
            .with_capture(CaptureScore::of(&predicted, &captured, None))
    };
    let evaluation = Evaluation::of(vec![row(3, false), row(1, true)], Bootstrap::default());
    let correlation = evaluation.value(Measure::JawOpenCorrelation);
    assert!((correlation.expect("captures") - 0.5).abs() < 1e-3);
    assert_eq!(evaluation.value(Measure::RoundingCorrelation), None);
    assert_eq!(evaluation.value(Measure::LipErrorMm), None);
    assert_eq!(evaluation.value(Measure::ClosureRecall), None);
}

#[test]
fn nothing_to_score_gives_no_figures() {
    let empty = Evaluation::of(Vec::new(), Bootstrap::default());
    assert!(empty.figures.is_empty());
    let clip = Clip::neutral("line", rate(), 0);
    let row = UtteranceScore::of("line", "anna", "en", &clip, &abakama());
    let evaluation = Evaluation::of(vec![row], Bootstrap::default());
    assert_eq!(evaluation.value(Measure::ClosureRecall), Some(0.0));
    assert_eq!(evaluation.value(Measure::OpennessAuc), None);
}

proptest! {
    #[test]
    fn every_score_is_within_its_bounds_for_any_lips_and_labels(
        lips in proptest::collection::vec(prop_oneof![-5.0f32..40.0, Just(f32::NAN), Just(f32::INFINITY)], 0..120),
        spans in proptest::collection::vec((0usize..Phone::COUNT, -1.0f32..3.0, -0.1f32..0.5), 0..30),
        frames_per_second in 1u32..200,
    ) {
        let rate = FrameRate::whole(frames_per_second).expect("a rate");
        let phones: Vec<PhoneSpan> = spans
            .into_iter()
            .map(|(index, start, length)| PhoneSpan {
                phone: Phone::ALL[index],
                start,
                end: start + length,
            })
            .collect();
        let mut clip = Clip::neutral("line", rate, lips.len());
        for (frame, gap) in clip.frames.iter_mut().zip(&lips) {
            frame[Channel::MouthFunnel] = *gap;
        }
        let score = SpeechScore::with_apertures(&clip, &lips, &phones);
        let closures = &score.closures;
        prop_assert!(closures.hits <= closures.total);
        prop_assert!(closures.right_stretches <= closures.closed_stretches);
        prop_assert!(closures.right_frames <= closures.closed_frames);
        prop_assert!(closures.closed_stretches <= closures.closed_frames);
        prop_assert!(closures.offsets_ms.len() <= closures.total);
        prop_assert!(closures.offsets_ms.iter().all(|offset| offset.abs() <= 400.0));
        prop_assert!(score.silence.at_rest <= score.silence.frames);
        for value in [
            closures.recall(),
            closures.precision(),
            closures.frame_precision(),
            closures.f1(),
            score.rounding.value(),
            score.openness.value(),
            score.silence.value(),
        ] {
            prop_assert!(value.is_none_or(|value| (0.0..=1.0).contains(&value)), "{value:?}");
        }
    }
}
