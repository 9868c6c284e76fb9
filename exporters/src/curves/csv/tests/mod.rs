use std::path::Path;

use metaface_clip::{Channel, Clip, FrameRate};
use proptest::prelude::*;

use super::{Warning, parse, write};
use crate::FormatError;

mod time_codes;

fn rate(text: &str) -> FrameRate {
    text.parse().expect("a frame rate")
}

fn read(text: &str) -> (Clip, Vec<Warning>) {
    parse(Path::new("take.csv"), text, None).expect("a readable take")
}

fn error_of(text: &str) -> String {
    let error: FormatError = parse(Path::new("take.csv"), text, None).expect_err("rejected");
    error.to_string()
}

/// A take whose JawOpen is the row number in hundredths.
fn take(codes: &[&str]) -> String {
    let rows = codes
        .iter()
        .enumerate()
        .map(|(row, code)| format!("{code},61,{:.2}\n", row as f32 / 100.0));
    "Timecode,BlendshapeCount,JawOpen\n".to_owned() + &rows.collect::<String>()
}

fn jaw(clip: &Clip) -> Vec<f32> {
    clip.curve(Channel::JawOpen).collect()
}

/// A clip in which every channel moves.
fn moving(rate: FrameRate, count: usize) -> Clip {
    let mut clip = Clip::neutral("take", rate, count);
    for (index, frame) in clip.frames.iter_mut().enumerate() {
        for channel in Channel::ALL {
            let phase = index as f32 * 0.37 + channel.index() as f32;
            frame[channel] = if channel.is_angle() {
                phase.sin() - 1.5
            } else {
                0.5 + 0.45 * phase.sin()
            };
        }
    }
    clip
}

#[test]
fn the_header_is_that_of_the_app() {
    let text = write(&moving(rate("60"), 1));
    let header = text.lines().next().expect("a header");
    assert!(header.starts_with("Timecode,BlendShapeCount,EyeBlinkLeft,EyeLookDownLeft,"));
    assert!(header.contains(",JawForward,JawRight,JawLeft,JawOpen,"));
    assert!(header.contains(",MouthPucker,MouthRight,MouthLeft,MouthSmileLeft,"));
    assert!(header.ends_with(",RightEyePitch,RightEyeRoll"));
    let row = text.lines().nth(1).expect("a row");
    assert!(row.starts_with("00:00:00:00.000,61,0.5000000000,"));
    assert_eq!(row.split(',').count(), 63);
}

#[test]
fn columns_are_found_by_name_in_any_order_and_case_and_with_any_line_ends() {
    let text = "\u{feff}timecode,BLENDSHAPECOUNT,\"headYaw\",jawopen\r\n\
                00:00:00:00,61,-1.25,0.5\r\n00:00:00:01,61,1.5,1.01\r\n\r\n";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("take.csv");
    std::fs::write(&path, text).expect("written");
    let (clip, _) = super::read(&path).expect("read");
    assert_eq!(clip.frames.len(), 2);
    assert_eq!(
        clip.frames[0][Channel::HeadYaw],
        1.25,
        "angles keep their magnitude and change their sign"
    );
    assert_eq!(clip.frames[1][Channel::JawOpen], 1.01, "nothing is clamped");
}

#[test]
fn every_rate_is_preserved_by_its_time_codes() {
    for fps in [
        "12", "12.5", "15", "23.976", "24", "25", "29.97", "30", "48", "50", "59.94", "60", "100",
        "119.88", "120", "100/3", "33.25",
    ] {
        let mut clip = moving(rate(fps), 400);
        clip.start_frame = 7230.0;
        let text = write(&clip);
        let (back, warnings) = read(&text);
        assert_eq!(back.rate, clip.rate, "{fps}");
        assert_eq!(back.frames, clip.frames, "{fps}");
        assert!(
            (back.start_frame - clip.start_frame).abs() <= 1e-3,
            "{fps}: {}",
            back.start_frame
        );
        assert_eq!(warnings, [], "{fps}");
        assert_eq!(write(&back), text, "{fps}");
    }
}

#[test]
fn thirty_rows_a_second_counted_in_sixtieths_are_thirty_frames_a_second() {
    let codes: Vec<String> = (0..90)
        .map(|row| 31_652 + row * 2000 - i64::from(row % 3 == 0))
        .map(|tick| {
            format!(
                "13:13:{:02}:{:02}.{:03}",
                4 + tick / 60_000,
                tick / 1000 % 60,
                tick % 1000
            )
        })
        .collect();
    let (clip, warnings) = read(&take(&codes.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(clip.rate, rate("30"));
    assert_eq!(clip.frames.len(), 90);
    assert!((clip.start_frame - ((13.0 * 60.0 + 13.0) * 60.0 + 4.0) * 30.0 - 15.8255).abs() < 1e-3);
    assert!(
        !warnings.iter().any(|warning| warning.0.contains("rows")),
        "{warnings:?}"
    );
}

#[test]
fn missing_rows_are_interpolated_and_repeated_ones_skipped_with_a_warning() {
    let mut codes: Vec<String> = (0..60)
        .map(|row| format!("00:00:{:02}:{:02}.000", row / 30, row % 30))
        .collect();
    codes.remove(41);
    codes.remove(10);
    codes.insert(20, codes[19].clone());
    let (clip, warnings) = read(&take(&codes.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(clip.rate, rate("30"));
    assert_eq!(clip.frames.len(), 60);
    let jaw = jaw(&clip);
    assert_eq!(jaw[9..12], [0.09, 0.095, 0.1]);
    let messages = warnings
        .iter()
        .map(|warning| warning.0.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    assert!(
        messages.contains("2 missing rows") && messages.contains("1 rows repeat"),
        "{messages}"
    );
}

#[test]
fn rows_at_uneven_times_are_resampled() {
    // Every second row is late by 0.4 of a frame.
    let codes: Vec<String> = (0..90)
        .map(|row| {
            format!(
                "00:00:{:02}:{:02}.{}",
                row / 30,
                row % 30,
                if row % 2 == 1 { "400" } else { "000" }
            )
        })
        .collect();
    let (clip, warnings) = read(&take(&codes.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(clip.rate, rate("30"));
    assert!(warnings.iter().any(|warning| warning.0.contains("uneven")));
    let jaw = jaw(&clip);
    assert_eq!(jaw[20], 0.20);
    assert!((jaw[21] - (0.20 + 0.01 / 1.4)).abs() < 1e-6, "{}", jaw[21]);
}

#[test]
fn negative_values_are_preserved() {
    let mut delta = moving(rate("30"), 40).additive_to(&moving(rate("30"), 1));
    delta.metadata.clear();
    let (back, _) = read(&write(&delta));
    let values = |clip: &Clip| clip.frames.iter().flat_map(|f| f.0).collect::<Vec<f32>>();
    assert!(values(&back).iter().any(|value| *value < -0.5));
    let pairs = values(&back).into_iter().zip(values(&delta));
    assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() <= 1e-10));
}

#[test]
fn a_given_rate_makes_every_row_a_frame() {
    let text = take(&["00:00:00:00", "00:00:00:09", "00:00:00:05"]);
    let (clip, _) = parse(Path::new("a/b.csv"), &text, Some(rate("24"))).expect("read");
    assert_eq!(
        (clip.rate, clip.frames.len(), clip.name.as_str()),
        (rate("24"), 3, "b")
    );
}

#[test]
fn a_table_with_a_time_column_is_read_too() {
    let text = "time,lipGap,_neutral,jawOpen\n0.00000,3,0,0.1\n0.03337,3,0,0.2\n0.06673,3,0,0.3\n0.10010,3,0,0.4\n";
    let (clip, warnings) = read(text);
    assert_eq!(clip.rate, rate("29.97"));
    assert_eq!(jaw(&clip), [0.1, 0.2, 0.3, 0.4]);
    assert!(warnings[0].0.contains("lipGap, _neutral"));
    assert!(warnings[1].0.contains("and 50 more"));
}

#[test]
fn errors_are_reported_with_their_line_and_column() {
    for (text, location) in [
        ("", "empty"),
        ("Timecode,BlendshapeCount,JawOpen\n", "no rows"),
        ("frame,JawOpen\n1,0\n", "first column is 'frame'"),
        (
            "Timecode,Jaw\n00:00:00:00,1\n",
            "no column is named after a channel",
        ),
        ("time,JawOpen,jawOpen\n0,1,1\n", "two columns named jawOpen"),
        (
            "time,JawOpen\n0,1\n1,fast\n",
            "line 3, column 2 (JawOpen): 'fast'",
        ),
        ("time,JawOpen\n0,NaN\n", "line 2, column 2"),
        (
            "time,JawOpen\n0,1\n0.1\n0.2,1\n",
            "line 3 has 1 cells, the header has 2",
        ),
        ("time,JawOpen\nsoon,1\n", "line 2, column 1"),
        ("Timecode,JawOpen\n00:00:61:00,1\n", "line 2, column 1"),
        (
            "time,JawOpen\n0,1\n0.1,1\n0.05,1\n",
            "time goes backwards at line 4",
        ),
        (
            "time,JawOpen\n0,1\n0.1,1\n0.2,1\n99,1\n",
            "98.8 s are missing before line 5",
        ),
    ] {
        let message = error_of(text);
        assert!(
            message.contains(location) && message.contains("take.csv"),
            "{text:?}: {message}"
        );
    }
}

#[test]
fn an_incomplete_last_row_is_skipped() {
    let (clip, warnings) = read("time,JawOpen,JawLeft\n0,1,1\n0.04,1,1\n0.08,1");
    assert_eq!(clip.frames.len(), 2);
    assert!(
        warnings
            .iter()
            .any(|warning| warning.0.contains("incomplete"))
    );
}

#[test]
fn a_clip_that_is_not_finite_is_not_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut clip = moving(rate("30"), 2);
    clip.frames[1][Channel::JawOpen] = f32::NAN;
    let path = folder.path().join("bad.csv");
    let error = super::save(&clip, &path).expect_err("rejected");
    let message = error.to_string();
    assert!(message.contains("JawOpen is NaN at frame 1"), "{message}");
    assert!(!path.exists());
}

fn clips() -> impl Strategy<Value = Clip> {
    let rates = prop::sample::select(vec![
        "23.976", "24", "25", "29.97", "30", "50", "59.94", "60",
    ]);
    let value = prop_oneof![
        4 => -1.0_f32..1.0,
        1 => Just(0.0_f32),
        1 => -1e-3_f32..1e-3,
        1 => -1e-9_f32..1e-9,
    ];
    (
        rates,
        0.0_f64..3e6,
        prop::collection::vec(prop::array::uniform4(value), 1..150),
    )
        .prop_map(|(fps, start_frame, values)| {
            let mut clip = Clip::neutral("take", rate(fps), values.len());
            clip.start_frame = start_frame;
            for (frame, value) in clip.frames.iter_mut().zip(values) {
                frame[Channel::JawOpen] = value[0].abs();
                frame[Channel::MouthRight] = value[1].abs();
                frame[Channel::HeadYaw] = value[2];
                frame[Channel::RightEyeRoll] = value[3];
            }
            clip
        })
}

/// Time codes, some of which do not exist.
fn time_codes() -> impl Strategy<Value = String> {
    let separators = prop::sample::select(vec![':', ';']);
    let parts = (0..30, 0..60, 0..60, separators, 0..100);
    let subframes = prop::option::of(0..10_000);
    (parts, subframes).prop_map(|((hours, minutes, seconds, separator, frames), subframe)| {
        let end = subframe.map_or(String::new(), |subframe| format!(".{subframe:03}"));
        format!("{hours:02}:{minutes:02}:{seconds:02}{separator}{frames:02}{end}")
    })
}

/// Cells of a table: names of columns, time codes, numbers and other text.
fn cells() -> impl Strategy<Value = String> {
    let names = [
        "Timecode",
        "time",
        "JawOpen",
        "headYaw",
        "BlendShapeCount",
        "x",
        "",
        "-",
        "1e9",
        ".",
    ];
    prop_oneof![
        prop::sample::select(names.map(str::to_owned).to_vec()),
        time_codes(),
        (-99.0_f64..99.0).prop_map(|number| number.to_string()),
        prop::collection::vec(any::<char>(), 0..5).prop_map(String::from_iter),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn writing_what_was_read_gives_the_same_bytes_and_the_same_clip(clip in clips()) {
        let text = write(&clip);
        let (first, _) = read(&text);
        prop_assert_eq!(first.frames.len(), clip.frames.len());
        for (a, b) in clip.frames.iter().zip(&first.frames) {
            for channel in Channel::ALL {
                let exact = a[channel].abs() >= 1.0 / 1024.0 || a[channel] == 0.0;
                let error = (a[channel] - b[channel]).abs();
                let allowed = if exact { 0.0 } else { 1e-10 };
                prop_assert!(error <= allowed, "{} became {}", a[channel], b[channel]);
            }
        }
        let again = write(&first);
        prop_assert!(again == text);
        prop_assert_eq!(read(&again).0, first);
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        header in prop::collection::vec(cells(), 0..5),
        rows in prop::collection::vec(prop::collection::vec(cells(), 0..5), 0..12),
    ) {
        let rows = std::iter::once(header).chain(rows);
        let text = rows.map(|row| row.join(",")).collect::<Vec<_>>().join("\n");
        let _ = parse(Path::new("x.csv"), &text, None);
        let _ = parse(Path::new("x.csv"), &text, Some(rate("30")));
    }

    #[test]
    fn no_time_codes_make_the_reader_panic(codes in prop::collection::vec(time_codes(), 1..9)) {
        let _ = parse(Path::new("x.csv"), &take(&codes.iter().map(String::as_str).collect::<Vec<_>>()), None);
    }
}
