//! The record on the screen: the journal, what is unfinished, who else is at it, who is at the desk.

use chrono::{DateTime, TimeDelta, Utc};

use super::hotel::{Desk, night, stay};
use super::left::left;
use crate::app::journal::{Answer, Ask, Asked, Read, Told, Window};
use crate::app::layer::Layer;
use crate::app::{App, Effect, Effects, Event};
use crate::desk::{Progress, ProgressKind, StepState};
use crate::journal::{Entry, From, Hold, IntentId, Leaf, Place, Record, Who};

/// The journal of a test: entries by minute, the oldest first.
struct Book(Vec<Entry>);

fn entry(minute: i64, guest: &str, outcome: &str) -> Entry {
    Entry {
        id: IntentId::fresh(),
        at: night() + TimeDelta::minutes(minute),
        action: "check_out".into(),
        guest: guest.into(),
        room: "101".into(),
        who: Who { user: "maria".into(), ..Who::default() },
        taken_by: None,
        outcome: outcome.into(),
        words: "the access is revoked".into(),
    }
}

impl Book {
    fn of(count: i64) -> Self {
        Self((0..count).map(|n| entry(n, &format!("guest {n}"), "done")).collect())
    }

    /// What the journal answers, as the journal itself does.
    fn page(&self, from: From, limit: usize, filter: &str) -> Leaf {
        let beyond = |e: &&Entry| match from {
            From::Newest | From::Oldest => true,
            From::Before(place) => e.place() < place,
            From::After(place) => e.place() > place,
        };
        let up = matches!(from, From::Oldest | From::After(_));
        let mut all: Vec<&Entry> = self.0.iter().filter(beyond).collect();
        if !up {
            all.reverse();
        }
        let mut leaf = Leaf::default();
        let mut on: Option<Place> = None;
        let mut rest = all.into_iter();
        while leaf.entries.len() < limit {
            let Some(e) = rest.next() else {
                on = None;
                break;
            };
            on = Some(e.place());
            if e.guest.contains(filter) {
                leaf.entries.push(e.clone());
            }
        }
        leaf.on = on;
        if up {
            leaf.entries.reverse();
        }
        leaf
    }

    /// Answers everything that is asked until nothing is asked any more.
    fn answer(&self, desk: &mut Desk, effects: Effects) -> usize {
        let mut asks: Vec<Ask> = asked(effects);
        let mut answered = 0;
        while let Some(ask) = asks.pop() {
            answered += 1;
            let told = match ask.what {
                Asked::Page { from, limit, filter } => Told::Page(self.page(from, limit, &filter)),
                Asked::Whole(id) => Told::Whole(self.0.iter().find(|e| e.id == id).map(whole)),
                Asked::Night { .. } => Told::Night(None),
            };
            let answer = Answer { number: ask.number, told: Ok(told) };
            asks.extend(asked(desk.event(Event::Journal(Box::new(answer)))));
        }
        answered
    }
}

fn whole(entry: &Entry) -> Box<Record> {
    let intent = crate::journal::Intent {
        id: entry.id,
        at: entry.at,
        hotel: "harbour".into(),
        action: entry.action.clone(),
        stay: "s".into(),
        guest: entry.guest.clone(),
        room: entry.room.clone(),
        plan: serde_json::json!({}),
        who: entry.who.clone(),
    };
    Box::new(Record { intent, facts: Vec::new(), running: false })
}

fn asked(effects: Effects) -> Vec<Ask> {
    let ask = |effect| match effect {
        Effect::ReadJournal(ask) if !matches!(ask.what, Asked::Night { .. }) => Some(ask),
        _ => None,
    };
    effects.list.into_iter().filter_map(ask).collect()
}

fn window(app: &App) -> &Window {
    match app.layers.iter().find_map(|layer| if let Layer::Journal(w) = layer { Some(w) } else { None }) {
        Some(window) => window,
        None => panic!("the journal is closed"),
    }
}

fn under_cursor(desk: &Desk) -> String {
    let window = window(&desk.app);
    window.rows().get(window.cursor()).map(|e| e.guest.to_string()).unwrap_or_default()
}

fn opened(book: &Book) -> Desk {
    let mut desk = Desk::new();
    let effects = desk.press("J");
    book.answer(&mut desk, effects);
    desk
}

#[test]
fn ten_thousand_entries_are_travelled_through_and_never_kept() {
    let book = Book::of(10_000);
    let mut desk = opened(&book);
    assert_eq!(under_cursor(&desk), "guest 9999");
    for n in 1..=1_200 {
        let effects = desk.press("j");
        book.answer(&mut desk, effects);
        assert_eq!(under_cursor(&desk), format!("guest {}", 9_999 - n));
        assert!(window(&desk.app).rows().len() <= 500);
    }
    for n in (0..1_200).rev() {
        let effects = desk.press("k");
        book.answer(&mut desk, effects);
        assert_eq!(under_cursor(&desk), format!("guest {}", 9_999 - n));
    }
    let effects = desk.press("G");
    assert!(book.answer(&mut desk, effects) <= 3, "the way to the oldest is no walk");
    assert_eq!(under_cursor(&desk), "guest 0");
    let effects = desk.press("PgUp");
    book.answer(&mut desk, effects);
    assert_eq!(under_cursor(&desk), "guest 10");
    let effects = desk.press("g");
    book.answer(&mut desk, effects);
    assert_eq!(under_cursor(&desk), "guest 9999");
}

#[test]
fn what_is_new_appears_on_top_and_the_cursor_stays_on_its_entry() {
    let mut book = Book::of(150);
    let mut desk = opened(&book);
    book.0.push(entry(200, "new", "running"));
    let effects = desk.event(Event::Written);
    book.answer(&mut desk, effects);
    assert_eq!(under_cursor(&desk), "new", "nobody had moved the cursor");
    desk.press("j");
    book.0.last_mut().unwrap().outcome = "done".into();
    book.0.push(entry(201, "newer", "running"));
    let effects = desk.event(Event::Written);
    book.answer(&mut desk, effects);
    assert_eq!(under_cursor(&desk), "guest 149");
    let rows = window(&desk.app).rows();
    assert_eq!((rows[0].guest.as_str(), rows[1].outcome.as_str()), ("newer", "done"));
    assert_eq!(rows.len(), 102, "and everything below is still there");
    // More is new at once than a page holds: what does not follow on is not shown as if it did.
    for n in 0..300 {
        book.0.push(entry(300 + n, "many", "done"));
    }
    let effects = desk.event(Event::Written);
    book.answer(&mut desk, effects);
    let minutes: Vec<DateTime<Utc>> = window(&desk.app).rows().iter().map(|e| e.at).collect();
    assert!(minutes.windows(2).all(|pair| pair[0] > pair[1]), "in order and without a gap");
    assert!(minutes.windows(2).take(200).all(|pair| pair[0] - pair[1] == TimeDelta::minutes(1)));
}

#[test]
fn own_progress_is_seen_in_the_open_journal_at_once() {
    let mut desk = Desk::new();
    for key in ["j", "x"] {
        desk.press(key);
    }
    desk.wait(1);
    let effects = desk.press("y");
    let Some(Effect::Run(run, ..)) = effects.list.first().cloned() else { panic!("{effects:?}") };
    desk.press("Esc");
    let book = Book::of(3);
    let effects = desk.press("J");
    book.answer(&mut desk, effects);
    let state = StepState::Running { words: "revoking".into() };
    let kind = ProgressKind::Step { index: 0, state };
    let effects = desk.event(Event::Job(Progress { run, at: night(), kind }));
    assert_eq!(asked(effects).len(), 1);
}

#[test]
fn the_filter_asks_as_it_is_typed_and_esc_asks_for_all() {
    let book = Book::of(300);
    let mut desk = opened(&book);
    desk.press("/");
    for c in ["2", "9", "9"] {
        let effects = desk.press(c);
        book.answer(&mut desk, effects);
    }
    assert_eq!(window(&desk.app).rows().len(), 1);
    assert_eq!(under_cursor(&desk), "guest 299");
    // An answer to a question that nobody asks any more changes nothing.
    let late = asked(desk.press("Backspace")).remove(0);
    let effects = desk.press("Backspace");
    book.answer(&mut desk, effects);
    let rows = window(&desk.app).rows().len();
    let told = Ok(Told::Page(Leaf::default()));
    desk.event(Event::Journal(Box::new(Answer { number: late.number, told })));
    assert_eq!(window(&desk.app).rows().len(), rows);
    desk.press("Enter");
    assert!(!window(&desk.app).typing);
    let effects = desk.press("Esc");
    book.answer(&mut desk, effects);
    assert_eq!((window(&desk.app).filter.text(), under_cursor(&desk).as_str()), ("", "guest 299"));
    desk.press("Esc");
    assert!(desk.app.layers.is_empty());
}

#[test]
fn a_journal_that_cannot_be_read_says_so_and_is_tried_again() {
    let mut desk = Desk::new();
    let ask = asked(desk.press("J")).remove(0);
    let told = Err("journal.db: the journal is damaged".into());
    desk.event(Event::Journal(Box::new(Answer { number: ask.number, told })));
    assert!(window(&desk.app).failed.as_deref().is_some_and(|why| why.contains("damaged")));
    assert_eq!(desk.press("j").list, [], "there is nothing to travel through");
    let book = Book::of(3);
    let effects = desk.event(Event::Written);
    book.answer(&mut desk, effects);
    assert_eq!((&window(&desk.app).failed, under_cursor(&desk).as_str()), (&None, "guest 2"));
}

#[test]
fn an_entry_is_opened_whole_and_followed_until_it_ends() {
    let book = Book::of(3);
    let mut desk = opened(&book);
    let effects = desk.press("Enter");
    book.answer(&mut desk, effects);
    let Some(Layer::Entry(open)) = desk.app.top() else { panic!("{:?}", desk.app.top()) };
    assert!(matches!(&open.read, Read::Done(record, _) if record.intent.guest == "guest 2"));
    let again = asked(desk.event(Event::Written));
    assert!(again.iter().any(|ask| matches!(ask.what, Asked::Whole(_))), "{again:?}");
    desk.press("Esc");
    assert!(matches!(desk.app.top(), Some(Layer::Journal(_))));
}

fn hold(names: &[&str]) -> Hold {
    Hold {
        run: IntentId::fresh(),
        who: Who { user: "maria".into(), terminal: Some("pts/3".into()), ..Who::default() },
        place: "maria on pts/3".into(),
        since: night(),
        action: "extend".into(),
        stay: "somebody/else".into(),
        room: "102".into(),
        guest: "Lindqvist, Per".into(),
        names: names.iter().map(|name| (*name).into()).collect(),
    }
}

#[test]
fn a_stay_that_another_desk_is_at_is_refused_with_the_name() {
    let mut desk = Desk::new();
    let per = stay("g2", "per");
    let names = [format!("harbour stay {per}"), "harbour grant g2".to_owned()];
    // By the stay, and by one of its grants as where the other desk works on the whole party.
    for name in &names {
        let holds = vec![hold(&[name])];
        assert!(desk.event(Event::Others(holds.clone())).draw);
        assert!(!desk.event(Event::Others(holds)).draw, "nothing changed");
        desk.press("g");
        desk.press("j");
        desk.press("e");
        assert!(desk.app.layers.is_empty());
        assert_eq!(desk.says(), "maria on pts/3 is extending 102: wait until that is over.");
    }
    desk.press("g");
    desk.press("e");
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))), "another guest is free");
    desk.press("Esc");
    desk.event(Event::Others(Vec::new()));
    desk.press("j");
    desk.press("x");
    desk.wait(1);
    // Between opening and confirming, somebody else began.
    desk.event(Event::Others(vec![hold(&["harbour grant g2"])]));
    assert_eq!(desk.press("y").list, []);
    assert!(desk.says().contains("maria on pts/3"), "{}", desk.says());
}

#[test]
fn who_is_at_the_desk_is_asked_before_anything_else_and_can_be_changed() {
    let mut desk = Desk::new();
    let mut settings = desk.app.settings.clone();
    settings.ask_operator = true;
    desk.app = App::new(crate::property::Property::new(Default::default(), night()), settings.clone());
    assert_eq!(desk.press("q").list, [], "letters go into the name");
    desk.event(Event::Unfinished(vec![left()]));
    assert!(matches!(desk.app.top(), Some(Layer::Operator(_))), "one question at a time");
    desk.press("Backspace");
    desk.type_text(" Maria ");
    assert_eq!(desk.press("Enter").list, [Effect::Operator(Some("Maria".into()))]);
    assert_eq!(desk.app.settings.operator.as_deref(), Some("Maria"));
    assert!(matches!(desk.app.top(), Some(Layer::Unfinished(_))), "now there is room for it");
    desk.press("Esc");
    desk.press("O");
    desk.type_text("Jonas");
    desk.press("Esc");
    assert_eq!(desk.app.settings.operator.as_deref(), Some("Maria"), "Esc changes nothing");
    desk.press("O");
    desk.press("Backspace");
    assert_eq!(desk.press("Enter").list, [Effect::Operator(None)]);
    for known in [(true, None), (false, Some("Ada".into()))] {
        let settings = crate::app::Settings { read_only: known.0, operator: known.1, ..settings.clone() };
        let app = App::new(crate::property::Property::new(Default::default(), night()), settings);
        assert!(app.layers.is_empty());
    }
}
