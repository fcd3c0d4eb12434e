//! The one table of columns. Panes, the dialog of columns, filters, the configuration and the documentation are
//! made from it.

use super::{ColumnId, Spec};
use crate::app::pane::PaneKind;

/// Every column of a pane, in the usual order.
pub fn table(kind: PaneKind) -> &'static [Spec] {
    match kind {
        PaneKind::Guests => &GUESTS,
        PaneKind::Grants => &GRANTS,
        PaneKind::Mutations => &MUTATIONS,
        PaneKind::Warnings => &WARNINGS,
    }
}

const GUESTS: [Spec; 18] = [
    Spec::new(ColumnId::Room, "room", "room", "the room or rooms", (4, 7, 0)).right(),
    Spec::new(ColumnId::Guest, "guest", "guest", "the guest's name", (12, 28, 0)).name(),
    Spec::new(ColumnId::Class, "class", "class", "what the stay is tonight", (8, 9, 0)),
    Spec::new(ColumnId::Until, "until", "until", "the end of access", (15, 15, 0)),
    Spec::new(ColumnId::Pin, "pin", "PIN", "where the PIN stands", (3, 3, 1)),
    Spec::new(ColumnId::Card, "card", "card", "where the cards stand", (6, 6, 1)),
    Spec::new(ColumnId::Mobile, "mobile", "mob", "where the mobile key stands", (3, 3, 1)),
    Spec::new(ColumnId::From, "from", "from", "the start of access", (15, 15, 5)),
    Spec::new(ColumnId::Party, "party", "party", "how many others share the reservation", (5, 5, 6)).right(),
    Spec::new(ColumnId::Reservation, "reservation", "reservation", "the reservation key", (8, 18, 7))
        .middle(),
    Spec::new(ColumnId::Nights, "nights", "nights", "how many nights", (6, 6, 8)).right(),
    Spec::new(ColumnId::Opened, "opened", "door opened", "the last time the room's door opened", (15, 15, 9)),
    Spec::new(ColumnId::Cloud, "cloud", "cloud", "where the cloud key stands", (5, 5, 2)).extra(),
    Spec::new(ColumnId::Booked, "booked", "booked", "when the first grant was made", (15, 15, 8)).extra(),
    Spec::new(ColumnId::Doors, "doors", "doors", "how many doors open", (5, 5, 4)).right().extra(),
    Spec::new(ColumnId::Phone, "phone", "phone", "the guest's phone number", (12, 18, 6)).extra(),
    Spec::new(ColumnId::Email, "email", "e-mail", "the guest's e-mail address", (14, 32, 7)).middle().extra(),
    Spec::new(ColumnId::Id, "id", "id", "Seam's ids of guest and reservation", (8, 60, 9)).middle().extra(),
];

const GRANTS: [Spec; 13] = [
    Spec::new(ColumnId::Guest, "guest", "guest", "the guest's name", (10, 24, 0)).name(),
    Spec::new(ColumnId::Where, "where", "where", "rooms and common areas", (10, 30, 0)),
    Spec::new(ColumnId::Issued, "issued", "issued", "whether its keys are out", (16, 18, 1)),
    Spec::new(ColumnId::Until, "until", "until", "the end of access", (15, 15, 2)),
    Spec::new(ColumnId::Short, "grant", "grant", "the beginning of its id", (8, 8, 3)),
    Spec::new(ColumnId::From, "from", "from", "the start of access", (15, 15, 4)),
    Spec::new(ColumnId::Reservation, "reservation", "reservation", "the reservation key", (8, 18, 5))
        .middle(),
    Spec::new(ColumnId::Doors, "doors", "doors", "how many doors open", (5, 5, 4)).right().extra(),
    Spec::new(ColumnId::Booked, "booked", "booked", "when it was made", (15, 15, 8)).extra(),
    Spec::new(ColumnId::GrantKey, "grant-key", "grant key", "the access grant key", (8, 24, 7))
        .middle()
        .extra(),
    Spec::new(ColumnId::Phone, "phone", "phone", "the guest's phone number", (12, 18, 6)).extra(),
    Spec::new(ColumnId::Email, "email", "e-mail", "the guest's e-mail address", (14, 32, 7)).middle().extra(),
    Spec::new(ColumnId::Id, "id", "id", "Seam's id of the grant", (8, 36, 9)).middle().extra(),
];

const MUTATIONS: [Spec; 10] = [
    Spec::new(ColumnId::Room, "room", "room", "the room or rooms", (4, 7, 0)).right(),
    Spec::new(ColumnId::What, "what", "what", "what is changed", (8, 18, 0)),
    Spec::new(ColumnId::Change, "change", "change", "from what to what", (12, 34, 0)),
    Spec::new(ColumnId::Guest, "guest", "guest", "the guest's name", (10, 24, 3)).name(),
    Spec::new(ColumnId::Age, "age", "age", "how long it has been on its way", (5, 6, 0)).right(),
    Spec::new(ColumnId::Began, "began", "began", "when it began", (15, 15, 4)).extra(),
    Spec::new(ColumnId::Class, "class", "class", "what the stay is tonight", (8, 9, 5)).extra(),
    Spec::new(ColumnId::Until, "until", "until", "the end of the stay", (15, 15, 6)).extra(),
    Spec::new(ColumnId::Reservation, "reservation", "reservation", "the reservation key", (8, 18, 7))
        .middle()
        .extra(),
    Spec::new(ColumnId::Id, "id", "id", "Seam's id of the grant or the method", (8, 36, 9)).middle().extra(),
];

const WARNINGS: [Spec; 10] = [
    Spec::new(ColumnId::Severity, "severity", "P", "how bad it is", (2, 2, 0)),
    Spec::new(ColumnId::Age, "since", "since", "how long it has been so", (5, 5, 0)).right(),
    Spec::new(ColumnId::Room, "room", "room", "the room or rooms", (4, 5, 0)).right(),
    Spec::new(ColumnId::Guest, "guest", "guest", "the guest, the door or the system", (10, 22, 0)).name(),
    Spec::new(ColumnId::Why, "why", "why", "what is wrong", (18, 90, 0)),
    Spec::new(ColumnId::Do, "do", "do", "what helps, and with which key", (20, 34, 1)),
    Spec::new(ColumnId::Began, "began", "began", "when it began", (15, 15, 4)).extra(),
    Spec::new(ColumnId::Said, "said", "said", "who acknowledged or snoozed it", (10, 30, 5)).extra(),
    Spec::new(ColumnId::Rule, "rule", "rule", "the name of the alert", (10, 26, 6)).extra(),
    Spec::new(ColumnId::Id, "id", "id", "what tells it from the others", (8, 60, 9)).middle().extra(),
];
