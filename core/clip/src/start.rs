//! The start of a clip as a time code.

use crate::{Clip, ClipError, Timecode};

/// The key of [`Clip::metadata`] for the counting of time codes.
const COUNTING_KEY: &str = "timecode";
/// The value of [`COUNTING_KEY`] for drop-frame counting.
const DROP_FRAME: &str = "drop-frame";

impl Clip {
    /// Sets the time code of the first frame, and the counting (drop-frame or not) to that of
    /// `code`.
    ///
    /// # Errors
    /// [`ClipError::Timecode`] if the clip's rate has no such label; the clip does not change.
    pub fn start_at(&mut self, code: Timecode) -> Result<(), ClipError> {
        self.start_frame = code.frame(self.rate)?;
        self.set_drop_frame(code.drop_frame);
        Ok(())
    }

    /// The time code of the first frame.
    ///
    /// # Errors
    /// [`ClipError::StartFrame`] if that is not a finite number.
    pub fn start(&self) -> Result<Timecode, ClipError> {
        Timecode::of_frame(self.start_frame, self.rate, self.is_drop_frame())
    }

    /// Whether the time codes count drop-frame: the metadata specifies it, and the rate has drop-frame
    /// labels.
    pub fn is_drop_frame(&self) -> bool {
        self.metadata.get(COUNTING_KEY).map(String::as_str) == Some(DROP_FRAME)
            && Timecode::of_frame(0.0, self.rate, true).is_ok()
    }

    /// Sets whether the time codes count drop-frame. `start_frame` does not change.
    pub fn set_drop_frame(&mut self, drop_frame: bool) {
        if drop_frame {
            self.metadata
                .insert(COUNTING_KEY.to_owned(), DROP_FRAME.to_owned());
        } else {
            self.metadata.remove(COUNTING_KEY);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Clip, FrameRate, Timecode};

    #[test]
    fn a_start_reads_back_unchanged_and_keeps_its_time_at_another_rate() {
        let rate = |text: &str| text.parse::<FrameRate>().expect("a rate");
        let code = |text: &str| text.parse::<Timecode>().expect("a time code");
        for (fps, start) in [
            ("29.97", "01:00:00;02"),
            ("29.97", "01:00:00:02"),
            ("59.94", "10:01:00;04"),
            ("23.976", "00:59:59:23.500"),
            ("60", "00:00:00:00"),
        ] {
            let mut clip = Clip::neutral("line", rate(fps), 100);
            clip.start_at(code(start)).expect("a start");
            assert_eq!(clip.start(), Ok(code(start)), "{fps}");
            assert_eq!(clip.is_drop_frame(), start.contains(';'));
        }
        let mut clip = Clip::neutral("line", rate("59.94"), 100);
        clip.start_at(code("01:00:00;00")).expect("a start");
        let half = clip.resampled(rate("29.97")).start();
        assert_eq!(half, Ok(code("01:00:00;00")));
        // 3599.9964 s: integer rates do not skip labels.
        let film = clip.resampled(rate("24")).start();
        assert_eq!(film, Ok(code("00:59:59:23.914")));
        assert!(clip.start_at(code("00:01:00;00")).is_err());
        assert_eq!(clip.start(), Ok(code("01:00:00;00")));
    }
}
