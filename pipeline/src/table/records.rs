//! Rows of cells, from CSV, TSV and JSON Lines.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::Problem;

/// How rows are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Values separated by commas, semicolons or tabs, whichever the header has, with a header.
    Separated,
    /// One JSON object in each line.
    JsonLines,
}

/// The cells of one row that are not empty, by column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The row, counted as a spreadsheet does.
    pub row: usize,
    /// What stands in it.
    pub cells: BTreeMap<String, String>,
}

/// The rows of a table, and those that could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Records {
    /// The rows, in order.
    pub records: Vec<Record>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

impl Kind {
    /// By the ending of a file's name.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_string_lossy().to_lowercase();
        match ending.as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Separated),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// Reads a table's bytes. Column names lose their case, and spaces in them become `_`.
///
/// # Errors
/// What is wrong, in words, with a table that has no usable header.
pub fn records(bytes: &[u8], kind: Kind) -> Result<Records, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0) {
        return Err("it is not UTF-8 text; save it as CSV UTF-8".to_owned());
    }
    match kind {
        Kind::Separated => separated(bytes),
        Kind::JsonLines => Ok(json_lines(bytes)),
    }
}

fn column_name(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join("_").to_lowercase()
}

/// The separator that the header has most of.
fn separator(bytes: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in bytes {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            byte => {
                for (separator, count) in &mut counts {
                    *count += usize::from(byte == separator);
                }
            }
        }
    }
    // Of equals the first is the usual one.
    let mut best = counts[0];
    for other in counts {
        if other.1 > best.1 {
            best = other;
        }
    }
    best.0
}

fn separated(bytes: &[u8]) -> Result<Records, String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(bytes))
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes);
    let mut rows = reader.byte_records();
    let header = match rows.next() {
        Some(header) => header.map_err(|error| error.to_string())?,
        None => return Err("it is empty; its first row must name the columns".to_owned()),
    };
    let columns = header
        .iter()
        .map(|cell| Ok(column_name(std::str::from_utf8(cell)?)))
        .collect::<Result<Vec<_>, std::str::Utf8Error>>()
        .map_err(|_| "its header is not UTF-8 text; save it as CSV UTF-8".to_owned())?;
    check_header(&columns)?;
    let mut found = Records::default();
    for (index, row) in rows.enumerate() {
        let row_number = index + 2;
        let mut problem = |column: Option<&String>, reason: String| {
            found.problems.push(Problem {
                row: row_number,
                column: column.cloned(),
                reason,
            });
        };
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                problem(None, format!("it cannot be read: {error}"));
                continue;
            }
        };
        if row.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        if row.len() > columns.len() && row.iter().skip(columns.len()).any(|c| !c.is_empty()) {
            let (has, wants) = (row.len(), columns.len());
            let reason = format!(
                "it has {has} cells and the header {wants}; put quotation marks round cells that contain the separator"
            );
            problem(None, reason);
            continue;
        }
        let mut cells = BTreeMap::new();
        let mut good = true;
        for (column, cell) in columns.iter().zip(&row) {
            match std::str::from_utf8(cell) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => {
                    cells.insert(column.clone(), text.trim().to_owned());
                }
                Err(_) => {
                    good = false;
                    let reason = "it is not UTF-8 text; save the table as CSV UTF-8";
                    problem(Some(column), reason.to_owned());
                }
            }
        }
        if good {
            found.records.push(Record {
                row: row_number,
                cells,
            });
        }
    }
    Ok(found)
}

fn check_header(columns: &[String]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    let named = || columns.iter().filter(|column| !column.is_empty());
    if let Some(twice) = named().find(|column| !seen.insert(*column)) {
        return Err(format!("its header names the column '{twice}' twice"));
    }
    if !seen.contains(&"audio".to_owned()) {
        let found = named().take(12).cloned().collect::<Vec<_>>().join(", ");
        return Err(format!(
            "its first row must name the columns, one of them 'audio'; found: {found}"
        ));
    }
    Ok(())
}

fn json_lines(bytes: &[u8]) -> Records {
    let mut found = Records::default();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let row = index + 1;
        match json_cells(line) {
            Ok(cells) => found.records.push(Record { row, cells }),
            Err((column, reason)) => found.problems.push(Problem {
                row,
                column,
                reason,
            }),
        }
    }
    found
}

fn json_cells(line: &[u8]) -> Result<BTreeMap<String, String>, (Option<String>, String)> {
    let value: Value = serde_json::from_slice(line)
        .map_err(|error| (None, format!("it is not a JSON object: {error}")))?;
    let Value::Object(fields) = value else {
        return Err((None, "it is not a JSON object".to_owned()));
    };
    let mut cells = BTreeMap::new();
    for (name, value) in fields {
        let column = column_name(&name);
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Array(_) | Value::Object(_) => {
                let reason = "give a text, a number, true or false";
                return Err((Some(column), reason.to_owned()));
            }
        };
        if !text.is_empty() {
            cells.insert(column, text);
        }
    }
    Ok(cells)
}
