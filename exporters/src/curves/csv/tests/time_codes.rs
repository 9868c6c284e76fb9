//! Start times from time codes.

use super::{moving, rate, read, take};
use crate::curves::csv::write;

#[test]
fn drop_frame_counting_and_midnight_are_handled() {
    let (clip, _) = read(&take(&[
        "00:00:59;28",
        "00:00:59;29",
        "00:01:00;02",
        "00:01:00;03",
        "00:01:00;04",
    ]));
    assert_eq!((clip.rate, clip.frames.len()), (rate("29.97"), 5));
    let codes: Vec<String> = (0..60)
        .map(|row| {
            if row < 30 {
                format!("23:59:59:{row:02}.000")
            } else {
                format!("00:00:00:{:02}.000", row - 30)
            }
        })
        .collect();
    let (clip, warnings) = read(&take(&codes.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!((clip.rate, clip.frames.len()), (rate("30"), 60));
    assert!(!warnings.iter().any(|warning| warning.0.contains("rows")));
}

#[test]
fn the_first_row_has_the_start_time_code_of_the_clip() {
    for (fps, start, second) in [
        ("23.976", "01:00:00:00.000", "01:00:00:01.001"),
        ("24", "23:59:59:23.500", "00:00:00:00.500"),
        ("29.97", "01:00:00:00.000", "01:00:00:01.001"),
        ("29.97", "01:00:59;29.000", "01:01:00;02.000"),
        ("59.94", "10:00:59;59.250", "10:01:00;04.250"),
        ("59.94", "10:00:59:59.000", "10:01:00:00.001"),
        ("60", "13:13:04:31.652", "13:13:04:32.652"),
    ] {
        let mut clip = moving(rate(fps), 200);
        let code = start.parse().expect("a time code");
        clip.start_at(code).expect("a start");
        let text = write(&clip);
        let rows: Vec<&str> = text.lines().collect();
        assert!(rows[1].starts_with(start), "{fps}: {}", rows[1]);
        assert!(rows[2].starts_with(second), "{fps}: {}", rows[2]);
        let (back, warnings) = read(&text);
        assert_eq!((back.rate, back.start()), (clip.rate, Ok(code)), "{fps}");
        assert_eq!(back.start_frame, clip.start_frame, "{fps}");
        assert_eq!(back.frames, clip.frames);
        assert_eq!(warnings, [], "{fps}");
    }
}
