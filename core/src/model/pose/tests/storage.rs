use super::{NamedTensor, PRIOR, PosePrior, PoseStyle, speaker, style_of};

#[test]
fn a_style_survives_writing_and_an_impossible_one_is_refused() {
    let style = style_of(&speaker(3, 3, 20.0));
    let text = serde_json::to_string(&style).expect("it is plain numbers");
    assert_eq!(serde_json::from_str::<PoseStyle>(&text).ok(), Some(style));
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("it was written so");
    value["cells"][2][7] = serde_json::json!(-1.0);
    assert!(serde_json::from_value::<PoseStyle>(value.clone()).is_err());
    value["cells"][2][7] = serde_json::json!(1e30);
    assert!(serde_json::from_value::<PoseStyle>(value).is_err());
}

#[test]
fn a_prior_survives_its_tensors_and_damaged_ones_are_refused() {
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
        let refused = |change: &dyn Fn(&mut NamedTensor)| {
            let mut tensors = tensors.clone();
            change(&mut tensors[index]);
            assert!(
                PosePrior::from_tensors(&tensors).is_err(),
                "{}",
                tensors[index].0
            );
        };
        refused(&|tensor| tensor.0.push('x'));
        refused(&|tensor| tensor.1[0] += 1);
        refused(&|tensor| tensor.1[0] = usize::MAX);
        refused(&|tensor| tensor.1.clear());
        refused(&|tensor| tensor.2.truncate(3));
        refused(&|tensor| tensor.2[0] = f32::NAN);
        refused(&|tensor| tensor.2.fill(-1e9));
    }
}
