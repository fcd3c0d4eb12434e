//! A small hotel as Seam answers for it, the program on it, and every picture it can make.

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::app::key::Key;
use nightdesk::app::keymap::Keymap;
use nightdesk::app::{App, Event, Settings};
use nightdesk::property::{Delta, Property, Records, Resource, Settings as Thresholds, Zone};
use nightdesk::sandbox::{Options, Sandbox};
use nightdesk::text;
use nightdesk::tui::glyphs::Glyphs;
use nightdesk::tui::theme::Theme;
use nightdesk::tui::views;
use nightdesk::tui::widgets::Look;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::panes::panes;

pub fn now() -> DateTime<Utc> {
    "2026-11-23T02:14:07Z".parse().unwrap()
}

/// Every list of the hotel by its key, as the simulated Seam answers.
pub fn answers() -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options =
            Options { rooms: 14, grants: 12, seed: 7, speed: 0.0, now: Some(now()), ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        // One provider for the process; the second test to come here finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut all = Map::new();
        let mut ask = async |path: &str, key: &str, body: Value| {
            let url = format!("{}{path}", sandbox.endpoint());
            let request = client.post(url).bearer_auth(sandbox.api_key().reveal());
            let sent = request.header("content-type", "application/json").body(body.to_string()).send();
            let answer: Value = serde_json::from_str(&sent.await.unwrap().text().await.unwrap()).unwrap();
            let found = answer[key].clone();
            assert!(!found.is_null(), "{path}: {answer}");
            all.insert(key.to_owned(), found.clone());
            found
        };
        ask("/workspaces/get", "workspace", json!({})).await;
        let systems = ask("/acs/systems/list", "acs_systems", json!({})).await;
        let ids: Vec<&Value> = systems.as_array().unwrap().iter().map(|s| &s["acs_system_id"]).collect();
        ask("/acs/encoders/list", "acs_encoders", json!({"acs_system_ids": ids})).await;
        ask("/spaces/list", "spaces", json!({})).await;
        ask("/acs/entrances/list", "acs_entrances", json!({})).await;
        ask("/devices/list", "devices", json!({})).await;
        ask("/user_identities/list", "user_identities", json!({})).await;
        let grants = ask("/access_grants/list", "access_grants", json!({})).await;
        let ids: Vec<&Value> = grants.as_array().unwrap().iter().map(|g| &g["access_grant_id"]).collect();
        ask("/access_methods/list", "access_methods", json!({"access_grant_id": ids[0]})).await;
        ask("/instant_keys/list", "instant_keys", json!({})).await;
        ask("/events/list", "events", json!({"since": now() - TimeDelta::hours(12)})).await;
        let truth = sandbox.control().truth();
        let methods: Vec<Value> =
            truth["methods"].as_array().unwrap().iter().map(|m| m["method"].clone()).collect();
        all.insert("access_methods".to_owned(), Value::from(methods));
        sandbox.shutdown().await;
        Value::Object(all)
    })
}

/// Of a list, the records that can be read.
fn read<T: DeserializeOwned>(answers: &Value, key: &str) -> Vec<T> {
    let list = answers[key].as_array().into_iter().flatten();
    list.filter_map(|record| serde_json::from_value(record.clone()).ok()).collect()
}

/// The program before it has read anything.
pub fn empty(thresholds: Thresholds) -> App {
    let settings = Settings {
        read_only: false,
        theme: "dark".into(),
        themes: Theme::names().map(str::to_owned).collect(),
        keymap: Keymap::new().unwrap(),
        encoder: None,
        own: Default::default(),
        sandbox: true,
        operator: None,
        ask_operator: false,
    };
    App::new(Property::new(thresholds, now()), settings)
}

pub fn thresholds() -> Thresholds {
    Thresholds { zone: Zone::named("Europe/Berlin"), ..Thresholds::default() }
}

/// The program on what can be read of these answers.
pub fn app_on(answers: &Value, thresholds: Thresholds) -> App {
    let mut app = empty(thresholds);
    let mut all = vec![
        Records::Systems(read(answers, "acs_systems")),
        Records::Spaces(read(answers, "spaces")),
        Records::Entrances(read(answers, "acs_entrances")),
        Records::Devices(read(answers, "devices")),
        Records::Encoders(read(answers, "acs_encoders")),
        Records::Identities(read(answers, "user_identities")),
        Records::Grants(read(answers, "access_grants")),
        Records::Methods(read(answers, "access_methods")),
        Records::InstantKeys(read(answers, "instant_keys")),
        Records::Events(read(answers, "events")),
    ];
    if let Ok(workspace) = serde_json::from_value(answers["workspace"].clone()) {
        all.push(Records::Workspace(workspace));
    }
    for records in all {
        app.update(now(), Event::Data(Delta::Read { records, as_of: now(), sweep: None }));
    }
    for what in Resource::ALL {
        app.update(now(), Event::Data(Delta::Checked { what, as_of: now() }));
    }
    app
}

/// Draws the program, looks at every cell, and tells it of the room there was.
pub fn draw(app: &mut App, width: u16, height: u16, theme: &Theme) {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    let (room, _) = views::render(app, Look { theme, glyphs: &Glyphs::UNICODE }, area, &mut buf);
    for cell in buf.content() {
        let symbol = cell.symbol();
        assert!(!symbol.chars().any(char::is_control), "{symbol:?} is on the screen");
        assert!(text::width(symbol) <= 2, "{symbol:?} is wider than a cell");
    }
    app.update(app.now(), Event::Drawn(room));
}

pub fn press(app: &mut App, key: &str) {
    let key: Key = key.parse().unwrap();
    app.update(app.now() + TimeDelta::milliseconds(400), Event::Key(key));
}

/// Every pane, the first stays whole, why their doors refuse, the audit: now and later.
pub fn look_everywhere(app: &mut App) {
    let theme = Theme::named("dark").unwrap();
    for later in [TimeDelta::zero(), TimeDelta::hours(9), TimeDelta::days(400)] {
        app.update(now() + later, Event::Tick);
        for (title, rows, there) in panes(app) {
            assert_eq!(rows, there, "{title} lists other rows than there are, {later} on");
        }
        for keys in
            ["1", "2", "3", "4", "1 Enter", "w", "Esc Esc 4 Enter", "Esc e", "Esc x", "Esc m", "Esc A"]
        {
            for key in keys.split(' ') {
                press(app, key);
            }
            draw(app, 80, 24, &theme);
        }
        draw(app, 200, 60, &theme);
        for _ in 0..4 {
            press(app, "Esc");
        }
    }
}
