//! Tables of any shape are read or refused, and never more.

use metaface_pipeline::table::{Kind, records};
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_bytes_are_rows_or_words(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for kind in [Kind::Separated, Kind::JsonLines] {
            let _ = records(&bytes, kind);
        }
    }

    #[test]
    fn any_cells_come_back_from_quoted_csv(
        cells in prop::collection::vec("[^\u{0}]{0,12}", 1..20),
    ) {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let rows: String = cells.iter().map(|cell| format!("a.wav,{}\r\n", quoted(cell))).collect();
        let found = records(format!("audio,note\r\n{rows}").as_bytes(), Kind::Separated);
        let found = found.expect("a table");
        prop_assert!(found.problems.is_empty());
        prop_assert_eq!(found.records.len(), cells.len());
        for (record, cell) in found.records.iter().zip(&cells) {
            let note = record.cells.get("note").map_or("", String::as_str);
            prop_assert_eq!(note, cell.trim());
        }
    }
}

#[test]
fn rows_keep_their_numbers_when_others_are_empty_or_bad() {
    let text = b"audio,x\n\na.wav,1\n,\n\xff,2\nb.wav,\"two\nlines\"\nc.wav,3,4\n";
    let found = records(text, Kind::Separated).expect("a table");
    let rows: Vec<_> = found.records.iter().map(|record| record.row).collect();
    let bad: Vec<_> = found.problems.iter().map(|problem| problem.row).collect();
    println!("{rows:?} {bad:?}");
    assert_eq!(found.records.len(), 2);
    assert_eq!(bad.len(), 2);
    assert_eq!(found.records[1].cells["x"], "two\nlines");
    let found = records(
        b"{\"audio\": 1}\n\n[]\n{\"audio\": [1]}\n{",
        Kind::JsonLines,
    )
    .expect("lines");
    assert_eq!(found.records.len(), 1);
    let bad: Vec<_> = found.problems.iter().map(|problem| problem.row).collect();
    assert_eq!(bad, [3, 4, 5]);
}
