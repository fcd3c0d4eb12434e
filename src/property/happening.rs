//! Events in the words of the desk.

use crate::seam::model::Event;
use crate::text::Text;

/// Event types the desk has words for.
const WORDS: &[(&str, &str)] = &[
    ("access_grant.created", "access was granted"),
    ("access_grant.deleted", "access was taken away"),
    ("access_grant.access_granted_to_all_doors", "all doors open"),
    ("access_grant.access_granted_to_door", "a door opens"),
    ("access_grant.access_to_door_lost", "a door no longer opens"),
    ("access_grant.access_times_changed", "the dates were changed"),
    ("access_grant.could_not_create_requested_access_methods", "a key that was asked for could not be made"),
    ("access_method.created", "a key was asked for"),
    ("access_method.issued", "a key was issued"),
    ("access_method.reissued", "a key was issued again"),
    ("access_method.revoked", "a key was revoked"),
    ("access_method.deleted", "a key was deleted"),
    ("access_method.card_encoding_required", "a card waits for the encoder"),
    ("access_method.delay_in_issuing", "a key takes longer than usual"),
    ("access_method.failed_to_issue", "a key could not be issued"),
    ("lock.unlocked", "the door was opened"),
    ("lock.locked", "the door was locked"),
    ("lock.access_denied", "the door refused"),
    ("acs_system.added", "a lock system was added"),
    ("acs_system.connected", "the lock system is connected again"),
    ("acs_system.disconnected", "the lock system is disconnected"),
    ("acs_entrance.added", "a door was added"),
    ("acs_entrance.removed", "a door was removed"),
    ("acs_user.created", "a guest was entered in the lock system"),
    ("acs_user.deleted", "a guest was taken out of the lock system"),
    ("acs_access_group.deleted", "an access group of the lock system was deleted"),
    ("acs_credential.issued", "a card was cut"),
    ("acs_credential.reissued", "a card was cut again"),
    ("acs_credential.deleted", "a card was deleted"),
    ("acs_credential.invalidated", "a card was made invalid outside Seam"),
    ("acs_encoder.added", "an encoder was added"),
    ("acs_encoder.removed", "an encoder was removed"),
    ("access_code.modified_external_to_seam", "a PIN was changed outside Seam"),
    ("access_code.deleted_external_to_seam", "a PIN was deleted outside Seam"),
    ("device.added", "a lock was added"),
    ("device.deleted", "a lock was deleted"),
    ("device.connected", "the lock is online again"),
    ("device.disconnected", "the lock went offline"),
    ("device.low_battery", "the lock's battery is low"),
    ("device.battery_status_changed", "the lock's battery changed"),
    ("device.tampered", "the lock was tampered with"),
    ("device.removed", "the lock was removed"),
    ("device.name_changed", "the lock was renamed"),
    ("device.doorbell_rang", "somebody rang at the door"),
    ("device.connection_became_flaky", "the lock comes and goes"),
    ("device.connection_stabilized", "the lock's connection is steady again"),
    ("device.accessory_keypad_connected", "the keypad was linked"),
    ("device.accessory_keypad_disconnected", "the keypad is no longer linked"),
    ("device.error.subscription_required", "the lock needs a subscription"),
    ("device.error.subscription_required.resolved", "the lock has its subscription"),
    ("device.third_party_integration_detected", "something else changes the lock too"),
    ("device.third_party_integration_no_longer_detected", "nothing else changes the lock any more"),
    ("device.converted_to_unmanaged", "the lock was taken out of Seam's hands"),
    ("device.unmanaged.converted_to_managed", "the lock was put into Seam's hands"),
    ("device.unmanaged.connected", "a lock that Seam does not manage is online again"),
    ("device.unmanaged.disconnected", "a lock that Seam does not manage went offline"),
    ("space.created", "a room or an area was added"),
    ("space.deleted", "a room or an area was deleted"),
    ("space.device_membership_changed", "other locks belong to the room now"),
    ("device.salto.privacy_mode_activated", "privacy mode was switched on"),
    ("device.salto.privacy_mode_deactivated", "privacy mode was switched off"),
];

/// What happened, in the words of the desk; in Seam's own where the desk has none, and the type
/// verbatim where Seam has none either.
pub fn happened(event: &Event) -> Text {
    let known = WORDS.iter().find(|(name, _)| *name == event.event_type.as_str()).map(|(_, words)| *words);
    let words = known.unwrap_or_else(|| event.event_description.as_ref().unwrap_or(&event.event_type));
    let mut details = Vec::new();
    details.extend(event.method.as_deref().map(|how| format!("by {}", how.replace('_', " "))));
    details.extend(event.reason.as_deref().map(|why| why.replace('_', " ")));
    details.extend(event.error_message.as_deref().map(str::to_owned));
    if event.is_backup_code {
        details.push("with a code of the lock's backup pool".to_owned());
    }
    if details.is_empty() { Text::new(words) } else { Text::new(format!("{words}: {}", details.join(", "))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(event: serde_json::Value) -> String {
        happened(&serde_json::from_value(event).unwrap()).to_string()
    }

    #[test]
    fn events_read_as_the_desk_speaks() {
        let opened = json!({"event_id": "e", "event_type": "lock.unlocked", "method": "mobile_key"});
        assert_eq!(said(opened), "the door was opened: by mobile key");
        let refused = json!({"event_id": "e", "event_type": "lock.access_denied", "reason": "expired_card"});
        assert_eq!(said(refused), "the door refused: expired card");
    }

    #[test]
    fn an_event_nobody_knows_is_shown_in_seams_words_or_verbatim() {
        let moon = json!({"event_id": "e", "event_type": "moon.rose"});
        assert_eq!(said(moon), "moon.rose");
        let sun = json!({"event_id": "e", "event_type": "sun.rose", "event_description": "The sun rose."});
        assert_eq!(said(sun), "The sun rose.");
    }
}
