//! When a frame belongs: [`FrameTime`].

use metaface_clip::FrameRate;

/// A moment of the day, counted in frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrameTime {
    /// Whole frames since midnight.
    pub frame: i32,
    /// The part of a frame beyond them, 0 to 1.
    pub subframe: f32,
}

impl FrameTime {
    /// The moment so many frames after midnight. A day later counting begins again, as clocks do;
    /// what is not a number counts as midnight.
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
        // 1000 frames per second, the fastest rate, are 86 million a day.
        let (frame, subframe) = (whole as i32, (frames - whole) as f32);
        match subframe < 1.0 {
            true => Self { frame, subframe },
            // A part so near to 1 that single precision has no number between.
            false => Self {
                frame: frame + 1,
                subframe: 0.0,
            },
        }
    }
}
