//! Whatever Seam's document can say is said in words somewhere on the screen, also where Seam has none; what
//! nobody knows is shown as it came.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::hotel::{Hotel, id};
use super::variants::{Variant, failures, variants};
use super::{Picture, night, press};
use crate::app::App;
use crate::desk::trouble;
use crate::property::{Property, Records, StayId};
use crate::text::Text;
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Theme;
use crate::tui::views::details;
use crate::tui::widgets::Look;

fn record<T: DeserializeOwned>(value: Value) -> Vec<T> {
    vec![serde_json::from_value(value).unwrap()]
}

/// A notice or a mutation without a word of Seam's own.
fn bare(v: &Variant) -> Value {
    json!({ v.field.as_str(): v.code, "message": "", "created_at": "2026-11-23T01:40:00Z" })
}

/// The records of the first guest, with `v` on the one that can have it.
fn records(v: &Variant) -> Records {
    let on = |of: &str, mut value: Value| {
        if v.of == of && !v.list.is_empty() {
            value[v.list.as_str()] = json!([bare(v)]);
        }
        value
    };
    match v.of.as_str() {
        "access_grant" => Records::Grants(record(on(
            "access_grant",
            json!({
                "access_grant_id": id(7, 0), "user_identity_id": id(6, 0), "space_ids": [id(2, 0)],
                "access_method_ids": [id(8, 0)], "starts_at": "2026-11-22T14:00:00Z",
                "ends_at": "2026-11-24T10:00:00Z", "created_at": "2026-11-10T08:00:00Z",
                "requested_access_methods": [{"mode": "code"}],
            }),
        ))),
        "access_method" => {
            let mode = if v.field == "mode" { v.code.as_str() } else { "code" };
            Records::Methods(record(on(
                "access_method",
                json!({
                    "access_method_id": id(8, 0), "mode": mode, "is_issued": true,
                    "issued_at": "2026-11-22T14:00:00Z", "created_at": "2026-11-10T08:00:00Z",
                }),
            )))
        }
        "acs_system" => Records::Systems(record(on(
            "acs_system",
            json!({
                "acs_system_id": id(4, 0), "name": "Harbour locks", "external_type": "visionline_system",
                "location": {"time_zone": "Europe/Paris"},
            }),
        ))),
        "acs_entrance" => Records::Entrances(record(on(
            "acs_entrance",
            json!({
                "acs_entrance_id": id(3, 0), "acs_system_id": id(4, 0), "display_name": "Room 101",
                "space_ids": [id(2, 0)], "can_belong_to_reservation": true,
            }),
        ))),
        "acs_encoder" => Records::Encoders(record(on(
            "acs_encoder",
            json!({
                "acs_encoder_id": id(5, 0), "acs_system_id": id(4, 0), "display_name": "Front desk 1",
            }),
        ))),
        "device" => Records::Devices(record(on(
            "device",
            json!({"device_id": id(9, 0), "display_name": "Lock 101", "space_ids": [id(2, 0)]}),
        ))),
        "user_identity" => Records::Identities(record(on(
            "user_identity",
            json!({"user_identity_id": id(6, 0), "full_name": "Abara, Chidi"}),
        ))),
        "event" => Records::Events(record(json!({
            "event_id": "e", "event_type": v.code, "occurred_at": night(), "created_at": night(),
            "access_grant_id": id(7, 0), "access_method_id": id(8, 0), "device_id": id(9, 0),
            "acs_entrance_id": id(3, 0), "space_id": id(2, 0),
        }))),
        other => panic!("nobody here reads {other}"),
    }
}

fn first_stay(p: &Property) -> StayId {
    p.stays().find(|stay| stay.name == "Abara, Chidi").unwrap().id.clone()
}

/// Every line the screen can show of the first guest and of what is wrong in the house.
fn lines(app: &mut App) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    press(app, "4 z");
    all.extend(Picture::of(app, 220, 60).text().lines().map(str::to_owned));
    press(app, "3");
    all.extend(Picture::of(app, 220, 60).text().lines().map(str::to_owned));
    let theme = Theme::named("dark").unwrap();
    let look = Look { theme: &theme, glyphs: &Glyphs::UNICODE };
    let stay = first_stay(&app.property);
    all.extend(details::lines(app, &stay, look, 200).iter().map(ToString::to_string));
    all.into_iter().filter(|line| !line.trim().is_empty()).collect()
}

fn house(with: Option<&Variant>) -> App {
    let mut hotel = Hotel::usual();
    // The same records without it first, so that it is all that differs.
    if let Some(v) = with {
        let plain = Variant { list: String::new(), field: String::new(), ..v.clone() };
        if v.of != "event" {
            hotel.read(records(&plain));
        }
        hotel.read(records(v));
    }
    hotel.app()
}

/// What the screen says because of `v`.
fn said_of(v: &Variant) -> Vec<String> {
    let mut without = Hotel::usual();
    if v.of != "event" {
        let plain = Variant { list: String::new(), field: String::new(), ..v.clone() };
        without.read(records(&plain));
    }
    let before = lines(&mut without.app());
    lines(&mut house(Some(v))).into_iter().filter(|line| !before.contains(line)).collect()
}

/// All the program reads that has a name in the document.
fn all() -> Vec<Variant> {
    let lists = [
        ("access_grant", "errors", "error_code"),
        ("access_grant", "warnings", "warning_code"),
        ("access_grant", "pending_mutations", "mutation_code"),
        ("access_method", "errors", "error_code"),
        ("access_method", "warnings", "warning_code"),
        ("access_method", "pending_mutations", "mutation_code"),
        ("acs_system", "errors", "error_code"),
        ("acs_system", "warnings", "warning_code"),
        ("acs_entrance", "warnings", "warning_code"),
        ("acs_encoder", "errors", "error_code"),
        ("device", "errors", "error_code"),
        ("device", "warnings", "warning_code"),
        ("user_identity", "errors", "error_code"),
        ("user_identity", "warnings", "warning_code"),
        ("event", "", "event_type"),
    ];
    let found = lists.into_iter().flat_map(|(of, list, field)| {
        let found = variants(of, list, field);
        assert!(!found.is_empty(), "the document names no {field} of {of}.{list}");
        found
    });
    found.collect()
}

#[test]
fn whatever_the_document_names_is_said_in_words() {
    let mut mute = Vec::new();
    for v in all() {
        let said = said_of(&v);
        let is_bare = said.iter().any(|line| line.contains(&v.code));
        if said.is_empty() || is_bare {
            mute.push(format!("{} {} {}: {said:#?}", v.of, v.list, v.code));
        }
    }
    assert!(mute.is_empty(), "{} without words:\n{}", mute.len(), mute.join("\n"));
}

#[test]
fn every_mode_has_a_word_at_the_desk() {
    for v in variants("access_method", "", "mode") {
        let mut app = house(Some(&v));
        let all = lines(&mut app).into_iter().collect::<Vec<_>>().join("\n");
        let word = crate::seam::model::Mode::from(Text::new(&v.code)).word().to_owned();
        assert!(all.contains(&word), "{word} is nowhere on\n{all}");
        assert!(!all.contains("mobile_key") && !all.contains("cloud_key"), "{all}");
    }
}

#[test]
fn what_nobody_knows_is_shown_as_it_came() {
    for (of, list, field) in [
        ("access_grant", "warnings", "warning_code"),
        ("access_grant", "pending_mutations", "mutation_code"),
        ("access_method", "errors", "error_code"),
        ("acs_system", "errors", "error_code"),
        ("acs_entrance", "warnings", "warning_code"),
        ("acs_encoder", "errors", "error_code"),
        ("device", "errors", "error_code"),
        ("user_identity", "warnings", "warning_code"),
        ("event", "", "event_type"),
    ] {
        let code = "moon_in_the_wrong_house".to_owned();
        let v = Variant { of: of.into(), list: list.into(), field: field.into(), code };
        let said = said_of(&v).join("\n");
        assert!(said.contains("moon_in_the_wrong_house"), "{of} {list}: {said}");
    }
}

#[test]
fn every_attempt_that_failed_is_told_of_in_words() {
    let told = [
        ("ENCODE_CREDENTIAL", trouble::encoding as fn(&str, &str, &str) -> trouble::Trouble),
        ("SCAN_CREDENTIAL", trouble::scanning),
        ("ASSIGN_CREDENTIAL", trouble::assigning),
    ];
    for (kind, words) in told {
        let types = failures(kind);
        assert!(types.len() >= 3, "{kind}: {types:?}");
        // That no card lies there is what a reading finds, and no failure of it.
        let answers = |name: &String| kind == "SCAN_CREDENTIAL" && name == "no_credential_on_encoder";
        for name in types.iter().filter(|name| !answers(name)) {
            let said = words(name, "", "Front desk 1");
            assert!(!said.words.contains(name.as_str()), "{kind} {name}: {}", said.words);
            assert!(said.words.contains(' ') && said.next.contains(' '), "{kind} {name}: {}", said.words);
        }
        assert!(words("moon_in_the_wrong_house", "", "F").words.contains("moon_in_the_wrong_house"));
    }
}

#[test]
fn a_card_that_was_read_is_told_of_in_words() {
    let all = variants("acs_credential", "warnings", "warning_code");
    assert!(all.len() > 3, "{all:?}");
    let p = Hotel::usual().app().property;
    for v in all {
        let read = json!({
            "acs_credential_on_encoder": {"is_issued": true, "ends_at": "2026-11-24T10:00:00Z"},
            "acs_credential_on_seam": {"user_identity_id": id(6, 0), "ends_at": "2026-11-24T10:00:00Z",
                                       "warnings": [bare(&v)]},
        });
        let read = serde_json::from_value(read).unwrap();
        let face = crate::desk::scan::face(&p, &read, night());
        let said = face.lines.iter().find(|line| line.label == "Seam says").unwrap();
        assert!(!said.text.contains(&v.code) && said.text.contains(' '), "{}: {}", v.code, said.text);
    }
}
