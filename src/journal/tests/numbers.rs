//! Facts are numbered by property without gaps, whoever writes and whatever is refused.

use super::*;

async fn numbers(journal: &Journal, hotel: &str) -> Vec<i64> {
    let rows = journal.store.all(sql("SELECT num FROM fact WHERE hotel = $1 ORDER BY num").bind(hotel)).await;
    rows.unwrap().iter().map(|row| row.number("num").unwrap()).collect()
}

#[rstest]
#[tokio::test]
async fn many_writers_leave_no_gaps_and_a_reader_misses_nothing(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::new(kind).await else { return };
    let hotel = Text::from("harbour");
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..4 {
        let journal = site.open().await;
        writers.spawn(async move {
            let intent = intent(&format!("Guest {n}"), "118", n);
            let token = begun(&journal, &intent).await;
            let lost = held(&journal, &wanted(intent.id, &[&format!("lost {n}")])).await;
            journal.release(lost, false).await.unwrap();
            for m in 0..10 {
                let fact = fact(FactKind::After).says(m.to_string(), "");
                journal.append(intent.id, token, &fact).await.unwrap();
                let refused = journal.append(intent.id, lost, &fact).await;
                assert!(matches!(refused, Err(JournalError::Fenced)), "{refused:?}");
            }
        });
    }
    let reader = site.open().await;
    let (mut mark, mut heard) = (Mark::default(), std::collections::BTreeMap::new());
    let mut is_over = false;
    while !is_over {
        is_over = writers.is_empty() || {
            let _ = tokio::time::timeout(Duration::from_millis(5), writers.join_next()).await;
            writers.is_empty()
        };
        let (records, next) = reader.news(&hotel, at(-60), mark).await.unwrap();
        for record in records {
            let facts = record.facts.len();
            assert!(heard.insert(record.intent.id, facts).is_none_or(|before| before <= facts));
        }
        mark = next;
    }
    assert_eq!(heard.values().sum::<usize>(), 40, "{heard:?}");
    assert_eq!(numbers(&reader, "harbour").await, (1..=40).collect::<Vec<_>>());
    reader.check().await.unwrap();
}

#[tokio::test]
async fn what_an_older_program_writes_meanwhile_is_numbered_for_it() {
    let dir = Dir::new();
    let journal = Journal::open(&dir.0).await.unwrap();
    let (first, second) = (intent("Ada", "118", 0), intent("Per", "102", 1));
    for intent in [&first, &second] {
        journal.begin(intent).await.unwrap();
        for seq in 1..=2 {
            // As the program before this one does.
            let old = "INSERT INTO fact (run, seq, at, kind, step, state, words, request_id, ids)
                VALUES ($1, $2, 0, 'after', NULL, 'done', '', NULL, '{}')";
            journal.store.run(sql(old).bind(intent.id.to_string()).bind(seq)).await.unwrap();
        }
    }
    let token = held(&journal, &wanted(second.id, &["stay"])).await;
    journal.append(second.id, token, &fact(FactKind::Ended).says("done", "")).await.unwrap();
    assert_eq!(numbers(&journal, "harbour").await, [1, 2, 3, 4, 5]);
    let changed = journal.store.run(sql("UPDATE fact SET words = 'x'")).await.unwrap_err().to_string();
    assert!(changed.contains("append-only"), "{changed}");
    journal.check().await.unwrap();
}
