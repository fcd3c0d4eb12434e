//! What an encoder or an assignment can answer, and what a person does about it.
//!
//! The error types of `action_attempt` in Seam's OpenAPI document, and `no_card_on_encoder`, which only
//! its prose knows.

use crate::text::Text;

/// A failure of an encoding in the desk's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What went wrong.
    pub words: Text,
    /// What to do about it, before Enter tries again.
    pub next: Text,
    /// Whether the card may turn out to be cut a moment later.
    pub maybe_written: bool,
    /// Whether another try can help at all.
    pub retry: bool,
}

/// Puts `error.type` and `error.message` of a failed encoding into words; `encoder` is the encoder's
/// name. A type nobody knows is shown verbatim with its message.
pub fn encoding(kind: &str, message: &str, encoder: &str) -> Trouble {
    let said = |what: &str| with_message(what, message);
    let (words, next, maybe_written, retry) = match kind {
        "no_credential_on_encoder" | "no_card_on_encoder" => (
            "no card on the encoder".to_owned(),
            format!("put the card flat on “{encoder}”, then Enter"),
            false,
            true,
        ),
        "encoding_interrupted" => (
            "the card was lifted too early".to_owned(),
            format!("put the same card back on “{encoder}” and leave it there, then Enter"),
            false,
            true,
        ),
        "incompatible_card_format" => (
            "this card cannot be used with these locks".to_owned(),
            format!("put another card on “{encoder}”, from the stack this lock system uses, then Enter"),
            false,
            true,
        ),
        "credential_cannot_be_reissued" => (
            said("the lock system does not issue this card a second time"),
            "retire this card and request a new one: r lost card".to_owned(),
            false,
            false,
        ),
        "credential_deleted" => (
            said("the lock system has deleted this card's access"),
            "request a new card: r lost card".to_owned(),
            false,
            false,
        ),
        "encoder_not_online" => (
            format!("“{encoder}” is not online"),
            "check its power and its cable, then Enter; or choose another encoder".to_owned(),
            false,
            true,
        ),
        "encoder_communication_timeout" => (
            format!("“{encoder}” did not answer in time"),
            "leave the card on it and press Enter; or choose another encoder".to_owned(),
            true,
            true,
        ),
        "bridge_disconnected" => (
            "the bridge to the lock system is disconnected: nothing can be cut".to_owned(),
            "restart the Seam Bridge, then Enter; until then cut the card in the lock system's own program"
                .to_owned(),
            false,
            true,
        ),
        "action_attempt_expired" => (
            "the lock system did not finish in time".to_owned(),
            format!("the card was read again and is not cut: leave it on “{encoder}” and press Enter"),
            true,
            true,
        ),
        "uncategorized_error" => (
            said("the lock system could not cut the card"),
            "Enter tries again; if it stays, choose another encoder".to_owned(),
            false,
            true,
        ),
        "" => (
            said("the lock system could not cut the card and does not say why"),
            "Enter tries again; if it stays, choose another encoder".to_owned(),
            false,
            true,
        ),
        other => {
            (said(other), "Enter tries again; if it stays, choose another encoder".to_owned(), false, true)
        }
    };
    Trouble { words: Text::new(words), next: Text::new(next), maybe_written, retry }
}

/// Whether a failure in these words is the encoder's own, so that another encoder would do: it is not
/// online, does not answer, or its bridge is gone.
pub fn is_the_encoder(words: &str, encoder: &str) -> bool {
    let kinds = ["encoder_not_online", "encoder_communication_timeout", "bridge_disconnected"];
    kinds.iter().any(|kind| encoding(kind, "", encoder).words == words)
}

/// Puts `error.type` and `error.message` of a failed reading into words, as [`encoding`] does. That no card
/// lies there is not among them: it is an answer.
pub fn scanning(kind: &str, message: &str, encoder: &str) -> Trouble {
    let said = |what: &str| Text::new(with_message(what, message));
    let again = "Enter reads again; if it stays, choose another encoder (Tab)";
    let (words, next) = match kind {
        "encoder_not_online" => (
            Text::new(format!("“{encoder}” is not online")),
            "check its power and its cable, then Enter; or choose another encoder (Tab)".into(),
        ),
        "encoder_communication_timeout" => (
            Text::new(format!("“{encoder}” did not answer in time")),
            "check its cable and its light, then Enter; or choose another encoder (Tab)".into(),
        ),
        "bridge_disconnected" => (
            "the bridge to the lock system is disconnected: no encoder behind it answers".into(),
            "restart the Seam Bridge, then Enter; until then use the lock system's own program".into(),
        ),
        "action_attempt_expired" => (
            "the lock system did not finish in time; the encoder may be busy elsewhere".into(),
            Text::from(again),
        ),
        "uncategorized_error" => (said("the lock system could not read it"), again.into()),
        "" => (said("the lock system could not read it and does not say why"), again.into()),
        other => (said(other), again.into()),
    };
    Trouble { words, next, maybe_written: false, retry: true }
}

/// Puts `error.type` and `error.message` of a failed assignment into words, as [`encoding`] does.
pub fn assigning(kind: &str, message: &str, number: &str) -> Trouble {
    let said = |what: &str| Text::new(with_message(what, message));
    let (words, next, maybe_written, retry) = match kind {
        "credential_not_found" => (
            Text::new(format!("the lock system knows no tag with the number {number}")),
            "read the number on the tag again and begin again (c); a new tag is registered in the lock system first",
            false,
            false,
        ),
        "action_attempt_expired" => (
            "the lock system did not finish in time".into(),
            "the key was read again and has no tag: Enter tries again",
            true,
            true,
        ),
        "uncategorized_error" => {
            (said("the lock system could not assign the tag"), "Enter tries again", false, true)
        }
        "" => (
            said("the lock system could not assign the tag and does not say why"),
            "Enter tries again",
            false,
            true,
        ),
        other => (said(other), "Enter tries again", false, true),
    };
    Trouble { words, next: next.into(), maybe_written, retry }
}

fn with_message(what: &str, message: &str) -> String {
    if message.is_empty() { what.to_owned() } else { format!("{what}: {message}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("no_credential_on_encoder", true)]
    #[case("no_card_on_encoder", true)]
    #[case("incompatible_card_format", true)]
    #[case("credential_cannot_be_reissued", false)]
    #[case("credential_deleted", false)]
    #[case("encoding_interrupted", true)]
    #[case("encoder_not_online", true)]
    #[case("encoder_communication_timeout", true)]
    #[case("bridge_disconnected", true)]
    #[case("action_attempt_expired", true)]
    #[case("uncategorized_error", true)]
    fn every_known_type_has_words_of_its_own(#[case] kind: &str, #[case] retry: bool) {
        let t = encoding(kind, "", "Front desk 1");
        assert!(!t.words.contains(kind), "{}", t.words);
        assert!(!t.next.is_empty());
        assert_eq!(t.retry, retry);
        assert!(!retry || t.next.contains("Enter"), "{}", t.next);
    }

    #[rstest]
    #[case("encoder_not_online", true)]
    #[case("encoder_communication_timeout", true)]
    #[case("bridge_disconnected", true)]
    #[case("no_credential_on_encoder", false)]
    #[case("encoding_interrupted", false)]
    #[case("uncategorized_error", false)]
    fn another_encoder_helps_only_where_it_is_the_encoder(#[case] kind: &str, #[case] helps: bool) {
        let said = encoding(kind, "as it says itself", "Front desk 1").words;
        assert_eq!(is_the_encoder(&said, "Front desk 1"), helps, "{said}");
    }

    #[rstest]
    #[case("encoder_not_online")]
    #[case("encoder_communication_timeout")]
    #[case("bridge_disconnected")]
    #[case("action_attempt_expired")]
    #[case("uncategorized_error")]
    fn every_failed_reading_has_words_of_its_own(#[case] kind: &str) {
        let t = scanning(kind, "", "Front desk 1");
        assert!(!t.words.contains(kind), "{}", t.words);
        assert!(t.next.contains("Enter"), "{}", t.next);
    }

    #[rstest]
    #[case("credential_not_found", false)]
    #[case("action_attempt_expired", true)]
    #[case("uncategorized_error", true)]
    fn every_failed_assignment_has_words_of_its_own(#[case] kind: &str, #[case] retry: bool) {
        let t = assigning(kind, "", "A1");
        assert!(!t.words.contains(kind), "{}", t.words);
        assert_eq!((t.retry, t.next.is_empty()), (retry, false));
    }

    #[test]
    fn an_unknown_type_is_shown_verbatim() {
        let t = encoding("printer_on_fire", "lp0 on fire", "Front desk 1");
        assert_eq!(t.words, "printer_on_fire: lp0 on fire");
        assert!(t.retry);
    }
}
