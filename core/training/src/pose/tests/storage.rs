use proptest::prelude::*;

use metaface_core::model::pose::{LearnedHead, NamedTensor, PosePrior, PoseStyle, Unit};

use super::{PRIOR, speaker, style_of};

#[test]
fn a_style_survives_serialisation_and_an_invalid_one_is_rejected() {
    let style = style_of(&speaker(3, 3, 20.0));
    let text = serde_json::to_string(&style).expect("serialisable");
    assert_eq!(serde_json::from_str::<PoseStyle>(&text).ok(), Some(style));
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    value["cells"][2][7] = serde_json::json!(-1.0);
    assert!(serde_json::from_value::<PoseStyle>(value.clone()).is_err());
    value["cells"][2][7] = serde_json::json!(1e30);
    assert!(serde_json::from_value::<PoseStyle>(value).is_err());
}

#[test]
fn a_prior_survives_its_tensors_and_damaged_tensors_are_rejected() {
    let tensors = PRIOR.tensors();
    let size: usize = tensors.iter().map(|tensor| 4 * tensor.2.len()).sum();
    assert!(size < 200_000, "{size} bytes");
    let read = PosePrior::from_tensors(&tensors).expect("just written");
    assert_eq!(read.tensors().len(), tensors.len());
    for (a, b) in read.tensors().iter().zip(&tensors) {
        assert_eq!((&a.0, &a.1), (&b.0, &b.1));
        assert!(a.2.iter().zip(&b.2).all(|(a, b)| (a - b).abs() < 1e-5));
    }
    for index in 0..tensors.len() {
        let assert_rejected = |change: &dyn Fn(&mut NamedTensor)| {
            let mut tensors = tensors.clone();
            change(&mut tensors[index]);
            assert!(
                PosePrior::from_tensors(&tensors).is_err(),
                "{}",
                tensors[index].0
            );
        };
        assert_rejected(&|tensor| tensor.0.push('x'));
        assert_rejected(&|tensor| tensor.1[0] += 1);
        assert_rejected(&|tensor| tensor.1[0] = usize::MAX);
        assert_rejected(&|tensor| tensor.1.clear());
        assert_rejected(&|tensor| tensor.2.truncate(3));
        assert_rejected(&|tensor| tensor.2[0] = f32::NAN);
        assert_rejected(&|tensor| tensor.2.fill(-1e9));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_accepted_tensors_give_bounded_head_angles(
        noise in prop::collection::vec(-1.0_f32..1.0, 97),
        size in 0.0_f32..4.0,
    ) {
        let mut tensors = PRIOR.tensors();
        for (name, _, values) in &mut tensors {
            // Speech is unchanged; noise fills the valid range of the other tensors.
            let scale = if name == "pose.speech" { 0.0 } else { 10.0_f32.powf(size) };
            let range = match name.as_str() {
                "pose.codes" => (-60.0, 60.0),
                "pose.styles" => (-1e4, 1e4),
                "pose.scales" => (1e-4, 1e4),
                "pose.speech" => (0.0, 6000.0),
                _ => (0.0, 1.0),
            };
            for (value, noise) in values.iter_mut().zip(noise.iter().cycle()) {
                *value = (*value + scale * noise).clamp(range.0, range.1);
            }
        }
        let style = style_of(&speaker(4, 4, 10.0));
        if let Ok(prior) = PosePrior::from_tensors(&tensors) {
            let mut head = LearnedHead::new(&prior, &style, 1, 1.0);
            for unit in Unit::ALL.iter().cycle().flat_map(|unit| [*unit; 11]).take(2000) {
                prop_assert!(head.next(unit).iter().all(|angle| angle.abs() < 3.2));
            }
        }
    }
}
