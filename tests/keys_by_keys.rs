//! Keys, links, doors, checking out many and undoing, by the keys of a person at a real terminal against the
//! simulated hotel, to its end; and the hotel's own truth about it afterwards.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod pty;

use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use nightdesk::sandbox::{Incident, Options, Sandbox};
use nightdesk::seam::id::IdentityId;
use nightdesk::seam::{Client, Settings};
use pty::{Shown, Start, Terminal};
use serde_json::Value;
use tokio::runtime::Runtime;

/// A hotel of a test, and how to start the program on it.
struct Hotel {
    sandbox: Option<Sandbox>,
    runtime: Runtime,
    state: PathBuf,
}

/// A guest of the hotel, and the only grant of the stay.
#[derive(Debug)]
struct Guest {
    name: String,
    grant: String,
    identity: String,
    reservation: Option<String>,
}

impl Hotel {
    fn open(name: &str) -> Self {
        Self::with(name, Options { rooms: 48, grants: 40, seed: 7, ..Options::default() })
    }

    fn with(name: &str, options: Options) -> Self {
        let runtime = Runtime::new().unwrap();
        let now = "2026-11-23T02:14:00Z".parse().ok();
        // Faster than time, so that a change reaches its lock in a moment; but not so fast that the screen
        // gets too old to act on while a busy machine polls.
        let options = Options { speed: 6.0, now, ..options };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        // Nothing happens by itself: what the test sees is what the test did.
        sandbox.control().incident(&Incident::Restless { on: false }).unwrap();
        let state = std::env::temp_dir().join(format!("nightdesk-keys-{}-{name}", std::process::id()));
        fs::create_dir_all(&state).unwrap();
        Self { sandbox: Some(sandbox), runtime, state }
    }

    fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    fn applied(&self, path: &str) -> u64 {
        self.sandbox().control().applied(path)
    }

    fn desk(&self) -> Terminal {
        let key = self.sandbox().api_key();
        let t = Start::new(env!("CARGO_BIN_EXE_nightdesk"))
            .env("NIGHTDESK_STATE_DIR", &self.state)
            .env("NIGHTDESK_CONFIG", "")
            .env("XDG_CONFIG_HOME", &self.state)
            .env("SEAM_ENDPOINT", self.sandbox().endpoint())
            .env("SEAM_API_KEY", key.reveal())
            .env("NO_COLOR", "")
            .size(120, 40)
            .spawn();
        t.wait_for("Harbour Hotel");
        // All of the hotel is there.
        t.wait_for("as of");
        t.wait_gone("reading");
        t
    }

    fn list(&self, list: &str, record: &str) -> Vec<Value> {
        let truth = self.sandbox().control().truth();
        truth[list].as_array().unwrap().iter().map(|r| r[record].clone()).collect()
    }

    fn grant(&self, id: &str) -> Option<Value> {
        self.list("grants", "grant").into_iter().find(|g| g["access_grant_id"] == id)
    }

    /// The living keys of a kind that a grant has.
    fn keys(&self, grant: &Value, mode: &str) -> Vec<Value> {
        let ids = grant["access_method_ids"].as_array().unwrap();
        let all = self.list("methods", "method").into_iter();
        let going = |m: &Value| {
            m["warnings"]
                .as_array()
                .is_some_and(|all| all.iter().any(|w| w["warning_code"] == "being_deleted"))
        };
        all.filter(|m| m["mode"] == mode && ids.contains(&m["access_method_id"]) && !going(m)).collect()
    }

    /// The first guest alone in a reservation, with time left and nothing going on, who is what `wants` says.
    fn guest(&self, wants: impl Fn(&Self, &Value) -> bool) -> Guest {
        let now = self.sandbox().control().now();
        let soon = (now + chrono::TimeDelta::hours(5)).to_rfc3339();
        let grants = self.list("grants", "grant");
        let count = |field: &str, value: &Value| grants.iter().filter(|g| g[field] == *value).count();
        let fits = |g: &&Value| {
            let late = g["ends_at"].as_str().is_some_and(|end| end > soon.as_str());
            let begun = g["starts_at"].as_str().is_some_and(|start| start < now.to_rfc3339().as_str());
            let empty = |field: &str| g[field].as_array().is_none_or(Vec::is_empty);
            let alone = count("user_identity_id", &g["user_identity_id"]) == 1
                && (g["reservation_key"].is_null() || count("reservation_key", &g["reservation_key"]) == 1)
                && count("display_name", &g["display_name"]) == 1;
            late && begun && alone && empty("warnings") && empty("errors") && empty("pending_mutations")
        };
        let found = grants.iter().filter(fits).find(|g| wants(self, g)).expect("no such guest tonight");
        of(found)
    }

    /// A guest whose cards are cut and whose door knows reservations.
    fn carded(&self) -> Guest {
        self.guest(|hotel, g| {
            let cards = hotel.keys(g, "card");
            g["reservation_key"].is_string()
                && !cards.is_empty()
                && cards.iter().chain(&hotel.keys(g, "mobile_key")).all(|c| c["is_issued"] == true)
        })
    }

    /// Every link of a guest.
    fn links(&self, guest: &Guest) -> Vec<String> {
        let settings = Settings::new(self.sandbox().endpoint(), self.sandbox().api_key());
        let client = Client::new(settings).unwrap();
        let id = IdentityId::new(&guest.identity);
        let keys = self.runtime.block_on(client.list_instant_keys(Some(&id))).unwrap().items;
        keys.iter().filter_map(|k| k.instant_key_url.as_ref()).map(|url| url.reveal().to_owned()).collect()
    }
}

fn of(grant: &Value) -> Guest {
    let text = |field: &str| grant[field].as_str().unwrap_or_default().to_owned();
    Guest {
        name: text("display_name"),
        grant: text("access_grant_id"),
        identity: text("user_identity_id"),
        reservation: grant["reservation_key"].as_str().map(str::to_owned),
    }
}

impl Drop for Hotel {
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.runtime.block_on(sandbox.shutdown());
        }
        let _ = fs::remove_dir_all(&self.state);
    }
}

/// Puts the cursor on a guest by what a person would type.
fn find(t: &mut Terminal, guest: &Guest) {
    t.keys("1/");
    t.keys(&guest.name);
    let only = format!(r"1 of 1 ┛[\s\S]*filter Guests: {}", regex::escape(&guest.name));
    t.wait_for(regex::Regex::new(&only).unwrap());
    t.keys("<Enter>");
    t.wait_for("q quit");
}

/// Presses a key until it does what it should: a screen that is still being read, or got too old on a busy
/// machine, refuses, and says so.
fn ask(t: &mut Terminal, key: &str, wanted: &'static str) -> String {
    const NOT_YET: [&str; 5] = [
        "too old to act on",
        "nothing has been read yet",
        "still being read",
        "no guest is selected",
        "is not issued yet",
    ];
    let refused = |text: &str| NOT_YET.iter().any(|words| text.contains(words));
    loop {
        t.keys(key);
        let text = t.wait_for(move |s: &Shown| s.text().contains(wanted) || refused(&s.text()));
        if text.contains(wanted) {
            return text;
        }
        // The next key takes the remark away, so that the next answer is a new one.
        t.keys("<Left>");
        t.wait_gone(move |s: &Shown| refused(&s.text()));
    }
}

/// Confirms a preview as a person does who was told to read first.
fn confirm(t: &mut Terminal) {
    loop {
        t.keys("y");
        let shown = t.wait_for(|s: &Shown| {
            let text = s.text();
            let begun =
                text.contains("hides this") || text.contains("Esc close") || text.contains("Messages");
            begun || text.contains("read it first") || text.contains("something changed")
        });
        // The page of the desk lists what was said before.
        let told = shown.contains("read it first") || shown.contains("something changed");
        if shown.contains("Messages") || !told {
            return;
        }
        // The next key takes the remark away, so that the next answer is a new one.
        t.keys("<Left>");
        t.wait_gone("read it first");
        t.wait_gone("something changed");
    }
}

/// Follows what was begun to its end, for as long as it gets on, pressing Enter wherever a card is asked for.
fn to_the_end(t: &mut Terminal) -> String {
    let mut last = String::new();
    loop {
        let text = t.wait_for(move |s: &Shown| s.text() != last);
        if text.contains("Esc close") {
            return text;
        }
        if text.contains("Enter go on") {
            t.keys("<Enter>");
        }
        last = text;
    }
}

/// Closes what is open and leaves. Esc and a letter read at once would be Alt and the letter, so each Esc is
/// waited for: another layer has other keys at the foot of the screen.
fn leave(t: &mut Terminal) {
    let foot = |text: &str| text.lines().last().unwrap_or_default().to_owned();
    while !t.text().contains("q quit") {
        let before = foot(&t.text());
        t.keys("<Esc>");
        t.wait_for(move |s: &Shown| foot(&s.text()) != before);
    }
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

/// What a phone's camera reads off the terminal.
fn scanned(t: &Terminal) -> Option<String> {
    const PIXELS: usize = 6;
    let light = |cell: &vt100::Cell| {
        let of = |colour, usual: u8| match colour {
            vt100::Color::Idx(0) => 0,
            vt100::Color::Idx(15) => 255,
            _ => usual,
        };
        let (mut fore, mut back) = (of(cell.fgcolor(), 200), of(cell.bgcolor(), 20));
        if cell.inverse() {
            std::mem::swap(&mut fore, &mut back);
        }
        match cell.contents() {
            "█" => (fore, fore),
            "▀" => (fore, back),
            "▄" => (back, fore),
            "" | " " => (back, back),
            _ => (fore / 2 + back / 2, fore / 2 + back / 2),
        }
    };
    let (rows, cols, halves) = t.look(|shown| {
        let screen = shown.screen();
        let (rows, cols) = screen.size();
        let (rows, cols) = (rows.get(), cols.get());
        let at = |n: u16| (n / cols, n % cols);
        let halves: Vec<(u8, u8)> =
            (0..rows * cols).map(|n| screen.cell(at(n).0, at(n).1).map_or((20, 20), light)).collect();
        (usize::from(rows), usize::from(cols), halves)
    });
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(cols * PIXELS, rows * 2 * PIXELS, |x, y| {
        let (upper, lower) = halves[y / (2 * PIXELS) * cols + x / PIXELS];
        if (y / PIXELS).is_multiple_of(2) { upper } else { lower }
    });
    image.detect_grids().iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
}

#[test]
fn an_instant_key_is_made_scanned_copied_and_deleted() {
    let hotel = Hotel::open("link");
    let guest = hotel.guest(|hotel, g| hotel.keys(g, "mobile_key").iter().any(|m| m["is_issued"] == true));
    let before = hotel.links(&guest);
    let mut t = hotel.desk();
    find(&mut t, &guest);
    ask(&mut t, "i", "Instant Key ─");
    ask(&mut t, "n", "New Instant Key");
    t.keys("3<Enter>");
    t.wait_for("3 phones can use it");
    t.wait_for("do it");
    confirm(&mut t);
    to_the_end(&mut t);
    let after = hotel.links(&guest);
    assert_eq!((after.len(), hotel.applied("/user_identities/generate_instant_key")), (before.len() + 1, 1));
    t.keys("<Esc>");
    t.wait_for("QR code");
    t.keys("<Enter>");
    t.wait_for("hidden within");
    let link = scanned(&t).expect("a camera reads it");
    assert!(after.contains(&link), "{link} is none of {after:?}");
    assert!(!t.text().contains(&link), "in words it is nowhere");
    t.keys("<Space>");
    t.wait_gone("hidden within");
    ask(&mut t, "y", "Copied the link");
    assert_eq!(t.look(|s| s.extras().clipboard.clone()), BASE64_STANDARD.encode(&link).into_bytes());
    t.keys("u");
    t.wait_for(link.as_str());
    ask(&mut t, "x", "Cancel");
    t.wait_gone(link.as_str());
    confirm(&mut t);
    to_the_end(&mut t);
    let left = hotel.links(&guest);
    assert!(!left.contains(&link) && left.len() == before.len(), "{left:?}");
    leave(&mut t);
    let raw = t.look(|s| String::from_utf8_lossy(&s.raw).into_owned());
    let others = before.iter().filter(|other| **other != link);
    assert!(others.clone().all(|other| !raw.contains(other.as_str())), "only that one was ever written");
}

#[test]
fn a_pin_is_added_as_it_was_chosen() {
    let hotel = Hotel::open("pin");
    // A door that knows reservations and takes PINs.
    let guest = hotel.guest(|hotel, g| g["reservation_key"].is_string() && !hotel.keys(g, "code").is_empty());
    let had = hotel.keys(&hotel.grant(&guest.grant).unwrap(), "code").len();
    let mut t = hotel.desk();
    find(&mut t, &guest);
    ask(&mut t, "K", "add a PIN");
    t.keys("<Tab>739146");
    t.wait_for("6 digits");
    t.keys("<Enter>");
    t.wait_for("as chosen");
    confirm(&mut t);
    let text = to_the_end(&mut t);
    assert!(!text.contains("739146"));
    let codes = hotel.keys(&hotel.grant(&guest.grant).unwrap(), "code");
    assert_eq!(codes.len(), had + 1);
    assert!(codes.iter().any(|m| m["code"] == "739146" && m["is_issued"] == true), "{codes:?}");
    leave(&mut t);
    let journal = fs::read(hotel.state.join("journal.db")).unwrap();
    assert!(!journal.windows(6).any(|w| w == b"739146"), "the PIN is in no record");
}

#[test]
fn a_card_is_revoked_and_that_is_undone() {
    let hotel = Hotel::open("revoke");
    let guest = hotel.carded();
    let before = hotel.keys(&hotel.grant(&guest.grant).unwrap(), "card");
    let mut t = hotel.desk();
    find(&mut t, &guest);
    ask(&mut t, "K", "add a PIN");
    t.keys("5<Tab>");
    t.wait_for("▌ key");
    // Down to a card that is cut.
    let marked = |text: &str| text.lines().rfind(|line| line.contains('●')).unwrap_or_default().to_owned();
    for _ in 0..6 {
        let now = marked(&t.text());
        if now.contains("card") && now.contains("cut") {
            break;
        }
        t.keys("j");
        t.wait_for(move |s: &Shown| marked(&s.text()) != now);
    }
    t.keys("<Enter>");
    t.wait_for("Cancel");
    confirm(&mut t);
    to_the_end(&mut t);
    let after = hotel.keys(&hotel.grant(&guest.grant).unwrap(), "card");
    assert_eq!((after.len(), hotel.applied("/access_methods/delete")), (before.len() - 1, 1));
    t.wait_for("z undo");
    ask(&mut t, "z", "a new one, to be cut");
    confirm(&mut t);
    to_the_end(&mut t);
    let again = hotel.keys(&hotel.grant(&guest.grant).unwrap(), "card");
    assert_eq!((again.len(), hotel.applied("/access_grants/request_access_methods")), (before.len(), 1));
    leave(&mut t);
}

#[test]
fn a_lost_card_is_locked_out_with_the_whole_party() {
    let hotel = Hotel::open("lock-out");
    let grants = hotel.list("grants", "grant");
    let now = hotel.sandbox().control().now().to_rfc3339();
    let party = |key: &Value| -> Vec<Value> {
        grants.iter().filter(|g| key.is_string() && g["reservation_key"] == *key).cloned().collect()
    };
    let fits = |g: &Value| {
        let begun = g["starts_at"].as_str().is_some_and(|s| s < now.as_str());
        let late = g["ends_at"].as_str().is_some_and(|e| e > now.as_str());
        begun && late && g["warnings"].as_array().unwrap().is_empty()
    };
    let lost = grants.iter().find(|g| {
        let all = party(&g["reservation_key"]);
        let named = |other: &&Value| {
            let name = g["display_name"].as_str().unwrap();
            other["display_name"].as_str().is_some_and(|other| other.contains(name))
        };
        all.len() > 1
            && all.iter().all(fits)
            && grants.iter().filter(named).count() == 1
            && hotel.keys(g, "card").iter().any(|c| c["is_issued"] == true)
    });
    let lost = lost.expect("a party with a card");
    let guest = of(lost);
    let all = party(&lost["reservation_key"]);
    let cards: usize = all.iter().map(|g| hotel.keys(g, "card").len()).sum();
    let codes: Vec<Value> = hotel.keys(lost, "code").iter().map(|m| m["code"].clone()).collect();
    let mut t = hotel.desk();
    find(&mut t, &guest);
    t.keys("r");
    let first =
        t.wait_for(|s: &Shown| s.text().contains("Cancel") || s.text().contains("replace and lock out"));
    if first.contains("Cancel") {
        t.keys("<Tab>");
        t.wait_for("replace and lock out");
    }
    t.keys("<Tab>2");
    t.wait_for("a new reservation");
    t.keys("<Enter>");
    t.wait_for("every card");
    confirm(&mut t);
    to_the_end(&mut t);
    let old = guest.reservation.as_deref().unwrap();
    let key = format!("{old}-2");
    let made: Vec<Value> =
        hotel.list("grants", "grant").into_iter().filter(|g| g["reservation_key"] == key.as_str()).collect();
    assert_eq!(made.len(), all.len());
    let cut: Vec<Value> = made.iter().flat_map(|g| hotel.keys(g, "card")).collect();
    assert_eq!(cut.len(), cards);
    assert!(cut.iter().all(|c| c["is_issued"] == true), "{cut:?}");
    assert!(!hotel.list("grants", "grant").iter().any(|g| g["reservation_key"] == old));
    let kept: Vec<Value> =
        made.iter().flat_map(|g| hotel.keys(g, "code")).map(|m| m["code"].clone()).collect();
    assert!(codes.iter().all(|code| kept.contains(code)), "PINs are kept");
    leave(&mut t);
}

#[test]
fn all_who_are_due_out_leave_but_one() {
    let hotel = Hotel::with("due", Options::default());
    let mut t = hotel.desk();
    let text = ask(&mut t, "X", "to say that these leave");
    let all: usize =
        regex::Regex::new(r"type (\d+) to say").unwrap().captures(&text).unwrap()[1].parse().unwrap();
    assert!(all > 2, "{text}");
    let first = regex::Regex::new(r"● (\S+) ([^:\n]*): ").unwrap().captures(&text).unwrap();
    let (room, name) = (first[1].to_owned(), first[2].trim().to_owned());
    let before = hotel.list("grants", "grant");
    assert!(before.iter().any(|g| g["display_name"] == name.as_str()), "{room} {name}");
    t.keys("<Space>");
    t.wait_for(format!("type {} to say", all - 1).as_str());
    t.keys(&format!("<Tab>{}<Enter>", all - 1));
    t.wait_for("Cancel");
    confirm(&mut t);
    t.wait_for("Messages");
    t.wait_gone(regex::Regex::new(r"\d+ (actions? )?running").unwrap());
    let gone = hotel.applied("/access_grants/delete");
    let after = hotel.list("grants", "grant");
    assert!(usize::try_from(gone).unwrap() >= all - 1, "{gone} of {all}");
    // Access that has ended goes by itself, too.
    assert!(before.len() - after.len() >= all - 1);
    assert!(after.iter().any(|g| g["display_name"] == name.as_str()), "{room} {name} was left out");
    leave(&mut t);
}

#[test]
fn a_door_is_opened_from_afar_by_typing_its_room() {
    let hotel = Hotel::open("unlock");
    let truth = hotel.sandbox().control().truth();
    let doors = truth["doors"].as_array().unwrap();
    let door = |id: &Value| doors.iter().find(|d| d["id"] == *id).unwrap();
    let hears = |g: &Value| {
        let full = truth["grants"].as_array().unwrap().iter();
        let full = full.clone().find(|f| f["grant"]["access_grant_id"] == g["access_grant_id"]).unwrap();
        let mut all = full["door_ids"].as_array().unwrap().iter().map(door);
        all.all(|d| d["online"] == true && d["privacy"] == false)
    };
    // A guest of an online lock system.
    let guest = hotel
        .guest(|hotel, g| g["reservation_key"].is_null() && hears(g) && !hotel.keys(g, "code").is_empty());
    let mut t = hotel.desk();
    find(&mut t, &guest);
    if hotel.keys(&hotel.grant(&guest.grant).unwrap(), "cloud_key").is_empty() {
        ask(&mut t, "U", "has no cloud key");
        ask(&mut t, "K", "add a PIN");
        t.keys("4<Enter>");
        t.wait_for("do it");
        confirm(&mut t);
        to_the_end(&mut t);
        t.keys("<Esc>");
        t.wait_for("q quit");
    }
    let text = ask(&mut t, "U", "the door opens at once");
    let room = regex::Regex::new(r"type (\S+): the door").unwrap().captures(&text).unwrap()[1].to_owned();
    t.keys("<Enter>");
    t.wait_for(format!("Type {room} first").as_str());
    t.keys(&format!("<Tab>{room}"));
    t.wait_for("Enter shows what happens");
    t.keys("<Enter>");
    t.wait_for("knock first");
    confirm(&mut t);
    to_the_end(&mut t);
    assert_eq!(hotel.applied("/access_methods/unlock_door"), 1);
    ask(&mut t, "z", "Cannot be undone: a door that was opened");
    leave(&mut t);
}

#[test]
fn new_dates_are_given_back_and_a_check_out_is_not() {
    let hotel = Hotel::open("undo");
    let guest = hotel.guest(|hotel, g| {
        hotel.keys(g, "card").is_empty() && hotel.keys(g, "code").iter().any(|m| m["is_issued"] == true)
    });
    let end = || hotel.grant(&guest.grant).unwrap()["ends_at"].clone();
    let before = end();
    let mut t = hotel.desk();
    find(&mut t, &guest);
    ask(&mut t, "e", "until");
    t.keys("+1h<Enter>");
    t.wait_for("do it");
    confirm(&mut t);
    to_the_end(&mut t);
    assert_ne!(end(), before);
    t.keys("<Esc>");
    t.wait_for("q quit");
    ask(&mut t, "Z", "Undo ");
    confirm(&mut t);
    to_the_end(&mut t);
    assert_eq!(end(), before);
    assert_eq!(hotel.applied("/access_grants/update"), 2);
    t.keys("<Esc>");
    t.wait_for("q quit");
    ask(&mut t, "x", "Cancel");
    confirm(&mut t);
    to_the_end(&mut t);
    assert!(hotel.grant(&guest.grant).is_none());
    assert!(!t.text().contains("z undo"));
    ask(&mut t, "z", "Cannot be undone: Seam does not give deleted access back");
    leave(&mut t);
}
