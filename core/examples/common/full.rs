//! The control: every weight of the network fitted to the reference.

use burn::backend::Autodiff;
use burn::grad_clipping::GradientClippingConfig;
use burn::module::{AutodiffModule, Module};
use burn::optim::{AdamConfig, GradientsParams, Optimizer};
use burn::tensor::{ElementConversion, Tensor, TensorData};
use burn_flex::Flex;
use metaface_core::Animator;
use metaface_core::audio::{MEL_BANDS, Normalizer, log_mel};
use metaface_core::device::DeviceChoice;
use metaface_core::model::shown::{Heard, shown};
use metaface_core::model::{BaseModel, Manner, Network};
use metaface_core::speaker::face_loss::{face_loss, lip_error_mm};
use metaface_core::speaker::material::{Material, Stretch};
use metaface_core::speaker::{LearnOptions, Method, Reference, RelationMemory, Speaker, learn};

use super::people::Person;

type Learning = Autodiff<Flex>;

const STEPS: usize = 80;
const LOOK_EVERY: usize = 4;
const PATIENCE: usize = 5;
/// A tenth of what adapters take: every weight moves.
const RATE: f64 = 3e-4;

/// A network fitted as a whole, with the steps chosen by the same tail as adapters' are, and the
/// speaker's rest pose.
pub fn fine_tuned(
    animator: &Animator,
    base: Option<&[u8]>,
    person: &Person,
    seconds: f64,
) -> Result<(Animator, Speaker), Box<dyn std::error::Error>> {
    let reference = Reference::new(vec![person.reference.take(seconds)?], animator)?;
    let options = LearnOptions {
        method: Method::INSTANT,
        ..LearnOptions::default()
    };
    let mut speaker = learn(animator, &reference, &options, &mut |_| true)?.ok_or("stopped")?;
    speaker.latent.clear();
    speaker.memory = RelationMemory::default();
    let device = Default::default();
    let base = BaseModel::<Flex>::from_bytes(base.unwrap_or(super::EMBEDDED), &device)?;
    let take = &reference.takes[0];
    let mel = log_mel(&take.samples);
    let normalizer = Normalizer::of(&mel);
    let frames = take.motion.len();
    let stretch = |from: usize, to: usize| Stretch {
        mel: mel[2 * from..(2 * to).min(mel.len())]
            .iter()
            .map(|frame| normalizer.apply(frame))
            .collect(),
        motion: (take.motion[from..to].iter())
            .map(|frame| std::array::from_fn(|c| frame[c] - reference.rest[c]))
            .collect(),
    };
    let tail = frames * 3 / 4;
    let steps = fit(
        &base.network,
        &stretch(0, tail),
        Some(&stretch(tail, frames)),
        &reference,
        STEPS,
    )
    .1;
    let network = fit(&base.network, &stretch(0, frames), None, &reference, steps).0;
    let base = BaseModel { network, ..base };
    let bytes = base.to_bytes()?;
    let tuned = Animator::with_base_model(&bytes, DeviceChoice::Cpu)?;
    speaker.base = tuned.base_hash().to_owned();
    Ok((tuned, speaker))
}

fn fit(
    base: &Network<Flex>,
    seen: &Stretch,
    unseen: Option<&Stretch>,
    reference: &Reference,
    steps: usize,
) -> (Network<Flex>, usize) {
    let device = Default::default();
    let record = Network::<Learning>::from_inner(base.clone()).into_record();
    let mut network = Network::<Learning>::new(&device).load_record(record);
    let observed = [reference.observed];
    let fixed = Material::new(base, &[seen], &observed, &device);
    let material = fixed.for_learning::<Learning>();
    let mel = seen.mel.as_flattened().to_vec();
    let mel = TensorData::new(mel, [1, seen.mel.len(), MEL_BANDS]);
    let mel: Tensor<Learning, 3> = Tensor::from_data(mel, &device);
    let clipping = Some(GradientClippingConfig::Norm(1.0));
    let mut optimizer = AdamConfig::new().with_grad_clipping(clipping).init();
    let error = |network: &Network<Flex>| {
        unseen.map(|unseen| {
            let material = Material::new(network, &[unseen], &observed, &device);
            lip_error_mm(material.average, &material.captured)
                .into_scalar()
                .elem::<f32>()
        })
    };
    let (mut best, mut least, mut idle) = (0, error(base), 0);
    for step in 1..=steps {
        let content = network.content(mel.clone());
        let output = network.decode_as(content, &Manner::average(1, &device), None);
        let heard = Heard::of(&output);
        let heard = Heard {
            open_vowel: heard.open_vowel.detach(),
            rounded: heard.rounded.detach(),
        };
        let loss = face_loss(shown(output.expression, &heard), &material.captured);
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(RATE, network, gradients);
        if step % LOOK_EVERY == 0 && unseen.is_some() {
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
