//! What is remembered of the screen from one start to the next: columns, order, filters with names. The text of
//! `view.toml` in the state directory; whoever has hands reads and writes it.

use serde::{Deserialize, Serialize};

use super::board::Board;
use super::columns::{Layout, spec};
use super::pane::{PaneKind, Sort};
use super::tables::sort_named;
use crate::text::Text;

/// The form of the file.
const VERSION: u32 = 1;

#[derive(Default, Serialize, Deserialize)]
struct File {
    #[serde(default)]
    version: u32,
    #[serde(default)]
    guests: OfPane,
    #[serde(default)]
    grants: OfPane,
    #[serde(default)]
    mutations: OfPane,
    #[serde(default)]
    warnings: OfPane,
}

#[derive(Default, Serialize, Deserialize)]
struct OfPane {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    columns: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sort: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    descending: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    filters: Vec<Named>,
}

#[derive(Serialize, Deserialize)]
struct Named {
    name: String,
    filter: String,
}

impl OfPane {
    fn of(board: &Board, kind: PaneKind) -> Self {
        let tables = &board.tables;
        let layout = tables.layout(kind);
        let sort = board.sort_of(kind);
        let is_usual = sort == kind.usual_sort();
        let filters = tables.saved(kind).iter();
        Self {
            columns: if layout == tables.given(kind) { Vec::new() } else { layout.names() },
            sort: spec(kind, sort.column).filter(|_| !is_usual).map(|spec| spec.name.to_owned()),
            descending: sort.descending,
            filters: filters.map(|s| Named { name: s.name.to_string(), filter: s.text.clone() }).collect(),
        }
    }

    /// Takes it over; the names of columns that there are not are put with the others.
    fn put(self, kind: PaneKind, board: &mut Board, unknown: &mut Vec<String>) {
        if !self.columns.is_empty() {
            let (layout, left) = Layout::named(kind, &self.columns);
            board.tables.set_layout(kind, layout);
            unknown.extend(left);
        }
        let column = match self.sort.as_deref() {
            Some(name) => {
                let column = sort_named(kind, name);
                if column.is_none() {
                    unknown.push(name.to_owned());
                }
                column
            }
            None => Some(kind.usual_sort().column),
        };
        if let Some(column) = column {
            board.put_sort(kind, Sort { column, descending: self.descending });
        }
        for Named { name, filter } in self.filters {
            board.tables.save(kind, &name, &filter);
        }
    }
}

/// What is to be remembered, as text.
pub fn written(board: &Board) -> String {
    let [guests, grants, mutations, warnings] = PaneKind::ALL.map(|kind| OfPane::of(board, kind));
    let file = File { version: VERSION, guests, grants, mutations, warnings };
    toml::to_string(&file).unwrap_or_default()
}

/// Takes over what was remembered.
///
/// # Errors
/// In words: what could not be used. The rest is.
pub fn read(raw: &str, board: &mut Board) -> Result<(), String> {
    let usual = "columns are as usual";
    let file: File = toml::from_str(raw).map_err(|e| {
        let start = e.span().map_or(0, |span| span.start);
        let line = raw.get(..start).map_or(1, |before| before.matches('\n').count() + 1);
        format!("view.toml, line {line}: {}: {usual}.", Text::new(e.message()))
    })?;
    if file.version > VERSION {
        return Err(format!("view.toml was written by a newer nightdesk: {usual}."));
    }
    let mut unknown = Vec::new();
    file.guests.put(PaneKind::Guests, board, &mut unknown);
    file.grants.put(PaneKind::Grants, board, &mut unknown);
    file.mutations.put(PaneKind::Mutations, board, &mut unknown);
    file.warnings.put(PaneKind::Warnings, board, &mut unknown);
    if unknown.is_empty() {
        return Ok(());
    }
    Err(format!("view.toml: there is no column “{}”: it is left out.", Text::new(unknown.join("”, “"))))
}
