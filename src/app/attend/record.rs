//! What was said about alerts, as the journal keeps it and as the hotel takes it.

use crate::journal::{Remark, Who};
use crate::property::{Note, Said, Severity};
use crate::text::Text;

/// Notes that are to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotes {
    /// One for each alert.
    pub notes: Vec<Note>,
    /// In whose name; none where nobody gave one.
    pub operator: Option<Text>,
}

const ACKNOWLEDGED: &str = "acknowledged";
const SNOOZED: &str = "snoozed";
const WITHDRAWN: &str = "withdrawn";

/// A note as the journal keeps it.
pub fn remark(note: &Note, who: &Who) -> Remark {
    let (said, until) = match note.said {
        Said::Acknowledged => (ACKNOWLEDGED, None),
        Said::Snoozed { until } => (SNOOZED, Some(until)),
        Said::Withdrawn => (WITHDRAWN, None),
    };
    Remark {
        alert: Text::new(note.alert.to_string()),
        said: said.into(),
        at: note.at,
        until,
        severity: note.severity.word().into(),
        since: note.since,
        reason: note.reason.clone(),
        who: who.clone(),
    }
}

/// The note that a remark is; none where it says something this program does not know.
pub fn note(remark: &Remark) -> Option<Note> {
    let said = match (remark.said.as_str(), remark.until) {
        (ACKNOWLEDGED, _) => Said::Acknowledged,
        (SNOOZED, Some(until)) => Said::Snoozed { until },
        (WITHDRAWN, _) => Said::Withdrawn,
        _ => return None,
    };
    let severities = [Severity::P1, Severity::P2, Severity::P3];
    Some(Note {
        alert: remark.alert.parse().ok()?,
        said,
        at: remark.at,
        by: remark.who.name().clone(),
        reason: remark.reason.clone(),
        severity: severities.into_iter().find(|severity| remark.severity == *severity.word())?,
        since: remark.since,
    })
}

/// The notes that remarks are, in their order.
pub fn notes(remarks: &[Remark]) -> Vec<Note> {
    remarks.iter().filter_map(note).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::property::{AlertId, Rule, Subject};
    use crate::seam::id::DeviceId;

    #[test]
    fn a_note_goes_into_the_journal_and_comes_back_the_same() {
        let at = "2026-11-23T02:10:00Z".parse().unwrap();
        let until = "2026-11-23T05:00:00Z".parse().unwrap();
        let who = Who { user: "root".into(), operator: Some("maria".into()), ..Who::default() };
        for said in [Said::Acknowledged, Said::Snoozed { until }, Said::Withdrawn] {
            let made = Note {
                alert: AlertId { rule: Rule::DoorOffline, subject: Subject::Lock(DeviceId::new("d118")) },
                said,
                at,
                by: "maria".into(),
                reason: "the porter is on his way".into(),
                severity: Severity::P2,
                since: at,
            };
            assert_eq!(note(&remark(&made, &who)), Some(made));
        }
    }

    #[test]
    fn what_a_newer_program_said_is_left_alone() {
        let at = "2026-11-23T02:10:00Z".parse().unwrap();
        let known = Remark {
            alert: "door-offline:lock:d118".into(),
            said: "acknowledged".into(),
            at,
            until: None,
            severity: "P2".into(),
            since: at,
            reason: "seen".into(),
            who: Who::default(),
        };
        assert!(note(&known).is_some());
        for odd in [
            Remark { said: "delegated".into(), ..known.clone() },
            Remark { said: "snoozed".into(), ..known.clone() },
            Remark { severity: "P0".into(), ..known.clone() },
            Remark { alert: "window".into(), ..known },
        ] {
            assert_eq!(note(&odd), None, "{odd:?}");
        }
    }
}
