//! The audit begun before everything has been read.

use super::audit::{answer, asked, kept, open, rows, two};
use super::hotel::{Desk, grant, house, night};
use crate::app::audit::RowId;
use crate::journal::NightLog;
use crate::property::{Delta, Resource};
use crate::report::Section;

fn whole(desk: &mut Desk) {
    for what in Resource::ALL {
        desk.data(Delta::Checked { what, as_of: night() });
    }
}

#[test]
fn what_was_only_unknown_is_never_called_cleared() {
    let mut first = two();
    let page = open(&mut first);

    // Opened while the guests are still being read; the journal answers before they are.
    let mut desk = Desk::unread();
    let number = asked(&desk.press("A")).unwrap();
    let log = NightLog { opened: Some(kept(&page, "maria")), ..NightLog::default() };
    answer(&mut desk, number, log);
    for delta in house() {
        desk.data(delta);
    }
    // Without their methods all of these have no key that opens, for as long as those are unread.
    for (id, guest, room) in [("g1", "ada", "101"), ("g0", "zoe", "104")] {
        let [grants, methods] = grant(id, guest, room, "2026-11-21T10:00:00Z", 0);
        desk.data(grants);
        desk.wait(1);
        desk.data(methods);
    }
    assert_eq!(desk.app.audit.night().unwrap().gone().count(), 0);
    assert_eq!(desk.app.audit.progress(), None);
    assert_eq!(rows(&desk).len(), Section::ALL.len(), "nothing is unfolded before it is known");
    desk.press("j");
    desk.press("j");
    whole(&mut desk);
    assert_eq!(&rows(&desk)[..3], ["# departures", "Okafor, Ada", "Dąbrowska, Zofia"]);
    assert_eq!(desk.app.audit.list.selected(), Some(&RowId::Section(Section::NoShows)), "the cursor stays");
    let (cleared, of) = desk.app.audit.progress().unwrap();
    assert_eq!(of, page.body["items"].as_array().unwrap().len());
    let gone = desk.app.audit.night().unwrap().cleared(Section::Departures);
    assert!(gone.is_empty(), "{gone:?}");
    assert_eq!(cleared, desk.app.audit.night().unwrap().gone().count());
}

#[test]
fn what_the_journal_told_too_early_is_told_again_when_all_is_read() {
    let mut first = two();
    let page = open(&mut first);
    let mut desk = Desk::unread();
    let number = asked(&desk.press("A")).unwrap();
    answer(&mut desk, number, NightLog { opened: Some(kept(&page, "maria")), ..NightLog::default() });
    for delta in house() {
        desk.data(delta);
    }
    // Only Zofia is still there: Ada has gone since the audit was begun.
    for delta in grant("g0", "zoe", "104", "2026-11-21T10:00:00Z", 0) {
        desk.data(delta);
    }
    whole(&mut desk);
    let gone = desk.app.audit.night().unwrap().cleared(Section::Departures);
    assert_eq!(gone.iter().map(|c| c.who.as_str()).collect::<Vec<_>>(), ["Okafor, Ada"]);
}
