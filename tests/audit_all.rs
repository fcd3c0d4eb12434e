//! `nightdesk audit --all`, as a person types it, against two simulated hotels and one where nobody answers.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use nightdesk::journal::IntentId;
use nightdesk::sandbox::{Fault, Options, Sandbox};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Hotels, and a directory of their own that goes with the test.
struct Group {
    runtime: Runtime,
    hotels: Vec<Sandbox>,
    dir: PathBuf,
}

impl Group {
    /// A quiet hotel `moor`, a busy one `harbour`, and `more` of the configuration.
    fn open(more: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let dir = std::env::temp_dir().join(format!("nightdesk-audit-all-{}", IntentId::fresh()));
        fs::create_dir(&dir).unwrap();
        let now = "2026-11-23T02:14:00Z".parse().ok();
        let mut config = String::new();
        let mut hotels = Vec::new();
        for (name, grants, seed) in [("moor", 6, 3), ("harbour", 44, 7)] {
            let options = Options { rooms: 40, grants, seed, speed: 0.0, now, ..Options::default() };
            let hotel = runtime.block_on(Sandbox::start(options)).unwrap();
            let key = dir.join(format!("{name}.key"));
            fs::write(&key, hotel.api_key().reveal()).unwrap();
            fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
            config.push_str(&format!(
                "[properties.{name}]\nendpoint = \"{}\"\napi_key_file = \"{}\"\n",
                hotel.endpoint(),
                key.display()
            ));
            hotels.push(hotel);
        }
        fs::write(dir.join("config.toml"), config + more).unwrap();
        Self { runtime, hotels, dir }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
        command.args(["audit", "--all"]).args(args).env_clear().current_dir(&self.dir);
        command.env("PATH", "/usr/bin:/bin").env("NIGHTDESK_CONFIG", self.dir.join("config.toml"));
        command.env("NIGHTDESK_STATE_DIR", self.dir.join("state"));
        // Another hotel's, which opens none of these.
        command.env("SEAM_API_KEY", "seam_test_another");
        command
    }

    fn audit(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn json(&self) -> (Option<i32>, Value) {
        let output = self.audit(&["--format", "json"]);
        let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        let schema = |raw: &str| serde_json::from_str::<Value>(raw).unwrap();
        let (of_all, of_one) = (
            schema(include_str!("../docs/audit-all.schema.json")),
            schema(include_str!("../docs/audit.schema.json")),
        );
        assert!(jsonschema::is_valid(&of_all, &value), "{value:#}");
        for audit in value["properties"].as_array().unwrap().iter().filter_map(|of| of.get("audit")) {
            assert!(jsonschema::is_valid(&of_one, audit), "{audit:#}");
        }
        (output.status.code(), value)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for hotel in self.hotels.drain(..) {
            self.runtime.block_on(hotel.shutdown());
        }
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// One where nobody answers, one whose key cannot be had, one that has none.
const BROKEN: &str = "[properties.attic]\nendpoint = \"http://127.0.0.1:9\"\napi_key_command = \"echo seam_x\"\n\
    [properties.cellar]\napi_key_command = \"echo locked >&2; exit 3\"\n[properties.barn]\n";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn names(value: &Value) -> Vec<&str> {
    value["properties"].as_array().unwrap().iter().map(|of| of["name"].as_str().unwrap()).collect()
}

#[test]
fn all_are_in_one_report_the_worst_first_and_its_code_is_the_worst() {
    let group = Group::open("");
    let (code, value) = group.json();
    let points = |at: usize| value["properties"][at]["summary"]["p1"].as_u64().unwrap();
    assert_eq!(names(&value)[0], "harbour");
    assert!(points(0) >= points(1), "{value:#}");
    assert_eq!((code, &value["verdict"]), (Some(1), &json!("open")));
    assert_eq!(value["summary"]["properties"], 2);
    let alone = Command::new(env!("CARGO_BIN_EXE_nightdesk"))
        .args(["audit", "--property", "harbour", "--format", "json", "--config"])
        .arg(group.dir.join("config.toml"))
        .env("NIGHTDESK_STATE_DIR", group.dir.join("state"))
        .env_remove("SEAM_API_KEY")
        .env_remove("SEAM_ENDPOINT")
        .output()
        .unwrap();
    let alone: Value = serde_json::from_slice(&alone.stdout).unwrap();
    assert_eq!(value["properties"][0]["audit"]["open"], alone["open"], "as if it were asked for alone");
    let said = text(&group.audit(&["--note", "Key box 3"]).stdout);
    assert!(said.starts_with("Night audit: 2 properties\n"), "{said}");
    assert_eq!(said.matches("\nNight audit: Harbour Hotel (SANDBOX)\n").count(), 2, "each has its section");
    assert_eq!(said.matches("Key box 3").count(), 2);
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
}

#[test]
fn one_that_is_broken_is_told_in_words_and_disturbs_no_other() {
    let group = Group::open(BROKEN);
    let output = group.audit(&[]);
    assert_eq!(output.status.code(), Some(2));
    let (said, told) = (text(&output.stdout), text(&output.stderr));
    for (name, why) in
        [("attic", "cannot be reached"), ("cellar", "locked"), ("barn", "no API key of its own")]
    {
        let line = told.lines().find(|line| line.contains(&format!("{name}: there is no audit: ")));
        assert!(line.is_some_and(|line| line.contains(why)), "{told}");
        assert!(said.contains(&format!("{name}: there is no audit")), "{said}");
    }
    let (code, value) = group.json();
    assert_eq!(code, Some(2));
    assert_eq!(names(&value), ["attic", "barn", "cellar", "harbour", "moor"], "nobody can tell of the first");
    let alone = Group::open("").json().1;
    assert_eq!(value["properties"][3]["summary"], alone["properties"][0]["summary"]);
    // A list that cannot be read is no more than that.
    let fault = json!({"path": "/spaces/list", "count": 1000, "kind": "html"});
    group.hotels[0].control().fault(serde_json::from_value::<Fault>(fault).unwrap());
    let told = text(&group.audit(&[]).stderr);
    assert!(told.contains("moor: could not be read: rooms:"), "{told}");
}

#[test]
fn a_directory_gets_a_file_for_each_and_none_of_another_night() {
    let group = Group::open(BROKEN);
    let dir = group.dir.join("audits");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("attic.csv"), "of yesterday").unwrap();
    let output = group.audit(&["--format", "csv", "--out-dir", "audits", "--out", "one.csv"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty());
    let mut files: Vec<String> =
        fs::read_dir(&dir).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    assert_eq!(files, ["harbour.csv", "moor.csv", "summary.csv"]);
    for file in &files {
        assert_eq!(fs::metadata(dir.join(file)).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
    }
    let whole = fs::read_to_string(group.dir.join("one.csv")).unwrap();
    let mut rows = csv::Reader::from_reader(whole.as_bytes());
    assert_eq!(rows.headers().unwrap().iter().take(3).collect::<Vec<_>>(), ["property", "part", "section"]);
    let rows: Vec<(String, String)> =
        rows.records().map(Result::unwrap).map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    assert!(rows.iter().take(5).all(|(_, part)| part == "summary"), "{rows:?}");
    assert!(rows.iter().skip(5).all(|(_, part)| part != "summary"));
    let of = |name: &str| fs::read_to_string(dir.join(name)).unwrap().lines().count();
    let rest = |name: &str| rows.iter().skip(5).filter(|(of, _)| of == name).count();
    // The heading and the summary are its own.
    assert_eq!(of("harbour.csv"), rest("harbour") + 2);
    assert_eq!(of("summary.csv"), 6);
}

#[test]
fn what_makes_no_sense_for_all_is_refused_before_anything_is_read() {
    let group = Group::open("");
    for (args, words) in [
        (["--property", "moor"].as_slice(), "keep one of them"),
        (&["--endpoint", "http://127.0.0.1:9"], "--endpoint is the address of one property"),
        (&["--pms", "x.csv"], "cannot be used with"),
    ] {
        let output = group.audit(args);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(words), "{output:?}");
    }
    let markdown = text(&group.audit(&["--format", "markdown"]).stdout);
    assert_eq!(markdown.lines().filter(|line| line.starts_with("# ")).count(), 1, "{markdown}");
    assert_eq!(markdown.matches("\n## Night audit: ").count(), 2);
}
