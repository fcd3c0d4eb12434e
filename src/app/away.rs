//! The store that the desks share does not answer. The screen stays and is kept up from here; nothing is changed,
//! for nobody else would know of it, unless somebody takes the emergency path on purpose. Then what is done is
//! recorded on this host and merged when the store is back.

use chrono::{DateTime, Utc};

use super::App;
use super::command::CommandId;
use super::event::{Effect, Effects};
use super::form::Field;
use super::key::{Code, Key};
use super::layer::Layer;
use super::message::Weight;
use super::others;
use crate::relay::Standing;
use crate::text::Text;

/// What must be typed to take the emergency path.
pub const WORD: &str = "alone";

/// Whether this desk records for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alone {
    /// No: in the shared store, or nothing at all.
    #[default]
    No,
    /// Yes, since this instant.
    Since(DateTime<Utc>),
    /// The store is back; what was begun without it is not over yet.
    Merging(DateTime<Utc>),
}

/// What became of the emergency path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AloneNews {
    /// It is taken: what is done is recorded here.
    Begun,
    /// It cannot be, for this reason.
    NotBegun(Text),
    /// The store is back, and what is begun now goes there again.
    Back,
    /// What was recorded here is in the store.
    Merged {
        /// How many entries of this property.
        entries: usize,
        /// Where another desk was at the same stay or encoder, in sentences.
        clashes: Vec<Text>,
    },
}

/// The question.
#[derive(Clone, Debug)]
pub struct AwayBox {
    /// Where the word is typed.
    pub field: Field,
    /// Why it was not taken.
    pub refused: Option<Text>,
}

impl App {
    /// Since when the shared store has been away, and why; none where it is there, or none is shared.
    pub fn store_away(&self) -> Option<(DateTime<Utc>, &Text)> {
        match self.relay.as_ref()? {
            Standing::Away { since, why } => Some((*since, why)),
            _ => None,
        }
    }

    /// Why nothing may be changed while the shared store is away; none where it may.
    pub(super) fn refuse_for_store(&self) -> Option<String> {
        let (since, why) = self.store_away().filter(|_| !matches!(self.alone, Alone::Since(_)))?;
        let since = self.property.zone().local(since).format("%H:%M");
        let how = self.settings.keymap.how(CommandId::Emergency);
        Some(format!(
            "the shared store has not answered since {since} ({why}): wait, or {how} works without it"
        ))
    }

    /// Why the emergency path cannot be taken.
    pub(super) fn refuse_emergency(&self) -> Option<String> {
        if self.settings.read_only {
            return Some("this desk is read-only".to_owned());
        }
        match (self.alone, self.store_away()) {
            (Alone::Since(_), _) => Some("it is taken already".to_owned()),
            (_, Some(_)) => None,
            (Alone::Merging(_), None) => Some("the shared store is there".to_owned()),
            (Alone::No, None) if self.relay.is_some() => Some("the shared store is there".to_owned()),
            (Alone::No, None) => Some("no store is shared: everything is recorded on this host".to_owned()),
        }
    }

    /// Asks whether to go on without the store.
    pub(super) fn open_emergency(&mut self) {
        self.layers
            .push(Layer::Emergency(Box::new(AwayBox { field: Field::line("type it", ""), refused: None })));
    }

    /// A key on the question.
    pub(super) fn emergency_key(&mut self, key: Key) -> Effects {
        let refusal = self.refuse_emergency();
        let Some(Layer::Emergency(asked)) = self.layers.last_mut() else { return Effects::default() };
        match key.code {
            Code::Esc => self.leave_emergency(),
            Code::Char('c') if key.ctrl => self.leave_emergency(),
            Code::Enter => {
                if let Some(why) = refusal {
                    // It came back while this was read.
                    self.layers.pop();
                    self.messages.say(self.now, Weight::Good, format!("Not needed: {why}."));
                    return Effects::draw();
                }
                if asked.field.text().trim().to_lowercase() != WORD {
                    asked.refused = Some(Text::new(format!("type the word {WORD}, or leave with Esc")));
                    return Effects::draw();
                }
                self.layers.pop();
                Effects::and(Effect::Emergency)
            }
            _ => {
                asked.refused = None;
                Effects { list: Vec::new(), draw: asked.field.key(key) }
            }
        }
    }

    fn leave_emergency(&mut self) -> Effects {
        self.layers.pop();
        self.messages.say(self.now, Weight::Good, "Left without doing anything.");
        Effects::draw()
    }

    /// Who was at what when the store was last heard, in sentences.
    pub fn last_heard(&self) -> Vec<Text> {
        self.others.all().iter().map(others::words).collect()
    }

    /// How this desk stands to the others is another thing now.
    pub(super) fn relayed(&mut self, standing: Standing) -> Effects {
        self.relay = Some(standing);
        Effects::draw()
    }

    /// What became of the emergency path.
    pub(super) fn alone_told(&mut self, news: AloneNews) -> Effects {
        let (weight, words) = match news {
            AloneNews::Begun => {
                self.alone = Alone::Since(self.now);
                let words = "This desk works without the shared store. What it does is recorded on this host, and no \
                             other desk sees it until the store is back.";
                (Weight::Caution, words.to_owned())
            }
            AloneNews::NotBegun(why) => {
                (Weight::Bad, format!("Nothing can be recorded on this host either: {why}"))
            }
            AloneNews::Back => {
                if let Alone::Since(since) = self.alone {
                    self.alone = Alone::Merging(since);
                }
                let words =
                    "The shared store is back. What was done without it is merged as soon as it is over.";
                (Weight::Good, words.to_owned())
            }
            AloneNews::Merged { entries, clashes } => {
                self.alone = Alone::No;
                merged(entries, &clashes)
            }
        };
        self.messages.say(self.now, weight, words);
        Effects::draw()
    }
}

/// What a merge is told in.
fn merged(entries: usize, clashes: &[Text]) -> (Weight, String) {
    let counted = if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") };
    let merged = format!("What was recorded on this host is in the shared store: {counted}.");
    match clashes {
        [] => (Weight::Good, merged),
        [one] => (Weight::Bad, format!("{merged} Another desk came between: {one}")),
        [first, rest @ ..] => {
            let words = format!("Another desk came between {} times: {first}", rest.len() + 1);
            (Weight::Bad, format!("{merged} {words} The journal has all, as “conflict”."))
        }
    }
}
