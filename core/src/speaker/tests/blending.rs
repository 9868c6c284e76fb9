use super::*;

/// The change of a layer: `down` times `up`.
fn product(change: &LowRank) -> Vec<f32> {
    let (down, up) = (&change.down, &change.up);
    let cell = |row: usize, column: usize| -> f32 {
        (0..down.columns)
            .map(|k| down.values[row * down.columns + k] * up.values[k * up.columns + column])
            .sum()
    };
    (0..down.rows)
        .flat_map(|row| (0..up.columns).map(move |column| (row, column)))
        .map(|(row, column)| cell(row, column))
        .collect()
}

fn max_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, f32::max)
}

#[test]
fn the_ends_of_a_blend_are_the_two_speakers() {
    let (a, b) = (speaker(1), speaker(2));
    for (share, end) in [(0.0, &a), (1.0, &b)] {
        let blend = Speaker::blend(&a, &b, share).expect("blended");
        assert_eq!(blend.rest, end.rest);
        assert_eq!(blend.weights.latent, end.weights.latent);
        assert_eq!(blend.ranges, end.ranges);
        assert_eq!(blend.weights.memory.mass, end.weights.memory.mass);
        // The first slot has no mass, so its keys do not matter.
        let with_mass = blend.weights.memory.keys.columns..;
        assert_eq!(
            blend.weights.memory.keys.values[with_mass.clone()],
            end.weights.memory.keys.values[with_mass]
        );
        assert_eq!(blend.weights.adapters, end.weights.adapters);
    }
}

#[test]
fn the_change_of_a_layer_is_the_mean_of_both_changes() {
    let (a, mut b) = (speaker(1), speaker(2));
    b.weights.adapters.remove("decoder.out");
    let blend = Speaker::blend(&a, &b, 0.25).expect("blended");
    let layer = "decoder.0.conv";
    let [of_a, of_b, blended] = [&a, &b, &blend].map(|s| product(&s.weights.adapters[layer]));
    let wanted: Vec<f32> = (of_a.iter().zip(&of_b))
        .map(|(a, b)| 0.75 * a + 0.25 * b)
        .collect();
    assert!(max_difference(&blended, &wanted) < 1e-5);
    let only_a = product(&blend.weights.adapters["decoder.out"]);
    let wanted: Vec<f32> = (product(&a.weights.adapters["decoder.out"]).iter())
        .map(|value| 0.75 * value)
        .collect();
    assert!(max_difference(&only_a, &wanted) < 1e-5);
}

#[test]
fn a_slot_is_blended_by_the_masses_of_both_speakers() {
    let (mut a, mut b) = (speaker(1), speaker(2));
    a.weights.memory.mass = vec![0.0, 10.0, 30.0, 0.0, 1.0, 1.0, 1.0, 1.0];
    b.weights.memory.mass = vec![5.0, 0.0, 10.0, 0.0, 1.0, 1.0, 1.0, 1.0];
    let blend = Speaker::blend(&a, &b, 0.5).expect("blended").weights.memory;
    let width = blend.values.columns;
    for (slot, share) in [(0, 1.0), (1, 0.0), (2, 0.25), (3, 0.5)] {
        let [of_a, of_b, blended] = [&a.weights.memory, &b.weights.memory, &blend]
            .map(|memory| memory.values.values[slot * width]);
        let wanted = (1.0 - share) * of_a + share * of_b;
        assert!((blended - wanted).abs() < 1e-6, "slot {slot}");
    }
    assert_eq!(blend.mass[..4], [2.5, 5.0, 20.0, 0.0]);
}

#[test]
fn a_blend_names_both_speakers_and_their_consents() {
    let (mut a, b) = (speaker(1), speaker(2));
    a.about.consent.clear();
    let blend = Speaker::blend(&a, &b, 0.5).expect("blended");
    assert_eq!(blend.about.learning, LearningKind::Blended);
    assert!(
        blend.about.notes[0].contains("'person 1'"),
        "{:?}",
        blend.about.notes
    );
    assert_eq!(
        blend.about.consent,
        "person 1: not stated; person 2: signed by person 2"
    );
    assert_eq!(blend.about.licence, "CC0");
    assert_eq!(blend.about.takes.len(), 2);
}

#[test]
fn speakers_that_differ_in_structure_are_not_blended() {
    let cases: [fn(&mut Speaker); 5] = [
        |s| s.base = "f".repeat(64),
        |s| s.weights.latent.push(0.0),
        |s| s.weights.memory = RelationMemory::default(),
        |s| s.weights.memory.keys.columns = 4,
        |s| {
            let other = s.weights.adapters["decoder.out"].clone();
            s.weights
                .adapters
                .insert("decoder.0.conv".to_owned(), other);
        },
    ];
    for (index, change) in cases.into_iter().enumerate() {
        let mut b = speaker(2);
        change(&mut b);
        let error = Speaker::blend(&speaker(1), &b, 0.5).expect_err("differ");
        assert!(
            matches!(error, SpeakerError::CannotBlend { .. }),
            "{index}: {error}"
        );
    }
}

#[test]
fn a_share_outside_zero_to_one_is_an_error_with_the_range() {
    for share in [f32::NAN, -0.1, 1.5] {
        let error = Speaker::blend(&speaker(1), &speaker(2), share).expect_err("out of range");
        assert!(matches!(error, SpeakerError::Share(_)), "{error}");
        assert!(error.to_string().contains("give 0"), "{error}");
    }
}

#[test]
fn blends_of_blends_are_refused_beyond_the_limits_of_a_file() {
    let mut blend = speaker(1);
    let refused = (2..40).find(|other| {
        let next = Speaker::blend(&blend, &speaker(*other), 0.5);
        let refused = next.is_err();
        if let Ok(next) = next {
            blend = Speaker {
                name: "both".to_owned(),
                ..next
            };
        }
        refused
    });
    // Ten speakers of six ranks each are within the limit of 64 ranks in a layer.
    assert_eq!(refused, Some(11));
}
