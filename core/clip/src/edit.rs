//! Trimming, shifting, clamping and validating a clip.

use crate::{Channel, Clip, ClipError, Frame};

impl Frame {
    /// One frame of [`Clip::with_strength`].
    pub fn strengthen(&mut self, strength: f32, rest: &Self) {
        if strength != 1.0 {
            for channel in Channel::ALL {
                let value = rest[channel] + strength * (self[channel] - rest[channel]);
                self[channel] = limited(channel, value);
            }
        }
    }

    /// One frame of [`Clip::clamped`].
    pub fn clamp(&mut self) {
        for channel in Channel::blendshapes() {
            self[*channel] = limited(*channel, self[*channel]);
        }
    }
}

impl Clip {
    /// The frames from the one nearest to `start` (inclusive) to the one nearest to `end`
    /// (exclusive), in seconds after the first frame and limited to the clip. Every frame keeps
    /// its time code.
    ///
    /// # Errors
    /// [`ClipError::EmptyRange`] if no frame is left.
    pub fn trimmed(&self, start: f64, end: f64) -> Result<Self, ClipError> {
        // A cast from a float saturates, so times outside the clip become its ends.
        let [first, last] = [start, end]
            .map(|seconds| (seconds * self.rate.as_f64()).round() as usize)
            .map(|frame| frame.min(self.frames.len()));
        if first >= last {
            return Err(ClipError::EmptyRange {
                start,
                end,
                duration: self.duration(),
            });
        }
        Ok(Self {
            start_frame: self.start_frame + first as f64,
            frames: self.frames[first..last].to_vec(),
            ..self.without_frames()
        })
    }

    /// The motion delayed by `seconds` (negative: earlier) relative to the sound. The clip keeps
    /// its length and time code: the first or last pose fills the gap, and motion beyond the
    /// other end is cut. Shifts by whole frames copy frames exactly; other shifts interpolate as
    /// in [`Clip::sample_at`]. NaN counts as zero.
    pub fn offset(&self, seconds: f64) -> Self {
        let frames = seconds * self.rate.as_f64();
        // 0.1 s at 30 frames per second must be three frames, not 3.0000000000000004.
        let shift = if frames.is_nan() {
            0.0
        } else if (frames - frames.round()).abs() < 1e-6 {
            frames.round()
        } else {
            frames
        };
        Self {
            frames: (0..self.frames.len())
                .map(|frame| self.sample_at_frame(frame as f64 - shift))
                .collect(),
            ..self.without_frames()
        }
    }

    /// Scales every channel's distance from `rest` by `strength`: 0 stays at rest, 1 changes
    /// nothing, 1.5 exaggerates. Blendshapes are then clamped to 0..1, angles are not.
    pub fn with_strength(&self, strength: f32, rest: &Frame) -> Self {
        let mut clip = self.clone();
        for frame in &mut clip.frames {
            frame.strengthen(strength, rest);
        }
        clip
    }

    /// Clamps all blendshapes to 0..1. Angles are signed and do not change.
    pub fn clamped(&self) -> Self {
        let mut clip = self.clone();
        for frame in &mut clip.frames {
            frame.clamp();
        }
        clip
    }

    /// Checks that all numbers are finite, which every writer relies on.
    ///
    /// # Errors
    /// [`ClipError::NotFinite`] for the first invalid value, [`ClipError::StartFrame`] for the
    /// time code.
    pub fn validate(&self) -> Result<(), ClipError> {
        if !self.start_frame.is_finite() {
            return Err(ClipError::StartFrame(self.start_frame));
        }
        for (index, frame) in self.frames.iter().enumerate() {
            for channel in Channel::ALL {
                if !frame[channel].is_finite() {
                    return Err(ClipError::NotFinite {
                        frame: index,
                        channel,
                        value: frame[channel],
                    });
                }
            }
        }
        Ok(())
    }

    pub(crate) fn without_frames(&self) -> Self {
        Self {
            name: self.name.clone(),
            rate: self.rate,
            start_frame: self.start_frame,
            frames: Vec::new(),
            metadata: self.metadata.clone(),
        }
    }
}

/// Clamps a blendshape to 0..1; returns an angle unchanged.
pub(crate) fn limited(channel: Channel, value: f32) -> f32 {
    if channel.is_angle() {
        value
    } else {
        value.clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Channel, Clip, ClipError, Frame, FrameRate};

    /// Frame `i` has JawOpen `i / 100` and HeadYaw `-i / 10`.
    fn ramp(count: usize) -> Clip {
        let mut clip = Clip::neutral("line", FrameRate::whole(30).expect("a rate"), count);
        for (index, frame) in clip.frames.iter_mut().enumerate() {
            frame[Channel::JawOpen] = index as f32 / 100.0;
            frame[Channel::HeadYaw] = index as f32 / -10.0;
        }
        clip
    }

    #[test]
    fn trimming_keeps_each_frame_at_its_time_code() {
        let mut clip = ramp(90);
        clip.start_frame = 1000.0;
        let part = clip.trimmed(1.0, 2.0).expect("a part");
        assert_eq!(part.frames, clip.frames[30..60]);
        assert_eq!(part.start_frame, 1030.0);
        assert_eq!(clip.trimmed(-5.0, 99.0).expect("all of it"), clip);
        for (start, end) in [(2.0, 1.0), (4.0, 5.0), (1.0, 1.001), (f64::NAN, f64::NAN)] {
            assert!(matches!(
                clip.trimmed(start, end),
                Err(ClipError::EmptyRange { .. })
            ));
        }
    }

    #[test]
    fn an_offset_delays_the_face_and_holds_the_pose_at_the_free_end() {
        let clip = ramp(60);
        let later = clip.offset(0.1);
        assert_eq!(later.frames.len(), 60);
        assert_eq!(later.frames[..4], [clip.frames[0]; 4]);
        assert_eq!(later.frames[10], clip.frames[7]);
        let earlier = clip.offset(-0.1);
        assert_eq!(earlier.frames[10], clip.frames[13]);
        assert_eq!(earlier.frames[59], clip.frames[59]);
        let half = clip.offset(1.0 / 60.0);
        assert!((half.frames[10][Channel::JawOpen] - 0.095).abs() < 1e-6);
        assert_eq!(clip.offset(f64::NAN), clip);
        assert_eq!(clip.offset(1e300).frames[59], clip.frames[0]);
    }

    #[test]
    fn strength_scales_about_the_rest_and_never_clamps_angles() {
        let clip = ramp(60);
        let mut rest = Frame::NEUTRAL;
        rest[Channel::JawOpen] = 0.1;
        let strong = clip.with_strength(2.0, &rest);
        assert!((strong.frames[30][Channel::JawOpen] - 0.5).abs() < 1e-6);
        assert_eq!(strong.frames[0][Channel::JawOpen], 0.0);
        assert_eq!(strong.frames[59][Channel::JawOpen], 1.0);
        assert!((strong.frames[59][Channel::HeadYaw] + 11.8).abs() < 1e-5);
        assert_eq!(clip.with_strength(1.0, &rest), clip);
        let still = clip.with_strength(0.0, &rest);
        assert!(still.frames.iter().all(|frame| *frame == rest));
    }

    #[test]
    fn clamping_limits_blendshapes_only() {
        let mut clip = ramp(1);
        clip.frames[0][Channel::EyeWideLeft] = 1.2;
        clip.frames[0][Channel::EyeBlinkLeft] = -0.1;
        clip.frames[0][Channel::HeadPitch] = -1.4;
        let frame = clip.clamped().frames[0];
        assert_eq!(frame[Channel::EyeWideLeft], 1.0);
        assert_eq!(frame[Channel::EyeBlinkLeft], 0.0);
        assert_eq!(frame[Channel::HeadPitch], -1.4);
    }

    #[test]
    fn validation_names_the_invalid_frame_and_channel() {
        let mut clip = ramp(5);
        assert_eq!(clip.validate(), Ok(()));
        clip.frames[3][Channel::CheekPuff] = f32::INFINITY;
        let error = clip.validate().expect_err("not finite");
        assert_eq!(
            error.to_string(),
            "CheekPuff is inf at frame 3; every value must be a finite number"
        );
        clip.start_frame = f64::NAN;
        assert!(matches!(clip.validate(), Err(ClipError::StartFrame(_))));
    }
}
