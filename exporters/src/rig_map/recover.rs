//! Converts a performance back to a clip: the inverse of the rig map.

use metaface_clip::{Channel, Clip, Frame};

use super::drive::{conjugate, parent_rotation, product};
use super::facing::Facing;
use super::{JointBinding, RigMap, TargetBinding};
use crate::{Character, JointTrack, Performance};

impl RigMap {
    /// The clip of this performance: the inverse of [`RigMap::drive`] for targets that are driven
    /// by one channel (or by the mean of both sides), and for joints that are driven by yaw, pitch
    /// and roll. Channels without such a target stay at zero.
    pub fn recover(&self, character: &Character, performance: &Performance) -> Clip {
        let frames = vec![Frame::NEUTRAL; performance.frame_count];
        let mut clip = Clip {
            name: performance.name.clone(),
            rate: performance.rate,
            start_frame: performance.start_frame,
            frames,
            metadata: performance.metadata.clone(),
        };
        if clip.is_additive() {
            (self.additive()).recover_shapes(character, performance, &mut clip);
        } else {
            self.recover_shapes(character, performance, &mut clip);
        }
        for track in &performance.joints {
            let follows = |binding: &&JointBinding| binding.drives(character, track.node);
            if let Some(binding) = self.joints.iter().find(follows) {
                recover_angles(character, track, binding, &mut clip);
            }
        }
        clip
    }

    fn recover_shapes(&self, character: &Character, performance: &Performance, clip: &mut Clip) {
        // Per channel, the confidence of the target that its value was read from.
        let mut confidences = [0.0_f32; Channel::COUNT];
        for track in &performance.meshes {
            let Some(mesh) = character.nodes.get(track.node).and_then(|node| node.mesh) else {
                continue;
            };
            let count = character
                .meshes
                .get(mesh)
                .map_or(0, |mesh| mesh.targets.len());
            for target in 0..count {
                let Some(binding) = self.binding(character, mesh, target) else {
                    continue;
                };
                let (gain, confidence) = inversion(binding);
                for &(channel, _) in &binding.terms {
                    if confidence <= confidences[channel.index()] {
                        continue;
                    }
                    confidences[channel.index()] = confidence;
                    for (frame, weights) in clip.frames.iter_mut().zip(&track.weights) {
                        let weight = weights.get(target).copied().unwrap_or(0.0);
                        frame[channel] = (weight - binding.offset) / gain;
                    }
                }
            }
        }
    }
}

/// Smaller gains are not inverted.
const LEAST_GAIN: f32 = 1e-3;

/// The gain to divide by, and the confidence of the result; zero if the binding cannot be inverted.
fn inversion(binding: &TargetBinding) -> (f32, f32) {
    if binding.over.is_some() {
        return (1.0, 0.0);
    }
    match binding.terms[..] {
        [(channel, gain)] if gain.abs() > LEAST_GAIN && !channel.is_angle() => {
            (gain, 1.0 + gain.abs().min(1.0))
        }
        [(a, x), (b, y)] if a.mirrored() == b && a != b && x == y && x.abs() > LEAST_GAIN => {
            (x + y, 0.5)
        }
        _ => (1.0, 0.0),
    }
}

fn recover_angles(
    character: &Character,
    track: &JointTrack,
    binding: &JointBinding,
    clip: &mut Clip,
) {
    const HEAD: [Channel; 3] = [Channel::HeadYaw, Channel::HeadPitch, Channel::HeadRoll];
    const LEFT: [Channel; 3] = [
        Channel::LeftEyeYaw,
        Channel::LeftEyePitch,
        Channel::LeftEyeRoll,
    ];
    const RIGHT: [Channel; 3] = [
        Channel::RightEyeYaw,
        Channel::RightEyePitch,
        Channel::RightEyeRoll,
    ];
    let gain = |channel: &Channel| {
        let term = binding.terms.iter().find(|term| term.channel == *channel);
        term.map(|term| term.gain)
            .filter(|gain| gain.abs() > LEAST_GAIN)
    };
    let roles = [HEAD, LEFT, RIGHT];
    let Some(role) = roles
        .iter()
        .find(|role| role.iter().any(|channel| gain(channel).is_some()))
    else {
        return;
    };
    let facing = Facing::of(character);
    let parent = parent_rotation(character, track.node);
    let rest = product(parent, character.nodes[track.node].rotation.map(f64::from));
    for (frame, rotation) in clip.frames.iter_mut().zip(&track.rotations) {
        let now = product(parent, rotation.map(f64::from));
        let angles = yaw_pitch_roll(product(now, conjugate(rest)), facing);
        for (channel, angle) in role.iter().zip(angles) {
            if let Some(gain) = gain(channel) {
                frame[*channel] = angle as f32 / gain;
            }
        }
    }
}

/// The angles of a rotation that is composed of roll, then pitch, then yaw.
fn yaw_pitch_roll(rotation: [f64; 4], facing: Facing) -> [f64; 3] {
    let left = facing.left.map(f64::from);
    let forward = facing.forward.map(f64::from);
    let up = [0.0, 1.0, 0.0];
    let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let [nose, crown, ear] = [forward, up, left].map(|axis| rotate(rotation, axis));
    let yaw = dot(nose, left).atan2(dot(nose, forward));
    let pitch = dot(nose, up).clamp(-1.0, 1.0).asin();
    // Yaw and pitch do not change the ratio of the heights of ear and crown.
    let roll = (-dot(ear, up)).atan2(dot(crown, up));
    [yaw, pitch, roll]
}

fn rotate(rotation: [f64; 4], [x, y, z]: [f64; 3]) -> [f64; 3] {
    let [x, y, z, _] = product(product(rotation, [x, y, z, 0.0]), conjugate(rotation));
    [x, y, z]
}
