//! How: which keys, of those the chosen doors take.

use super::{CARDS, CLOUD, DIGITS, PHONES, PIN};
use crate::app::form::{Choice, Field, Form, Note};
use crate::desk::{GrantAsk, KeyAsk, Refusal, grant};
use crate::property::Property;
use crate::seam::model::Mode;
use crate::secret::Secret;

const ANY: &str = "any PIN";
const OWN: &str = "a PIN of the guest's choice";
const NONE: &str = "no PIN";
const NO: &str = "no";
const YES: &str = "yes: the desk can open the door from afar";

pub(super) fn fields() -> Vec<Field> {
    let choice = |label, options: &[&str]| {
        Field::choice(label, options.iter().map(Choice::plain).collect(), 0).later()
    };
    vec![
        choice(PIN, &[ANY, OWN, NONE]),
        Field::secret(DIGITS).hint("4 to 9 digits").later(),
        Field::line(CARDS, "0").hint("how many; 0 for none").later(),
        Field::line(PHONES, "0").hint("on how many phones; 0 for none").later(),
        choice(CLOUD, &[NO, YES]),
    ]
}

/// Asks for the keys that one of the doors takes.
pub(super) fn show(form: &mut Form, p: &Property, ask: &GrantAsk) {
    let takes = |mode: Mode| grant::takes(p, ask, &mode);
    let (code, card, mobile) = (takes(Mode::Code), takes(Mode::Card), takes(Mode::MobileKey));
    form.show(PIN, code);
    form.show(DIGITS, is_chosen(form, PIN, OWN));
    form.show(CARDS, card);
    form.show(PHONES, mobile);
    form.show(CLOUD, takes(Mode::CloudKey));
    // Where there is no PIN the guest needs something else.
    form.propose(CARDS, if card && !code { "1" } else { "0" });
    form.propose(PHONES, if mobile && !code && !card { "1" } else { "0" });
    for label in [CARDS, PHONES] {
        let note = count(form, label).err().map_or(Note::None, |e| Note::Wrong(e.words.to_string()));
        form.note(label, note);
    }
    let digits = form.text(DIGITS);
    let is_pin = (4..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let note = match (digits.is_empty(), is_pin) {
        (false, false) => Note::Wrong("a PIN has 4 to 9 digits".to_owned()),
        _ => Note::None,
    };
    form.note(DIGITS, note);
}

fn is_chosen(form: &Form, label: &str, option: &str) -> bool {
    form.chosen_id(label).is_some_and(|id| id.as_str() == option)
}

fn count(form: &Form, label: &str) -> Result<usize, Refusal> {
    let typed = form.text(label).trim();
    if typed.is_empty() {
        return Ok(0);
    }
    let count = typed.parse().ok().filter(|n| *n <= 100);
    count.ok_or_else(|| Refusal::new(format!("“{typed}” is no number of {label}: 1, 2, or 0 for none")))
}

/// The keys that are asked for.
pub(super) fn asked(form: &Form) -> Result<Vec<KeyAsk>, Refusal> {
    let mut keys = Vec::new();
    if is_chosen(form, PIN, ANY) {
        keys.push(KeyAsk::Code { pin: None });
    } else if is_chosen(form, PIN, OWN) {
        keys.push(KeyAsk::Code { pin: Some(Secret::new(form.text(DIGITS).trim())) });
    }
    match count(form, CARDS)? {
        0 => {}
        count => keys.push(KeyAsk::Card { count }),
    }
    match count(form, PHONES)? {
        0 => {}
        n => keys.push(KeyAsk::MobileKey { max_uses: u32::try_from(n).ok() }),
    }
    if is_chosen(form, CLOUD, YES) {
        keys.push(KeyAsk::CloudKey);
    }
    Ok(keys)
}
