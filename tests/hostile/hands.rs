//! Keys pressed one at a time, each when the one before was answered.

use crate::pty::{Shown, Terminal};

/// The last two lines: the keys, and above them the edge of the panes or a remark. No clock turns there.
fn foot(shown: &Shown) -> String {
    let text = shown.text();
    let mut last: Vec<&str> = text.lines().rev().take(2).collect();
    last.reverse();
    last.join("\n")
}

/// Whether something is open: the hint is there only where nothing is.
fn is_open(shown: &Shown) -> bool {
    !foot(shown).contains("q quit")
}

/// Whether something is remarked where the edge of the panes is otherwise.
fn is_remarked(shown: &Shown) -> bool {
    !foot(shown).contains(['╯', '┛'])
}

/// Presses a key that opens something, or is told why it does not.
pub fn open(t: &mut Terminal, key: &str) {
    t.keys(key);
    t.wait_for(|s: &Shown| is_open(s) || is_remarked(s));
}

/// Leaves whatever is open, and takes away what was remarked.
pub fn leave(t: &mut Terminal) {
    loop {
        let before = t.look(foot);
        match t.look(|s| (is_open(s), is_remarked(s))) {
            (false, false) => return,
            (true, _) => t.keys("<Esc>"),
            (false, true) => t.keys("<Left>"),
        }
        t.wait_for(move |s: &Shown| foot(s) != before);
    }
}

/// Presses a key that changes the picture, if only its colours.
pub fn press(t: &mut Terminal, key: &str) {
    let before = t.bytes();
    t.keys(key);
    t.wait_for(move |s: &Shown| s.raw.len() > before);
}
