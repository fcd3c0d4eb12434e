//! What is printed for people, scripts and spreadsheets.

use serde_json::Value;

use crate::spoken::is_printable;

/// Only something to be seen, on one line.
pub fn assert_plain(line: &str) {
    let odd = line.chars().find(|c| !is_printable(*c));
    assert!(odd.is_none(), "{odd:?} in {line:?}");
}

/// Every text in a document, names of fields too.
pub fn json_texts(said: &str) -> Vec<String> {
    // Whitespace between the values is the only thing that is not to be seen.
    said.lines().for_each(assert_plain);
    let mut texts = Vec::new();
    let mut open = vec![serde_json::from_str::<Value>(said).unwrap()];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => texts.push(text),
            Value::Array(all) => open.extend(all),
            Value::Object(fields) => {
                for (name, value) in fields {
                    texts.push(name);
                    open.push(value);
                }
            }
            _ => {}
        }
    }
    texts
}

/// Every cell is plain text that no spreadsheet calculates with.
pub fn assert_no_formula(said: &str, delimiter: u8) {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(said.as_bytes());
    for row in reader.records().map(Result::unwrap) {
        for cell in &row {
            assert_plain(cell);
            let begins = cell.trim_start().chars().next();
            let is_formula = matches!(begins, Some('=' | '+' | '-' | '@' | '|' | '%'));
            assert!(!is_formula || cell == "-" || cell.parse::<f64>().is_ok(), "{cell:?} is a formula");
        }
    }
}
