//! What cannot be learned from, or is no speaker: the words and the exit code.

use metaface_core::clip::{Channel, Clip, FrameRate};
use metaface_exporters::curves::csv;

use crate::{LINE, fails, folder, save, smiling, succeeds, twice};

#[test]
fn references_that_teach_nothing_are_refused_with_a_remedy() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    csv::save(&smiling(30), &at("take.csv")).unwrap();
    let line = twice().samples;
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
        ("little.wav", "take.csv", "of speech can be heard"),
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
fn wrong_usage_says_what_is_right() {
    let folder = folder();
    let cases: [(&[&str], &str); 7] = [
        (&["take.wav", "-o", "x.speaker"], "--curves FILE"),
        (
            &["take.csv", "-o", "x.speaker", "--blend", "0.5"],
            "leave it out",
        ),
        (&["take.wav", "-o", "x.glb"], "ends in .speaker"),
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
fn a_file_that_is_no_speaker_is_refused_wherever_it_is_given() {
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
    // Of a later version, and of another base model: what stands in the header, changed in place.
    let changed = |name: &str, from: &str, to: &str| {
        let text: Vec<u8> = bytes.clone();
        let place = text
            .windows(from.len())
            .position(|part| part == from.as_bytes());
        let place = place.unwrap_or_else(|| panic!("{from}"));
        let mut text = text;
        text.splice(place..place + from.len(), to.bytes());
        std::fs::write(at(name), text).unwrap();
    };
    changed("newer.speaker", r#""version":"1""#, r#""version":"7""#);
    let base = r#""base":""#;
    let place = bytes
        .windows(base.len())
        .position(|part| part == base.as_bytes());
    let start = place.unwrap() + base.len();
    let hash = String::from_utf8(bytes[start..start + 64].to_vec()).unwrap();
    changed("foreign.speaker", &hash, &"0".repeat(64));
    for (name, words) in [
        ("cut.speaker", "not a usable MetaFace speaker"),
        ("sound.speaker", "MetaFace wrote"),
        ("huge.speaker", "too many"),
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
    // A file may be looked at without its base model.
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
