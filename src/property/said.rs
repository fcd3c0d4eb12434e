//! Seam's codes in the words of the desk, for wherever one is shown beside the record that has it.

use super::rules;
use crate::seam::model::MutationCode;
use crate::text::Text;

/// Codes that no line of its own tells of, because a rule or a row does, and those of cards at Seam.
const WORDS: &[(&str, &str)] = &[
    ("being_deleted", "it is being taken away"),
    ("updating_access_times", "the dates are on their way to the locks"),
    ("overprovisioned_access", "a door still opens that no longer should"),
    ("underprovisioned_access", "a door does not open yet that should"),
    ("account_disconnected", "Seam's login is no longer valid"),
    ("acs_system_disconnected", "the lock system is disconnected"),
    ("bridge_disconnected", "the bridge is disconnected"),
    ("seam_bridge_disconnected", "the Seam Bridge is disconnected"),
    ("hub_disconnected", "the hub before the lock is disconnected"),
    ("device_disconnected", "the lock is disconnected"),
    ("device_offline", "the lock is offline"),
    ("device_removed", "the lock was removed"),
    ("provider_service_unavailable", "the maker's service does not answer"),
    ("salto_ks_certification_expired", "the certificate for Salto KS has run out"),
    ("visionline_instance_unreachable", "the Visionline server cannot be reached"),
    ("privacy_mode", "privacy mode is on: PINs and mobile keys do not open"),
    ("salto_ks_privacy_mode", "privacy mode is on: PINs and mobile keys do not open"),
    ("salto_ks_office_mode", "office mode is on: the door stays open"),
    ("waiting_to_be_issued", "it waits to be issued"),
    ("needs_to_be_reissued", "it must be cut again"),
    ("schedule_modified", "its dates were adjusted to what the lock system takes"),
    ("schedule_externally_modified", "its dates were changed outside Seam"),
    ("unknown_issue_with_acs_credential", "something is wrong with it that Seam cannot name"),
    ("acs_credential_on_encoder_out_of_sync", "the card is not as Seam knows it: cut it again"),
    ("acs_credential_on_seam_not_found", "Seam knows no such card"),
];

/// What an error or a warning says: Seam's message, else the desk's words for its code, else the code
/// as it came.
pub fn said(code: &Text, message: &Text) -> Text {
    if !message.is_empty() {
        return message.clone();
    }
    let known = WORDS.iter().find(|(name, _)| *name == code.as_str()).map(|(_, words)| *words);
    known.or_else(|| rules::words(code)).map_or_else(|| code.clone(), Text::from)
}

/// What a pending mutation does, in the words of the desk; a code nobody knows as it came.
pub fn changing(code: &MutationCode) -> Text {
    match code {
        MutationCode::Provisioning => "provisioning".into(),
        MutationCode::Revoking => "revoking access".into(),
        MutationCode::UpdatingTimes => "access times".into(),
        MutationCode::UpdatingSpaces => "rooms".into(),
        MutationCode::Other(code) => code.clone(),
    }
}
