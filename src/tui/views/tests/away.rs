//! The store that the desks share is away: what every screen says of it, and the question of the emergency path.

use chrono::TimeDelta;
use insta::assert_snapshot;
use rstest::rstest;

use super::{Hotel, Picture, night, press};
use crate::app::away::AloneNews;
use crate::app::{App, Event};
use crate::journal::{Hold, IntentId, Who};
use crate::relay::Standing;

fn app() -> App {
    let mut app = Hotel::usual().app();
    let hold = Hold {
        run: IntentId::fresh(),
        who: Who::default(),
        place: "maria@desk-2".into(),
        since: night(),
        action: "extend".into(),
        stay: "x".into(),
        room: "118".into(),
        guest: "Okafor, Ada".into(),
        names: Vec::new(),
    };
    let at = app.now();
    app.update(at, Event::Others(vec![hold]));
    let why = "postgres://desk@db.example/nightdesk: the shared store does not answer: connection refused";
    let since = at - TimeDelta::minutes(4);
    app.update(at, Event::Relayed(Standing::Away { since, why: why.into() }));
    app
}

#[rstest]
#[case(80, 24)]
#[case(120, 40)]
fn it_is_said_in_the_header_and_asked_about(#[case] width: u16, #[case] height: u16) {
    let mut app = app();
    let header =
        |app: &App| Picture::of(app, width, height).text().lines().next().unwrap_or_default().to_owned();
    assert!(header(&app).contains("STORE AWAY"), "{}", header(&app));
    press(&mut app, ": e m e r g e n c y Enter");
    press(&mut app, "y e s Enter");
    assert_snapshot!(format!("away_{width}x{height}"), Picture::of(&app, width, height).text());
    press(&mut app, "Esc");
    let at = app.now();
    app.update(at, Event::Alone(AloneNews::Begun));
    assert!(header(&app).contains("EMERGENCY") && !header(&app).contains("AWAY"), "{}", header(&app));
    app.update(at, Event::Alone(AloneNews::Back));
    assert!(header(&app).contains("MERGING"), "{}", header(&app));
    app.update(at, Event::Relayed(Standing::Following { whom: "jo@desk-2".into() }));
    app.update(at, Event::Alone(AloneNews::Merged { entries: 2, clashes: Vec::new() }));
    assert!(!header(&app).contains("MERGING") && !header(&app).contains("EMERGENCY"), "{}", header(&app));
}
