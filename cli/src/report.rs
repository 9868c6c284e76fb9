//! Terminal output: reports, warnings, progress.

use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use metaface_core::clip::{Clip, FrameRate};
use metaface_exporters::clip_file;
use metaface_exporters::curves::Warning;
use serde::Serialize;

use crate::arguments::ReportArguments;
use crate::failure::Failure;

impl ReportArguments {
    /// Prints a warning on standard error.
    pub fn warn(&self, warning: impl Display) {
        if !self.quiet {
            eprintln!("warning: {warning}");
        }
    }

    /// Reads a clip, and warns about repairs.
    pub fn read_clip(
        &self,
        path: &Path,
        rig_map: Option<&Path>,
        rate: Option<FrameRate>,
    ) -> Result<Clip, Failure> {
        let read = clip_file::read(path, rig_map, rate)?;
        Ok(self.warn_about(path, read))
    }

    /// Like [`Self::read_clip`], for the animation with this name in a glTF file.
    pub fn read_animation(
        &self,
        path: &Path,
        name: &str,
        rig_map: Option<&Path>,
        rate: Option<FrameRate>,
    ) -> Result<Clip, Failure> {
        let read = clip_file::read_animation(path, name, rig_map, rate)?;
        Ok(self.warn_about(path, read))
    }

    fn warn_about(&self, path: &Path, (clip, warnings): (Clip, Vec<Warning>)) -> Clip {
        for warning in warnings {
            self.warn(format!("{warning} ({})", path.display()));
        }
        clip
    }

    /// Prints the result as JSON or text, or nothing with `--quiet`. A closed pipe is not an error,
    /// because the work is done.
    pub fn finish<T: Serialize + Display>(&self, result: &T) -> Result<(), Failure> {
        let text = if self.json {
            serde_json::to_string_pretty(result).map_err(std::io::Error::from)?
        } else if self.quiet {
            return Ok(());
        } else {
            result.to_string()
        };
        match writeln!(stdout(), "{text}") {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// A spinner; hidden if standard error is not a terminal.
    pub fn spinner(&self, message: &'static str) -> ProgressBar {
        if self.quiet || self.json || !stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let spinner = ProgressBar::new_spinner().with_message(message);
        spinner.enable_steady_tick(Duration::from_millis(100));
        spinner
    }

    /// A progress bar; hidden if standard error is not a terminal.
    pub fn bar(&self, length: u64) -> ProgressBar {
        if self.quiet || self.json || !stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template("{msg:40} {bar:30} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar
    }
}
