//! Where a clip begins, as an editor reads it.

use crate::{Clip, ClipError, Timecode};

/// The key of [`Clip::metadata`] that says how time codes count, and what it says where labels
/// are left out.
const COUNTING: (&str, &str) = ("timecode", "drop-frame");

impl Clip {
    /// Lets the first frame be at `code`, and the clip's time codes count as it does.
    ///
    /// # Errors
    /// [`ClipError::Timecode`] where the clip's rate has no such label; the clip stays as it is.
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

    /// Whether its time codes leave labels out: as its metadata says, at the rates that have it.
    pub fn is_drop_frame(&self) -> bool {
        let (key, drop_frame) = COUNTING;
        self.metadata.get(key).map(String::as_str) == Some(drop_frame)
            && Timecode::of_frame(0.0, self.rate, true).is_ok()
    }

    /// Says whether its time codes leave labels out. The first frame stays the same one.
    pub fn set_drop_frame(&mut self, drop_frame: bool) {
        let (key, counting) = COUNTING;
        if drop_frame {
            self.metadata.insert(key.to_owned(), counting.to_owned());
        } else {
            self.metadata.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Clip, FrameRate, Timecode};

    #[test]
    fn a_start_is_read_as_it_was_given_and_keeps_its_moment_at_another_rate() {
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
        // 3599.9964 s: whole rates have no such labels.
        let film = clip.resampled(rate("24")).start();
        assert_eq!(film, Ok(code("00:59:59:23.914")));
        assert!(clip.start_at(code("00:01:00;00")).is_err());
        assert_eq!(clip.start(), Ok(code("01:00:00;00")));
    }
}
