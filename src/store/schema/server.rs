//! What a server holds, in a schema of its own, `nightdesk`: the same tables as a file, and what only a server
//! needs. A further step is a further entry of [`STEPS`], in a file of its own below this one.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};

use super::{KNOWN_ON_SERVER, MIGRATION_LOCK, Migrated};
use crate::text::Text;

/// The role that `nightdesk store migrate` lets do what a desk does, where it is there and no other was named.
pub const DESK_ROLE: &str = "nightdesk_desk";

/// What makes schema n of schema n-1, in order.
pub(super) const STEPS: &[&str] = &[JOURNAL, super::relay::RELAY, super::duty::DUTY];

/// The journal. Ids are compared byte by byte, as the program does.
const JOURNAL: &str = r#"
CREATE FUNCTION now_ms() RETURNS BIGINT LANGUAGE sql VOLATILE
    AS $$ SELECT CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT) $$;

CREATE FUNCTION channel_of(topic TEXT, hotel TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE
    AS $$ SELECT 'nightdesk_' || topic || '_' || to_hex(hashtextextended(hotel, 0)) $$;

CREATE FUNCTION append_only() RETURNS TRIGGER LANGUAGE plpgsql
    SET search_path = pg_catalog, nightdesk, pg_temp
    AS $$ BEGIN
        IF TG_OP = 'DELETE' AND current_setting('nightdesk.retiring', true) = 'on' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the journal is append-only';
    END $$;

CREATE TABLE run (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    hotel TEXT COLLATE "C" NOT NULL,
    action TEXT NOT NULL,
    stay TEXT NOT NULL,
    guest TEXT NOT NULL,
    room TEXT NOT NULL,
    plan TEXT NOT NULL,
    who TEXT NOT NULL
);
CREATE INDEX run_at ON run (at);
CREATE INDEX run_hotel ON run (hotel, at);

CREATE TABLE fact (
    run TEXT COLLATE "C" NOT NULL REFERENCES run (id),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    step BIGINT,
    state TEXT NOT NULL,
    words TEXT NOT NULL,
    request_id TEXT,
    ids TEXT NOT NULL,
    hotel TEXT COLLATE "C" NOT NULL,
    num BIGINT NOT NULL,
    PRIMARY KEY (run, seq)
);
CREATE UNIQUE INDEX fact_ended ON fact (run) WHERE kind = 'ended';
CREATE UNIQUE INDEX fact_num ON fact (hotel, num);

CREATE TABLE remark (
    hotel TEXT COLLATE "C" NOT NULL,
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
);
CREATE INDEX remark_alert ON remark (hotel, alert, seq);

CREATE TABLE lease (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    token BIGINT NOT NULL,
    run TEXT COLLATE "C" NOT NULL,
    whom TEXT NOT NULL,
    until BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX lease_run ON lease (run);
CREATE INDEX lease_token ON lease (token);
CREATE SEQUENCE lease_number AS BIGINT;

CREATE TABLE head (
    hotel TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    writes BIGINT NOT NULL,
    facts BIGINT NOT NULL
);

CREATE TRIGGER run_stays BEFORE UPDATE OR DELETE ON run
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER fact_stays BEFORE UPDATE OR DELETE ON fact
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER remark_stays BEFORE UPDATE OR DELETE ON remark
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER run_remains BEFORE TRUNCATE ON run EXECUTE FUNCTION append_only();
CREATE TRIGGER fact_remains BEFORE TRUNCATE ON fact EXECUTE FUNCTION append_only();
CREATE TRIGGER remark_remains BEFORE TRUNCATE ON remark EXECUTE FUNCTION append_only();

CREATE FUNCTION tell() RETURNS TRIGGER LANGUAGE plpgsql
    SET search_path = pg_catalog, nightdesk, pg_temp
    AS $$ BEGIN
        PERFORM pg_notify(channel_of('desk', NEW.hotel), CAST(NEW.writes AS TEXT));
        RETURN NULL;
    END $$;
CREATE TRIGGER head_told AFTER INSERT OR UPDATE ON head FOR EACH ROW EXECUTE FUNCTION tell();

-- A desk may not delete. This deletes for it what is over and old, and never what is young or one of the last
-- many; who owns the tables may keep less.
CREATE FUNCTION retire(property TEXT, before BIGINT, keep BIGINT, at_once BIGINT) RETURNS BIGINT
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, nightdesk, pg_temp
    AS $$ DECLARE due TEXT[];
    BEGIN
        IF session_user <> current_user AND (before > now_ms() - 2592000000 OR keep < 10000) THEN
            RAISE EXCEPTION 'a desk keeps thirty days and 10,000 runs';
        END IF;
        SELECT array_agg(id) INTO due FROM (
            SELECT id FROM run
            WHERE hotel = property
                AND (at < before
                    OR at < (SELECT at FROM run WHERE hotel = property ORDER BY at DESC LIMIT 1 OFFSET keep - 1))
                AND EXISTS (SELECT 1 FROM fact WHERE fact.run = run.id AND fact.kind = 'ended')
                AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.run = run.id AND lease.until > now_ms())
                AND id <> (SELECT run FROM fact WHERE hotel = property ORDER BY num DESC LIMIT 1)
            ORDER BY at LIMIT at_once FOR UPDATE SKIP LOCKED
        ) AS over;
        PERFORM set_config('nightdesk.retiring', 'on', true);
        DELETE FROM fact WHERE run = ANY (due);
        DELETE FROM run WHERE id = ANY (due);
        PERFORM set_config('nightdesk.retiring', 'off', true);
        RETURN COALESCE(array_length(due, 1), 0);
    END $$;

CREATE FUNCTION retire_remarks(before BIGINT) RETURNS BIGINT
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, nightdesk, pg_temp
    AS $$ DECLARE gone BIGINT;
    BEGIN
        IF session_user <> current_user AND before > now_ms() - 2592000000 THEN
            RAISE EXCEPTION 'a desk keeps thirty days';
        END IF;
        PERFORM set_config('nightdesk.retiring', 'on', true);
        DELETE FROM remark
            WHERE at < before
                AND seq < (SELECT MAX(newest.seq) FROM remark AS newest WHERE newest.hotel = remark.hotel);
        GET DIAGNOSTICS gone = ROW_COUNT;
        PERFORM set_config('nightdesk.retiring', 'off', true);
        RETURN gone;
    END $$;

REVOKE ALL ON FUNCTION retire(TEXT, BIGINT, BIGINT, BIGINT), retire_remarks(BIGINT) FROM PUBLIC;
"#;

/// What a desk may do, and nothing more. `{role}` is its name.
const GRANTS: &[&str] = &[
    "GRANT USAGE ON SCHEMA nightdesk TO {role}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA nightdesk TO {role}",
    "GRANT INSERT ON run, fact, remark TO {role}",
    "GRANT INSERT, UPDATE ON head TO {role}",
    "GRANT INSERT, UPDATE, DELETE ON lease TO {role}",
    "GRANT USAGE ON SEQUENCE lease_number TO {role}",
    "GRANT EXECUTE ON FUNCTION retire(TEXT, BIGINT, BIGINT, BIGINT), retire_remarks(BIGINT) TO {role}",
];

/// Does what is to be done, all of it or nothing.
pub(super) async fn migrate(db: &mut PgConnection, role: Option<&str>) -> Result<Migrated, sqlx::Error> {
    let mut tx = db.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(MIGRATION_LOCK).execute(&mut *tx).await?;
    let is_there: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM pg_catalog.pg_namespace WHERE nspname = 'nightdesk'")
            .fetch_one(&mut *tx)
            .await?;
    if is_there == 0 {
        sqlx::raw_sql("CREATE SCHEMA nightdesk").execute(&mut *tx).await?;
    }
    sqlx::raw_sql(
        "SET LOCAL search_path TO nightdesk, pg_catalog;
         SET LOCAL client_min_messages TO warning;
         CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL)",
    )
    .execute(&mut *tx)
    .await?;
    let from: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM schema_version")
        .fetch_one(&mut *tx)
        .await?;
    if from > KNOWN_ON_SERVER {
        return Ok(Migrated { from, to: from, role: None });
    }
    let mut to = from;
    for step in STEPS.iter().skip(usize::try_from(from).unwrap_or(usize::MAX)) {
        sqlx::raw_sql(*step).execute(&mut *tx).await?;
        to += 1;
        sqlx::query("INSERT INTO schema_version (version, at) VALUES ($1, now_ms())")
            .bind(to)
            .execute(&mut *tx)
            .await?;
    }
    let role = grant(&mut tx, role).await?;
    tx.commit().await?;
    Ok(Migrated { from, to, role })
}

async fn grant(db: &mut PgConnection, role: Option<&str>) -> Result<Option<Text>, sqlx::Error> {
    let wanted = match role {
        Some(role) => role,
        None => {
            let usual: i64 =
                sqlx::query_scalar("SELECT COUNT(*) FROM pg_catalog.pg_roles WHERE rolname = $1")
                    .bind(DESK_ROLE)
                    .fetch_one(&mut *db)
                    .await?;
            if usual == 0 {
                return Ok(None);
            }
            DESK_ROLE
        }
    };
    let name: String = sqlx::query_scalar("SELECT quote_ident($1)").bind(wanted).fetch_one(&mut *db).await?;
    for grant in GRANTS.iter().chain(super::relay::GRANTS).chain(super::duty::GRANTS) {
        // The name is quoted by the server itself.
        sqlx::raw_sql(AssertSqlSafe(grant.replace("{role}", &name))).execute(&mut *db).await?;
    }
    Ok(Some(Text::new(wanted)))
}
