//! Full fine-tuning, for comparison: every weight of the network is fitted to the reference.

use burn::backend::Autodiff;
use burn::grad_clipping::GradientClippingConfig;
use burn::module::{AutodiffModule, Module};
use burn::optim::{AdamConfig, GradientsParams, Optimizer};
use burn::tensor::{ElementConversion, Tensor, TensorData};
use burn_flex::Flex;
use metaface_core::Animator;
use metaface_core::audio::{MEL_BANDS, normalized_log_mel};
use metaface_core::device::DeviceChoice;
use metaface_core::model::RelationMemory;
use metaface_core::model::emphasis::{PhoneProbabilities, emphasise};
use metaface_core::model::{BaseModel, Conditioning, Dropout, Network};
use metaface_core::speaker::face_loss::{face_loss, lip_error_mm};
use metaface_core::speaker::learning_batch::{LearningBatch, Segment};
use metaface_core::speaker::{LearnOptions, Method, Reference, Speaker};

use super::performers::TestPerformer;

type Learnable = Autodiff<Flex>;

/// Largest number of gradient steps.
const STEPS: usize = 80;
/// Steps between evaluations on the held-out tail.
const EVALUATE_EVERY: usize = 4;
/// Fitting stops after this many evaluations without improvement.
const PATIENCE: usize = 5;
/// Learning rate: a tenth of the adapters' rate, because every weight changes.
const RATE: f64 = 3e-4;

/// A network with all weights fitted, and a speaker with only the rest pose. The number of steps is
/// chosen on the reference's tail, as for adapters.
pub fn fine_tuned(
    animator: &Animator,
    base: Option<&[u8]>,
    performer: &TestPerformer,
    seconds: f64,
) -> Result<(Animator, Speaker), Box<dyn std::error::Error>> {
    let reference = animator.reference(vec![performer.reference.take(seconds)?])?;
    let options = LearnOptions {
        method: Method::INSTANT,
        ..LearnOptions::default()
    };
    let mut speaker = animator
        .learn(&reference, &options, &mut |_| true)?
        .ok_or("stopped")?;
    speaker.weights.latent.clear();
    speaker.weights.memory = RelationMemory::default();
    let device = Default::default();
    let base = BaseModel::<Flex>::from_bytes(base.unwrap_or(super::EMBEDDED), &device)?;
    let take = &reference.takes[0];
    let mel = normalized_log_mel(&take.samples);
    let frames = take.motion.len();
    let segment = |from: usize, to: usize| Segment {
        mel: mel[2 * from..(2 * to).min(mel.len())].to_vec(),
        motion: (take.motion[from..to].iter())
            .map(|frame| std::array::from_fn(|c| frame[c] - reference.rest[c]))
            .collect(),
    };
    let tail = frames * 3 / 4;
    let steps = fit(
        &base.network,
        &segment(0, tail),
        Some(&segment(tail, frames)),
        &reference,
        STEPS,
    )
    .1;
    let network = fit(&base.network, &segment(0, frames), None, &reference, steps).0;
    let base = BaseModel { network, ..base };
    let bytes = base.to_bytes()?;
    let tuned = Animator::with_base_model(&bytes, DeviceChoice::Cpu)?;
    speaker.base = tuned.base_hash().to_owned();
    Ok((tuned, speaker))
}

fn fit(
    base: &Network<Flex>,
    train: &Segment,
    held_out: Option<&Segment>,
    reference: &Reference,
    steps: usize,
) -> (Network<Flex>, usize) {
    let device = Default::default();
    let record = Network::<Learnable>::from_inner(base.clone()).into_record();
    let mut network = Network::<Learnable>::new(&device).load_record(record);
    let observed = [reference.observed];
    let fixed = LearningBatch::new(base, &[train], &observed, &device);
    let batch = fixed.for_learning::<Learnable>();
    let values = train.mel.as_flattened().to_vec();
    let data = TensorData::new(values, [1, train.mel.len(), MEL_BANDS]);
    let mel: Tensor<Learnable, 3> = Tensor::from_data(data, &device);
    let clipping = Some(GradientClippingConfig::Norm(1.0));
    let mut optimizer = AdamConfig::new().with_grad_clipping(clipping).init();
    let error = |network: &Network<Flex>| {
        held_out.map(|held_out| {
            let batch = LearningBatch::new(network, &[held_out], &observed, &device);
            lip_error_mm(batch.average, &batch.captured)
                .into_scalar()
                .elem::<f32>()
        })
    };
    let mut dropout = Dropout::new(7);
    let (mut best, mut least, mut idle) = (0, error(base), 0);
    for step in 1..=steps {
        let content = network.content(mel.clone());
        let average = Conditioning::average(1, &device);
        let output = network.decode_for_learning(content, &average, None, &mut dropout);
        let phones = PhoneProbabilities::of(&output);
        let phones = PhoneProbabilities {
            open_vowel: phones.open_vowel.detach(),
            rounded: phones.rounded.detach(),
        };
        let loss = face_loss(emphasise(output.expression, &phones), &batch.captured);
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(RATE, network, gradients);
        if step % EVALUATE_EVERY == 0 && held_out.is_some() {
            let now = error(&network.valid());
            idle += 1;
            if now < least {
                (best, least, idle) = (step, now, 0);
            }
            if idle >= PATIENCE {
                break;
            }
        }
    }
    (network.valid(), best)
}
