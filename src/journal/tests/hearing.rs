//! Whoever follows a property on a server is told when somebody writes, and looks.

use super::*;

/// Waits for what is told; in a test that cannot be told nobody waits for ever.
async fn told(hearing: &mut Hearing) -> bool {
    tokio::time::timeout(Duration::from_secs(20), hearing.heard()).await.is_ok()
}

/// Waits until a number of writings is told.
async fn told_of(hearing: &mut Hearing, number: i64) {
    while hearing.number() < number {
        assert!(told(hearing).await, "{} of {number}", hearing.number());
    }
}

async fn writes(journal: &Journal, hotel: &str) -> i64 {
    match journal.stamp(&hotel.into()).await.unwrap() {
        Stamp::Server(writes) => writes,
        stamp => panic!("{stamp:?}"),
    }
}

#[tokio::test]
async fn every_kind_of_writing_is_told_to_those_who_follow_the_property() {
    let Some(site) = Site::new(Kind::Server).await else { return };
    let (ours, theirs) = (site.open().await, site.open().await);
    let mut hearing = theirs.hear(&"harbour".into());
    let mut other = theirs.hear(&"hill".into());
    // That it listens from now on.
    assert!(told(&mut hearing).await && told(&mut other).await);
    let run = intent("Ada", "118", 0);
    let token = begun(&ours, &run).await;
    told_of(&mut hearing, 1).await;
    ours.append(run.id, token, &fact(FactKind::Before)).await.unwrap();
    told_of(&mut hearing, 2).await;
    ours.write_remarks(&"harbour".into(), &[remarks::remark("a", "acknowledged", "maria", 0)]).await.unwrap();
    told_of(&mut hearing, 3).await;
    ours.release(token, false).await.unwrap();
    told_of(&mut hearing, 4).await;
    assert_eq!(writes(&theirs, "harbour").await, 4);
    assert_eq!((other.number(), writes(&theirs, "hill").await), (0, 0), "another property's");
}

#[tokio::test]
async fn a_lost_connection_is_made_up_for_by_looking() {
    let Some(site) = Site::new(Kind::Server).await else { return };
    let (ours, theirs) = (site.open().await, site.open().await);
    let mut hearing = theirs.hear(&"harbour".into());
    assert!(told(&mut hearing).await);
    site.cut();
    // What is written meanwhile is not told to anybody; that there is something to look for is.
    let run = intent("Ada", "118", 0);
    while ours.begin(&run).await.is_err() {}
    assert!(told(&mut hearing).await);
    assert_eq!(writes(&theirs, "harbour").await, 1);
    // And from here on all is as before.
    let mut number = 1;
    while hearing.number() <= 1 {
        number += 1;
        theirs.begin(&intent("Per", "102", number)).await.unwrap();
        let _ = tokio::time::timeout(Duration::from_millis(200), hearing.heard()).await;
    }
}

#[tokio::test]
async fn a_file_is_silent() {
    let Some(site) = Site::new(Kind::File).await else { return };
    let journal = site.open().await;
    let mut hearing = journal.hear(&"harbour".into());
    journal.begin(&intent("Ada", "118", 0)).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(20), hearing.heard()).await.is_err());
}
