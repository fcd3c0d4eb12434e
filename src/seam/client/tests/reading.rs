//! Lists, pages and errors as they are read.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::seam::ErrorKind;
use crate::seam::client::{
    CreateAccessGrant, EncodersOf, GrantInclude, Guest, ListAccessCodes, ListAccessGrants, ListDevices,
    ListEncoders, ListEntrances, ListEvents, ListSpaces, ListSystems, ListUserIdentities, MethodRequest,
    MethodsOf,
};
use crate::seam::fake::{Answer, client, noon, settings};
use crate::seam::id::{GrantId, IdentityId, SystemId};
use crate::seam::model::Mode;
use crate::secret::Secret;

fn grant(id: &str) -> Value {
    json!({"access_grant_id": id, "user_identity_id": "u"})
}

fn page(ids: &[&str], next: Option<&str>) -> Answer {
    let grants: Vec<Value> = ids.iter().map(|id| grant(id)).collect();
    Answer::Ok(json!({"ok": true, "access_grants": grants,
        "pagination": {"has_next_page": next.is_some(), "next_page_cursor": next}}))
}

#[tokio::test(start_paused = true)]
async fn all_pages_are_gathered_with_identical_parameters() {
    let (client, log) = client(settings(), |_, body| match body["page_cursor"].as_str() {
        None => page(&["a", "b"], Some("2")),
        Some("2") => page(&["c"], Some("3")),
        _ => page(&["d"], None),
    });
    let params = ListAccessGrants { limit: Some(2), reservation_key: Some("r".into()), ..Default::default() };
    let all = client.gather(client.list_access_grants(&params).await.unwrap()).await;
    assert_eq!((all.items.len(), all.cut), (4, None));
    for asked in log.all() {
        assert_eq!((&asked.body["limit"], &asked.body["reservation_key"]), (&json!(2), &json!("r")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_circle_of_pages_ends_and_keeps_what_was_read() {
    let (client, log) = client(settings(), |_, body| match body["page_cursor"].as_str() {
        None => page(&["a"], Some("2")),
        _ => page(&["b"], Some("2")),
    });
    let all = client.gather(client.list_access_grants(&ListAccessGrants::default()).await.unwrap()).await;
    assert_eq!(all.items.len(), 2);
    assert!(matches!(all.cut.unwrap().kind(), ErrorKind::Paging { .. }));
    assert_eq!(log.all().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_fails_can_be_asked_for_again() {
    let mut broken = 3;
    let (client, _) = client(settings(), move |_, body| match body["page_cursor"].as_str() {
        None => page(&["a"], Some("2")),
        Some(_) if broken > 0 => {
            broken -= 1;
            Answer::Lost
        }
        Some(_) => page(&["b"], None),
    });
    let first = client.list_access_grants(&ListAccessGrants::default()).await.unwrap();
    let cursor = first.next.unwrap();
    assert!(client.next_page(&cursor).await.unwrap_err().is_transient());
    assert_eq!(client.next_page(&cursor).await.unwrap().items[0].id, GrantId::new("b"));
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_unwrapped_and_a_broken_list_in_it_costs_itself_alone() {
    let (client, _) = client(settings(), |_, _| {
        Answer::Ok(json!({"ok": true, "batch": {
            "access_methods": [{"access_method_id": "m1"}, {"mode": "card"}], "user_identities": "none",
            "acs_access_groups": [1], "spaces": null}}))
    });
    let related =
        client.related_to_grants(&[GrantId::new("g")], &[GrantInclude::AccessMethods]).await.unwrap();
    assert_eq!((related.access_methods.len(), related.bad.len()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn an_error_never_repeats_the_pin_or_the_key_that_was_sent() {
    let (client, _) = client(settings(), |_, _| {
        Answer::Status(
            400,
            json!({"ok": false, "error": {
            "type": "invalid_input", "message": "code 4417 by seam_test_1 is taken",
            "validation_errors": {"_errors": [], "requested_access_methods": {"0": {
                "code": {"_errors": ["4417 is too common"]}}}}}}),
        )
    });
    let e = client
        .create_access_grant(&CreateAccessGrant {
            guest: Guest::Known(IdentityId::new("u")),
            requested_access_methods: vec![MethodRequest {
                code: Some(Secret::new("4417")),
                ..MethodRequest::of(Mode::Code)
            }],
            access_grant_key: None,
            reservation_key: None,
            name: None,
            space_ids: Vec::new(),
            acs_entrance_ids: Vec::new(),
            device_ids: Vec::new(),
            starts_at: None,
            ends_at: None,
        })
        .await
        .unwrap_err();
    let shown = format!("{e} {e:?}");
    assert!(!shown.contains("4417") && !shown.contains("seam_test_1"), "{shown}");
    let ErrorKind::Validation { fields, .. } = e.kind() else { panic!("{e:?}") };
    assert_eq!(fields[0].0, "requested_access_methods.0.code");
}

/// Any JSON, with the names the lists are read by strewn in.
fn any_json() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("access_grants".to_owned()),
        Just("access_grant_id".to_owned()),
        Just("user_identity_id".to_owned()),
        Just("pagination".to_owned()),
        Just("errors".to_owned()),
        "[a-z_]{1,12}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..6)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

/// Reads `body` as every list there is.
fn read_everything(body: &Value) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let body = body.clone();
        // The body as it is, and as the list that was asked for.
        let (client, _) = client(settings(), move |path, _| {
            let part: Vec<&str> = path.trim_matches('/').split('/').collect();
            let key = if part[0] == "acs" { format!("acs_{}", part[1]) } else { part[0].to_owned() };
            let key = if path.ends_with("get_related") { "batch".to_owned() } else { key };
            let mut whole = body.as_object().cloned().unwrap_or_default();
            whole.insert(key, body.clone());
            Answer::Ok(Value::Object(whole))
        });
        let _ = client.list_access_grants(&ListAccessGrants::default()).await;
        let _ = client.related_to_grants(&[], &[]).await;
        let _ = client.list_access_methods(&MethodsOf::Grant(GrantId::new("g"))).await;
        let _ = client.list_spaces(&ListSpaces::default()).await;
        let _ = client.list_entrances(&ListEntrances::default()).await;
        let _ = client.list_systems(&ListSystems {}).await;
        let of = EncodersOf::System(SystemId::new("s"));
        let _ = client.list_encoders(&ListEncoders { of, limit: None }).await;
        let _ = client.list_devices(&ListDevices::default()).await;
        let _ = client.list_user_identities(&ListUserIdentities::default()).await;
        let _ = client.list_instant_keys(None).await;
        let _ = client.list_events(&ListEvents::since(noon())).await;
        let _ = client.list_access_codes(&ListAccessCodes::default()).await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_json_whatever_makes_a_list_panic(body in any_json()) {
        read_everything(&body);
    }
}
