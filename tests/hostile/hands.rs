//! Keys pressed one at a time, each when the one before was answered.

use crate::pty::{Shown, Terminal};

/// What is below the header, where a clock turns.
fn body(shown: &Shown) -> String {
    shown.text().lines().skip(2).collect::<Vec<_>>().join("\n")
}

/// Presses a key that opens something, or says why it does not.
pub fn open(t: &mut Terminal, key: &str) {
    let before = t.look(body);
    t.keys(key);
    t.wait_for(move |s: &Shown| body(s) != before);
}

/// Leaves whatever is open.
pub fn leave(t: &mut Terminal) {
    // The hint at the foot is there only where nothing is open.
    while !t.text().contains("q quit") {
        let before = t.bytes();
        t.keys("<Esc>");
        t.wait_for(move |s: &Shown| s.raw.len() > before);
    }
}

/// Presses a key that changes the picture, if only its colours.
pub fn press(t: &mut Terminal, key: &str) {
    let before = t.bytes();
    t.keys(key);
    t.wait_for(move |s: &Shown| s.raw.len() > before);
}
