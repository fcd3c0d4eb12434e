//! Several guests stay longer, each by the same.

use chrono::{DateTime, Utc};

use crate::app::form::{Field, Form, Note};
use crate::desk::{Plan, Refusal, extend};
use crate::property::{self, Property, Stay, StayId};

const UNTIL: &str = "until";

/// Who stays longer.
#[derive(Clone, Debug)]
pub struct ExtendManyAsk {
    /// The stays, in the order of the list.
    pub stays: Vec<StayId>,
}

impl ExtendManyAsk {
    pub(super) fn form(&self) -> Form {
        Form::new(vec![Field::line(UNTIL, "+1d").hint("+1d, +2h, tomorrow 12:00")])
    }

    pub(super) fn annotate(&self, form: &mut Form, p: &Property, now: DateTime<Utc>) {
        let note = match self.ends(form, p, now) {
            Ok(ends) => Note::Understood(words(&ends, p)),
            Err(refusal) => Note::Wrong(refusal.words.to_string()),
        };
        form.note(UNTIL, note);
    }

    /// The new end of each stay: what is typed is read from the end of its own.
    fn ends<'a>(
        &self,
        form: &Form,
        p: &'a Property,
        now: DateTime<Utc>,
    ) -> Result<Vec<(&'a Stay, DateTime<Utc>)>, Refusal> {
        let typed = form.text(UNTIL).trim();
        if typed.is_empty() {
            return Err(Refusal::new("type how much longer: +1d"));
        }
        let end = |id: &StayId| {
            let stay = p.stay(id).ok_or_else(super::gone)?;
            let parsed = property::parse(typed, stay.ends_at.unwrap_or(now), now, p.zone())
                .map_err(|e| Refusal::new(e.to_string()))?;
            Ok((stay, parsed.at))
        };
        self.stays.iter().map(end).collect()
    }

    /// One plan a party: who shares a reservation stays with it.
    pub(super) fn plans(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Vec<Plan>, Refusal> {
        let mut plans: Vec<Plan> = Vec::new();
        for (stay, end) in self.ends(form, p, now)? {
            let is_joiner = |plan: &Plan| p.party(&plan.stay).iter().any(|joiner| joiner.id == stay.id);
            if plans.iter().any(is_joiner) {
                continue;
            }
            let ask =
                extend::ExtendAsk { stay: stay.id.clone(), starts_at: None, ends_at: Some(end), party: true };
            let plan = extend::plan(p, &ask, now).map_err(|refusal| {
                let whom = format!("{} {}", stay.room, stay.name);
                Refusal::new(format!(
                    "{}: {} Take the mark away, or choose another time.",
                    whom.trim(),
                    refusal.words
                ))
            })?;
            plans.push(plan);
        }
        Ok(plans)
    }
}

/// "Tue 24 Nov 11:00 CET", or from when to when where the stays end at different times.
fn words(ends: &[(&Stay, DateTime<Utc>)], p: &Property) -> String {
    let zone = p.zone();
    let stamp =
        |at: DateTime<Utc>| format!("{} {}", zone.local(at).format("%a %-d %b %H:%M"), zone.short(at));
    let first = ends.iter().map(|(_, at)| *at).min();
    let last = ends.iter().map(|(_, at)| *at).max();
    match (first, last) {
        (Some(first), Some(last)) if first != last => {
            format!("{} guests, each from their own end: {} to {}", ends.len(), stamp(first), stamp(last))
        }
        (Some(first), _) => format!("{} guests until {}", ends.len(), stamp(first)),
        _ => String::new(),
    }
}
