//! The night audit: what is listed, what keys aim at, and what is put in writing.

use serde_json::json;

use super::hotel::{Desk, grant, night, stay};
use crate::app::audit::{NewPage, RowId, Saved};
use crate::app::journal::{Answer, Asked, Told};
use crate::app::layer::Layer;
use crate::app::{Effect, Effects, Event};
use crate::journal::{Fact, FactKind, Intent, IntentId, NightLog, Page, PageKind, Record, Who};
use crate::report::{About, Section};
use crate::text::Text;

pub(super) fn asked(effects: &Effects) -> Option<u64> {
    effects.list.iter().rev().find_map(|effect| match effect {
        Effect::ReadJournal(ask) if matches!(ask.what, Asked::Night { .. }) => Some(ask.number),
        _ => None,
    })
}

fn written(effects: &Effects) -> Option<&NewPage> {
    effects.list.iter().find_map(|effect| match effect {
        Effect::WritePage(page) => Some(&**page),
        _ => None,
    })
}

/// Answers a question about the night.
pub(super) fn answer(desk: &mut Desk, number: u64, log: NightLog) -> Effects {
    let told = Ok(Told::Night(Some(Box::new(log))));
    desk.event(Event::Journal(Box::new(Answer { number, told })))
}

/// The page as a journal gives it back.
pub(super) fn kept(page: &NewPage, who: &str) -> Page {
    let NewPage { kind, at, date, words, body, .. } = page.clone();
    let who = Who { user: who.into(), ..Who::default() };
    Page { id: IntentId::fresh(), at, hotel: "workspace w".into(), kind, date, words, body, who }
}

/// A desk with two guests who should have left: Ada in 101 and Zofia in 104.
pub(super) fn two() -> Desk {
    let mut desk = Desk::new();
    for delta in grant("g0", "zoe", "104", "2026-11-21T10:00:00Z", 0) {
        desk.data(delta);
    }
    desk
}

/// The audit, open; the journal knew nothing. Returns what was remembered of its beginning.
pub(super) fn open(desk: &mut Desk) -> NewPage {
    let number = asked(&desk.press("A")).expect("the journal is asked");
    let effects = answer(desk, number, NightLog::default());
    written(&effects).expect("what is open is remembered").clone()
}

pub(super) fn rows(desk: &Desk) -> Vec<String> {
    let night = desk.app.audit.night().unwrap();
    let words = |row: &RowId| match row {
        RowId::Section(section) => format!("# {}", section.name()),
        RowId::Item(id) if night.item(id).is_some() => night.item(id).unwrap().who.to_string(),
        RowId::Item(id) => format!("cleared {}", night.cleared_item(id).unwrap().who),
    };
    desk.app.audit.list.rows().iter().map(words).collect()
}

fn selected(desk: &Desk) -> Option<About> {
    match desk.app.audit.list.selected()? {
        RowId::Item(id) => Some(id.about.clone()),
        RowId::Section(_) => None,
    }
}

#[test]
fn the_first_section_that_is_open_is_unfolded_and_enter_folds_it() {
    let mut desk = two();
    open(&mut desk);
    assert_eq!(&rows(&desk)[..3], ["# departures", "Okafor, Ada", "Dąbrowska, Zofia"]);
    desk.press("Enter");
    assert_eq!(&rows(&desk)[..2], ["# departures", "# arrivals"]);
    desk.press("Right");
    desk.press("j");
    assert_eq!(selected(&desk), Some(About::Stay(stay("g1", "ada"))));
    desk.press("Left");
    assert_eq!(desk.app.audit.list.selected(), Some(&RowId::Section(Section::Departures)));
    assert_eq!(rows(&desk).len(), Section::ALL.len());
}

#[test]
fn a_cleared_point_stays_where_it_stands_and_the_cursor_on_it() {
    let mut desk = two();
    open(&mut desk);
    desk.press("j");
    assert_eq!(desk.app.audit.progress(), Some((0, desk.app.audit.night().unwrap().summary().open)));
    let (_, of) = desk.app.audit.progress().unwrap();
    desk.gone("g1");
    assert_eq!(&rows(&desk)[..3], ["# departures", "cleared Okafor, Ada", "Dąbrowska, Zofia"]);
    assert_eq!(selected(&desk), Some(About::Stay(stay("g1", "ada"))));
    assert_eq!(desk.app.selected_stay(), None, "nothing is aimed at");
    let count = desk.app.audit.list.count(Section::Departures);
    assert_eq!((count.open, count.cleared), (1, 1));
    let (cleared, still) = desk.app.audit.progress().unwrap();
    assert!(cleared > 0 && still == of, "{cleared} of {still}");
}

#[test]
fn a_refresh_never_moves_the_cursor_to_another_point() {
    let mut desk = two();
    open(&mut desk);
    desk.press("j");
    desk.press("j");
    assert_eq!(selected(&desk), Some(About::Stay(stay("g0", "zoe"))));
    for delta in grant("g4", "per", "101", "2026-11-21T10:00:00Z", 1) {
        desk.data(delta);
    }
    assert_eq!(selected(&desk), Some(About::Stay(stay("g0", "zoe"))));
}

#[test]
fn marked_points_leave_together_only_when_their_number_is_typed() {
    let mut desk = two();
    open(&mut desk);
    desk.press("j");
    desk.press("Space");
    desk.press("Space");
    assert_eq!(desk.app.targets(), [stay("g1", "ada"), stay("g0", "zoe")]);
    desk.press("x");
    desk.press("Enter");
    desk.wait(1);
    assert!(desk.press("y").list.is_empty());
    desk.press("Backspace");
    desk.type_text("2");
    desk.press("Enter");
    desk.wait(1);
    let effects = desk.press("y");
    assert!(matches!(effects.list.first(), Some(Effect::Run(..))), "{effects:?} {}", desk.says());
    assert_eq!(desk.app.jobs.all().len(), 2);
    assert!(desk.app.audit.list.marks().is_empty());
}

#[test]
fn marked_points_are_extended_each_from_their_own_end() {
    let mut desk = two();
    open(&mut desk);
    // A section marks all of its points.
    desk.press("Space");
    desk.press("e");
    desk.type_text("+2d");
    desk.press("Enter");
    let Some(Layer::Dialog(dialog)) = desk.app.top() else { panic!("{}", desk.says()) };
    assert!(matches!(dialog.stage, crate::app::dialog::Stage::Preview(_)), "{:?}", dialog.stage);
    desk.wait(1);
    desk.press("y");
    let plan = |job: &crate::app::jobs::Job| serde_json::to_string(&job.plan).unwrap();
    let ends: Vec<String> = desk.app.jobs.all().iter().map(plan).collect();
    assert_eq!(ends.len(), 2, "{}", desk.says());
    assert!(ends[1].contains("2026-11-23T10:00:00Z"), "{}", ends[1]);
}

#[test]
fn what_was_open_is_remembered_once_and_agreed_upon() {
    let mut desk = Desk::new();
    let first = open(&mut desk);
    assert_eq!(first.kind, PageKind::Opened);
    let of = first.body["items"].as_array().unwrap().len();
    assert_eq!(desk.app.audit.progress(), Some((0, of)));

    // Another desk, where one of them has gone in between.
    let mut other = Desk::new();
    other.gone("g1");
    let number = asked(&other.press("A")).unwrap();
    let log = NightLog { opened: Some(kept(&first, "maria")), ..NightLog::default() };
    let effects = answer(&mut other, number, log);
    assert!(written(&effects).is_none(), "it is written already");
    let (cleared, all) = other.app.audit.progress().unwrap();
    assert_eq!(all, of);
    assert!(cleared >= 1);
    let gone = other.app.audit.night().unwrap().cleared(Section::Departures);
    assert_eq!(gone[0].who, "Okafor, Ada");
}

#[test]
fn nothing_is_remembered_before_all_of_it_is_read() {
    let mut desk = Desk::unread();
    let number = asked(&desk.press("A")).unwrap();
    let effects = answer(&mut desk, number, NightLog::default());
    assert!(written(&effects).is_none());
    assert_eq!(desk.app.audit.progress(), None);
}

#[test]
fn a_cleared_point_names_who_cleared_it() {
    let mut desk = Desk::new();
    open(&mut desk);
    desk.gone("g1");
    let number = asked(&desk.event(Event::Written)).unwrap();
    let intent = Intent {
        id: IntentId::fresh(),
        at: night(),
        hotel: "workspace w".into(),
        action: "check_out".into(),
        stay: Text::new(stay("g1", "ada").to_string()),
        guest: "Okafor, Ada".into(),
        room: "101".into(),
        plan: json!({}),
        who: Who { user: "maria".into(), ..Who::default() },
    };
    let ended = Fact::new(night(), FactKind::Ended).says("done", "the access is revoked");
    let record = Record { intent, facts: vec![ended], running: false };
    answer(&mut desk, number, NightLog { records: vec![record], ..NightLog::default() });
    let gone = desk.app.audit.night().unwrap().cleared(Section::Departures);
    assert_eq!(gone[0].by.as_deref(), Some("maria"));
}

#[test]
fn the_sign_off_names_the_person_and_says_what_is_open() {
    let mut desk = Desk::new();
    desk.app.settings.operator = Some("Maria".into());
    open(&mut desk);
    desk.press("S");
    desk.press("Tab");
    desk.type_text("412 still has no key");
    desk.press("Enter");
    assert!(written(&desk.press("y")).is_none(), "nothing before it was read");
    desk.wait(1);
    let effects = desk.press("y");
    let page = written(&effects).expect("a page").clone();
    assert_eq!((page.kind, page.operator.as_deref()), (PageKind::Signed, Some("Maria")));
    assert_eq!(page.body["note"], "412 still has no key");
    let open = desk.app.audit.night().unwrap().summary().open;
    assert_eq!(page.body["open"], open);
    assert_eq!(page.body["items"].as_array().unwrap().len(), open);
    let date = page.date;
    let effects = desk.event(Event::Page { kind: page.kind, date, told: Ok(true) });
    assert!(matches!(desk.app.top(), Some(Layer::Audit)), "the box is closed");
    let log = NightLog { signed: vec![kept(&page, "maria")], ..NightLog::default() };
    answer(&mut desk, asked(&effects).unwrap(), log);
    assert_eq!(desk.app.audit.signed().unwrap().note(), "412 still has no key");
}

#[test]
fn a_page_that_cannot_be_written_leaves_the_box_open() {
    let mut desk = Desk::new();
    open(&mut desk);
    desk.press("S");
    desk.press("Enter");
    let Some(Layer::Paper(paper)) = desk.app.top() else { panic!() };
    assert_eq!(paper.stage, crate::app::audit::paper::Stage::Form(Some("who signs?".into())));
    desk.type_text("Jonas");
    desk.press("Enter");
    desk.wait(1);
    let effects = desk.press("y");
    let page = written(&effects).unwrap().clone();
    desk.event(Event::Page { kind: page.kind, date: page.date, told: Err("the disk is full".into()) });
    let Some(Layer::Paper(paper)) = desk.app.top() else { panic!() };
    assert_eq!(paper.stage, crate::app::audit::paper::Stage::Form(Some("the disk is full".into())));
}

fn saved(effects: &Effects) -> Option<(String, bool)> {
    effects.list.iter().find_map(|effect| match effect {
        Effect::SaveReport(file) => Some((file.path.clone(), file.replace)),
        _ => None,
    })
}

#[test]
fn a_report_never_takes_the_place_of_a_file_unasked() {
    let mut desk = Desk::new();
    desk.app.audit.dir = "/var/lib/desk".into();
    open(&mut desk);
    desk.press("E");
    desk.press("2");
    desk.press("Enter");
    desk.wait(1);
    let effects = desk.press("y");
    let date = desk.app.property.business_date().date();
    let path = format!("/var/lib/desk/audit-{date}.md");
    assert_eq!(saved(&effects), Some((path.clone(), false)));
    desk.event(Event::Saved { path: Text::new(&path), saved: Saved::Taken });
    desk.drawn();
    desk.wait(1);
    assert!(saved(&desk.press("Enter")).is_none(), "Enter is Cancel");
    desk.press("E");
    desk.press("2");
    desk.press("Enter");
    desk.wait(1);
    desk.press("y");
    desk.event(Event::Saved { path: Text::new(&path), saved: Saved::Taken });
    desk.wait(1);
    assert_eq!(saved(&desk.press("y")), Some((path.clone(), true)));
    desk.event(Event::Saved { path: Text::new(&path), saved: Saved::Done });
    assert!(matches!(desk.app.top(), Some(Layer::Audit)));
    assert_eq!(desk.says(), format!("Report written: {path}"));
}

#[test]
fn the_date_rolls_only_when_its_day_is_typed_and_the_journal_has_it() {
    let mut desk = Desk::new();
    open(&mut desk);
    let date = desk.app.property.business_date();
    let day = date.next().date().format("%-d").to_string();
    desk.press(":");
    desk.type_text("roll");
    desk.press("Enter");
    desk.press("Enter");
    assert!(written(&desk.press("y")).is_none());
    desk.press("Backspace");
    desk.type_text(&day);
    desk.press("Enter");
    desk.wait(1);
    let effects = desk.press("y");
    let page = written(&effects).expect("a page").clone();
    assert_eq!((page.kind, page.date), (PageKind::Rolled, date.date()));
    assert_eq!(desk.app.property.business_date(), date, "not before it is written");
    desk.event(Event::Page { kind: PageKind::Rolled, date: page.date, told: Ok(true) });
    assert_eq!(desk.app.property.business_date(), date.next());
    desk.wait(60 * 60 * 48);
    assert_eq!(desk.app.property.business_date(), date.next(), "never by itself");
}

#[test]
fn another_desk_hears_of_the_roll() {
    let mut desk = Desk::new();
    let date = desk.app.property.business_date();
    let number = asked(&desk.event(Event::Written)).unwrap();
    answer(&mut desk, number, NightLog::default());
    let page = NewPage {
        kind: PageKind::Rolled,
        at: night(),
        date: date.date(),
        words: "rolled".into(),
        body: json!({}),
        operator: None,
    };
    let number = asked(&desk.event(Event::Written)).unwrap();
    answer(&mut desk, number, NightLog { rolled: Some(kept(&page, "maria")), ..NightLog::default() });
    assert_eq!(desk.app.property.business_date(), date.next());
    assert!(desk.says().contains("maria rolled the business date"), "{}", desk.says());
}

#[test]
fn a_desk_that_starts_takes_the_date_from_the_journal() {
    let mut desk = Desk::new();
    let date = desk.app.property.business_date();
    let before = date.date().pred_opt().unwrap().pred_opt().unwrap();
    let page = NewPage {
        kind: PageKind::Rolled,
        at: night() - chrono::TimeDelta::hours(20),
        date: before,
        words: "rolled".into(),
        body: json!({}),
        operator: None,
    };
    let number = asked(&desk.event(Event::Written)).unwrap();
    let log = NightLog { rolled: Some(kept(&page, "maria")), ..NightLog::default() };
    answer(&mut desk, number, log);
    assert_eq!(Some(desk.app.property.business_date().date()), date.date().pred_opt(), "nobody rolled since");
}

#[test]
fn a_read_only_desk_signs_and_rolls_nothing_and_still_exports() {
    let mut desk = Desk::new();
    desk.app.settings.read_only = true;
    let number = asked(&desk.press("A")).unwrap();
    let effects = answer(&mut desk, number, NightLog::default());
    assert!(written(&effects).is_none());
    assert!(desk.app.audit.progress().is_some());
    desk.press("S");
    assert_eq!(desk.says(), "sign-audit: this desk is read-only");
    desk.press("E");
    assert!(matches!(desk.app.top(), Some(Layer::Paper(_))));
}
