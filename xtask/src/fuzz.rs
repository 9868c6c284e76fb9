//! `cargo xtask fuzz`: damaged and random files against every reader, with cargo-fuzz.

use std::fs;
use std::path::{Path, PathBuf};

use crate::steps::{Step, Steps, TaskError};
use crate::tools::from_crates_io;

/// Pinned for reproducible results.
const CARGO_FUZZ: &str = "0.13.2";
/// The folder of the fuzz targets, which is outside the workspace.
const FOLDER: &str = "tests/fuzz";
/// Readers that need the neural network, whose build takes far longer.
const WITH_SOUND: [&str; 2] = ["audio", "speaker"];
/// Default minutes per target.
const MINUTES: u64 = 10;
/// Limits of time and memory for a file of a few kilobytes. A reader that allocates more has trusted
/// a number in a header.
const LIMITS: [&str; 4] = [
    "-timeout=20",
    "-rss_limit_mb=2048",
    "-malloc_limit_mb=1024",
    "-detect_leaks=0",
];

/// Runs one target, or all targets one after the other.
pub fn run(steps: &Steps, options: &[String]) -> Result<(), TaskError> {
    let (requested, minutes) = read(options)?;
    let targets = targets(&steps.root)?;
    if let Some(unknown) = requested.as_ref().filter(|name| !targets.contains(name)) {
        let known = targets.join(", ");
        return Err(TaskError::Usage(format!(
            "'{unknown}' is not a target; use {known}"
        )));
    }
    let cargo_fuzz = from_crates_io(steps, "cargo-fuzz", CARGO_FUZZ)?;
    for target in requested.map_or(targets, |name| vec![name]) {
        let found = steps.root.join("target/fuzz").join(&target);
        if !steps.only_print {
            fs::create_dir_all(&found)
                .map_err(|error| format!("cannot make {}: {error}", found.display()))?;
        }
        steps.run(&fuzz(steps, &cargo_fuzz, &target, &found, minutes))?;
    }
    Ok(())
}

/// New inputs are written to `found`; the committed corpus is only read.
fn fuzz(steps: &Steps, cargo_fuzz: &Path, target: &str, found: &Path, minutes: u64) -> Step {
    let folder = steps.root.join(FOLDER);
    let feature = match target {
        "lines" => "lines",
        target if WITH_SOUND.contains(&target) => "sound",
        _ => "faces",
    };
    let mut step = Step::new(cargo_fuzz)
        .args(["fuzz", "run", "-O", "--codegen-units", "16"])
        .args(["--no-default-features", "--features", feature])
        .args(["--fuzz-dir".into(), folder.clone()])
        .args([target.into(), found.to_owned()])
        .args([folder.join("corpus").join(target)])
        .args(["--"])
        .args(LIMITS)
        .args([format!("-max_total_time={}", 60 * minutes)]);
    let dictionary = folder.join("dictionaries").join(format!("{target}.dict"));
    if dictionary.is_file() {
        step = step.args([format!("-dict={}", dictionary.display())]);
    }
    // A stable compiler needs this variable to accept cargo-fuzz's unstable flags.
    step = step
        .variable("RUSTC_BOOTSTRAP", "1")
        .path(folder.join("any-rust"));
    // Some readers need a file; a folder in memory spares the disk.
    if Path::new("/dev/shm").is_dir() {
        step.variable("TMPDIR", "/dev/shm")
    } else {
        step
    }
}

/// The names of all targets.
fn targets(root: &Path) -> Result<Vec<String>, TaskError> {
    let folder = root.join(FOLDER).join("fuzz_targets");
    let listed = fs::read_dir(&folder)
        .map_err(|error| format!("cannot list {}: {error}", folder.display()))?;
    let stem = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let mut names: Vec<String> = listed
        .flatten()
        .filter_map(|file| stem(file.path()))
        .collect();
    names.sort();
    Ok(names)
}

fn read(options: &[String]) -> Result<(Option<String>, u64), TaskError> {
    let (mut target, mut minutes) = (None, MINUTES);
    let mut remaining = options.iter();
    while let Some(option) = remaining.next() {
        if option == "--minutes" {
            let count = remaining.next().and_then(|count| count.parse().ok());
            minutes = count
                .filter(|count| *count > 0)
                .ok_or_else(|| TaskError::Usage("--minutes takes a positive integer".into()))?;
        } else if option.starts_with('-') || target.is_some() {
            return Err(TaskError::Usage(format!("fuzz does not take '{option}'")));
        } else {
            target = Some(option.clone());
        }
    }
    Ok((target, minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<(Option<String>, u64), TaskError> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        read(&words)
    }

    #[test]
    fn a_target_and_minutes_are_parsed_and_other_arguments_are_rejected() {
        let read = parsed(&["gltf", "--minutes", "3"]).expect("valid");
        assert_eq!(read, (Some("gltf".to_owned()), 3));
        assert_eq!(parsed(&[]).expect("valid"), (None, MINUTES));
        for wrong in [
            &["--minutes"][..],
            &["--minutes", "0"],
            &["--jobs"],
            &["usd", "gltf"],
        ] {
            assert!(
                matches!(parsed(wrong), Err(TaskError::Usage(_))),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn every_target_has_a_corpus() {
        let steps = Steps::new(true);
        let targets = targets(&steps.root).expect("listed");
        assert!(targets.contains(&"gltf".to_owned()));
        for target in targets {
            let corpus = steps.root.join(FOLDER).join("corpus").join(target);
            assert!(corpus.is_dir(), "{}", corpus.display());
        }
    }
}
