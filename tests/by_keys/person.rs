//! What a person at the desk does again and again, each step waited for as a person waits.

use regex::Regex;
use rustix::process::Signal;

use crate::house::Guest;
use crate::pty::{Shown, Terminal};

/// What the screen says where a key was not taken yet.
const NOT_YET: [&str; 7] = [
    "too old to act on",
    "nothing has been read yet",
    "still being read",
    "no guest is selected",
    "is not issued yet",
    "read it first",
    "something changed",
];

/// Where the screen says it is above the keys; a page lists all messages.
fn refused(text: &str) -> bool {
    let mut foot = text.lines().rev().skip(1).take(2);
    foot.any(|line| NOT_YET.iter().any(|words| line.contains(words)))
}

/// Presses a key until it does what it should: a screen that is still being read, or got too old on a busy
/// machine, refuses, and says so; a dialog wants to be read.
pub fn press_until(t: &mut Terminal, key: &str, is_over: impl Fn(&str) -> bool + Copy + 'static) -> String {
    loop {
        t.keys(key);
        let text = t.wait_for(move |s: &Shown| is_over(&s.text()) || refused(&s.text()));
        if is_over(&text) {
            return text;
        }
        // The next key takes the remark away, so that the next answer is a new one.
        t.keys("<Left>");
        let shown = t.wait_for(move |s: &Shown| is_over(&s.text()) || !refused(&s.text()));
        if is_over(&shown) {
            return shown;
        }
    }
}

/// Presses a key until the screen says something.
pub fn ask(t: &mut Terminal, key: &str, wanted: &'static str) -> String {
    press_until(t, key, move |text| text.contains(wanted))
}

/// Confirms a preview.
pub fn confirm(t: &mut Terminal) -> String {
    t.wait_for("y carry out");
    press_until(t, "y", |text| !text.contains("y carry out"))
}

/// Puts the cursor on a guest by what a person would type.
pub fn find(t: &mut Terminal, guest: &Guest) {
    find_by(t, &guest.name, &guest.name);
}

/// Puts the cursor on the guest of this name by something typed.
pub fn find_by(t: &mut Terminal, typed: &str, name: &str) {
    t.keys("1/<C-u>");
    t.keys(typed);
    // The count stands there before the guest is read; under the cursor only somebody who is.
    let named: String = name.chars().take(5).collect();
    let filter = format!("filter Guests: {}", regex::escape(typed));
    t.wait_for(Regex::new(&format!(r"▌ +\S+ +{}[\s\S]*{filter}", regex::escape(&named))).unwrap());
    t.keys("<Enter>");
    // Who alone is found is opened; the filter stays.
    if t.wait_for(Regex::new("q quit|Esc back").unwrap()).contains("Esc back") {
        t.keys("<Esc>");
    }
    t.wait_for("q quit");
}

/// Follows what was begun to its end, for as long as it gets on, pressing Enter wherever it asks for a hand.
pub fn to_the_end(t: &mut Terminal) -> String {
    let asks = |text: &str| text.contains("Enter go on") || text.contains("Enter  go on");
    let mut last = String::new();
    loop {
        let shown = t.wait_for(move |s: &Shown| s.text() != last);
        if shown.contains("Esc close") {
            return running(&shown);
        }
        if asks(&shown) {
            t.keys("<Enter>");
            t.wait_gone(move |s: &Shown| asks(&s.text()));
        }
        last = shown;
    }
}

/// A screen as running text: frames and line breaks left out.
fn running(shown: &str) -> String {
    shown.split(['┃', '│']).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Closes what is open. Esc and a letter read at once would be Alt and the letter, so each Esc is waited for:
/// another layer has other keys at the foot of the screen.
pub fn close(t: &mut Terminal) {
    let foot = |text: &str| text.lines().last().unwrap_or_default().to_owned();
    while !t.text().contains("q quit") {
        let before = foot(&t.text());
        t.keys("<Esc>");
        t.wait_for(move |s: &Shown| foot(&s.text()) != before);
    }
}

/// Closes what is open and leaves.
pub fn leave(t: &mut Terminal) {
    close(t);
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

/// The host asks the program to end.
pub fn end(t: &mut Terminal) {
    t.signal(Signal::TERM);
    assert_eq!(t.exit_code(), 143);
    t.assert_clean();
}

/// Opens a form by its name from the palette.
pub fn command(t: &mut Terminal, name: &str) {
    t.keys(":");
    t.wait_for("type what you want to do");
    t.keys(name);
    t.keys("<Enter>");
}
