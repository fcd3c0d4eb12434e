//! Pages of the journal, and who is at what.

use super::*;

async fn rooms(journal: &Journal, from: From, limit: usize, fits: &str) -> (Vec<String>, Option<Place>) {
    let hotel = Text::from("harbour");
    let leaf = journal.leaf(Some(&hotel), from, limit, |e| e.guest.contains(fits)).await.unwrap();
    (leaf.entries.iter().map(|e| e.room.to_string()).collect(), leaf.on)
}

#[rstest]
#[tokio::test]
async fn pages_follow_each_other_in_both_directions_and_miss_nothing(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    // Three at a time share an instant.
    for n in 0..20 {
        journal.begin(&intent(if n % 4 == 0 { "Ada" } else { "Per" }, &n.to_string(), n / 3)).await.unwrap();
        journal.begin(&Intent { hotel: "hill".into(), ..intent("Ada", "x", n / 3) }).await.unwrap();
    }
    let newest_first: Vec<String> = (0..20).rev().map(|n| n.to_string()).collect();
    let (mut down, mut from) = (Vec::new(), From::Newest);
    loop {
        let (page, on) = rooms(&journal, from, 3, "").await;
        down.extend(page);
        let Some(on) = on else { break };
        from = From::Before(on);
    }
    assert_eq!(down, newest_first);
    let (mut up, mut from) = (Vec::new(), From::Oldest);
    loop {
        let (page, on) = rooms(&journal, from, 7, "").await;
        up.splice(0..0, page);
        let Some(on) = on else { break };
        from = From::After(on);
    }
    assert_eq!(up, newest_first);
    let (first, on) = rooms(&journal, From::Newest, 2, "Ada").await;
    assert_eq!(first, ["16", "12"]);
    let (rest, on) = rooms(&journal, From::Before(on.unwrap()), 9, "Ada").await;
    assert_eq!((rest, on), (vec!["8".to_owned(), "4".to_owned(), "0".to_owned()], None));
    assert_eq!(rooms(&journal, From::Newest, 9, "nobody").await, (Vec::new(), None));
}

#[rstest]
#[tokio::test]
async fn an_entry_says_how_it_stands_and_who_took_it_up(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    let lines = async || {
        let leaf = journal.leaf(None, From::Newest, 9, |_| true).await.unwrap();
        leaf.entries.into_iter().map(|e| (e.outcome.to_string(), e.taken_by)).collect::<Vec<_>>()
    };
    let first = intent("Ada", "118", 0);
    begun(&journal, &first).await;
    assert_eq!(lines().await, [("running".to_owned(), None)]);
    site.pass(Duration::from_secs(60));
    assert_eq!(lines().await, [("interrupted".to_owned(), None)]);
    let token = held(&journal, &wanted(first.id, &["run"])).await;
    let jonas = Who { user: "jonas".into(), terminal: Some("pts/3".into()), ..Who::default() };
    let taken = Fact { ids: jonas.ids(), ..fact(FactKind::Taken) };
    journal.take_up(first.id, token, &taken, 0).await.unwrap();
    assert_eq!(lines().await, [("running".to_owned(), Some("jonas".into()))]);
    let holds = journal.holds(&"harbour".into()).await.unwrap();
    assert_eq!((holds.list[0].who.place().as_str(), holds.list[0].since), ("jonas on pts/3", at(1)));
    journal.append(first.id, token, &fact(FactKind::Ended).says("done", "all is well")).await.unwrap();
    assert_eq!(lines().await, [("done".to_owned(), Some("jonas".into()))]);
    let whole = journal.one(first.id).await.unwrap().unwrap();
    assert_eq!((whole.facts.len(), whole.outcome()), (2, "done"));
    assert_eq!(journal.one(IntentId::fresh()).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn who_is_at_what_is_seen_by_others_until_it_ends_or_runs_out(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::new(kind).await else { return };
    let (ours, theirs) = (site.open().await, site.open().await);
    let hotel = Text::from("harbour");
    let before = theirs.stamp(&hotel).await.unwrap();
    assert_eq!(theirs.stamp(&hotel).await.unwrap(), before, "nobody has written");
    assert_eq!(theirs.holds(&hotel).await.unwrap(), Holds::default());
    let first = intent("Ada", "118", 0);
    let token = held(&ours, &wanted(first.id, &["grant g", "stay s"])).await;
    ours.begin(&first).await.unwrap();
    assert_ne!(theirs.stamp(&hotel).await.unwrap(), before);
    let holds = theirs.holds(&hotel).await.unwrap();
    assert_eq!(holds.list.len(), 1);
    assert_eq!((holds.list[0].run, holds.list[0].names.len()), (first.id, 2));
    assert_eq!(holds.left, Some(Duration::from_secs(20)));
    assert!(theirs.holds(&"hill".into()).await.unwrap().list.is_empty());
    site.pass(Duration::from_secs(20));
    assert!(theirs.holds(&hotel).await.unwrap().list.is_empty(), "it has run out");
    assert!(ours.renew(token).await.unwrap());
    assert_eq!(theirs.holds(&hotel).await.unwrap().list.len(), 1);
    ours.release(token, false).await.unwrap();
    assert!(theirs.holds(&hotel).await.unwrap().list.is_empty());
}
