//! Every request the client can send, in all its optional forms, judged by Seam's OpenAPI document.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod contract;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use chrono::{DateTime, Utc};
use contract::Validator;
use nightdesk::seam::client::*;
use nightdesk::seam::id::*;
use nightdesk::seam::model::Mode;
use nightdesk::seam::{Client, Page, SeamError, Settings};
use nightdesk::secret::Secret;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const UUID: &str = "ef83cca9-5fdf-4ac2-93f3-c21c5a8be54b";

type Log = Arc<Mutex<Vec<(String, Value)>>>;

/// Keeps every request, and answers every list with a page that has another behind it.
async fn keep(State(log): State<Log>, uri: Uri, body: Bytes) -> String {
    let body = serde_json::from_slice(&body).expect("requests are JSON");
    log.lock().unwrap().push((uri.path().to_owned(), body));
    let paged = ["grants", "spaces", "identities", "devices", "codes", "entrances", "encoders"];
    let mut answer = json!({"ok": true, "batch": {}});
    for list in ["events", "access_methods", "instant_keys", "acs_systems", "access_grants", "spaces"] {
        answer[list] = json!([]);
    }
    for list in ["user_identities", "devices", "access_codes", "acs_entrances", "acs_encoders"] {
        answer[list] = json!([]);
    }
    if uri.path().strip_suffix("/list").is_some_and(|p| paged.iter().any(|name| p.ends_with(name))) {
        answer["pagination"] = json!({"has_next_page": true, "next_page_cursor": "2"});
    }
    answer.to_string()
}

struct Desk {
    client: Client,
    log: Log,
}

impl Desk {
    async fn open() -> Self {
        let log = Log::default();
        let app = axum::Router::new().fallback(keep).with_state(Arc::clone(&log));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let settings = Settings {
            requests_per_second: 10_000.0,
            burst: 10_000,
            ..Settings::new(endpoint, Secret::new("seam_test_contract"))
        };
        Self { client: Client::new(settings).unwrap(), log }
    }

    /// Follows a list to its second page, whose request carries a cursor.
    async fn walk<T: DeserializeOwned>(&self, first: Result<Page<T>, SeamError>) {
        self.client.gather(first.unwrap()).await;
    }
}

fn id<K>() -> Id<K> {
    Id::new(UUID)
}

fn ids<K>() -> Vec<Id<K>> {
    vec![id(), id()]
}

fn noon() -> DateTime<Utc> {
    "2026-11-22T12:00:00.250Z".parse().unwrap()
}

async fn grants(desk: &Desk) {
    let c = &desk.client;
    let none = ListAccessGrants::default;
    let forms = [
        none(),
        ListAccessGrants { access_grant_ids: Some(ids()), ..none() },
        ListAccessGrants { reservation_key: Some("r1".into()), ..none() },
        ListAccessGrants { access_grant_key: Some("k1".into()), ..none() },
        ListAccessGrants { user_identity_id: Some(id()), ..none() },
        ListAccessGrants { space_id: Some(id()), limit: Some(500), ..none() },
        ListAccessGrants { acs_entrance_id: Some(id()), ..none() },
        ListAccessGrants { device_id: Some(id()), acs_system_id: Some(id()), ..none() },
    ];
    for form in forms {
        desk.walk(c.list_access_grants(&form).await).await;
    }
    let _ = c.get_access_grant(&GrantRef::Id(id())).await;
    let _ = c.get_access_grant(&GrantRef::Key("k1".into())).await;
    use GrantInclude as I;
    let all = [I::Spaces, I::Devices, I::AcsEntrances, I::AcsSystems, I::UserIdentities, I::AccessMethods];
    let _ = c.related_to_grants(&ids(), &all).await;
    let update = UpdateAccessGrant { grant: GrantRef::Id(id()), starts_at: None, ends_at: None, name: None };
    let _ = c.update_access_grant(&update).await;
    let update = UpdateAccessGrant {
        grant: GrantRef::Key("k1".into()),
        starts_at: Some(noon()),
        ends_at: Some(noon()),
        name: Some("Late check-out".into()),
    };
    let _ = c.update_access_grant(&update).await;
    let _ = c.delete_access_grant(&id()).await;
    let _ = c.request_access_methods(&id(), &methods()).await;
    create(c).await;
}

fn methods() -> Vec<MethodRequest> {
    vec![
        MethodRequest { code: Some(Secret::new("4417")), ..MethodRequest::of(Mode::Code) },
        MethodRequest::of(Mode::Card),
        MethodRequest { instant_key_max_use_count: Some(2), ..MethodRequest::of(Mode::MobileKey) },
        MethodRequest::of(Mode::CloudKey),
    ]
}

fn newcomer() -> NewUserIdentity {
    NewUserIdentity {
        full_name: Some("Ada Okafor".into()),
        email_address: Some("ada@example.com".into()),
        phone_number: Some("+31201234567".into()),
        user_identity_key: Some("pms-1".into()),
    }
}

async fn create(c: &Client) {
    let least = CreateAccessGrant {
        guest: Guest::Known(id()),
        requested_access_methods: methods(),
        access_grant_key: None,
        reservation_key: None,
        name: None,
        space_ids: Vec::new(),
        acs_entrance_ids: Vec::new(),
        device_ids: Vec::new(),
        starts_at: None,
        ends_at: None,
    };
    let most = CreateAccessGrant {
        guest: Guest::New(newcomer()),
        access_grant_key: Some("k1".into()),
        reservation_key: Some("r1".into()),
        name: Some("118".into()),
        space_ids: ids(),
        acs_entrance_ids: ids(),
        device_ids: ids(),
        starts_at: Some(noon()),
        ends_at: Some(noon()),
        ..least.clone()
    };
    for grant in [least, most] {
        let _ = c.create_access_grant(&grant).await;
    }
}

async fn keys(desk: &Desk) {
    let c = &desk.client;
    let forms = [
        MethodsOf::Grant(id()),
        MethodsOf::GrantKey("k1".into()),
        MethodsOf::Entrance(id()),
        MethodsOf::Device(id()),
        MethodsOf::Space(id()),
    ];
    for form in forms {
        desk.walk(c.list_access_methods(&form).await).await;
    }
    let _ = c.get_access_method(&id()).await;
    use MethodInclude as I;
    let all = [I::Spaces, I::Devices, I::AcsEntrances, I::AccessGrants, I::AccessMethods, I::InstantKeys];
    let _ = c.related_to_methods(&ids(), &all).await;
    let _ = c.delete_access_method(&id()).await;
    let _ = c.encode(&id(), &id()).await;
    let _ = c.assign_card(&id(), "04A1").await;
    let _ = c.unlock_door(&id(), &id()).await;
    let _ = c.get_action_attempt(&id()).await;
}

async fn doors(desk: &Desk) {
    let c = &desk.client;
    let most = ListSpaces { parent_space_id: Some(id()), space_key: Some("118".into()), limit: Some(500) };
    for form in [ListSpaces::default(), most] {
        desk.walk(c.list_spaces(&form).await).await;
    }
    let _ = c.get_space(&SpaceRef::Id(id())).await;
    let _ = c.get_space(&SpaceRef::Key("118".into())).await;
    let most = ListEntrances {
        acs_entrance_ids: Some(ids()),
        acs_system_id: Some(id()),
        space_id: Some(id()),
        limit: Some(900),
    };
    for form in [ListEntrances::default(), most] {
        desk.walk(c.list_entrances(&form).await).await;
    }
    let _ = c.get_entrance(&id()).await;
    desk.walk(c.list_systems(&ListSystems {}).await).await;
    let _ = c.get_system(&id()).await;
    for of in [EncodersOf::System(id()), EncodersOf::Systems(ids()), EncodersOf::Encoders(ids())] {
        for limit in [None, Some(500)] {
            desk.walk(c.list_encoders(&ListEncoders { of: of.clone(), limit }).await).await;
        }
    }
    let _ = c.get_encoder(&id()).await;
    for new_tags in [false, true] {
        let _ = c.scan(&id(), new_tags).await;
    }
    let most = ListDevices { device_ids: Some(ids()), space_id: Some(id()), limit: Some(500) };
    for form in [ListDevices::default(), most] {
        desk.walk(c.list_devices(&form).await).await;
    }
    let _ = c.get_device(&id()).await;
}

async fn people(desk: &Desk) {
    let c = &desk.client;
    let most = ListUserIdentities {
        user_identity_ids: Some(ids()),
        search: Some("oka".into()),
        created_before: Some(noon()),
        limit: Some(500),
    };
    for form in [ListUserIdentities::default(), most] {
        desk.walk(c.list_user_identities(&form).await).await;
    }
    let _ = c.get_user_identity(&IdentityRef::Id(id())).await;
    let _ = c.get_user_identity(&IdentityRef::Key("pms-1".into())).await;
    for to in [NewUserIdentity::default(), newcomer()] {
        let _ = c.create_user_identity(&to).await;
        let _ = c.update_user_identity(&UpdateUserIdentity { user_identity_id: id(), to }).await;
    }
    let _ = c.delete_user_identity(&id()).await;
    for phones in [None, Some(2)] {
        let _ = c.generate_instant_key(&id(), phones).await;
    }
    desk.walk(c.list_instant_keys(None).await).await;
    desk.walk(c.list_instant_keys(Some(&id())).await).await;
    let _ = c.get_instant_key(&InstantKeyRef::Id(id())).await;
    let _ = c.get_instant_key(&InstantKeyRef::Url(Secret::new("https://ik.seam.co/ABC"))).await;
    let _ = c.delete_instant_key(&id()).await;
    let _ = c.get_workspace().await;
}

async fn happenings(desk: &Desk) {
    let c = &desk.client;
    let since = || ListEvents::since(noon());
    let forms = [
        since(),
        ListEvents { limit: Some(500), unstable_offset: Some(500), ..since() },
        ListEvents { access_grant_ids: Some(ids()), access_method_ids: Some(ids()), ..since() },
        ListEvents { device_id: Some(id()), space_ids: Some(ids()), ..since() },
    ];
    for form in forms {
        desk.walk(c.list_events(&form).await).await;
    }
    let _ = c.get_event(&id()).await;
    let most = ListAccessCodes {
        device_id: Some(id()),
        access_grant_id: Some(id()),
        access_method_id: Some(id()),
        limit: Some(1_000),
    };
    for form in [ListAccessCodes::default(), most] {
        desk.walk(c.list_access_codes(&form).await).await;
    }
}

#[tokio::test]
async fn every_request_is_what_the_document_says() {
    let desk = Desk::open().await;
    grants(&desk).await;
    keys(&desk).await;
    doors(&desk).await;
    people(&desk).await;
    happenings(&desk).await;
    let validator = Validator::new();
    let sent = desk.log.lock().unwrap().clone();
    let wrong: Vec<String> = sent
        .iter()
        .filter_map(|(path, body)| Some(format!("{}\n{body}", validator.request(path, body).err()?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(sent.iter().filter(|(_, body)| body["page_cursor"] == "2").count() >= 7);
    let reached: BTreeSet<&str> = sent.iter().map(|(path, _)| path.as_str()).collect();
    let table: BTreeSet<&str> = ENDPOINTS.iter().map(|e| e.path).collect();
    assert_eq!(reached, table, "the client's own table of endpoints");
    let unreached: Vec<String> =
        validator.paths().into_iter().filter(|path| !reached.contains(path.as_str())).collect();
    let (steering, forgotten): (Vec<_>, Vec<_>) =
        unreached.into_iter().partition(|path| path.contains("/simulate/") || path == "/spaces/create");
    assert_eq!(forgotten, Vec::<String>::new());
    assert_eq!(steering.len(), 5, "what a desk has no business with");
}
