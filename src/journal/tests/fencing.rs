//! Desks that claim, write, are too slow and are taken over, all at once and by real clocks: what was written under a
//! later claim is never followed by something under an earlier one.

use super::*;

const DESKS: usize = 4;
const ROUNDS: usize = 12;

/// Claims again and again, and writes its claim's number for as long as it may.
async fn work(journal: Journal, run: IntentId, desk: usize) -> usize {
    let mut wrote = 0;
    for round in 0..ROUNDS {
        let lasts = Duration::from_millis(4 + (desk * 7 + round * 5) as u64 % 23);
        let token = loop {
            match journal.claim(&Wanted { lasts, ..wanted(run, &["stay 118", "grant 7"]) }).await.unwrap() {
                Claim::Held { token, .. } => break token,
                Claim::Busy { left, .. } => tokio::time::sleep(left / 2).await,
            }
        };
        for n in 0..4 {
            let number = fact(FactKind::After).says(token.number.to_string(), format!("{desk}"));
            match journal.append(run, token, &number).await {
                Ok(()) => wrote += 1,
                Err(JournalError::Fenced) => break,
                Err(error) => panic!("{error:?}"),
            }
            // Now and then it is slower than its lease lasts.
            if (desk + round + n).is_multiple_of(3) {
                tokio::time::sleep(lasts).await;
            }
            if (desk + n).is_multiple_of(2) {
                journal.renew(token).await.unwrap();
            }
        }
        if round.is_multiple_of(2) {
            journal.release(token, false).await.unwrap();
        }
    }
    wrote
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_under_a_claim_that_another_has_taken_over(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::by_real_clocks(kind).await else { return };
    let first = site.open().await;
    let run = intent("Ada", "118", 0);
    first.begin(&run).await.unwrap();
    let mut desks = tokio::task::JoinSet::new();
    for desk in 0..DESKS {
        desks.spawn(work(site.open().await, run.id, desk));
    }
    let wrote: usize = desks.join_all().await.into_iter().sum();
    let facts = first.facts(run.id).await.unwrap();
    let numbers: Vec<i64> = facts.iter().map(|fact| fact.state.parse().unwrap()).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    assert_eq!(numbers.len(), wrote, "what was said to be written is there, and nothing else");
    assert!(wrote > DESKS * ROUNDS / 2, "{wrote}");
    first.check().await.unwrap();
}
