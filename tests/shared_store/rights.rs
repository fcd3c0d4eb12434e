//! A desk has the rights of the documented role and no others, and does everything it does with them.

use std::time::Duration;

use nightdesk::journal::{FactKind, Filter, Journal, Page, PageKind, Remark, Retention, Stamp, Who};
use nightdesk::store::{StoreError, schema};
use serde_json::json;

use crate::cluster;
use crate::commands::roles;
use crate::desks::{at, fact, held, intent, server};

const LASTS: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_desk_does_all_it_does_with_the_rights_of_its_role_and_can_do_nothing_else() {
    let Some(database) = cluster::database() else { return };
    let (owner, desk) = roles(&database);
    let of_owner = server(&database.url_of(&owner, "o-secret"));
    let of_desk = server(&database.url_of(&desk, "d-secret"));
    let refused = schema::migrate_server(&of_desk, None).await.unwrap_err();
    assert!(matches!(refused, StoreError::Denied { .. }), "{refused:?}");
    let migrated = schema::migrate_server(&of_owner, Some(&desk)).await.unwrap();
    assert_eq!(migrated.role.as_deref(), Some(desk.as_str()));

    let journal = Journal::connect(&of_desk).await.unwrap();
    let found = journal.store().look().await.unwrap();
    assert!(!found.may_delete && found.tls.is_none(), "{found:?}");
    let mut hearing = journal.hear(&"harbour".into());
    let run = intent("118");
    let token = held(&journal, run.id, "stay", LASTS).await;
    journal.begin(&run).await.unwrap();
    journal.append(run.id, token, &fact(FactKind::Before, "")).await.unwrap();
    assert!(journal.renew(token).await.unwrap());
    assert_eq!(journal.holds(&"harbour".into()).await.unwrap().list.len(), 1);
    journal.append(run.id, token, &fact(FactKind::Ended, "done")).await.unwrap();
    journal.release(token, true).await.unwrap();
    let remark = Remark {
        alert: "battery:lock:1".into(),
        said: "acknowledged".into(),
        at: at(0),
        until: None,
        severity: "P2".into(),
        since: at(0),
        reason: "seen".into(),
        who: Who::default(),
    };
    journal.write_remarks(&"harbour".into(), &[remark]).await.unwrap();
    let page = Page {
        id: nightdesk::journal::IntentId::fresh(),
        at: at(0),
        hotel: "harbour".into(),
        kind: PageKind::Signed,
        date: at(0).date_naive(),
        words: "all is well".into(),
        body: json!({"note": ""}),
        who: Who::default(),
    };
    assert!(journal.write_page(&page).await.unwrap());
    assert_eq!(journal.records(&Filter::default()).await.unwrap().len(), 2);
    assert_eq!(journal.retire(Retention::default()).await.unwrap(), 0);
    while !matches!(journal.stamp(&"harbour".into()).await.unwrap(), Stamp::Server(n) if hearing.number() == n)
    {
        hearing.heard().await;
    }
    journal.check().await.unwrap();

    for (refused, why) in [
        ("UPDATE run SET guest = 'x'", "permission denied"),
        ("DELETE FROM run", "permission denied"),
        ("UPDATE fact SET words = 'x'", "permission denied"),
        ("DELETE FROM fact", "permission denied"),
        ("TRUNCATE fact, run", "permission denied"),
        ("DELETE FROM remark", "permission denied"),
        ("UPDATE remark SET reason = 'x'", "permission denied"),
        ("DELETE FROM head", "permission denied"),
        ("INSERT INTO schema_version VALUES (99, 0)", "permission denied"),
        ("DROP TABLE lease", "must be owner"),
        ("CREATE TABLE own (n int)", "permission denied"),
        ("CREATE FUNCTION now_ms() RETURNS BIGINT LANGUAGE sql AS 'SELECT 0'", "permission denied"),
        ("SELECT retire('harbour', now_ms(), 100000, 100)", "a desk keeps thirty days"),
        ("SELECT retire('harbour', 0, 1, 100)", "a desk keeps thirty days"),
        ("SELECT retire_remarks(now_ms())", "a desk keeps thirty days"),
    ] {
        let error = journal.store().run(nightdesk::store::sql(refused)).await.unwrap_err().to_string();
        assert!(error.contains(why), "{refused}: {error}");
    }
    // Nor to put tables of its own in the way of the function that takes out what is old.
    database.sql(&format!("GRANT TEMPORARY ON DATABASE {} TO {desk}", database.name()));
    let mine = "CREATE TEMPORARY TABLE lease (run TEXT, until BIGINT, name TEXT)";
    journal.store().run(nightdesk::store::sql(mine)).await.unwrap();
    assert_eq!(journal.retire(Retention::default()).await.unwrap(), 0);
    // Nor does it help to say that this is the program that takes out what is old.
    let forged =
        "WITH said AS (SELECT set_config('nightdesk.retiring', 'on', true)) DELETE FROM fact USING said";
    assert!(journal.store().run(nightdesk::store::sql(forged)).await.is_err());
    assert_eq!(journal.facts(run.id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_role_that_may_only_look_is_told_what_to_do() {
    let Some(database) = cluster::database() else { return };
    let (owner, desk) = roles(&database);
    schema::migrate_server(&server(&database.url_of(&owner, "o-secret")), None).await.unwrap();
    let of_desk = server(&database.url_of(&desk, "d-secret"));
    let refused = Journal::connect(&of_desk).await.unwrap_err();
    assert!(matches!(refused, StoreError::Denied { .. }), "{refused:?}");
    database.sql(&format!(
        "GRANT USAGE ON SCHEMA nightdesk TO {desk}; GRANT SELECT ON ALL TABLES IN SCHEMA nightdesk TO {desk}"
    ));
    let journal = Journal::connect(&of_desk).await.unwrap();
    let refused = journal.store().look().await.unwrap_err().to_string();
    assert!(refused.contains("store migrate --role"), "{refused}");
    assert!(matches!(journal.begin(&intent("118")).await, Err(StoreError::Denied { .. })));
    assert!(journal.records(&Filter::default()).await.unwrap().is_empty());
}
