//! Several guests stay longer, each by the same.

use chrono::{DateTime, Utc};

use crate::app::form::{Field, Form, Note};
use crate::desk::{Line, Plan, Refusal, Tone, extend};
use crate::property::{self, Property, Stay, StayId};
use crate::text::Text;

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
        let ends: Vec<_> = self.stays.iter().map(|id| end(id, form, p, now)).collect();
        let understood: Vec<_> = ends.iter().filter_map(|end| end.as_ref().ok().copied()).collect();
        let note = match ends.into_iter().find_map(Result::err) {
            Some(refusal) if understood.is_empty() => Note::Wrong(refusal.words.to_string()),
            _ => Note::Understood(words(&understood, p)),
        };
        form.note(UNTIL, note);
    }

    pub(super) fn plans(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Vec<Plan>, Refusal> {
        let Sorted { plans, left } = self.sort(form, p, now);
        match left.first() {
            Some(first) if plans.is_empty() => Err(Refusal::new(match left.len() {
                1 => first.words(),
                n => format!("Nobody can be extended. {} And {} more.", first.words(), n - 1),
            })),
            _ => Ok(plans),
        }
    }

    /// Who is left out, and why; nothing where nobody is.
    pub(super) fn summary(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Vec<Line> {
        let all = self.stays.len();
        let left = self.sort(form, p, now).left;
        let label = |at| if at == 0 { format!("{} of {all}", all - left.len()) } else { String::new() };
        let line = |(at, left): (usize, &Left)| Line::new(label(at), left.not(), Tone::Bad);
        left.iter().enumerate().map(line).collect()
    }

    /// One plan a party: who shares a reservation stays with it. Who cannot stay is left out.
    fn sort(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Sorted {
        let mut sorted = Sorted::default();
        for id in &self.stays {
            let is_joiner = |plan: &Plan| p.party(&plan.stay).iter().any(|joiner| joiner.id == *id);
            if sorted.plans.iter().any(is_joiner) {
                continue;
            }
            // Nor is a party torn apart: who shares the reservation of one who is left out is left out too.
            let with = |left: &&Left| p.party(&left.stay).iter().any(|joiner| joiner.id == *id);
            if let Some(why) = sorted.left.iter().find(with).map(|left| left.why.clone()) {
                sorted.left.push(Left::new(p, id, why));
                continue;
            }
            let planned = end(id, form, p, now).and_then(|(stay, end)| {
                let (stay, ends_at) = (stay.id.clone(), Some(end));
                extend::plan(p, &extend::ExtendAsk { stay, starts_at: None, ends_at, party: true }, now)
            });
            match planned {
                Ok(plan) => sorted.plans.push(plan),
                Err(refusal) => sorted.left.push(Left::new(p, id, refusal.words)),
            }
        }
        sorted
    }
}

/// The new end of a stay: what is typed is read from the end of its own.
fn end<'a>(
    id: &StayId,
    form: &Form,
    p: &'a Property,
    now: DateTime<Utc>,
) -> Result<(&'a Stay, DateTime<Utc>), Refusal> {
    let typed = form.text(UNTIL).trim();
    if typed.is_empty() {
        return Err(Refusal::new("type how much longer: +1d"));
    }
    let stay = p.stay(id).ok_or_else(super::gone)?;
    let parsed = property::parse(typed, stay.ends_at().unwrap_or(now), now, p.zone());
    parsed.map(|parsed| (stay, parsed.at)).map_err(|e| Refusal::new(e.to_string()))
}

/// Who stays longer, and who cannot.
#[derive(Debug, Default)]
struct Sorted {
    plans: Vec<Plan>,
    left: Vec<Left>,
}

/// Somebody who cannot stay longer.
#[derive(Debug)]
struct Left {
    stay: StayId,
    whom: Text,
    why: Text,
}

impl Left {
    fn new(p: &Property, id: &StayId, why: Text) -> Self {
        let whom = p.stay(id).map(|stay| format!("{} {}", stay.room, stay.name)).unwrap_or_default();
        Self { stay: id.clone(), whom: Text::new(whom.trim()), why }
    }

    fn words(&self) -> String {
        if self.whom.is_empty() { self.why.to_string() } else { format!("{}: {}", self.whom, self.why) }
    }

    /// "118 Lindqvist, Per not: …".
    fn not(&self) -> String {
        format!("{} not: {}", self.whom, self.why)
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
