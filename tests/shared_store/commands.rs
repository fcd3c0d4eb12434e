//! `nightdesk store migrate` and `copy`, and what the other commands say of the store.

use std::path::PathBuf;
use std::process::{Command, Output};

use nightdesk::journal::{FactKind, IntentId, Journal};
use nightdesk::store::{StoreError, schema};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::cluster::{self, Database};
use crate::desks::{fact, held, intent, migrated, server};

/// A directory of its own that goes with the test.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Self {
        let dir = std::env::temp_dir().join(format!("nightdesk-store-{}", IntentId::fresh()));
        std::fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }

    fn run(&self, url: &str, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
        command.args(args).env_clear().env("NIGHTDESK_STATE_DIR", self.0.join("state"));
        command.env("XDG_CONFIG_HOME", &self.0).env("NIGHTDESK_SHARED_URL", url).output().unwrap()
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a command says, on both outputs; never the password.
fn said(output: &Output) -> String {
    let all = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let all = String::from_utf8(all).unwrap();
    assert!(!all.contains("tests@") && !all.contains(":tests"), "the password is told: {all}");
    all
}

#[track_caller]
fn fails(output: &Output, words: &str) {
    let all = said(output);
    assert!(!output.status.success() && all.contains(words), "{all}");
}

#[track_caller]
fn works(output: &Output, words: &str) {
    let all = said(output);
    assert!(output.status.success() && all.contains(words), "{all}");
}

#[test]
fn the_schema_is_made_by_migrate_alone_and_every_command_says_so() {
    let Some(database) = cluster::database() else { return };
    let (dir, url) = (Dir::new(), database.url());
    let told = "run `nightdesk store migrate`";
    fails(&dir.run(&url, &["journal"]), told);
    fails(&dir.run(&url, &["store", "copy"]), "there is no journal to copy");
    assert!(said(&dir.run(&url, &["doctor"])).contains(told));
    assert_eq!(database.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'nightdesk'"), "0");
    let made = dir.run(&url, &["store", "migrate"]);
    works(&made, &format!("schema {} was made", schema::KNOWN_ON_SERVER));
    assert!(said(&made).contains("there is no role nightdesk_desk"), "{}", said(&made));
    works(&dir.run(&url, &["store", "migrate"]), "is there already");
    works(&dir.run(&url, &["journal"]), "The journal has no such entries.");
    let doctor = said(&dir.run(&url, &["doctor"]));
    let line = doctor.lines().find(|line| line.contains(" store ")).unwrap();
    for words in ["ok", "answers in", "PostgreSQL 1", "without TLS", "clocks agree", "may delete"] {
        assert!(line.contains(words), "{words}: {line}");
    }
    database.sql("INSERT INTO nightdesk.schema_version VALUES (99, 0)");
    let newer = "schema 99";
    fails(&dir.run(&url, &["journal"]), newer);
    fails(&dir.run(&url, &["store", "migrate"]), newer);
    assert_eq!(
        database.sql("SELECT count(*) FROM nightdesk.schema_version"),
        (schema::KNOWN_ON_SERVER + 1).to_string()
    );
}

#[tokio::test]
async fn several_that_migrate_at_once_make_one_schema() {
    let Some(database) = cluster::database() else { return };
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let server = server(&database.url());
        all.spawn(async move { schema::migrate_server(&server, None).await });
    }
    let all: Vec<_> = all.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!(all.iter().filter(|migrated| migrated.from == 0).count(), 1, "{all:?}");
}

#[test]
fn a_journal_of_this_host_is_copied_by_the_command() {
    let Some(database) = cluster::database() else { return };
    let (dir, url) = (Dir::new(), database.url());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let journal = Journal::open(&dir.0.join("state")).await.unwrap();
        let run = intent("118");
        let token = held(&journal, run.id, "stay", std::time::Duration::from_secs(20)).await;
        journal.begin(&run).await.unwrap();
        journal.append(run.id, token, &fact(FactKind::Ended, "done")).await.unwrap();
        journal.release(token, false).await.unwrap();
        journal.close().await;
    });
    fails(&dir.run(&url, &["store", "copy"]), "run `nightdesk store migrate`");
    works(&dir.run(&url, &["store", "migrate"]), "was made");
    works(&dir.run(&url, &["store", "copy"]), "1 entries with 1 facts, 0 remarks");
    works(&dir.run(&url, &["store", "copy"]), "0 entries with 0 facts");
    works(&dir.run(&url, &["journal", "--guest", "Lindqvist"]), "Lindqvist, Ada");
    let other = Dir::new();
    works(&other.run(&url, &["journal"]), "118 Lindqvist, Ada  done");
}

#[test]
fn a_journal_that_only_older_programs_have_written_is_copied_too() {
    let Some(database) = cluster::database() else { return };
    let (dir, url) = (Dir::new(), database.url());
    let state = dir.0.join("state");
    std::fs::create_dir(&state).unwrap();
    let file = SqliteConnectOptions::new().filename(state.join("journal.db")).create_if_missing(true);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut db = SqliteConnection::connect_with(&file).await.unwrap();
        let old = "INSERT INTO run VALUES ('01a206ea-6b86-73b9-b43c-8d6defe61445', 0, 'harbour', 'extend', 's', 'Ada', '118', '{}',
                '{\"user\":\"maria\",\"origin\":null,\"operator\":null,\"host\":\"desk\",\"process\":7,\"version\":\"0\"}');
            INSERT INTO fact VALUES ('01a206ea-6b86-73b9-b43c-8d6defe61445', 1, 0, 'ended', NULL, 'done', '', NULL, '{}')";
        for said in [include_str!("../fuzz/schema_1.sql"), old] {
            sqlx::raw_sql(said).execute(&mut db).await.unwrap();
        }
        db.close().await.unwrap();
    });
    works(&dir.run(&url, &["store", "migrate"]), "was made");
    works(&dir.run(&url, &["store", "copy"]), "1 entries with 1 facts");
    works(&dir.run(&url, &["journal"]), "118 Ada  done");
}

#[test]
fn what_cannot_be_used_is_refused_with_its_reason_and_without_the_password() {
    let dir = Dir::new();
    for (url, words) in [
        ("postgres://desk:tests@db.example/n?sslmode=disable", "sslmode=disable does not make sure of TLS"),
        ("postgres://desk:tests@127.0.0.1:1/n", "does not answer"),
        ("tests", "write postgres://user@host/database"),
        ("postgres://desk:tests@127.0.0.1/n?sslmod=require", "“sslmod”, which is not known"),
    ] {
        let output = dir.run(url, &["journal"]);
        fails(&output, words);
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&dir.run(url, &["doctor"])).contains(words));
        fails(&dir.run(url, &["store", "migrate"]), words);
    }
    let unset = dir.run("", &["store", "migrate"]);
    fails(&unset, "NIGHTDESK_SHARED_URL");
}

#[tokio::test]
async fn a_password_that_is_wrong_and_a_database_that_is_not_there_are_said() {
    let Some(database) = cluster::database() else { return };
    migrated(&database).await;
    let of = async |url: String| Journal::connect(&server(&url)).await.unwrap_err();
    let by_socket = server(&database.socket_url("postgres"));
    assert!(Journal::connect(&by_socket).await.is_ok(), "through the Unix socket");
    let wrong = of(database.url_of("postgres", "wrong")).await;
    assert!(matches!(wrong, StoreError::Denied { .. }), "{wrong:?}");
    assert!(!wrong.to_string().contains("wrong"), "{wrong}");
    let nowhere = of(format!("{}x", database.url())).await;
    assert!(matches!(nowhere, StoreError::Unreachable { .. }), "{nowhere:?}");
    let empty = cluster::database().unwrap();
    let older = of(empty.url()).await;
    assert!(matches!(older, StoreError::Older { found: 0, .. }), "{older:?}");
}

/// What the documentation tells the administrator to say.
#[test]
fn the_roles_of_the_documentation_are_enough_to_begin() {
    let Some(own) = cluster::own() else { return };
    let page = include_str!("../../docs/shared.md");
    let block = page.split("```sql\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let everybodys = own.database();
    for statement in block.split_inclusive(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        everybodys.sql(statement);
    }
    let url = |role: &str, password: &str| {
        let url = everybodys.url_of(role, password);
        url.replace(&format!("/{}", everybodys.name()), "/nightdesk")
    };
    let dir = Dir::new();
    let (owner, desk) = (url("nightdesk_owner", "one"), url("nightdesk_desk", "another"));
    works(&dir.run(&owner, &["store", "migrate"]), "nightdesk_desk may do what a desk does");
    fails(&dir.run(&desk, &["store", "migrate"]), "refuses this");
    let doctor = said(&dir.run(&desk, &["doctor"]));
    let line = doctor.lines().find(|line| line.contains(" store ")).unwrap();
    assert!(line.starts_with("ok") && !line.contains("may delete"), "{line}");
}

/// The roles of the documentation, by other names, on a database of the test.
pub fn roles(database: &Database) -> (String, String) {
    let (owner, desk) = (format!("owner_{}", database.name()), format!("desk_{}", database.name()));
    database.sql(&format!(
        "CREATE ROLE {owner} LOGIN PASSWORD 'o-secret'; CREATE ROLE {desk} LOGIN PASSWORD 'd-secret';
         ALTER DATABASE {} OWNER TO {owner}; REVOKE ALL ON DATABASE {} FROM PUBLIC;
         GRANT CONNECT ON DATABASE {} TO {desk}",
        database.name(),
        database.name(),
        database.name()
    ));
    (owner, desk)
}
