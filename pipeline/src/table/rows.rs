//! Reads rows of cells from CSV, TSV and JSON Lines.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::Problem;

/// The file format of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    /// A header and rows, separated by commas, semicolons or tabs.
    Separated,
    /// One JSON object per line.
    JsonLines,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The row number as in a spreadsheet.
    pub row: usize,
    /// The cells that are not empty, by column.
    pub cells: BTreeMap<String, String>,
}

/// The rows of a table, and the problems of rows that could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableRows {
    /// The rows, in order.
    pub rows: Vec<TableRow>,
    /// The problems of the other rows.
    pub problems: Vec<Problem>,
}

impl TableFormat {
    /// The format by a file's ending; `None` if it is not a table's.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_string_lossy().to_lowercase();
        match ending.as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Separated),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// Reads the rows of a table. Column names are converted to lower case, with `_` for spaces.
///
/// # Errors
/// An error message if the table has no usable header.
pub fn read_rows(bytes: &[u8], format: TableFormat) -> Result<TableRows, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0) {
        return Err("it is not UTF-8 text; save it as CSV UTF-8".to_owned());
    }
    match format {
        TableFormat::Separated => separated(bytes),
        TableFormat::JsonLines => Ok(json_lines(bytes)),
    }
}

fn column_name(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join("_").to_lowercase()
}

/// The most frequent separator of the header.
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
    // On a tie the first one wins.
    let mut best = counts[0];
    for other in counts {
        if other.1 > best.1 {
            best = other;
        }
    }
    best.0
}

fn separated(bytes: &[u8]) -> Result<TableRows, String> {
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
    let mut found = TableRows::default();
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
            let (cells, header) = (row.len(), columns.len());
            let reason = format!(
                "it has {cells} cells and the header {header}; put quotation marks around cells that contain the separator"
            );
            problem(None, reason);
            continue;
        }
        let mut cells = BTreeMap::new();
        let mut is_valid = true;
        for (column, cell) in columns.iter().zip(&row) {
            match std::str::from_utf8(cell) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => {
                    cells.insert(column.clone(), text.trim().to_owned());
                }
                Err(_) => {
                    is_valid = false;
                    let reason = "it is not UTF-8 text; save the table as CSV UTF-8";
                    problem(Some(column), reason.to_owned());
                }
            }
        }
        if is_valid {
            found.rows.push(TableRow {
                row: row_number,
                cells,
            });
        }
    }
    Ok(found)
}

/// Most columns that an error message lists.
const MAX_LISTED_COLUMNS: usize = 12;

fn check_header(columns: &[String]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    let named = || columns.iter().filter(|column| !column.is_empty());
    if let Some(duplicate) = named().find(|column| !seen.insert(*column)) {
        return Err(format!("its header names the column '{duplicate}' twice"));
    }
    if !seen.contains(&"audio".to_owned()) {
        let found = (named().take(MAX_LISTED_COLUMNS).cloned())
            .collect::<Vec<_>>()
            .join(", ");
        return Err(format!(
            "its first row must name the columns, one of them 'audio'; found: {found}"
        ));
    }
    Ok(())
}

fn json_lines(bytes: &[u8]) -> TableRows {
    let mut found = TableRows::default();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let row = index + 1;
        match json_cells(line) {
            Ok(cells) => found.rows.push(TableRow { row, cells }),
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
                let reason = "use a string, a number, true or false";
                return Err((Some(column), reason.to_owned()));
            }
        };
        if !text.is_empty() {
            cells.insert(column, text);
        }
    }
    Ok(cells)
}
