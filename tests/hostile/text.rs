//! Whatever the hotel, its files and its people are called: it is text, on every way out.

use std::fs;

use nightdesk::journal::{Intent, IntentId, Journal, Who};
use nightdesk::sandbox::Incident;
use serde_json::{Value, json};
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;

use crate::hands::{leave, open, press};
use crate::house::{House, until};
use crate::printed::{assert_no_formula, assert_plain, json_texts};
use crate::proxy::each_text;
use crate::pty::Shown;
use crate::spoken;

/// Names as somebody would choose them who means harm, or only comes from elsewhere.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "\x1b]0;pwned\x07",
        "\x1b]52;c;cHduZWQ=\x07",
        "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
        "\x1b[2J\x1b[H\x1b[?1049l",
        "\x1bP$qm\x1b\\\x1b_G\x1b\\",
        "\u{9b}31m\u{9d}0;x\u{9c}\u{90}",
        "\u{202e}\u{2066}\u{2067}\u{61c}",
        "\u{200b}\u{2060}\u{feff}\u{3164}",
        "\u{301}\u{301}\u{301}",
        "a\0b\rc\nd\te\u{8}\u{8}\u{8}\u{7f}",
        "=cmd|' /C calc'!A0 ",
        "+1+1 \"",
        "@SUM(A1:A9),",
        "\t=1+1",
        "👨‍👩‍👧‍👦🏳️‍🌈🇺🇳",
        "لا إله محمد",
        "नमस्ते क्षत्रिय",
        "中村ゆい",
        "| # `x` <b> [a](http://b) \\",
        "%s%n $(rm) `rm` ; ' ",
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push(format!("e{}", "\u{301}".repeat(3_000)));
    names.push("👩‍🚀".repeat(10_000));
    names
}

/// What people have given names to.
const NAMED: [&str; 6] =
    ["display_name", "full_name", "name", "message", "phone_number", "external_type_display_name"];

fn rename(said: &mut Value) {
    let names = names();
    each_text(said, &mut |name, text| {
        if NAMED.contains(&name) {
            // The same every time it is read.
            let which = text.bytes().fold(name.len(), |sum, b| sum + usize::from(b)) % names.len();
            *text = format!("{}{text}", names[which]);
        }
    });
}

#[test]
fn a_hotel_of_hostile_names_is_only_text_on_the_terminal() {
    let house = House::with(rename);
    let home = house.home.display();
    let told = house.home.join("told");
    let script = "cat > told.new; mv told.new told";
    house.configure(&format!(
        "[notify]\nbell = false\ncommand = [\"/bin/sh\", \"-c\", \"cd '{home}'; {script}\"]"
    ));
    let mut t = house.program(&["--log-level", "debug", "--operator", &names()[3]]).spawn();
    t.wait_for("as of");
    t.wait_gone("reading");
    t.wait_for(|s: &Shown| s.extras().title.contains("P1"));
    house.control().incident(&Incident::BridgeDown).unwrap();
    t.keys("<C-r>");
    until("the command", || told.exists());
    leave(&mut t);
    for key in ["<Enter>", "a", "A", "J", "w", "i", "d", "n", "?"] {
        open(&mut t, key);
        leave(&mut t);
    }
    for key in ["4", "3", "2", "1", "G", "z", "z"] {
        press(&mut t, key);
    }
    for (cols, rows) in [(61, 17), (80, 24), (200, 60), (33, 9), (120, 40)] {
        let before = t.bytes();
        t.resize(cols, rows);
        t.wait_for(move |s: &Shown| s.raw.len() > before);
    }
    t.wait_for("q quit");
    t.look(|s| {
        let title = &s.extras().title;
        assert!(title.chars().all(spoken::is_printable) && title.chars().count() < 200, "{title:?}");
        assert!(s.extras().clipboard.is_empty());
    });
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
    assert_eq!(t.look(|s| spoken::fault(&s.raw)), None);
    json_texts(&fs::read_to_string(told).unwrap()).iter().for_each(|text| assert_plain(text));
    let log = fs::read_to_string(house.state.join("nightdesk.log")).unwrap();
    assert!(!log.is_empty());
    log.lines().for_each(assert_plain);
}

#[test]
fn no_command_prints_anything_but_text() {
    let house = House::with(rename);
    let rows: String = names()
        .iter()
        .map(|n| format!("101;\"{}\";2026-11-20;2026-11-25\r\n", n.replace('"', "\"\"")))
        .collect();
    let file = "guests\u{202e}\x1b[2J.csv";
    fs::write(house.home.join(file), format!("room;guest;arrival;departure\r\n{rows}")).unwrap();
    let note = format!("{}{}", names()[0], names()[12]).replace('\0', "");
    let audit = |format| vec!["audit", "--downtime", "--pms", file, "--note", &note, "--format", format];
    for format in ["text", "json", "csv", "markdown"] {
        printed(&house, &audit(format), format);
    }
    for pane in ["guests", "grants", "mutations", "warnings"] {
        for format in ["text", "json", "csv", "tsv"] {
            printed(&house, &["list", pane, "--format", format], format);
        }
    }
}

/// Runs a command and looks at all it prints.
fn printed(house: &House, args: &[&str], format: &str) {
    let output = house.run(args);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{args:?}: {output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    String::from_utf8(output.stderr).unwrap().lines().for_each(assert_plain);
    assert!(said.lines().count() > 0, "{args:?} prints something");
    match format {
        "csv" => assert_no_formula(&said, b','),
        "tsv" => assert_no_formula(&said, b'\t'),
        "json" => json_texts(&said).iter().for_each(|text| assert_plain(text)),
        _ => said.lines().for_each(assert_plain),
    }
}

/// Somebody else may have written in the file: what is read from it is no better than what comes from the API.
#[test]
fn a_journal_of_hostile_rows_is_printed_as_text() {
    let house = House::with(|_| ());
    fs::create_dir_all(&house.state).unwrap();
    house.runtime.block_on(async {
        let journal = Journal::open(&house.state).await.unwrap();
        let intent = Intent {
            id: IntentId::fresh(),
            at: chrono::Utc::now(),
            hotel: "harbour".into(),
            action: "extend".into(),
            stay: "x".into(),
            guest: "Berg".into(),
            room: "101".into(),
            plan: json!({}),
            who: Who::here(Some(names()[1].as_str().into())),
        };
        journal.begin(&intent).await.unwrap();
        let file = SqliteConnectOptions::new().filename(house.state.join("journal.db"));
        let pool = SqlitePool::connect_with(file).await.unwrap();
        for name in names().iter().map(|name| name.replace('\0', "")) {
            let run = IntentId::fresh().to_string();
            let row = "INSERT INTO run SELECT $1, at, hotel, $2, stay, $2, $2, plan, who FROM run LIMIT 1";
            sqlx::query(row).bind(&run).bind(&name).execute(&pool).await.unwrap();
            let end = "INSERT INTO fact (run, seq, at, kind, step, state, words, request_id, ids)
                VALUES ($1, 1, 0, 'ended', NULL, 'failed', $2, $2, '{}')";
            sqlx::query(end).bind(&run).bind(&name).execute(&pool).await.unwrap();
        }
        pool.close().await;
    });
    for format in ["text", "json", "csv"] {
        printed(&house, &["journal", "--format", format], format);
    }
    let said = house.run(&["journal", "--format", "json"]).stdout;
    let rows: Value = serde_json::from_slice(&said).unwrap();
    assert!(rows.as_array().is_some_and(|rows| rows.len() > names().len()), "every row is printed");
}

#[test]
fn what_goes_wrong_is_said_in_text_too() {
    let house = House::with(|_| ());
    for args in [
        ["list", "guests", "--config", "/no\x1b[2Jwhere\u{202e}.toml"],
        ["list", "guests", "--property", "\x1b]52;c;eA==\x07"],
        ["list", "guests", "--endpoint", "http://\x1b[31mx"],
        ["audit", "--downtime", "--pms", "no\r\nwhere\u{9b}1m"],
    ] {
        let output = house.run(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap().lines().for_each(assert_plain);
    }
}
