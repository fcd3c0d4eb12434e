//! The one table of what a person can ask for. Footer, help, action menu, palette and documentation
//! are drawn from it, so none of them can promise a key that does something else.

use std::collections::BTreeMap;

use crate::property::Fix;

/// A thing a person can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommandId {
    /// Focus Guests.
    Guests,
    /// Focus Grants.
    Grants,
    /// Focus Pending mutations.
    Mutations,
    /// Focus Warnings.
    Warnings,
    /// Focus the next pane.
    NextPane,
    /// Focus the previous pane.
    PreviousPane,
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// Open the selected thing.
    Open,
    /// Back, clear, close.
    Back,
    /// Filter the focused pane.
    Filter,
    /// Sort by the next column.
    Sort,
    /// Sort the other way round.
    Reverse,
    /// Choose the columns of the focused pane.
    Columns,
    /// Mark the selected row, or take its mark away.
    Mark,
    /// Actions for the selection.
    Actions,
    /// Every command by name.
    Palette,
    /// Only the focused pane.
    Zoom,
    /// Hold the screen still.
    Freeze,
    /// Poll now.
    PollNow,
    /// What the desk is doing and did.
    Desk,
    /// Help for where you are.
    Help,
    /// Choose a theme.
    Theme,
    /// Copy from the selected row.
    Copy,
    /// Show a PIN or a link for ten seconds.
    Unmask,
    /// Change the dates of a stay.
    Extend,
    /// Replace a lost card.
    Reissue,
    /// Everything with a card in the hand: encode, duplicate, assign, read.
    Cards,
    /// Read a card: whose is it?
    ReadCard,
    /// Test an encoder.
    TestEncoder,
    /// The queue of cards.
    CardQueue,
    /// Revoke access at checkout.
    CheckOut,
    /// Show, share or make an Instant Key.
    InstantKey,
    /// Add or revoke one key.
    Keys,
    /// Open a door from afar.
    Unlock,
    /// Revoke the access of all who are due out, but for some.
    CheckOutDue,
    /// Undo what the desk did last for the stay.
    Undo,
    /// What the desk did.
    Journal,
    /// The night audit.
    Audit,
    /// Sign the night audit.
    SignAudit,
    /// The night audit as a file.
    ExportAudit,
    /// Compare with an export of the property management system.
    ComparePms,
    /// Roll the business date.
    Roll,
    /// What processes that are gone left unfinished.
    Unfinished,
    /// Who is at the desk.
    Operator,
    /// Move a stay to another room.
    Move,
    /// Give somebody access.
    Grant,
    /// Why does the door refuse?
    Why,
    /// Acknowledge or snooze warnings.
    Attend,
    /// The overview of the properties.
    Property,
    /// Work without the shared store, on purpose.
    Emergency,
    /// Stop until `fg`.
    Suspend,
    /// Leave.
    Quit,
}

/// Under which heading help shows a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What the desk does for a guest.
    Desk,
    /// Looking closer.
    Look,
    /// Getting around.
    Move,
    /// The program itself.
    Program,
}

impl Group {
    /// Every group, in the order help shows them.
    pub const ALL: [Self; 4] = [Self::Desk, Self::Look, Self::Move, Self::Program];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Desk => "At the desk",
            Self::Look => "Look closer",
            Self::Move => "Get around",
            Self::Program => "The program",
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Command {
    /// Which.
    pub id: CommandId,
    /// Its name for configuration and palette.
    pub name: &'static str,
    /// What it does, for help and menus.
    pub label: &'static str,
    /// The one word of the footer; empty where the footer does not show it.
    pub hint: &'static str,
    /// The keys it has unless configured otherwise.
    pub keys: &'static [&'static str],
    /// Where help shows it.
    pub group: Group,
    /// Whether it takes access away or gives it: absent in read-only mode, always behind a dialog.
    pub danger: bool,
}

const fn row(
    id: CommandId,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    keys: &'static [&'static str],
    group: Group,
) -> Command {
    Command { id, name, label, hint, keys, group, danger: false }
}

const fn deed(
    id: CommandId,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    keys: &'static [&'static str],
) -> Command {
    Command { id, name, label, hint, keys, group: Group::Desk, danger: true }
}

/// Every command. The footer shows hints in this order for as long as there is room.
pub const COMMANDS: &[Command] = &[
    deed(CommandId::Extend, "extend", "extend the stay, or check in early (dates)", "extend", &["e"]),
    deed(CommandId::Reissue, "reissue", "reissue a lost card", "lost card", &["r"]),
    deed(CommandId::CheckOut, "check-out", "check out: revoke access", "check out", &["x"]),
    deed(CommandId::Move, "move", "move to another room", "move", &["m"]),
    row(
        CommandId::InstantKey,
        "instant-key",
        "Instant Key: show, share, new",
        "instant key",
        &["i"],
        Group::Desk,
    ),
    deed(CommandId::Cards, "cards", "cards: cut, duplicate, assign, read", "cards", &["c"]),
    row(CommandId::Why, "why", "why does the door refuse?", "why", &["w"], Group::Desk),
    row(
        CommandId::Attend,
        "attend",
        "acknowledge or snooze the warning, with a reason",
        "snooze",
        &["b"],
        Group::Desk,
    ),
    deed(CommandId::Grant, "grant", "grant access: who, where, when, how", "grant", &["n"]),
    deed(CommandId::Keys, "keys", "add or revoke one key", "", &["K"]),
    deed(CommandId::Unlock, "unlock", "unlock a door from afar", "", &["U"]),
    deed(CommandId::Undo, "undo", "undo what the desk did last for this guest", "", &["Z"]),
    deed(CommandId::CheckOutDue, "check-out-due", "check out all who are due out, but for some", "", &["X"]),
    row(CommandId::ReadCard, "read-card", "read a card: whose is it?", "", &[], Group::Desk),
    row(CommandId::TestEncoder, "test-encoder", "test an encoder", "", &[], Group::Desk),
    row(CommandId::CardQueue, "card-queue", "the queue of cards on the encoders", "", &[], Group::Desk),
    row(
        CommandId::Actions,
        "actions",
        "actions for the selection",
        "all actions",
        &["a", "Right"],
        Group::Desk,
    ),
    row(CommandId::Filter, "filter", "filter the pane as you type", "filter", &["/"], Group::Look),
    row(CommandId::Help, "help", "help for where you are", "help", &["?", "F1"], Group::Program),
    row(
        CommandId::Quit,
        "quit",
        "leave (asks while an action runs)",
        "quit",
        &["q", "Ctrl-C"],
        Group::Program,
    ),
    row(
        CommandId::Open,
        "open",
        "open the selected thing; on a warning, go to its cause",
        "",
        &["Enter"],
        Group::Look,
    ),
    row(CommandId::Back, "back", "back, clear the filter, close", "", &["Esc"], Group::Look),
    row(
        CommandId::Mark,
        "mark",
        "mark the row; actions then apply to the marked",
        "",
        &["Space"],
        Group::Look,
    ),
    row(CommandId::Sort, "sort", "sort by the next column", "", &["s"], Group::Look),
    row(CommandId::Reverse, "reverse", "sort the other way round", "", &["S"], Group::Look),
    row(
        CommandId::Columns,
        "columns",
        "columns of the pane: which, in which order, how wide",
        "",
        &["o"],
        Group::Look,
    ),
    row(CommandId::Zoom, "zoom", "zoom the focused pane", "", &["z"], Group::Look),
    row(CommandId::Unmask, "unmask", "show the PIN or the link for 10 s", "", &["u"], Group::Look),
    row(CommandId::Copy, "copy", "copy room and name, or the id, to your clipboard", "", &["y"], Group::Look),
    row(CommandId::Desk, "desk", "what the desk is doing and did", "", &["d"], Group::Look),
    row(
        CommandId::Journal,
        "journal",
        "journal of the desk: what was done, and how it ended",
        "",
        &["J"],
        Group::Look,
    ),
    row(
        CommandId::Audit,
        "audit",
        "night audit: what is open, what was cleared",
        "audit",
        &["A"],
        Group::Look,
    ),
    row(CommandId::SignAudit, "sign-audit", "sign the night audit, with a note", "", &[], Group::Look),
    row(CommandId::ExportAudit, "export-audit", "night audit into a file", "", &[], Group::Look),
    row(
        CommandId::ComparePms,
        "compare-pms",
        "compare with an export of the property management system",
        "",
        &[],
        Group::Look,
    ),
    row(CommandId::Unfinished, "unfinished", "what another process left unfinished", "", &["D"], Group::Look),
    row(CommandId::Guests, "guests", "focus Guests", "", &["1"], Group::Move),
    row(CommandId::Grants, "grants", "focus Grants", "", &["2"], Group::Move),
    row(CommandId::Mutations, "mutations", "focus Pending mutations", "", &["3"], Group::Move),
    row(CommandId::Warnings, "warnings", "focus Warnings", "", &["4"], Group::Move),
    row(CommandId::NextPane, "next-pane", "next pane", "", &["Tab"], Group::Move),
    row(CommandId::PreviousPane, "previous-pane", "previous pane", "", &["S-Tab"], Group::Move),
    row(CommandId::Down, "down", "one row down", "", &["j", "Down"], Group::Move),
    row(CommandId::Up, "up", "one row up", "", &["k", "Up"], Group::Move),
    row(CommandId::PageDown, "page-down", "a page down", "", &["PgDn"], Group::Move),
    row(CommandId::PageUp, "page-up", "a page up", "", &["PgUp"], Group::Move),
    row(CommandId::First, "first", "to the first row", "", &["g", "Home"], Group::Move),
    row(CommandId::Last, "last", "to the last row", "", &["G", "End"], Group::Move),
    row(CommandId::Palette, "palette", "every command by name", "", &[":"], Group::Program),
    row(CommandId::Freeze, "freeze", "freeze the screen, go on", "", &["f"], Group::Program),
    row(CommandId::PollNow, "poll-now", "poll now", "", &["Ctrl-R"], Group::Program),
    row(
        CommandId::Property,
        "property",
        "all properties at a glance: go to another",
        "",
        &["P"],
        Group::Program,
    ),
    row(CommandId::Theme, "theme", "choose a theme", "", &["T"], Group::Program),
    row(
        CommandId::Operator,
        "operator",
        "who is at the desk: a name for the journal",
        "",
        &["O"],
        Group::Program,
    ),
    Command {
        danger: true,
        ..row(CommandId::Roll, "roll", "roll the business date to the next day", "", &[], Group::Program)
    },
    row(
        CommandId::Emergency,
        "emergency",
        "work without the shared store while it is away",
        "",
        &[],
        Group::Program,
    ),
    row(CommandId::Suspend, "suspend", "stop until fg", "", &["Ctrl-Z"], Group::Program),
];

/// The row of a command.
pub fn command(id: CommandId) -> &'static Command {
    const NONE: Command =
        row(CommandId::Help, "help", "help for where you are", "help", &["?"], Group::Program);
    COMMANDS.iter().find(|c| c.id == id).unwrap_or(&NONE)
}

/// The keys of the table that do what a fix says, for what is read away from the screen.
pub fn fix_keys() -> BTreeMap<Fix, String> {
    let of = [
        (Fix::Extend, CommandId::Extend),
        (Fix::Reissue, CommandId::Reissue),
        (Fix::CheckOut, CommandId::CheckOut),
        (Fix::Move, CommandId::Move),
        (Fix::Grant, CommandId::Grant),
        (Fix::InstantKey, CommandId::InstantKey),
        (Fix::Cards, CommandId::Cards),
        (Fix::Unmask, CommandId::Unmask),
        (Fix::PollNow, CommandId::PollNow),
        (Fix::Why, CommandId::Why),
        (Fix::Keys, CommandId::Keys),
    ];
    let named = of.into_iter().filter_map(|(fix, id)| Some((fix, (*command(id).keys.first()?).to_owned())));
    crate::order::map(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_command_has_one_row_and_a_name_of_its_own() {
        let ids: BTreeSet<_> = COMMANDS.iter().map(|c| c.id).collect();
        let names: BTreeSet<_> = COMMANDS.iter().map(|c| c.name).collect();
        assert_eq!((ids.len(), names.len()), (COMMANDS.len(), COMMANDS.len()));
    }

    #[test]
    fn the_stand_in_of_a_missing_row_is_a_row() {
        assert!(COMMANDS.iter().any(|c| c.id == CommandId::Help && c.name == "help"));
    }
}
