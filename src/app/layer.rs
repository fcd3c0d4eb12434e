//! What lies over the panes. The topmost layer has the keys.

use super::attend::{self, Attend};
use super::audit::compare::{ComparePage, Stage};
use super::audit::paper::{self, Paper};
use super::away::AwayBox;
use super::command::{COMMANDS, CommandId, Group};
use super::dialog::{self, Dialog};
use super::filter::Filter;
use super::form::Field;
use super::journal::{Whole, Window};
use super::link::{LinkPage, Qr};
use super::tables::ColumnsPage;
use super::unfinished::Chooser;
use super::why::WhyPage;
use crate::desk::RunId;
use crate::order::Arrange as _;
use crate::property::{AlertId, StayId};

/// Something over the panes.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A stay, whole.
    Details(Details),
    /// An alert, whole.
    Alert {
        /// Which.
        id: AlertId,
        /// First line shown.
        scroll: usize,
    },
    /// What every key does here.
    Help {
        /// First line shown.
        scroll: usize,
    },
    /// Actions for the selection.
    Menu(Menu),
    /// Every command by name.
    Palette(Palette),
    /// Themes to choose from.
    Themes(Themes),
    /// Why a door refuses.
    Why(WhyPage),
    /// The Instant Keys of a stay.
    Link(LinkPage),
    /// The QR code of one of them.
    Qr(Qr),
    /// Something is about to be done.
    Dialog(Box<Dialog>),
    /// One running or ended action.
    Job(RunId),
    /// All of them, the newest first, and what the program said.
    Desk {
        /// Index of the chosen one, counted from the newest.
        at: usize,
    },
    /// What the desk did.
    Journal(Box<Window>),
    /// One thing the desk did, whole.
    Entry(Box<Whole>),
    /// The night audit.
    Audit,
    /// What is put in writing at its end.
    Paper(Box<Paper>),
    /// The comparison with the property management system.
    Compare(Box<ComparePage>),
    /// Warnings are acknowledged or snoozed.
    Attend(Box<Attend>),
    /// What processes that are gone left unfinished.
    Unfinished(Chooser),
    /// Who is at the desk?
    Operator(Box<Field>),
    /// Whether to go on without the shared store.
    Emergency(Box<AwayBox>),
    /// Cards that are cut on several encoders.
    Queue,
    /// A card that is read, or an encoder that is tested.
    Reading,
    /// The columns of a pane.
    Columns(Box<ColumnsPage>),
    /// Leaving while an action runs.
    Leave,
}

/// A stay, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// Whose.
    pub stay: StayId,
    /// First line shown.
    pub scroll: usize,
}

/// A list of commands, the impossible ones with the reason.
#[derive(Clone, Debug)]
pub struct Menu {
    /// What it lists.
    pub items: Vec<CommandId>,
    /// Which one is chosen.
    pub at: usize,
    /// What the last choice was refused for.
    pub refused: Option<String>,
}

impl Menu {
    /// All that can be done for a guest, and the looks closer that go with a row.
    pub fn actions() -> Self {
        let of_row =
            [CommandId::Open, CommandId::Mark, CommandId::Unmask, CommandId::Copy, CommandId::Palette];
        let deeds = COMMANDS.iter().filter(|c| c.group == Group::Desk && c.id != CommandId::Actions);
        Self { items: deeds.map(|c| c.id).chain(of_row).collect(), at: 0, refused: None }
    }
}

/// The palette: a line and what matches it.
#[derive(Clone, Debug)]
pub struct Palette {
    /// What is typed.
    pub line: Field,
    /// What matches, best first.
    pub menu: Menu,
}

impl Default for Palette {
    fn default() -> Self {
        let mut palette =
            Self { line: Field::line("", ""), menu: Menu { items: Vec::new(), at: 0, refused: None } };
        palette.search();
        palette
    }
}

impl Palette {
    /// Looks again for what is typed.
    pub fn search(&mut self) {
        let mut filter = Filter::default();
        filter.set(self.line.text());
        let mut found: Vec<(u32, usize, CommandId)> = COMMANDS
            .iter()
            .enumerate()
            .filter(|(_, c)| c.id != CommandId::Palette)
            .filter_map(|(i, c)| filter.score(&format!("{} {}", c.name, c.label)).map(|s| (s, i, c.id)))
            .collect();
        found.arrange_by_key(|(score, i, _)| (std::cmp::Reverse(*score), *i));
        self.menu.items = found.into_iter().map(|(_, _, id)| id).collect();
        self.menu.at = 0;
        self.menu.refused = None;
    }
}

/// The theme picker. Moving through it shows the themes; Esc goes back to the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Themes {
    /// Names.
    pub names: Vec<String>,
    /// Which one is shown.
    pub at: usize,
    /// Which one it was.
    pub before: String,
}

impl Layer {
    /// Whether it is drawn over the whole screen rather than as a box in the middle.
    pub fn is_page(&self) -> bool {
        matches!(
            self,
            Self::Details(_)
                | Self::Alert { .. }
                | Self::Help { .. }
                | Self::Desk { .. }
                | Self::Link(_)
                | Self::Why(_)
                | Self::Journal(_)
                | Self::Entry(_)
                | Self::Audit
        ) || matches!(self, Self::Compare(page) if matches!(page.stage, Stage::Shown(_)))
    }

    /// Whether what is typed may go into a line of text.
    pub fn takes_text(&self) -> bool {
        match self {
            Self::Palette(_) | Self::Operator(_) | Self::Emergency(_) => true,
            Self::Dialog(dialog) => matches!(dialog.stage, dialog::Stage::Form { .. }),
            Self::Attend(attend) => matches!(attend.stage, attend::Stage::Form(_)),
            Self::Paper(paper) => matches!(paper.stage, paper::Stage::Form(_)),
            Self::Compare(page) => matches!(page.stage, Stage::Path(_)),
            Self::Journal(window) => window.typing,
            _ => false,
        }
    }

    /// The stay it is about, if it is about one.
    pub fn stay(&self) -> Option<&StayId> {
        match self {
            Self::Details(d) => Some(&d.stay),
            Self::Link(page) => Some(&page.stay),
            Self::Why(page) => page.stay(),
            Self::Compare(page) => page.stay(),
            Self::Qr(qr) => Some(&qr.stay),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_palette_finds_by_name_and_by_what_it_does() {
        let mut p = Palette::default();
        assert_eq!(p.menu.items.len(), COMMANDS.len() - 1);
        p.line = Field::line("", "revoke");
        p.search();
        assert_eq!(p.menu.items.first(), Some(&CommandId::CheckOut));
    }
}
