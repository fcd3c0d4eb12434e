//! The audit in every format, byte for byte.

use insta::assert_snapshot;
use serde_json::Value;

use super::{hotel, now, record};
use crate::property::{Fix, Property};
use crate::report::{Audit, Format, Hidden, Note, Unread, Verdict};
use crate::text::width;

async fn audit() -> (Property, Audit) {
    let p = hotel().await;
    let records = [
        record(
            1,
            "check_out",
            ("gone/HH-1", "211", "=cmd|' /C calc'!A0 \u{1b}[2J"),
            Some("211: the access is revoked"),
        ),
        record(2, "extend", ("gone/HH-2", "118", "Lindqvist, Per"), None),
        record(3, "encode", ("gone/HH-3", "305", "Okafor | Ada"), Some("1 card is cut")),
    ];
    let mut audit = Audit::new(&p, &records, "2026-11-22T17:00:00Z".parse().unwrap(), now());
    audit.keys = [(Fix::CheckOut, "x".to_owned()), (Fix::Extend, "e".to_owned())].into();
    audit.notes =
        vec![Note { at: now(), who: "maria".into(), text: "Key box 3 is empty.\r\nReally.".into() }];
    (p, audit)
}

fn valid(json: &str) -> Value {
    let schema: Value = serde_json::from_str(include_str!("../../../docs/audit.schema.json")).unwrap();
    let value: Value = serde_json::from_str(json).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> =
        validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    value
}

#[tokio::test]
async fn the_audit_is_the_same_to_the_byte() {
    let (p, audit) = audit().await;
    assert_eq!(audit.verdict(), Verdict::Open);
    let audit = audit.with_downtime(&p, Hidden::Yes);
    let text = audit.render(Format::Text);
    assert!(text.lines().all(|line| width(line) <= 80), "a line is wider than the page");
    assert!(!text.contains('\u{1b}') && text.is_char_boundary(0));
    assert_snapshot!("text", text);
    assert_snapshot!("markdown", audit.render(Format::Markdown));
    assert_snapshot!("csv", audit.render(Format::Csv));
    let json = audit.render(Format::Json);
    valid(&json);
    assert_snapshot!("json", json);
}

#[tokio::test]
async fn a_formula_in_a_name_stays_a_name() {
    let (_, audit) = audit().await;
    let csv = audit.render(Format::Csv);
    let mut rows = csv::ReaderBuilder::new().from_reader(csv.as_bytes());
    let cells: Vec<String> =
        rows.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(cells.iter().any(|cell| cell.starts_with("'=cmd")), "{cells:?}");
    assert!(cells.iter().all(|cell| !cell.starts_with(['=', '@', '+'])));
}

#[tokio::test]
async fn pins_are_only_where_they_were_asked_for() {
    let (p, audit) = audit().await;
    let pins: Vec<String> = p
        .stays()
        .flat_map(|stay| p.methods_of(&stay.id))
        .filter_map(|m| Some(m.code().as_ref()?.reveal().to_owned()))
        .collect();
    assert!(pins.len() > 5, "{}", pins.len());
    let hidden = audit.clone().with_downtime(&p, Hidden::Yes);
    for format in [Format::Text, Format::Markdown, Format::Csv] {
        let text = hidden.render(format);
        let words: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).collect();
        assert!(pins.iter().all(|pin| !words.contains(&pin.as_str())), "{format:?}");
    }
    let json = valid(&hidden.render(Format::Json));
    assert!(json["downtime"]["guests"].as_array().unwrap().iter().all(|row| row.get("pins").is_none()));
    let shown = audit.with_downtime(&p, Hidden::No);
    let text = shown.render(Format::Text);
    assert!(text.contains("DOWNTIME LIST WITH PINS") && text.contains("IN THE CLEAR"), "{text}");
    let json = valid(&shown.render(Format::Json));
    assert_eq!(json["downtime"]["with_pins"], true);
    let told: Vec<&str> = json["downtime"]["guests"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row["pins"].as_array().unwrap())
        .map(|pin| pin.as_str().unwrap())
        .collect();
    assert!(!told.is_empty() && told.iter().all(|pin| pins.iter().any(|p| p == pin)));
    assert!(told.iter().all(|pin| text.contains(pin)), "no PIN is cut short");
}

#[tokio::test]
async fn what_was_not_read_is_said_in_every_format() {
    let (_, mut audit) = audit().await;
    audit.unread = vec![Unread { what: "doors".into(), why: "Seam has an error: 500".into() }];
    assert_eq!(audit.verdict(), Verdict::Unknown);
    for format in [Format::Text, Format::Markdown] {
        let text = audit.render(format);
        assert!(text.contains("NOT COMPLETE") && text.contains("doors: Seam has an error"), "{text}");
    }
    assert!(audit.render(Format::Csv).contains("unread,,,,,,,,doors: Seam has an error: 500"));
    let json = valid(&audit.render(Format::Json));
    assert_eq!((&json["complete"], &json["verdict"]), (&false.into(), &"unknown".into()));
}
