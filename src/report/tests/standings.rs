//! What people said about alerts, in the reports.

use chrono::{DateTime, TimeDelta, Utc};

use super::{hotel, now};
use crate::property::{AlertId, Note, Property, Said};
use crate::report::{Audit, Format, Pane, Shape, Sheet};

fn until() -> DateTime<Utc> {
    now() + TimeDelta::minutes(166)
}

/// Somebody has acknowledged the worst alert and snoozed the next one; returns both.
async fn attended() -> (Property, AlertId, AlertId) {
    let mut p = hotel().await;
    let mut alerts: Vec<_> =
        p.alerts().filter(|alert| alert.id.rule.name() != "screen-old").cloned().collect();
    alerts.sort_by(|a, b| (a.severity, a.since, &a.id).cmp(&(b.severity, b.since, &b.id)));
    let (first, second) = (&alerts[0], &alerts[1]);
    let snoozed = Said::Snoozed { until: until() };
    p.attend(vec![
        Note::new(first, Said::Acknowledged, now(), "maria".into(), "the porter, on his way".into()),
        Note::new(second, snoozed, now(), "jonas".into(), "=after the round".into()),
    ]);
    (p, first.id.clone(), second.id.clone())
}

#[tokio::test]
async fn every_format_names_who_until_when_and_why_and_what_is_said_is_still_open() {
    let before = Audit::new(&hotel().await, &[], now(), now());
    let (p, first, second) = attended().await;
    let audit = Audit::new(&p, &[], now(), now());
    let sum = audit.night.summary();
    assert_eq!((sum.acknowledged, sum.snoozed), (1, 1));
    assert_eq!((sum.open, sum.cleared), (before.night.summary().open, 0));
    for format in [Format::Text, Format::Markdown] {
        let text = audit.render(format).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("acknowledged by maria, Mon 23 Nov 03:14: the porter, on his way"), "{text}");
        assert!(
            text.contains("snoozed until Mon 23 Nov 06:00 by jonas, Mon 23 Nov 03:14: =after the round"),
            "{text}"
        );
        assert!(text.contains("1 acknowledged, 1 snoozed: they are still to be done"), "{text}");
    }
    let csv = audit.render(Format::Csv);
    assert!(csv.lines().next().unwrap().ends_with(",attention"), "{csv}");
    assert!(csv.contains("\"acknowledged by maria, 2026-11-23T02:14:00Z: the porter, on his way\""), "{csv}");
    let json: serde_json::Value = serde_json::from_str(&audit.render(Format::Json)).unwrap();
    let open = json["open"].as_array().unwrap();
    let of = |id: &AlertId| {
        let ends = format!(":alert:{id}");
        &open.iter().find(|item| item["id"].as_str().unwrap().ends_with(&ends)).unwrap()["attention"]
    };
    assert_eq!(
        *of(&first),
        serde_json::json!({"state": "acknowledged", "by": "maria", "at": "2026-11-23T02:14:00Z", "until": null,
            "reason": "the porter, on his way", "back": null})
    );
    assert_eq!(
        *of(&second),
        serde_json::json!({"state": "snoozed", "by": "jonas", "at": "2026-11-23T02:14:00Z",
            "until": "2026-11-23T05:00:00Z", "reason": "=after the round", "back": null})
    );
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../docs/audit.schema.json")).unwrap();
    assert!(jsonschema::is_valid(&schema, &json));
}

#[tokio::test]
async fn a_checklist_that_is_kept_up_learns_what_is_said_and_that_the_time_is_over() {
    let (mut p, _, second) = attended().await;
    let mut night = crate::report::Night::new(&p, now());
    assert_eq!(night.summary().snoozed, 1);
    let changed = p.advance(until());
    assert!(night.update(&p, &changed, until()));
    assert_eq!(night.summary().snoozed, 0);
    let item = night.items().find(|item| item.alert.as_ref() == Some(&second)).unwrap();
    let standing = item.standing.as_ref().unwrap();
    assert_eq!((standing.name(), standing.back()), ("back", Some("over")));
}

#[tokio::test]
async fn the_list_of_warnings_has_a_column_and_puts_what_is_snoozed_below_the_rest() {
    let (p, _, second) = attended().await;
    let lines = Pane::Warnings.lines(&p);
    assert_eq!(lines.last().unwrap().id, second.to_string());
    let text = Sheet::of(Pane::Warnings, Shape::Text).write(&lines);
    let last = text.lines().last().unwrap();
    assert!(
        last.ends_with("Snoozed until Mon 23 Nov 06:00 by jonas, Mon 23 Nov 03:14: =after the round."),
        "{last}"
    );
    let csv = Sheet::of(Pane::Warnings, Shape::Csv).write(&lines);
    assert!(csv.lines().next().unwrap().ends_with(",cause,attention,id"), "{csv}");
    assert!(csv.contains("snoozed until 2026-11-23T05:00:00Z by jonas"), "{csv}");
}
