//! The checklist of the night audit: what is open, what was and no longer is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveTime, Utc};

use super::check::{self, Place};
use super::item::{About, Cleared, Item, ItemId, Section, Why};
use super::standing::Standing;
use crate::journal::Record;
use crate::order::Arrange as _;
use crate::property::{Alert, AlertId, Attended, Changed, Property, Severity, Stay, StayId, Touched};
use crate::text::{Text, natural};

/// Property time before which the morning's first guests want their cards.
const CARDS_BY: (u32, u32) = (10, 0);

/// How much of the checklist is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Open points.
    pub open: usize,
    /// Points that were open during the shift and no longer are.
    pub cleared: usize,
    /// Open points of severity P1.
    pub p1: usize,
    /// Of severity P2.
    pub p2: usize,
    /// Of severity P3.
    pub p3: usize,
    /// Alerts of severity P3 that are left to the day and not listed.
    pub hygiene: usize,
    /// Open points that somebody has acknowledged.
    pub acknowledged: usize,
    /// Open points that somebody has snoozed, for now.
    pub snoozed: usize,
}

/// The checklist. Made once, then kept up with [`Night::update`], which costs what changed; a point that
/// goes away while it is kept up counts as cleared.
#[derive(Clone, Debug)]
pub struct Night {
    open: BTreeMap<ItemId, Item>,
    cleared: BTreeMap<ItemId, Cleared>,
    hygiene: BTreeSet<AlertId>,
    horizon: DateTime<Utc>,
    is_touched: bool,
    /// Whether not everything has been read: what goes away then is not cleared, it was only unknown.
    is_partial: bool,
}

impl Night {
    /// Looks at the whole hotel at `now`, UTC.
    pub fn new(p: &Property, now: DateTime<Utc>) -> Self {
        let mut night = Self {
            open: BTreeMap::new(),
            cleared: BTreeMap::new(),
            hygiene: BTreeSet::new(),
            horizon: horizon(p),
            is_touched: false,
            is_partial: false,
        };
        night.look(p, now);
        night
    }

    /// The same while not everything has been read: nothing counts as cleared, for what is not there may
    /// only be unknown. To be made anew when everything is there.
    pub fn partial(p: &Property, now: DateTime<Utc>) -> Self {
        Self { is_partial: true, ..Self::new(p, now) }
    }

    /// Whether it was made before everything had been read.
    pub fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// The same where it is known what was open at the beginning of the shift: what of it is not open
    /// any more is cleared.
    pub fn after(p: &Property, before: impl IntoIterator<Item = Item>, now: DateTime<Utc>) -> Self {
        let mut night = Self::new(p, now);
        night.remember(before);
        night
    }

    /// Takes in what was open at the beginning of the shift, told late: what of it is neither open nor
    /// known to be cleared is cleared, nobody knows when.
    pub fn remember(&mut self, before: impl IntoIterator<Item = Item>) {
        for item in before {
            if !self.open.contains_key(&item.id) && !self.cleared.contains_key(&item.id) {
                self.clear(item, None);
            }
        }
    }

    /// Takes in what changed until `now`. Says whether anything on the list did.
    pub fn update(&mut self, p: &Property, changed: &Changed, now: DateTime<Utc>) -> bool {
        self.is_touched = false;
        let horizon = horizon(p);
        if self.horizon != horizon {
            self.horizon = horizon;
            self.look(p, now);
        } else {
            let stays = &changed.stays;
            let stays: BTreeSet<&StayId> =
                stays.added.iter().chain(&stays.updated).chain(&stays.removed).collect();
            for id in &stays {
                self.look_at_stay(p, id, now);
            }
            let alerts = &changed.alerts;
            for id in alerts.added.iter().chain(&alerts.updated).chain(&alerts.removed) {
                self.look_at_alert(p, id, now);
            }
            for id in self.alerts_of(&stays) {
                self.set_alert(p, &id, p.alert(&id), now);
            }
            self.look_at_caused(p, alerts, now);
        }
        self.is_touched
    }

    /// Takes in the journal of the shift: who cleared what, and what the desk left unsettled. What the
    /// journal says was done and nobody saw open counts as cleared too.
    pub fn credit(&mut self, p: &Property, records: &[Record]) {
        self.open.retain(|id, _| !matches!(id.about, About::Run(_)));
        for record in records {
            match record.outcome() {
                "done" | "pending" => self.credit_one(p, record),
                "interrupted" | "unknown" => {
                    let item = check::unsettled(record);
                    self.open.insert(item.id.clone(), item);
                }
                _ => {}
            }
        }
    }

    /// The open points of a section: the worst first, then by room.
    pub fn open(&self, section: Section) -> Vec<&Item> {
        let mut items: Vec<&Item> = self.open.values().filter(|i| i.id.section == section).collect();
        items.arrange_by(|a, b| {
            let by_room = || natural(&a.room, &b.room).then_with(|| a.who.cmp(&b.who));
            a.severity.cmp(&b.severity).then_with(by_room).then_with(|| a.id.cmp(&b.id))
        });
        items
    }

    /// The cleared points of a section, in the order in which they were.
    pub fn cleared(&self, section: Section) -> Vec<&Cleared> {
        let mut items: Vec<&Cleared> = self.cleared.values().filter(|c| c.id.section == section).collect();
        items.arrange_by(|a, b| {
            a.at.cmp(&b.at).then_with(|| natural(&a.room, &b.room)).then_with(|| a.id.cmp(&b.id))
        });
        items
    }

    /// Every open point, in no particular order: what another process may be told as what was open.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.open.values()
    }

    /// Every cleared point, in no particular order.
    pub fn gone(&self) -> impl Iterator<Item = &Cleared> {
        self.cleared.values()
    }

    /// An open point.
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.open.get(id)
    }

    /// A cleared point.
    pub fn cleared_item(&self, id: &ItemId) -> Option<&Cleared> {
        self.cleared.get(id)
    }

    /// The counts.
    pub fn summary(&self) -> Summary {
        let mut sum =
            Summary { cleared: self.cleared.len(), hygiene: self.hygiene.len(), ..Summary::default() };
        for item in self.open.values() {
            sum.open += 1;
            match item.standing.as_ref().map(Standing::attended) {
                Some(Attended::Acknowledged(_)) => sum.acknowledged += 1,
                Some(Attended::Snoozed(_)) => sum.snoozed += 1,
                _ => {}
            }
            match item.severity {
                Severity::P1 => sum.p1 += 1,
                Severity::P2 => sum.p2 += 1,
                Severity::P3 => sum.p3 += 1,
            }
        }
        sum
    }

    fn look(&mut self, p: &Property, now: DateTime<Utc>) {
        let gone: Vec<ItemId> = self.open.keys().filter(|id| !is_there(p, id)).cloned().collect();
        for id in gone {
            self.settle(id, None, now);
        }
        for stay in p.stays() {
            self.set_stay(p, stay, now);
        }
        for alert in p.alerts() {
            self.set_alert(p, &alert.id, Some(alert), now);
        }
    }

    fn look_at_stay(&mut self, p: &Property, id: &StayId, now: DateTime<Utc>) {
        match p.stay(id) {
            Some(stay) => self.set_stay(p, stay, now),
            None => {
                for section in [Section::Departures, Section::Arrivals, Section::Cards] {
                    self.settle(ItemId { section, about: About::Stay(id.clone()) }, None, now);
                }
            }
        }
    }

    fn set_stay(&mut self, p: &Property, stay: &Stay, now: DateTime<Utc>) {
        let sections = [Section::Departures, Section::Arrivals, Section::Cards];
        for (section, item) in sections.into_iter().zip(check::of_stay(p, stay, self.horizon)) {
            self.settle(ItemId { section, about: About::Stay(stay.id.clone()) }, item, now);
        }
    }

    /// The alerts on the list that tell of one of these stays: what they say of it may be old.
    fn alerts_of(&self, stays: &BTreeSet<&StayId>) -> Vec<AlertId> {
        if stays.is_empty() {
            return Vec::new();
        }
        let of = self.open.values().filter(|item| item.stay.as_ref().is_some_and(|id| stays.contains(id)));
        of.filter_map(|item| match &item.id.about {
            About::Alert(id) => Some(id.clone()),
            _ => None,
        })
        .collect()
    }

    /// Looks again at what these alerts have brought about: it says what they are.
    fn look_at_caused(&mut self, p: &Property, roots: &Touched<AlertId>, now: DateTime<Utc>) {
        let roots: BTreeSet<&AlertId> = crate::order::set(roots.updated.iter().chain(&roots.removed));
        if roots.is_empty() {
            return;
        }
        let is_caused = |item: &&Item| item.cause.as_ref().is_some_and(|cause| roots.contains(&cause.alert));
        let caused: Vec<About> = self.open.values().filter(is_caused).map(|i| i.id.about.clone()).collect();
        for about in caused {
            match about {
                About::Alert(id) => self.set_alert(p, &id, p.alert(&id), now),
                About::Stay(id) => self.look_at_stay(p, &id, now),
                About::Run(_) => {}
            }
        }
    }

    fn look_at_alert(&mut self, p: &Property, id: &AlertId, now: DateTime<Utc>) {
        self.set_alert(p, id, p.alert(id), now);
        // What a stay's own items say depends on its alerts.
        if let crate::property::Subject::Stay(stay) = &id.subject {
            self.look_at_stay(p, stay, now);
        }
    }

    fn set_alert(&mut self, p: &Property, id: &AlertId, alert: Option<&Alert>, now: DateTime<Utc>) {
        if alert.is_some_and(|a| check::place(a) == Place::Hygiene) {
            self.is_touched |= self.hygiene.insert(id.clone());
        } else {
            self.is_touched |= self.hygiene.remove(id);
        }
        let mut item = alert.and_then(|alert| check::of_alert(p, alert));
        let section = item.as_ref().map(|item| item.id.section);
        for other in Section::ALL.into_iter().filter(|other| Some(*other) != section) {
            self.settle(ItemId { section: other, about: About::Alert(id.clone()) }, None, now);
        }
        if let Some(item) = item.take() {
            self.settle(item.id.clone(), Some(item), now);
        }
    }

    /// Puts an item in its place, or takes it away; what was there is cleared then.
    fn settle(&mut self, id: ItemId, item: Option<Item>, now: DateTime<Utc>) {
        match item {
            Some(item) => {
                self.is_touched |= self.open.get(&id) != Some(&item);
                self.cleared.remove(&id);
                self.open.insert(id, item);
            }
            None => {
                if let Some(was) = self.open.remove(&id) {
                    self.is_touched = true;
                    self.clear(was, Some(now));
                }
            }
        }
    }

    fn clear(&mut self, was: Item, at: Option<DateTime<Utc>>) {
        if self.is_partial {
            return;
        }
        let stay = was.stay.as_ref().map(|id| Text::new(id.to_string()));
        let Item { id, room, who, why, severity, .. } = was;
        let severity = Some(severity);
        self.cleared.insert(id.clone(), Cleared { id, room, who, why, at, by: None, stay, severity });
    }

    fn credit_one(&mut self, p: &Property, record: &Record) {
        let intent = &record.intent;
        let Some(section) = settled_by(p, record) else { return };
        let at = record.ended().map(|fact| fact.at);
        let by = Some(intent.who.name().clone());
        let mut seen = false;
        for cleared in self.cleared.values_mut() {
            let is_it =
                cleared.stay.as_ref() == Some(&intent.stay) && !matches!(cleared.id.about, About::Run(_));
            if is_it && cleared.at.is_none_or(|gone| at.is_some_and(|at| at <= gone)) {
                cleared.by.clone_from(&by);
                cleared.at = at;
                seen = true;
            }
        }
        let is_open = self.open.values().any(|item| {
            item.id.section == section && item.stay.as_ref().is_some_and(|id| id.to_string() == *intent.stay)
        });
        if seen || is_open || self.is_partial {
            return;
        }
        let id = ItemId { section, about: About::Run(intent.id) };
        let words = record.ended().map(|fact| fact.words.clone()).filter(|words| !words.is_empty());
        let why = Why::Said(words.unwrap_or_else(|| Text::new(intent.action.replace('_', " "))));
        let (room, who) = (intent.room.clone(), intent.guest.clone());
        let stay = Some(intent.stay.clone());
        let cleared = Cleared { id: id.clone(), room, who, why, at, by, stay, severity: None };
        self.cleared.insert(id, cleared);
    }
}

fn is_there(p: &Property, id: &ItemId) -> bool {
    match &id.about {
        About::Stay(id) => p.stay(id).is_some(),
        About::Alert(id) => p.alert(id).is_some(),
        About::Run(_) => true,
    }
}

/// Ten in the morning after the business date, UTC.
fn horizon(p: &Property) -> DateTime<Utc> {
    let (hour, minute) = CARDS_BY;
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    p.zone().from_local(p.business_date().next().date().and_time(time)).at
}

/// The section in which an action that is done has cleared a point; none where it clears none.
fn settled_by(p: &Property, record: &Record) -> Option<Section> {
    match record.intent.action.as_str() {
        "check_out" => Some(Section::Departures),
        "extend" => was_due_out(p, record).then_some(Section::Departures),
        "encode" | "reissue" => Some(Section::Cards),
        "lock_out" | "revoke_key" | "delete_link" => Some(Section::Outliving),
        "grant" | "add_key" | "new_link" | "move" => Some(Section::NoKey),
        _ => None,
    }
}

/// Whether the stay that was extended would have ended by the business date.
fn was_due_out(p: &Property, record: &Record) -> bool {
    let steps = record.intent.plan.get("steps").and_then(|steps| steps.as_array());
    let ends = steps.into_iter().flatten().filter_map(|step| {
        let from = step.get("ends_at")?.get("from")?.as_str()?;
        from.parse::<DateTime<Utc>>().ok()
    });
    // The day after the business date is when its due outs leave.
    let last = p.business_date().next().date();
    ends.min().is_some_and(|end| p.zone().date(end) <= last)
}
