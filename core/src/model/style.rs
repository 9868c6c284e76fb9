//! How a person articulates: the style parameters of the articulation teacher.

use rand::Rng;

use crate::random::normal;

/// The distribution of a style parameter over people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StyleParameter {
    /// The field of [`Style`].
    pub name: &'static str,
    /// The value of the average speaker.
    pub average: f32,
    /// Standard deviation over people: in the parameter's unit or, if `ratio`, of the natural
    /// logarithm.
    pub spread: f32,
    /// The smallest value.
    pub minimum: f32,
    /// The largest value.
    pub maximum: f32,
    /// Whether people differ by a factor (a gain) rather than by an offset.
    pub ratio: bool,
    /// Correlation with a person's overall expressiveness, -1 to 1: a person with a wide jaw
    /// opening also rounds and raises the brows more.
    expressiveness: f32,
}

impl StyleParameter {
    /// Standard deviations from the average.
    fn normalise(&self, value: f32) -> f32 {
        if self.ratio {
            (value / self.average).ln() / self.spread
        } else {
            (value - self.average) / self.spread
        }
    }

    fn denormalise(&self, deviations: f32) -> f32 {
        let deviations = if deviations.is_finite() {
            deviations
        } else {
            0.0
        };
        let value = if self.ratio {
            self.average * (deviations * self.spread).exp()
        } else {
            self.average + deviations * self.spread
        };
        value.clamp(self.minimum, self.maximum)
    }
}

macro_rules! style {
    ($($(#[$doc:meta])* $field:ident: $kind:ident $average:literal +- $spread:literal
        in $minimum:literal ..= $maximum:literal, expressiveness $expressiveness:literal;)+) => {
        /// An articulation style: the parameters of the articulation teacher.
        ///
        /// Gains are factors with 1 for the average speaker; the rest have the units given.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Style {
            $($(#[$doc])* pub $field: f32,)+
        }

        impl Style {
            /// Every parameter in the order of [`Style::to_vector`].
            pub const PARAMETERS: &[StyleParameter] = &[$(StyleParameter {
                name: stringify!($field),
                average: $average,
                spread: $spread,
                minimum: $minimum,
                maximum: $maximum,
                ratio: style!(@ratio $kind),
                expressiveness: $expressiveness,
            },)+];

            /// The number of parameters.
            pub const DIMENSIONS: usize = Self::PARAMETERS.len();

            /// The parameters' values, in the order of [`Style::PARAMETERS`].
            pub fn values(&self) -> [f32; Self::DIMENSIONS] {
                [$(self.$field,)+]
            }

            fn from_values(values: [f32; Self::DIMENSIONS]) -> Self {
                let [$($field,)+] = values;
                Self { $($field,)+ }
            }
        }
    };
    (@ratio gain) => { true };
    (@ratio offset) => { false };
}

style! {
    /// Factor on the jaw's opening: 0.55 mumbles, 1.8 is theatrical.
    jaw_gain: gain 1.0 +- 0.24 in 0.55..=1.8, expressiveness 0.6;
    /// Factor on lip movements other than closing: spreading, raising, lowering.
    lip_gain: gain 1.0 +- 0.25 in 0.5..=1.8, expressiveness 0.6;
    /// Factor on rounding (pucker and funnel), 0.45 to 1.7.
    protrusion: gain 1.0 +- 0.25 in 0.45..=1.7, expressiveness 0.4;
    /// Constant blendshape weight added to the smile; negative values lower the mouth corners.
    smile_bias: offset 0.03 +- 0.05 in -0.10..=0.22, expressiveness 0.2;
    /// JawOpen at rest, behind touching lips, 0 to 0.1.
    rest_jaw: offset 0.03 +- 0.02 in 0.0..=0.10, expressiveness 0.0;
    /// Millimetres by which the lips are parted at rest on the sample head.
    rest_parting: offset 0.3 +- 0.5 in 0.0..=3.0, expressiveness 0.0;
    /// Constant weight of lip roll and press: thin, tense lips.
    lip_tension: offset 0.04 +- 0.03 in 0.0..=0.16, expressiveness -0.2;
    /// Factor on press and roll in p, b, m, 0.3 to 2.
    closure_strength: gain 1.0 +- 0.35 in 0.3..=2.0, expressiveness 0.3;
    /// Factor on the time over which neighbouring sounds blend: 0.75 crisp, 1.5 slurred.
    coarticulation: gain 1.0 +- 0.15 in 0.75..=1.5, expressiveness -0.3;
    /// Seconds by which the face leads the sound.
    lead: offset 0.0 +- 0.010 in -0.020..=0.030, expressiveness 0.0;
    /// Share of a target that a very short sound loses, 0 to 0.8.
    undershoot: offset 0.35 +- 0.14 in 0.0..=0.8, expressiveness -0.5;
    /// How strongly the jaw follows loudness: 0 not at all, 1 about 4 % per decibel.
    loudness_following: offset 1.0 +- 0.3 in 0.1..=1.8, expressiveness 0.3;
    /// Factor on raising the upper lip (shows the upper teeth).
    upper_raise: gain 1.0 +- 0.4 in 0.3..=2.6, expressiveness 0.2;
    /// Factor on lowering the lower lip (shows the lower teeth).
    lower_drop: gain 1.0 +- 0.35 in 0.3..=2.4, expressiveness 0.2;
    /// Share by which the left side moves more than the right, -0.35 to 0.35.
    asymmetry: offset 0.0 +- 0.10 in -0.35..=0.35, expressiveness 0.0;
    /// Factor on raising the brows at accents and phrase starts, 0.1 to 3.
    brow_habit: gain 1.0 +- 0.5 in 0.1..=3.0, expressiveness 0.5;
    /// Constant brow weight: positive is raised, negative is lowered.
    brow_rest: offset 0.0 +- 0.06 in -0.22..=0.22, expressiveness 0.0;
    /// JawOpen of the breath before a phrase, 0 to 0.1.
    breath: offset 0.015 +- 0.010 in 0.0..=0.08, expressiveness 0.2;
}

impl Style {
    /// The average speaker.
    pub fn average() -> Self {
        Self::from_values(std::array::from_fn(|i| Self::PARAMETERS[i].average))
    }

    /// A random speaker. Parameters are normally distributed (gains log-normally) within their
    /// ranges, and correlate with the speaker's expressiveness.
    pub fn sample(rng: &mut impl Rng) -> Self {
        let expressive = normal(rng);
        let vector = std::array::from_fn(|i| {
            let share = Self::PARAMETERS[i].expressiveness;
            share * expressive + (1.0 - share * share).sqrt() * normal(rng)
        });
        Self::from_vector(&vector)
    }

    /// The parameters as standard deviations from the average: all zeros for
    /// [`Style::average`], about -2 to 2 for most people.
    pub fn to_vector(&self) -> [f32; Self::DIMENSIONS] {
        let values = self.values();
        std::array::from_fn(|i| Self::PARAMETERS[i].normalise(values[i]))
    }

    /// The style at these standard deviations, each parameter clamped to its range; NaN and
    /// infinity count as zero.
    pub fn from_vector(vector: &[f32; Self::DIMENSIONS]) -> Self {
        Self::from_values(std::array::from_fn(|i| {
            Self::PARAMETERS[i].denormalise(vector[i])
        }))
    }
}

impl Default for Style {
    fn default() -> Self {
        Self::average()
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::Style;

    #[test]
    fn the_average_style_is_the_zero_vector_and_vice_versa() {
        assert_eq!(Style::average().to_vector(), [0.0; Style::DIMENSIONS]);
        assert_eq!(
            Style::from_vector(&[0.0; Style::DIMENSIONS]),
            Style::average()
        );
    }

    #[test]
    fn sampled_styles_have_unit_deviation_in_every_dimension_and_round_trip_as_vectors() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let styles: Vec<_> = (0..4000).map(|_| Style::sample(&mut rng)).collect();
        for (dimension, parameter) in Style::PARAMETERS.iter().enumerate() {
            let values: Vec<f32> = styles.iter().map(|s| s.to_vector()[dimension]).collect();
            let mean = values.iter().sum::<f32>() / values.len() as f32;
            let variance =
                values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / values.len() as f32;
            assert!(
                mean.abs() < 0.25 && (0.6..1.2).contains(&variance.sqrt()),
                "{}: {mean} +- {}",
                parameter.name,
                variance.sqrt()
            );
        }
        for style in &styles {
            let vector = style.to_vector();
            let again = Style::from_vector(&vector).to_vector();
            for (a, b) in vector.iter().zip(again) {
                assert!((a - b).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn extreme_vectors_give_a_style_within_its_ranges() {
        for value in [f32::NAN, f32::INFINITY, -1e30, 1e30] {
            let style = Style::from_vector(&[value; Style::DIMENSIONS]);
            for (parameter, value) in Style::PARAMETERS.iter().zip(style.values()) {
                assert!((parameter.minimum..=parameter.maximum).contains(&value));
            }
        }
    }
}
