//! The journal, what is unfinished, who else is at it, who is at the desk.

use insta::assert_snapshot;

use super::{Hotel, Picture, night, press, type_in};
use crate::app::journal::{Answer, Told};
use crate::app::{App, Effect, Event, Settings};
use crate::desk::{Action, Known, MethodRef, Plan, Step, Unfinished};
use crate::journal::{Entry, Fact, FactKind, Hold, Intent, IntentId, Leaf, Place, Record, Who};
use crate::property::StayId;
use crate::seam::id::{EncoderId, GrantId, MethodId};

fn both_sizes(name: &str, app: &App) {
    assert_snapshot!(format!("{name}_80x24"), Picture::of(app, 80, 24).text());
    assert_snapshot!(format!("{name}_120x40"), Picture::of(app, 120, 40).text());
}

/// An id that is the same in every picture.
fn id(n: u32) -> IntentId {
    serde_json::from_value(format!("019ab000-0000-7000-8000-{n:012x}").into()).unwrap()
}

fn maria() -> Who {
    Who {
        user: "root".into(),
        operator: Some("Maria".into()),
        host: "desk".into(),
        process: 4_711,
        version: "0.1.0".into(),
        origin: Some("192.0.2.7".into()),
        terminal: Some("pts/3".into()),
    }
}

fn jonas() -> Who {
    Who {
        user: "jonas".into(),
        host: "desk".into(),
        process: 815,
        terminal: Some("tty2".into()),
        ..Who::default()
    }
}

fn entries() -> Vec<Entry> {
    let lines = [
        ("reissue", "101", "Abara, Chidi", "running", ""),
        (
            "extend",
            "118",
            "Lindqvist, Per",
            "done",
            "118 Lindqvist, Per: the new dates are set; 2 cards for the encoder",
        ),
        (
            "check_out",
            "230",
            "Ōe, Kenzaburō",
            "pending",
            "230 Ōe, Kenzaburō: the access is revoked, but not at every lock yet",
        ),
        (
            "encode",
            "103",
            "Castellanos y Montemayor, María",
            "failed",
            "no card on the encoder. Not done: cut the card.",
        ),
        ("new_link", "102", "Berg, Astrid", "done", "share https://ik.example/secret with the guest"),
        ("unlock", "412", "Okafor, Ada", "interrupted", ""),
        ("move", "207", "中村 ゆい", "left", "left as it is by jonas: at step 2 of 7"),
    ];
    let entry = |(n, (action, room, guest, outcome, words)): (usize, (&str, &str, &str, &str, &str))| Entry {
        id: id(u32::try_from(n).unwrap()),
        at: night() - chrono::TimeDelta::minutes(i64::try_from(n * n * 97).unwrap()),
        action: action.into(),
        guest: guest.into(),
        room: room.into(),
        who: if n % 2 == 0 { maria() } else { jonas() },
        taken_by: (n == 1).then(|| "Maria".into()),
        outcome: outcome.into(),
        words: words.into(),
    };
    lines.into_iter().enumerate().map(entry).collect()
}

/// Opens the journal and answers what it asks.
fn journal(told: Result<Leaf, &str>) -> App {
    let mut app = Hotel::usual().app();
    let effects = app.update(app.now(), Event::Key("J".parse().unwrap()));
    answer(&mut app, effects.list, told.map(Told::Page).map_err(Into::into));
    app
}

fn answer(app: &mut App, effects: Vec<Effect>, told: Result<Told, crate::text::Text>) {
    for effect in effects {
        let Effect::ReadJournal(ask) = effect else { continue };
        let answer = Answer { number: ask.number, told: told.clone() };
        app.update(app.now(), Event::Journal(Box::new(answer)));
    }
}

#[test]
fn the_journal_lists_what_was_done() {
    let on = Some(Place { at: night(), id: id(99) });
    let mut app = journal(Ok(Leaf { entries: entries(), on }));
    press(&mut app, "j");
    both_sizes("journal", &app);
    assert!(!Picture::of(&app, 200, 60).text().contains("secret"), "a link is a key");
    press(&mut app, "/");
    type_in(&mut app, "lind");
    both_sizes("journal_filter", &app);
    assert!(Picture::of(&app, 80, 24).cursor.is_some());
}

#[test]
fn a_journal_of_nothing_and_one_that_cannot_be_read() {
    both_sizes("journal_nothing", &journal(Ok(Leaf::default())));
    let why = "/var/lib/nightdesk/journal.db: the journal is damaged (database disk image is malformed): put it aside and keep it";
    both_sizes("journal_damaged", &journal(Err(why)));
    let mut app = Hotel::usual().app();
    press(&mut app, "J");
    assert!(Picture::of(&app, 80, 24).text().contains("reading the journal"));
}

fn steps() -> Vec<Step> {
    let cut = |card: &str| Step::Encode {
        method: MethodRef::Known(MethodId::new("m")),
        encoder: EncoderId::new("enc"),
        encoder_name: "Front desk 1".into(),
        card: card.into(),
        grants: vec![GrantId::new("g")],
    };
    vec![
        Step::RequestCard { grant: GrantId::new("g"), known: Vec::new() },
        cut("card 1 of 2"),
        cut("card 2 of 2"),
    ]
}

fn plan() -> Plan {
    Plan {
        cards: Vec::new(),
        action: Action::Reissue,
        stay: StayId::single(GrantId::new("g")),
        guest: "Lindqvist, Per".into(),
        room: "118".into(),
        takes_away: false,
        preview: Vec::new(),
        commands: Vec::new(),
        steps: steps(),
    }
}

/// A lost card whose first half was done by Maria and whose second by Jonas.
fn halves() -> Record {
    let at = |seconds: i64| night() - chrono::TimeDelta::seconds(300 - seconds);
    let fact = |seconds: i64, kind: FactKind, step: usize| Fact::new(at(seconds), kind).step(step);
    let request = |fact: Fact, id: &str| Fact { request_id: Some(id.into()), ..fact };
    let taken =
        Fact { ids: jonas().ids(), ..Fact::new(at(90), FactKind::Taken).says("taken", "taken up by jonas") };
    let cutting = |seconds, step| {
        let fact = fact(seconds, FactKind::Sending, step).says("/access_methods/encode", "cut the card");
        fact.id("acs_encoder_name", "Front desk 1")
    };
    let facts = vec![
        fact(0, FactKind::Before, 0),
        fact(0, FactKind::Sending, 0).says("/access_grants/request_access_methods", "new card requested"),
        fact(9, FactKind::Answered, 0).says("lost", "no answer within 10 s"),
        fact(12, FactKind::After, 0).says("done", "new card prepared"),
        fact(12, FactKind::Before, 1),
        cutting(13, 1),
        request(fact(13, FactKind::Answered, 1).says("accepted", ""), "req_7f3a")
            .id("action_attempt_id", "a-1"),
        fact(17, FactKind::After, 1).says("done", "card 1 of 2 is cut"),
        fact(17, FactKind::Before, 2),
        cutting(18, 2),
        taken,
        fact(92, FactKind::After, 2).says("done", "card 2 of 2 is cut, see https://ik.example/x"),
        Fact::new(at(93), FactKind::Ended)
            .says("done", "118 Lindqvist, Per: the new card is cut and the lost one retired"),
    ];
    let intent = Intent {
        id: id(7),
        at: at(0),
        hotel: "harbour".into(),
        action: "reissue".into(),
        stay: "g".into(),
        guest: "Lindqvist, Per".into(),
        room: "118".into(),
        plan: serde_json::to_value(plan()).unwrap(),
        who: maria(),
    };
    Record { intent, facts, running: false }
}

#[test]
fn an_entry_tells_every_step_who_did_it_and_how_a_doubt_was_settled() {
    let mut app = journal(Ok(Leaf { entries: entries(), on: None }));
    let effects = app.update(app.now(), Event::Key("Enter".parse().unwrap()));
    answer(&mut app, effects.list, Ok(Told::Whole(Some(Box::new(halves())))));
    both_sizes("entry", &app);
    let whole = Picture::of(&app, 120, 60).text();
    for said in [
        "by           Maria (user root) on pts/3 at desk",
        "request req_7f3a",
        "unknown whether it happened",
        "Taken up by jonas on tty2 at desk",
        "settled by looking: it had happened",
    ] {
        assert!(whole.contains(said), "{said}\n{whole}");
    }
    assert!(!whole.contains("ik.example"), "a link is a key");
}

fn left() -> Vec<Unfinished> {
    let known = Known { in_doubt: true, ..Known::default() };
    let one = Unfinished {
        id: id(1),
        at: night() - chrono::TimeDelta::minutes(4),
        who: maria(),
        plan: plan(),
        from_step: 2,
        known,
    };
    let other =
        Plan { action: Action::CheckOut, guest: "Ōe, Kenzaburō".into(), room: "230".into(), ..plan() };
    let other = Unfinished {
        id: id(2),
        who: jonas(),
        plan: other,
        from_step: 0,
        known: Known::default(),
        ..one.clone()
    };
    vec![one, other]
}

#[test]
fn what_was_left_is_listed_with_what_can_be_done() {
    let mut app = Hotel::usual().app();
    app.update(app.now(), Event::Unfinished(left()));
    both_sizes("unfinished", &app);
    press(&mut app, "j l");
    both_sizes("unfinished_leave", &app);
    press(&mut app, "Esc Esc");
    both_sizes("unfinished_later", &app);
    press(&mut app, "d");
    assert!(Picture::of(&app, 80, 24).text().contains("2 unfinished (D)"));
    press(&mut app, "D Enter");
    both_sizes("taken_up", &app);
}

#[test]
fn who_else_is_at_it_is_seen_in_the_list_and_on_the_page_of_the_guest() {
    let mut app = Hotel::usual().app();
    let stay = app.board.guests.rows().get(1).unwrap().clone();
    let hold = Hold {
        run: id(3),
        who: maria(),
        place: maria().place(),
        since: night() - chrono::TimeDelta::seconds(40),
        action: "extend".into(),
        stay: stay.to_string().into(),
        room: "102".into(),
        guest: "Berg, Astrid".into(),
        names: Vec::new(),
    };
    app.update(app.now(), Event::Others(vec![hold]));
    both_sizes("others", &app);
    press(&mut app, "j Enter");
    let page = Picture::of(&app, 120, 40).text();
    assert!(page.contains("at it now    Maria on pts/3 is extending 102, since 03:13:27"), "{page}");
}

#[test]
fn who_is_at_the_desk_is_asked() {
    let app = Hotel::usual().app();
    let settings = Settings { ask_operator: true, ..app.settings.clone() };
    let mut app = App::new(app.property, settings);
    both_sizes("operator", &app);
    type_in(&mut app, "Maria");
    assert!(Picture::of(&app, 80, 24).text().contains("name Maria"));
}
