//! Two handles on one file stand for two processes.

use super::*;

const LASTS: Duration = Duration::from_secs(20);

#[rstest]
#[tokio::test]
async fn a_claim_holds_all_its_names_or_none(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let (ours, theirs) = (site.open().await, site.open().await);
    let token = held(&ours, &wanted(IntentId::fresh(), &["stay 118"])).await;
    let both = wanted(IntentId::fresh(), &["stay 102", "stay 118"]);
    let Claim::Busy { whom, left } = theirs.claim(&both).await.unwrap() else { panic!("taken twice") };
    assert_eq!((whom.as_str(), left), ("maria: Extend 118", LASTS));
    let other = held(&theirs, &wanted(IntentId::fresh(), &["stay 102"])).await;
    assert!(other.number > token.number, "tokens only grow");
    ours.release(token, false).await.unwrap();
    theirs.release(other, false).await.unwrap();
    held(&theirs, &both).await;
}

#[rstest]
#[tokio::test]
async fn who_lives_keeps_it_and_who_is_dead_is_taken_over(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let (ours, theirs) = (site.open().await, site.open().await);
    let first = intent("Ada", "118", 0);
    let token = held(&ours, &wanted(first.id, &["stay 118"])).await;
    ours.begin(&first).await.unwrap();
    let again = wanted(IntentId::fresh(), &["stay 118"]);
    for _ in 0..5 {
        site.pass(LASTS / 2);
        assert!(ours.renew(token).await.unwrap());
        assert!(matches!(theirs.claim(&again).await.unwrap(), Claim::Busy { .. }));
    }
    assert!(theirs.unfinished(&"harbour".into()).await.unwrap().is_empty(), "its process lives");
    site.pass(LASTS);
    assert_eq!(theirs.unfinished(&"harbour".into()).await.unwrap().len(), 1);
    assert!(theirs.unfinished(&"hill".into()).await.unwrap().is_empty(), "another property's");
    let taken = held(&theirs, &again).await;

    // The one that slept wakes up.
    assert!(!ours.renew(token).await.unwrap());
    let late = ours.append(first.id, token, &fact(FactKind::Sending).step(0)).await;
    assert!(matches!(late, Err(JournalError::Fenced)), "{late:?}");
    ours.release(token, true).await.unwrap();
    assert!(theirs.renew(taken).await.unwrap(), "giving back what is no longer held takes nothing away");
    assert!(ours.facts(first.id).await.unwrap().is_empty());
}

#[rstest]
#[tokio::test]
async fn a_claim_that_ran_out_writes_nothing_even_if_nobody_took_it(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    let intent = intent("Ada", "118", 0);
    let token = begun(&journal, &intent).await;
    site.pass(LASTS);
    let late = journal.append(intent.id, token, &fact(FactKind::Before)).await;
    assert!(matches!(late, Err(JournalError::Fenced)), "{late:?}");
    assert!(journal.renew(token).await.unwrap(), "it is still the last to have had it");
    journal.append(intent.id, token, &fact(FactKind::Before)).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_partly_lost_claim_is_lost(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    let token = held(&journal, &wanted(IntentId::fresh(), &["grant 1", "grant 2"])).await;
    site.pass(LASTS);
    held(&journal, &wanted(IntentId::fresh(), &["grant 2"])).await;
    assert!(!journal.renew(token).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn the_next_one_hears_when_an_encoder_last_cut_a_card(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let (ours, theirs) = (site.open().await, site.open().await);
    let encoder = wanted(IntentId::fresh(), &["encoder desk1"]);
    for (used, want) in [(false, None), (true, Some(3)), (false, Some(6))] {
        let token = held(&ours, &encoder).await;
        ours.release(token, used).await.unwrap();
        site.pass(Duration::from_secs(3));
        let Claim::Held { token, used } = theirs.claim(&encoder).await.unwrap() else { panic!("busy") };
        theirs.release(token, false).await.unwrap();
        assert_eq!(used, want.map(Duration::from_secs));
    }
}

#[rstest]
#[tokio::test]
async fn of_many_who_claim_at_once_one_gets_it(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let journal = site.open().await;
        racers.spawn(async move { journal.claim(&wanted(IntentId::fresh(), &["stay 118"])).await.unwrap() });
    }
    let claims = racers.join_all().await;
    assert_eq!(claims.iter().filter(|c| matches!(c, Claim::Held { .. })).count(), 1, "{claims:?}");
}
