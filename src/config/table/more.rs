//! The long sections.

use super::{Setting, at_start, none, usual};

pub(super) const COLUMNS: &[Setting] = &[
    at_start(none("guests", "[\"room\", \"guest:30\", \"class\", \"until\", \"card\"]", "Of Guests.")),
    at_start(none("grants", "[\"guest\", \"where\", \"issued\"]", "Of Grants.")),
    at_start(none("mutations", "[\"room\", \"what\", \"age\"]", "Of Pending mutations.")),
    at_start(none("warnings", "[\"severity\", \"since\", \"room\", \"guest\", \"why\"]", "Of Warnings.")),
];

pub(super) const THRESHOLDS: &[Setting] = &[
    none(
        "roll_at",
        "\"03:00\"",
        "The business date rolls by itself at this time; else only the audit rolls it.",
    ),
    usual("shifts", "[\"06:30\", \"14:30\", \"22:30\"]", "When the shifts begin."),
    usual("no_show_at", "\"02:00\"", "From when on after the day of arrival a guest is a no-show candidate."),
    usual("no_show_after", "\"4h\"", "But not before this long after the start of the stay."),
    usual("key_grace", "\"5m\"", "How long a missing key is bearable."),
    usual("issue_ahead", "\"2h\"", "How long before its start a stay must have its keys."),
    usual("revoke_limit", "\"15m\"", "How long a revocation may take."),
    usual("mutation_limit", "\"15m\"", "How long any other change may take."),
    usual("mutation_limit_bridge", "\"1h\"", "How long it may take behind a bridge."),
    usual("look_ahead", "\"12h\"", "How far ahead arrivals and ends count."),
    usual("stale_card_ahead", "\"6h\"", "How soon a card with old dates must end to be urgent."),
    usual("card_ready_limit", "\"10m\"", "How long a card may wait for its system."),
    usual("screen_limit", "\"2m\"", "How old the screen may get before nothing can be done on it."),
    usual("battery_low", "20", "Percent below which a battery is low."),
    usual("battery_critical", "10", "Percent below which it is critical."),
    usual("conflict_ahead", "\"1d\"", "How far ahead a next guest who begins too soon is told."),
    usual("staff_rooms", "5", "How many rooms without a reservation make staff of a guest."),
    usual("watch_from", "\"22:00\"", "From when a room of nobody should not be opened."),
    usual("watch_until", "\"06:00\"", "Until when it should not."),
    usual("unlock_settle", "\"1m\"", "How long an opened door waits for its grant to be read."),
    usual("unlock_grace", "\"30m\"", "How long around its dates a stay covers its door."),
    usual("unlock_kept", "\"4h\"", "How long a door that opened for nobody is told."),
    usual("denials", "3", "So many refusals of one door are trouble,"),
    usual("denial_window", "\"10m\"", "within this time."),
    usual("denial_kept", "\"30m\"", "How long after the last refusal it is told."),
    usual("doors_grace", "\"5m\"", "How long a door may be missing from an access."),
    usual("outside_kept", "\"12h\"", "How long a change made outside Seam is told."),
    usual("attempt_limit", "\"1m\"", "How long an encoder may take."),
    usual("attempt_kept", "\"30m\"", "How long an attempt that ended unknown is told."),
    usual("register_grace", "\"45m\"", "How long a new guest may be without access."),
    usual("registered_ago", "\"12h\"", "A guest entered longer ago is one of another night."),
    usual("long_stay", "28", "A stay of more nights is odd."),
    usual("clock_change", "\"6h\"", "How long around it a change of the clocks is told."),
    usual("events_kept", "20000", "How many events are kept."),
];

pub(super) const CADENCE: &[Setting] = &[
    at_start(usual("events", "\"5s\"", "The events feed.")),
    at_start(usual("hot", "\"10s\"", "Grants on which something is under way.")),
    at_start(usual("systems", "\"1m\"", "Access systems: whether the bridge is up.")),
    at_start(usual("devices", "\"2m\"", "Locks.")),
    at_start(usual("entrances", "\"5m\"", "Doors.")),
    at_start(usual("encoders", "\"5m\"", "Encoders.")),
    at_start(usual("instant_keys", "\"5m\"", "Instant Keys.")),
    at_start(usual("spaces", "\"30m\"", "Rooms and areas.")),
    at_start(usual("identities", "\"30m\"", "Guests.")),
    at_start(usual("grants", "\"15m\"", "Every grant and every key.")),
];

pub(super) const SHARED: &[Setting] = &[
    at_start(none(
        "url",
        "\"postgres://desk@db.example/nightdesk\"",
        "Its address. With a password in it this file must be its owner's alone (chmod 600). Another machine is \
         spoken to over TLS and must have a good certificate, unless sslmode=require says that any will do.",
    )),
    at_start(none(
        "url_file",
        "\"/etc/nightdesk/shared.url\"",
        "Or a file with the address that only its owner can read (chmod 600).",
    )),
];

pub(super) const PMS: &[Setting] = &[
    none("delimiter", "\";\"", "What stands between two cells, where it cannot be told from the file."),
    none("day_first", "true", "Whether 03/04/2026 is the third of April."),
    usual("date_formats", "[]", "How dates are written, as strftime has it: \"%d.%m.%Y\"."),
    none(
        "columns",
        "{ room = \"Zimmer\", guest = \"Gast\" }",
        "The names of the columns: room, guest, first_name, arrival, departure, status.",
    ),
    none(
        "status",
        "{ \"IH\" = \"in_house\" }",
        "What the words in the status column mean: expected, in_house, departed, no_show or cancelled.",
    ),
];
