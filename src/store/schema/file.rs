//! What a file holds. Instants are milliseconds since 1970, UTC. Of `run`, `fact` and `remark` nothing is ever
//! changed, and nothing taken away but what is over and older than is kept; `lease` is no record, only who may
//! work on what at the moment, and `head` only counts.

/// Guards remarks against being taken out.
pub(crate) const REMARK_REMAINS: &str = "CREATE TRIGGER remark_remains BEFORE DELETE ON remark BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END";

/// Nothing is taken away from `run`, except by retention.
pub(crate) const RUN_REMAINS: &str = "CREATE TRIGGER run_remains BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END";
/// Nor from `fact`.
pub(crate) const FACT_REMAINS: &str = "CREATE TRIGGER fact_remains BEFORE DELETE ON fact BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END";

/// What makes schema n of schema n-1, in order.
pub(super) const STEPS: &[&[&str]] = &[RUNS, REMARKS, NUMBERS];

/// What the desk did, and who may work on what.
const RUNS: &[&str] = &[
    "CREATE TABLE run (
        id TEXT NOT NULL PRIMARY KEY,
        at BIGINT NOT NULL,
        hotel TEXT NOT NULL,
        action TEXT NOT NULL,
        stay TEXT NOT NULL,
        guest TEXT NOT NULL,
        room TEXT NOT NULL,
        plan TEXT NOT NULL,
        who TEXT NOT NULL
    )",
    "CREATE INDEX run_at ON run (at)",
    "CREATE TABLE fact (
        run TEXT NOT NULL REFERENCES run (id),
        seq BIGINT NOT NULL,
        at BIGINT NOT NULL,
        kind TEXT NOT NULL,
        step BIGINT,
        state TEXT NOT NULL,
        words TEXT NOT NULL,
        request_id TEXT,
        ids TEXT NOT NULL,
        PRIMARY KEY (run, seq)
    )",
    "CREATE UNIQUE INDEX fact_ended ON fact (run) WHERE kind = 'ended'",
    "CREATE TABLE lease (
        name TEXT NOT NULL PRIMARY KEY,
        token BIGINT NOT NULL,
        run TEXT NOT NULL,
        whom TEXT NOT NULL,
        until BIGINT NOT NULL,
        used_at BIGINT
    )",
    "CREATE INDEX lease_run ON lease (run)",
    "CREATE TRIGGER run_stays BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    RUN_REMAINS,
    "CREATE TRIGGER fact_stays BEFORE UPDATE ON fact BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    FACT_REMAINS,
];

/// What people said about alerts: acknowledged, snoozed, taken back. Numbered by property without gaps.
const REMARKS: &[&str] = &[
    "CREATE TABLE remark (
        hotel TEXT NOT NULL,
        seq BIGINT NOT NULL,
        at BIGINT NOT NULL,
        alert TEXT NOT NULL,
        said TEXT NOT NULL,
        until BIGINT,
        severity TEXT NOT NULL,
        since BIGINT NOT NULL,
        reason TEXT NOT NULL,
        who TEXT NOT NULL,
        PRIMARY KEY (hotel, seq)
    )",
    "CREATE INDEX remark_alert ON remark (hotel, alert, seq)",
    "CREATE TRIGGER remark_stays BEFORE UPDATE ON remark BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    REMARK_REMAINS,
];

/// Facts are numbered by property, without gaps, in the order in which they were written, so that whoever follows
/// a property reads on from a number. What a program of before writes meanwhile is numbered for it.
const NUMBERS: &[&str] = &[
    "CREATE TABLE head (
        hotel TEXT NOT NULL PRIMARY KEY,
        writes BIGINT NOT NULL,
        facts BIGINT NOT NULL
    )",
    "DROP TRIGGER IF EXISTS fact_stays",
    "ALTER TABLE fact ADD COLUMN hotel TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE fact ADD COLUMN num BIGINT NOT NULL DEFAULT 0",
    "UPDATE fact SET hotel = COALESCE((SELECT run.hotel FROM run WHERE run.id = fact.run), '')",
    "UPDATE fact SET num = numbered.n
     FROM (SELECT rowid AS r, ROW_NUMBER() OVER (PARTITION BY hotel ORDER BY rowid) AS n FROM fact) AS numbered
     WHERE numbered.r = fact.rowid",
    "INSERT INTO head (hotel, writes, facts) SELECT hotel, MAX(num), MAX(num) FROM fact GROUP BY hotel",
    "CREATE UNIQUE INDEX fact_num ON fact (hotel, num) WHERE num > 0",
    "CREATE INDEX run_hotel ON run (hotel, at)",
    "CREATE TRIGGER fact_stays BEFORE UPDATE ON fact WHEN OLD.num > 0
     BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    "CREATE TRIGGER fact_numbered AFTER INSERT ON fact WHEN NEW.num = 0 BEGIN
        INSERT INTO head (hotel, writes, facts)
            SELECT run.hotel, 1, 1 FROM run WHERE run.id = NEW.run
            ON CONFLICT (hotel) DO UPDATE SET writes = writes + 1, facts = facts + 1;
        UPDATE fact SET hotel = (SELECT run.hotel FROM run WHERE run.id = NEW.run),
            num = (SELECT head.facts FROM head JOIN run ON run.hotel = head.hotel WHERE run.id = NEW.run)
        WHERE run = NEW.run AND seq = NEW.seq AND EXISTS (SELECT 1 FROM run WHERE run.id = NEW.run);
    END",
];
