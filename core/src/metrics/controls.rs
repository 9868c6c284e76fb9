//! Faces that any method must beat.

use metaface_clip::{Clip, Frame};

/// The still face: every frame is the mean of the clip.
pub fn mean_pose(clip: &Clip) -> Clip {
    let mut sums = [0.0f64; metaface_clip::Channel::COUNT];
    for frame in &clip.frames {
        for (sum, value) in sums.iter_mut().zip(frame.0) {
            *sum += f64::from(value);
        }
    }
    let count = clip.frames.len().max(1) as f64;
    let mean = Frame(sums.map(|sum| (sum / count) as f32));
    Clip {
        frames: vec![mean; clip.frames.len()],
        ..clip.clone()
    }
}

#[cfg(test)]
mod tests {
    use metaface_clip::{Channel, Clip, FrameRate};

    use super::mean_pose;

    #[test]
    fn the_mean_pose_stands_still_at_the_average() {
        let mut clip = Clip::neutral("line", FrameRate::whole(50).expect("a rate"), 4);
        clip.frames[1][Channel::JawOpen] = 0.8;
        clip.frames[2][Channel::HeadYaw] = -0.4;
        let still = mean_pose(&clip);
        assert_eq!(still.frames.len(), 4);
        for frame in &still.frames {
            assert!((frame[Channel::JawOpen] - 0.2).abs() < 1e-6);
            assert!((frame[Channel::HeadYaw] + 0.1).abs() < 1e-6);
        }
        clip.frames.clear();
        assert!(mean_pose(&clip).frames.is_empty());
    }
}
