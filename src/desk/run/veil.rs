//! What must not get into the journal: the PINs and links a run has read, wherever a message repeats
//! them, and links of any kind.

use std::sync::{Arc, Mutex};

use crate::desk::encoders::whole;
use crate::seam::model::AccessMethod;
use crate::secret::{DOTS, Secret, without_links};
use crate::text::Text;

/// Remembers secrets to hide them.
#[derive(Clone, Debug, Default)]
pub(super) struct Veil(Arc<Mutex<Vec<Secret>>>);

impl Veil {
    /// Remembers the secrets of a key.
    pub(super) fn learn(&self, method: &AccessMethod) {
        [&method.code, &method.instant_key_url].into_iter().flatten().for_each(|secret| self.hide(secret));
    }

    /// Remembers a secret.
    pub(super) fn hide(&self, secret: &Secret) {
        let mut known = whole(&self.0);
        if !secret.is_empty() && !known.contains(secret) {
            known.push(secret.clone());
        }
    }

    /// `words` with dots for every secret that is known, and for every link.
    pub(super) fn over(&self, words: &str) -> Text {
        let mut hidden = words.to_owned();
        for secret in whole(&self.0).iter() {
            hidden = without(&hidden, secret.reveal());
        }
        Text::new(without_links(&hidden))
    }
}

/// `text` with dots for `secret` where it stands by itself: a PIN is no part of a longer number.
fn without(text: &str, secret: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(secret) {
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let apart = !inside(before.chars().next_back()) && !inside(after.chars().next());
        out.push_str(before);
        out.push_str(if apart { DOTS } else { secret });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_hidden_where_it_stands_by_itself() {
        let veil = Veil::default();
        let method = serde_json::json!({"access_method_id": "m", "mode": "code", "code": "4417",
            "display_name": "PIN", "instant_key_url": "https://ik.example/abc"});
        veil.learn(&serde_json::from_value(method).unwrap());
        let words = veil
            .over("code 4417 is taken (4417); 44170 is not, nor is 4417b: see https://ik.example/abc now");
        assert_eq!(words, "code •••• is taken (••••); 44170 is not, nor is 4417b: see •••• now");
        assert_eq!(veil.over("see (http://x.example/y)"), "see ••••");
    }
}
