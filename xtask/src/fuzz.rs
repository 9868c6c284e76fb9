//! `cargo xtask fuzz`: damaged and made-up files against every reader, with cargo-fuzz.

use std::fs;
use std::path::{Path, PathBuf};

use crate::steps::{Fault, Step, Steps};
use crate::tools::from_crates_io;

/// Pinned, so that the same command does the same next year.
const CARGO_FUZZ: &str = "0.13.2";
/// The fuzzer's own folder, outside the workspace.
const FOLDER: &str = "tests/fuzz";
/// Readers that are built together with the neural network, which takes far longer.
const WITH_SOUND: [&str; 2] = ["audio", "speaker"];
/// Minutes a target is run for unless told otherwise.
const MINUTES: u64 = 10;
/// What a reader may take for one file of a few kilobytes: who wants more memory at once believed a
/// number in a header.
const LIMITS: [&str; 4] = [
    "-timeout=20",
    "-rss_limit_mb=2048",
    "-malloc_limit_mb=1024",
    "-detect_leaks=0",
];

/// Runs one target, or all of them one after the other.
pub fn run(steps: &Steps, options: &[String]) -> Result<(), Fault> {
    let (asked, minutes) = read(options)?;
    let targets = targets(&steps.root)?;
    if let Some(unknown) = asked.as_ref().filter(|name| !targets.contains(name)) {
        let known = targets.join(", ");
        return Err(Fault::Usage(format!(
            "'{unknown}' is not a target; there are {known}"
        )));
    }
    let cargo_fuzz = from_crates_io(steps, "cargo-fuzz", CARGO_FUZZ)?;
    for target in asked.map_or(targets, |name| vec![name]) {
        let grown = steps.root.join("target/fuzz").join(&target);
        if !steps.only_print {
            fs::create_dir_all(&grown)
                .map_err(|error| format!("cannot make {}: {error}", grown.display()))?;
        }
        steps.run(&fuzz(steps, &cargo_fuzz, &target, &grown, minutes))?;
    }
    Ok(())
}

/// What is found goes to `grown`; the committed corpus is only read.
fn fuzz(steps: &Steps, cargo_fuzz: &Path, target: &str, grown: &Path, minutes: u64) -> Step {
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
        .args([target.into(), grown.to_owned()])
        .args([folder.join("corpus").join(target)])
        .args(["--"])
        .args(LIMITS)
        .args([format!("-max_total_time={}", 60 * minutes)]);
    let words = folder.join("dictionaries").join(format!("{target}.dict"));
    if words.is_file() {
        step = step.args([format!("-dict={}", words.display())]);
    }
    // A pinned stable compiler takes the flags that cargo-fuzz gives only when told so.
    step = step
        .variable("RUSTC_BOOTSTRAP", "1")
        .path(folder.join("any-rust"));
    // Some readers want a file; a folder in memory wears no disk out.
    match Path::new("/dev/shm").is_dir() {
        true => step.variable("TMPDIR", "/dev/shm"),
        false => step,
    }
}

/// The targets, by the names of their files.
fn targets(root: &Path) -> Result<Vec<String>, Fault> {
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

fn read(options: &[String]) -> Result<(Option<String>, u64), Fault> {
    let (mut target, mut minutes) = (None, MINUTES);
    let mut left = options.iter();
    while let Some(option) = left.next() {
        if option == "--minutes" {
            let told = left.next().and_then(|count| count.parse().ok());
            minutes = told
                .filter(|count| *count > 0)
                .ok_or_else(|| Fault::Usage("--minutes takes a whole number".into()))?;
        } else if option.starts_with('-') || target.is_some() {
            return Err(Fault::Usage(format!("fuzz does not take '{option}'")));
        } else {
            target = Some(option.clone());
        }
    }
    Ok((target, minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(words: &[&str]) -> Result<(Option<String>, u64), Fault> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        read(&words)
    }

    #[test]
    fn a_target_and_its_minutes_are_read_and_anything_else_is_refused() {
        let read = given(&["gltf", "--minutes", "3"]).expect("valid");
        assert_eq!(read, (Some("gltf".to_owned()), 3));
        assert_eq!(given(&[]).expect("valid"), (None, MINUTES));
        for wrong in [
            &["--minutes"][..],
            &["--minutes", "0"],
            &["--jobs"],
            &["usd", "gltf"],
        ] {
            assert!(matches!(given(wrong), Err(Fault::Usage(_))), "{wrong:?}");
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
