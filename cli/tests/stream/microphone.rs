//! A microphone: ALSA's own `file` plug-in, which plays a pipe into whoever records.

use super::fails;

#[test]
fn a_build_without_microphones_says_how_to_get_one() {
    if metaface_microphone::IS_BUILT_IN {
        println!("skipped: this build has microphones");
        return;
    }
    for arguments in [&["mic"][..], &["--list-microphones"]] {
        let message = fails(arguments, 3);
        assert!(message.contains("--features microphone"), "{message}");
        assert!(message.contains("arecord"), "{message}");
    }
}

#[cfg(target_os = "linux")]
mod alsa {
    use std::fs::OpenOptions;
    use std::io::Write;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::thread::{self, sleep};
    use std::time::{Duration, Instant};

    use super::super::piped::{samples, speaks};
    use super::super::{command, engine, interrupt};

    /// ALSA's configuration in place of the system's: its only device hears a pipe in this folder.
    fn configuration(folder: &Path) -> Option<PathBuf> {
        if !metaface_microphone::IS_BUILT_IN {
            println!("skipped: this build has no microphones (--features metaface-cli/microphone)");
            return None;
        }
        let pipe = folder.join("sound");
        let made = Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let text = format!(
            r#"pcm.!default {{
                type file
                slave.pcm {{ type null }}
                file "/dev/null"
                infile "{}"
                format "raw"
                hint {{ show on description "Stage microphone" }}
            }}"#,
            pipe.display()
        );
        let file = folder.join("asound.conf");
        std::fs::write(&file, text).unwrap();
        Some(file)
    }

    /// Speaks the line into the pipe as a speaker would, then is silent. Nobody waits for it: it ends
    /// with the tests, or with a full pipe.
    fn speak(pipe: PathBuf) {
        thread::spawn(move || {
            // Open for both, so that a reader who goes away breaks nothing.
            let opened = OpenOptions::new().read(true).write(true).open(pipe);
            let mut pipe = opened.unwrap();
            let mut sound = vec![0; 32_000];
            sound.extend(samples());
            sound.resize(sound.len() + 60 * 32_000, 0);
            let begun = Instant::now();
            for (index, block) in sound.chunks(640).enumerate() {
                pipe.write_all(block).unwrap();
                let due = begun + Duration::from_millis(20 * (index as u64 + 1));
                sleep(due.saturating_duration_since(Instant::now()));
            }
        });
    }

    #[test]
    fn a_microphone_is_listed_by_the_name_that_people_give_it() {
        let folder = tempfile::tempdir().unwrap();
        let Some(configuration) = configuration(folder.path()) else {
            return;
        };
        let list = |arguments: &[&str]| {
            let mut list = command(arguments);
            let output = list.env("ALSA_CONFIG_PATH", &configuration).output();
            String::from_utf8(output.unwrap().stdout).unwrap()
        };
        let json = list(&["--list-microphones", "--json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["microphones"][0]["name"], "Stage microphone");
        let text = list(&["--list-microphones"]);
        assert!(
            text.contains("default: Stage microphone  (default)"),
            "{text}"
        );
    }

    #[test]
    fn an_unknown_microphone_is_refused_with_those_that_there_are() {
        let folder = tempfile::tempdir().unwrap();
        let Some(configuration) = configuration(folder.path()) else {
            return;
        };
        let output = command(&["mic", "--microphone", "yeti"])
            .env("ALSA_CONFIG_PATH", configuration)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3));
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(
            message.contains("there is default: Stage microphone"),
            "{message}"
        );
    }

    #[test]
    fn what_is_said_into_a_microphone_is_seen_on_the_face() {
        let folder = tempfile::tempdir().unwrap();
        let Some(configuration) = configuration(folder.path()) else {
            return;
        };
        speak(folder.path().join("sound"));
        let (address, engine) = engine();
        let child = command(&["mic", "--microphone", "stage", "--to", &address])
            .env("ALSA_CONFIG_PATH", configuration)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        sleep(Duration::from_secs(12));
        interrupt(&child);
        let output = child.wait_with_output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && message.contains("Stage microphone"),
            "{message}"
        );
        speaks(&engine.join().unwrap());
    }
}
