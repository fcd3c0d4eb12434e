//! The fields of a form, found by their labels.

use regex::Regex;

use crate::pty::{Shown, Terminal};

/// Every label a form can have.
const LABELS: [&str; 16] = [
    "guest",
    "name",
    "e-mail",
    "phone",
    "where",
    "from",
    "until",
    "PIN",
    "digits",
    "cards",
    "mobile keys",
    "cloud key",
    "reservation",
    "number",
    "to",
    "encoder",
];

/// The field that has the keys.
fn focus(shown: &Shown) -> Option<&'static str> {
    let text = shown.text();
    LABELS.into_iter().find(|label| text.contains(&format!("┃▌ {label} ")))
}

/// Goes to a field by Tab.
pub fn go(t: &mut Terminal, label: &'static str) {
    for _ in 0..LABELS.len() {
        let at = t.look(focus);
        if at == Some(label) {
            return;
        }
        t.keys("<Tab>");
        t.wait_for(move |s: &Shown| focus(s) != at);
    }
    panic!("no field {label}:\n{}", t.text());
}

/// Types into a field what was not there.
pub fn fill(t: &mut Terminal, label: &'static str, text: &str) {
    go(t, label);
    t.keys("<C-u>");
    t.keys(text);
    let (label, typed) = (label.to_owned(), text.to_owned());
    t.wait_for(Regex::new(&format!("▌ {} +{}", regex::escape(&label), regex::escape(&typed))).unwrap());
}

/// Chooses the nth option of a field.
pub fn choose(t: &mut Terminal, label: &'static str, nth: &str, words: &'static str) {
    go(t, label);
    t.keys(nth);
    t.wait_for(Regex::new(&format!("● {}", regex::escape(words))).unwrap());
}
