use metaface_clip::lips::aperture_mm;
use metaface_clip::{Channel, Frame};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{FRAME_HZ, articulate};
use metaface_clip::{Phone, PhoneSpan};
use metaface_core::model::Style;

/// Consecutive phones from time zero.
fn line(phones: &[(Phone, f32)]) -> Vec<PhoneSpan> {
    PhoneSpan::sequence(0.0, phones)
}

fn articulated(phones: &[PhoneSpan], style: &Style) -> Vec<Frame> {
    let end = phones.last().map_or(0.0, |span| span.end);
    let frames = (end * FRAME_HZ).ceil() as usize + 1;
    articulate(phones, &vec![-20.0; frames], frames, style)
}

/// The frames within the span.
fn within<'a>(frames: &'a [Frame], span: &PhoneSpan) -> &'a [Frame] {
    let first = (span.start * FRAME_HZ - 1e-3).ceil().max(0.0) as usize;
    let last = (span.end * FRAME_HZ + 1e-3).floor() as usize;
    &frames[first.min(frames.len())..(last + 1).min(frames.len())]
}

fn smallest_aperture(frames: &[Frame]) -> f32 {
    frames.iter().map(aperture_mm).fold(f32::MAX, f32::min)
}

fn largest(frames: &[Frame], value: impl Fn(&Frame) -> f32) -> f32 {
    frames.iter().map(value).fold(f32::MIN, f32::max)
}

fn rounding(frame: &Frame) -> f32 {
    frame[Channel::MouthPucker] + frame[Channel::MouthFunnel]
}

fn random_line(rng: &mut ChaCha8Rng) -> Vec<PhoneSpan> {
    let phones: Vec<_> = (0..rng.random_range(1..40))
        .map(|_| {
            let phone = match rng.random_range(0..4) {
                0 => [Phone::P, Phone::B, Phone::M][rng.random_range(0..3)],
                _ => Phone::ALL[rng.random_range(0..Phone::COUNT)],
            };
            (phone, rng.random_range(0.03..0.25))
        })
        .collect();
    line(&phones)
}

#[test]
fn the_lips_shut_in_every_p_b_and_m_of_any_phone_string_in_any_style() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut closures = 0;
    for round in 0..300 {
        let style = if round == 0 {
            Style::average()
        } else {
            Style::sample(&mut rng)
        };
        let spans = random_line(&mut rng);
        let frames = articulated(&spans, &style);
        for span in spans.iter().filter(|span| span.phone.is_bilabial()) {
            let aperture = smallest_aperture(within(&frames, span));
            assert!(aperture <= 0.5, "{aperture} mm in {span:?}, {style:?}");
            closures += 1;
        }
    }
    assert!(closures > 1000);
}

#[test]
fn a_closure_holds_and_starts_before_the_sound_and_has_opened_again_in_the_vowel() {
    let spans = line(&[
        (Phone::Sil, 0.4),
        (Phone::Aa, 0.2),
        (Phone::P, 0.1),
        (Phone::Aa, 0.2),
        (Phone::Sil, 0.4),
    ]);
    let frames = articulated(&spans, &Style::average());
    let at = |time: f32| aperture_mm(&frames[(time * FRAME_HZ).round() as usize]);
    assert!(at(0.50) > 8.0, "{}", at(0.50));
    assert!(at(0.58) < 0.7 * at(0.50), "closing has begun: {}", at(0.58));
    for time in [0.60, 0.62, 0.64, 0.66] {
        assert!(at(time) <= 0.5, "{} mm at {time}", at(time));
    }
    assert!(at(0.76) > 6.0, "{}", at(0.76));
    let held = &frames[(0.64 * FRAME_HZ) as usize];
    assert!(held[Channel::JawOpen] > 0.05);
    assert!((held[Channel::MouthClose] - held[Channel::JawOpen]).abs() < 0.07);
    let press = |time: f32| frames[(time * FRAME_HZ).round() as usize][Channel::MouthPressLeft];
    assert!(press(0.64) > press(0.60) + 0.05, "pressed before release");
}

#[test]
fn a_short_vowel_between_two_closures_still_opens_the_mouth() {
    for vowel in [Phone::Iy, Phone::Ah, Phone::Ax] {
        let spans = line(&[
            (Phone::Sil, 0.3),
            (Phone::B, 0.07),
            (vowel, 0.08),
            (Phone::P, 0.08),
            (Phone::Sil, 0.3),
        ]);
        let frames = articulated(&spans, &Style::average());
        let widest = largest(within(&frames, &spans[2]), aperture_mm);
        assert!(widest > 2.0, "{vowel}: {widest} mm");
    }
}

#[test]
fn clusters_of_bilabials_stay_shut_from_the_first_to_the_last() {
    for (first, second) in [
        (Phone::M, Phone::P),
        (Phone::M, Phone::B),
        (Phone::B, Phone::M),
    ] {
        let spans = line(&[
            (Phone::Eh, 0.15),
            (first, 0.06),
            (second, 0.06),
            (Phone::Ih, 0.15),
        ]);
        let frames = articulated(&spans, &Style::average());
        let shut = PhoneSpan {
            start: 0.15,
            end: 0.24,
            phone: first,
        };
        let widest = largest(within(&frames, &shut), aperture_mm);
        assert!(widest <= 0.5, "{first} {second}: {widest} mm");
    }
}

#[test]
fn f_and_v_bring_the_lip_to_the_teeth_without_shutting_the_mouth() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    for round in 0..200 {
        let style = if round == 0 {
            Style::average()
        } else {
            Style::sample(&mut rng)
        };
        let vowel =
            |rng: &mut ChaCha8Rng| Phone::ALL[rng.random_range(Phone::Iy.index()..Phone::COUNT)];
        let fricative = [Phone::F, Phone::V][rng.random_range(0..2)];
        let spans = line(&[
            (vowel(&mut rng), 0.12),
            (fricative, rng.random_range(0.05..0.15)),
            (vowel(&mut rng), 0.12),
        ]);
        let frames = articulated(&spans, &style);
        let middle = PhoneSpan {
            start: spans[1].start + 0.005,
            end: spans[1].start + 0.6 * (spans[1].end - spans[1].start),
            ..spans[1]
        };
        let inside = within(&frames, &middle);
        let narrowest = smallest_aperture(inside);
        assert!(narrowest > 0.8, "{narrowest} mm, {spans:?}");
        assert!(narrowest < 3.0, "{narrowest} mm, {spans:?}");
        assert!(largest(inside, |f| f[Channel::MouthRollLower]) > 0.25);
        assert!(largest(inside, |f| f[Channel::MouthPressLeft]) < 0.15);
    }
}

#[test]
fn rounded_sounds_protrude_beyond_their_neighbours_and_start_early() {
    for phone in [
        Phone::W,
        Phone::Uw,
        Phone::Ow,
        Phone::Oy,
        Phone::Yu,
        Phone::Oe,
        Phone::Sh,
        Phone::Ch,
        Phone::Jh,
        Phone::Zh,
    ] {
        let spans = line(&[(Phone::Eh, 0.2), (phone, 0.14), (Phone::Iy, 0.2)]);
        let frames = articulated(&spans, &Style::average());
        let inside = largest(within(&frames, &spans[1]), rounding);
        let (before, after) = (rounding(&frames[2]), rounding(&frames[25]));
        assert!(inside > 0.35, "{phone}: {inside}");
        assert!(inside > 3.0 * before && inside > 3.0 * after, "{phone}");
        assert!(
            rounding(&frames[8]) > before + 0.03,
            "{phone} is anticipated"
        );
    }
}

#[test]
fn spread_vowels_smile_and_open_vowels_are_wider_than_close_ones() {
    let apertures = |phone| {
        let spans = line(&[
            (Phone::Sil, 0.3),
            (Phone::T, 0.06),
            (phone, 0.16),
            (Phone::T, 0.06),
            (Phone::Sil, 0.3),
        ]);
        let frames = articulated(&spans, &Style::average());
        let inside = within(&frames, &spans[2]);
        (
            largest(inside, aperture_mm),
            largest(inside, |f| f[Channel::MouthSmileLeft]),
        )
    };
    let (aa, (iy, iy_smile), (uw, uw_smile)) = (
        apertures(Phone::Aa).0,
        apertures(Phone::Iy),
        apertures(Phone::Uw),
    );
    assert!((9.0..15.0).contains(&aa), "{aa}");
    assert!((3.5..8.0).contains(&iy), "{iy}");
    assert!((2.0..6.0).contains(&uw), "{uw}");
    assert!(iy_smile > uw_smile + 0.08);
    for vowel in Phone::ALL.iter().copied().filter(|phone| phone.is_vowel()) {
        let wide = apertures(vowel).0;
        assert!((2.0..15.0).contains(&wide), "{vowel}: {wide}");
    }
}

#[test]
fn sibilants_bring_the_teeth_together_with_the_lips_apart() {
    for phone in [Phone::S, Phone::Z] {
        let spans = line(&[(Phone::Ae, 0.15), (phone, 0.12), (Phone::Ae, 0.15)]);
        let frames = articulated(&spans, &Style::average());
        let middle = &frames[(0.21 * FRAME_HZ) as usize];
        assert!(
            middle[Channel::JawOpen] < 0.11,
            "{}",
            middle[Channel::JawOpen]
        );
        let aperture = aperture_mm(middle);
        assert!((2.0..5.0).contains(&aperture), "{aperture}");
    }
}

#[test]
fn within_150_ms_of_speech_ending_the_lips_are_at_rest() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    for phone in Phone::ALL.iter().copied() {
        let mut style = Style::sample(&mut rng);
        style.rest_parting = 0.0;
        let spans = line(&[(Phone::Aa, 0.2), (phone, 0.1), (Phone::Sil, 0.6)]);
        let frames = articulated(&spans, &style);
        let rest = PhoneSpan {
            start: 0.45,
            end: 0.9,
            ..spans[2]
        };
        let widest = largest(within(&frames, &rest), aperture_mm);
        assert!(widest < 1.2, "{phone}: {widest} mm");
    }
}

#[test]
fn a_louder_vowel_opens_the_jaw_wider_but_a_louder_recording_does_not() {
    let spans = line(&[
        (Phone::Sil, 0.2),
        (Phone::A, 0.2),
        (Phone::T, 0.06),
        (Phone::A, 0.2),
        (Phone::Sil, 0.2),
    ]);
    let loudness = |shift: f32| -> Vec<f32> {
        (0..45)
            .map(|i| match i as f32 / FRAME_HZ {
                t if !(0.2..=0.66).contains(&t) => -60.0 + shift,
                t if t < 0.43 => -26.0 + shift,
                _ => -16.0 + shift,
            })
            .collect()
    };
    let quiet = articulate(&spans, &loudness(0.0), 45, &Style::average());
    let jaw = |frames: &[Frame], span| largest(within(frames, span), |f| f[Channel::JawOpen]);
    assert!(jaw(&quiet, &spans[3]) > 1.25 * jaw(&quiet, &spans[1]));
    let loud = articulate(&spans, &loudness(20.0), 45, &Style::average());
    for (a, b) in quiet.iter().zip(&loud) {
        for channel in Channel::ALL {
            assert!((a[channel] - b[channel]).abs() < 1e-4, "{channel}");
        }
    }
}

#[test]
fn fast_speech_undershoots() {
    let widest = |duration: f32| {
        let phones = [Phone::T, Phone::Aa].repeat(8);
        let spans = line(&phones.iter().map(|&p| (p, duration)).collect::<Vec<_>>());
        largest(&articulated(&spans, &Style::average()), |f| {
            f[Channel::JawOpen]
        })
    };
    assert!(widest(0.05) < 0.85 * widest(0.2));
}

#[test]
fn every_value_is_in_range_and_continuous() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    for _ in 0..200 {
        let style = Style::sample(&mut rng);
        let spans = random_line(&mut rng);
        let frames = (spans.last().map_or(0.0, |s| s.end) * FRAME_HZ) as usize + 5;
        let loudness: Vec<f32> = (0..frames).map(|_| rng.random_range(-90.0..0.0)).collect();
        let curves = articulate(&spans, &loudness, frames, &style);
        assert_eq!(curves.len(), frames);
        for pair in curves.windows(2) {
            for &channel in Channel::blendshapes() {
                assert!((0.0..=1.0).contains(&pair[0][channel]), "{channel}");
                let step = (pair[1][channel] - pair[0][channel]).abs();
                assert!(step < 0.3, "{channel} steps by {step}");
            }
            let jaw = (pair[1][Channel::JawOpen] - pair[0][Channel::JawOpen]).abs();
            assert!(jaw < 0.16, "the jaw steps by {jaw}");
        }
    }
}

#[test]
fn blinks_looks_and_head_angles_are_zero() {
    let spans = line(&[(Phone::M, 0.1), (Phone::Aa, 0.3), (Phone::Sil, 0.2)]);
    for frame in articulated(&spans, &Style::average()) {
        for channel in Channel::ALL {
            if channel.is_angle()
                || channel.name().contains("Look")
                || channel.name().contains("Blink")
            {
                assert_eq!(frame[channel], 0.0, "{channel}");
            }
        }
    }
}

#[test]
fn malformed_phone_times_and_loudness_give_finite_frames() {
    let style = Style::average();
    let span = |phone, start, end| PhoneSpan { phone, start, end };
    assert!(articulate(&[], &[], 0, &style).is_empty());
    assert_eq!(articulate(&[], &[], 10, &style).len(), 10);
    let odd = [
        span(Phone::Aa, 0.3, 0.5),
        span(Phone::B, 0.1, 0.2),
        span(Phone::Iy, 0.15, 0.35),
        span(Phone::M, f32::NAN, 0.4),
        span(Phone::S, 0.5, 0.5),
        span(Phone::Uw, 0.6, 0.4),
        span(Phone::Ow, 5.0, 9000.0),
    ];
    let loudness = [f32::NEG_INFINITY, f32::NAN, -20.0];
    for frame in articulate(&odd, &loudness, 300, &style) {
        assert!(frame.0.iter().all(|value| value.is_finite()));
    }
    let repeated = articulate(&odd, &loudness, 300, &style);
    assert_eq!(repeated, articulate(&odd, &loudness, 300, &style));
}
