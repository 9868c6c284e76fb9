//! Lip vertex error: the distance between predicted and captured lips on a mesh, in millimetres.

use metaface_clip::{Channel, Frame};
use serde::Serialize;

use super::statistics::median;

/// The lip vertices of a head and how each channel moves them, in millimetres.
#[derive(Debug, Clone, PartialEq)]
pub struct LipGeometry {
    /// Vertex positions of the neutral face.
    pub rest: Vec<[f32; 3]>,
    /// Per channel, the displacement of each vertex of `rest` at the value 1. Missing channels, and
    /// vertices beyond the end of a list, do not move.
    pub deltas: Vec<(Channel, Vec<[f32; 3]>)>,
}

impl LipGeometry {
    /// Vertex positions of a frame, in millimetres. Head and eye angles only count if they are
    /// among the deltas.
    pub fn positions(&self, frame: &Frame) -> Vec<[f32; 3]> {
        let mut positions = self.rest.clone();
        for (channel, deltas) in &self.deltas {
            let value = frame[*channel];
            if value == 0.0 {
                continue;
            }
            for (position, delta) in positions.iter_mut().zip(deltas) {
                for (coordinate, millimetres) in position.iter_mut().zip(delta) {
                    *coordinate += value * millimetres;
                }
            }
        }
        positions
    }
}

/// Lip vertex error of a clip.
///
/// Per frame the largest distance over the lip vertices, then the mean over frames (Richard et
/// al. 2021, MeshTalk; later papers report the square).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LipError {
    /// The mean of the largest distance, in millimetres.
    pub mm: f64,
    /// The mean of the largest squared distance, in square metres.
    pub square_m: f64,
    /// Like `mm`, after subtracting each clip's rest pose (the median of every vertex over time):
    /// the error of the motion alone.
    pub motion_mm: f64,
    /// Like `square_m`, after subtracting each clip's rest pose.
    pub motion_square_m: f64,
}

/// The lip vertex error between frames at the same times; surplus frames of the longer one are
/// ignored. `None` without frames or vertices.
pub fn lip_error(
    predicted: &[Frame],
    captured: &[Frame],
    geometry: &LipGeometry,
) -> Option<LipError> {
    let frames = predicted.len().min(captured.len());
    if frames == 0 || geometry.rest.is_empty() {
        return None;
    }
    let track = |frames: &[Frame]| -> Vec<Vec<[f32; 3]>> {
        frames.iter().map(|f| geometry.positions(f)).collect()
    };
    let (predicted, captured) = (track(&predicted[..frames]), track(&captured[..frames]));
    let (predicted_rest, captured_rest) = (rest_pose(&predicted), rest_pose(&captured));

    let (mut sum, mut square_sum) = (0.0, 0.0);
    let (mut motion_sum, mut motion_square_sum) = (0.0, 0.0);
    for (predicted, captured) in predicted.iter().zip(&captured) {
        let (mut largest, mut largest_motion) = (0.0f64, 0.0f64);
        for (vertex, (p, c)) in predicted.iter().zip(captured).enumerate() {
            let (mut square, mut motion) = (0.0, 0.0);
            for axis in 0..3 {
                let difference = f64::from(p[axis] - c[axis]);
                let rest = predicted_rest[vertex][axis] - captured_rest[vertex][axis];
                square += difference * difference;
                motion += (difference - f64::from(rest)).powi(2);
            }
            largest = largest.max(square);
            largest_motion = largest_motion.max(motion);
        }
        sum += largest.sqrt();
        square_sum += largest;
        motion_sum += largest_motion.sqrt();
        motion_square_sum += largest_motion;
    }
    let count = frames as f64;
    Some(LipError {
        mm: sum / count,
        square_m: square_sum / count * 1e-6,
        motion_mm: motion_sum / count,
        motion_square_m: motion_square_sum / count * 1e-6,
    })
}

/// The median over time, per vertex and axis.
fn rest_pose(track: &[Vec<[f32; 3]>]) -> Vec<[f32; 3]> {
    let vertices = track.first().map_or(0, Vec::len);
    (0..vertices)
        .map(|vertex| {
            std::array::from_fn(|axis| {
                let over_time: Vec<f32> = track.iter().map(|p| p[vertex][axis]).collect();
                median(&over_time).unwrap_or(0.0)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use metaface_clip::{Channel, Frame};

    use super::{LipGeometry, lip_error};

    /// Two vertices; the jaw moves the second down by 30 mm, a smile both aside by 10 mm.
    fn lips() -> LipGeometry {
        LipGeometry {
            rest: vec![[0.0, 0.0, 100.0], [0.0, -1.0, 100.0]],
            deltas: vec![
                (Channel::JawOpen, vec![[0.0; 3], [0.0, -30.0, 0.0]]),
                (Channel::MouthSmileLeft, vec![[10.0, 0.0, 0.0]; 2]),
            ],
        }
    }

    fn frames(values: &[(f32, f32)]) -> Vec<Frame> {
        values
            .iter()
            .map(|&(jaw, smile)| {
                let mut frame = Frame::NEUTRAL;
                frame[Channel::JawOpen] = jaw;
                frame[Channel::MouthSmileLeft] = smile;
                frame
            })
            .collect()
    }

    #[test]
    fn the_error_is_the_mean_over_frames_of_the_farthest_vertex() {
        let predicted = frames(&[(0.0, 0.0), (0.1, 0.0), (0.1, 0.4)]);
        let captured = frames(&[(0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]);
        let error = lip_error(&predicted, &captured, &lips()).expect("frames");
        // 0, 3 and (3, 4, 0) mm.
        assert!((error.mm - 8.0 / 3.0).abs() < 1e-4, "{error:?}");
        assert!(
            (error.square_m - 34.0 / 3.0 * 1e-6).abs() < 1e-10,
            "{error:?}"
        );
    }

    #[test]
    fn another_rest_pose_does_not_change_the_motion_error() {
        let captured = frames(&[(0.0, 0.0), (0.3, 0.0), (0.0, 0.0), (0.0, 0.0)]);
        let smiling = frames(&[(0.0, 0.5), (0.3, 0.5), (0.0, 0.5), (0.0, 0.5)]);
        let error = lip_error(&smiling, &captured, &lips()).expect("frames");
        assert!(
            (error.mm - 5.0).abs() < 1e-4 && error.motion_mm < 1e-4,
            "{error:?}"
        );
        let same = lip_error(&captured, &captured, &lips()).expect("frames");
        assert_eq!((same.mm, same.square_m, same.motion_mm), (0.0, 0.0, 0.0));
    }

    #[test]
    fn without_frames_the_error_is_none() {
        assert_eq!(lip_error(&[], &frames(&[(0.0, 0.0)]), &lips()), None);
    }
}
