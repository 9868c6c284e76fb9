//! Any bytes are read as a table or give an error, without a panic.

use metaface_pipeline::table::{TableFormat, read_rows};
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_bytes_give_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for format in [TableFormat::Separated, TableFormat::JsonLines] {
            let _ = read_rows(&bytes, format);
        }
    }

    #[test]
    fn any_cells_come_back_from_quoted_csv(
        cells in prop::collection::vec(
            prop::collection::vec(prop::char::range('\u{1}', char::MAX), 0..12).prop_map(String::from_iter),
            1..20,
        ),
    ) {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let rows: String = cells.iter().map(|cell| format!("a.wav,{}\r\n", quoted(cell))).collect();
        let text = format!("audio,note\r\n{rows}");
        let table = read_rows(text.as_bytes(), TableFormat::Separated).expect("a table");
        prop_assert!(table.problems.is_empty());
        prop_assert_eq!(table.rows.len(), cells.len());
        for (row, cell) in table.rows.iter().zip(&cells) {
            let note = row.cells.get("note").map_or("", String::as_str);
            prop_assert_eq!(note, cell.trim());
        }
    }
}

#[test]
fn rows_keep_their_numbers_when_others_are_empty_or_bad() {
    let text = b"audio,x\n\na.wav,1\n,\n\xff,2\nb.wav,\"two\nlines\"\nc.wav,3,4\n";
    let table = read_rows(text, TableFormat::Separated).expect("a table");
    let rows: Vec<_> = table.rows.iter().map(|row| row.row).collect();
    let bad: Vec<_> = table.problems.iter().map(|problem| problem.row).collect();
    println!("{rows:?} {bad:?}");
    assert_eq!(table.rows.len(), 2);
    assert_eq!(bad.len(), 2);
    assert_eq!(table.rows[1].cells["x"], "two\nlines");
    let text = b"{\"audio\": 1}\n\n[]\n{\"audio\": [1]}\n{";
    let table = read_rows(text, TableFormat::JsonLines).expect("a table");
    assert_eq!(table.rows.len(), 1);
    let bad: Vec<_> = table.problems.iter().map(|problem| problem.row).collect();
    assert_eq!(bad, [3, 4, 5]);
}
