//! Check out everybody who is due out, but for those left out.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::app::form::{Choice, Field, Form, Note};
use crate::app::rows::natural;
use crate::desk::check_out::{self, CheckOutAsk, Leaver};
use crate::desk::{Line, Plan, Refusal};
use crate::order::Arrange as _;
use crate::property::{Property, StayId};
use crate::text::Text;

const WHO: &str = "who leaves";
const COUNT: &str = "how many";

/// All who are due out or overstay.
#[derive(Clone, Debug)]
pub struct CheckOutDueAsk {
    /// Those the desk is at work on already, who are not asked about.
    pub busy: BTreeSet<StayId>,
}

impl CheckOutDueAsk {
    /// Those whose PIN no revocation reaches first, then by room.
    fn leavers(&self, p: &Property) -> Vec<Leaver> {
        let mut all = check_out::due(p);
        all.retain(|l| !self.busy.contains(&l.stay));
        all.arrange_by(|a, b| {
            let by_pin = a.fixed_pin.is_none().cmp(&b.fixed_pin.is_none());
            by_pin.then_with(|| natural(&a.room, &b.room)).then_with(|| a.stay.cmp(&b.stay))
        });
        all
    }

    pub(super) fn form(&self, p: &Property) -> Result<Form, Refusal> {
        let leavers = self.leavers(p);
        if leavers.is_empty() {
            return Err(Refusal::new("Nobody is due out, and nobody overstays."));
        }
        let ids = leavers.iter().map(id).collect();
        let choice = |l: Leaver| {
            let stays = l.fixed_pin.as_ref().map(|lock| Text::new(format!("PIN stays on {lock}")));
            Choice::new(&l.stay, format!("{}: {}", l.who, l.words)).but(stays)
        };
        let choices = leavers.into_iter().map(choice).collect();
        Ok(Form::new(vec![Field::ticks(WHO, choices, ids), Field::line(COUNT, "")]))
    }

    /// Those who are ticked, in the order of the list.
    fn ticked(&self, form: &Form, p: &Property) -> Vec<StayId> {
        let ticked = form.ticked(WHO);
        self.leavers(p).into_iter().filter(|l| ticked.contains(&id(l))).map(|l| l.stay).collect()
    }

    pub(super) fn annotate(&self, form: &mut Form, p: &Property) {
        let stays = self.ticked(form, p);
        let said: Vec<String> =
            check_out::left_over(p, &stays).iter().map(|l| format!("{} {}", l.label, l.text)).collect();
        let who = if said.is_empty() { Note::None } else { Note::Understood(said.join(" · ")) };
        form.note(WHO, who);
        let note = match counted(form, stays.len()) {
            Ok(()) => Note::Understood("Enter shows what happens".to_owned()),
            Err(_) if form.text(COUNT).trim().is_empty() => Note::Understood(format!(
                "Space leaves somebody out; type {} to say that these leave",
                stays.len()
            )),
            Err(_) => Note::Wrong(format!("that is not {}", stays.len())),
        };
        form.note(COUNT, note);
    }

    pub(super) fn plans(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Vec<Plan>, Refusal> {
        let stays = self.ticked(form, p);
        counted(form, stays.len())?;
        plans(p, &stays, now)
    }

    pub(super) fn summary(&self, form: &Form, p: &Property) -> Vec<Line> {
        check_out::left_over(p, &self.ticked(form, p))
    }
}

fn id(leaver: &Leaver) -> Text {
    Text::new(leaver.stay.to_string())
}

fn counted(form: &Form, need: usize) -> Result<(), Refusal> {
    match form.text(COUNT).trim().parse::<usize>() {
        _ if need == 0 => Err(Refusal::new("Nobody is ticked: Space ticks a guest.")),
        Ok(typed) if typed == need => Ok(()),
        _ => Err(Refusal::new(format!("Type {need}: so many guests are ticked."))),
    }
}

/// One plan a reservation where all of it leaves, else one a guest: who was left out keeps access.
fn plans(p: &Property, stays: &[StayId], now: DateTime<Utc>) -> Result<Vec<Plan>, Refusal> {
    let leaves = |id: &StayId| stays.contains(id);
    let mut covered: BTreeSet<StayId> = BTreeSet::new();
    let mut plans = Vec::new();
    for stay in stays {
        if covered.contains(stay) {
            continue;
        }
        let party = p.party(stay);
        let whole_party = party.iter().all(|joiner| leaves(&joiner.id));
        if whole_party {
            covered.extend(party.iter().map(|joiner| joiner.id.clone()));
        }
        plans.push(check_out::plan(p, &CheckOutAsk { stay: stay.clone(), whole_party }, now)?);
    }
    Ok(plans)
}
