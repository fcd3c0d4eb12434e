//! A file that cannot be used says how, and nothing is half written.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::*;

const SHORT: Duration = Duration::from_millis(20);

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn only_the_owner_can_read_it() {
    let dir = Dir::new();
    let journal = Journal::open(&dir.0).await.unwrap();
    journal.begin(&intent("Ada", "118", 0)).await.unwrap();
    assert_eq!(mode(&dir.0), 0o700);
    for file in std::fs::read_dir(&dir.0).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
    journal.close().await;
    std::fs::set_permissions(dir.file(), Permissions::from_mode(0o644)).unwrap();
    Journal::open(&dir.0).await.unwrap();
    assert_eq!(mode(&dir.file()), 0o600, "one that was opened up is closed again");
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    let dir = Dir::new();
    let journal = Journal::open(&dir.0).await.unwrap();
    journal.store.run(sql("INSERT INTO schema_version (version, at) VALUES (99, 0)")).await.unwrap();
    journal.close().await;
    for error in [Journal::open(&dir.0).await.unwrap_err(), Journal::open_to_read(&dir.0).await.unwrap_err()]
    {
        assert!(matches!(error, JournalError::Newer { found: 99, known: 3, .. }), "{error:?}");
        assert!(error.to_string().contains("use the newer nightdesk"), "{error}");
    }
}

#[tokio::test]
async fn several_that_start_at_once_make_one_schema() {
    let dir = Dir::new();
    let mut opening = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let dir = dir.0.clone();
        opening.spawn(async move { Journal::open(&dir).await.map(drop) });
    }
    for opened in opening.join_all().await {
        opened.unwrap();
    }
}

#[tokio::test]
async fn a_full_disk_is_said() {
    let dir = Dir::new();
    let journal = Journal::open(&dir.0).await.unwrap();
    journal.close().await;
    let journal = Journal::of(Store::bare_file(&dir.file()).await.unwrap());
    journal.store.run(sql("PRAGMA max_page_count = 1")).await.unwrap();
    let big = Intent { plan: json!("x".repeat(100_000)), ..intent("Ada", "118", 0) };
    let error = journal.begin(&big).await.unwrap_err();
    assert!(matches!(error, JournalError::Full { .. }), "{error:?}");
    assert!(journal.records(&Filter::default()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_that_somebody_keeps_locked_is_said() {
    let dir = Dir::new();
    // Laid out in peace: a busy machine may take longer for that than the one below is willing to wait.
    Journal::open(&dir.0).await.unwrap().close().await;
    let journal = Journal::open_with(&dir.0, SHORT, Arc::new(Utc::now)).await.unwrap();
    let mut other =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(dir.file())).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let error = journal.begin(&intent("Ada", "118", 0)).await.unwrap_err();
    assert!(matches!(error, JournalError::Locked { .. }), "{error:?}");
    assert!(matches!(
        journal.claim(&wanted(IntentId::fresh(), &["x"])).await,
        Err(JournalError::Locked { .. })
    ));
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    journal.begin(&intent("Ada", "118", 0)).await.unwrap();
}

#[tokio::test]
async fn a_file_that_can_only_be_read_is_said() {
    let dir = Dir::new();
    Journal::open(&dir.0).await.unwrap().close().await;
    let journal = Journal::open_to_read(&dir.0).await.unwrap().unwrap();
    let error = journal.begin(&intent("Ada", "118", 0)).await.unwrap_err();
    assert!(matches!(error, JournalError::ReadOnly { .. }), "{error:?}");
}

#[tokio::test]
async fn a_damaged_file_is_said_and_kept() {
    let dir = Dir::new();
    std::fs::create_dir_all(&dir.0).unwrap();
    let rubbish = vec![0x5a; 8_192];
    std::fs::write(dir.file(), &rubbish).unwrap();
    let error = Journal::open(&dir.0).await.unwrap_err();
    assert!(matches!(error, JournalError::Damaged { .. }), "{error:?}");
    assert_eq!(std::fs::read(dir.file()).unwrap(), rubbish);
}

#[tokio::test]
async fn damage_inside_is_found() {
    let dir = Dir::new();
    let journal = Journal::open(&dir.0).await.unwrap();
    for n in 0..200 {
        journal.begin(&intent("Ada", "118", n)).await.unwrap();
    }
    journal.close().await;
    let mut raw = std::fs::read(dir.file()).unwrap();
    let end = raw.len();
    raw[8_192..end].fill(0xff);
    std::fs::write(dir.file(), raw).unwrap();
    let damaged = |e: &JournalError| matches!(e, JournalError::Damaged { .. });
    match Journal::open(&dir.0).await {
        Ok(journal) => {
            assert!(journal.check().await.is_err_and(|e| damaged(&e)));
            assert!(journal.records(&Filter::default()).await.is_err_and(|e| damaged(&e)));
        }
        Err(e) => assert!(damaged(&e), "{e:?}"),
    }
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_said() {
    let dir = Dir::new();
    std::fs::write(&dir.0, "a file").unwrap();
    let error = Journal::open(&dir.0.join("state")).await.unwrap_err();
    std::fs::remove_file(&dir.0).unwrap();
    assert!(matches!(error, JournalError::Unopened { .. }), "{error:?}");
}

#[tokio::test]
async fn there_is_nothing_to_read_where_nothing_was_written() {
    let dir = Dir::new();
    assert!(Journal::open_to_read(&dir.0).await.unwrap().is_none());
    assert!(!dir.0.exists());
}
