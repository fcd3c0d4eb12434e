//! Between two rooms: what is open and what is not, where a move or a lock-out stands now.

use crate::desk::facts::{count, names};
use crate::desk::wish::NewGrant;
use crate::desk::{Action, Plan, Step};
use crate::property::Property;
use crate::text::Text;

/// A state nobody may be left in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HalfWay {
    /// "118 is cleared; 214 is not made yet: nobody of the reservation has a key."
    pub words: Text,
    /// Whether somebody who should have a key has none.
    pub nobody_in: bool,
}

/// Where a plan stands between the old access and the new, `done` telling which of its steps are over;
/// nothing before it begins and nothing once it has arrived.
pub fn half_way(p: &Property, plan: &Plan, done: impl Fn(usize) -> bool) -> Option<HalfWay> {
    if !matches!(plan.action, Action::Move | Action::LockOut) {
        return None;
    }
    let of = |wanted: fn(&Step) -> bool| -> Vec<bool> {
        plan.steps.iter().enumerate().filter(|(_, s)| wanted(s)).map(|(i, _)| done(i)).collect()
    };
    let deleted = of(|s| matches!(s, Step::DeleteGrant { .. }));
    let gone = of(|s| matches!(s, Step::ConfirmGone { .. }));
    let made = of(|s| matches!(s, Step::CreateGrant(_)));
    let issued = of(|s| matches!(s, Step::AwaitGranted { .. })).into_iter().all(|done| done);
    let clear_first = plan.steps.iter().find_map(|s| match s {
        Step::DeleteGrant { .. } => Some(true),
        Step::CreateGrant(_) => Some(false),
        _ => None,
    })?;
    let state = State { p, plan, cleared: all(&deleted) && all(&gone), made: all(&made), issued };
    let words = if clear_first {
        state.clear_first(&deleted, &made)?
    } else {
        state.make_first(made.contains(&true))?
    };
    let nobody_in = clear_first && !(state.made && issued);
    Some(HalfWay { words: Text::new(words), nobody_in })
}

fn all(done: &[bool]) -> bool {
    done.iter().all(|done| *done)
}

struct State<'a> {
    p: &'a Property,
    plan: &'a Plan,
    cleared: bool,
    made: bool,
    issued: bool,
}

impl State<'_> {
    fn clear_first(&self, deleted: &[bool], made: &[bool]) -> Option<String> {
        let (old, new) = (&self.plan.room, self.new_room());
        let revoked = deleted.iter().filter(|done| **done).count();
        if revoked == 0 {
            return None;
        }
        if !self.cleared {
            let of = count(deleted.len(), "grant");
            return Some(format!(
                "{old} is being cleared, {revoked} of {of} revoked; {new} is not made yet."
            ));
        }
        if !made.contains(&true) {
            return Some(format!(
                "{old} is cleared; {new} is not made yet: nobody of the reservation has a key."
            ));
        }
        if !self.made {
            let whose = |wanted: bool| {
                let grants = self.grants().zip(made).filter(|(_, done)| **done == wanted);
                names(grants.map(|(new, _)| &new.who))
            };
            return Some(format!(
                "{old} is cleared; {new} is made for {}, not yet for {}.",
                whose(true),
                whose(false)
            ));
        }
        (!self.issued).then(|| format!("{old} is cleared; {new} is made, but its keys are not issued yet."))
    }

    fn make_first(&self, begun: bool) -> Option<String> {
        let (old, new) = (&self.plan.room, self.new_room());
        (begun && !(self.made && self.cleared)).then(|| {
            let made = if self.made { "made" } else { "made in part" };
            format!("{new} is {made}; {old} is not cleared yet: its keys open as before.")
        })
    }

    fn grants(&self) -> impl Iterator<Item = &NewGrant> {
        self.plan.steps.iter().filter_map(|s| match s {
            Step::CreateGrant(new) => Some(&**new),
            _ => None,
        })
    }

    /// The room that is taken; for a lock-out the same one again.
    fn new_room(&self) -> Text {
        let to = self.grants().find_map(|new| new.moved.as_ref()).and_then(|moved| self.p.space(&moved.to));
        to.map_or_else(|| "the new access".into(), |room| room.name.clone())
    }
}
