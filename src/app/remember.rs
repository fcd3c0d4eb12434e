//! What is remembered of the screen from one start to the next: columns and order for every property, filters with
//! names for the property they were saved at, for they may name its guests, and about how large it is. The text of `view.toml` in the state
//! directory; whoever has hands reads and writes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::App;
use super::board::Board;
use super::columns::{Layout, spec};
use super::event::Effect;
use super::pane::{PaneKind, Sort};
use super::tables::sort_named;
use crate::property::Property;
use crate::text::Text;

/// The form of the file. Until 1 it did not say of which property a filter was.
const VERSION: u32 = 2;

/// Whose filters they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whose {
    /// The name of the property in the configuration; none where it has none there.
    pub name: Option<String>,
    /// Whether it may have filters of which nobody said whose they are: only where there is no other property.
    pub takes_unnamed: bool,
}

/// What is to be remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    whose: Option<String>,
    panes: [OfPane; 4],
    of_property: OfProperty,
}

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
    /// Of a property without a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<usize>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    properties: BTreeMap<String, OfProperty>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct OfPane {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    columns: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sort: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    descending: bool,
    /// Of a property without a name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    filters: Vec<Named>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct OfProperty {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<usize>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    guests: Vec<Named>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    grants: Vec<Named>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    mutations: Vec<Named>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Named>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Named {
    name: String,
    filter: String,
}

impl OfProperty {
    fn of(board: &Board) -> Self {
        let [guests, grants, mutations, warnings] = PaneKind::ALL.map(|kind| {
            let saved = board.tables.saved(kind).iter();
            saved.map(|s| Named { name: s.name.to_string(), filter: s.text.clone() }).collect()
        });
        Self { size: board.tables.size, guests, grants, mutations, warnings }
    }

    fn by_pane(self) -> [Vec<Named>; 4] {
        [self.guests, self.grants, self.mutations, self.warnings]
    }
}

impl OfPane {
    fn of(board: &Board, kind: PaneKind) -> Self {
        let tables = &board.tables;
        let layout = tables.layout(kind);
        let sort = board.sort_of(kind);
        let is_usual = sort == kind.usual_sort();
        Self {
            columns: if layout == tables.given(kind) { Vec::new() } else { layout.names() },
            sort: spec(kind, sort.column).filter(|_| !is_usual).map(|spec| spec.name.to_owned()),
            descending: sort.descending,
            filters: Vec::new(),
        }
    }

    /// Takes columns and order over; the names of columns that there are not are put with the others.
    fn put(&self, kind: PaneKind, board: &mut Board, unknown: &mut Vec<String>) {
        if !self.columns.is_empty() {
            let (layout, left) = Layout::named(kind, &self.columns);
            board.tables.set_layout(kind, layout);
            unknown.extend(left);
        }
        match self.order(kind) {
            Some(sort) => board.put_sort(kind, sort),
            None => unknown.extend(self.sort.clone()),
        }
    }

    /// The order of the rows; none where there is no such column.
    fn order(&self, kind: PaneKind) -> Option<Sort> {
        let column = match self.sort.as_deref() {
            Some(name) => sort_named(kind, name)?,
            None => kind.usual_sort().column,
        };
        Some(Sort { column, descending: self.descending })
    }
}

impl View {
    /// What a board has to be remembered.
    pub fn of(board: &Board) -> Self {
        Self {
            whose: board.tables.whose.name.clone(),
            panes: PaneKind::ALL.map(|kind| OfPane::of(board, kind)),
            of_property: OfProperty::of(board),
        }
    }

    /// Columns and order for the board of another property. Its filters are its own.
    pub(super) fn share(&self, board: &mut Board, p: &Property) {
        for (kind, of) in PaneKind::ALL.into_iter().zip(&self.panes) {
            let layout = match of.columns.as_slice() {
                [] => board.tables.given(kind).clone(),
                names => Layout::named(kind, names).0,
            };
            board.tables.set_layout(kind, layout);
            if let Some(sort) = of.order(kind) {
                board.sort_pane(p, kind, sort);
            }
        }
    }

    /// The text of the file, from the text it has now. What other properties have in it stays; what cannot be
    /// read is not kept.
    pub fn written(&self, before: Option<&str>) -> String {
        let mut file: File = before.and_then(|raw| toml::from_str(raw).ok()).unwrap_or_default();
        file.version = VERSION;
        let mut own = self.panes.clone();
        let of_property = self.of_property.clone();
        match &self.whose {
            // An empty section says that it has no others either.
            Some(name) => {
                file.properties.insert(name.clone(), of_property);
                let unnamed = [&mut file.guests, &mut file.grants, &mut file.mutations, &mut file.warnings];
                for (of, was) in own.iter_mut().zip(unnamed) {
                    of.filters = std::mem::take(&mut was.filters);
                }
            }
            None => {
                file.size = of_property.size;
                let filters = of_property.by_pane();
                own.iter_mut().zip(filters).for_each(|(of, filters)| of.filters = filters);
            }
        }
        [file.guests, file.grants, file.mutations, file.warnings] = own;
        toml::to_string(&file).unwrap_or_default()
    }
}

/// Takes over what was remembered.
///
/// # Errors
/// In words: what could not be used. The rest is.
pub fn read(raw: &str, board: &mut Board) -> Result<(), String> {
    let usual = "columns are as usual";
    let mut file: File = toml::from_str(raw).map_err(|e| {
        let start = e.span().map_or(0, |span| span.start);
        let line = raw.get(..start).map_or(1, |before| before.matches('\n').count() + 1);
        format!("view.toml, line {line}: {}: {usual}.", Text::new(e.message()))
    })?;
    if file.version > VERSION {
        return Err(format!("view.toml was written by a newer nightdesk: {usual}."));
    }
    let mut unknown = Vec::new();
    let Whose { name, takes_unnamed } = board.tables.whose.clone();
    let own = name.and_then(|name| file.properties.remove(&name));
    board.tables.size = own.as_ref().map_or(file.size.filter(|_| takes_unnamed), |own| own.size);
    let own = own.map(OfProperty::by_pane);
    let panes = [file.guests, file.grants, file.mutations, file.warnings];
    for (kind, of) in PaneKind::ALL.into_iter().zip(&panes) {
        of.put(kind, board, &mut unknown);
    }
    let unnamed = || takes_unnamed.then(|| panes.map(|of| of.filters));
    let filters = own.or_else(unnamed).into_iter().flatten();
    for (kind, filters) in PaneKind::ALL.into_iter().zip(filters) {
        for Named { name, filter } in filters {
            board.tables.save(kind, &name, &filter);
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    Err(format!("view.toml: there is no column “{}”: it is left out.", Text::new(unknown.join("”, “"))))
}

/// A house with fewer grants is read before a bar could be looked at.
const LARGE: usize = 1_000;

impl App {
    /// Has it remembered how many grants there are, where that is another number now than it was, by a tenth: the
    /// next first reading tells how far it is.
    pub(super) fn remember_size(&mut self) -> Vec<Effect> {
        let now = self.property.counts().grants;
        let was = self.board.tables.size.unwrap_or(0);
        if now.max(was) < LARGE || now.abs_diff(was) <= was / 10 {
            return Vec::new();
        }
        self.board.tables.size = Some(now);
        self.remember().list
    }
}
