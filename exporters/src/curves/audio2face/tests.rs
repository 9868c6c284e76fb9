use std::path::Path;

use metaface_clip::{Channel, Clip, FrameRate};
use proptest::prelude::*;

use super::{parse, write};

fn path() -> &'static Path {
    Path::new("folder/anna line.a2f.json")
}

fn clips() -> impl Strategy<Value = Clip> {
    let rates = prop::sample::select(vec!["23.976", "24", "30", "59.94", "12.5", "100/3"]);
    let names = prop::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter);
    let values = prop::collection::vec(prop::array::uniform4(-1.0_f32..1.0), 0..40);
    (rates, -1e5_f64..1e7, names, values, any::<bool>()).prop_map(
        |(fps, start_frame, name, values, angles)| {
            let rate: FrameRate = fps.parse().expect("a rate");
            let mut clip = Clip::neutral(name.clone(), rate, values.len());
            clip.start_frame = start_frame;
            clip.metadata.insert("sound".to_owned(), name);
            for (frame, value) in clip.frames.iter_mut().zip(values) {
                frame[Channel::JawOpen] = value[0].abs();
                frame[Channel::TongueOut] = value[1].abs() * 1e-12;
                if angles {
                    frame[Channel::HeadYaw] = value[2] * 3.0;
                    frame[Channel::RightEyeRoll] = value[3];
                }
            }
            clip
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn writing_and_reading_a_clip_is_lossless(clip in clips()) {
        let text = write(&clip);
        let (back, warnings) = parse(path(), &text).expect("read back");
        prop_assert_eq!(&back, &clip);
        prop_assert_eq!(warnings, []);
        prop_assert_eq!(write(&back), text);
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        rows in prop::collection::vec(prop::sample::select(vec!["[]", "[0]", "[1e9]", "[-1]", "[null]", "0"]), 0..3),
        start in prop::sample::select(vec!["{\"facsNames\":[\"jawOpen\"],", "{", ""]),
        end in prop::sample::select(vec!["]}", "]", ",]}"]),
        other in prop::collection::vec(any::<char>(), 0..30),
    ) {
        let _ = parse(path(), &format!("{start}\"weightMat\":[{}{end}", rows.join(",")));
        let _ = parse(path(), &String::from_iter(other));
    }
}

#[test]
fn files_of_other_programs_are_read_by_pose_name() {
    let text = r#"{"exportFps": 29.97, "trackPath": "/sound/line.wav", "numPoses": 3, "numFrames": 2,
        "facsNames": ["jawOpen", "tongueUp", "eyeBlinkLeft"],
        "weightMat": [[0.25, 0.1, 1.0], [0.5, 0.1, 0.0]], "joints": ["jaw"], "rotations": [[[0, 0, 0, 1]]]}"#;
    let (clip, warnings) = parse(path(), text).expect("read");
    assert_eq!(clip.name, "anna line");
    assert_eq!(clip.rate, "30000/1001".parse().expect("a rate"));
    assert_eq!(clip.frames[1][Channel::JawOpen], 0.5);
    assert_eq!(clip.frames[0][Channel::EyeBlinkLeft], 1.0);
    assert_eq!(clip.metadata["trackPath"], "/sound/line.wav");
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].0.contains("tongueUp"));
}

#[test]
fn the_standard_keys_are_as_other_readers_expect() {
    let mut clip = Clip::neutral("line", FrameRate::whole(30).expect("a rate"), 2);
    clip.frames[1][Channel::JawOpen] = 0.1;
    clip.metadata
        .insert("sound".to_owned(), "a \"b\".wav".to_owned());
    let value: serde_json::Value = serde_json::from_str(&write(&clip)).expect("JSON");
    assert_eq!(value["exportFps"], 30);
    assert_eq!(value["numPoses"], 52);
    assert_eq!(value["numFrames"], 2);
    assert_eq!(value["facsNames"][17], "jawOpen");
    assert_eq!(value["weightMat"][1][17], 0.1);
    assert_eq!(value["weightMat"][1].as_array().map(Vec::len), Some(52));
    assert_eq!(value["trackPath"], "a \"b\".wav");
    assert!(value["joints"].is_array());
}

#[test]
fn errors_are_reported_with_their_location() {
    for (text, location) in [
        ("", "line 1"),
        ("{}", "facsNames"),
        (
            r#"{"facsNames":["jawOpen"],"weightMat":[[0],[0,1]]}"#,
            "weightMat has 2 values at frame 1",
        ),
        (r#"{"facsNames":["jawOpen"],"weightMat":[[0],[1e99]]}"#, ""),
        (
            r#"{"facsNames":["jaw"],"weightMat":[[0]]}"#,
            "no name in facsNames",
        ),
        (
            r#"{"exportFps":0,"facsNames":["jawOpen"],"weightMat":[[0]]}"#,
            "exportFps",
        ),
        (
            r#"{"facsNames":["jawOpen"],"weightMat":[["x"]]}"#,
            "line 1 column",
        ),
    ] {
        let message = parse(path(), text).expect_err(text).to_string();
        assert!(message.contains(location), "{text}: {message}");
    }
}

#[test]
fn a_newer_metaface_object_is_skipped_and_the_rest_read() {
    let text = r#"{"exportFps":24,"facsNames":["jawOpen"],"weightMat":[[0.5]],"metaface":{"version":2,"shape":[]}}"#;
    let (clip, warnings) = parse(path(), text).expect("read");
    assert_eq!(clip.frames[0][Channel::JawOpen], 0.5);
    assert!(warnings[0].0.contains("newer"));
}
