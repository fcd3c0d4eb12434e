//! What is asked for on one page or in one box alone, and with which key: the second table of keys, beside the
//! commands that are asked for anywhere. Handlers, hints, the configuration and the documentation are made from it.

use super::App;
use super::audit::compare::Stage as Compare;
use super::key::{Code, Key};
use super::layer::Layer;

/// Where a key means something of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Page {
    /// The box of an action, while it runs and after.
    Job,
    /// What the desk is doing and did.
    Desk,
    /// The queue of cards.
    Queue,
    /// The box of a card that is read.
    Reading,
    /// The answer to why a door refuses.
    Why,
    /// Instant Keys.
    Link,
    /// The night audit.
    Audit,
    /// The comparison with an export.
    Compare,
    /// What was left unfinished.
    Unfinished,
    /// The columns of a pane.
    Columns,
    /// The line of the filter.
    Filter,
}

/// A thing a person can ask for on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Own {
    /// Stop the action after its step.
    JobStop,
    /// Undo it.
    JobUndo,
    /// Go on where it ended half-way.
    JobGoOn,
    /// Show the PIN it made.
    JobUnmask,
    /// Cut the cards that wait because of it.
    JobCards,
    /// Undo the action under the cursor.
    DeskUndo,
    /// Leave the card of the encoder out.
    QueueSkip,
    /// Leave the share of the encoder to the others.
    QueueHandOver,
    /// Take no further card.
    QueueStop,
    /// Cards for the guest whose card was read.
    ReadingCards,
    /// Read the card in the guest's hand.
    WhyRead,
    /// Test the encoder.
    WhyTest,
    /// A further Instant Key.
    LinkNew,
    /// Delete the one under the cursor.
    LinkDelete,
    /// Show its QR code.
    LinkQr,
    /// Sign the audit.
    AuditSign,
    /// The audit as a file.
    AuditExport,
    /// Compare with an export.
    AuditCompare,
    /// Compare with another file.
    CompareOther,
    /// Leave what is unfinished as it is.
    UnfinishedLeave,
    /// Show the column, or take it away.
    ColumnsShow,
    /// Move it to the right.
    ColumnsLater,
    /// Move it to the left.
    ColumnsEarlier,
    /// Make it wider.
    ColumnsWider,
    /// Make it narrower.
    ColumnsNarrower,
    /// Sort by it.
    ColumnsSort,
    /// Sort the other way round.
    ColumnsReverse,
    /// The columns of the property again.
    ColumnsDefault,
    /// Give the filter a name.
    FilterSave,
    /// Forget the saved filter in the line.
    FilterForget,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct OwnKey {
    /// Which.
    pub id: Own,
    /// Where.
    pub page: Page,
    /// Its name in the configuration.
    pub name: &'static str,
    /// What it does.
    pub label: &'static str,
    /// The key it has unless configured otherwise.
    pub keys: &'static [&'static str],
}

const fn row(
    id: Own,
    page: Page,
    name: &'static str,
    label: &'static str,
    keys: &'static [&'static str],
) -> OwnKey {
    OwnKey { id, page, name, label, keys }
}

/// Every key that means something on one page alone.
pub const OWN_KEYS: &[OwnKey] = &[
    row(Own::JobStop, Page::Job, "job-stop", "stop after the step that is under way", &["x"]),
    row(Own::JobUndo, Page::Job, "job-undo", "undo what was done", &["z"]),
    row(Own::JobGoOn, Page::Job, "job-go-on", "go on where it ended half-way", &["g"]),
    row(Own::JobUnmask, Page::Job, "job-unmask", "show the PIN that was made", &["u"]),
    row(Own::JobCards, Page::Job, "job-cards", "encode the cards that wait", &["c"]),
    row(Own::DeskUndo, Page::Desk, "desk-undo", "undo the action under the cursor", &["z"]),
    row(Own::QueueSkip, Page::Queue, "queue-skip", "leave the card of this encoder out", &["s"]),
    row(Own::QueueHandOver, Page::Queue, "queue-hand-over", "leave its share to the others", &["o"]),
    row(Own::QueueStop, Page::Queue, "queue-stop", "take no further card", &["x"]),
    row(Own::ReadingCards, Page::Reading, "reading-cards", "cards for the guest of the card", &["c"]),
    row(Own::WhyRead, Page::Why, "why-read", "read the card in the guest's hand", &["R"]),
    row(Own::WhyTest, Page::Why, "why-test", "test the encoder", &["t"]),
    row(Own::LinkNew, Page::Link, "link-new", "a further Instant Key", &["n"]),
    row(Own::LinkDelete, Page::Link, "link-delete", "delete the one under the cursor", &["x"]),
    row(Own::LinkQr, Page::Link, "link-qr", "show its QR code; Enter does too", &["Q"]),
    row(Own::AuditSign, Page::Audit, "audit-sign", "sign the audit, with a note", &["S"]),
    row(Own::AuditExport, Page::Audit, "audit-export", "the audit into a file", &["E"]),
    row(Own::AuditCompare, Page::Audit, "audit-compare", "compare with an export", &["C"]),
    row(Own::CompareOther, Page::Compare, "compare-other", "compare with another file", &["C"]),
    row(Own::UnfinishedLeave, Page::Unfinished, "unfinished-leave", "leave it as it is; asks", &["l"]),
    row(Own::ColumnsShow, Page::Columns, "columns-show", "show the column, or take it away", &["Space"]),
    row(Own::ColumnsLater, Page::Columns, "columns-later", "move it to the right", &["J"]),
    row(Own::ColumnsEarlier, Page::Columns, "columns-earlier", "move it to the left", &["K"]),
    row(Own::ColumnsWider, Page::Columns, "columns-wider", "wider", &[">"]),
    row(Own::ColumnsNarrower, Page::Columns, "columns-narrower", "narrower", &["<"]),
    row(Own::ColumnsSort, Page::Columns, "columns-sort", "sort by it", &["s"]),
    row(Own::ColumnsReverse, Page::Columns, "columns-reverse", "sort the other way round", &["S"]),
    row(Own::ColumnsDefault, Page::Columns, "columns-default", "the columns of the property again", &["d"]),
    row(Own::FilterSave, Page::Filter, "filter-save", "give the filter a name", &["Ctrl-S"]),
    row(Own::FilterForget, Page::Filter, "filter-forget", "forget the saved filter in the line", &["Ctrl-X"]),
];

impl Page {
    /// Every page, in the order of the table.
    pub const ALL: [Self; 11] = [
        Self::Job,
        Self::Desk,
        Self::Queue,
        Self::Reading,
        Self::Why,
        Self::Link,
        Self::Audit,
        Self::Compare,
        Self::Unfinished,
        Self::Columns,
        Self::Filter,
    ];

    /// Where it is, for the documentation.
    pub fn title(self) -> &'static str {
        match self {
            Self::Job => "the box of an action",
            Self::Desk => "what the desk is doing (`d`)",
            Self::Queue => "the queue of cards",
            Self::Reading => "a card that was read",
            Self::Why => "why the door refuses (`w`)",
            Self::Link => "Instant Keys (`i`)",
            Self::Audit => "the night audit (`A`)",
            Self::Compare => "the comparison with an export",
            Self::Unfinished => "what was left unfinished (`D`)",
            Self::Columns => "columns (`o`)",
            Self::Filter => "the line of the filter (`/`)",
        }
    }

    /// Whether a cursor moves there, or the page scrolls.
    pub(super) fn travels(self) -> bool {
        !matches!(self, Self::Job | Self::Reading | Self::Filter)
    }

    /// What a key does there whatever the configuration says, beside those that do so everywhere.
    pub(super) fn keeps(self, key: Key) -> Option<&'static str> {
        let is_box =
            matches!(self, Self::Job | Self::Queue | Self::Reading | Self::Unfinished | Self::Columns);
        match key.code {
            Code::Char('q') if is_box && key.typed().is_some() => Some("close"),
            Code::Char('y' | 'n') if self == Self::Unfinished && key.typed().is_some() => Some("yes or no"),
            Code::Char('1'..='9') if self == Self::Queue && key.typed().is_some() => Some("an encoder"),
            Code::Tab if matches!(self, Self::Queue | Self::Reading | Self::Filter) => Some("the next one"),
            Code::Left | Code::Right if self == Self::Audit => Some("fold"),
            _ if self == Self::Filter && key.typed().is_some() => Some("text"),
            _ => None,
        }
    }
}

/// The row of a key.
pub fn own_key(id: Own) -> &'static OwnKey {
    const NONE: OwnKey = row(Own::JobStop, Page::Job, "job-stop", "stop after the step", &["x"]);
    OWN_KEYS.iter().find(|own| own.id == id).unwrap_or(&NONE)
}

impl App {
    /// The page that has the keys, where it has some of its own.
    pub(super) fn own_page(&self) -> Option<Page> {
        if self.board.typing {
            return self.board.tables.naming.is_none().then_some(Page::Filter);
        }
        Some(match self.top()? {
            Layer::Job(_) => Page::Job,
            Layer::Desk { .. } => Page::Desk,
            Layer::Queue => Page::Queue,
            Layer::Reading => Page::Reading,
            Layer::Why(_) => Page::Why,
            Layer::Link(_) => Page::Link,
            Layer::Audit => Page::Audit,
            Layer::Compare(page) if matches!(page.stage, Compare::Shown(_)) => Page::Compare,
            Layer::Unfinished(_) => Page::Unfinished,
            Layer::Columns(_) => Page::Columns,
            _ => return None,
        })
    }

    /// What a key asks for on the page that has the keys.
    pub(super) fn own(&self, key: Key) -> Option<Own> {
        self.settings.keymap.own(self.own_page()?, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::command::COMMANDS;
    use std::collections::BTreeSet;

    #[test]
    fn every_key_of_a_page_has_one_row_and_a_name_that_no_command_has() {
        let ids: BTreeSet<_> = OWN_KEYS.iter().map(|own| own.id).collect();
        let names: BTreeSet<_> =
            OWN_KEYS.iter().map(|own| own.name).chain(COMMANDS.iter().map(|c| c.name)).collect();
        assert_eq!(ids.len(), OWN_KEYS.len());
        assert_eq!(names.len(), OWN_KEYS.len() + COMMANDS.len());
        assert!(Page::ALL.iter().all(|page| OWN_KEYS.iter().any(|own| own.page == *page)));
        assert_eq!(own_key(Own::FilterForget).name, "filter-forget");
    }
}
