//! Dropout with a separate random generator per fit.

use burn::tensor::{Tensor, TensorData, backend::Backend};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The dropout rate of a block's hidden values, against overfitting to the training speakers.
const RATE: f32 = 0.1;

/// Dropout (Srivastava et al. 2014) during training.
///
/// The dropout of burn draws from one generator for the whole process. Here every fit has a
/// separate one, so that fits on several threads are independent and repeat on every device.
#[derive(Debug, Clone)]
pub struct Dropout {
    rng: ChaCha8Rng,
}

impl Dropout {
    /// Masks from a generator with this seed.
    pub fn new(seed: u64) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// Sets a tenth of the values to zero and scales the others up.
    pub(super) fn apply<B: Backend>(&mut self, x: Tensor<B, 3>) -> Tensor<B, 3> {
        const DROPPED: u16 = (RATE * 65_536.0) as u16;
        const KEPT_SCALE: f32 = 1.0 / (1.0 - RATE);
        let shape = x.dims();
        let mut draws = vec![0; 2 * shape.iter().product::<usize>()];
        self.rng.fill_bytes(&mut draws);
        let mask: Vec<f32> = (draws.as_chunks::<2>().0.iter())
            .map(|draw| match u16::from_le_bytes(*draw) {
                ..DROPPED => 0.0,
                _ => KEPT_SCALE,
            })
            .collect();
        let device = x.device();
        x * Tensor::from_data(TensorData::new(mask, shape), &device)
    }
}

#[cfg(test)]
mod tests {
    use burn_flex::Flex;

    use super::*;

    #[test]
    fn a_tenth_is_dropped_the_mean_stays_and_the_same_seed_drops_the_same() {
        let ones = Tensor::<Flex, 3>::ones([4, 100, 50], &Default::default());
        let values = |seed: u64| {
            let dropped = Dropout::new(seed).apply(ones.clone());
            dropped.into_data().to_vec::<f32>().expect("numbers")
        };
        let (first, again, other) = (values(1), values(1), values(2));
        let share = first.iter().filter(|value| **value == 0.0).count() as f32 / 20_000.0;
        let mean = first.iter().sum::<f32>() / 20_000.0;
        assert!((share - RATE).abs() < 0.01, "{share}");
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
        assert_eq!(first, again);
        assert_ne!(first, other);
    }
}
