//! Guests, grants, methods and Instant Keys as Seam's JSON: what a desk gives.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{CREDENTIAL, problem, with};
use crate::sandbox::access::without_nulls;
use crate::sandbox::clock::{At, stamp};
use crate::sandbox::dice::derived;
use crate::sandbox::hotel::Hotel;
use crate::sandbox::keys::{Asked, Change, Grant, InstantKey, Method, Mode, Pending, Person, Times};

pub(crate) fn person(hotel: &Hotel, record: &Person) -> Value {
    let shown = record.name.as_deref().or(record.email.as_deref()).or(record.phone.as_deref());
    json!({
        "user_identity_id": record.id,
        "user_identity_key": record.key,
        "acs_user_ids": [derived(record.id, CREDENTIAL)],
        "created_at": stamp(record.created),
        "display_name": shown.unwrap_or("Unnamed guest"),
        "email_address": record.email,
        "errors": [],
        "full_name": record.name,
        "phone_number": record.phone,
        "warnings": [],
        "workspace_id": hotel.workspace,
    })
}

fn ids_of_doors(hotel: &Hotel, doors: &[u32]) -> Vec<Uuid> {
    doors.iter().filter_map(|d| hotel.doors.get(*d)).filter(|d| d.is_device()).map(|d| d.id).collect()
}

fn ids_of_methods(hotel: &Hotel, methods: impl Iterator<Item = u32>) -> Vec<Uuid> {
    methods.filter_map(|m| hotel.methods.get(m)).filter(|m| !m.gone).map(|m| m.id).collect()
}

fn link(key: &InstantKey) -> String {
    let short: String = key.session.simple().to_string().chars().take(20).collect();
    format!("https://ik.seam.co/{short}")
}

fn link_of(hotel: &Hotel, method: &Method) -> Option<String> {
    method.instant.and_then(|ix| hotel.instants.get(ix)).filter(|k| !k.gone).map(link)
}

pub(crate) fn instant_key(hotel: &Hotel, record: &InstantKey) -> Value {
    json!({
        "instant_key_id": record.id,
        "client_session_id": record.session,
        "created_at": stamp(record.created),
        "expires_at": stamp(record.expires),
        "instant_key_url": link(record),
        "user_identity_id": hotel.people.get(record.person).map(|p| p.id),
        "workspace_id": hotel.workspace,
    })
}

fn asked(hotel: &Hotel, record: &Asked) -> Value {
    let value = json!({
        "mode": record.mode.word(),
        "display_name": record.mode.title(),
        "created_at": stamp(record.created),
        "created_access_method_ids": ids_of_methods(hotel, record.methods.iter().copied()),
        "code": record.code,
        "instant_key_max_use_count": record.max_use,
    });
    without_nulls(value)
}

fn times(times: &Times) -> Value {
    json!({"starts_at": stamp(times.starts), "ends_at": times.ends.map(stamp)})
}

fn change(record: &Change, message: &str) -> Value {
    json!({
        "mutation_code": "updating_access_times",
        "created_at": stamp(record.since),
        "message": message,
        "from": times(&record.from),
        "to": times(&record.to),
    })
}

fn changing_methods(hotel: &Hotel, record: &Grant) -> Vec<Uuid> {
    let open = |m: &u32| {
        hotel.methods.get(*m).is_some_and(|m| !m.gone && matches!(m.pending, Some(Pending::Times(_))))
    };
    ids_of_methods(hotel, record.methods().filter(open))
}

pub(crate) fn grant(hotel: &Hotel, record: &Grant) -> Value {
    let person = hotel.people.get(record.person);
    let shown = record.name.as_deref().or(person.and_then(|p| p.name.as_deref()));
    let mobile: Vec<&Method> = record
        .methods()
        .filter_map(|m| hotel.methods.get(m))
        .filter(|m| !m.gone && m.mode == Mode::MobileKey)
        .collect();
    let only_mobile = if let [one] = mobile.as_slice() { link_of(hotel, one) } else { None };
    let mutations: Vec<Value> = record
        .change
        .iter()
        .map(|c| {
            let methods = json!({"access_method_ids": changing_methods(hotel, record)});
            with(change(c, "Seam is changing the times of this access grant."), methods)
        })
        .collect();
    let value = json!({
        "access_grant_id": record.id,
        "access_method_ids": ids_of_methods(hotel, record.methods()),
        "created_at": stamp(record.created),
        "display_name": shown.unwrap_or("Access Grant"),
        "ends_at": record.times.ends.map(stamp),
        "errors": grant_errors(hotel, record),
        "location_ids": [],
        "name": record.name,
        "pending_mutations": mutations,
        "requested_access_methods": record.asked.iter().map(|a| asked(hotel, a)).collect::<Vec<_>>(),
        "space_ids": record.spaces.iter().filter_map(|s| hotel.spaces.get(*s)).map(|s| s.id).collect::<Vec<_>>(),
        "starts_at": stamp(record.times.starts),
        "user_identity_id": person.map(|p| p.id),
        "warnings": grant_warnings(hotel, record),
        "workspace_id": hotel.workspace,
    });
    let more = json!({
        "access_grant_key": record.key,
        "reservation_key": record.reservation,
        "instant_key_url": only_mobile,
    });
    with(value, without_nulls(more))
}

fn grant_errors(hotel: &Hotel, record: &Grant) -> Vec<Value> {
    let Some((since, doors)) = &record.impossible else { return Vec::new() };
    let message = "Seam could not create the requested access methods.";
    let error = problem("error_code", "cannot_create_requested_access_methods", *since, message);
    let missing = ids_of_doors(hotel, doors);
    vec![with(error, json!({"missing_device_ids": missing}))]
}

fn grant_warnings(hotel: &Hotel, record: &Grant) -> Vec<Value> {
    let warning = |code: &str, since: At, message: &str| problem("warning_code", code, since, message);
    let mut list = Vec::new();
    if let Some(since) = record.deleting {
        list.push(warning("being_deleted", since, "The access grant is being deleted."));
    }
    if let Some(open) = &record.change {
        let value = warning("updating_access_times", open.since, "The access times are being updated.");
        list.push(with(value, json!({"access_method_ids": changing_methods(hotel, record)})));
    }
    if let Some((since, doors)) = &record.overprovisioned {
        let value =
            warning("overprovisioned_access", *since, "Access could not be removed from every door yet.");
        let failed: Vec<Value> = doors
            .iter()
            .filter_map(|d| hotel.doors.get(*d))
            .map(|d| json!({"device_id": d.id, "error_code": "device_offline", "message": "The lock does not answer."}))
            .collect();
        list.push(with(value, json!({"failed_devices": failed})));
    }
    if let Some(since) = record.underprovisioned {
        list.push(warning("underprovisioned_access", since, "The guest does not have access to every door."));
    }
    for other in &record.other_codes {
        let message = "The requested code was not available; another one was set.";
        let value = warning("requested_code_unavailable", other.since, message);
        let door = hotel.doors.get(other.door).map(|d| d.id);
        let codes = json!({"device_id": door, "original_code": other.told, "new_code": other.real});
        list.push(with(value, codes));
    }
    list
}

fn mutation(hotel: &Hotel, record: &Method, pending: &Pending) -> Value {
    let doors = ids_of_doors(hotel, &record.doors);
    let none: Vec<Uuid> = Vec::new();
    let (code, message, from, to) = match pending {
        Pending::Times(open) => return change(open, "Seam is changing the times of this access method."),
        Pending::Provisioning(_) => ("provisioning_access", "Access is being set up.", none, doors),
        Pending::Revoking(_) => ("revoking_access", "Access is being taken away.", doors, none),
    };
    json!({
        "mutation_code": code,
        "created_at": stamp(pending.since()),
        "message": message,
        "from": {"device_ids": from},
        "to": {"device_ids": to},
    })
}

pub(crate) fn method(hotel: &Hotel, record: &Method) -> Value {
    let warning = |code: &str, since: At, message: &str| problem("warning_code", code, since, message);
    let mut warnings = Vec::new();
    if let Some(since) = record.deleting {
        warnings.push(warning("being_deleted", since, "The access method is being deleted."));
    }
    if let Some(Pending::Times(open)) = &record.pending {
        let message = "The access times are being updated.";
        warnings.push(warning("updating_access_times", open.since, message));
    }
    if let Some(since) = record.backup {
        let message = "A backup code was set because the lock could not be reached in time.";
        warnings.push(warning("pulled_backup_access_code", since, message));
    }
    if let Some(since) = record.delayed {
        warnings.push(warning("delay_in_issuing", since, "Issuing takes longer than usual."));
    }
    let mut errors = Vec::new();
    if let Some(since) = record.failed {
        let message = "Seam could not issue this access method before its access grant started.";
        errors.push(problem("error_code", "failed_to_issue", since, message));
    }
    let value = json!({
        "access_method_id": record.id,
        "created_at": stamp(record.created),
        "display_name": record.mode.title(),
        "errors": errors,
        "is_issued": record.issued,
        "issued_at": record.issued_at.map(stamp),
        "mode": record.mode.word(),
        "pending_mutations": record.pending.iter().map(|p| mutation(hotel, record, p)).collect::<Vec<_>>(),
        "warnings": warnings,
        "workspace_id": hotel.workspace,
    });
    let more = match record.mode {
        Mode::Code => json!({"code": record.code}),
        Mode::Card if record.assigns => json!({
            "is_assignment_required": record.waits,
            "is_ready_for_assignment": record.waits && record.ready,
        }),
        Mode::Card => json!({
            "is_encoding_required": record.waits,
            "is_ready_for_encoding": record.waits && record.ready,
        }),
        Mode::MobileKey => without_nulls(json!({
            "instant_key_url": link_of(hotel, record),
            "client_session_token": record.instant.and_then(|ix| hotel.instants.get(ix)).map(|k| &k.token),
        })),
        Mode::CloudKey => json!({}),
    };
    with(value, more)
}
