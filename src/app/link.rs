//! The page of a stay's Instant Keys: which links there are, how long each is good, and what can be done
//! with the one under the cursor. A link is never on it unless somebody asks to see that one.

use chrono::{DateTime, TimeDelta, Utc};

use super::App;
use super::ask::{Ask, DeleteLink, NewLink};
use super::command::CommandId;
use super::event::Effects;
use super::key::{Code, Key};
use super::layer::Layer;
use super::message::Weight;
use super::overlay::moved;
use super::own_keys::Own;
use super::reveal::{FoundSecret, Purpose, SecretOf};
use crate::desk::instant_key::{Link, share};
use crate::property::StayId;
use crate::seam::id::InstantKeyId;
use crate::secret::Secret;

/// How long a QR code stays on the screen.
const QR_SHOWN_FOR: TimeDelta = TimeDelta::seconds(60);

/// How far a page goes in the list of links.
const PAGE: usize = 5;

/// The page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPage {
    /// Whose.
    pub stay: StayId,
    /// The link under the cursor; the first where nobody went to one, or it is gone.
    pub at: Option<InstantKeyId>,
}

/// A QR code on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// Whose link.
    pub stay: StayId,
    /// Which.
    pub key: InstantKeyId,
    /// When it goes by itself.
    pub until: DateTime<Utc>,
    /// The link, as it was when the code was asked for.
    pub link: Option<Secret>,
}

impl App {
    /// Opens the page for the selected stay.
    pub(super) fn open_links(&mut self) {
        self.board.hold();
        if matches!(self.top(), Some(Layer::Link(_))) {
            return;
        }
        if let Some(stay) = self.targets().into_iter().next() {
            self.layers.push(Layer::Link(LinkPage { stay, at: None }));
        }
    }

    /// The links of a stay, the one that lasts longest first.
    pub fn links(&self, stay: &StayId) -> Vec<Link> {
        share(&self.property, stay, self.now).map(|share| share.links).unwrap_or_default()
    }

    /// The link under the cursor of the page.
    pub fn link_under(&self, page: &LinkPage) -> Option<Link> {
        let links = self.links(&page.stay);
        let at = page.at.as_ref().and_then(|id| links.iter().position(|l| l.key == *id)).unwrap_or(0);
        links.into_iter().nth(at)
    }

    pub(super) fn secret_of_link(&self, page: &LinkPage) -> Option<FoundSecret> {
        let link = self.link_under(page)?;
        Some(FoundSecret { label: "link".into(), of: SecretOf::InstantKey(link.key), secret: link.url? })
    }

    pub(super) fn link_key(&mut self, key: Key) -> Effects {
        let Some(Layer::Link(page)) = self.top() else { return Effects::default() };
        let page = page.clone();
        match key.code {
            Code::Own(Own::LinkNew) => self.ask_about_links(Ask::NewLink(NewLink { stay: page.stay })),
            Code::Own(Own::LinkDelete) => match self.link_under(&page) {
                Some(link) => {
                    let ask = DeleteLink { stay: page.stay, key: link.key };
                    self.ask_about_links(Ask::DeleteLink(ask))
                }
                None => self.say_of_links("There is no link to delete."),
            },
            Code::Own(Own::LinkQr) | Code::Enter => self.show_qr(&page),
            _ => match self.settings.keymap.travel(key) {
                Some(by) => {
                    let links = self.links(&page.stay);
                    let under = self.link_under(&page).map(|l| l.key);
                    let at = links.iter().position(|l| Some(&l.key) == under.as_ref()).unwrap_or(0);
                    let to = links.get(moved(at, links.len(), by, PAGE)).map(|l| l.key.clone());
                    if to != under {
                        // What was unmasked was the other one.
                        self.hide_secret();
                    }
                    if let Some(Layer::Link(page)) = self.layers.last_mut() {
                        page.at = to;
                    }
                    Effects::draw()
                }
                None => self.page_key(key),
            },
        }
    }

    /// A dialog that changes something opens only where anything may be changed at all.
    fn ask_about_links(&mut self, ask: Ask) -> Effects {
        // What forbids adding a key forbids this: a desk that only reads, a screen that is too old.
        if let Some(reason) = self.refusal_of(CommandId::Keys) {
            return self.say_of_links(&format!("{}: {reason}", ask.title()));
        }
        self.thaw();
        let busy = ask.stays().iter().find_map(|stay| self.jobs.on_stay(stay));
        if let Some(busy) = busy {
            let shows = self.settings.keymap.how(CommandId::Desk);
            let words = format!("The desk is still {} {}: {shows} shows it.", busy.action.verb(), busy.room);
            return self.say_of_links(&words);
        }
        self.open_dialog(ask)
    }

    fn say_of_links(&mut self, words: &str) -> Effects {
        self.messages.say(self.now, Weight::Caution, words);
        Effects::draw()
    }

    /// The link under the cursor, if it can be shared; else why not.
    fn shareable(&self, page: &LinkPage) -> Result<FoundSecret, &'static str> {
        let link = self.link_under(page).ok_or("There is no link yet: n makes one.")?;
        if !link.is_good {
            return Err("This link has expired: n makes a new one.");
        }
        let url = link.url.ok_or("Seam does not show this link: n makes a new one.")?;
        Ok(FoundSecret { label: "link".into(), of: SecretOf::InstantKey(link.key), secret: url })
    }

    fn show_qr(&mut self, page: &LinkPage) -> Effects {
        match self.shareable(page) {
            Ok(found) => {
                let SecretOf::InstantKey(key) = found.of.clone() else { return Effects::default() };
                let until = self.now + QR_SHOWN_FOR;
                let qr = Qr { stay: page.stay.clone(), key, until, link: None };
                self.use_secret(found, Purpose::Qr(qr))
            }
            Err(why) => self.say_of_links(why),
        }
    }

    pub(super) fn copy_link(&mut self, page: &LinkPage) -> Effects {
        match self.shareable(page) {
            Ok(found) => {
                let whose = self.stay_words(&page.stay);
                let words = format!("Copied the link of {whose}: whoever has it has the key.").into();
                self.use_secret(found, Purpose::Copy { words })
            }
            Err(why) => self.say_of_links(why),
        }
    }

    /// When the QR code goes by itself.
    pub(super) fn qr_until(&self) -> Option<DateTime<Utc>> {
        match self.top() {
            Some(Layer::Qr(qr)) => Some(qr.until),
            _ => None,
        }
    }

    /// Takes the QR code away when its time is up. Says whether it did.
    pub(super) fn hide_qr(&mut self) -> bool {
        let over = self.qr_until().is_some_and(|until| until <= self.now);
        if over {
            self.layers.pop();
        }
        over
    }

    /// The link behind a QR code; nothing once it is gone or has expired.
    pub fn link_of_qr(&self, qr: &Qr) -> Option<Secret> {
        let link = self.links(&qr.stay).into_iter().find(|l| l.key == qr.key)?;
        let known = link.url.filter(|_| link.is_good)?;
        // Where another desk read it, only a mark of it is known here.
        if known.is_here() { Some(known) } else { qr.link.clone() }
    }
}
