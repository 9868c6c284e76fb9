//! Inputs are never overwritten, and unusable inputs give errors.

use std::fs::{copy, read, write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::{LINE, fails, succeeds};

#[test]
fn errors_of_unusable_inputs_name_the_file_and_leave_no_output() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path().join("empty.wav"), b"").unwrap();
    write(
        folder.path().join("text.wav"),
        b"this is not a sound, but plain text",
    )
    .unwrap();
    write(
        folder.path().join("broken.glb"),
        b"glTF\x02\0\0\0\xff\xff\xff\xff",
    )
    .unwrap();
    for sound in ["empty.wav", "text.wav", "missing.wav"] {
        let message = fails(folder.path(), &["animate", sound, "-o", "out.glb"], 3);
        assert!(message.contains(sound), "{message}");
    }
    let message = fails(folder.path(), &["animate", LINE, "-o", "out.fbx"], 2);
    assert!(message.contains(".usdc"), "{message}");
    fails(
        folder.path(),
        &["animate", LINE, "-o", "out.glb", "--fps", "0"],
        2,
    );
    fails(
        folder.path(),
        &["animate", LINE, "-o", "out.glb", "--strength", "9"],
        2,
    );
    let message = fails(
        folder.path(),
        &[
            "animate",
            LINE,
            "-o",
            "out.glb",
            "--character",
            "broken.glb",
        ],
        3,
    );
    assert!(message.contains("broken.glb"), "{message}");
    fails(
        folder.path(),
        &["animate", LINE, "-o", "text.wav/out.glb"],
        4,
    );
    let left: Vec<PathBuf> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn no_output_replaces_an_input() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    copy(LINE, at("line.wav")).unwrap();
    succeeds(
        folder.path(),
        &["animate", "line.wav", "-o", "take.glb", "-o", "take.csv"],
    );
    for arguments in [
        &["animate", "line.wav", "-o", "./line.wav", "--format", "csv"][..],
        &[
            "animate",
            "line.wav",
            "-o",
            "take.glb",
            "--character",
            "take.glb",
        ],
        &["animate", "line.wav", "-o", "new.csv", "-o", "new.csv"],
        &[
            "convert",
            "take.csv",
            "-o",
            "take.glb",
            "--character",
            "take.glb",
        ],
        &["preview", "take.glb", "-o", "take.glb"],
        &["inspect", "take.glb", "--write-rig-map", "take.glb"],
    ] {
        let before = (read(at("line.wav")).unwrap(), read(at("take.glb")).unwrap());
        let message = fails(folder.path(), arguments, 2);
        assert!(message.contains("output"), "{arguments:?}: {message}");
        assert!(!at("new.csv").exists());
        let after = (read(at("line.wav")).unwrap(), read(at("take.glb")).unwrap());
        assert!(before == after, "{arguments:?}");
    }
}

#[test]
fn a_take_keeps_its_own_character_when_it_is_converted() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(folder.path(), &["animate", LINE, "-o", "take.glb"]);
    // The renamed mesh distinguishes this character from the sample head.
    let bytes = read(folder.path().join("take.glb")).unwrap();
    let renamed = replaced(&bytes, b"\"LowerTeeth\"", b"\"LOWERTEETH\"");
    write(folder.path().join("hero.glb"), &renamed).unwrap();
    succeeds(
        folder.path(),
        &["convert", "hero.glb", "-o", "film.glb", "--fps", "24"],
    );
    let film = read(folder.path().join("film.glb")).unwrap();
    let has = |bytes: &[u8]| bytes.windows(12).any(|part| part == b"\"LOWERTEETH\"");
    assert!(has(&renamed) && has(&film));
}

/// Replaces a part of the bytes by another one of the same length.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    while let Some(at) = bytes.windows(old.len()).position(|part| part == old) {
        bytes[at..at + old.len()].copy_from_slice(new);
    }
    bytes
}

#[test]
fn a_closed_standard_output_is_not_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_metaface"))
        .current_dir(folder.path())
        .args(["animate", LINE, "-o", "line.csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && !message.contains("panicked"),
        "{message}"
    );
}

#[test]
fn option_values_are_checked_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    for bad in [
        ["--smoothing", "nan"],
        ["--smoothing", "1.5"],
        ["--reduce", "nan"],
        ["--reduce", "0"],
        ["--strength", "9"],
        ["--start", "25:00:00:00"],
        ["--format", "usdc"],
    ] {
        // The missing sound would give exit code 3, but only after the options are checked.
        let arguments = [&["animate", "no.wav", "-o", "line.csv"][..], &bad].concat();
        fails(folder.path(), &arguments, 2);
        assert!(!folder.path().join("line.csv").exists());
    }
}
