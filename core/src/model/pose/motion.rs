//! Statistics of head motion.

use super::style::{DEVIATION, MEAN, REST_SPEED, SPEED, STATISTICS};
use crate::model::prosody::PROSODY_HZ;

/// Frames over which a nod is measured: 0.2 s.
const NOD_FRAMES: usize = 10;
/// Minimum number of frames for statistics.
const MIN_FRAMES: usize = 4;

/// Angles and their velocities, lightly smoothed against the jitter of a capture.
pub struct Motion {
    angles: Vec<[f32; 3]>,
    /// Radians per second, from the previous frame.
    pub velocities: Vec<[f32; 3]>,
}

impl Motion {
    /// From angles in radians at [`PROSODY_HZ`].
    pub fn new(angles: &[[f32; 3]]) -> Self {
        let at = |frame: usize| angles[frame.min(angles.len() - 1)];
        let angles: Vec<[f32; 3]> = (0..angles.len())
            .map(|frame| {
                let [before, now, after] = [frame.saturating_sub(1), frame, frame + 1].map(at);
                std::array::from_fn(|axis| 0.25 * (before[axis] + after[axis]) + 0.5 * now[axis])
            })
            .collect();
        let velocities = (0..angles.len())
            .map(|frame| {
                let before = angles[frame.saturating_sub(1)];
                std::array::from_fn(|axis| (angles[frame][axis] - before[axis]) * PROSODY_HZ)
            })
            .collect();
        Self { angles, velocities }
    }

    /// The statistics of the selected frames, except the nod; `None` for fewer than [`MIN_FRAMES`].
    pub(super) fn statistics(&self, selected: impl Fn(usize) -> bool) -> Option<[f32; STATISTICS]> {
        let frames: Vec<usize> = (0..self.angles.len()).filter(|f| selected(*f)).collect();
        if frames.len() < MIN_FRAMES {
            return None;
        }
        let count = frames.len() as f32;
        let mean_of = |value: &dyn Fn(usize) -> f32| -> f32 {
            frames.iter().map(|frame| value(*frame)).sum::<f32>() / count
        };
        let mut out = [0.0; STATISTICS];
        for axis in 0..3 {
            let mean = mean_of(&|frame| self.angles[frame][axis]);
            let variance = mean_of(&|frame| (self.angles[frame][axis] - mean).powi(2));
            let energy = mean_of(&|frame| self.velocities[frame][axis].powi(2));
            out[MEAN + axis] = mean;
            out[DEVIATION + axis] = variance.sqrt();
            out[SPEED + axis] = energy.sqrt();
        }
        let mut speeds: Vec<f32> = (frames.iter())
            .map(|frame| {
                self.velocities[*frame]
                    .iter()
                    .map(|v| v * v)
                    .sum::<f32>()
                    .sqrt()
            })
            .collect();
        speeds.sort_by(f32::total_cmp);
        out[REST_SPEED] = speeds[speeds.len() / 4];
        Some(out)
    }

    /// Mean change of pitch within 0.2 s of the start of each run of selected frames; zero without
    /// runs.
    pub(super) fn change_of_pitch(&self, selected: impl Fn(usize) -> bool) -> f32 {
        let last = self.angles.len() - 1;
        let starts_run = |frame: &usize| selected(*frame) && (*frame == 0 || !selected(*frame - 1));
        let changes: Vec<f32> = (0..=last)
            .filter(starts_run)
            .map(|from| self.angles[(from + NOD_FRAMES).min(last)][1] - self.angles[from][1])
            .collect();
        changes.iter().sum::<f32>() / changes.len().max(1) as f32
    }
}
