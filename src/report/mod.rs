//! The same facts as text, Markdown, CSV and JSON: the audit of the night, the hand-over, the downtime
//! list, the comparison with the property management system, and the panes as lines.
//!
//! [`Night`] is the checklist: pure, cheap to build, and kept up by what changed. Everything else here is
//! written from it and from the hotel. Nothing here knows a terminal, a socket or a file.

mod action;
mod audit;
mod card;
mod check;
mod downtime;
mod group;
mod item;
mod json;
mod known;
mod lines;
mod night;
mod page;
mod paper;
mod pms;
mod sheet;
mod shift;
mod standing;
mod table;
mod watch;
mod words;

pub use action::Action;
pub use audit::{Audit, Format, Note, Unread, Verdict};
pub use card::{CardOut, CardState};
pub use downtime::{Downtime, Hidden};
pub use group::{Group, House};
pub use item::{About, Cleared, Item, ItemId, NoItem, Section, Why};
pub use known::Known;
pub use lines::{Change, Line, Of, Pane, Shape, Told, line};
pub use night::{Night, Summary};
pub use pms::{Compared, Finding, FindingKind, PmsError, Row, Rows, Skipped, Status, compare, read};
pub use sheet::Sheet;
pub use shift::shift;
pub use standing::Standing;
pub use table::{delimited, utc};
pub use watch::Watch;
pub use words::{capital, fix_word, issued_word, places, stamp, who};

#[cfg(test)]
mod tests;
