//! The table of endpoints: every path the client may send to, and what is sent and answered there.
//!
//! It is the list that whoever tries the client against something takes: a path that is not in it is never
//! sent.

/// What a request to an endpoint does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sends {
    /// It looks: sent again where that may help.
    Read,
    /// It changes something, or starts something: sent once, whatever comes of it.
    Change,
}

/// What a good answer of an endpoint holds beside `ok`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answers {
    /// A list of records under this name, perhaps with further pages.
    List(&'static str),
    /// One record under this name.
    One(&'static str),
    /// Lists of several kinds, under `batch`.
    Batch,
    /// Nothing more.
    Done,
}

/// One endpoint of Seam's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// `/access_grants/list`.
    pub path: &'static str,
    /// What a request does.
    pub sends: Sends,
    /// What a good answer holds.
    pub answers: Answers,
}

const fn list(path: &'static str, of: &'static str) -> Endpoint {
    Endpoint { path, sends: Sends::Read, answers: Answers::List(of) }
}

const fn get(path: &'static str, of: &'static str) -> Endpoint {
    Endpoint { path, sends: Sends::Read, answers: Answers::One(of) }
}

const fn related(path: &'static str) -> Endpoint {
    Endpoint { path, sends: Sends::Read, answers: Answers::Batch }
}

const fn make(path: &'static str, of: &'static str) -> Endpoint {
    Endpoint { path, sends: Sends::Change, answers: Answers::One(of) }
}

const fn change(path: &'static str) -> Endpoint {
    Endpoint { path, sends: Sends::Change, answers: Answers::Done }
}

/// Every endpoint the client uses, by path.
pub const ENDPOINTS: &[Endpoint] = &[
    list("/access_codes/list", "access_codes"),
    make("/access_grants/create", "access_grant"),
    change("/access_grants/delete"),
    get("/access_grants/get", "access_grant"),
    related("/access_grants/get_related"),
    list("/access_grants/list", "access_grants"),
    make("/access_grants/request_access_methods", "access_grant"),
    change("/access_grants/update"),
    make("/access_methods/assign_card", "action_attempt"),
    change("/access_methods/delete"),
    make("/access_methods/encode", "action_attempt"),
    get("/access_methods/get", "access_method"),
    related("/access_methods/get_related"),
    list("/access_methods/list", "access_methods"),
    make("/access_methods/unlock_door", "action_attempt"),
    get("/acs/encoders/get", "acs_encoder"),
    list("/acs/encoders/list", "acs_encoders"),
    make("/acs/encoders/scan_credential", "action_attempt"),
    get("/acs/entrances/get", "acs_entrance"),
    list("/acs/entrances/list", "acs_entrances"),
    get("/acs/systems/get", "acs_system"),
    list("/acs/systems/list", "acs_systems"),
    get("/action_attempts/get", "action_attempt"),
    get("/devices/get", "device"),
    list("/devices/list", "devices"),
    get("/events/get", "event"),
    list("/events/list", "events"),
    change("/instant_keys/delete"),
    get("/instant_keys/get", "instant_key"),
    list("/instant_keys/list", "instant_keys"),
    get("/spaces/get", "space"),
    list("/spaces/list", "spaces"),
    make("/user_identities/create", "user_identity"),
    change("/user_identities/delete"),
    make("/user_identities/generate_instant_key", "instant_key"),
    get("/user_identities/get", "user_identity"),
    list("/user_identities/list", "user_identities"),
    change("/user_identities/update"),
    get("/workspaces/get", "workspace"),
];

/// The endpoint at `path`.
pub(super) fn endpoint(path: &str) -> Option<&'static Endpoint> {
    let at = ENDPOINTS.binary_search_by(|e| e.path.cmp(path)).ok()?;
    ENDPOINTS.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_names_each_path_once() {
        assert!(ENDPOINTS.windows(2).all(|pair| pair[0].path < pair[1].path));
        assert!(ENDPOINTS.iter().all(|e| endpoint(e.path) == Some(e)));
        assert_eq!(endpoint("/access_grants/destroy"), None);
    }
}
