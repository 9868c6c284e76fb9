//! The loss of a predicted face against a captured one, for gradients.

use burn::tensor::{Tensor, TensorData, backend::Backend};

use crate::clip::lips::{LIP_POINTS, LIP_POINTS_MM};
use crate::model::emphasis::channels;
use crate::model::loss::{channel_importance, robust};

/// The weights of the terms. Each weighted term is between 0.05 and 1 at the start of a fit.
const EXPRESSION: f32 = 2.5;
const VELOCITY: f32 = 50.0;
const LIPS: f32 = 0.15;
const LIVELINESS: f32 = 0.02;

/// Errors below these values count quadratically, larger ones linearly.
const EXPRESSION_KNEE: f32 = 0.03;
const LIPS_KNEE_MM: f32 = 0.5;

/// The captured face, to which a predicted one is compared.
#[derive(Debug, Clone)]
pub struct Captured<B: Backend> {
    /// Blendshapes minus the rest pose `[batch, time, 52]`.
    pub motion: Tensor<B, 3>,
    /// 1 for captured channels, 0 for the rest `[batch, 1, 52]`.
    pub observed: Tensor<B, 3>,
}

/// The loss of a face `[batch, time, 52]` as a scalar: the robust errors of blendshapes and of
/// twelve lip points in millimetres, the squared error of velocity, and the squared log ratio of
/// each channel's variance to the captured one. The last term prevents uncertain predictions from
/// averaging to a face that hardly moves.
pub fn face_loss<B: Backend>(face: Tensor<B, 3>, captured: &Captured<B>) -> Tensor<B, 1> {
    let device = face.device();
    let [_, time, _] = face.dims();
    let importance = channels::<B>(&device, channel_importance) * captured.observed.clone();
    let error = (face.clone() - captured.motion.clone()) * captured.observed.clone();
    let expression = (robust(error.clone(), EXPRESSION_KNEE) * importance.clone()).mean();
    let step = error.clone().narrow(1, 1, time - 1) - error.clone().narrow(1, 0, time - 1);
    let velocity = (step.square() * importance.clone()).mean();
    let ratio = log_variance(face) - log_variance(captured.motion.clone());
    let liveliness = (ratio.square() * importance).mean();
    expression * EXPRESSION
        + velocity * VELOCITY
        + lip_distance(error) * LIPS
        + liveliness * LIVELINESS
}

/// The mean over frames of the lip points' root mean square distance plus half of their largest
/// distance, in millimetres, both robust.
fn lip_distance<B: Backend>(error: Tensor<B, 3>) -> Tensor<B, 1> {
    let squares = lip_squares(error);
    let root = |squares: Tensor<B, 3>| {
        ((squares + LIPS_KNEE_MM * LIPS_KNEE_MM).sqrt() - LIPS_KNEE_MM).mean()
    };
    root(squares.clone().mean_dim(2)) + root(squares.max_dim(2)) * 0.5
}

/// The mean over frames of the largest distance of a lip point, in millimetres: the lip vertex
/// error on twelve points.
pub fn lip_error_mm<B: Backend>(face: Tensor<B, 3>, captured: &Captured<B>) -> Tensor<B, 1> {
    let error = (face - captured.motion.clone()) * captured.observed.clone();
    lip_squares(error).max_dim(2).sqrt().mean()
}

/// Squared distances `[batch, time, LIP_POINTS]` in square millimetres.
fn lip_squares<B: Backend>(error: Tensor<B, 3>) -> Tensor<B, 3> {
    let [batch, time, count] = error.dims();
    let mut offsets = vec![0.0; count * 3 * LIP_POINTS];
    for (channel, row) in LIP_POINTS_MM {
        let start = channel.index() * 3 * LIP_POINTS;
        offsets[start..start + 3 * LIP_POINTS].copy_from_slice(&row);
    }
    let offsets = TensorData::new(offsets, [count, 3 * LIP_POINTS]);
    let points_from_channels = Tensor::<B, 2>::from_data(offsets, &error.device());
    let displacements = error
        .reshape([batch * time, count])
        .matmul(points_from_channels);
    let squares = displacements
        .square()
        .reshape([batch * time * LIP_POINTS, 3]);
    squares.sum_dim(1).reshape([batch, time, LIP_POINTS])
}

/// The logarithm of each channel's variance over time, `[batch, 1, 52]`, softly limited to a
/// standard deviation of at least 0.03.
fn log_variance<B: Backend>(x: Tensor<B, 3>) -> Tensor<B, 3> {
    const MIN_VARIANCE: f32 = 9e-4;
    let centred = x.clone() - x.mean_dim(1);
    (centred.square().mean_dim(1) + MIN_VARIANCE).log()
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Distribution, ElementConversion};
    use burn_flex::Flex;

    use super::*;
    use crate::clip::Channel;

    fn captured(observed: f32) -> Captured<Flex> {
        let device = Default::default();
        let spread = Distribution::Uniform(0.0, 0.4);
        Captured {
            motion: Tensor::random([1, 50, 52], spread, &device),
            observed: Tensor::full([1, 1, 52], observed, &device),
        }
    }

    fn number(value: Tensor<Flex, 1>) -> f32 {
        value.into_scalar().elem()
    }

    #[test]
    fn the_captured_face_has_no_loss_and_a_still_face_a_large_one() {
        let captured = captured(1.0);
        let same = captured.motion.clone();
        let still = same.zeros_like() + same.clone().mean_dim(1);
        assert!(number(face_loss(same.clone(), &captured)) < 1e-5);
        assert!(number(lip_error_mm(same, &captured)) < 1e-3);
        assert!(number(face_loss(still, &captured)) > 0.5);
    }

    #[test]
    fn channels_that_were_not_captured_have_no_loss() {
        let captured = captured(0.0);
        let other = captured.motion.clone() * 0.0;
        assert!(number(face_loss(other, &captured)) < 1e-6);
    }

    #[test]
    fn the_lip_error_is_in_millimetres() {
        let mut captured = captured(1.0);
        captured.motion = captured.motion * 0.0;
        let mut jaw = vec![0.0; 50 * 52];
        jaw.iter_mut()
            .skip(Channel::JawOpen.index())
            .step_by(52)
            .for_each(|v| *v = 0.1);
        let face = TensorData::new(jaw, [1, 50, 52]);
        let error = number(lip_error_mm(
            Tensor::from_data(face, &Default::default()),
            &captured,
        ));
        // A tenth of the jaw's opening moves the lower lip by about three millimetres.
        assert!((2.5..4.0).contains(&error), "{error}");
    }
}
