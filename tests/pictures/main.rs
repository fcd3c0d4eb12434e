//! The pictures of the documentation are what the program draws: the real program, in a pseudo-terminal, on the
//! simulated hotel of a night that is always the same.
//!
//! `UPDATE_DOCS=1 cargo test --test pictures` draws them anew into `docs/pictures`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

#[path = "../pty/mod.rs"]
mod pty;
mod svg;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use pty::{Shown, Start, Terminal};
use regex::Regex;
use svg::{DARK, LIGHT, Palette, Part};

/// Those of a hotel whose clock stands still: the same to the last cell.
const STILL: [&str; 11] =
    ["board", "details", "extend", "due-out", "audit", "why", "commands", "help", "themes", "small", "light"];
/// Those of something that runs: the same but for the time it takes.
const MOVING: [&str; 3] = ["lost-card", "cards", "journal"];

/// No picture is larger, in bytes.
const LARGEST: usize = 60_000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn path(name: &str) -> PathBuf {
    root().join("docs/pictures").join(format!("{name}.svg"))
}

fn is_updating() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some_and(|value| !value.is_empty())
}

/// A night, the program on it, and a state directory that goes with them.
struct Desk {
    terminal: Terminal,
    state: PathBuf,
    palette: &'static Palette,
}

impl Desk {
    fn open(speed: &str, size: (u16, u16), more: &[&str]) -> Self {
        let state = std::env::temp_dir().join(format!("nightdesk-pictures-{}", uuid::Uuid::now_v7()));
        let terminal = Start::new(env!("CARGO_BIN_EXE_nightdesk"))
            .args(["demo", "--rooms", "96", "--grants", "90", "--now", "2026-11-23T02:14:00Z"])
            .args(["--seed", "1", "--speed", speed, "--operator", "maria"])
            .args(more)
            .env("NIGHTDESK_STATE_DIR", &state)
            .env("XDG_CONFIG_HOME", &state)
            .size(size.0, size.1)
            .spawn();
        terminal.wait_for("as of 03:14");
        terminal.wait_gone("reading");
        let palette = if more.contains(&"light") { &LIGHT } else { &DARK };
        let mut desk = Self { terminal, state, palette };
        // The cursor stays on the guest it met first, whoever is read after that.
        desk.pressed("g", "▌ +101  Jansen");
        desk
    }

    /// Presses keys, then waits for what they bring.
    fn after(&mut self, keys: &str, wanted: &str) -> &Terminal {
        self.terminal.keys(keys);
        self.terminal.wait_for(Regex::new(wanted).unwrap());
        &self.terminal
    }

    /// Presses a key again and again until it was taken: a preview must have been on the screen for a while.
    fn pressed(&mut self, key: &str, wanted: &str) {
        let wanted = Regex::new(wanted).unwrap();
        let deadline = Instant::now() + pty::patience();
        while !wanted.is_match(&self.terminal.text()) {
            assert!(Instant::now() < deadline, "{key} was not taken: {}", self.terminal.text());
            self.terminal.keys(key);
            thread::park_timeout(Duration::from_millis(100));
        }
    }

    /// Confirms a preview.
    fn confirmed(&mut self, wanted: &str) {
        self.pressed("y", wanted);
    }

    /// Leaves what is open, one key at a time.
    fn back(&mut self, gone: &str) {
        self.terminal.keys("<Esc>");
        self.terminal.wait_gone(Regex::new(gone).unwrap());
    }

    /// The whole screen is the picture of this name, or becomes it.
    fn still(&self, name: &str, lines: Option<(u16, u16)>) {
        let palette = self.palette;
        let part = move |shown: &Shown| {
            let (rows, columns) = shown.screen().size();
            let (top, height) = lines.unwrap_or((0, rows.get()));
            Part { left: 0, top, width: columns.get(), height }
        };
        let drawn = move |shown: &Shown| svg::draw(shown.screen(), part(shown), palette);
        assert!(STILL.contains(&name), "{name} is not among the pictures");
        if is_updating() {
            let quiet = settled(&self.terminal, &drawn);
            return fs::write(path(name), quiet).unwrap();
        }
        let before = fs::read_to_string(path(name)).unwrap_or_default();
        eprintln!("docs/pictures/{name}.svg should be what is drawn; UPDATE_DOCS=1 draws it anew");
        self.terminal.wait_for(move |shown: &Shown| drawn(shown) == before);
    }

    /// The frame with this title is the picture of this name, but for its times, or becomes it.
    fn moving(&self, name: &str, title: &str, wanted: &str) {
        assert!(MOVING.contains(&name), "{name} is not among the pictures");
        let (palette, title, wanted) = (self.palette, title.to_owned(), Regex::new(wanted).unwrap());
        let drawn = move |shown: &Shown| {
            let part = frame(shown, &title)?;
            let picture = svg::draw(shown.screen(), part, palette);
            wanted.is_match(&svg::text(&picture)).then_some(picture)
        };
        if is_updating() {
            let seen = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
            let into = std::sync::Arc::clone(&seen);
            self.terminal.wait_for(move |shown: &Shown| {
                let picture = drawn(shown);
                picture.map(|picture| *into.lock().unwrap() = picture).is_some()
            });
            let picture = seen.lock().unwrap().clone();
            return fs::write(path(name), picture).unwrap();
        }
        let before = timeless(&fs::read_to_string(path(name)).unwrap_or_default());
        eprintln!("docs/pictures/{name}.svg should be what is drawn; UPDATE_DOCS=1 draws it anew");
        self.terminal
            .wait_for(move |shown: &Shown| drawn(shown).is_some_and(|picture| timeless(&picture) == before));
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.state);
    }
}

/// What is drawn when nothing has changed for a while: only for drawing anew, where there is nothing to wait for.
fn settled(terminal: &Terminal, drawn: &impl Fn(&Shown) -> String) -> String {
    let mut last = (String::new(), Instant::now());
    while last.1.elapsed() < Duration::from_millis(1_500) {
        terminal.text();
        let now = terminal.look(drawn);
        if now != last.0 {
            last = (now, Instant::now());
        }
        thread::park_timeout(Duration::from_millis(50));
    }
    last.0
}

/// Where the frame with this title stands.
fn frame(shown: &Shown, title: &str) -> Option<Part> {
    let screen = shown.screen();
    let (rows, columns) = screen.size();
    let sign = |row: u16, column: u16| screen.cell(row, column).map_or("", vt100::Cell::contents);
    let row_of = |row: u16, from: u16| (from..columns.get()).map(|c| sign(row, c)).collect::<String>();
    for top in 0..rows.get() {
        for left in (0..columns.get()).filter(|left| sign(top, *left) == "┏") {
            if !row_of(top, left).starts_with(&format!("┏ {title}")) {
                continue;
            }
            let right = (left..columns.get()).find(|c| sign(top, *c) == "┓")?;
            let bottom = (top..rows.get()).find(|row| sign(*row, left) == "┗")?;
            return Some(Part { left, top, width: right - left + 1, height: bottom - top + 1 });
        }
    }
    None
}

/// What a picture says, without the times and without how they move what stands beside them.
fn timeless(picture: &str) -> String {
    let text = svg::text(picture);
    let text =
        Regex::new(r"\d\d:\d\d(:\d\d)?|\b\d+(\.\d)?[sm]\b").unwrap().replace_all(&text, "#").into_owned();
    let text = Regex::new("[━ ]+").unwrap().replace_all(&text, " ").into_owned();
    text.trim().to_owned()
}

#[test]
fn the_pictures_of_a_night_that_stands_still() {
    let mut desk = Desk::open("0", (120, 40), &[]);
    desk.still("board", None);
    desk.terminal.resize(100, 32);
    desk.terminal.wait_for("in 86 out 1");
    desk.after("jj<Enter>", r"┏ 103 ");
    desk.still("details", None);
    desk.back("What happened");
    desk.after("e", "┏ Extend ─ 103");
    desk.after("<Enter>", "carry out");
    desk.still("extend", None);
    desk.back("carry out");
    desk.after("X", "┏ Check out all");
    desk.still("due-out", None);
    desk.back("┏ Check out all");
    desk.after("A", "┏ Night audit");
    desk.still("audit", None);
    desk.back("┏ Night audit");
    desk.after("4", "┏ Warnings");
    desk.after("w", "┏ Why does the door refuse");
    desk.still("why", Some((0, 16)));
    desk.back("┏ Why does the door refuse");
    desk.after("1", "┏ Guests");
    desk.after(":", "┏ Commands");
    desk.after("card", "queue of cards");
    desk.still("commands", None);
    desk.back("┏ Commands");
    desk.after("?", "┏ Help");
    desk.still("help", None);
    desk.back("┏ Help");
    desk.after("T", "┏ Theme");
    desk.still("themes", None);
    desk.back("┏ Theme");
    desk.terminal.resize(80, 24);
    desk.terminal.wait_for("[1 Guests");
    desk.still("small", None);
}

#[test]
fn the_picture_of_a_light_terminal() {
    let desk = Desk::open("0", (100, 32), &["--theme", "light"]);
    desk.still("light", None);
}

#[test]
fn the_pictures_of_cards_that_are_cut() {
    let mut desk = Desk::open("0.5", (100, 32), &[]);
    desk.after("r", "carry out");
    desk.confirmed("┏ Lost card ─ 101 .* began");
    desk.moving("lost-card", "Lost card", "▸ the lock system prepares");
    desk.back("┏ Lost card");
    desk.after("/", "Enter keep");
    desk.after("card:re-cut", "of 2 ┛");
    desk.terminal.keys("<Enter>");
    desk.terminal.wait_gone("Enter keep");
    desk.after("<Up>", "1 of 2 ┛");
    desk.after("<Space>", "1 marked");
    desk.after("j", "2 of 2 ┛");
    desk.after("<Space>", "2 marked");
    desk.after("c", "┏ Cards ─ 2 guests");
    desk.confirmed("┏ Cards ─ 0 of 2");
    desk.moving("cards", "Cards", "next card: 1 of 2");
}

#[test]
fn the_picture_of_a_journal() {
    let mut desk = Desk::open("20", (100, 16), &[]);
    for room in ["102", "104"] {
        desk.pressed("j", &format!("▌ +{room}"));
        desk.after("x", "carry out");
        desk.confirmed(&format!("┏ Check out ─ {room} .* began"));
        desk.terminal.wait_for("the access is revoked");
        desk.back("┏ Check out");
    }
    desk.after("J", "┏ Journal");
    desk.moving("journal", "Journal", "104.*Check out.*done.*102.*Check out.*done");
}

#[test]
fn every_picture_is_shown_somewhere_and_small() {
    let known: BTreeSet<String> = STILL.iter().chain(&MOVING).map(|name| format!("{name}.svg")).collect();
    let there = fs::read_dir(root().join("docs/pictures")).unwrap();
    let there: BTreeSet<String> =
        there.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(there, known);
    let mut pages = fs::read_to_string(root().join("README.md")).unwrap();
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let page = entry.unwrap().path();
        if page.extension().is_some_and(|ending| ending == "md") {
            pages.push_str(&fs::read_to_string(page).unwrap());
        }
    }
    for name in &known {
        let size = fs::metadata(root().join("docs/pictures").join(name)).unwrap().len();
        assert!(size < LARGEST as u64, "{name}: {size} bytes");
        assert!(pages.contains(&format!("pictures/{name})")), "no page shows {name}");
    }
}
