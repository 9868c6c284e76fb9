//! The face as it is shown, in tensors: what [`super::Lips`] makes of the network's expressions
//! away from contacts, so that fitting sees what the user sees.

use burn::tensor::{Tensor, TensorData, activation::softmax, backend::Backend};

use super::NetworkOutput;
use super::lips::{NARROW_GAIN, OPEN_GAIN, ROUNDING_GAIN};
use crate::clip::Channel;
use crate::clip::lips::{LIP_APERTURE_MM, LIP_REST_MM};
use crate::training::Phone;

/// What the phones say about each frame, as far as the shown face needs it.
#[derive(Debug, Clone)]
pub struct Heard<B: Backend> {
    /// Probability of an open vowel `[batch, time, 1]`.
    pub open_vowel: Tensor<B, 3>,
    /// Probability of a rounded sound `[batch, time, 1]`.
    pub rounded: Tensor<B, 3>,
}

impl<B: Backend> Heard<B> {
    /// Reads the phone logits.
    pub fn of(output: &NetworkOutput<B>) -> Self {
        let phones = softmax(output.phones.clone(), 2);
        Self {
            open_vowel: any_of(&phones, Phone::is_open),
            rounded: any_of(&phones, Phone::is_rounded),
        }
    }
}

/// The probability `[batch, time, 1]` of any phone that `is_meant`, given those of all.
pub(super) fn any_of<B: Backend>(
    phones: &Tensor<B, 3>,
    is_meant: fn(Phone) -> bool,
) -> Tensor<B, 3> {
    let meant = Phone::ALL.iter().filter(|phone| is_meant(**phone));
    let columns = meant.map(|phone| phones.clone().narrow(2, phone.index(), 1));
    Tensor::cat(columns.collect(), 2).sum_dim(2)
}

/// The expressions `[batch, time, 52]` with vowels and rounding emphasised as the lips' stage
/// does; neither clamped nor closed.
pub fn shown<B: Backend>(expression: Tensor<B, 3>, heard: &Heard<B>) -> Tensor<B, 3> {
    let device = expression.device();
    let per_channel = |value: &dyn Fn(Channel) -> f32| channels(&device, value);
    let opens = per_channel(&aperture_millimetres);
    let jaw = per_channel(&|channel| f32::from(channel == Channel::JawOpen));
    let round = per_channel(&|channel| {
        f32::from([Channel::MouthPucker, Channel::MouthFunnel].contains(&channel))
    });
    let aperture = (expression.clone() * opens).sum_dim(2) + LIP_REST_MM;
    let gain = heard.open_vowel.clone() * (OPEN_GAIN + NARROW_GAIN) - NARROW_GAIN;
    let wider = aperture.clamp_min(0.0) * gain / aperture_millimetres(Channel::JawOpen);
    expression * (round * heard.rounded.clone() * ROUNDING_GAIN + 1.0) + wider * jaw
}

/// Millimetres of lip aperture per unit of a blendshape.
pub(crate) fn aperture_millimetres(channel: Channel) -> f32 {
    let known = LIP_APERTURE_MM.iter().find(|(other, _)| *other == channel);
    known.map_or(0.0, |(_, millimetres)| *millimetres)
}

/// A number per blendshape, `[1, 1, 52]`.
pub(crate) fn channels<B: Backend>(
    device: &B::Device,
    value: impl Fn(Channel) -> f32,
) -> Tensor<B, 3> {
    let values: Vec<f32> = Channel::blendshapes().iter().map(|c| value(*c)).collect();
    let shape = [1, 1, Channel::BLENDSHAPE_COUNT];
    Tensor::from_data(TensorData::new(values, shape), device)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;
    use burn_flex::Flex;

    use super::*;
    use crate::model::{CLOSURES_AHEAD, LipRules, Lips, NetworkFrame};

    #[test]
    fn fitting_sees_what_the_lips_show_away_from_contacts() {
        let device = Default::default();
        let spread = Distribution::Uniform(0.05, 0.3);
        let expression = Tensor::<Flex, 3>::random([1, 20, 52], spread, &device);
        let (open_vowel, rounded) = (0.7, 0.4);
        let heard = Heard {
            open_vowel: Tensor::full([1, 20, 1], open_vowel, &device),
            rounded: Tensor::full([1, 20, 1], rounded, &device),
        };
        let face = shown(expression.clone(), &heard)
            .into_data()
            .to_vec::<f32>();
        let said = expression.into_data().to_vec::<f32>().expect("numbers");
        // Kept neither apart nor together, and never too fast.
        let rules = LipRules {
            parted_below: -1.0,
            free_above: -0.5,
            ..LipRules::default()
        };
        for (said, shown) in said.chunks(52).zip(face.expect("numbers").chunks(52)) {
            let mut lips = Lips::new(rules);
            let frame = NetworkFrame {
                expression: std::array::from_fn(|i| said[i]),
                closure: 0.0,
                closure_ahead: [0.0; CLOSURES_AHEAD],
                silence: 0.0,
                contact: 0.0,
                open_vowel,
                rounded,
            };
            // Lips that start shut need some frames to open.
            let frame = (0..8).map(|_| lips.next(&frame)).last().expect("a frame");
            for channel in [Channel::JawOpen, Channel::MouthPucker, Channel::MouthFunnel] {
                let gap = (frame[channel] - shown[channel.index()]).abs();
                assert!(gap < 1e-4, "{channel}: {gap}");
            }
        }
    }
}
