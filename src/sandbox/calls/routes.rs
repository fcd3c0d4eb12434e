//! The table of endpoints.

use super::{encoders, events, grants, house, methods, people, related};
use crate::sandbox::answer::Answer;
use crate::sandbox::hotel::Hotel;
use crate::sandbox::params::{
    Field, Params, date, id, ids, methods as wishes, need, null, number, object, span, text, texts,
};

/// What a call does, and so which HTTP method it answers to beside POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// GET.
    Read,
    /// PATCH.
    Update,
    /// DELETE.
    Delete,
    /// POST only.
    Act,
}

/// One endpoint.
#[derive(Clone, Copy)]
pub(crate) struct Endpoint {
    pub(crate) path: &'static str,
    pub(crate) verb: Verb,
    pub(crate) fields: &'static [Field],
    pub(crate) call: fn(&mut Hotel, &Params) -> Answer,
}

/// The endpoint at `path`.
pub(crate) fn endpoint(path: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|e| e.path == path)
}

const fn at(
    path: &'static str,
    verb: Verb,
    fields: &'static [Field],
    call: fn(&mut Hotel, &Params) -> Answer,
) -> Endpoint {
    Endpoint { path, verb, fields, call }
}

const CURSOR: Field = null(text("page_cursor"));
const LIMIT: Field = number("limit");
/// What describes a person, in a call of its own or inline in a grant.
pub(super) const PERSON: &[Field] = &[
    null(text("email_address")),
    null(text("full_name")),
    null(text("phone_number")),
    null(text("user_identity_key")),
    ids("acs_system_ids"),
];

/// Every endpoint of the trimmed OpenAPI document, in its order.
const ENDPOINTS: &[Endpoint] = &[
    at(
        "/access_codes/list",
        Verb::Read,
        &[
            ids("access_code_ids"),
            id("access_grant_id"),
            text("access_grant_key"),
            id("access_method_id"),
            text("customer_key"),
            id("device_id"),
            LIMIT,
            CURSOR,
            text("search"),
            text("user_identifier_key"),
        ],
        methods::access_codes,
    ),
    at(
        "/access_grants/create",
        Verb::Act,
        &[
            id("user_identity_id"),
            object("user_identity"),
            text("access_grant_key"),
            ids("acs_entrance_ids"),
            id("customization_profile_id"),
            ids("device_ids"),
            null(text("ends_at")),
            object("location"),
            ids("location_ids"),
            null(text("name")),
            need(wishes("requested_access_methods")),
            text("reservation_key"),
            ids("space_ids"),
            texts("space_keys"),
            text("starts_at"),
        ],
        grants::create,
    ),
    at("/access_grants/delete", Verb::Delete, &[need(id("access_grant_id"))], grants::delete),
    at("/access_grants/get", Verb::Read, &[id("access_grant_id"), text("access_grant_key")], grants::get),
    at(
        "/access_grants/get_related",
        Verb::Read,
        &[ids("access_grant_ids"), texts("access_grant_keys"), texts("include"), texts("exclude")],
        related::related,
    ),
    at(
        "/access_grants/list",
        Verb::Read,
        &[
            id("access_code_id"),
            ids("access_grant_ids"),
            null(text("access_grant_key")),
            id("acs_entrance_id"),
            id("acs_system_id"),
            text("customer_key"),
            id("device_id"),
            LIMIT,
            id("location_id"),
            CURSOR,
            text("reservation_key"),
            id("space_id"),
            id("user_identity_id"),
        ],
        grants::list,
    ),
    at(
        "/access_grants/request_access_methods",
        Verb::Act,
        &[need(id("access_grant_id")), need(wishes("requested_access_methods"))],
        grants::request_methods,
    ),
    at(
        "/access_grants/update",
        Verb::Update,
        &[
            id("access_grant_id"),
            text("access_grant_key"),
            null(date("ends_at")),
            null(text("name")),
            date("starts_at"),
        ],
        grants::update,
    ),
    at(
        "/access_methods/assign_card",
        Verb::Act,
        &[need(id("access_method_id")), need(text("card_number"))],
        methods::assign,
    ),
    at(
        "/access_methods/delete",
        Verb::Delete,
        &[id("access_method_id"), id("access_grant_id"), text("reservation_key")],
        methods::delete,
    ),
    at(
        "/access_methods/encode",
        Verb::Act,
        &[need(id("access_method_id")), need(id("acs_encoder_id"))],
        methods::encode,
    ),
    at("/access_methods/get", Verb::Read, &[need(id("access_method_id"))], methods::get),
    at(
        "/access_methods/get_related",
        Verb::Read,
        &[need(ids("access_method_ids")), texts("include"), texts("exclude")],
        methods::related,
    ),
    at(
        "/access_methods/list",
        Verb::Read,
        &[
            id("access_code_id"),
            id("access_grant_id"),
            text("access_grant_key"),
            id("acs_entrance_id"),
            id("device_id"),
            id("space_id"),
        ],
        methods::list,
    ),
    at(
        "/access_methods/unlock_door",
        Verb::Act,
        &[need(id("access_method_id")), need(id("acs_entrance_id"))],
        methods::unlock,
    ),
    at("/acs/encoders/get", Verb::Read, &[need(id("acs_encoder_id"))], encoders::get),
    at(
        "/acs/encoders/list",
        Verb::Read,
        &[id("acs_system_id"), ids("acs_system_ids"), ids("acs_encoder_ids"), LIMIT, CURSOR],
        encoders::list,
    ),
    at(
        "/acs/encoders/scan_credential",
        Verb::Act,
        &[need(id("acs_encoder_id")), object("salto_ks_metadata")],
        encoders::scan,
    ),
    at(
        "/acs/encoders/simulate/next_credential_encode_will_fail",
        Verb::Act,
        &[need(id("acs_encoder_id")), text("error_code"), id("acs_credential_id")],
        encoders::encode_will_fail,
    ),
    at(
        "/acs/encoders/simulate/next_credential_encode_will_succeed",
        Verb::Act,
        &[need(id("acs_encoder_id")), text("scenario")],
        encoders::encode_will_succeed,
    ),
    at(
        "/acs/encoders/simulate/next_credential_scan_will_fail",
        Verb::Act,
        &[need(id("acs_encoder_id")), text("error_code"), id("acs_credential_id_on_seam")],
        encoders::scan_will_fail,
    ),
    at(
        "/acs/encoders/simulate/next_credential_scan_will_succeed",
        Verb::Act,
        &[need(id("acs_encoder_id")), text("scenario"), id("acs_credential_id_on_seam")],
        encoders::scan_will_succeed,
    ),
    at("/acs/entrances/get", Verb::Read, &[need(id("acs_entrance_id"))], house::entrance),
    at(
        "/acs/entrances/list",
        Verb::Read,
        &[
            id("acs_credential_id"),
            ids("acs_entrance_ids"),
            id("acs_system_id"),
            id("connected_account_id"),
            text("customer_key"),
            LIMIT,
            null(id("location_id")),
            CURSOR,
            text("search"),
            id("space_id"),
        ],
        house::entrances,
    ),
    at("/acs/systems/get", Verb::Read, &[need(id("acs_system_id"))], house::system),
    at(
        "/acs/systems/list",
        Verb::Read,
        &[id("connected_account_id"), text("customer_key"), text("search")],
        house::systems,
    ),
    at("/action_attempts/get", Verb::Read, &[need(id("action_attempt_id"))], encoders::attempt),
    at("/devices/get", Verb::Read, &[id("device_id"), text("name")], house::device),
    at(
        "/devices/list",
        Verb::Read,
        &[
            id("connect_webview_id"),
            id("connected_account_id"),
            ids("connected_account_ids"),
            date("created_before"),
            object("custom_metadata_has"),
            text("customer_key"),
            ids("device_ids"),
            text("device_type"),
            texts("device_types"),
            texts("exclude_if"),
            texts("include_if"),
            LIMIT,
            text("manufacturer"),
            CURSOR,
            text("search"),
            id("space_id"),
            null(id("unstable_location_id")),
            text("user_identifier_key"),
        ],
        house::devices,
    ),
    at("/events/get", Verb::Read, &[id("device_id"), id("event_id"), text("event_type")], events::get),
    at(
        "/events/list",
        Verb::Read,
        &[
            id("access_code_id"),
            ids("access_code_ids"),
            id("access_grant_id"),
            ids("access_grant_ids"),
            id("access_method_id"),
            ids("access_method_ids"),
            id("acs_access_group_id"),
            id("acs_credential_id"),
            id("acs_encoder_id"),
            id("acs_entrance_id"),
            id("acs_system_id"),
            ids("acs_system_ids"),
            id("acs_user_id"),
            span("between"),
            id("connect_webview_id"),
            id("connected_account_id"),
            text("customer_key"),
            id("device_id"),
            ids("device_ids"),
            ids("event_ids"),
            text("event_type"),
            texts("event_types"),
            LIMIT,
            date("since"),
            id("space_id"),
            ids("space_ids"),
            number("unstable_offset"),
            id("user_identity_id"),
        ],
        events::list,
    ),
    at("/instant_keys/delete", Verb::Delete, &[need(id("instant_key_id"))], people::delete_instant_key),
    at(
        "/instant_keys/get",
        Verb::Read,
        &[id("instant_key_id"), text("instant_key_url")],
        people::instant_key,
    ),
    at("/instant_keys/list", Verb::Read, &[id("user_identity_id")], people::instant_keys),
    at(
        "/spaces/create",
        Verb::Act,
        &[
            ids("acs_entrance_ids"),
            ids("connected_account_ids"),
            object("customer_data"),
            text("customer_key"),
            ids("device_ids"),
            need(text("name")),
            text("space_key"),
        ],
        house::create_space,
    ),
    at("/spaces/get", Verb::Read, &[id("space_id"), text("space_key")], house::space),
    at(
        "/spaces/list",
        Verb::Read,
        &[
            id("connected_account_id"),
            text("customer_key"),
            LIMIT,
            CURSOR,
            id("parent_space_id"),
            text("parent_space_key"),
            text("search"),
            text("space_key"),
        ],
        house::spaces,
    ),
    at("/user_identities/create", Verb::Act, PERSON, people::create),
    at("/user_identities/delete", Verb::Delete, &[need(id("user_identity_id"))], people::delete),
    at(
        "/user_identities/generate_instant_key",
        Verb::Act,
        &[id("customization_profile_id"), number("max_use_count"), need(id("user_identity_id"))],
        people::generate,
    ),
    at("/user_identities/get", Verb::Read, &[id("user_identity_id"), text("user_identity_key")], people::get),
    at(
        "/user_identities/list",
        Verb::Read,
        &[
            date("created_before"),
            id("credential_manager_acs_system_id"),
            LIMIT,
            CURSOR,
            text("search"),
            ids("user_identity_ids"),
        ],
        people::list,
    ),
    at(
        "/user_identities/update",
        Verb::Update,
        &[
            null(text("email_address")),
            null(text("full_name")),
            null(text("phone_number")),
            need(id("user_identity_id")),
            null(text("user_identity_key")),
        ],
        people::update,
    ),
    at("/workspaces/get", Verb::Read, &[], house::workspace),
];
