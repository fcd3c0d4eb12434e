//! Keys of the audit, and what they aim at.

use super::RowId;
use crate::app::App;
use crate::app::command::CommandId;
use crate::app::event::Effects;
use crate::app::key::{Code, Key};
use crate::app::layer::{Details, Layer};
use crate::app::message::Weight;
use crate::app::own_keys::Own;
use crate::property::{AlertId, StayId};
use crate::report::{About, Item, ItemId};
use crate::text::Text;

impl App {
    /// A key on the page.
    pub(in crate::app) fn audit_key(&mut self, key: Key) -> Effects {
        let page = self.overlay_room();
        if let Some(by) = self.settings.keymap.travel(key) {
            self.audit.list.go(by, page);
            return Effects::draw();
        }
        match (key.code, self.settings.keymap.command(key)) {
            (Code::Right, _) => self.audit_fold(true),
            (Code::Left, _) => self.audit_fold(false),
            (Code::Own(Own::AuditSign), _) => self.command(CommandId::SignAudit),
            (Code::Own(Own::AuditExport), _) => self.command(CommandId::ExportAudit),
            (Code::Own(Own::AuditCompare), _) => self.command(CommandId::ComparePms),
            (Code::Esc, _) if self.audit.list.clear_marks() => Effects::draw(),
            (
                _,
                Some(id @ (CommandId::Open | CommandId::Mark | CommandId::CheckOutDue | CommandId::Roll)),
            ) => self.command(id),
            (_, Some(CommandId::Audit)) => self.close(),
            _ => self.page_key(key),
        }
    }

    fn audit_fold(&mut self, unfold: bool) -> Effects {
        let audit = &mut self.audit;
        audit.list.fold(unfold);
        if let Some(night) = &audit.night {
            audit.list.rebuild(night);
        }
        Effects::draw()
    }

    /// Whether keys go to the audit and not to something above it.
    pub(in crate::app) fn is_audit_on_top(&self) -> bool {
        matches!(self.top(), Some(Layer::Audit))
    }

    /// Opens what is under the cursor: a section, the stay of a point, else its alert or its entry.
    pub(in crate::app) fn audit_open_row(&mut self) -> Effects {
        let id = match self.audit.list.selected().cloned() {
            None => return Effects::default(),
            Some(RowId::Section(section)) => return self.audit_fold(!self.audit.list.is_unfolded(section)),
            Some(RowId::Item(id)) => id,
        };
        if let Some(stay) = self.stay_of_item(&id) {
            self.layers.push(Layer::Details(Details { stay, scroll: 0 }));
            return Effects::draw();
        }
        match id.about {
            About::Alert(id) if self.property.alert(&id).is_some() => {
                self.layers.push(Layer::Alert { id, scroll: 0 });
            }
            About::Run(run) => return self.open_entry_of(run),
            _ => self.messages.say(self.now, Weight::Caution, "Nothing to open here: it is gone."),
        }
        Effects::draw()
    }

    /// Marks the point under the cursor.
    pub(in crate::app) fn audit_mark(&mut self) {
        let audit = &mut self.audit;
        let p = &self.property;
        let can = |item: &Item| item.stay.as_ref().is_some_and(|stay| p.stay(stay).is_some());
        let night = audit.night.as_deref();
        if !audit.list.mark(|id| night.and_then(|night| night.item(id)).is_some_and(can)) {
            self.messages.say(self.now, Weight::Caution, "Only points of guests can be marked.");
        }
    }

    /// The stay of a point, as long as it is there.
    fn stay_of_item(&self, id: &ItemId) -> Option<StayId> {
        let night = self.audit.night()?;
        let of_cleared = || night.cleared_item(id)?.stay.as_ref().map(|stay| StayId::parse(stay));
        let stay = night.item(id).map_or_else(of_cleared, |item| item.stay.clone());
        stay.filter(|stay| self.property.stay(stay).is_some())
    }

    /// The stay under the cursor.
    pub(in crate::app) fn audit_stay(&self) -> Option<StayId> {
        match self.audit.list.selected()? {
            RowId::Item(id) => self.stay_of_item(id),
            RowId::Section(_) => None,
        }
    }

    /// The stays of the marked points, in the order of the list, then of what is folded away.
    pub(in crate::app) fn audit_marked(&self) -> Vec<StayId> {
        let marks = self.audit.list.marks();
        let shown = self.audit.list.rows().iter().filter_map(|row| match row {
            RowId::Item(id) if marks.contains(id) => Some(id),
            _ => None,
        });
        shown.chain(marks).filter_map(|id| self.stay_of_item(id)).collect()
    }

    /// The alerts behind the marked points, or the one under the cursor.
    pub(in crate::app) fn audit_alerts(&self) -> Vec<AlertId> {
        let Some(night) = self.audit.night() else { return Vec::new() };
        let marks = self.audit.list.marks();
        let selected = match self.audit.list.selected() {
            Some(RowId::Item(id)) if marks.is_empty() => Some(id),
            _ => None,
        };
        marks.iter().chain(selected).filter_map(|id| night.item(id)?.alert.clone()).collect()
    }

    /// What `y` copies.
    pub(in crate::app) fn audit_copy(&self) -> Option<Text> {
        if let Some(stay) = self.audit_stay() {
            return Some(self.stay_words(&stay));
        }
        let RowId::Item(id) = self.audit.list.selected()? else { return None };
        let item = self.audit.night()?.item(id)?;
        let why = item.why.words(self.property.zone());
        Some(Text::new(format!("{} {} {} {why}", item.severity.word(), item.room, item.who)))
    }
}
