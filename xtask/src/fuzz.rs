//! `cargo xtask fuzz`: damaged and random files against every reader, with cargo-fuzz.

use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use crate::steps::{Outcome, Step, Steps};
use crate::tools::from_crates_io;

/// Pinned for reproducible results.
const CARGO_FUZZ: &str = "cargo-fuzz@0.13.2";
/// The folder of the fuzz targets, which is outside the workspace.
const FOLDER: &str = "tests/fuzz";
/// Readers that need the neural network, whose build takes far longer.
const WITH_SOUND: [&str; 2] = ["audio", "speaker"];
/// Limits of time and memory for a file of a few kilobytes. A reader that allocates more has trusted
/// a number in a header.
const LIMITS: &str = "-timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=1024 -detect_leaks=0";

/// Runs one target, or all targets one after the other.
pub fn run(steps: &Steps, target: Option<String>, minutes: NonZeroU32) -> Outcome {
    let cargo_fuzz = from_crates_io(steps, CARGO_FUZZ, &[])?;
    for target in target.map_or_else(targets, |name| vec![name]) {
        let found = steps.target("fuzz").join(&target);
        steps.make_folder(&found)?;
        steps.run(&fuzz(steps, &cargo_fuzz, &target, &found, minutes))?;
    }
    Ok(())
}

/// New inputs are written to `found`; the committed corpus is only read.
fn fuzz(steps: &Steps, cargo_fuzz: &Path, target: &str, found: &Path, minutes: NonZeroU32) -> Step {
    let folder = steps.root.join(FOLDER);
    let feature = match target {
        "lines" => "lines",
        target if WITH_SOUND.contains(&target) => "sound",
        _ => "faces",
    };
    let dictionary = folder.join(format!("dictionaries/{target}.dict"));
    let dictionary = dictionary
        .is_file()
        .then(|| format!("-dict={}", dictionary.display()));
    let step = Step::new(cargo_fuzz)
        .words("fuzz run -O --codegen-units 16 --no-default-features --features")
        .args([feature, "--fuzz-dir"])
        .arg(&folder)
        .arg(target)
        .arg(found)
        .arg(folder.join("corpus").join(target))
        .arg("--")
        .words(LIMITS)
        .arg(format!("-max_total_time={}", 60 * minutes.get()))
        .args(dictionary)
        // A stable compiler needs this variable to accept cargo-fuzz's unstable flags.
        .variable("RUSTC_BOOTSTRAP", "1")
        .path(folder.join("any-rust"));
    // Some readers need a file; a folder in memory spares the disk.
    if Path::new("/dev/shm").is_dir() {
        step.variable("TMPDIR", "/dev/shm")
    } else {
        step
    }
}

/// The names of all targets, sorted.
pub fn targets() -> Vec<String> {
    let folder = Steps::new(true, false)
        .root
        .join(FOLDER)
        .join("fuzz_targets");
    let stem = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = files.filter_map(|file| stem(file.path())).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_a_corpus() {
        assert!(targets().contains(&"gltf".to_owned()));
        for target in targets() {
            let corpus = Steps::new(true, false)
                .root
                .join(FOLDER)
                .join("corpus")
                .join(target);
            assert!(corpus.is_dir(), "{}", corpus.display());
        }
    }
}
