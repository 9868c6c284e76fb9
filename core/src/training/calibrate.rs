//! When the lips should obey the network, chosen on speech that it did not learn from.

use burn::tensor::backend::Backend;

use super::{PhoneSpan, Utterance};
use crate::audio::{Normalizer, log_mel};
use crate::clip::{FrameRate, lips::aperture_mm};
use crate::metrics::{ClosureScore, closures};
use crate::model::{FRAME_RATE, LipRules, Lips, Network, NetworkFrame, Talker, Windows};

/// A lip that misses a p, b or m offends more than one that closes too often.
const RECALL_WEIGHT: f64 = 1.5;

/// Output frames that the network computes at once.
const BLOCK: usize = 20 * FRAME_RATE as usize;

/// The rules under which these utterances close the lips best; the defaults without any.
pub(super) fn calibrate<B: Backend>(
    network: &Network<B>,
    device: &B::Device,
    utterances: &[Utterance],
) -> LipRules {
    let talker = Talker::average(network.clone());
    let said: Vec<(Vec<NetworkFrame>, &[PhoneSpan])> = utterances
        .iter()
        .map(|utterance| {
            let frames = listen(&talker, device, &utterance.samples);
            (frames, utterance.phones.as_slice())
        })
        .collect();
    choose(&said)
}

fn choose(said: &[(Vec<NetworkFrame>, &[PhoneSpan])]) -> LipRules {
    let worth = |rules: &LipRules| {
        let mut sum = ClosureScore::default();
        for (frames, phones) in said {
            sum += &score(rules, frames, phones);
        }
        worth(sum.recall().unwrap_or(0.0), sum.precision().unwrap_or(0.0))
    };
    let mut best = LipRules::default();
    let mut most = worth(&best);
    for rules in candidates() {
        let value = worth(&rules);
        if value > most {
            (best, most) = (rules, value);
        }
    }
    best
}

/// The F measure (van Rijsbergen 1979) that takes recall [`RECALL_WEIGHT`] times as important as
/// precision.
fn worth(recall: f64, precision: f64) -> f64 {
    let weight = RECALL_WEIGHT * RECALL_WEIGHT;
    (1.0 + weight) * precision * recall / (weight * precision + recall).max(f64::EPSILON)
}

/// Every combination that is tried.
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

fn listen<B: Backend>(
    talker: &Talker<B>,
    device: &B::Device,
    samples: &[f32],
) -> Vec<NetworkFrame> {
    let mel = log_mel(samples);
    let normalizer = Normalizer::of(&mel);
    let mel: Vec<_> = mel.iter().map(|frame| normalizer.apply(frame)).collect();
    let mut windows = Windows::new(BLOCK);
    let mut frames = windows.push(&mel, talker, device);
    frames.extend(windows.finish(talker, device));
    frames
}

fn score(rules: &LipRules, frames: &[NetworkFrame], phones: &[PhoneSpan]) -> ClosureScore {
    let mut lips = Lips::new(*rules);
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
    use crate::clip::Channel;
    use crate::model::CLOSURES_AHEAD;
    use crate::training::Phone;

    /// A jaw that is always open; `closure` while b is said, `doubt` elsewhere.
    fn frames(phones: &[PhoneSpan], closure: f32, doubt: f32) -> Vec<NetworkFrame> {
        (0..150)
            .map(|frame| {
                let time = frame as f32 / FRAME_RATE as f32;
                let shut = (phones.iter())
                    .any(|span| span.phone == Phone::B && span.start <= time && time < span.end);
                let mut expression = [0.0; Channel::BLENDSHAPE_COUNT];
                expression[Channel::JawOpen.index()] = 0.3;
                NetworkFrame {
                    expression,
                    closure: if shut { closure } else { doubt },
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
    fn the_choice_suits_networks_of_many_and_of_few_doubts() {
        let sounds: Vec<_> = (0..20)
            .map(|i| (if i % 2 == 0 { Phone::Aa } else { Phone::B }, 0.15))
            .collect();
        let phones = PhoneSpan::in_a_row(0.0, &sounds);
        for (closure, doubt) in [(0.2, 0.02), (0.9, 0.35)] {
            let frames = frames(&phones, closure, doubt);
            let rules = choose(&[(frames.clone(), &phones)]);
            let f1 = score(&rules, &frames, &phones).f1();
            assert!(f1 > Some(0.99), "{closure} against {doubt}: {f1:?}");
        }
        assert_eq!(choose(&[]), LipRules::default());
    }
}
