//! The statements. Each is one, so that a desk that stands still in the midst of something holds nothing up;
//! and each that writes as the poller checks in itself that it still is, by the server's clock.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use super::election::{HOLD, Term};
use super::follow::{Page, Question, Stored};
use super::handover::{Kept, Left};
use super::memory::{Batch, Row};
use super::source::Sources;
use crate::store::{Sql, Store, StoreError, sql};

/// Rows in one answer.
pub(super) const PAGE: i64 = 5_000;
/// Wishes that a property may have at once; more are not heard.
const WISHES: i64 = 500;
/// How long it is remembered what is gone, in milliseconds: whoever was away for longer reads all anew.
const GONE_KEPT: i64 = 60 * 60 * 1_000;

const TRY: &str = "INSERT INTO relay_seat AS s
        (hotel, term, desk, who, until, number, pruned, told, settled, sources)
    VALUES ($1, 1, $2, $3, now_ms() + $4, 0, 0, 0, 0, '')
    ON CONFLICT (hotel) DO UPDATE
        SET term = s.term + 1, desk = excluded.desk, who = excluded.who, until = now_ms() + $4
        WHERE s.until <= now_ms()
    RETURNING term, number, now_ms() AS now";

const RENEW: &str = "UPDATE relay_seat SET until = now_ms() + $3
    WHERE hotel = $1 AND term = $2 AND until > now_ms()";

const FREE: &str = "WITH freed AS (
        UPDATE relay_seat SET until = now_ms() WHERE hotel = $1 AND term = $2 AND until > now_ms()
        RETURNING hotel
    )
    SELECT CAST(pg_notify(channel_of('seat', hotel), 'free') AS TEXT) AS told FROM freed";

const TELL: &str = "WITH seat AS (
        UPDATE relay_seat SET
            number = number + $3,
            until = now_ms() + $8,
            told = told + CASE WHEN $4 IS NULL THEN 0 ELSE 1 END,
            sources = COALESCE($4, sources),
            settled = CASE WHEN $5 = 1 THEN number + $3 ELSE settled END
        WHERE hotel = $1 AND term = $2 AND until > now_ms()
        RETURNING number
    ), rows AS (
        INSERT INTO relay_record AS r (hotel, kind, id, number, body, hash, at, gone_at)
        SELECT $1, n.kind, n.id, seat.number - $3 + n.nth, n.body, n.hash, n.at,
            CASE WHEN n.body IS NULL THEN now_ms() END
        FROM seat, json_to_recordset(CAST($6 AS JSON))
            AS n (nth BIGINT, kind TEXT, id TEXT, body TEXT, hash BIGINT, at BIGINT)
        ON CONFLICT (hotel, kind, id) DO UPDATE SET number = excluded.number, body = excluded.body,
            hash = excluded.hash, at = excluded.at, gone_at = excluded.gone_at
    )
    SELECT number, CASE WHEN $7 = 1
        THEN CAST(pg_notify(channel_of('relay', $1), CAST(number AS TEXT)) AS TEXT) END AS told
    FROM seat";

const READ: &str = "SELECT s.number AS last, s.told AS told, now_ms() AS now,
        CASE WHEN s.told > $3 AND COALESCE(r.nth, 1) = 1 THEN s.sources END AS sources,
        r.kind AS kind, r.id AS id, r.body AS body, r.at AS at, r.number AS number
    FROM relay_seat AS s LEFT JOIN LATERAL (
        SELECT o.*, ROW_NUMBER() OVER (ORDER BY o.number) AS nth FROM (
            SELECT kind, id, body, at, number FROM relay_record
            WHERE hotel = s.hotel AND number > $2 ORDER BY number LIMIT $4
        ) AS o
    ) AS r ON TRUE
    WHERE s.hotel = $1 ORDER BY r.number";

/// Bodies come along where whoever takes over needs them: what is under way, and what happened last.
const LEFT: &str = "SELECT r.kind AS kind, r.id AS id, r.hash AS hash, r.at AS at, r.number AS number,
        CASE WHEN r.kind IN ('grant', 'method') OR r.kind = 'event' AND (r.number > s.settled
            OR r.at >= (SELECT MAX(e.at) FROM relay_record AS e WHERE e.hotel = $1 AND e.kind = 'event') - $2)
        THEN r.body END AS body
    FROM relay_record AS r JOIN relay_seat AS s ON s.hotel = r.hotel
    WHERE r.hotel = $1 AND r.body IS NOT NULL";

const STOOD: &str = "SELECT sources, settled FROM relay_seat WHERE hotel = $1";

const PRUNE: &str = "WITH seat AS (
        SELECT hotel FROM relay_seat WHERE hotel = $1 AND term = $2 AND until > now_ms() FOR UPDATE
    ), gone AS (
        DELETE FROM relay_record AS r USING seat
        WHERE r.hotel = seat.hotel AND r.gone_at < now_ms() - $3 RETURNING r.number
    ), over AS (
        DELETE FROM relay_record AS r USING seat
        WHERE r.hotel = seat.hotel AND r.kind = 'event' AND r.at < (
            SELECT e.at FROM relay_record AS e WHERE e.hotel = $1 AND e.kind = 'event'
            ORDER BY e.at DESC OFFSET $4 LIMIT 1)
        RETURNING r.number
    ), wishes AS (
        DELETE FROM relay_wish AS w USING seat WHERE w.hotel = seat.hotel AND w.until <= now_ms()
    )
    UPDATE relay_seat SET pruned = GREATEST(pruned, (SELECT MAX(number) FROM gone))
    WHERE hotel = $1 AND term = $2
    RETURNING (SELECT MIN(at) FROM relay_record WHERE hotel = $1 AND kind = 'event') AS oldest";

const WISH: &str = "WITH wished AS (
        INSERT INTO relay_wish AS w (hotel, what, until)
        SELECT $1, what, now_ms() + $3 FROM json_array_elements_text(CAST($2 AS JSON)) AS what
        WHERE (SELECT COUNT(*) FROM relay_wish WHERE hotel = $1) < $4
        ON CONFLICT (hotel, what) DO UPDATE SET until = excluded.until
        RETURNING hotel
    )
    SELECT CAST(pg_notify(channel_of('wish', hotel), '') AS TEXT) AS told FROM wished WHERE $5 = 1 LIMIT 1";

const WISHED: &str = "WITH done AS (
        DELETE FROM relay_wish WHERE hotel = $1 AND what = 'poll' RETURNING what, until
    )
    SELECT what FROM done WHERE until > now_ms()
    UNION ALL SELECT what FROM relay_wish WHERE hotel = $1 AND what <> 'poll' AND until > now_ms()";

/// The tables as one desk uses them for one property.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) store: Store,
    pub(super) hotel: String,
    /// Which desk this is.
    pub(super) desk: String,
    /// Who is at it, for people.
    pub(super) who: String,
}

/// A seat that was taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Won {
    pub(super) term: Term,
    /// The number of what was written last.
    pub(super) number: i64,
    /// By how many milliseconds the store's clock is ahead of this desk's.
    pub(super) ahead: i64,
}

/// By how many milliseconds the store's clock is ahead of this desk's: it showed `theirs` between `before` and now.
pub(super) fn ahead(theirs: i64, before: DateTime<Utc>) -> i64 {
    theirs - (before + (Utc::now() - before) / 2).timestamp_millis()
}

#[derive(Serialize)]
struct Told<'a> {
    nth: usize,
    kind: &'static str,
    id: &'a str,
    body: Option<&'a str>,
    hash: i64,
    at: i64,
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl Table {
    fn sql(&self, text: &'static str) -> Sql {
        sql(text).bind(self.hotel.as_str())
    }

    /// Takes the seat if it is free.
    pub(super) async fn try_seat(&self) -> Result<Option<Won>, StoreError> {
        let before = Utc::now();
        let sql = self.sql(TRY).bind(self.desk.as_str()).bind(self.who.as_str()).bind(millis(HOLD));
        match self.store.first(sql).await? {
            Some(row) => Ok(Some(Won {
                term: row.number("term")?,
                number: row.number("number")?,
                ahead: ahead(row.number("now")?, before),
            })),
            None => Ok(None),
        }
    }

    /// Holds the seat for longer; false where it is no longer held.
    pub(super) async fn renew(&self, term: Term) -> Result<bool, StoreError> {
        Ok(self.store.run(self.sql(RENEW).bind(term).bind(millis(HOLD))).await? == 1)
    }

    /// Gives the seat up, and tells the others.
    pub(super) async fn free(&self, term: Term) -> Result<(), StoreError> {
        self.store.first(self.sql(FREE).bind(term)).await.map(drop)
    }

    /// Writes what was read, and holds the seat for longer: the number of the last row. None where the seat is
    /// no longer held; nothing is written then.
    pub(super) async fn tell(&self, term: Term, batch: &Batch) -> Result<Option<i64>, StoreError> {
        let told = |(nth, row): (usize, &Row)| -> serde_json::Value {
            let Row { kind, id, body, hash, at } = row;
            let told =
                Told { nth: nth + 1, kind: kind.word(), id, body: body.as_deref(), hash: *hash, at: *at };
            serde_json::to_value(told).unwrap_or_default()
        };
        let rows: Vec<_> = batch.rows.iter().enumerate().map(told).collect();
        let sql = self
            .sql(TELL)
            .bind(term)
            .bind(i64::try_from(rows.len()).unwrap_or_default())
            .bind(batch.sources.as_ref().map(Sources::written))
            .bind(i64::from(batch.is_settled))
            .bind(json!(rows).to_string())
            .bind(i64::from(batch.is_news))
            .bind(millis(HOLD));
        self.store.first(sql).await?.map(|row| row.number("number")).transpose()
    }

    /// Answers a question.
    pub(super) async fn read(&self, asked: Question) -> Result<Page, StoreError> {
        let before = Utc::now();
        let sql = self.sql(READ).bind(asked.after).bind(asked.told).bind(PAGE);
        let found = self.store.all(sql).await?;
        let mut page = Page { is_last: true, ..Page::default() };
        if let Some(first) = found.first() {
            (page.number, page.told) = (first.number("last")?, first.number("told")?);
            page.sources = first.maybe_text("sources")?;
            page.ahead = Some(ahead(first.number("now")?, before));
        }
        for row in &found {
            // Where nothing is above the number there is one row that says so.
            let Some(number) = row.maybe_number("number")? else { continue };
            let (kind, id) = (row.text("kind")?, row.text("id")?);
            page.rows.push(Stored { kind, id, body: row.maybe_text("body")?, at: row.number("at")?, number });
        }
        page.is_last = i64::try_from(page.rows.len()).unwrap_or(PAGE) < PAGE;
        Ok(page)
    }

    /// What the poller before left. Of events it reads back by `overlap` from the newest.
    pub(super) async fn left(&self, overlap: Duration) -> Result<Left, StoreError> {
        let stood = self.store.first(self.sql(STOOD)).await?;
        let mut left = Left::default();
        if let Some(row) = stood {
            left.sources = Sources::read(&row.text("sources")?);
            left.settled = row.number("settled")?;
        }
        for row in self.store.all(self.sql(LEFT).bind(millis(overlap) + 2_000)).await? {
            left.rows.push(Kept {
                kind: row.text("kind")?,
                id: row.text("id")?,
                hash: row.number("hash")?,
                at: row.number("at")?,
                number: row.number("number")?,
                body: row.maybe_text("body")?,
            });
        }
        Ok(left)
    }

    /// Forgets what has been gone for long, all events but the newest so many, and what nobody wishes any
    /// more. Says when the oldest event is of that is left, in milliseconds since 1970.
    pub(super) async fn prune(&self, term: Term, events: usize) -> Result<Option<i64>, StoreError> {
        let events = i64::try_from(events).unwrap_or(i64::MAX);
        let row = self.store.first(self.sql(PRUNE).bind(term).bind(GONE_KEPT).bind(events)).await?;
        row.map_or(Ok(None), |row| row.maybe_number("oldest"))
    }

    /// Wishes for these for so long. The poller is told at once, or finds it when it looks the next time.
    pub(super) async fn wish(
        &self,
        what: &[String],
        until: Duration,
        at_once: bool,
    ) -> Result<(), StoreError> {
        let sql = self.sql(WISH).bind(json!(what).to_string()).bind(millis(until)).bind(WISHES);
        let sql = sql.bind(i64::from(at_once));
        self.store.first(sql).await.map(drop)
    }

    /// What is wished for now. Who wishes for a reading of everything is told once.
    pub(super) async fn wished(&self) -> Result<Vec<String>, StoreError> {
        let rows = self.store.all(self.sql(WISHED)).await?;
        rows.iter().map(|row| row.text("what")).collect()
    }
}

/// The property that an API key opens, as the journal names it, by the key's mark; none where no desk has told.
///
/// # Errors
/// [`StoreError`].
pub async fn hotel_of(store: &Store, mark: &str) -> Result<Option<String>, StoreError> {
    let row = store.first(sql("SELECT hotel FROM relay_key WHERE mark = $1").bind(mark)).await?;
    row.map(|row| row.text("hotel")).transpose()
}

/// Tells the other desks which property an API key opens.
///
/// # Errors
/// [`StoreError`].
pub async fn tell_hotel(store: &Store, mark: &str, hotel: &str) -> Result<(), StoreError> {
    const TELL: &str = "INSERT INTO relay_key (mark, hotel) VALUES ($1, $2)
        ON CONFLICT (mark) DO UPDATE SET hotel = excluded.hotel";
    store.run(sql(TELL).bind(mark).bind(hotel)).await.map(drop)
}
