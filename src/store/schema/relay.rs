//! What desks that share a server tell each other of what one of them reads: see [`crate::relay`].
//!
//! Nothing here is a record: it is the newest state of what the API says, and could be read again.

/// The seat of each property, what was told, and what was wished for.
pub(super) const RELAY: &str = r#"
-- Who polls a property, for how long, and the number of what was written last.
CREATE TABLE relay_seat (
    hotel TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    term BIGINT NOT NULL,
    desk TEXT NOT NULL,
    who TEXT NOT NULL,
    until BIGINT NOT NULL,
    number BIGINT NOT NULL,
    pruned BIGINT NOT NULL,
    told BIGINT NOT NULL,
    settled BIGINT NOT NULL,
    sources TEXT NOT NULL
) WITH (fillfactor = 50);

-- The newest state of each record; without a body it is gone.
CREATE TABLE relay_record (
    hotel TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    body TEXT,
    hash BIGINT NOT NULL,
    at BIGINT NOT NULL,
    gone_at BIGINT,
    PRIMARY KEY (hotel, kind, id)
);
CREATE UNIQUE INDEX relay_record_number ON relay_record (hotel, number);
CREATE INDEX relay_record_gone ON relay_record (hotel, gone_at) WHERE gone_at IS NOT NULL;
CREATE INDEX relay_record_event ON relay_record (hotel, at) WHERE kind = 'event';

-- What desks that follow want of the one that polls, until when.
CREATE TABLE relay_wish (
    hotel TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (hotel, what)
);

-- Which property an API key opens, by a mark of which nobody can find the key.
CREATE TABLE relay_key (
    mark TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hotel TEXT NOT NULL
);
"#;

/// What a desk may do with it. `{role}` is its name.
pub(super) const GRANTS: &[&str] = &[
    "GRANT INSERT, UPDATE ON relay_seat, relay_key TO {role}",
    "GRANT INSERT, UPDATE, DELETE ON relay_record, relay_wish TO {role}",
];
