//! What stands behind an access method: the credential in the lock system, the card in the hand, the code
//! on each lock, and the attempts to bring them there, as Seam's JSON.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{CREDENTIAL, problem, with};
use crate::sandbox::access::without_nulls;
use crate::sandbox::clock::stamp;
use crate::sandbox::dice::derived;
use crate::sandbox::hotel::{Hotel, Named};
use crate::sandbox::house::{Brand, Door};
use crate::sandbox::keys::{Attempt, Grant, Method, Mode, Outcome, Pending};

/// The access method behind a credential's id.
pub(crate) fn method_of_credential(hotel: &Hotel, credential: Uuid) -> Option<u32> {
    match hotel.named.get(&derived(credential, CREDENTIAL)) {
        Some(Named::Method(ix)) => Some(*ix),
        _ => None,
    }
}

fn doors_of<'a>(hotel: &'a Hotel, record: &'a Method) -> impl Iterator<Item = &'a Door> {
    record.doors.iter().filter_map(|d| hotel.doors.get(*d))
}

fn guest_and_common(hotel: &Hotel, record: &Method) -> (Vec<Uuid>, Vec<Uuid>) {
    let own = doors_of(hotel, record).filter(|d| d.overrides()).map(|d| d.id).collect();
    let common = doors_of(hotel, record).filter(|d| !d.overrides()).map(|d| d.id).collect();
    (own, common)
}

/// The `acs_credential` behind an access method on the first of its access systems.
pub(crate) fn credential(hotel: &Hotel, record: &Method) -> Value {
    let door = doors_of(hotel, record).find(|d| d.system.is_some());
    let system = door.and_then(|d| d.system).and_then(|s| hotel.systems.get(s));
    let grant = record.grants.first().and_then(|g| hotel.grants.get(*g));
    let person = grant.and_then(|g| hotel.people.get(g.person));
    let visionline = system.is_some_and(|s| s.brand == Brand::Visionline);
    let mut warnings = Vec::new();
    if record.waits && record.cut.is_some() {
        let since = record.pending.as_ref().map_or(record.created, Pending::since);
        let message = "The card has to be encoded again.";
        warnings.push(problem("warning_code", "needs_to_be_reissued", since, message));
    } else if record.waits {
        let message = "The card has not been encoded yet.";
        warnings.push(problem("warning_code", "waiting_to_be_issued", record.created, message));
    }
    let value = json!({
        "acs_credential_id": derived(record.id, CREDENTIAL),
        "access_method": record.mode.word(),
        "acs_system_id": system.map(|s| s.id),
        "connected_account_id": system.map(|s| s.account),
        "created_at": stamp(record.created),
        "display_name": format!("{} of {}", record.mode.title(), grant_name(hotel, grant)),
        "errors": [],
        "external_type": if visionline { "visionline_card" } else { "salto_ks_credential" },
        "external_type_display_name": if visionline { "Visionline Card" } else { "Salto KS Credential" },
        "is_issued": record.issued,
        "is_latest_desired_state_synced_with_provider": record.pending.is_none(),
        "is_managed": true,
        "is_multi_phone_sync_credential": record.mode == Mode::MobileKey,
        "is_one_time_use": false,
        "issued_at": record.issued_at.map(stamp),
        "starts_at": stamp(record.times.starts),
        "warnings": warnings,
        "workspace_id": hotel.workspace,
    });
    let more = json!({
        "ends_at": record.times.ends.map(stamp),
        "card_number": record.cut.as_ref().map(|c| &c.number),
        "code": record.code,
        "user_identity_id": person.map(|p| p.id),
        "acs_user_id": person.map(|p| derived(p.id, CREDENTIAL)),
    });
    let value = with(value, without_nulls(more));
    if !visionline {
        return value;
    }
    let (own, common) = guest_and_common(hotel, record);
    with(
        value,
        json!({"visionline_metadata": {
            "auto_join": true, "card_function_type": "guest",
            "is_valid": record.issued, "guest_acs_entrance_ids": own, "common_acs_entrance_ids": common,
        }}),
    )
}

fn grant_name(hotel: &Hotel, grant: Option<&Grant>) -> String {
    let person = grant.and_then(|g| hotel.people.get(g.person));
    person.and_then(|p| p.name.as_deref()).unwrap_or("a guest").to_owned()
}

/// What a card that lies on an encoder says of itself.
pub(crate) fn card(hotel: &Hotel, record: &Method) -> Value {
    let (own, common) = guest_and_common(hotel, record);
    let cut = record.cut.as_ref();
    let reservation =
        record.grants.first().and_then(|g| hotel.grants.get(*g)).and_then(|g| g.reservation.clone());
    let overridden = doors_of(hotel, record)
        .filter(|d| d.overrides())
        .any(|d| d.holder.is_some() && d.holder != reservation);
    json!({
        "card_number": cut.map(|c| &c.number),
        "created_at": cut.map(|c| stamp(c.at)),
        "starts_at": cut.map(|c| stamp(c.times.starts)),
        "ends_at": cut.and_then(|c| c.times.ends).map(stamp),
        "is_issued": cut.is_some(),
        "visionline_metadata": {
            "cancelled": false,
            "card_format": "rfid48",
            "card_holder": grant_name(hotel, record.grants.first().and_then(|g| hotel.grants.get(*g))),
            "card_id": cut.map_or_else(String::new, |c| c.number.to_string()),
            "common_acs_entrance_ids": common,
            "guest_acs_entrance_ids": own,
            "discarded": record.gone,
            "expired": cut.and_then(|c| c.times.ends).is_some_and(|end| end <= hotel.now),
            "number_of_issued_cards": 1,
            "overridden": overridden,
            "overwritten": false,
            "pending_auto_update": false,
        },
    })
}

/// The id of the code that a method has on one lock.
fn code_id(method: &Method, door: &Door) -> Uuid {
    derived(method.id, door.id.as_u128())
}

/// A method's codes: one for each smart lock it opens, with its id.
pub(crate) fn access_codes_of<'a>(
    hotel: &'a Hotel,
    record: &'a Method,
) -> impl Iterator<Item = (Uuid, &'a Door)> {
    let code = record.mode == Mode::Code && !record.gone;
    doors_of(hotel, record).filter(move |d| code && d.is_device()).map(|d| (code_id(record, d), d))
}

pub(crate) fn access_code(hotel: &Hotel, record: &Method, id: Uuid, door: &Door) -> Value {
    let status = match record.pending {
        Some(Pending::Revoking(_)) => "removing",
        Some(_) => "setting",
        None if record.issued => "set",
        None => "unset",
    };
    let grant = record.grants.first().and_then(|g| hotel.grants.get(*g));
    json!({
        "access_code_id": id,
        "code": record.code,
        "common_code_key": null,
        "created_at": stamp(record.created),
        "device_id": door.id,
        "ends_at": record.times.ends.map(stamp),
        "errors": [],
        "is_backup": record.backup.is_some(),
        "is_backup_access_code_available": false,
        "is_external_modification_allowed": false,
        "is_managed": true,
        "is_offline_access_code": false,
        "is_one_time_use": false,
        "is_scheduled_on_device": record.issued,
        "name": grant_name(hotel, grant),
        "pending_mutations": [],
        "starts_at": stamp(record.times.starts),
        "status": status,
        "type": if record.times.ends.is_some() { "time_bound" } else { "ongoing" },
        "warnings": [],
        "workspace_id": hotel.workspace,
    })
}

pub(crate) fn attempt(record: &Attempt) -> Value {
    let (status, result, error) = match &record.outcome {
        Outcome::Pending => ("pending", Value::Null, Value::Null),
        Outcome::Success(result) => ("success", result.clone(), Value::Null),
        Outcome::Error { kind, message } => ("error", Value::Null, json!({"type": kind, "message": message})),
    };
    json!({
        "action_attempt_id": record.id,
        "action_type": record.job.word(),
        "status": status,
        "result": result,
        "error": error,
    })
}
