//! Additive clips: the difference of two clips.

use crate::{Channel, Clip, Frame};

/// The key of [`Clip::metadata`] under which an additive clip names its base.
const BASE: &str = "additive";

impl Clip {
    /// This clip minus `base`, frame by frame; adding the result to the base gives this clip
    /// again. The base is resampled to this clip's rate. If it is shorter, its last frame is held,
    /// so a base of one frame is a start pose; an empty base is the neutral face. Values are not
    /// clamped: they are negative where the base is larger. The metadata names the base.
    ///
    /// ```
    /// use metaface_clip::{Channel, Clip, FrameRate};
    ///
    /// let rate = FrameRate::whole(30)?;
    /// let (mut take, mut smile) = (Clip::neutral("take", rate, 2), Clip::neutral("smile", rate, 1));
    /// take.frames[1][Channel::MouthSmileLeft] = 0.25;
    /// smile.frames[0][Channel::MouthSmileLeft] = 0.5;
    /// let delta = take.additive_to(&smile);
    /// assert_eq!(delta.frames[1][Channel::MouthSmileLeft], -0.25);
    /// # Ok::<(), metaface_clip::ClipError>(())
    /// ```
    pub fn additive_to(&self, base: &Self) -> Self {
        let mut clip = self.clone();
        let at_rate = base.resampled(self.rate);
        let last = at_rate.frames.last().copied().unwrap_or(Frame::NEUTRAL);
        let held = at_rate.frames.iter().chain(std::iter::repeat(&last));
        for (frame, base) in clip.frames.iter_mut().zip(held) {
            for channel in Channel::ALL {
                frame[channel] -= base[channel];
            }
        }
        clip.metadata.insert(BASE.to_owned(), base.name.clone());
        clip
    }

    /// Whether [`Clip::additive_to`] made this clip: its values are offsets to add to another
    /// clip, and may be negative.
    pub fn is_additive(&self) -> bool {
        self.metadata.contains_key(BASE)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Channel, Clip, FrameRate};

    fn clip(fps: u32, frames: usize, value_at: impl Fn(f64) -> f32) -> Clip {
        let rate = FrameRate::whole(fps).expect("a rate");
        let mut clip = Clip::neutral("base", rate, frames);
        for (index, frame) in clip.frames.iter_mut().enumerate() {
            let value = value_at(rate.seconds(index as f64));
            frame[Channel::JawOpen] = value;
            frame[Channel::HeadYaw] = 0.3 - value;
        }
        clip
    }

    #[test]
    fn the_base_plus_the_additive_clip_gives_the_take_again() {
        let take = clip(30, 60, |t| (t * 3.0).sin() as f32);
        for base in [
            clip(30, 60, |t| 0.5 + t as f32 / 9.0),
            clip(24, 20, |t| t as f32),
            clip(60, 1, |_| 0.7),
            clip(30, 0, |_| 0.0),
        ] {
            let delta = take.additive_to(&base);
            assert!(delta.is_additive() && !take.is_additive());
            assert_eq!(delta.metadata["additive"], "base");
            let at_rate = base.resampled(take.rate);
            for (index, frame) in delta.frames.iter().enumerate() {
                let base = at_rate.frames.get(index).or(at_rate.frames.last());
                for channel in Channel::ALL {
                    let sum = frame[channel] + base.map_or(0.0, |base| base[channel]);
                    assert!((sum - take.frames[index][channel]).abs() < 1e-6);
                }
            }
        }
    }
}
