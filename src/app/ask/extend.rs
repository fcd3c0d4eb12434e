//! The dates of a stay.

use chrono::{DateTime, Utc};

use crate::app::form::{Choice, Field, Form, Note};
use crate::desk::{Plan, Refusal, extend};
use crate::property::{self, Parsed, Property, StayId};

const FROM: &str = "from";
const UNTIL: &str = "until";
const PARTY: &str = "party";

/// Whose dates.
#[derive(Clone, Debug)]
pub struct ExtendAsk {
    /// The stay.
    pub stay: StayId,
}

impl ExtendAsk {
    pub(super) fn form(&self, p: &Property, now: DateTime<Utc>) -> Result<Form, Refusal> {
        let stay = p.stay(&self.stay).ok_or_else(super::gone)?;
        let mut fields = vec![Field::line(UNTIL, "+1d")];
        if stay.starts_at().is_some_and(|at| at > now) {
            fields.push(Field::line(FROM, ""));
        }
        let others = p.party(&self.stay).len() + 1;
        if others > 1 {
            let option = |words: String| Choice::plain(words);
            fields.push(Field::choice(
                PARTY,
                vec![
                    option(format!("all {others} guests of the reservation")),
                    option("only this guest".to_owned()),
                ],
                0,
            ));
        }
        Ok(Form::new(fields))
    }

    pub(super) fn annotate(&self, form: &mut Form, p: &Property, now: DateTime<Utc>) {
        for label in [UNTIL, FROM] {
            let note = match self.instant(label, form, p, now) {
                Ok(None) => Note::None,
                Ok(Some(Parsed { at, note: remark })) => {
                    let zone = p.zone();
                    let mut words =
                        format!("{} {}", zone.local(at).format("%a %-d %b %Y %H:%M"), zone.short(at));
                    if let Some(remark) = remark {
                        words.push_str(&format!(" · {remark}"));
                    }
                    Note::Understood(words)
                }
                Err(refusal) => Note::Wrong(refusal.words.to_string()),
            };
            form.note(label, note);
        }
    }

    /// What is typed, as an instant; nothing where the field is empty or absent.
    fn instant(
        &self,
        label: &str,
        form: &Form,
        p: &Property,
        now: DateTime<Utc>,
    ) -> Result<Option<Parsed>, Refusal> {
        let typed = form.text(label).trim();
        let Some(stay) = p.stay(&self.stay) else { return Err(super::gone()) };
        if typed.is_empty() {
            return Ok(None);
        }
        let base = if label == FROM { stay.starts_at() } else { stay.ends_at() };
        property::parse(typed, base.unwrap_or(now), now, p.zone())
            .map(Some)
            .map_err(|e| Refusal::new(e.to_string()))
    }

    pub(super) fn plan(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Plan, Refusal> {
        let ends_at = self.instant(UNTIL, form, p, now)?.map(|parsed| parsed.at);
        let starts_at = self.instant(FROM, form, p, now)?.map(|parsed| parsed.at);
        let party = form.chosen(PARTY).is_none_or(|at| at == 0);
        let ask = extend::ExtendAsk { stay: self.stay.clone(), starts_at, ends_at, party };
        extend::plan(p, &ask, now)
    }
}
