//! Check out: one guest, or several that are marked.

use chrono::{DateTime, Utc};

use crate::app::form::{Choice, Field, Form, Note};
use crate::desk::{Plan, Refusal, check_out};
use crate::property::{Property, StayId};

const COUNT: &str = "how many";
const PARTY: &str = "party";

/// Who leaves.
#[derive(Clone, Debug)]
pub struct CheckOutAsk {
    /// The stays, in the order of the pane.
    pub stays: Vec<StayId>,
}

impl CheckOutAsk {
    pub(super) fn form(&self, p: &Property) -> Result<Form, Refusal> {
        if self.stays.len() > 1 {
            return Ok(Form::new(vec![Field::line(COUNT, "")]));
        }
        let party = self.stays.first().map_or(1, |stay| p.party(stay).len() + 1);
        if party < 2 {
            return Ok(Form::default());
        }
        let option = |words: String| Choice::plain(words);
        let options = vec![
            option(format!("all {party} guests of the reservation")),
            option("only this guest".to_owned()),
        ];
        Ok(Form::new(vec![Field::choice(PARTY, options, 0)]))
    }

    pub(super) fn annotate(&self, form: &mut Form) {
        if self.stays.len() > 1 {
            let note = match self.counted(form) {
                Ok(()) => Note::Understood(format!("{} guests, then Enter", self.stays.len())),
                Err(_) if form.text(COUNT).trim().is_empty() => {
                    Note::Understood(format!("type {} to say that all of them leave", self.stays.len()))
                }
                Err(refusal) => Note::Wrong(refusal.words.to_string()),
            };
            form.note(COUNT, note);
        }
    }

    /// Several guests leave only when their number is typed.
    fn counted(&self, form: &Form) -> Result<(), Refusal> {
        let need = self.stays.len();
        if need > 1 && form.text(COUNT).trim().parse() != Ok(need) {
            return Err(Refusal::new(format!(
                "{need} guests are marked: type {need} to say that all of them leave"
            )));
        }
        Ok(())
    }

    pub(super) fn plans(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Vec<Plan>, Refusal> {
        self.counted(form)?;
        let whole_party = form.chosen(PARTY).is_none_or(|at| at == 0);
        let mut plans: Vec<Plan> = Vec::new();
        for stay in &self.stays {
            // A marked joiner may already leave with the guest marked before.
            let covered = self.stays.len() > 1
                && plans.iter().any(|plan| p.party(&plan.stay).iter().any(|joiner| joiner.id == *stay));
            if !covered {
                plans.push(check_out::plan(
                    p,
                    &check_out::CheckOutAsk { stay: stay.clone(), whole_party },
                    now,
                )?);
            }
        }
        Ok(plans)
    }
}
