//! The night audit, as it is drawn.

use insta::assert_snapshot;
use rstest::rstest;
use serde_json::json;

use super::{Hotel, Picture, night, press, type_in};
use crate::app::journal::{Answer, Asked, Told};
use crate::app::key::Key;
use crate::app::{App, Effect, Event};
use crate::journal::{IntentId, NightLog, Page, PageKind, Who};
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Theme;

fn both_sizes(name: &str, app: &App) {
    assert_snapshot!(format!("{name}_80x24"), Picture::of(app, 80, 24).text());
    assert_snapshot!(format!("{name}_120x40"), Picture::of(app, 120, 40).text());
}

/// The audit, open, with what the journal has of it.
fn audit(signed: bool) -> App {
    let mut app = Hotel::usual().app();
    app.settings.operator = Some("Maria".into());
    app.audit.dir = "/home/desk/.local/state/nightdesk".into();
    let effects = app.update(app.now(), Event::Key(Key::char('A')));
    let number = effects.list.iter().find_map(|effect| match effect {
        Effect::ReadJournal(ask) if matches!(ask.what, Asked::Night { .. }) => Some(ask.number),
        _ => None,
    });
    let page = Page {
        id: IntentId::fresh(),
        at: night() - chrono::TimeDelta::minutes(4),
        hotel: "workspace w".into(),
        kind: PageKind::Signed,
        date: app.property.business_date().date(),
        words: "3 open".into(),
        body: json!({}),
        who: Who { user: "maria".into(), ..Who::default() },
    };
    let log = NightLog { signed: signed.then_some(page).into_iter().collect(), ..NightLog::default() };
    let told = Ok(Told::Night(Some(Box::new(log))));
    app.update(app.now(), Event::Journal(Box::new(Answer { number: number.unwrap(), told })));
    let room = Picture::of(&app, 120, 40).room;
    app.update(app.now(), Event::Drawn(room));
    app
}

/// Keys between bars, text between them.
fn after(script: &str) -> App {
    let mut app = audit(false);
    for (i, part) in script.split('|').enumerate() {
        if i % 2 == 0 { press(&mut app, part) } else { type_in(&mut app, part) }
    }
    app
}

#[rstest]
#[case("audit", "")]
#[case("audit_marked", "j Space Space")]
#[case("audit_extend", "Space e Enter")]
#[case("audit_sign", "S Tab|412 has no key, ask Jonas|")]
#[case("audit_sign_file", "S Tab|412 has no key|Tab j")]
#[case("audit_sign_sure", "S Tab|412 has no key|Tab j Enter")]
#[case("audit_export", "E j")]
#[case("audit_roll", ": |roll|Enter")]
#[case("audit_roll_wrong", ": |roll|Enter|30|Enter")]
#[case("audit_roll_sure", ": |roll|Enter|23|Enter")]
fn the_audit(#[case] name: &str, #[case] script: &str) {
    both_sizes(name, &after(script));
}

#[test]
fn a_signed_audit_says_by_whom() {
    both_sizes("audit_signed", &audit(true));
    let text = Picture::of(&audit(true), 80, 24).text();
    assert!(text.contains("signed 03:10 by maria"), "{text}");
}

#[test]
fn all_sections_unfolded() {
    let mut app = audit(false);
    // Long enough for a course.
    app.update(app.now() + chrono::TimeDelta::seconds(90), Event::Tick);
    press(&mut app, "G");
    for _ in 0..10 {
        press(&mut app, "Right k");
    }
    both_sizes("audit_unfolded", &app);
    let ascii = Picture::in_theme(&app, 80, 24, &Theme::named("mono").unwrap(), &Glyphs::ASCII);
    assert_snapshot!("audit_ascii_80x24", ascii.text());
}

#[test]
fn an_export_that_differs() {
    let mut app = after("C|/home/desk/export.csv|Enter");
    both_sizes("compare_reads", &app);
    let csv = "room,guest,arrival,departure,status\n101,\"Abara, Chidi\",2026-11-20,2026-11-25,in house\n\
               999,\"Nobody, Known\",2026-11-21,2026-11-24,in house\nbroken,,someday,,\n";
    let rows = crate::report::read(csv.as_bytes(), &crate::config::PmsConfig::default()).unwrap();
    let export = crate::app::audit::compare::Export { file: "export.csv".into(), rows };
    app.update(app.now(), Event::ExportRead(Ok(export)));
    both_sizes("compare_shown", &app);
    let why = "/home/desk/export.csv: no column of rooms: name it in [pms.columns]";
    let mut app = after("C|/home/desk/export.csv|Enter");
    app.update(app.now(), Event::ExportRead(Err(why.into())));
    both_sizes("compare_refused", &app);
}
