//! `nightdesk audit`, as a person types it, against the simulated hotel.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use chrono::{DateTime, Utc};
use nightdesk::journal::{Claim, Fact, FactKind, Intent, IntentId, Journal, Wanted, Who};
use nightdesk::sandbox::{Fault, Options, Sandbox};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// A hotel, and a directory of its own that goes with the test.
struct Desk {
    runtime: Runtime,
    hotel: Option<Sandbox>,
    dir: PathBuf,
}

impl Desk {
    fn open(grants: usize) -> Self {
        let runtime = Runtime::new().unwrap();
        let now = "2026-11-23T02:14:00Z".parse().ok();
        let options = Options { rooms: 40, grants, seed: 7, speed: 0.0, now, ..Options::default() };
        let hotel = runtime.block_on(Sandbox::start(options)).unwrap();
        let dir = std::env::temp_dir().join(format!("nightdesk-audit-{}", IntentId::fresh()));
        std::fs::create_dir(&dir).unwrap();
        Self { runtime, hotel: Some(hotel), dir }
    }

    fn hotel(&self) -> &Sandbox {
        self.hotel.as_ref().unwrap()
    }

    fn fault(&self, fault: Value) {
        self.hotel().control().fault(serde_json::from_value::<Fault>(fault).unwrap());
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
        command.arg("audit").args(args).env_clear().current_dir(&self.dir);
        command.env("NIGHTDESK_STATE_DIR", self.dir.join("state")).env("XDG_CONFIG_HOME", &self.dir);
        command.env("SEAM_ENDPOINT", self.hotel().endpoint());
        command.env("SEAM_API_KEY", self.hotel().api_key().reveal());
        command
    }

    fn audit(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        let output = self.audit(&[args, &["--format", "json"]].concat());
        let value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        let schema: Value = serde_json::from_str(include_str!("../docs/audit.schema.json")).unwrap();
        assert!(jsonschema::is_valid(&schema, &value), "{value:#}");
        value
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(hotel) = self.hotel.take() {
            self.runtime.block_on(hotel.shutdown());
        }
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn an_empty_hotel_has_nothing_open_and_a_full_one_has() {
    let desk = Desk::open(0);
    let output = desk.audit(&[]);
    let said = text(&output.stdout);
    // Doors and systems may have troubles of their own on an empty night.
    let json = desk.json(&[]);
    let open = json["summary"]["open"].as_u64().unwrap();
    assert_eq!(output.status.code(), Some(i32::from(open > 0)), "{said}");
    assert_eq!(open == 0, said.contains("Nothing is open."), "{said}");
    assert_eq!(json["verdict"], if open == 0 { "clear" } else { "open" });

    let desk = Desk::open(44);
    let output = desk.audit(&["--note", "Key box 3 is empty"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("Night audit: Harbour Hotel (SANDBOX)\n"), "{said}");
    assert!(said.contains("Night of Sun 22 Nov 2026, as of Mon 23 Nov 03:14 CET"), "{said}");
    assert!(said.contains("DEPARTURES NOT CHECKED OUT"), "{said}");
    assert!(said.contains("Key box 3 is empty"), "{said}");
    assert!(text(&output.stderr).is_empty(), "{output:?}");
    assert!(!desk.dir.join("state").exists(), "looking makes nothing");
}

#[test]
fn every_format_is_written_and_the_file_is_its_owners() {
    let desk = Desk::open(44);
    let path = desk.dir.join("audit");
    for (format, begins) in [
        ("text", "Night audit:"),
        ("markdown", "# Night audit:"),
        ("csv", "part,section,severity,"),
        ("json", "{\n  \"version\": 1,"),
    ] {
        let output = desk.audit(&["--format", format, "--out", "audit"]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{format} {output:?}");
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written.starts_with(begins), "{format}: {written}");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let output = desk.audit(&["--out", "nowhere/audit"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("nowhere/audit: cannot be written"), "{output:?}");
}

#[test]
fn what_cannot_be_read_is_never_reported_as_complete() {
    let desk = Desk::open(44);
    desk.fault(json!({"path": "/devices/list", "count": 1000, "kind": "status", "status": 500}));
    let output = desk.audit(&[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let (said, complained) = (text(&output.stdout), text(&output.stderr));
    assert!(said.contains("NOT COMPLETE") && said.contains("locks: Seam has an error"), "{said}");
    assert!(!said.contains("Nothing is open."));
    assert!(complained.contains("could not be read: locks:"), "{complained}");
    assert!(complained.contains("nobody can tell"), "{complained}");
    let json = desk.json(&[]);
    assert_eq!((&json["complete"], &json["unread"][0]["what"]), (&json!(false), &json!("locks")));
    desk.hotel().control().clear_faults();
    assert_eq!(desk.json(&[])["complete"], true);
}

#[test]
fn a_list_that_fails_once_is_read_again() {
    let desk = Desk::open(44);
    desk.fault(json!({"path": "/access_grants/get_related", "count": 2, "kind": "status", "status": 503}));
    let json = desk.json(&[]);
    assert_eq!(json["complete"], true);
}

#[test]
fn without_a_way_in_there_is_a_sentence_and_no_audit() {
    let desk = Desk::open(4);
    let said = |output: Output| {
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{output:?}");
        text(&output.stderr)
    };
    let wrong = desk.command(&[]).env("SEAM_API_KEY", "seam_test_wrong").output().unwrap();
    assert!(said(wrong).contains("the property cannot be read"));
    let nobody = desk.command(&["--endpoint", "http://127.0.0.1:9"]).output().unwrap();
    assert!(said(nobody).contains("the property cannot be read"));
    let none = desk.command(&[]).env_remove("SEAM_API_KEY").output().unwrap();
    assert!(said(none).contains("no API key"));
    assert!(said(desk.audit(&["--pms", "nothing.csv"])).contains("nothing.csv: cannot be read"));
    std::fs::write(desk.dir.join("odd.csv"), "a;b\n1;2\n").unwrap();
    assert!(said(desk.audit(&["--pms", "odd.csv"])).contains("names a room and a guest"));
    assert!(said(desk.audit(&["--with-pins"])).contains("--downtime"));
    assert!(said(desk.audit(&["--since", "soon"])).contains("--since soon: write 8h"));
}

#[test]
fn ctrl_c_ends_it_with_130() {
    let desk = Desk::open(4);
    desk.fault(json!({"kind": "hang", "count": 1000}));
    let mut child = desk.start(&[]);
    // Once a fault is used up the program is past its beginning and waits for the answer.
    while desk.hotel().control().pending_faults() >= 1000 {
        std::thread::yield_now();
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert_eq!(out, "", "nothing half done is printed");
}

#[test]
fn the_downtime_list_shows_pins_only_where_that_is_said_twice() {
    let desk = Desk::open(44);
    let hidden = desk.json(&["--downtime"]);
    let rows = hidden["downtime"]["guests"].as_array().unwrap();
    assert!(rows.len() > 20 && rows.iter().all(|row| row.get("pins").is_none()));
    let shown = desk.json(&["--downtime", "--with-pins"]);
    let pins =
        shown["downtime"]["guests"].as_array().unwrap().iter().flat_map(|r| r["pins"].as_array().unwrap());
    let pins: Vec<&str> = pins.map(|pin| pin.as_str().unwrap()).collect();
    assert!(!pins.is_empty() && pins.iter().all(|pin| pin.bytes().all(|b| b.is_ascii_digit())), "{pins:?}");
    let output = desk.audit(&["--downtime", "--with-pins"]);
    assert!(text(&output.stderr).contains("PINs in the clear"), "{output:?}");
    assert!(text(&output.stdout).contains("DOWNTIME LIST WITH PINS"));
}

#[test]
fn the_property_management_system_is_compared_as_configured() {
    let desk = Desk::open(44);
    // Somebody who is in the house by our books and has a room.
    let json = desk.json(&["--downtime"]);
    let guest = json["downtime"]["guests"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["class"] == "stayover" && row["keys"]["card"]["opens"] == true)
        .unwrap();
    let (room, name) = (guest["room"].as_str().unwrap(), guest["guest"].as_str().unwrap());
    let file = format!("Objekt|Gast|Stand\n{room}|\"{name}\"|fort\n|Nobody|fort\n7|\"never closed|fort\n");
    std::fs::write(desk.dir.join("guests.csv"), file).unwrap();
    std::fs::create_dir(desk.dir.join("nightdesk")).unwrap();
    let config = "[pms]\ncolumns = { room = \"objekt\", status = \"Stand\" }\ndelimiter = \"|\"\nstatus = { fort = \"departed\" }\n";
    std::fs::write(desk.dir.join("nightdesk/config.toml"), config).unwrap();
    let pms = desk.json(&["--pms", "guests.csv"])["pms"].clone();
    assert_eq!((&pms["file"], &pms["rows"]), (&json!("guests.csv"), &json!(3)));
    assert_eq!(pms["skipped"], json!([{"line": 4, "why": "a quote is never closed"}]));
    let first = &pms["findings"][0];
    assert_eq!((&first["kind"], &first["severity"]), (&json!("checked_out_but_live"), &json!("P1")));
    assert_eq!((&first["line"], &first["room"]), (&json!(2), &json!(room)));
    let said = text(&desk.audit(&["--pms", "guests.csv"]).stdout);
    assert!(said.contains("checked out, but a key is live"), "{said}");
    assert!(said.contains("line 4: a quote is never closed: skipped"), "{said}");
}

/// What the desk did at `at`, in the journal of the hotel.
async fn write_down(desk: &Desk, at: DateTime<Utc>, guest: &str, ended: bool) {
    let journal = Journal::open(&desk.dir.join("state")).await.unwrap();
    let run = IntentId::fresh();
    let lasts = std::time::Duration::from_secs(9);
    let wanted = Wanted { names: vec![guest.into()], run, whom: "x".into(), lasts };
    let Claim::Held { token, .. } = journal.claim(&wanted).await.unwrap() else { panic!("held") };
    let client = nightdesk::seam::Client::new(nightdesk::seam::Settings::new(
        desk.hotel().endpoint(),
        nightdesk::secret::Secret::new(desk.hotel().api_key().reveal()),
    ));
    let workspace = client.unwrap().get_workspace().await.unwrap();
    let intent = Intent {
        id: run,
        at,
        hotel: nightdesk::text::Text::new(format!("workspace {}", workspace.id)),
        action: "check_out".into(),
        stay: "gone".into(),
        guest: guest.into(),
        room: "118".into(),
        plan: json!({"preview": [{"label": "2 cards", "text": "still out: collect them", "tone": "caution"}]}),
        who: Who { user: "maria".into(), host: "desk".into(), ..Who::default() },
    };
    journal.begin(&intent).await.unwrap();
    if ended {
        let fact = Fact::new(at, FactKind::Ended).says("done", "118: the access is revoked");
        journal.append(run, token, &fact).await.unwrap();
    }
    journal.release(token, false).await.unwrap();
    journal.close().await;
}

#[test]
fn what_the_desk_did_in_the_shift_is_in_it() {
    let desk = Desk::open(44);
    let at = |raw: &str| raw.parse::<DateTime<Utc>>().unwrap();
    desk.runtime.block_on(async {
        write_down(&desk, at("2026-11-22T12:00:00Z"), "Yesterday, Was", true).await;
        write_down(&desk, at("2026-11-22T23:00:00Z"), "Lindqvist, Per", true).await;
        write_down(&desk, at("2026-11-23T01:00:00Z"), "Okafor, Ada", false).await;
    });
    let json = desk.json(&[]);
    let guests = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|row| row["guest"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(guests(&json["actions"]), ["Lindqvist, Per", "Okafor, Ada"], "those of the shift");
    assert_eq!(guests(&json["cleared"]), ["Lindqvist, Per"]);
    assert_eq!(json["cleared"][0]["by"], "maria");
    let stuck: Vec<&Value> =
        json["open"].as_array().unwrap().iter().filter(|row| row["guest"] == "Okafor, Ada").collect();
    assert_eq!(stuck.len(), 1);
    assert!(stuck[0]["why"].as_str().unwrap().contains("check out by maria was interrupted"), "{stuck:?}");
    let ghost =
        json["cards_out"].as_array().unwrap().iter().find(|row| row["guest"] == "Lindqvist, Per").unwrap();
    assert_eq!((&ghost["state"], &ghost["cards"]), (&json!("ghost_candidate"), &json!(2)));
    assert_eq!(desk.json(&["--since", "2026-11-22T10:00:00Z"])["actions"].as_array().unwrap().len(), 3);
    std::fs::write(desk.dir.join("state/journal.db"), "no journal at all, but something else, ".repeat(50))
        .unwrap();
    for more in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(desk.dir.join(format!("state/journal.db{more}")));
    }
    let json = desk.json(&[]);
    assert_eq!((&json["verdict"], &json["unread"][0]["what"]), (&json!("unknown"), &json!("journal")));
}
