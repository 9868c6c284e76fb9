//! What the measuring programs share.

#![allow(dead_code)] // Each program uses its own part.

pub mod full;
pub mod people;

use metaface_core::clip::lips::{LIP_POINTS_MM, LIP_POINTS_REST_MM};
use metaface_core::clip::{Clip, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::metrics::{LipGeometry, StyleClassifier};
use metaface_core::speaker::Speaker;
use metaface_core::training::{Breadth, Utterance};
use metaface_core::{Animator, Options};

/// The base model in the program.
pub const EMBEDDED: &[u8] = include_bytes!("../../base.safetensors");

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

/// A base model's animator, or the embedded one's.
pub fn animator(base: Option<&[u8]>) -> Anyhow<Animator> {
    Ok(Animator::with_base_model(
        base.unwrap_or(EMBEDDED),
        DeviceChoice::Cpu,
    )?)
}

/// A performer's query said by somebody, mouth and brows only.
pub fn animate(
    animator: &Animator,
    speaker: Option<&Speaker>,
    person: &people::Person,
) -> Anyhow<Clip> {
    let own = speaker
        .map(|speaker| animator.speaking_as(speaker, 1.0))
        .transpose()?;
    let options = Options {
        rate: FrameRate::whole(50)?,
        head: None,
        eyes: None,
        ..Options::default()
    };
    let sound = person.query.sound()?;
    Ok(own
        .as_ref()
        .unwrap_or(animator)
        .animate(&person.name, &sound, &options)?)
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

/// A style classifier trained on performers of its own.
pub fn style_judge(speech: &[Utterance]) -> Anyhow<StyleClassifier> {
    let mut stretches = Vec::new();
    for (breadth, seed) in [(Breadth::Usual, 50_000), (Breadth::Unusual, 60_000)] {
        for person in people::people(speech, 80, 36.0, breadth, seed)? {
            let plain = person.reference.clip.frames.iter();
            let plain: Vec<[f32; 52]> = plain
                .map(|frame| std::array::from_fn(|i| frame.0[i]))
                .collect();
            stretches.push(plain.chunks(300).map(<[_]>::to_vec).collect());
        }
    }
    StyleClassifier::train(&stretches, 5).ok_or_else(|| "nobody to train on".into())
}
