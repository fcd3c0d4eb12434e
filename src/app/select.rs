//! What the cursor and the marks aim at: always ids, never positions.

use super::App;
use super::event::Effects;
use super::layer::Layer;
use super::pane::PaneKind;
use super::reveal::{FoundSecret, Purpose, SecretOf};
use crate::desk;
use crate::property::{MutationOf, Resource, StayId};
use crate::seam::model::Mode;
use crate::text::Text;

/// What lies over the panes and is aimed at in their place.
enum Aim<'a> {
    /// A stay, open whole.
    Stay(&'a StayId),
    /// The rows of the audit.
    Audit,
}

impl App {
    /// What is aimed at in the place of the panes; the topmost counts.
    fn aim(&self) -> Option<Aim<'_>> {
        self.layers.iter().rev().find_map(|layer| match layer {
            Layer::Audit => Some(Aim::Audit),
            layer => layer.stay().map(Aim::Stay),
        })
    }

    /// The stay the selection is about: the open details, or the row under the cursor of whichever
    /// pane has the keys.
    pub fn selected_stay(&self) -> Option<StayId> {
        match self.aim() {
            Some(Aim::Stay(stay)) => return Some(stay.clone()),
            Some(Aim::Audit) => return self.audit_stay(),
            None => {}
        }
        let p = &self.property;
        match self.board.focus {
            PaneKind::Guests => self.board.guests.selected().cloned(),
            PaneKind::Grants => self.board.grants.selected().and_then(|g| p.stay_of_grant(g)).cloned(),
            PaneKind::Mutations => {
                self.board.mutations.selected().and_then(|m| p.mutation(m)).and_then(|m| m.stay.clone())
            }
            PaneKind::Warnings => {
                self.board.warnings.selected().and_then(|a| p.alert(a)).and_then(|a| a.stay.clone())
            }
        }
    }

    /// The stays an action is for: the marked ones of the focused pane, else the selected one. Never
    /// one that is no longer there.
    pub fn targets(&self) -> Vec<StayId> {
        let p = &self.property;
        let marked: Vec<StayId> = match (self.aim(), self.board.focus) {
            (Some(Aim::Stay(_)), _) => Vec::new(),
            (Some(Aim::Audit), _) => self.audit_marked(),
            (None, PaneKind::Guests) => self.board.guests.marked(),
            (None, PaneKind::Grants) => {
                self.board.grants.marked().iter().filter_map(|g| p.stay_of_grant(g)).cloned().collect()
            }
            (None, PaneKind::Mutations) => {
                let rows = self.board.mutations.marked();
                rows.iter().filter_map(|m| p.mutation(m)?.stay.clone()).collect()
            }
            (None, PaneKind::Warnings) => {
                let rows = self.board.warnings.marked();
                rows.iter().filter_map(|a| p.alert(a)?.stay.clone()).collect()
            }
        };
        let mut stays = if marked.is_empty() { self.selected_stay().into_iter().collect() } else { marked };
        let mut seen = std::collections::HashSet::new();
        stays.retain(|s| p.stay(s).is_some() && seen.insert(s.clone()));
        stays
    }

    /// "118 Lindqvist, Per", for sentences.
    pub fn stay_words(&self, id: &StayId) -> Text {
        match self.property.stay(id) {
            Some(s) if s.room.is_empty() => s.name.clone(),
            Some(s) => Text::new(format!("{} {}", s.room, s.name)),
            None => Text::new("a guest who is no longer there"),
        }
    }

    /// Why no card of the selected stay can be reissued.
    pub(super) fn refuse_reissue(&self) -> Option<String> {
        let stay = self.targets().into_iter().next()?;
        let none = desk::reissue::cards(&self.property, &stay).is_empty();
        let unread = || self.still_reading(&[Resource::Grants]);
        none.then(|| unread().unwrap_or_else(|| "this stay has no card".to_owned()))
    }

    /// Why the selected stay cannot be moved.
    pub(super) fn refuse_move(&self) -> Option<String> {
        let id = self.targets().into_iter().next()?;
        let stay = self.property.stay(&id)?;
        if stay.rooms.is_empty() {
            return Some("this stay has no room".to_owned());
        }
        let free = desk::room_move::any_room(&self.property, &id, self.now);
        (!free).then(|| "no other room is free for the rest of the stay".to_owned())
    }

    /// What of these is still being read for the first time: what is not there yet may yet come.
    fn still_reading(&self, what: &[Resource]) -> Option<String> {
        let first = what.iter().find(|what| self.property.source(**what).as_of.is_none())?;
        Some(format!("the {} are still being read: wait a moment", first.word()))
    }

    /// Why no key of the selected stay can be added or revoked: what it has must be known, and what its doors
    /// take.
    pub(super) fn refuse_keys(&self) -> Option<String> {
        self.still_reading(&[Resource::Grants, Resource::Spaces, Resource::Entrances, Resource::Systems])
    }

    /// Why there is no page of Instant Keys for the selected stay.
    pub(super) fn refuse_instant_key(&self) -> Option<String> {
        let Some(stay) = self.targets().into_iter().next() else {
            return Some("no guest is selected".to_owned());
        };
        let share = desk::instant_key::share(&self.property, &stay, self.now)?;
        let none = share.phones.is_none() && share.links.is_empty();
        let unread = || self.still_reading(&[Resource::Grants, Resource::InstantKeys]);
        none.then(|| unread().unwrap_or_else(|| "this guest has no mobile key: K adds one".to_owned()))
    }

    /// Why no door of the selected stay can be opened from afar.
    pub(super) fn refuse_unlock(&self) -> Option<String> {
        let stay = self.targets().into_iter().next()?;
        let doors = desk::unlock::doors(&self.property, &stay, self.now);
        let Some(first) = doors.first() else {
            let unread = self.still_reading(&[Resource::Grants, Resource::Spaces, Resource::Entrances]);
            return unread.or_else(|| Some("no lock of this stay can be opened from afar".to_owned()));
        };
        let none = doors.iter().all(|d| d.trouble.is_some());
        none.then(|| first.trouble.as_ref().map(ToString::to_string).unwrap_or_default())
    }

    /// Why nobody can be checked out as due out.
    pub(super) fn refuse_check_out_due(&self) -> Option<String> {
        // "All" is not all before everything is there.
        let all = [Resource::Grants, Resource::Spaces, Resource::Entrances, Resource::Events];
        if let Some(unread) = self.still_reading(&all) {
            return Some(unread);
        }
        let left = desk::check_out::leaving(&self.property).any(|s| self.jobs.on_stay(&s.id).is_none());
        (!left).then(|| "nobody is due out, and nobody overstays".to_owned())
    }

    /// The secret behind the selection, and what it is: a PIN first, then the link of a mobile key.
    pub fn secret_of_selection(&self) -> Option<FoundSecret> {
        if let Some(Layer::Link(page)) = self.top() {
            return self.secret_of_link(page);
        }
        self.secret_of(&self.selected_stay()?)
    }

    /// The secret of a stay, and what it is.
    pub(super) fn secret_of(&self, stay: &StayId) -> Option<FoundSecret> {
        let words = self.stay_words(stay);
        let p = &self.property;
        let methods: Vec<_> = p.methods_of(stay);
        let coded = methods.iter().find(|m| m.mode() == Mode::Code);
        if let Some((method, pin)) = coded.and_then(|m| Some((m, m.code().cloned()?))) {
            let label = Text::new(format!("PIN of {words}"));
            return Some(FoundSecret { label, of: SecretOf::Pin(method.id.clone()), secret: pin });
        }
        let linked = methods.iter().find_map(|m| Some((m.id.clone(), m.instant_key_url().cloned()?)));
        let (method, secret) = linked?;
        let label = Text::new(format!("Instant Key link of {words}"));
        Some(FoundSecret { label, of: SecretOf::Link(method), secret })
    }

    /// Shows the secret behind the selection for a few seconds.
    pub(super) fn unmask(&mut self) -> Effects {
        match self.secret_of_selection() {
            Some(found) => self.use_secret(found, Purpose::Show),
            None => Effects::default(),
        }
    }

    /// What `y` copies from the selection: room and name of a guest, the id of what has one.
    pub fn copy_of_selection(&self) -> Option<Text> {
        match self.aim() {
            Some(Aim::Stay(stay)) => return Some(self.stay_words(stay)),
            Some(Aim::Audit) => return self.audit_copy(),
            None => {}
        }
        let p = &self.property;
        match self.board.focus {
            PaneKind::Guests => self.board.guests.selected().map(|s| self.stay_words(s)),
            PaneKind::Grants => self.board.grants.selected().map(|g| Text::new(g.to_string())),
            PaneKind::Mutations => self.board.mutations.selected().map(|m| match &m.of {
                MutationOf::Grant(id) => Text::new(id.to_string()),
                MutationOf::Method(id) => Text::new(id.to_string()),
            }),
            PaneKind::Warnings => self.board.warnings.selected().and_then(|a| p.alert(a)).map(|a| {
                let room = a.room.as_deref().unwrap_or_default();
                let who = a.who.as_deref().unwrap_or_default();
                Text::new(format!("{} {room} {who} {}", a.severity.word(), a.why))
            }),
        }
    }
}
