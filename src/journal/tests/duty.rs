//! Who has a desk open where.

use super::*;

fn who(name: &str, host: &str) -> Who {
    Who { operator: Some(name.into()), user: "nightdesk".into(), host: host.into(), ..Who::default() }
}

fn names(told: Option<Vec<Colleague>>) -> Vec<String> {
    told.unwrap().into_iter().map(|c| format!("{}: {}", c.hotel, c.name)).collect()
}

#[tokio::test]
async fn desks_see_each_other_until_they_close_or_say_nothing_more() {
    let Some(site) = Site::new(Kind::Server).await else { return };
    let journal = site.open().await;
    let both = ["harbour".into(), "hill".into()];
    let (maria, jo) = (who("Maria", "desk"), who("Jo", "desk-2"));
    assert_eq!(names(journal.on_duty("m", &maria, &both).await.unwrap()), Vec::<String>::new());
    site.pass(Duration::from_secs(1));
    let seen = names(journal.on_duty("j", &jo, &both[..1]).await.unwrap());
    assert_eq!(seen, ["harbour: Maria@desk"], "the other property is not asked about");
    site.pass(Duration::from_secs(19));
    // The night office is at the same machine as Maria, and came last.
    let office = who("Ben", "desk");
    let seen = names(journal.on_duty("b", &office, &both).await.unwrap());
    assert_eq!(seen, ["harbour: Maria", "harbour: Jo@desk-2", "hill: Maria"], "the longest there first");
    site.pass(Duration::from_secs(15));
    assert_eq!(
        names(journal.on_duty("m", &maria, &both).await.unwrap()),
        ["harbour: Ben", "hill: Ben"],
        "Jo is gone"
    );
    journal.off_duty("b").await.unwrap();
    assert_eq!(names(journal.on_duty("m", &maria, &both).await.unwrap()), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_of_one_host_tells_nothing_of_it() {
    let journal = Journal::in_memory().await.unwrap();
    assert_eq!(journal.on_duty("m", &who("Maria", "desk"), &["harbour".into()]).await.unwrap(), None);
    journal.off_duty("m").await.unwrap();
}
