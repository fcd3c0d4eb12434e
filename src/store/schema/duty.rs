//! Who has a desk open at which property: see [`crate::journal`]. Nothing here is a record: it runs out by itself.

/// The desks.
pub(super) const DUTY: &str = r#"
-- A desk that is open at a property; until when, unless it says so again.
CREATE TABLE duty (
    hotel TEXT COLLATE "C" NOT NULL,
    desk TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    host TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (hotel, desk)
) WITH (fillfactor = 50);
"#;

/// What a desk may do with it. `{role}` is its name.
pub(super) const GRANTS: &[&str] = &["GRANT INSERT, UPDATE, DELETE ON duty TO {role}"];
