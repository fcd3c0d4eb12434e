//! What a process that is gone left behind, as its journal tells it.

use chrono::{DateTime, Utc};

use super::{Plan, Step};
use crate::journal::{Fact, FactKind, IntentId, Record, Who};
use crate::seam::id::{AttemptId, EncoderId, MethodId};
use crate::text::Text;

/// How the names begin under which a fact keeps what a person must be told at the end.
pub(super) const NOTE: &str = "note_";

/// A run whose process is gone, and where it can be taken up.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfinished {
    /// The run in the journal.
    pub id: IntentId,
    /// When it was decided, UTC.
    pub at: DateTime<Utc>,
    /// Who decided it.
    pub who: Who,
    /// The plan as it was confirmed.
    pub plan: Plan,
    /// The first step that is not known to be over.
    pub from_step: usize,
    /// What the steps before brought forth, and what is known of this one.
    pub known: Known,
}

/// What the journal knows and the plan could not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Whether the step to go on with may have been sent: then it is read back, not sent again.
    pub in_doubt: bool,
    /// When it may first have been sent, UTC.
    pub sent_at: Option<DateTime<Utc>>,
    /// The encoding or unlocking that was answered, where that is the step in doubt.
    pub attempt: Option<AttemptId>,
    /// Where it was to be cut.
    pub encoder: Option<(EncoderId, Text)>,
    /// The method a step made, by the step's index.
    pub made: Vec<(usize, MethodId)>,
    /// Encoders on which the run has cut a card.
    pub used: Vec<EncoderId>,
    /// What had been accepted without reaching every lock.
    pub open: Vec<Text>,
    /// What a person must be told at the end.
    pub notes: Vec<Text>,
    /// How many facts this was read from; when there are more by now, it is no longer so.
    pub facts: usize,
}

impl Unfinished {
    /// Reads a record; none where it has ended or its plan cannot be read, for then nothing can be
    /// taken up.
    pub fn of(record: &Record) -> Option<Self> {
        let plan: Plan = serde_json::from_value(record.intent.plan.clone()).ok()?;
        if record.ended().is_some() {
            return None;
        }
        let over = |index: usize| {
            let mut all = of_step(&record.facts, index);
            all.any(|f| f.kind == FactKind::After && matches!(f.state.as_str(), "done" | "pending"))
        };
        let from_step = (0..plan.steps.len()).find(|index| !over(*index)).unwrap_or(plan.steps.len());
        let known = Known::of(&record.facts, from_step);
        let intent = &record.intent;
        Some(Self { id: intent.id, at: intent.at, who: intent.who.clone(), plan, from_step, known })
    }

    /// Where it stands: "118 Lindqvist, Ada: Extend, at step 2 of 3 (keys issued again)".
    pub fn words(&self) -> Text {
        let Plan { room, guest, steps, action, .. } = &self.plan;
        let step = steps.get(self.from_step).map(Step::words).unwrap_or_else(|| "nothing is left".into());
        let doubt = if self.known.in_doubt { ", which may have happened" } else { "" };
        let at = (self.from_step + 1).min(steps.len());
        Text::new(format!(
            "{room} {guest}: {}, at step {at} of {} ({step}{doubt})",
            action.word(),
            steps.len()
        ))
    }
}

impl Unfinished {
    /// Where it stopped: "card 2 of 3 was being cut on “Front desk 1”: it may have happened".
    pub fn stopped(&self) -> Text {
        let steps = self.plan.steps.len();
        let Some(step) = self.plan.steps.get(self.from_step) else {
            return "every step was over, only the end was not recorded".into();
        };
        let at = self.from_step + 1;
        Text::new(match (step, self.known.in_doubt) {
            (Step::Encode { card, encoder_name, .. }, true) => {
                let encoder = self.known.encoder.as_ref().map_or(encoder_name, |(_, name)| name);
                format!("{card} was being cut on “{encoder}”: it may have happened")
            }
            (Step::Encode { card, .. }, false) => format!("before {card} was cut, step {at} of {steps}"),
            (step, true) => {
                format!("step {at} of {steps} had been sent, {}: it may have happened", step.words())
            }
            (step, false) => format!("before the end of step {at} of {steps}, {}", step.words()),
        })
    }
}

impl Known {
    fn of(facts: &[Fact], from: usize) -> Self {
        let mut known = Self { facts: facts.len(), ..Self::default() };
        for fact in facts {
            for (_, note) in fact.ids.iter().filter(|(name, _)| name.starts_with(NOTE)) {
                if !known.notes.contains(note) {
                    known.notes.push(note.clone());
                }
            }
            let Some(step) = fact.step else { continue };
            let id = |name: &str| fact.ids.get(name).map(Text::as_str);
            let encoder = id("acs_encoder_id").map(EncoderId::new);
            match fact.kind {
                FactKind::After if fact.state == "pending" => known.open.push(fact.words.clone()),
                FactKind::After if fact.state == "done" => {
                    known.made.extend(id("made_access_method_id").map(|made| (step, MethodId::new(made))));
                    known.used.extend(encoder);
                }
                FactKind::Sending if step == from => {
                    known.sent_at.get_or_insert(fact.at);
                    known.attempt = None;
                    let name = id("acs_encoder_name").unwrap_or_default();
                    known.encoder = encoder.map(|encoder| (encoder, name.into()));
                }
                FactKind::Answered if step == from && fact.state == "accepted" => {
                    known.attempt = id("action_attempt_id").map(AttemptId::new);
                }
                FactKind::After if step == from && fact.state == "failed" => known.attempt = None,
                _ => {}
            }
        }
        // One that was refused each time it was sent has certainly not happened.
        let mut sent = of_step(facts, from).filter(|f| f.kind == FactKind::Sending).count();
        sent -= of_step(facts, from)
            .filter(|f| f.kind == FactKind::Answered && f.state == "refused")
            .count()
            .min(sent);
        known.in_doubt = sent > 0;
        known
    }
}

fn of_step(facts: &[Fact], index: usize) -> impl Iterator<Item = &Fact> {
    facts.iter().filter(move |f| f.step == Some(index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::{Action, MethodRef};
    use crate::journal::{Ids, Intent};
    use crate::property::StayId;
    use crate::seam::id::GrantId;

    fn at() -> DateTime<Utc> {
        "2026-11-23T02:14:00Z".parse().unwrap()
    }

    fn plan() -> Plan {
        let cut = |method: MethodRef| Step::Encode {
            method,
            encoder: EncoderId::new("desk1"),
            encoder_name: "Front desk 1".into(),
            card: "the card".into(),
            grants: vec![GrantId::new("g")],
        };
        let steps = vec![
            Step::RequestCard { grant: GrantId::new("g"), known: Vec::new() },
            cut(MethodRef::MadeBy(0)),
            cut(MethodRef::Known(MethodId::new("m2"))),
        ];
        Plan {
            cards: Vec::new(),
            action: Action::Reissue,
            stay: StayId::single(GrantId::new("g")),
            guest: "Ada".into(),
            room: "118".into(),
            takes_away: false,
            preview: Vec::new(),
            commands: Vec::new(),
            steps,
        }
    }

    fn left(facts: Vec<Fact>) -> Unfinished {
        let intent = Intent {
            id: IntentId::fresh(),
            at: at(),
            hotel: "harbour".into(),
            action: "reissue".into(),
            stay: "g".into(),
            guest: "Ada".into(),
            room: "118".into(),
            plan: serde_json::to_value(plan()).unwrap(),
            who: Who::default(),
        };
        Unfinished::of(&Record { intent, facts, running: false }).unwrap()
    }

    fn fact(kind: FactKind, step: usize, state: &str, ids: &[(&str, &str)]) -> Fact {
        let ids: Ids = ids.iter().map(|(name, id)| (Text::from(*name), Text::from(*id))).collect();
        Fact { ids, ..Fact::new(at(), kind).step(step).says(state, "words") }
    }

    #[test]
    fn what_was_begun_and_not_sent_is_in_no_doubt() {
        let left = left(vec![fact(FactKind::Before, 0, "", &[])]);
        assert_eq!((left.from_step, left.known.in_doubt, left.known.facts), (0, false, 1));
        assert_eq!(left.stopped(), "before the end of step 1 of 3, new card requested");
        assert_eq!(left.plan, plan());
    }

    #[test]
    fn what_was_sent_is_in_doubt_until_it_was_refused() {
        let sending = || fact(FactKind::Sending, 0, "", &[]);
        let answered = |state| fact(FactKind::Answered, 0, state, &[]);
        assert!(left(vec![sending()]).known.in_doubt);
        assert!(left(vec![sending(), answered("lost")]).known.in_doubt);
        assert!(left(vec![sending(), answered("accepted")]).known.in_doubt);
        assert!(!left(vec![sending(), answered("refused")]).known.in_doubt);
        assert!(left(vec![sending(), answered("lost"), sending(), answered("refused")]).known.in_doubt);
        assert!(left(vec![sending(), answered("refused"), sending()]).known.in_doubt);
    }

    #[test]
    fn what_was_brought_forth_is_remembered() {
        let left = left(vec![
            fact(FactKind::Sending, 0, "", &[]),
            fact(FactKind::After, 0, "done", &[("made_access_method_id", "m1")]),
            fact(
                FactKind::Sending,
                1,
                "",
                &[("acs_encoder_id", "desk1"), ("acs_encoder_name", "Front desk 1")],
            ),
            fact(FactKind::After, 1, "done", &[("acs_encoder_id", "desk1")]),
            fact(FactKind::Sending, 2, "", &[("acs_encoder_id", "desk2"), ("acs_encoder_name", "Spa")]),
            fact(FactKind::Answered, 2, "accepted", &[("action_attempt_id", "a7")]),
        ]);
        let known = &left.known;
        assert_eq!((left.from_step, known.in_doubt), (2, true));
        assert_eq!(known.made, [(0, MethodId::new("m1"))]);
        assert_eq!(known.used, [EncoderId::new("desk1")]);
        assert_eq!(known.attempt, Some(AttemptId::new("a7")));
        assert_eq!(known.encoder, Some((EncoderId::new("desk2"), "Spa".into())));
        assert!(left.words().contains("which may have happened"), "{}", left.words());
        assert_eq!(left.stopped(), "the card was being cut on “Spa”: it may have happened");
    }

    #[test]
    fn what_a_person_must_be_told_is_remembered_once() {
        let note = |kind| fact(kind, 0, "done", &[("note_0", "THE PIN IS ANOTHER")]);
        let left = left(vec![note(FactKind::Sending), note(FactKind::After)]);
        assert_eq!(left.known.notes, [Text::from("THE PIN IS ANOTHER")]);
    }

    #[test]
    fn a_door_is_asked_from_when_it_was_first_told() {
        let later = Fact { at: at() + chrono::TimeDelta::minutes(1), ..fact(FactKind::Sending, 0, "", &[]) };
        let left = left(vec![fact(FactKind::Sending, 0, "", &[]), later]);
        assert_eq!(left.known.sent_at, Some(at()));
    }

    #[test]
    fn an_encoding_that_failed_is_not_followed_again() {
        let left = left(vec![
            fact(FactKind::After, 0, "done", &[("made_access_method_id", "m1")]),
            fact(FactKind::Sending, 1, "", &[("acs_encoder_id", "desk1")]),
            fact(FactKind::Answered, 1, "accepted", &[("action_attempt_id", "a7")]),
            fact(FactKind::After, 1, "failed", &[]),
        ]);
        assert_eq!((left.from_step, &left.known.attempt), (1, &None));
    }
}
