//! Time and memory of a process.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::AnyResult;

/// A process that has ended. Its memory is measured only on Linux.
pub struct ProcessRun {
    /// Duration in seconds.
    pub seconds: f64,
    /// Resident memory over time: (seconds, megabytes).
    pub memory: Vec<(f64, f64)>,
    /// The peak of the resident memory in megabytes, as the kernel records it; without growth after
    /// the last measurement.
    pub peak_mb: Option<f64>,
}

impl ProcessRun {
    /// Runs a program, and measures its memory once per `interval`. An unsuccessful exit status is an
    /// error.
    pub fn of(command: &mut Command, interval: Duration) -> AnyResult<Self> {
        let start = Instant::now();
        let mut child = (command.spawn()).map_err(|error| format!("{command:?}: {error}"))?;
        let (mut memory, mut peak_mb) = (Vec::new(), None);
        let exit = loop {
            let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
            let status = status.unwrap_or_default();
            let resident = megabytes(&status, "VmRSS:");
            memory.extend(resident.map(|megabytes| (start.elapsed().as_secs_f64(), megabytes)));
            peak_mb = megabytes(&status, "VmHWM:").or(peak_mb);
            if let Some(exit) = child.try_wait()? {
                break exit;
            }
            thread::sleep(interval);
        };
        let seconds = start.elapsed().as_secs_f64();
        if !exit.success() {
            return Err(format!("failed ({exit}): {command:?}").into());
        }
        Ok(Self {
            seconds,
            memory,
            peak_mb,
        })
    }
}

/// A field of `/proc/PID/status` in megabytes.
fn megabytes(status: &str, field: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::megabytes;

    #[test]
    fn memory_is_parsed_from_the_status_of_a_process() {
        let status = "Name:\tmetaface\nVmPeak:\t  999 kB\nVmHWM:\t  250000 kB\n";
        assert_eq!(megabytes(status, "VmHWM:"), Some(256.0));
        assert_eq!(megabytes(status, "VmRSS:"), None);
    }
}
