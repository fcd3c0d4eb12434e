//! The page that tells why a door refuses: its causes, and what is done about the one under the cursor.

use chrono::{DateTime, Utc};

use super::App;
use super::board::Travel;
use super::command::{CommandId, command};
use super::event::Effects;
use super::key::{Code, Key};
use super::layer::Layer;
use super::message::Weight;
use super::overlay::moved;
use super::own_keys::Own;
use super::pane::PaneKind;
use crate::desk::{Found, Purpose, ReadingState};
use crate::property::{Alert, Cause, CauseKind, Diagnosis, Fix, StayId, Subject, Whose};
use crate::seam::id::SpaceId;
use crate::seam::model::ScanResult;
use crate::text::Text;

/// How far a page goes in the list of causes.
const PAGE: usize = 5;

/// The page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyPage {
    /// Who stands at the door.
    pub whose: Whose,
    /// The cause under the cursor; the first where there was none yet, or it is none any more.
    pub at: Option<CauseKind>,
    /// The card that was read since the page was opened.
    pub seen: Option<Seen>,
}

/// A card that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What is on it, and what Seam holds.
    pub card: Box<ScanResult>,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

impl WhyPage {
    /// The guest it is about, where it is about one.
    pub fn stay(&self) -> Option<&StayId> {
        match &self.whose {
            Whose::Stay(id) => Some(id),
            Whose::Room(_) => None,
        }
    }
}

/// The command of a fix, where this desk has one, and its word.
pub fn remedy(fix: Fix) -> Option<(CommandId, &'static str)> {
    let of = |id: CommandId| (id, command(id).hint);
    Some(match fix {
        Fix::Extend => of(CommandId::Extend),
        Fix::Reissue => of(CommandId::Reissue),
        Fix::CheckOut => of(CommandId::CheckOut),
        Fix::Cards => of(CommandId::Cards),
        Fix::Move => of(CommandId::Move),
        Fix::Grant => of(CommandId::Grant),
        Fix::Unmask => (CommandId::Unmask, "unmask"),
        Fix::PollNow => (CommandId::PollNow, "poll"),
        Fix::InstantKey => of(CommandId::InstantKey),
        Fix::Why => of(CommandId::Why),
        Fix::Keys => (CommandId::Keys, "keys"),
        Fix::ReadCard => (CommandId::ReadCard, "read the card"),
        Fix::None => return None,
    })
}

impl App {
    /// The warning that is open, or under the cursor of the warnings.
    fn warning_in_hand(&self) -> Option<&Alert> {
        match self.top() {
            Some(Layer::Alert { id, .. }) => self.property.alert(id),
            None if self.board.focus == PaneKind::Warnings => {
                self.board.warnings.selected().and_then(|id| self.property.alert(id))
            }
            _ => None,
        }
    }

    /// The room whose door a warning is about.
    fn room_of(&self, alert: &Alert) -> Option<SpaceId> {
        let p = &self.property;
        let spaces = match &alert.id.subject {
            Subject::Door(id) => &p.entrance(id)?.space_ids,
            Subject::Lock(id) => &p.device(id)?.space_ids,
            _ => return None,
        };
        spaces.iter().find(|space| p.is_room(space)).cloned()
    }

    /// Why it cannot be asked.
    pub(super) fn refuse_why(&self) -> Option<String> {
        if let Some(Layer::Alert { .. }) = self.top() {
            let room = self.warning_in_hand().and_then(|alert| self.room_of(alert));
            return room.is_none().then(|| "this warning is not about the door of a room".to_owned());
        }
        let nothing = self.selected_stay().is_none() && self.warning_in_hand().is_none();
        nothing.then(|| "no guest is selected".to_owned())
    }

    /// Opens the page for the selected guest. A warning of no stay is opened itself; there, the page of
    /// its room.
    pub(super) fn open_why(&mut self) {
        self.board.hold();
        if matches!(self.top(), Some(Layer::Why(_))) {
            return;
        }
        let alert = self.warning_in_hand().map(|alert| (alert.id.clone(), self.room_of(alert)));
        let is_open = matches!(self.top(), Some(Layer::Alert { .. }));
        let whose = match (self.selected_stay(), alert) {
            (_, Some((_, Some(room)))) if is_open => Whose::Room(room),
            (Some(stay), _) => Whose::Stay(stay),
            (None, Some((id, _))) => {
                self.layers.push(Layer::Alert { id, scroll: 0 });
                return;
            }
            (None, None) => return,
        };
        let mut page = WhyPage { whose, at: None, seen: None };
        self.go_to_likeliest(&mut page);
        self.layers.push(Layer::Why(page));
    }

    /// Puts the cursor on the cause that is the likeliest now, and lets it stay there: what Enter does must not
    /// change under the finger.
    fn go_to_likeliest(&self, page: &mut WhyPage) {
        page.at = self.diagnosis(page).causes.first().map(|cause| cause.kind);
    }

    /// The answer a page shows.
    pub fn diagnosis(&self, page: &WhyPage) -> Diagnosis {
        let seen = page.seen.as_ref().map(|seen| (&*seen.card, seen.at));
        self.property.why(&page.whose, seen, self.now)
    }

    /// Whom or what a page is about, in words.
    pub fn why_words(&self, page: &WhyPage) -> Text {
        match &page.whose {
            Whose::Stay(id) => self.stay_words(id),
            Whose::Room(id) => self.property.space(id).map(|space| space.name.clone()).unwrap_or_default(),
        }
    }

    /// Where the cursor of a page stands.
    pub fn why_at(page: &WhyPage, causes: &[Cause]) -> usize {
        let kept = page.at.and_then(|kind| causes.iter().position(|cause| cause.kind == kind));
        kept.unwrap_or(0)
    }

    pub(super) fn why_key(&mut self, key: Key) -> Effects {
        let Some(Layer::Why(page)) = self.top() else { return Effects::default() };
        let page = page.clone();
        let causes = self.diagnosis(&page).causes;
        let at = Self::why_at(&page, &causes);
        match key.code {
            Code::Enter => self.help_with(causes.get(at)),
            Code::Own(Own::WhyRead) => self.ask_to_read(Purpose::Read),
            Code::Own(Own::WhyTest) => self.ask_to_read(Purpose::Test),
            _ => match self.settings.keymap.travel(key) {
                Some(by) => {
                    self.go_to_cause(&causes, at, by);
                    Effects::draw()
                }
                None => self.page_key(key),
            },
        }
    }

    fn go_to_cause(&mut self, causes: &[Cause], at: usize, by: Travel) {
        let to = causes.get(moved(at, causes.len(), by, PAGE)).map(|cause| cause.kind);
        if let Some(Layer::Why(page)) = self.layers.last_mut() {
            page.at = to;
        }
    }

    /// Does what helps best against a cause; where nothing explains the refusal, the card is read.
    fn help_with(&mut self, cause: Option<&Cause>) -> Effects {
        let Some(cause) = cause else { return self.ask_to_read(Purpose::Read) };
        match cause.fixes.iter().find_map(|fix| remedy(*fix)) {
            Some((id, _)) => self.command(id),
            None => {
                let words = "Nothing at this desk helps against that: the sentence says what does.";
                self.messages.say(self.now, Weight::Caution, words);
                Effects::draw()
            }
        }
    }

    /// Whether a card that is read now is put to the evidence of a page below.
    pub fn card_is_evidence(&self) -> bool {
        let has_card = self.reading.as_ref().is_some_and(|reading| {
            matches!(reading.state, ReadingState::Ended { found: Found::Card(_), .. })
        });
        has_card && self.layers.iter().any(|layer| matches!(layer, Layer::Why(_)))
    }

    /// Puts the card that was read at `at` to the evidence of the page it was read for.
    pub(super) fn take_as_evidence(&mut self, at: DateTime<Utc>) {
        let state = self.reading.as_ref().map(|reading| &reading.state);
        let Some(ReadingState::Ended { found: Found::Card(card), .. }) = state else { return };
        let seen = Seen { card: card.clone(), at };
        let nth = self.layers.iter().rposition(|l| matches!(l, Layer::Why(_)));
        let Some((nth, Layer::Why(page))) = nth.and_then(|nth| Some((nth, self.layers.get(nth)?))) else {
            return;
        };
        let mut page = WhyPage { seen: Some(seen), ..page.clone() };
        self.go_to_likeliest(&mut page);
        if let Some(layer) = self.layers.get_mut(nth) {
            *layer = Layer::Why(page);
        }
    }
}
