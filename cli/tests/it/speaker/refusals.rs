//! Error messages and exit codes for unusable references and speaker files.

use metaface_core::clip::{Channel, Clip, FrameRate};
use metaface_exporters::curves::csv;

use super::{LINE, fails, folder, repeated_line, save, smiling, succeeds};

#[test]
fn errors_of_unusable_references_name_a_remedy() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    csv::save(&smiling(30), &at("take.csv")).unwrap();
    let line = repeated_line().samples;
    save(folder.path(), "silence.wav", &vec![0.0; line.len()]);
    let mut little = vec![0.0; line.len()];
    little[..9_000].copy_from_slice(&line[..9_000]);
    save(folder.path(), "little.wav", &little);
    save(
        folder.path(),
        "long.wav",
        &[line.as_slice(), &line].concat(),
    );
    let frames = smiling(30).frames.len();
    let still = Clip::neutral("still", FrameRate::whole(30).unwrap(), frames);
    csv::save(&still, &at("still.csv")).unwrap();
    let mut percent = smiling(30);
    for frame in &mut percent.frames {
        frame[Channel::JawOpen] *= 100.0;
    }
    csv::save(&percent, &at("percent.csv")).unwrap();
    for (sound, curves, words) in [
        ("silence.wav", "take.csv", "silent"),
        ("little.wav", "take.csv", "s of speech"),
        ("long.wav", "take.csv", "cut to the same start and end"),
        ("take.wav", "still.csv", "mouth never moves"),
        ("take.wav", "percent.csv", "divide per cent by 100"),
        ("take.wav", "gone.csv", "cannot read"),
        ("gone.wav", "take.csv", "check the path"),
    ] {
        let message = fails(
            folder.path(),
            &["adapt", sound, "--curves", curves, "-o", "x.speaker"],
            3,
        );
        assert!(message.contains(words), "{sound}, {curves}: {message}");
        assert!(
            message.contains(sound) || message.contains(curves),
            "{message}"
        );
        assert!(!at("x.speaker").exists());
    }
}

#[test]
fn errors_of_wrong_usage_name_a_remedy() {
    let folder = folder();
    let cases: [(&[&str], &str); 7] = [
        (&["take.wav", "-o", "x.speaker"], "--curves FILE"),
        (
            &["take.csv", "-o", "x.speaker", "--blend", "0.5"],
            "leave it out",
        ),
        (&["take.wav", "-o", "x.glb"], "must end in .speaker"),
        (
            &["a.speaker", "b.speaker", "-o", "x.speaker"],
            "--blend SHARE",
        ),
        (
            &["a.speaker", "take.wav", "-o", "x.speaker"],
            "two .speaker files",
        ),
        (
            &[
                "take.wav",
                "--curves",
                "a.csv",
                "--curves",
                "b.csv",
                "-o",
                "x.speaker",
            ],
            "once for each",
        ),
        (
            &[
                "a.speaker",
                "b.speaker",
                "--blend",
                "0.5",
                "--instant",
                "-o",
                "x.speaker",
            ],
            "--instant",
        ),
    ];
    for (arguments, words) in cases {
        let message = fails(folder.path(), &[&["adapt"], arguments].concat(), 2);
        assert!(message.contains(words), "{arguments:?}: {message}");
    }
    let message = fails(
        folder.path(),
        &["animate", LINE, "-o", "x.csv", "--style-strength", "0.5"],
        2,
    );
    assert!(message.contains("--speaker"), "{message}");
}

#[test]
fn an_unusable_speaker_file_is_an_error_in_every_command() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    csv::save(&smiling(30), &at("take.csv")).unwrap();
    succeeds(
        folder.path(),
        &["adapt", "take.wav", "-o", "anna.speaker", "-q"],
    );
    let bytes = std::fs::read(at("anna.speaker")).unwrap();
    std::fs::write(at("cut.speaker"), &bytes[..bytes.len() / 2]).unwrap();
    std::fs::copy(at("take.wav"), at("sound.speaker")).unwrap();
    std::fs::write(at("huge.speaker"), vec![b' '; 600_000]).unwrap();
    // Changes the header to a later version, and to another base model.
    let position = |text: &str| {
        let found = bytes
            .windows(text.len())
            .position(|part| part == text.as_bytes());
        found.unwrap_or_else(|| panic!("{text}"))
    };
    let write_changed = |name: &str, from: &str, to: &str| {
        let start = position(from);
        let mut changed: Vec<u8> = bytes.clone();
        changed.splice(start..start + from.len(), to.bytes());
        std::fs::write(at(name), changed).unwrap();
    };
    write_changed("newer.speaker", r#""version":"1""#, r#""version":"7""#);
    let base = r#""base":""#;
    let start = position(base) + base.len();
    let hash = String::from_utf8(bytes[start..start + 64].to_vec()).unwrap();
    write_changed("foreign.speaker", &hash, &"0".repeat(64));
    for (name, words) in [
        ("cut.speaker", "not a usable MetaFace speaker"),
        ("sound.speaker", "MetaFace wrote"),
        ("huge.speaker", "more than the maximum"),
        ("newer.speaker", "update MetaFace"),
        ("foreign.speaker", "learn the speaker again"),
        ("gone.speaker", "cannot read"),
    ] {
        let message = fails(
            folder.path(),
            &["animate", LINE, "-o", "x.csv", "--speaker", name],
            3,
        );
        assert!(
            message.contains(words) && message.contains(name),
            "{message}"
        );
        assert!(!at("x.csv").exists());
        if name != "foreign.speaker" {
            let message = fails(folder.path(), &["inspect", name], 3);
            assert!(
                message.contains(words) && message.contains(name),
                "{message}"
            );
        }
    }
    // `inspect` does not need the base model of the file.
    succeeds(folder.path(), &["inspect", "foreign.speaker"]);
    let message = fails(
        folder.path(),
        &[
            "adapt",
            "anna.speaker",
            "foreign.speaker",
            "--blend",
            "0.5",
            "-o",
            "x.speaker",
        ],
        3,
    );
    assert!(message.contains("different base models"), "{message}");
    let message = fails(
        folder.path(),
        &[
            "adapt",
            "anna.speaker",
            "foreign.speaker",
            "--blend",
            "0.5",
            "-o",
            "anna.speaker",
        ],
        2,
    );
    assert!(message.contains("overwritten"), "{message}");
}
