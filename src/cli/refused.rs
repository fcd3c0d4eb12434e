//! What is said of an order for which there is no room.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::orders::Order;
use crate::app::Event;
use crate::app::audit::Saved;
use crate::app::away::AloneNews;
use crate::app::journal::{Answer, Ask};
use crate::desk::{Found, Outcome, Progress, ProgressKind, Reading, ReadingState, RunId};
use crate::text::Text;

const WHY: &str = "the desk is behind with a thousand orders";
const NEXT: &str = "Wait until the header is quiet, then do it again.";

/// Has an answer where it cannot be carried out.
pub(super) trait Refused {
    /// That nothing of it was done at `now`, in the event that would have told its end. Nothing where nobody waits
    /// for one.
    fn refused(self, now: DateTime<Utc>) -> Option<Event>;
}

impl Refused for Order {
    fn refused(self, now: DateTime<Utc>) -> Option<Event> {
        Some(match self {
            Self::Run(run, ..) | Self::Resume(run, _) => not_begun(run, now),
            Self::LeaveAsItIs(left) => Event::LeftAsItIs { left, why_not: Some(why()) },
            Self::WritePage(page) => Event::Page { kind: page.kind, date: page.date, told: Err(why()) },
            Self::Attend(new) => Event::Attended { notes: new.notes, told: Err(why()) },
            Self::ReadExport(_) => Event::ExportRead(Err(why())),
            Self::SaveReport(file) => {
                Event::Saved { path: Text::new(&file.path), saved: Saved::Failed(why()) }
            }
            Self::ReadCard(ask) => {
                let found = Found::Failed { kind: None, words: why(), next: NEXT.into() };
                let state = ReadingState::Ended { found, took: Duration::ZERO };
                Event::Reading(Reading { id: ask.id, at: now, state })
            }
            Self::FetchSecret(ask) => Event::SecretFetched { ask, told: Err(why()) },
            Self::Emergency => Event::Alone(AloneNews::NotBegun(why())),
            Self::Control(..) => Event::NotTaken(format!("Not heard: {WHY}. {NEXT}").into()),
            Self::Operator(_) => Event::NotTaken(format!("The name is not taken: {WHY}. {NEXT}").into()),
            Self::PollNow | Self::Front(_) | Self::Watch(_) | Self::StopReading(_) => return None,
        })
    }
}

/// The same for a question to the journal.
pub(super) fn unread(ask: &Ask) -> Event {
    Event::Journal(Box::new(Answer { number: ask.number, told: Err(why()) }))
}

fn not_begun(run: RunId, at: DateTime<Utc>) -> Event {
    let words = format!("Nothing was changed: {WHY}").into();
    let ended = Outcome::Failed { words, next: NEXT.into() };
    Event::Job(Progress { run, at, kind: ProgressKind::Ended(ended) })
}

fn why() -> Text {
    WHY.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::attend::NewNotes;
    use crate::app::audit::NewFile;
    use crate::app::journal::Asked;
    use crate::cli::notifier::Notifier;
    use crate::cli::orders::{MOST, Orders};
    use crate::clock::Clock;
    use crate::desk::{Control, Purpose, ReadingAsk, ReadingId};
    use crate::journal::From;
    use crate::seam::id::EncoderId;
    use crate::tui::driver::Hands;
    use tokio::sync::mpsc;

    /// Orders that nobody carries out, and the far ends that keep them open.
    fn orders() -> (Orders, mpsc::Receiver<Order>, mpsc::Receiver<Ask>) {
        let (order_out, orders) = mpsc::channel(MOST);
        let (ask_out, asks) = mpsc::channel(MOST);
        let (news, _) = mpsc::channel(1);
        let state: std::path::PathBuf = "/nowhere/at/all".into();
        let (view, _) = crate::cli::view::keeper(state.clone(), news.clone());
        let notifier = Notifier::new(&[]);
        let near =
            Orders { orders: order_out, asks: ask_out, notifier, news, state, view, clock: Clock::system() };
        (near, orders, asks)
    }

    fn ask() -> Ask {
        Ask { number: 7, what: Asked::Page { from: From::Newest, limit: 1, filter: String::new() } }
    }

    #[test]
    fn where_too_much_waits_each_is_told_that_nothing_was_done() {
        let (near, _orders, _asks) = orders();
        for n in 0..MOST as u64 {
            assert!(near.control(RunId(n), Control::Continue).is_none());
            assert!(near.read_journal(ask()).is_none());
        }
        let said = near.control(RunId(1), Control::StopAfterStep);
        assert!(matches!(said.as_deref(), Some(Event::NotTaken(_))), "{said:?}");
        let said = near.operator(Some("Maria".into()));
        assert!(
            matches!(said.as_deref(), Some(Event::NotTaken(words)) if words.contains("name")),
            "{said:?}"
        );
        let said = near.attend(NewNotes { notes: Vec::new(), operator: None });
        assert!(matches!(said.as_deref(), Some(Event::Attended { told: Err(_), .. })), "{said:?}");
        let said = near.save_report(NewFile { path: "a.txt".into(), text: String::new(), replace: false });
        assert!(
            matches!(said.as_deref(), Some(Event::Saved { path, saved: Saved::Failed(_) }) if *path == *"a.txt"),
            "{said:?}"
        );
        let reading = ReadingAsk {
            id: ReadingId(3),
            encoder: EncoderId::new("e"),
            encoder_name: "Front desk".into(),
            purpose: Purpose::Read,
        };
        let said = near.read_card(reading);
        assert!(matches!(said.as_deref(), Some(Event::Reading(told)) if told.id == ReadingId(3)), "{said:?}");
        let said = near.read_journal(ask());
        assert!(
            matches!(said.as_deref(), Some(Event::Journal(answer)) if answer.number == 7 && answer.told.is_err()),
            "{said:?}"
        );
        // What the pollers can do without.
        near.poll_now();
        near.front(true);
    }

    #[test]
    fn a_run_for_which_there_is_no_room_ends_with_nothing_changed() {
        let told = not_begun(RunId(5), Utc::now());
        let Event::Job(Progress {
            run: RunId(5),
            kind: ProgressKind::Ended(Outcome::Failed { words, next }),
            ..
        }) = told
        else {
            panic!("{told:?}")
        };
        assert!(words.contains("Nothing was changed") && !next.is_empty(), "{words}");
    }
}
