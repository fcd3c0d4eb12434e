//! Several properties at one desk: two that are there, one that goes, one whose key cannot be had.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use nightdesk::sandbox::Options;
use regex::Regex;

use crate::house::{Hotel, program, small, state_dir};
use crate::person::{ask, confirm, find};
use crate::pty::{Shown, Start, Terminal};

/// A key in a file with these permissions.
fn key_file(state: &std::path::Path, name: &str, key: &str, mode: u32) -> PathBuf {
    let path = state.join(format!("{name}.key"));
    fs::write(&path, key).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

/// Two hotels, and a third property whose key file others can read.
struct Chain {
    harbour: Hotel,
    hill: Hotel,
    config: String,
}

impl Chain {
    /// Their clocks run so many times as fast as time.
    fn open(speed: f64) -> Self {
        let of = |seed| Hotel::with(Options { seed, speed, ..small() });
        let (harbour, hill) = (of(5), of(6));
        let of = |name: &str, hotel: &Hotel| {
            let [.., (_, endpoint), (_, key)] = hotel.environment();
            let key = key_file(&harbour.state, name, &key, 0o600);
            format!("[properties.{name}]\nendpoint = {endpoint:?}\napi_key_file = {key:?}\n")
        };
        let moor = key_file(&harbour.state, "moor", "seam_test_moor", 0o644);
        let raw = format!(
            "{}colour = \"blue\"\n{}[properties.moor]\nendpoint = \"http://127.0.0.1:9\"\napi_key_file = {moor:?}\n",
            of("harbour", &harbour),
            of("hill", &hill)
        );
        let file = harbour.state.join("several.toml");
        fs::write(&file, raw).unwrap();
        Self { harbour, hill, config: file.display().to_string() }
    }

    fn program(&self, args: &[&str]) -> Start {
        let all: Vec<&str> = ["--config", &self.config].into_iter().chain(args.iter().copied()).collect();
        program(&self.harbour.state, &all)
    }

    /// The names of the guests of a hotel.
    fn guests(hotel: &Hotel) -> Vec<String> {
        let names = hotel.grants().into_iter().filter_map(|g| g["display_name"].as_str().map(str::to_owned));
        names.collect()
    }
}

/// Waits until the row of a property says something.
fn row(t: &Terminal, name: &str, says: &str) {
    let row = Regex::new(&format!("(?m)^.*{name}.*{says}")).unwrap();
    t.wait_for(row);
}

/// Puts the cursor of the overview on a property.
fn aim(t: &mut Terminal, name: &str) {
    t.keys("g");
    let at = Regex::new(&format!("▌[^\n]*{name}")).unwrap();
    for n in 1..=3 {
        t.wait_for(format!("{n} of 3").as_str());
        if at.is_match(&t.text()) {
            return;
        }
        t.keys("j");
    }
    panic!("no {name} on\n{}", t.text());
}

#[test]
fn one_goes_one_has_no_key_and_the_third_does_not_notice() {
    let mut chain = Chain::open(2.0);
    let mut t = chain.program(&[]).spawn();
    t.wait_for("3 properties");
    row(&t, "harbour: Harbour Hotel", "as of");
    row(&t, "hill: Harbour Hotel", "as of");
    row(&t, "moor", "OFFLINE since");
    aim(&mut t, "moor");
    t.wait_for("chmod 600");
    t.keys("<Enter>");
    // Its own screen says the same.
    t.wait_for(|s: &Shown| s.text().starts_with(" moor") && s.text().contains("OFFLINE since"));
    t.keys("P");
    t.wait_for("3 properties");
    aim(&mut t, "hill");
    t.keys("<Enter>");
    t.wait_for(|s: &Shown| s.text().starts_with(" hill: Harbour Hotel"));
    t.wait_for(Regex::new(r"1 of \d\d").unwrap());
    let (ours, theirs) = (Chain::guests(&chain.hill), Chain::guests(&chain.harbour));
    let strangers = theirs.iter().filter(|name| !ours.contains(name));
    let text = t.text();
    let seen: Vec<&String> = strangers.filter(|name| text.contains(name.as_str())).collect();
    assert!(seen.is_empty(), "{seen:?} of another hotel on\n{text}");
    chain.hill.close();
    t.keys("<C-r>");
    t.wait_for("OFFLINE since");
    t.keys("P");
    t.wait_for("3 properties");
    row(&t, "hill: Harbour Hotel", "OFFLINE since");
    aim(&mut t, "harbour");
    t.keys("<Enter>");
    t.wait_for(|s: &Shown| s.text().starts_with(" harbour: Harbour Hotel") && s.text().contains("as of"));
    assert!(!t.text().contains("OFFLINE"), "{}", t.text());
    // The key is put right, and the property comes by itself as soon as it is asked for: there is nobody at
    // its address.
    let moor = chain.harbour.state.join("moor.key");
    fs::set_permissions(moor, fs::Permissions::from_mode(0o600)).unwrap();
    t.keys("P");
    t.wait_for("3 properties");
    t.keys("<C-r>");
    aim(&mut t, "moor");
    t.wait_gone("chmod 600");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

#[test]
fn an_action_goes_on_where_it_was_begun() {
    let chain = Chain::open(1.0);
    // A key that lies about in the environment is nobody's.
    let start = chain.program(&["--property", "harbour"]).env("SEAM_API_KEY", "seam_test_of_another");
    let mut t = chain.harbour.started(start);
    assert!(t.text().starts_with(" harbour: Harbour") || t.text().starts_with(" Harbour"), "{}", t.text());
    let guest = chain.harbour.carded();
    find(&mut t, &guest);
    ask(&mut t, "e", "until");
    t.keys("<Enter>");
    confirm(&mut t);
    t.wait_for("stop after this step");
    t.keys("<Esc>");
    t.wait_gone("stop after this step");
    t.keys("P");
    t.wait_for("3 properties");
    row(&t, "harbour", "1 running");
    aim(&mut t, "hill");
    t.keys("<Enter>");
    t.wait_for("1 runs elsewhere");
    t.keys("q");
    t.wait_for("1 at harbour: Harbour Hotel");
    t.keys("y");
    assert_eq!(t.exit_code(), 0);
}

#[test]
fn a_journal_that_cannot_be_written_is_said_at_each_and_ends_nothing() {
    let chain = Chain::open(1.0);
    let state = state_dir();
    fs::create_dir(state.join("journal.db")).unwrap();
    let start = chain.program(&["--property", "hill"]).env("NIGHTDESK_STATE_DIR", &state);
    let mut t = chain.hill.started(start);
    t.wait_for("READ-ONLY");
    t.wait_for("nothing can be recorded");
    t.keys("P");
    row(&t, "harbour", "nothing can be recorded");
    row(&t, "hill", "nothing can be recorded");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    fs::remove_dir_all(state).unwrap();
}
