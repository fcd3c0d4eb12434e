//! The commands of Seam's CLI for the steps that ask for access. A PIN stands in them as dots.

use chrono::SecondsFormat;
use serde_json::{Map, Value, json};

use super::Step;
use super::wish::{GuestName, NewGrant, NewGuest, Wish};
use crate::secret::DOTS;
use crate::text::Text;

impl Step {
    /// The endpoint of the change a step sends; none for a step that only waits.
    pub fn path(&self) -> Option<&'static str> {
        Some(match self {
            Self::UpdateGrant { .. } => "/access_grants/update",
            Self::RequestCard { .. } | Self::RequestMethod { .. } => "/access_grants/request_access_methods",
            Self::Encode { .. } => "/access_methods/encode",
            Self::DeleteMethod { .. } | Self::RevokeMethod { .. } => "/access_methods/delete",
            Self::DeleteGrant { .. } => "/access_grants/delete",
            Self::CreateGuest(_) => "/user_identities/create",
            Self::CreateGrant(_) => "/access_grants/create",
            Self::NewInstantKey { .. } => "/user_identities/generate_instant_key",
            Self::DeleteInstantKey { .. } => "/instant_keys/delete",
            Self::Unlock { .. } => "/access_methods/unlock_door",
            Self::AssignCard { .. } => "/access_methods/assign_card",
            Self::AwaitIssued { .. }
            | Self::AwaitReady { .. }
            | Self::AwaitGone { .. }
            | Self::AwaitGranted { .. }
            | Self::ConfirmGone { .. }
            | Self::AwaitMethod { .. }
            | Self::PlaceCard { .. } => return None,
        })
    }

    /// The command, for the steps [`Step::command`] does not know itself.
    pub(super) fn command_of_wish(&self) -> Option<Text> {
        let words = match self {
            Self::CreateGuest(guest) => create_guest(guest),
            Self::CreateGrant(grant) => create_grant(grant),
            Self::RequestMethod { grant, wish, .. } => format!(
                "seam access-grants request-access-methods --access_grant_id {grant} \
                 --requested_access_methods {}",
                wishes(std::slice::from_ref(wish))
            ),
            Self::RevokeMethod { method, .. } => {
                format!("seam access-methods delete --access_method_id {method}")
            }
            Self::NewInstantKey { guest, max_uses, .. } => format!(
                "seam user-identities generate-instant-key --user_identity_id {guest} --max_use_count {max_uses}"
            ),
            Self::DeleteInstantKey { key } => format!("seam instant-keys delete --instant_key_id {key}"),
            Self::Unlock { method, entrance, .. } => format!(
                "seam access-methods unlock-door --access_method_id {method} --acs_entrance_id {entrance}"
            ),
            Self::AssignCard { method, number, .. } => format!(
                "seam access-methods assign-card --access_method_id {method} --card_number {}",
                quoted(number)
            ),
            _ => return None,
        };
        Some(Text::new(words))
    }
}

fn create_guest(guest: &NewGuest) -> String {
    let mut words = format!(
        "seam user-identities create --user_identity_key {} --full_name {}",
        quoted(&guest.key),
        quoted(&guest.name)
    );
    for (name, value) in [("email_address", &guest.email), ("phone_number", &guest.phone)] {
        if let Some(value) = value {
            words.push_str(&format!(" --{name} {}", quoted(value)));
        }
    }
    words
}

fn create_grant(grant: &NewGrant) -> String {
    let mut words = String::from("seam access-grants create");
    let mut add = |name: &str, value: String| words.push_str(&format!(" --{name} {value}"));
    match &grant.guest {
        GuestName::Id(id) => add("user_identity_id", id.to_string()),
        GuestName::Key(_) => add("user_identity_id", "'<id of the new guest>'".to_owned()),
    }
    add("access_grant_key", quoted(&grant.key));
    if let Some(key) = &grant.reservation_key {
        add("reservation_key", quoted(key));
    }
    if let Some(name) = &grant.name {
        add("name", quoted(name));
    }
    let ids = |ids: Vec<String>| format!("'{}'", json!(ids));
    if !grant.spaces.is_empty() {
        add("space_ids", ids(grant.spaces.iter().map(ToString::to_string).collect()));
    }
    if !grant.entrances.is_empty() {
        add("acs_entrance_ids", ids(grant.entrances.iter().map(ToString::to_string).collect()));
    }
    if !grant.devices.is_empty() {
        add("device_ids", ids(grant.devices.iter().map(ToString::to_string).collect()));
    }
    for (name, at) in [("starts_at", grant.starts_at), ("ends_at", grant.ends_at)] {
        if let Some(at) = at {
            add(name, at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        }
    }
    add("requested_access_methods", wishes(&grant.methods));
    words
}

fn wishes(wishes: &[Wish]) -> String {
    let one = |wish: &Wish| {
        let mut entry = Map::new();
        entry.insert("mode".to_owned(), json!(wish.mode));
        if wish.own_pin {
            entry.insert("code".to_owned(), json!(DOTS));
        }
        if let Some(uses) = wish.max_uses {
            entry.insert("instant_key_max_use_count".to_owned(), json!(uses));
        }
        Value::Object(entry)
    };
    format!("'{}'", Value::Array(wishes.iter().map(one).collect()))
}

/// For a shell: as it is where nothing in it means anything to one, else between quotes.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@+:/".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(quoted("stay-118"), "stay-118");
        assert_eq!(quoted("O'Hara; rm"), r"'O'\''Hara; rm'");
        assert_eq!(quoted(""), "''");
    }
}
