//! Instant Keys: shown, shared, made and deleted, from the key that asks to the effect.

use chrono::TimeDelta;
use serde_json::json;

use super::hotel::{Desk, grant, read, records};
use super::keys::{confirm, refusal};
use crate::app::Effect;
use crate::app::layer::Layer;
use crate::desk::Step;
use crate::property::Records;
use crate::secret::Secret;

const LINK: &str = "https://ik.example/only-per-knows";

/// Per's stay with a mobile key and its links: id, when it expires.
pub(super) fn with_links(desk: &mut Desk, links: &[(&str, &str)]) {
    let [grants, methods] = grant("g2", "per", "102", "2026-11-22T10:00:00Z", 1);
    let mobile = json!([{"access_method_id": "g2-phone", "mode": "mobile_key", "is_issued": true,
        "issued_at": "2026-11-20T14:00:00Z", "created_at": "2026-11-20T13:00:00Z"}]);
    desk.data(methods);
    desk.data(read(Records::Methods(records(mobile))));
    desk.data(grants);
    let more = json!([{"access_grant_id": "g2", "user_identity_id": "per", "reservation_key": "res-g2",
        "space_ids": ["space-102"], "access_method_ids": ["g2-pin", "g2-card-0", "g2-phone"],
        "starts_at": "2026-11-20T14:00:00Z", "ends_at": "2026-11-22T10:00:00Z",
        "created_at": "2026-11-20T13:00:00Z", "requested_access_methods": [{"mode": "mobile_key"}]}]);
    desk.data(read(Records::Grants(records(more))));
    let key = |(id, until): &(&str, &str)| {
        json!({"instant_key_id": id, "user_identity_id": "per", "instant_key_url": format!("{LINK}-{id}"),
            "expires_at": until, "created_at": "2026-11-20T13:00:00Z"})
    };
    desk.data(read(Records::InstantKeys(records(links.iter().map(key).collect()))));
}

/// On the page of Per's Instant Keys.
fn page(links: &[(&str, &str)]) -> Desk {
    let mut desk = Desk::new();
    with_links(&mut desk, links);
    desk.press("j");
    desk.press("i");
    assert!(matches!(desk.app.top(), Some(Layer::Link(_))), "{}", desk.says());
    desk
}

pub(super) const GOOD: [(&str, &str); 2] = [("k1", "2026-11-22T11:00:00Z"), ("k2", "2026-11-22T09:00:00Z")];

fn link(id: &str) -> Secret {
    Secret::new(format!("{LINK}-{id}"))
}

#[test]
fn a_link_is_unmasked_for_ten_seconds_and_only_the_one_under_the_cursor() {
    let mut desk = page(&GOOD);
    desk.press("u");
    assert_eq!(desk.app.reveal.as_ref().unwrap().secret, link("k1"));
    desk.press("j");
    assert_eq!(desk.app.reveal, None, "what is unmasked is not the one under the cursor any more");
    desk.press("u");
    assert_eq!(desk.app.reveal.as_ref().unwrap().secret, link("k2"));
    desk.wait(11);
    assert_eq!(desk.app.reveal, None);
    desk.press("u");
    desk.press("Esc");
    assert_eq!(desk.app.reveal, None, "leaving masks it");
    assert!(desk.app.layers.is_empty());
}

#[test]
fn a_link_is_copied_and_not_said() {
    let mut desk = page(&GOOD);
    assert_eq!(desk.press("y").list, [Effect::Copy(link("k1"))]);
    assert!(desk.says().starts_with("Copied the link of 102 Lindqvist, Per"), "{}", desk.says());
    assert!(!format!("{:?}", desk.app).contains("only-per-knows"), "no printing shows a link");
}

#[test]
fn a_qr_code_goes_with_the_next_key_or_after_a_minute() {
    let mut desk = page(&GOOD);
    desk.press("Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Qr(qr)) if qr.until == desk.now + TimeDelta::seconds(60)));
    assert!(desk.press("q").list.is_empty(), "the key only hides it");
    assert!(matches!(desk.app.top(), Some(Layer::Link(_))));
    desk.press("Q");
    assert!(desk.app.next_wake() <= desk.now + TimeDelta::seconds(60));
    desk.wait(59);
    assert!(matches!(desk.app.top(), Some(Layer::Qr(_))));
    assert!(desk.wait(1).draw);
    assert!(matches!(desk.app.top(), Some(Layer::Link(_))));
}

#[test]
fn what_has_expired_is_not_shared() {
    let mut desk = page(&[("old", "2026-11-22T01:00:00Z")]);
    for key in ["Enter", "y"] {
        assert!(desk.press(key).list.is_empty());
        assert!(desk.says().contains("has expired: n makes a new one"), "{}", desk.says());
        assert!(matches!(desk.app.top(), Some(Layer::Link(_))));
    }
}

#[test]
fn the_cursor_stays_on_its_link_when_others_come_and_go() {
    let mut desk = page(&GOOD);
    desk.press("j");
    let newer = json!([{"instant_key_id": "k0", "user_identity_id": "per", "instant_key_url": "https://x/0",
        "expires_at": "2026-11-25T09:00:00Z"}]);
    desk.data(read(Records::InstantKeys(records(newer))));
    desk.press("u");
    assert_eq!(desk.app.reveal.as_ref().unwrap().secret, link("k2"));
}

#[test]
fn a_further_link_is_made_for_as_many_phones_as_are_typed() {
    let mut desk = page(&GOOD);
    desk.press("n");
    desk.type_text("many");
    desk.press("Enter");
    assert!(refusal(&desk).contains("from 1 to 20"), "{}", refusal(&desk));
    for _ in 0..4 {
        desk.press("Backspace");
    }
    desk.type_text("3");
    desk.press("Enter");
    let (_, plan) = confirm(&mut desk);
    assert!(matches!(&plan.steps[..], [Step::NewInstantKey { max_uses: 3, known, .. }] if known.len() == 2));
}

#[test]
fn the_link_under_the_cursor_is_deleted_after_a_look() {
    let mut desk = page(&GOOD);
    desk.press("j");
    desk.press("x");
    desk.wait(1);
    desk.press("Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Link(_))), "Enter is Cancel");
    desk.press("x");
    let (_, plan) = confirm(&mut desk);
    assert!(matches!(&plan.steps[..], [Step::DeleteInstantKey { key }] if key.to_string() == "k2"));
}

#[test]
fn a_read_only_desk_shows_links_and_changes_none() {
    let mut desk = page(&GOOD);
    desk.app.settings.read_only = true;
    for key in ["n", "x"] {
        desk.press(key);
        assert!(desk.says().contains("this desk is read-only"), "{}", desk.says());
        assert!(matches!(desk.app.top(), Some(Layer::Link(_))));
    }
    desk.press("Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Qr(_))));
}

#[test]
fn without_a_mobile_key_there_is_no_page_of_links() {
    let mut desk = Desk::new();
    desk.press("i");
    assert!(desk.app.layers.is_empty());
    assert!(desk.says().contains("no mobile key: K adds one"), "{}", desk.says());
}
