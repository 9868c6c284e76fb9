mod storage;

use std::sync::LazyLock;

use metaface_core::model::pose::{
    HOP, LearnedHead, PosePrior, PoseStyle, Retrieval, TokenBorders, UNITS, Unit,
};
use metaface_core::model::prosody::PROSODY_HZ;
use proptest::prelude::*;

use super::*;

/// A prior learned from 24 styles of 90 s, shared by all tests.
static PRIOR: LazyLock<PosePrior> = LazyLock::new(|| {
    let speech: Vec<_> = (0..8).map(|seed| simulated_speech(30.0, seed)).collect();
    train_pose_prior(&pose_examples(&speech, 24, 3, 5), 5).expect("teachers move")
});

/// The motion of a speaker outside the training set on this speech.
fn speaker(style: u64, speech: u64, seconds: f32) -> PoseExample {
    let teacher = PoseTeacher::draw(50_000 + style);
    teacher.perform("", &simulated_speech(seconds, 1000 + speech), speech)
}

fn style_of(example: &PoseExample) -> PoseStyle {
    PoseStyle::of(&example.angles, &example.units).expect("it moves")
}

fn generated(style: &PoseStyle, units: &[Unit], seed: u64, retrieval: Retrieval) -> Vec<[f32; 3]> {
    let mut head = LearnedHead::with_retrieval(&PRIOR, style, seed, 1.0, retrieval);
    units.iter().map(|unit| head.next(*unit)).collect()
}

fn log_gap(a: [f32; 3], b: [f32; 3]) -> f32 {
    let gaps = a.iter().zip(b).map(|(a, b)| (a / b).ln().abs());
    gaps.sum::<f32>() / 3.0
}

#[test]
fn a_held_out_speaker_moves_in_their_style_and_not_in_another() {
    let (count, mut errors) = (20, [[0.0_f32; 2]; 4]);
    for style in 0..count {
        let wanted = speaker(style, style, 90.0);
        let truth = style_of(&wanted);
        let ten_seconds = |style: u64| {
            let mut take = speaker(style, 100 + style, 15.0);
            take.units.drain(..250);
            take.angles.drain(..250);
            style_of(&take)
        };
        let (own, other) = (ten_seconds(style), ten_seconds((style + 1) % count));
        for (error, (style, retrieval)) in errors.iter_mut().zip([
            (&own, Retrieval::Matched),
            (&own, Retrieval::Nearest),
            (&own, Retrieval::Average),
            (&other, Retrieval::Matched),
        ]) {
            let angles = generated(style, &wanted.units, 3, retrieval);
            let made = PoseStyle::of(&angles, &wanted.units).expect("it moves");
            error[0] += log_gap(made.deviation(), truth.deviation()) / count as f32;
            error[1] += log_gap(made.speed(), truth.speed()) / count as f32;
        }
    }
    let [matched, nearest, average, other] = errors;
    for statistic in 0..2 {
        let best = matched[statistic];
        assert!(best < nearest[statistic], "{errors:?}");
        assert!(best < 0.8 * average[statistic], "{errors:?}");
        assert!(best < 0.7 * other[statistic], "{errors:?}");
    }
}

#[test]
fn units_determine_where_the_head_moves() {
    // Speed of the head on stress against plain speech, as a logarithm.
    let contrast = |style: &PoseStyle| {
        let [stress, plain] = [Unit::Stress, Unit::Plain].map(|unit| style.speed_on(unit)[1]);
        (stress / plain).ln()
    };
    let (mut with, mut without) = (0.0, 0.0);
    for style in 0..12 {
        let wanted = speaker(style, style, 90.0);
        let truth = contrast(&style_of(&wanted));
        let learnt = style_of(&speaker(style, 100 + style, 30.0));
        let plain = vec![Unit::Plain; wanted.units.len()];
        for (units, error) in [(&wanted.units, &mut with), (&plain, &mut without)] {
            let angles = generated(&learnt, units, 3, Retrieval::Matched);
            let made = PoseStyle::of(&angles, &wanted.units).expect("it moves");
            *error += (contrast(&made) - truth).abs();
        }
    }
    assert!(with < 0.6 * without, "{with} {without}");
}

#[test]
fn stress_nods_as_the_speaker_does() {
    let (mut own, mut none) = (0.0, 0.0);
    for style in 0..12 {
        let wanted = speaker(style, style, 120.0);
        let truth = style_of(&wanted);
        let angles = generated(&truth, &wanted.units, 3, Retrieval::Matched);
        let made = PoseStyle::of(&angles, &wanted.units).expect("it moves");
        own += (made.nod() - truth.nod()).to_degrees().abs() / 12.0;
        none += truth.nod().to_degrees().abs() / 12.0;
    }
    assert!(own < 0.25 && own < 0.5 * none, "{own} {none}");
}

#[test]
fn the_head_does_not_jump_at_the_borders_of_tokens() {
    let (mut at, mut within) = ([0.0_f32; 2], [0.0_f32; 2]);
    for style in 0..8 {
        let take = speaker(style, style, 60.0);
        let angles = generated(&style_of(&take), &take.units, style, Retrieval::Matched);
        let mut borders = TokenBorders::default();
        let begins: Vec<bool> = take.units.iter().map(|unit| borders.next(*unit)).collect();
        assert!(begins.windows(HOP).all(|hop| hop.contains(&true)));
        for (three, begins) in angles.windows(3).zip(&begins[2..]) {
            let [a, b, c] = [three[0], three[1], three[2]];
            for axis in 0..3 {
                let speed = (c[axis] - b[axis]).to_degrees() * PROSODY_HZ;
                let before = (b[axis] - a[axis]).to_degrees() * PROSODY_HZ;
                let here = [speed.abs(), (speed - before).abs() * PROSODY_HZ];
                let worst = if *begins { &mut at } else { &mut within };
                *worst = std::array::from_fn(|i| worst[i].max(here[i]));
            }
        }
    }
    assert!(
        at[0] <= within[0] && at[1] <= within[1],
        "{at:?} {within:?}"
    );
    assert!(within[0] < 120.0 && within[1] < 2500.0, "{within:?}");
}

#[test]
fn the_same_seed_repeats_and_a_copy_continues_identically() {
    let take = speaker(1, 1, 20.0);
    let style = style_of(&take);
    let complete = generated(&style, &take.units, 4, Retrieval::Matched);
    assert_eq!(
        complete,
        generated(&style, &take.units, 4, Retrieval::Matched)
    );
    assert_ne!(
        complete,
        generated(&style, &take.units, 5, Retrieval::Matched)
    );
    let mut head = LearnedHead::new(&PRIOR, &style, 4, 1.0);
    let (first, rest) = take.units.split_at(333);
    let mut pieces: Vec<_> = first.iter().map(|unit| head.next(*unit)).collect();
    let mut copy = head.clone();
    pieces.extend(rest.iter().map(|unit| copy.next(*unit)));
    assert_eq!(pieces, complete);
    let mut still = LearnedHead::new(&PRIOR, &style, 4, 0.0);
    assert!(rest.iter().all(|unit| still.next(*unit) == [0.0; 3]));
    let examples = pose_examples(&[simulated_speech(20.0, 1)], 2, 1, 7);
    assert_eq!(
        train_pose_prior(&examples, 1),
        train_pose_prior(&examples, 1)
    );
}

#[test]
fn the_head_does_not_drift_over_an_hour() {
    let take = speaker(2, 2, 60.0);
    let style = style_of(&take);
    let mut head = LearnedHead::new(&PRIOR, &style, 4, 1.0);
    for unit in take.units.iter().cycle().take(60 * take.units.len()) {
        for angle in head.next(*unit) {
            assert!(angle.to_degrees().abs() < 40.0);
        }
    }
}

#[test]
fn a_head_that_does_not_move_has_no_style() {
    let units = vec![Unit::Plain; 500];
    let degree = std::f32::consts::PI / 180.0;
    assert_eq!(PoseStyle::of(&vec![[0.0; 3]; 500], &units), None);
    assert_eq!(PoseStyle::of(&vec![[0.2, -0.1, 0.3]; 500], &units), None);
    let jitter = |size: f32| -> Vec<[f32; 3]> {
        (0..500)
            .map(|frame| [(frame as f32 * 0.7).sin() * size; 3])
            .collect()
    };
    assert_eq!(PoseStyle::of(&jitter(0.1 * degree), &units), None);
    assert!(PoseStyle::of(&jitter(0.5 * degree), &units).is_some());
    assert_eq!(PoseStyle::of(&jitter(0.5 * degree)[..400], &units), None);
    assert_eq!(PoseStyle::of(&jitter(degree)[..40], &units[..40]), None);
    let mut broken = jitter(degree);
    broken[77][1] = f32::NAN;
    assert_eq!(PoseStyle::of(&broken, &units), None);
    let still = PoseExample {
        style: "still".to_owned(),
        angles: vec![[0.0; 3]; 500],
        units,
    };
    assert_eq!(train_pose_prior(&[still], 1), Err(NoMotion));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_style_gives_bounded_head_angles(
        wave in prop::array::uniform3((-3.0_f32..3.0, 0.0_f32..40.0)),
        seed in any::<u64>(),
    ) {
        let units: Vec<Unit> = (0..300_u64)
            .map(|frame| Unit::ALL[((frame / 9).wrapping_mul(seed | 1) >> 7) as usize % UNITS])
            .collect();
        let angles: Vec<[f32; 3]> = (0..300)
            .map(|frame| wave.map(|(size, pace)| size * (frame as f32 / 50.0 * pace).sin()))
            .collect();
        if let Some(style) = PoseStyle::of(&angles, &units) {
            let angles = generated(&style, &units, seed, Retrieval::Matched);
            prop_assert!(angles.as_flattened().iter().all(|angle| angle.abs() < 1.8));
        }
    }
}
