//! The emphasis of vowels and rounding, in tensors: the same as [`super::LipAnimator`] applies
//! to the network's expressions away from contacts, so that fitting compares the face that the user
//! sees.

use burn::tensor::{Tensor, TensorData, activation::softmax, backend::Backend};

use super::NetworkOutput;
use super::lips::{NARROW_GAIN, OPEN_GAIN, ROUNDING_GAIN};
use crate::clip::Channel;
use crate::clip::Phone;
use crate::clip::lips::{LIP_APERTURE_MM, LIP_REST_MM};

/// The phone probabilities per frame that the emphasis needs.
#[derive(Debug, Clone)]
pub struct PhoneProbabilities<B: Backend> {
    /// Probability of an open vowel `[batch, time, 1]`.
    pub open_vowel: Tensor<B, 3>,
    /// Probability of a rounded sound `[batch, time, 1]`.
    pub rounded: Tensor<B, 3>,
}

impl<B: Backend> PhoneProbabilities<B> {
    /// From the phone logits.
    pub fn of(output: &NetworkOutput<B>) -> Self {
        let phones = softmax(output.phones.clone(), 2);
        Self {
            open_vowel: any_of(&phones, Phone::is_open),
            rounded: any_of(&phones, Phone::is_rounded),
        }
    }
}

/// The summed probability `[batch, time, 1]` of the phones that `includes` selects.
pub(super) fn any_of<B: Backend>(
    phones: &Tensor<B, 3>,
    includes: fn(Phone) -> bool,
) -> Tensor<B, 3> {
    let selected = Phone::ALL.iter().filter(|phone| includes(**phone));
    let columns = selected.map(|phone| phones.clone().narrow(2, phone.index(), 1));
    Tensor::cat(columns.collect(), 2).sum_dim(2)
}

/// The expressions `[batch, time, 52]` with vowels and rounding emphasised as in
/// [`super::LipAnimator`], without clamping and closures.
pub fn emphasise<B: Backend>(
    expression: Tensor<B, 3>,
    phones: &PhoneProbabilities<B>,
) -> Tensor<B, 3> {
    let device = expression.device();
    let per_channel = |value: &dyn Fn(Channel) -> f32| channels(&device, value);
    let opens = per_channel(&aperture_millimetres);
    let jaw = per_channel(&|channel| f32::from(channel == Channel::JawOpen));
    let round = per_channel(&|channel| {
        f32::from([Channel::MouthPucker, Channel::MouthFunnel].contains(&channel))
    });
    let aperture = (expression.clone() * opens).sum_dim(2) + LIP_REST_MM;
    let gain = phones.open_vowel.clone() * (OPEN_GAIN + NARROW_GAIN) - NARROW_GAIN;
    let wider = aperture.clamp_min(0.0) * gain / aperture_millimetres(Channel::JawOpen);
    expression * (round * phones.rounded.clone() * ROUNDING_GAIN + 1.0) + wider * jaw
}

/// Millimetres of lip aperture per unit of a blendshape.
pub fn aperture_millimetres(channel: Channel) -> f32 {
    let entry = LIP_APERTURE_MM.iter().find(|(other, _)| *other == channel);
    entry.map_or(0.0, |(_, millimetres)| *millimetres)
}

/// One value per blendshape, `[1, 1, 52]`.
pub fn channels<B: Backend>(device: &B::Device, value: impl Fn(Channel) -> f32) -> Tensor<B, 3> {
    let values: Vec<f32> = Channel::blendshapes().iter().map(|c| value(*c)).collect();
    let shape = [1, 1, Channel::BLENDSHAPE_COUNT];
    Tensor::from_data(TensorData::new(values, shape), device)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;
    use burn_flex::Flex;

    use super::*;
    use crate::model::{CLOSURES_AHEAD, LipAnimator, LipRules, NetworkFrame};

    #[test]
    fn emphasis_in_tensors_equals_the_lips_away_from_contacts() {
        let device = Default::default();
        let spread = Distribution::Uniform(0.05, 0.3);
        let expression = Tensor::<Flex, 3>::random([1, 20, 52], spread, &device);
        let (open_vowel, rounded) = (0.7, 0.4);
        let phones = PhoneProbabilities {
            open_vowel: Tensor::full([1, 20, 1], open_vowel, &device),
            rounded: Tensor::full([1, 20, 1], rounded, &device),
        };
        let face = emphasise(expression.clone(), &phones)
            .into_data()
            .to_vec::<f32>();
        let input = expression.into_data().to_vec::<f32>().expect("numbers");
        // Thresholds that neither part nor close the lips.
        let rules = LipRules {
            parted_below: -1.0,
            free_above: -0.5,
            ..LipRules::default()
        };
        for (input, shown) in input.chunks(52).zip(face.expect("numbers").chunks(52)) {
            let mut lips = LipAnimator::new(rules);
            let frame = NetworkFrame {
                expression: std::array::from_fn(|i| input[i]),
                bilabial: 0.0,
                closure_ahead: [0.0; CLOSURES_AHEAD],
                silence: 0.0,
                contact: 0.0,
                open_vowel,
                rounded,
            };
            // The lips start shut and need some frames to open.
            let frame = (0..8).map(|_| lips.next(&frame)).last().expect("a frame");
            for channel in [Channel::JawOpen, Channel::MouthPucker, Channel::MouthFunnel] {
                let gap = (frame[channel] - shown[channel.index()]).abs();
                assert!(gap < 1e-4, "{channel}: {gap}");
            }
        }
    }
}
