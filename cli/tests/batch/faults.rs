//! What goes wrong on a farm at night.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Stage;

fn lines(count: usize) -> Stage {
    let stage = Stage::with_sounds(count);
    let rows: String = (0..count).map(|i| format!("s{i}.wav\n")).collect();
    stage.write("t.csv", format!("audio\n{rows}"));
    stage
}

const RUN: [&str; 5] = ["t.csv", "-o", "out", "--format", "csv"];

/// A file system of its own at a folder, as long as this lives. None where the tests may not mount.
struct Mount<'a>(&'a Path);

impl<'a> Mount<'a> {
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
fn a_full_disk_fails_lines_and_leaves_none_half_and_space_lets_it_go_on() {
    let stage = lines(30);
    let folder = stage.at("out");
    let Some(mount) = Mount::new(&folder, "size=200k") else {
        return;
    };
    let output = stage.run(&RUN);
    let message = String::from_utf8(output.stderr).unwrap();
    // 4 where not even the note of what is done finds room.
    assert!(matches!(output.status.code(), Some(4 | 6)), "{message}");
    assert!(
        message.contains("No space left") && message.contains("free space"),
        "{message}"
    );
    let made = stage.outputs();
    assert!(!made.is_empty() && made.len() < 30);
    assert!(mount.mount("remount,size=20m"));
    stage.report(&RUN, 0);
    let all = stage.outputs();
    assert_eq!(all.len(), 30);
    assert!(
        made.iter().all(|file| all.contains(file)),
        "what was there was whole"
    );
}

#[test]
fn an_output_that_may_not_be_written_is_refused_before_any_work() {
    let stage = lines(2);
    let folder = stage.at("out");
    let Some(mount) = Mount::new(&folder, "size=1m") else {
        return;
    };
    assert!(mount.mount("remount,ro"));
    let message = stage.message(&RUN, 4);
    assert!(
        message.contains("Read-only") && message.contains("out"),
        "{message}"
    );
    drop(mount);
    stage.write("file", "not a folder");
    stage.message(&["t.csv", "-o", "file", "--format", "csv"], 4);
}

#[test]
fn sounds_that_vanish_while_others_are_made_fail_alone() {
    let stage = lines(60);
    let arguments = [&RUN[..], &["--jobs", "1", "--log", "json"]].concat();
    let mut command = stage.command(&arguments);
    let mut child = command
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut events = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(events.any(|event| event.unwrap().contains("\"done\"")));
    for index in 50..60 {
        std::fs::remove_file(stage.at(&format!("s{index}.wav"))).unwrap();
    }
    let failed = events
        .filter(|event| event.as_ref().unwrap().contains("\"failed\""))
        .count();
    assert_eq!(child.wait().unwrap().code(), Some(6));
    assert_eq!(failed, 10);
    assert_eq!(stage.outputs().len(), 50);
}

#[cfg(unix)]
#[test]
fn a_sound_that_may_not_be_read_is_named() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let stage = lines(2);
    let allow = |name: &str, mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(stage.at(name), permissions).unwrap();
    };
    allow("s1.wav", 0o000);
    let arguments = [&RUN[..], &["--log", "json"]].concat();
    let mut command = stage.command(&arguments);
    // The superuser may read everything; nobody may not.
    if std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
        allow("", 0o777);
        let program = stage.at("metaface");
        std::fs::copy(env!("CARGO_BIN_EXE_metaface"), &program).unwrap();
        let mut nobody = Command::new("setpriv");
        nobody
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(program);
        nobody
            .current_dir(stage.path())
            .arg("batch")
            .args(&arguments);
        command = nobody;
    }
    let output = command.output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "{message}");
    assert!(
        message.contains("s1.wav") && message.contains("Permission denied"),
        "{message}"
    );
    assert!(stage.exists("out/s0.csv"));
}

#[cfg(unix)]
#[test]
fn links_lead_neither_out_of_the_output_folder_nor_round_in_circles() {
    use std::os::unix::fs::symlink;
    let stage = Stage::with_sounds(3);
    stage.write("elsewhere/precious.csv", "precious");
    stage.write("out/keep.txt", "");
    symlink("../elsewhere", stage.at("out/link")).unwrap();
    symlink("../elsewhere/precious.csv", stage.at("out/s1.csv")).unwrap();
    stage.write(
        "t.csv",
        "audio,output\ns0.wav,link/evil\ns1.wav,s1\ns2.wav,s2\n",
    );
    let message = stage.message(&RUN, 6);
    for row in ["row 2", "row 3"] {
        let said = format!("{row}, column 'output': a link leads out of the output folder");
        assert!(message.contains(&said), "{message}");
    }
    assert_eq!(
        std::fs::read_to_string(stage.at("elsewhere/precious.csv")).unwrap(),
        "precious"
    );
    assert_eq!(std::fs::read_dir(stage.at("elsewhere")).unwrap().count(), 1);

    stage.write("voices/a.wav", crate::wave(8_000, 1));
    symlink("..", stage.at("voices/round")).unwrap();
    let message = stage.message(&["voices", "-o", "voices/out", "--format", "csv"], 6);
    assert!(
        message.contains("a link leads round in a circle"),
        "{message}"
    );
    assert!(stage.exists("voices/out/a.csv"));
}

#[test]
fn no_output_replaces_an_input() {
    let stage = lines(1);
    stage.write("notes.csv", "audio,output\ns0.wav,notes\n");
    let message = stage.message(&["notes.csv", "-o", ".", "--format", "csv"], 7);
    assert!(message.contains("it would replace an input"), "{message}");
    let message = stage.message(&["t.csv", "-o", "out", "--report", "t.csv"], 2);
    assert!(message.contains("a report ends in"), "{message}");
}

#[test]
fn characters_and_speakers_that_cannot_be_used_fail_their_own_lines() {
    let stage = lines(2);
    stage.write("broken.glb", "glTF");
    stage.write("broken.speaker", "{}");
    stage.write(
        "t.csv",
        "audio,character,speaker,output\ns0.wav,broken.glb,,a\ns0.wav,,broken.speaker,b\ns1.wav,,,c\n",
    );
    let message = stage.message(&["t.csv", "-o", "out", "--format", "glb"], 6);
    assert!(
        message.contains("failed: a:") && message.contains("broken.glb"),
        "{message}"
    );
    assert!(
        message.contains("failed: b:") && message.contains("broken.speaker"),
        "{message}"
    );
    assert!(stage.exists("out/c.glb"));
}

#[test]
fn a_state_of_a_later_version_is_refused_and_a_damaged_one_is_made_again() {
    let stage = lines(2);
    stage.report(&RUN, 0);
    let folder = stage.at("out/.metaface");
    let journal = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let journal = journal.filter(|path| path.extension().is_some_and(|e| e == "jsonl"));
    for path in journal {
        let torn = std::fs::read(&path).unwrap();
        std::fs::write(&path, &torn[..torn.len() - 20]).unwrap();
    }
    assert_eq!(
        stage.report(&RUN, 0)["totals"]["made_now"],
        1,
        "the torn note alone"
    );
    stage.write("out/.metaface/state.jsonl", "{\"metaface_batch\":99}\n");
    let message = stage.message(&RUN, 3);
    assert!(
        message.contains("version 99") && message.contains("update MetaFace"),
        "{message}"
    );
}
