//! A synthetic performer: a style of articulation and a simulated capture rig.
//!
//! Real captures differ from the teacher's curves in more than style: trackers scale some shapes,
//! miss others, saturate and mix neighbours, and every face has another rest pose. Performers
//! simulate all of this.

use rand::Rng;
use rand::seq::IndexedRandom;

use super::teacher::articulate;
use metaface_clip::Channel;
use metaface_clip::PhoneSpan;
use metaface_core::model::Style;
use metaface_core::random::normal;

const CHANNELS: usize = Channel::BLENDSHAPE_COUNT;

/// The distance of random performers from the average.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breadth {
    /// As in training: style parameters within two standard deviations.
    Usual,
    /// Never in training: several style parameters beyond two standard deviations, and stronger
    /// rigs.
    Unusual,
}

/// A simulated person in front of a capture rig.
#[derive(Debug, Clone, PartialEq)]
pub struct Performer {
    /// The style of articulation.
    pub style: Style,
    /// Factor per channel.
    gain: [f32; CHANNELS],
    /// Exponent per channel: below 1 the tracker saturates.
    exponent: [f32; CHANNELS],
    /// The rest pose, added to every frame.
    rest: [f32; CHANNELS],
    /// Crosstalk between channels: from, to, share.
    crosstalk: Vec<(usize, usize, f32)>,
}

impl Performer {
    /// The average style and a perfect rig.
    pub fn average() -> Self {
        Self::plain(Style::average())
    }

    /// A style and a perfect rig.
    pub fn plain(style: Style) -> Self {
        Self {
            style,
            gain: [1.0; CHANNELS],
            exponent: [1.0; CHANNELS],
            rest: [0.0; CHANNELS],
            crosstalk: Vec::new(),
        }
    }

    /// A random performer.
    pub fn sample(breadth: Breadth, rng: &mut impl Rng) -> Self {
        let mut vector = Style::sample(rng).to_vector().map(|x| x.clamp(-2.0, 2.0));
        let rig_strength = match breadth {
            Breadth::Usual => rng.random_range(0.0..1.0f32),
            Breadth::Unusual => rng.random_range(0.8..1.4),
        };
        if breadth == Breadth::Unusual {
            for _ in 0..rng.random_range(3..=6) {
                let index = rng.random_range(0..vector.len());
                let sign = if rng.random_bool(0.5) { 1.0 } else { -1.0 };
                vector[index] = sign * rng.random_range(2.1..3.0);
            }
        }
        let mut performer = Self::plain(Style::from_vector(&vector));
        performer.draw_rig(rig_strength, rng);
        performer
    }

    fn draw_rig(&mut self, strength: f32, rng: &mut impl Rng) {
        for channel in Channel::blendshapes() {
            let index = channel.index();
            if channel.mirrored().index() < index {
                // Both sides are tracked almost alike.
                let other = channel.mirrored().index();
                self.gain[index] = self.gain[other] * (0.1 * strength * normal(rng)).exp();
                self.exponent[index] = self.exponent[other];
                self.rest[index] = (self.rest[other] + 0.02 * strength * normal(rng)).max(0.0);
                continue;
            }
            self.gain[index] = (0.4 * strength * normal(rng)).exp();
            if rng.random_bool(f64::from(0.12 * strength)) {
                self.gain[index] = rng.random_range(0.0..0.15);
            }
            if rng.random_bool(f64::from(0.25 * strength)) {
                self.exponent[index] = rng.random_range(0.6..1.5);
            }
            if rng.random_bool(f64::from(0.5 * strength)) {
                self.rest[index] = (0.08 * normal(rng)).abs();
            }
        }
        let mouth: Vec<usize> = (Channel::blendshapes().iter())
            .filter(|channel| channel.name().starts_with("Mouth") || **channel == Channel::JawOpen)
            .map(|channel| channel.index())
            .collect();
        for _ in 0..(6.0 * strength) as usize {
            if let (Some(from), Some(to)) = (mouth.choose(rng), mouth.choose(rng)) {
                self.crosstalk.push((*from, *to, 0.35 * normal(rng)));
            }
        }
    }

    /// The captured face: `frames` rows of blendshapes, 0 to 1. `loudness` is in dB per frame at
    /// 50 Hz.
    pub fn perform(
        &self,
        phones: &[PhoneSpan],
        loudness: &[f32],
        frames: usize,
    ) -> Vec<[f32; CHANNELS]> {
        let face = articulate(phones, loudness, frames, &self.style);
        face.iter().map(|frame| self.captured(&frame.0)).collect()
    }

    fn captured(&self, face: &[f32]) -> [f32; CHANNELS] {
        let mut out: [f32; CHANNELS] =
            std::array::from_fn(|i| self.gain[i] * face[i].max(0.0).powf(self.exponent[i]));
        for (from, to, share) in &self.crosstalk {
            out[*to] += share * face[*from];
        }
        std::array::from_fn(|i| (out[i] + self.rest[i]).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use metaface_clip::Phone;

    fn performed(performer: &Performer) -> Vec<[f32; CHANNELS]> {
        let phones = PhoneSpan::sequence(0.2, &[(Phone::M, 0.1), (Phone::Aa, 0.3)]);
        performer.perform(&phones, &[-20.0; 50], 50)
    }

    #[test]
    fn the_average_performer_matches_the_teacher() {
        let phones = PhoneSpan::sequence(0.2, &[(Phone::M, 0.1), (Phone::Aa, 0.3)]);
        let taught = articulate(&phones, &[-20.0; 50], 50, &Style::average());
        for (a, b) in performed(&Performer::average()).iter().zip(taught) {
            assert!(a.iter().zip(b.0).all(|(a, b)| (a - b).abs() < 1e-6));
        }
    }

    #[test]
    fn unusual_performers_have_styles_that_training_never_draws() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let beyond = |performer: &Performer| {
            let vector = performer.style.to_vector();
            vector.iter().filter(|value| value.abs() > 2.01).count()
        };
        for _ in 0..100 {
            let usual = Performer::sample(Breadth::Usual, &mut rng);
            assert_eq!(beyond(&usual), 0);
            let unusual = Performer::sample(Breadth::Unusual, &mut rng);
            assert!(beyond(&unusual) >= 1, "{unusual:?}");
            for value in performed(&unusual).iter().flatten() {
                assert!((0.0..=1.0).contains(value));
            }
        }
    }
}
