//! The person at the desk: keys, by chance, but most of them with a purpose.

use std::collections::VecDeque;

use nightdesk::app::App;
use nightdesk::app::key::{Code, Key};
use nightdesk::app::pane::PaneKind;

use crate::chance::Chance;

/// What somebody does at a desk, as keys; `*` moves somewhere in the list.
const HABITS: [&str; 16] = [
    "1 * e + 1 h Enter y",
    "1 * e + 1 d Enter y Enter",
    "1 * x y Enter",
    "1 * x Tab y Enter",
    "1 * r Enter Enter y Enter Enter",
    "1 * c Enter Enter y Enter Enter",
    "1 * m Enter Enter Enter y",
    "1 * i Enter y",
    "1 * Enter PgDn PgDn Esc",
    "1 * w PgDn Esc",
    "4 * Enter Esc Enter Esc",
    "3 * Enter Esc",
    "2 * z j j G g z",
    "1 / a b Esc * Space j Space e + 2 h Enter y",
    "A j j Enter Esc Esc",
    "n W a l k Tab Tab Enter Enter y Esc",
];

/// Any key at all.
const KEYS: [&str; 30] = [
    "1", "2", "3", "4", "j", "k", "g", "G", "Enter", "Esc", "Tab", "S-Tab", "Space", "/", "a", ":", "z", "f",
    "?", "s", "S", "P", "T", "J", "d", "D", "y", "Ctrl-R", "PgDn", "n",
];

pub struct Person {
    chance: Chance,
    keys: VecDeque<Key>,
}

impl Person {
    pub fn new(seed: u64) -> Self {
        Self { chance: Chance::new(seed), keys: VecDeque::new() }
    }

    fn plan(&mut self, keys: &str) {
        for name in keys.split(' ') {
            if name == "*" {
                let down = self.chance.below(16);
                let first = if self.chance.once_in(2) { 'g' } else { 'G' };
                let way = if first == 'g' { Code::Down } else { Code::Up };
                self.keys.push_back(Key::char(first));
                self.keys.extend((0..down).map(|_| Key::plain(way)));
            } else {
                self.keys.push_back(name.parse().unwrap());
            }
        }
    }

    /// The next key while things may be done.
    pub fn busy(&mut self) -> Key {
        if self.keys.is_empty() {
            if self.chance.once_in(6) {
                let any: Vec<&str> = (0..12).filter_map(|_| self.chance.of(&KEYS).copied()).collect();
                self.plan(&any.join(" "));
            } else {
                let habit = self.chance.of(&HABITS).copied().unwrap_or_default();
                self.plan(&format!("Esc Esc Esc Esc {habit}"));
            }
        }
        self.keys.pop_front().unwrap_or(Key::plain(Code::Esc))
    }

    /// The next key while things are only brought to an end: a screen that is held goes on, a filter is
    /// cleared, what was left is taken up.
    pub fn resting(&mut self, app: &App) -> Option<Key> {
        if self.keys.is_empty() {
            if app.freeze.since().is_some() {
                self.plan("Esc Esc Esc Esc Esc f");
            } else if !app.board.filter_of(PaneKind::Grants).is_empty() {
                self.plan("Esc Esc Esc Esc Esc 2 Esc");
            } else if !app.left.list().is_empty() {
                self.plan("Esc Esc Esc Esc Esc D Enter Enter");
            }
        }
        self.keys.pop_front()
    }

    /// Puts down what was begun.
    pub fn lay_down(&mut self) {
        self.keys.clear();
        self.plan("Esc Esc Esc Esc Esc Esc");
    }
}
