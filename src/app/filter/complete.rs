//! What can only be the beginning of something known, written out.

use super::term::{KEYWORDS, MODES, column, fields};
use super::tokens::tokens;
use super::want::{KeyWord, class_name};
use crate::app::columns::ColumnId;
use crate::app::pane::PaneKind;
use crate::property::StayClass;

/// The text with its last term written out; none where nothing known begins so, or nothing is missing.
pub fn completed(kind: PaneKind, text: &str) -> Option<String> {
    if text.ends_with(char::is_whitespace) {
        return None;
    }
    let token = tokens(text).pop().filter(|token| !token.is_quoted && !token.words.is_empty())?;
    let (known, typed) = match token.field {
        None => {
            let fields = fields(kind).map(|name| format!("{name}:"));
            (fields.chain(KEYWORDS.map(str::to_owned)).collect(), token.words)
        }
        Some(field) => (values(kind, field), token.words),
    };
    let begins = |name: &&String| name.len() > typed.len() && name.starts_with(&typed.to_ascii_lowercase());
    let name = known.iter().find(begins)?;
    let before = text.len() - typed.len();
    Some(format!("{}{name}", text.get(..before)?))
}

/// The words that a field knows.
fn values(kind: PaneKind, field: &str) -> Vec<String> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match column(kind, field) {
        Some(ColumnId::Class) => StayClass::ALL.map(class_name).to_vec(),
        Some(ColumnId::Pin | ColumnId::Card | ColumnId::Mobile | ColumnId::Cloud | ColumnId::Issued) => {
            owned(&KeyWord::ALL.map(|(name, _)| name))
        }
        Some(ColumnId::From | ColumnId::Until | ColumnId::Booked | ColumnId::Opened | ColumnId::Began) => {
            owned(&["today", "tomorrow", "yesterday"])
        }
        Some(ColumnId::Severity) => owned(&["p1", "p2", "p3"]),
        None if field.eq_ignore_ascii_case("mode") => owned(&MODES.map(|(name, _)| name)),
        _ => Vec::new(),
    }
}
