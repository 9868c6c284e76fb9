//! A simulated microphone: ALSA's `file` plug-in, which records from a named pipe.

use super::fails;

#[test]
fn the_error_of_a_build_without_microphones_names_a_remedy() {
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

    use super::super::piped::{assert_speaks, samples};
    use super::super::{command, engine, interrupt};

    /// An ALSA configuration whose only device records from a named pipe in this folder.
    fn configuration(folder: &Path) -> Option<PathBuf> {
        if !metaface_microphone::IS_BUILT_IN {
            println!("skipped: this build has no microphones (--features metaface-cli/microphone)");
            return None;
        }
        let pipe = folder.join("sound");
        let created = Command::new("mkfifo").arg(&pipe).status();
        assert!(created.unwrap().success());
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

    /// Writes the line into the pipe in real time, and then silence. The thread ends with the tests.
    fn speak(pipe: PathBuf) {
        thread::spawn(move || {
            // Open for reading too, so that writing works after the reader closes the pipe.
            let opened = OpenOptions::new().read(true).write(true).open(pipe);
            let mut pipe = opened.unwrap();
            let mut sound = vec![0; 32_000];
            sound.extend(samples());
            sound.resize(sound.len() + 60 * 32_000, 0);
            let start = Instant::now();
            for (index, block) in sound.chunks(640).enumerate() {
                pipe.write_all(block).unwrap();
                let due = start + Duration::from_millis(20 * (index as u64 + 1));
                sleep(due.saturating_duration_since(Instant::now()));
            }
        });
    }

    #[test]
    fn a_microphone_is_listed_with_its_display_name() {
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
    fn the_error_of_an_unknown_microphone_lists_the_available_ones() {
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
            message.contains("available: default: Stage microphone"),
            "{message}"
        );
    }

    #[test]
    fn speech_from_a_microphone_moves_the_face() {
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
        assert_speaks(&engine.join().unwrap());
    }
}
