//! A file of this host stands in for the server, and is merged.

use super::*;

async fn all(journal: &Journal) -> Vec<Record> {
    let mut all = journal.records(&Filter::default()).await.unwrap();
    all.iter_mut().for_each(|record| record.running = false);
    all
}

/// Somebody's action on a stay, from its beginning to its end.
async fn did(journal: &Journal, intent: &Intent) {
    let token = begun(journal, intent).await;
    journal.append(intent.id, token, &fact(FactKind::After).says("done", "118")).await.unwrap();
    journal.append(intent.id, token, &fact(FactKind::Ended).says("done", "118")).await.unwrap();
    journal.release(token, false).await.unwrap();
}

fn of(guest: &str, stay: &str, host: &str) -> Intent {
    let intent = intent(guest, "118", 3);
    let who = Who { host: host.into(), ..intent.who.clone() };
    Intent { stay: stay.into(), who, ..intent }
}

#[tokio::test]
async fn what_is_done_meanwhile_is_in_the_file_and_afterwards_on_the_server_once() {
    let (Some(site), dir) = (Site::new(Kind::Server).await, Dir::new()) else { return };
    let (journal, other) = (site.open().await, site.open().await);
    did(&journal, &of("Before", "a", "desk")).await;
    journal.stand_in(&dir.0).await.unwrap();
    assert!(journal.is_standing_in() && !other.is_standing_in());
    did(&journal, &of("Meanwhile", "b", "desk")).await;
    let said = remarks::remark("battery:lock:1", "snoozed", "maria", 0);
    journal.write_remarks(&"harbour".into(), std::slice::from_ref(&said)).await.unwrap();
    journal.write_alone(&"harbour".into(), Who::here(None), at(2), &"on purpose".into()).await.unwrap();
    let guests = |all: Vec<Record>| all.into_iter().map(|r| r.intent.guest.to_string()).collect::<Vec<_>>();
    assert_eq!(guests(all(&other).await), ["Before"]);
    assert_eq!(guests(all(&journal).await), ["all guests", "Meanwhile"], "what was before is out of reach");
    assert_eq!(journal.merge(at(9)).await.unwrap(), None, "it still stands in");
    journal.stand_down();
    let meanwhile = journal.clone();
    assert_eq!(guests(all(&meanwhile).await), ["Before"], "every handle knows");
    let merged = journal.merge(at(9)).await.unwrap().unwrap();
    assert_eq!((merged.copied.runs, merged.copied.remarks, merged.clashes.len()), (3, 1, 0), "{merged:?}");
    assert_eq!(all(&journal).await, all(&other).await);
    assert_eq!(
        guests(all(&other).await),
        ["all guests", "Before", "Meanwhile", "all guests"],
        "from when until when"
    );
    assert_eq!(other.remarks(&"harbour".into(), 0).await.unwrap().list, [said]);
    assert_eq!(journal.merge(at(9)).await.unwrap(), None, "it is merged");
    assert_eq!(journal.merge_left(&dir.0, at(9)).await.unwrap(), None, "nothing new in it");
    assert_eq!(all(&other).await.len(), 4);
    other.check().await.unwrap();
}

#[tokio::test]
async fn what_was_begun_is_written_to_its_end_where_it_was_begun_and_nobody_comes_between() {
    let (Some(site), dir) = (Site::new(Kind::Server).await, Dir::new()) else { return };
    let journal = site.open().await;
    let first = of("Of the server", "a", "desk");
    let on_server = begun(&journal, &first).await;
    journal.stand_in(&dir.0).await.unwrap();
    let second = of("Of the file", "b", "desk");
    let name = format!("stay {}", second.id);
    let in_file = held(&journal, &wanted(second.id, &[name.as_str()])).await;
    journal.begin(&second).await.unwrap();
    // The one that was begun on the server goes on there, whatever stands in.
    journal.append(first.id, on_server, &fact(FactKind::After).says("done", "1")).await.unwrap();
    assert!(journal.renew(on_server).await.unwrap() && journal.renew(in_file).await.unwrap());
    journal.stand_down();
    journal.append(second.id, in_file, &fact(FactKind::After).says("done", "2")).await.unwrap();
    assert!(matches!(journal.merge(at(9)).await, Err(JournalError::Closed { .. })));
    let again = wanted(IntentId::fresh(), &[name.as_str()]);
    assert!(
        matches!(journal.claim(&again).await.unwrap(), Claim::Busy { .. }),
        "it is still being worked on"
    );
    journal.append(second.id, in_file, &fact(FactKind::Ended).says("done", "2")).await.unwrap();
    journal.release(in_file, false).await.unwrap();
    let merged = journal.merge(at(9)).await.unwrap().unwrap();
    assert_eq!((merged.copied.runs, merged.copied.facts), (1, 2));
    assert!(matches!(journal.claim(&again).await.unwrap(), Claim::Held { .. }));
    journal.append(first.id, on_server, &fact(FactKind::Ended).says("done", "1")).await.unwrap();
    assert_eq!(journal.one(second.id).await.unwrap().unwrap().facts.len(), 2);
}

#[tokio::test]
async fn two_who_were_at_one_stay_are_told_once_and_nothing_of_either_is_lost() {
    let (Some(site), dir) = (Site::new(Kind::Server).await, Dir::new()) else { return };
    let (journal, other) = (site.open().await, site.open().await);
    let long_ago = Intent { at: at(-600), ..of("Okafor, Ada", "b", "desk-3") };
    let token = begun(&other, &long_ago).await;
    let ended = Fact::new(at(-599), FactKind::Ended).says("done", "118");
    other.append(long_ago.id, token, &ended).await.unwrap();
    other.release(token, false).await.unwrap();
    journal.stand_in(&dir.0).await.unwrap();
    journal.write_alone(&"harbour".into(), Who::here(None), at(1), &"on purpose".into()).await.unwrap();
    did(&journal, &of("Okafor, Ada", "b", "desk")).await;
    did(&journal, &of("Berg, Astrid", "c", "desk")).await;
    let theirs = Intent { action: "check_out".into(), ..of("Okafor, Ada", "b", "desk-2") };
    did(&other, &theirs).await;
    journal.stand_down();
    let merged = journal.merge(at(9)).await.unwrap().unwrap();
    let words: Vec<String> = merged.clashes.iter().map(|clash| clash.words().to_string()).collect();
    let met: Vec<&String> = words.iter().filter(|words| words.contains("desk-2")).collect();
    assert_eq!(met.len(), 1, "{words:?}");
    assert!(
        met[0].starts_with(
            "118 Okafor, Ada: maria: extend, done, without the shared store; maria@desk-2: check out, done"
        ),
        "{met:?}"
    );
    let told = |all: &[Record]| all.iter().filter(|r| r.intent.action == "conflict").count();
    let after = all(&other).await;
    assert_eq!(told(&after), merged.clashes.len());
    // Whatever is done again tells nothing twice, and what is done later is no conflict.
    let later = Intent { at: at(15), ..of("Okafor, Ada", "b", "desk-2") };
    let token = begun(&other, &later).await;
    let ended = Fact::new(at(16), FactKind::Ended).says("done", "118");
    other.append(later.id, token, &ended).await.unwrap();
    other.release(token, false).await.unwrap();
    let after = all(&other).await;
    journal.merge_left(&dir.0, at(20)).await.unwrap();
    assert_eq!(all(&other).await, after);
    other.check().await.unwrap();
}

/// Has a card cut on an encoder, from one second to another.
async fn cut(journal: &Journal, intent: &Intent, encoder: &str, seconds: (i64, Option<i64>)) {
    let token = begun(journal, intent).await;
    let sent = Fact::new(at(seconds.0), FactKind::Sending).step(0).id("acs_encoder_id", encoder);
    journal.append(intent.id, token, &sent).await.unwrap();
    if let Some(over) = seconds.1 {
        for kind in [FactKind::After, FactKind::Ended] {
            let over = Fact::new(at(over), kind).step(0).says("done", "118");
            journal.append(intent.id, token, &over).await.unwrap();
        }
    }
    journal.release(token, false).await.unwrap();
}

#[tokio::test]
async fn two_who_had_cards_cut_on_one_encoder_at_one_time_are_told() {
    let (Some(site), dir) = (Site::new(Kind::Server).await, Dir::new()) else { return };
    let (journal, other) = (site.open().await, site.open().await);
    journal.stand_in(&dir.0).await.unwrap();
    journal.write_alone(&"harbour".into(), Who::here(None), at(1), &"on purpose".into()).await.unwrap();
    cut(&journal, &of("Okafor, Ada", "b", "desk"), "desk-1", (10, Some(20))).await;
    let theirs = [
        ("Long before", "c", "desk-1", (2, Some(9))),
        ("Elsewhere", "d", "desk-10", (12, Some(14))),
        ("Berg, Per", "e", "desk-1", (18, Some(25))),
        ("Never heard of", "f", "desk-1", (3, None)),
        ("Afterwards", "g", "desk-1", (21, Some(24))),
    ];
    for (guest, stay, encoder, seconds) in theirs {
        cut(&other, &of(guest, stay, "desk-2"), encoder, seconds).await;
    }
    journal.stand_down();
    let merged = journal.merge(at(60)).await.unwrap().unwrap();
    let words: Vec<String> = merged.clashes.iter().map(|clash| clash.words().to_string()).collect();
    let met = |guest: &str| words.iter().filter(|words| words.contains(guest)).collect::<Vec<_>>();
    assert_eq!(words.len(), 2, "{words:?}");
    assert_eq!(
        met("Berg, Per"),
        ["118 Okafor, Ada: maria: extend, done, without the shared store; on the same encoder just then \
          maria@desk-2: extend, done, for 118 Berg, Per. Read both cards."]
    );
    assert_eq!(met("Never heard of").len(), 1, "it may have been on the encoder still");
    let told = all(&other).await.iter().filter(|r| r.intent.action == "conflict").count();
    assert_eq!(told, 2);
    other.check().await.unwrap();
}

#[tokio::test]
async fn of_two_hosts_that_were_alone_one_finds_the_other_whoever_is_first() {
    let (Some(site), here, there) = (Site::new(Kind::Server).await, Dir::new(), Dir::new()) else { return };
    let (one, two) = (site.open().await, site.open().await);
    for (journal, dir, host) in [(&one, &here, "desk"), (&two, &there, "desk-2")] {
        journal.stand_in(&dir.0).await.unwrap();
        journal.write_alone(&"harbour".into(), Who::here(None), at(0), &"on purpose".into()).await.unwrap();
        did(journal, &of("Okafor, Ada", "b", host)).await;
        journal.stand_down();
    }
    let (first, second) = tokio::join!(one.merge(at(9)), two.merge(at(9)));
    let told = first.unwrap().unwrap().clashes.len() + second.unwrap().unwrap().clashes.len();
    assert_eq!(told, 1);
    let all = all(&one).await;
    let count = |action: &str| all.iter().filter(|r| r.intent.action == action).count();
    assert_eq!(
        (count("extend"), count("conflict"), count("emergency")),
        (2, 1, 4),
        "from when until when, of each"
    );
    one.check().await.unwrap();
}

#[tokio::test]
async fn what_a_program_that_is_gone_left_is_taken_in_by_the_next() {
    let (Some(site), dir) = (Site::new(Kind::Server).await, Dir::new()) else { return };
    let gone = site.open().await;
    gone.stand_in(&dir.0).await.unwrap();
    did(&gone, &of("Done", "a", "desk")).await;
    let half = of("Half done", "b", "desk");
    let token = begun(&gone, &half).await;
    gone.append(half.id, token, &fact(FactKind::Sending).says("update", "118")).await.unwrap();
    // Its lease runs out with it.
    gone.release(token, false).await.unwrap();
    drop(gone);
    let next = site.open().await;
    let merged = next.merge_left(&dir.0, at(9)).await.unwrap().unwrap();
    assert_eq!(merged.copied.runs, 2);
    let left = next.unfinished(&"harbour".into()).await.unwrap();
    assert_eq!(left.iter().map(|r| r.intent.guest.as_str()).collect::<Vec<_>>(), ["Half done"]);
    assert_eq!(next.merge_left(&Dir::new().0, at(9)).await.unwrap(), None, "there is no such directory");
}
