//! What one host kept for itself goes into what several share.

use super::*;

async fn wrote(journal: &Journal, guest: &str, minutes: i64, words: &[&str]) -> Intent {
    let intent = intent(guest, "118", minutes);
    let token = begun(journal, &intent).await;
    for word in words {
        let kind = if *word == "done" { FactKind::Ended } else { FactKind::After };
        journal.append(intent.id, token, &fact(kind).says(word, guest)).await.unwrap();
    }
    journal.release(token, false).await.unwrap();
    intent
}

async fn all(journal: &Journal) -> Vec<Record> {
    journal.records(&Filter::default()).await.unwrap()
}

#[tokio::test]
async fn everything_is_there_afterwards_in_its_order_and_again_is_no_harm() {
    let (Some(site), dir) = (Site::new(Kind::Server).await, Dir::new()) else { return };
    let (from, to) = (Journal::open(&dir.0).await.unwrap(), site.open().await);
    for n in 0..30 {
        wrote(&from, &format!("Guest {n}"), n, &["a", "b", "done"]).await;
    }
    wrote(&from, "Unfinished", 40, &["a"]).await;
    from.begin(&intent("Nothing yet", "7", 41)).await.unwrap();
    let said = remarks::remark("battery:lock:1", "snoozed", "maria", 0);
    from.write_remarks(&"harbour".into(), std::slice::from_ref(&said)).await.unwrap();
    let used = held(&from, &wanted(IntentId::fresh(), &["encoder desk1"])).await;
    from.release(used, true).await.unwrap();
    let copied = from.copy_to(&to).await.unwrap();
    assert_eq!((copied.runs, copied.facts, copied.remarks, copied.leases), (32, 91, 1, 1));
    assert!(copied.behind.is_empty() && copied.known == 0, "{copied:?}");
    assert_eq!(all(&to).await, all(&from).await);
    assert_eq!(to.remarks(&"harbour".into(), 0).await.unwrap().list, [said]);
    assert_eq!(to.unfinished(&"harbour".into()).await.unwrap().len(), 2, "to be taken up by anybody");
    to.check().await.unwrap();
    let again = from.copy_to(&to).await.unwrap();
    assert_eq!((again.runs, again.facts, again.remarks, again.leases, again.known), (0, 0, 0, 0, 92));
    assert_eq!(all(&to).await, all(&from).await);
}

#[tokio::test]
async fn what_others_wrote_stays_and_what_went_on_there_is_left_alone() {
    let (Some(site), dir, other) = (Site::new(Kind::Server).await, Dir::new(), Dir::new()) else { return };
    let to = site.open().await;
    let (one, two) = (Journal::open(&dir.0).await.unwrap(), Journal::open(&other.0).await.unwrap());
    let left = wrote(&one, "Left", 0, &["a"]).await;
    wrote(&two, "Other", 1, &["a", "done"]).await;
    one.copy_to(&to).await.unwrap();
    let behind = two.copy_to(&to).await.unwrap();
    assert_eq!(behind.behind.iter().map(Text::as_str).collect::<Vec<_>>(), ["harbour"]);
    // Somebody takes up there what the first host left, and so does the first host, by mistake.
    for (journal, word) in [(&to, "there"), (&one, "here")] {
        let token = held(journal, &wanted(left.id, &["again"])).await;
        let more = ["more", "and more"].map(|state| fact(FactKind::After).says(state, word));
        let many = if word == "here" { 2 } else { 0 };
        for fact in &more[..many] {
            journal.append(left.id, token, fact).await.unwrap();
        }
        journal.append(left.id, token, &fact(FactKind::Ended).says("done", word)).await.unwrap();
        journal.release(token, false).await.unwrap();
    }
    one.copy_to(&to).await.unwrap();
    let record = to.one(left.id).await.unwrap().unwrap();
    assert_eq!((record.facts.len(), record.ended().unwrap().words.as_str()), (2, "there"));
    let numbers = to.store.all(sql("SELECT num FROM fact ORDER BY num")).await.unwrap();
    let numbers: Vec<i64> = numbers.iter().map(|row| row.number("num").unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3, 4], "no gaps");
    to.check().await.unwrap();
}

#[tokio::test]
async fn nothing_is_copied_while_something_is_being_worked_on() {
    let (Some(site), dir) = (Site::new(Kind::Server).await, Dir::new()) else { return };
    let (from, to) = (Journal::open(&dir.0).await.unwrap(), site.open().await);
    let working = intent("Ada", "118", 0);
    begun(&from, &working).await;
    let refused = from.copy_to(&to).await.unwrap_err().to_string();
    assert!(refused.starts_with("maria: Extend 118 is being worked on"), "{refused}");
    assert!(all(&to).await.is_empty());
}
