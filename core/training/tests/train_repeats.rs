//! Training runs are repeatable and resumable, and can start from a base model.
//!
//! A separate test binary, because burn's random numbers are one stream per process.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use burn::backend::Autodiff;
use burn::tensor::Tensor;
use burn_flex::Flex;
use metaface_clip::{Phone, PhoneSpan};
use metaface_core::audio::MEL_BANDS;
use metaface_core::model::{BaseModel, Calibration, Provenance, STYLE_DIMENSIONS};
use metaface_evaluation::recordings::Utterance;
use metaface_training::{Dataset, LearnerPlan, TrainError, TrainPlan, train, train_learner};

/// Serialises the runs; see above.
static RUN: Mutex<()> = Mutex::new(());

fn speech() -> Dataset {
    let mut start = 0.0;
    let sounds = [
        (Phone::M, 0.2),
        (Phone::Aa, 0.4),
        (Phone::P, 0.2),
        (Phone::Iy, 0.4),
    ];
    let phones = sounds.map(|(phone, seconds)| {
        start += seconds;
        PhoneSpan {
            phone,
            start: start - seconds,
            end: start,
        }
    });
    let mut data = Dataset::new(0.0);
    data.add_synthetic(&[Utterance {
        id: "one".to_owned(),
        speaker: "test".to_owned(),
        language: "en".to_owned(),
        samples: (0..19_200).map(|i| 0.2 * (i as f32 * 0.07).sin()).collect(),
        phones: phones.to_vec(),
    }]);
    data
}

fn plan(steps: usize, seed: u64) -> TrainPlan {
    TrainPlan {
        steps,
        seed,
        batch: 2,
        frames: 30,
        ..TrainPlan::default()
    }
}

fn run(start: Option<&[u8]>, plan: &TrainPlan, checkpoint: &Path) -> Result<Vec<u8>, TrainError> {
    let device = Default::default();
    let start = start.map(|bytes| BaseModel::from_bytes(bytes, &device).expect("weights"));
    let done = train::<Autodiff<Flex>>(
        &speech(),
        plan,
        start.as_ref(),
        checkpoint,
        &device,
        &mut |_| true,
    )?;
    let network = done.expect("not stopped");
    let (calibration, provenance) = (Calibration::default(), Provenance::default());
    Ok(BaseModel::new(network, calibration, provenance)
        .to_bytes()
        .expect("weights"))
}

/// The phone logits of a base model file's network on a constant input.
fn phone_logits(bytes: &[u8]) -> Vec<f32> {
    let device = Default::default();
    let network = BaseModel::<Flex>::from_bytes(bytes, &device)
        .expect("weights")
        .network;
    let mel = Tensor::ones([1, 60, MEL_BANDS], &device);
    let output = network.forward(mel, Tensor::zeros([1, STYLE_DIMENSIONS], &device));
    output.phones.into_data().to_vec().expect("numbers")
}

#[test]
fn a_run_that_starts_from_a_base_model_changes_it_a_little() {
    let _run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().expect("a folder");
    let first = run(None, &plan(2, 7), &folder.path().join("first")).expect("two steps");
    let second = run(Some(&first), &plan(2, 7), &folder.path().join("second"));
    let (before, after) = (
        phone_logits(&first),
        phone_logits(&second.expect("two more")),
    );
    let moved = (before.iter().zip(&after))
        .map(|(before, after)| (before - after).abs())
        .fold(0.0, f32::max);
    assert!(moved > 1e-4 && moved < 0.5, "{moved}");
}

#[test]
fn a_run_resumes_only_from_its_own_checkpoint() {
    let _run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let rejection = |plan: &TrainPlan| {
        let error = run(None, plan, &at("run")).expect_err("rejected");
        error.to_string()
    };
    run(None, &plan(1, 7), &at("run")).expect("one step");
    let first = std::fs::read(at("run")).expect("a checkpoint");
    let resumed = run(None, &plan(2, 7), &at("run")).expect("one more");
    let uninterrupted = run(None, &plan(2, 7), &at("uninterrupted")).expect("both");
    assert!(resumed == uninterrupted, "resuming changes the result");
    for (plan, reason) in [(plan(2, 8), "another run"), (plan(1, 7), "2 steps")] {
        let error = rejection(&plan);
        assert!(error.contains(reason), "{error}");
    }
    let other = run(Some(&resumed), &plan(2, 7), &at("run")).expect_err("another start");
    assert!(other.to_string().contains("another run"), "{other}");
    std::fs::write(at("run"), &first[..60]).expect("cut");
    let error = rejection(&plan(2, 7));
    assert!(error.contains("damaged"), "{error}");
}

/// A base model file with the learner of a plan. `None` if the run was stopped.
fn learner(network: &[u8], plan: &LearnerPlan, checkpoint: &Path, stop: bool) -> Option<Vec<u8>> {
    let device = Default::default();
    let mut model = BaseModel::<Flex>::from_bytes(network, &device).expect("weights");
    let learner =
        train_learner::<Autodiff<Flex>>(&speech(), &model, plan, checkpoint, &device, &mut |_| {
            !stop
        });
    model.learner = Some(learner.expect("trained")?);
    Some(model.to_bytes().expect("bytes"))
}

#[test]
fn a_stopped_and_resumed_learner_equals_an_uninterrupted_one() {
    let _run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let network = run(None, &plan(1, 1), &path("network.bin")).expect("weights");
    // Long enough for a progress report, which can stop the run, and for some meta steps.
    let plan = LearnerPlan {
        process_steps: 25,
        meta_steps: 2,
        seed: 3,
        robust: true,
    };
    let uninterrupted =
        learner(&network, &plan, &path("uninterrupted.bin"), false).expect("never stopped");
    assert!(learner(&network, &plan, &path("resumed.bin"), true).is_none());
    let resumed = learner(&network, &plan, &path("resumed.bin"), false).expect("resumed");
    assert!(uninterrupted == resumed, "the same bytes");
    let other = LearnerPlan { seed: 4, ..plan };
    let device = Default::default();
    let model = BaseModel::<Flex>::from_bytes(&network, &device).expect("weights");
    let rejected = train_learner::<Autodiff<Flex>>(
        &speech(),
        &model,
        &other,
        &path("resumed.bin"),
        &device,
        &mut |_| true,
    );
    assert!(matches!(rejected, Err(TrainError::Checkpoint { .. })));
}
