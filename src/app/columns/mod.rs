//! The columns of the four panes: what each is called, what it shows, and which of them a person wants to see
//! in which order.

mod layout;
mod lines;
mod table;
mod value;

#[cfg(test)]
mod tests;

pub use layout::{Layout, Slot, WIDEST};
pub use lines::{Chosen, kind_of};
pub use table::table;
pub(super) use value::guest_of;
pub use value::{Value, of_alert, of_grant, of_mutation, of_stay};

use super::pane::PaneKind;

/// A column, whichever pane it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnId {
    /// The room.
    #[default]
    Room,
    /// The guest's name.
    Guest,
    /// What the stay is tonight.
    Class,
    /// Start of access.
    From,
    /// End of access.
    Until,
    /// How many nights.
    Nights,
    /// How many others are in the party.
    Party,
    /// Where the PIN stands.
    Pin,
    /// Where the cards stand.
    Card,
    /// Where the mobile key stands.
    Mobile,
    /// Where the cloud key stands.
    Cloud,
    /// `reservation_key`.
    Reservation,
    /// When the grant was made.
    Booked,
    /// How many doors.
    Doors,
    /// When the room's door was last opened.
    Opened,
    /// The guest's phone number.
    Phone,
    /// The guest's e-mail address.
    Email,
    /// The places a grant opens.
    Where,
    /// Whether the keys of a grant are out.
    Issued,
    /// `access_grant_key`.
    GrantKey,
    /// The beginning of the id of a grant.
    Short,
    /// What a change does.
    What,
    /// From what to what.
    Change,
    /// How long it has been so.
    Age,
    /// Since when.
    Began,
    /// How bad.
    Severity,
    /// Why, in a sentence.
    Why,
    /// What helps.
    Do,
    /// The alert's rule.
    Rule,
    /// What people said about it.
    Said,
    /// Seam's id.
    Id,
}

/// What of a text gives way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Its end.
    End,
    /// Its middle: ids, of which both ends tell something.
    Middle,
    /// Its middle, where there is room for both names; else its end.
    Name,
}

/// A row of the table of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Which.
    pub id: ColumnId,
    /// Its name in the configuration, in filters and in what is remembered.
    pub name: &'static str,
    /// What stands above it.
    pub title: &'static str,
    /// What it shows, in words.
    pub words: &'static str,
    /// The least width with which it makes sense, in cells.
    pub min: u16,
    /// The width beyond which it gains nothing, in cells.
    pub max: u16,
    /// How important it is: 0 and 1 are essential, higher ones are left out first.
    pub rank: u8,
    /// Whether it stands right.
    pub is_right: bool,
    /// What gives way where there is no room for all of it.
    pub gives: Gives,
    /// Whether it is shown unless somebody chose otherwise.
    pub is_usual: bool,
}

impl Spec {
    const fn new(
        id: ColumnId,
        name: &'static str,
        title: &'static str,
        words: &'static str,
        (min, max, rank): (u16, u16, u8),
    ) -> Self {
        Self { id, name, title, words, min, max, rank, is_right: false, gives: Gives::End, is_usual: true }
    }

    const fn right(self) -> Self {
        Self { is_right: true, ..self }
    }

    const fn middle(self) -> Self {
        Self { gives: Gives::Middle, ..self }
    }

    const fn name(self) -> Self {
        Self { gives: Gives::Name, ..self }
    }

    /// The same, shown only where somebody asks for it.
    const fn extra(self) -> Self {
        Self { is_usual: false, ..self }
    }

    /// Whether the rows can be put in its order.
    pub fn is_sortable(&self) -> bool {
        self.id != ColumnId::Do
    }
}

/// The row of a column of a pane; none where the pane has no such column.
pub fn spec(kind: PaneKind, id: ColumnId) -> Option<&'static Spec> {
    table(kind).iter().find(|spec| spec.id == id)
}

/// The column of a pane that has this name, upper and lower case alike.
pub fn named(kind: PaneKind, name: &str) -> Option<&'static Spec> {
    table(kind).iter().find(|spec| spec.name.eq_ignore_ascii_case(name))
}

/// The name that was probably meant.
pub(crate) fn nearest<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    /// How alike two names must be, from 0 to 1.
    const ALIKE: f64 = 0.72;
    let wrong = wrong.to_lowercase();
    let alike = names.map(|name| (strsim::jaro_winkler(&wrong, &name.to_lowercase()), name));
    let best = alike.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= ALIKE).then_some(best.1)
}
