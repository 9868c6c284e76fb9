//! How far a predicted face is from a captured one, for gradients.

use burn::tensor::{Tensor, TensorData, backend::Backend};

use crate::clip::lips::{LIP_POINTS, LIP_POINTS_MM};
use crate::model::shown::channels;
use crate::training::{channel_importance, robust};

/// Weights of the terms; each is then between 0.05 and 1 at the start of a fit.
const EXPRESSION: f32 = 2.5;
const VELOCITY: f32 = 50.0;
const LIPS: f32 = 0.15;
const LIVELINESS: f32 = 0.02;

/// Errors below these count by their square, those above by their size.
const EXPRESSION_KNEE: f32 = 0.03;
const LIPS_KNEE_MM: f32 = 0.5;

/// What a face is compared with.
#[derive(Debug, Clone)]
pub struct Captured<B: Backend> {
    /// Blendshapes, rest pose taken out `[batch, time, 52]`.
    pub motion: Tensor<B, 3>,
    /// 1 for captured channels, 0 for the rest `[batch, 1, 52]`.
    pub observed: Tensor<B, 3>,
}

/// The loss of a shown face `[batch, time, 52]`, as a scalar: robust error of blendshapes and of
/// twelve lip points in millimetres, squared error of velocity, and the squared logarithm of how
/// much less or more than the captured one each channel moves, which keeps doubt from ending in a
/// mumble.
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

/// Mean over frames of the lip points' root mean square distance and half their largest, in
/// millimetres, both robust.
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
    let mut moves = vec![0.0; count * 3 * LIP_POINTS];
    for (channel, row) in LIP_POINTS_MM {
        let start = channel.index() * 3 * LIP_POINTS;
        moves[start..start + 3 * LIP_POINTS].copy_from_slice(&row);
    }
    let moves = TensorData::new(moves, [count, 3 * LIP_POINTS]);
    let moves = Tensor::<B, 2>::from_data(moves, &error.device());
    let away = error.reshape([batch * time, count]).matmul(moves);
    let squares = away.square().reshape([batch * time * LIP_POINTS, 3]);
    squares.sum_dim(1).reshape([batch, time, LIP_POINTS])
}

/// The logarithm of each channel's variance over time, `[batch, 1, 52]`; stillness is not told
/// apart below a deviation of 0.03.
fn log_variance<B: Backend>(x: Tensor<B, 3>) -> Tensor<B, 3> {
    const STILL: f32 = 9e-4;
    let away = x.clone() - x.mean_dim(1);
    (away.square().mean_dim(1) + STILL).log()
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
    fn the_captured_face_itself_has_no_loss_and_a_still_one_much() {
        let captured = captured(1.0);
        let own = captured.motion.clone();
        let still = own.zeros_like() + own.clone().mean_dim(1);
        assert!(number(face_loss(own.clone(), &captured)) < 1e-5);
        assert!(number(lip_error_mm(own, &captured)) < 1e-3);
        assert!(number(face_loss(still, &captured)) > 0.5);
    }

    #[test]
    fn what_was_not_captured_costs_nothing() {
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
