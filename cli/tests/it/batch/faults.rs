//! Errors of disks, files and inputs.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::BatchFolder;

/// A batch with a table of this number of lines.
fn batch_with_lines(count: usize) -> BatchFolder {
    let batch = BatchFolder::with_sounds(count);
    let rows: String = (0..count).map(|i| format!("s{i}.wav\n")).collect();
    batch.write("t.csv", format!("audio\n{rows}"));
    batch
}

const RUN: [&str; 5] = ["t.csv", "-o", "out", "--format", "csv"];

/// A file system that is mounted at a folder until this is dropped.
struct Mount<'a>(&'a Path);

impl<'a> Mount<'a> {
    /// `None` if the test is not allowed to mount.
    fn new(folder: &'a Path, options: &str) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let mount = Self(folder);
        mount.mount(options).then_some(mount).or_else(|| {
            println!("skipped: a file system cannot be mounted here");
            None
        })
    }

    fn mount(&self, options: &str) -> bool {
        let mut command = Command::new("mount");
        command
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(self.0);
        command
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_fails_lines_without_partial_files_and_free_space_lets_the_next_run_continue() {
    let batch = batch_with_lines(30);
    let folder = batch.at("out");
    let Some(mount) = Mount::new(&folder, "size=200k") else {
        return;
    };
    let output = batch.run(&RUN);
    let message = String::from_utf8(output.stderr).unwrap();
    // 4 if there is no space for the journal either.
    assert!(matches!(output.status.code(), Some(4 | 6)), "{message}");
    assert!(
        message.contains("No space left") && message.contains("free space"),
        "{message}"
    );
    let made = batch.outputs();
    assert!(!made.is_empty() && made.len() < 30);
    assert!(mount.mount("remount,size=20m"));
    batch.report(&RUN, 0);
    let all = batch.outputs();
    assert_eq!(all.len(), 30);
    assert!(
        made.iter().all(|file| all.contains(file)),
        "the first files were complete"
    );
}

#[test]
fn a_read_only_output_folder_is_an_error_before_any_work() {
    let batch = batch_with_lines(2);
    let folder = batch.at("out");
    let Some(mount) = Mount::new(&folder, "size=1m") else {
        return;
    };
    assert!(mount.mount("remount,ro"));
    let message = batch.message(&RUN, 4);
    assert!(
        message.contains("Read-only") && message.contains("out"),
        "{message}"
    );
    drop(mount);
    batch.write("file", "not a folder");
    batch.message(&["t.csv", "-o", "file", "--format", "csv"], 4);
}

#[test]
fn sounds_that_are_removed_during_a_run_fail_only_their_lines() {
    let batch = batch_with_lines(60);
    let arguments = [&RUN[..], &["--jobs", "1", "--log", "json"]].concat();
    let mut command = batch.command(&arguments);
    let mut child = command
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut events = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(events.any(|event| event.unwrap().contains("\"done\"")));
    for index in 50..60 {
        std::fs::remove_file(batch.at(&format!("s{index}.wav"))).unwrap();
    }
    let failed = events
        .filter(|event| event.as_ref().unwrap().contains("\"failed\""))
        .count();
    assert_eq!(child.wait().unwrap().code(), Some(6));
    assert_eq!(failed, 10);
    assert_eq!(batch.outputs().len(), 50);
}

#[cfg(unix)]
#[test]
fn the_error_of_a_sound_without_read_permission_names_it() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let batch = batch_with_lines(2);
    let allow = |name: &str, mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(batch.at(name), permissions).unwrap();
    };
    allow("s1.wav", 0o000);
    let arguments = [&RUN[..], &["--log", "json"]].concat();
    let mut command = batch.command(&arguments);
    // root can read every file, so root runs the program as the user 65534.
    if std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
        allow("", 0o777);
        let program = batch.at("metaface");
        std::fs::copy(env!("CARGO_BIN_EXE_metaface"), &program).unwrap();
        let mut unprivileged = Command::new("setpriv");
        unprivileged
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(program);
        unprivileged
            .current_dir(batch.path())
            .arg("batch")
            .args(&arguments);
        command = unprivileged;
    }
    let output = command.output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "{message}");
    assert!(
        message.contains("s1.wav") && message.contains("Permission denied"),
        "{message}"
    );
    assert!(batch.exists("out/s0.csv"));
}

#[cfg(unix)]
#[test]
fn links_out_of_the_output_folder_and_circular_links_are_errors() {
    use std::os::unix::fs::symlink;
    let batch = BatchFolder::with_sounds(3);
    batch.write("elsewhere/precious.csv", "precious");
    batch.write("out/keep.txt", "");
    symlink("../elsewhere", batch.at("out/link")).unwrap();
    symlink("../elsewhere/precious.csv", batch.at("out/s1.csv")).unwrap();
    batch.write(
        "t.csv",
        "audio,output\ns0.wav,link/evil\ns1.wav,s1\ns2.wav,s2\n",
    );
    let message = batch.message(&RUN, 6);
    for row in ["row 2", "row 3"] {
        let problem = format!("{row}, column 'output': a link leads out of the output folder");
        assert!(message.contains(&problem), "{message}");
    }
    assert_eq!(
        std::fs::read_to_string(batch.at("elsewhere/precious.csv")).unwrap(),
        "precious"
    );
    assert_eq!(std::fs::read_dir(batch.at("elsewhere")).unwrap().count(), 1);

    batch.write("voices/a.wav", super::wave(8_000, 1));
    symlink("..", batch.at("voices/round")).unwrap();
    let message = batch.message(&["voices", "-o", "voices/out", "--format", "csv"], 6);
    assert!(
        message.contains("a link points to a folder above itself"),
        "{message}"
    );
    assert!(batch.exists("voices/out/a.csv"));
}

#[test]
fn no_output_replaces_an_input() {
    let batch = batch_with_lines(1);
    batch.write("notes.csv", "audio,output\ns0.wav,notes\n");
    let message = batch.message(&["notes.csv", "-o", ".", "--format", "csv"], 7);
    assert!(message.contains("it would replace an input"), "{message}");
    let message = batch.message(&["t.csv", "-o", "out", "--report", "t.csv"], 2);
    assert!(message.contains("a report must end in"), "{message}");
}

#[test]
fn unusable_characters_and_speakers_fail_only_their_lines() {
    let batch = batch_with_lines(2);
    batch.write("broken.glb", "glTF");
    batch.write("broken.speaker", "{}");
    batch.write(
        "t.csv",
        "audio,character,speaker,output\ns0.wav,broken.glb,,a\ns0.wav,,broken.speaker,b\ns1.wav,,,c\n",
    );
    let message = batch.message(&["t.csv", "-o", "out", "--format", "glb"], 6);
    assert!(
        message.contains("failed: a:") && message.contains("broken.glb"),
        "{message}"
    );
    assert!(
        message.contains("failed: b:") && message.contains("broken.speaker"),
        "{message}"
    );
    assert!(batch.exists("out/c.glb"));
}

#[test]
fn a_state_of_a_later_version_is_an_error_and_lines_with_damaged_entries_are_made_again() {
    let batch = batch_with_lines(2);
    batch.report(&RUN, 0);
    let folder = batch.at("out/.metaface");
    let files = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let journals = files.filter(|path| path.extension().is_some_and(|e| e == "jsonl"));
    for path in journals {
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 20]).unwrap();
    }
    assert_eq!(
        batch.report(&RUN, 0)["totals"]["made_now"],
        1,
        "only the line with the incomplete entry"
    );
    batch.write("out/.metaface/state.jsonl", "{\"metaface_batch\":99}\n");
    let message = batch.message(&RUN, 3);
    assert!(
        message.contains("version 99") && message.contains("update MetaFace"),
        "{message}"
    );
}
