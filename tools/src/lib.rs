//! Shared code of the measuring programs and generators: simulated performers on recorded sentences,
//! full fine-tuning, evaluation, processes, and the dialogue of a fictional game.

pub mod dialogue;
pub mod full;
pub mod options;
pub mod performers;
pub mod process;

use metaface_core::clip::lips::{LIP_POINTS_MM, LIP_POINTS_REST_MM};
use metaface_core::clip::{Clip, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::speaker::Speaker;
use metaface_core::{Animator, Options};
use metaface_evaluation::recordings::Utterance;
use metaface_evaluation::{LipGeometry, StyleClassifier};
use metaface_training::Breadth;

/// The embedded base model.
pub const EMBEDDED: &[u8] = include_bytes!("../../core/base.safetensors");

/// A result with any error.
pub type AnyResult<T> = Result<T, Box<dyn std::error::Error>>;

/// The animator of a base model; `None` is the embedded one.
pub fn animator(base: Option<&[u8]>) -> AnyResult<Animator> {
    Ok(Animator::with_base_model(
        base.unwrap_or(EMBEDDED),
        DeviceChoice::Cpu,
    )?)
}

/// Animates a performer's query with a speaker (`None` is the average speaker), without head and
/// eyes.
pub fn animate(
    animator: &Animator,
    speaker: Option<&Speaker>,
    performer: &performers::TestPerformer,
) -> AnyResult<Clip> {
    let conditioned = speaker
        .map(|speaker| animator.with_speaker(speaker, 1.0))
        .transpose()?;
    let options = Options {
        fps: FrameRate::whole(50)?,
        head: None,
        eyes: None,
        ..Options::default()
    };
    let sound = performer.query.sound()?;
    Ok(conditioned
        .as_ref()
        .unwrap_or(animator)
        .animate(&performer.name, &sound, &options)?)
}

/// Twelve points of the sample head's lips.
pub fn lips() -> LipGeometry {
    let row = |(channel, values): &(_, [f32; 36])| {
        (
            *channel,
            values
                .chunks_exact(3)
                .map(|xyz| [xyz[0], xyz[1], xyz[2]])
                .collect(),
        )
    };
    LipGeometry {
        rest: LIP_POINTS_REST_MM.to_vec(),
        deltas: LIP_POINTS_MM.iter().map(row).collect(),
    }
}

/// A style classifier, trained on other performers than those to evaluate.
pub fn style_classifier(speech: &[Utterance]) -> AnyResult<StyleClassifier> {
    let mut excerpts = Vec::new();
    for (breadth, seed) in [(Breadth::Usual, 50_000), (Breadth::Unusual, 60_000)] {
        for performer in performers::draw_performers(speech, 80, 36.0, breadth, seed)? {
            let blendshapes: Vec<[f32; 52]> = (performer.reference.clip.frames.iter())
                .map(|frame| std::array::from_fn(|i| frame.0[i]))
                .collect();
            excerpts.push(blendshapes.chunks(300).map(<[_]>::to_vec).collect());
        }
    }
    StyleClassifier::train(&excerpts, 5).ok_or_else(|| "no performers to train on".into())
}
