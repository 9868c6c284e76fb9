//! The time of a frame: [`FrameTime`].

use metaface_clip::FrameRate;

/// A time of day, counted in frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrameTime {
    /// Whole frames since midnight.
    pub frame: i32,
    /// The fraction of a frame, 0 to 1.
    pub subframe: f32,
}

impl FrameTime {
    /// The time `frames` after midnight, modulo one day. A value that is not finite counts as
    /// midnight.
    ///
    /// ```
    /// use metaface_exporters::live_link::FrameTime;
    ///
    /// let film = "23.976".parse()?;
    /// let noon = FrameTime::of(12.0 * 3600.0 * 24000.0 / 1001.0, film);
    /// assert_eq!((noon.frame, noon.subframe), (1_035_764, 0.23576424));
    /// # Ok::<(), metaface_clip::ClipError>(())
    /// ```
    pub fn of(frames: f64, rate: FrameRate) -> Self {
        let day = 24.0 * 3600.0 * rate.as_f64();
        let frames = if frames.is_finite() { frames } else { 0.0 };
        let frames = frames.rem_euclid(day);
        let whole = frames.floor();
        // At most 86 million: a day at 1000 frames per second, the highest rate.
        let (frame, subframe) = (whole as i32, (frames - whole) as f32);
        if subframe < 1.0 {
            Self { frame, subframe }
        } else {
            // Single precision rounded a fraction just below 1 up to 1.
            Self {
                frame: frame + 1,
                subframe: 0.0,
            }
        }
    }
}
