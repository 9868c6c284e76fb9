//! Calibration of the lip closure thresholds on speech outside the training set.

use burn::tensor::backend::Backend;

use metaface_clip::PhoneSpan;
use metaface_clip::{FrameRate, lips::aperture_mm};
use metaface_core::audio::{Normalizer, log_mel};
use metaface_core::model::{
    ConditionedNetwork, FRAME_RATE, LipAnimator, LipRules, Network, NetworkFrame, Windows,
};
use metaface_evaluation::recordings::Utterance;
use metaface_evaluation::{ClosureScore, closures};

/// A missed p, b or m is more visible than an extra closure.
const RECALL_WEIGHT: f64 = 1.5;

/// Output frames per network call.
const BLOCK: usize = 20 * FRAME_RATE as usize;

/// The rules that give the best closures on these utterances; defaults if there are no utterances.
pub(super) fn calibrate<B: Backend>(
    network: &Network<B>,
    device: &B::Device,
    utterances: &[Utterance],
) -> LipRules {
    let network = ConditionedNetwork::average(network.clone());
    let predictions: Vec<(Vec<NetworkFrame>, &[PhoneSpan])> = utterances
        .iter()
        .map(|utterance| {
            let frames = predict(&network, device, &utterance.samples);
            (frames, utterance.phones.as_slice())
        })
        .collect();
    best_rules(&predictions)
}

fn best_rules(predictions: &[(Vec<NetworkFrame>, &[PhoneSpan])]) -> LipRules {
    let value_of = |rules: &LipRules| {
        let mut sum = ClosureScore::default();
        for (frames, phones) in predictions {
            sum += &score(rules, frames, phones);
        }
        f_measure(sum.recall().unwrap_or(0.0), sum.precision().unwrap_or(0.0))
    };
    let mut best = LipRules::default();
    let mut best_value = value_of(&best);
    for rules in candidates() {
        let value = value_of(&rules);
        if value > best_value {
            (best, best_value) = (rules, value);
        }
    }
    best
}

/// The F measure (van Rijsbergen 1979) with recall [`RECALL_WEIGHT`] times as important as
/// precision.
fn f_measure(recall: f64, precision: f64) -> f64 {
    let weight = RECALL_WEIGHT * RECALL_WEIGHT;
    (1.0 + weight) * precision * recall / (weight * precision + recall).max(f64::EPSILON)
}

/// The grid of rules to search.
fn candidates() -> impl Iterator<Item = LipRules> {
    const OPEN_BELOW: [f32; 6] = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4];
    const RISE: [f32; 3] = [0.1, 0.25, 0.4];
    const FREE_ABOVE: [f32; 5] = [0.15, 0.25, 0.4, 0.6, 0.8];
    OPEN_BELOW.into_iter().flat_map(|open_below| {
        RISE.into_iter().flat_map(move |rise| {
            FREE_ABOVE.into_iter().map(move |free_above| LipRules {
                open_below,
                shut_above: open_below + rise,
                parted_below: 0.2 * free_above,
                free_above,
            })
        })
    })
}

fn predict<B: Backend>(
    network: &ConditionedNetwork<B>,
    device: &B::Device,
    samples: &[f32],
) -> Vec<NetworkFrame> {
    let mel = log_mel(samples);
    let normalizer = Normalizer::of(&mel);
    let mel: Vec<_> = mel.iter().map(|frame| normalizer.apply(frame)).collect();
    let mut windows = Windows::new(BLOCK);
    let mut frames = windows.push(&mel, network, device);
    frames.extend(windows.finish(network, device));
    frames
}

fn score(rules: &LipRules, frames: &[NetworkFrame], phones: &[PhoneSpan]) -> ClosureScore {
    let mut lips = LipAnimator::new(*rules);
    let apertures: Vec<f32> = frames
        .iter()
        .map(|frame| aperture_mm(&lips.next(frame)))
        .collect();
    match FrameRate::whole(FRAME_RATE) {
        Ok(rate) => closures(&apertures, rate, phones),
        Err(_) => ClosureScore::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use metaface_clip::Channel;
    use metaface_clip::Phone;
    use metaface_core::model::CLOSURES_AHEAD;

    /// A jaw that is always open. The probability of a bilabial is `during_b` on b, else
    /// `elsewhere`.
    fn frames(phones: &[PhoneSpan], during_b: f32, elsewhere: f32) -> Vec<NetworkFrame> {
        (0..150)
            .map(|frame| {
                let time = frame as f32 / FRAME_RATE as f32;
                let shut = (phones.iter())
                    .any(|span| span.phone == Phone::B && span.start <= time && time < span.end);
                let mut expression = [0.0; Channel::BLENDSHAPE_COUNT];
                expression[Channel::JawOpen.index()] = 0.3;
                NetworkFrame {
                    expression,
                    bilabial: if shut { during_b } else { elsewhere },
                    closure_ahead: [0.0; CLOSURES_AHEAD],
                    silence: 0.0,
                    contact: 0.0,
                    open_vowel: 0.5,
                    rounded: 0.0,
                }
            })
            .collect()
    }

    #[test]
    fn the_rules_suit_networks_with_low_and_with_high_closure_probabilities() {
        let sounds: Vec<_> = (0..20)
            .map(|i| (if i % 2 == 0 { Phone::Aa } else { Phone::B }, 0.15))
            .collect();
        let phones = PhoneSpan::sequence(0.0, &sounds);
        for (during_b, elsewhere) in [(0.2, 0.02), (0.9, 0.35)] {
            let frames = frames(&phones, during_b, elsewhere);
            let rules = best_rules(&[(frames.clone(), &phones)]);
            let f1 = score(&rules, &frames, &phones).f1();
            assert!(f1 > Some(0.99), "{during_b} against {elsewhere}: {f1:?}");
        }
        assert_eq!(best_rules(&[]), LipRules::default());
    }
}
