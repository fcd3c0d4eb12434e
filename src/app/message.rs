//! The line in which the program speaks. Good news goes by itself; bad news stays until it is read.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

use crate::text::Text;

/// How long good news stays.
const GOOD_NEWS: TimeDelta = TimeDelta::seconds(8);

/// How many messages are kept for later reading.
const KEPT: usize = 100;

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Done, noted, fine.
    Good,
    /// Cannot be done, or needs a look. Stays until a key.
    Caution,
    /// Went wrong. Stays until Esc or the next message.
    Bad,
}

/// Something the program said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// When.
    pub at: DateTime<Utc>,
    /// How much it matters.
    pub weight: Weight,
    /// What.
    pub words: Text,
}

/// The line and what it said before.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    current: Option<Message>,
    past: VecDeque<Message>,
}

impl Messages {
    /// What the line says now.
    pub fn current(&self) -> Option<&Message> {
        self.current.as_ref()
    }

    /// Everything said before and now, the newest last.
    pub fn past(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.past.iter()
    }

    /// Says something. Good news never covers bad news.
    pub fn say(&mut self, at: DateTime<Utc>, weight: Weight, words: impl Into<Text>) {
        let message = Message { at, weight, words: words.into() };
        if self.past.len() == KEPT {
            self.past.pop_front();
        }
        self.past.push_back(message.clone());
        let covers =
            weight != Weight::Good || !matches!(self.current, Some(Message { weight: Weight::Bad, .. }));
        if covers {
            self.current = Some(message);
        }
    }

    /// Whether it says that something went wrong.
    pub fn is_bad(&self) -> bool {
        self.current.as_ref().is_some_and(|m| m.weight == Weight::Bad)
    }

    /// A key was pressed: what was only a remark goes. Says whether the line changed.
    pub fn key_pressed(&mut self) -> bool {
        let goes = self.current.as_ref().is_some_and(|m| m.weight != Weight::Bad);
        if goes {
            self.current = None;
        }
        goes
    }

    /// Takes the line away, whatever it says. Says whether it said anything.
    pub fn dismiss(&mut self) -> bool {
        self.current.take().is_some()
    }

    /// When the line changes by itself.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.current.as_ref().filter(|m| m.weight == Weight::Good).map(|m| m.at + GOOD_NEWS)
    }

    /// Time passed. Says whether the line changed.
    pub fn tick(&mut self, now: DateTime<Utc>) -> bool {
        let over = self.expires_at().is_some_and(|at| at <= now);
        if over {
            self.current = None;
        }
        over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(s, 0).unwrap()
    }

    #[test]
    fn good_news_goes_by_itself_and_bad_news_does_not() {
        let mut m = Messages::default();
        m.say(at(0), Weight::Good, "done");
        assert!(!m.tick(at(7)));
        assert!(m.tick(at(8)));
        m.say(at(10), Weight::Bad, "failed");
        assert!(!m.tick(at(10_000)));
        assert!(!m.key_pressed());
        m.say(at(11), Weight::Good, "something else is done");
        assert_eq!(m.current().unwrap().words, "failed");
        assert!(m.dismiss());
        assert_eq!(m.past().count(), 3);
    }
}
