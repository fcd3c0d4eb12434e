//! Copying a journal into another: what one host kept for itself into what several share.
//!
//! Entries keep their ids and facts their order. What is there already is left alone, so it can be done again, and by
//! one host after the other.

use std::collections::{BTreeSet, HashMap};

use super::{Journal, JournalError};
use crate::store::{Row, Sql, Tx, schema, sql};
use crate::text::Text;

/// Facts, or entries without any, that go in one transaction.
const AT_ONCE: i64 = 500;

/// What was copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Entries.
    pub runs: u64,
    /// Facts of them.
    pub facts: u64,
    /// Remarks on alerts.
    pub remarks: u64,
    /// When encoders were last used.
    pub leases: u64,
    /// Facts and remarks that were there already.
    pub known: u64,
    /// The properties that had entries before: what was copied stands behind them.
    pub behind: BTreeSet<Text>,
}

const ALIVE: &str = "SELECT whom FROM lease WHERE until > {now} ORDER BY name LIMIT 1";

/// The facts of a property in the order in which they were written, each with its run.
const FACTS: &str =
    "SELECT run.id, run.at AS began, run.hotel, run.action, run.stay, run.guest, run.room, run.plan,
        run.who, fact.seq, fact.at, fact.kind, fact.step, fact.state, fact.words, fact.request_id, fact.ids,
        fact.num
    FROM fact JOIN run ON run.id = fact.run
    WHERE fact.hotel = $1 AND fact.num > $2 ORDER BY fact.num LIMIT $3";

/// The runs of which nothing happened yet.
const MUTE: &str = "SELECT id, at AS began, hotel, action, stay, guest, room, plan, who FROM run
    WHERE hotel = $1 AND id > $2 AND NOT EXISTS (SELECT 1 FROM fact WHERE fact.run = run.id)
    ORDER BY id LIMIT $3";

/// How far a run has come.
const SO_FAR: &str =
    "SELECT COALESCE(MAX(seq), 0) AS seq, COUNT(CASE WHEN kind = 'ended' THEN 1 END) AS ended
    FROM fact WHERE run = $1";

const PUT_RUN: &str = "INSERT INTO run (id, at, hotel, action, stay, guest, room, plan, who)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";

const PUT_FACT: &str =
    "INSERT INTO fact (run, seq, at, kind, step, state, words, request_id, ids, hotel, num)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const REMARKS: &str = "SELECT seq, at, alert, said, until, severity, since, reason, who FROM remark
    WHERE hotel = $1 ORDER BY seq";

const PUT_REMARK: &str = "INSERT INTO remark (hotel, seq, at, alert, said, until, severity, since, reason, who)
    SELECT CAST($1 AS TEXT), CASE WHEN NOT EXISTS (SELECT 1 FROM remark WHERE hotel = $1) THEN CAST($2 AS BIGINT)
            ELSE (SELECT MAX(seq) + 1 FROM remark WHERE hotel = $1) END,
        CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS BIGINT), CAST($7 AS TEXT),
        CAST($8 AS BIGINT), CAST($9 AS TEXT), CAST($10 AS TEXT)
    WHERE NOT EXISTS (
        SELECT 1 FROM remark WHERE hotel = $1 AND alert = $4 AND at = $3 AND said = $5 AND who = $10)";

const USED: &str = "SELECT name, run, whom, used_at FROM lease WHERE used_at IS NOT NULL ORDER BY name";

const PUT_USED: &str = "INSERT INTO lease (name, token, run, whom, until, used_at)
    VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT (name) DO NOTHING";

impl Journal {
    /// Copies all of it into another journal, in which nothing is changed.
    ///
    /// # Errors
    /// [`JournalError`]: `Closed` while something of this one is being worked on. A part may have been copied then;
    /// doing it again copies the rest.
    pub async fn copy_to(&self, to: &Self) -> Result<Copied, JournalError> {
        if !schema::has(&self.store, schema::NUMBERS_SINCE).await? {
            let words = "an older nightdesk wrote this journal last: open the desk once with this one".into();
            return Err(JournalError::Closed { words });
        }
        if let Some(whom) = self.worked_on().await? {
            let words = format!("{whom} is being worked on: leave every nightdesk of this host first");
            return Err(JournalError::Closed { words: Text::new(words) });
        }
        let mut copied = Copied::default();
        let hotels = self
            .store
            .all(sql("SELECT hotel FROM run UNION SELECT hotel FROM remark ORDER BY hotel"))
            .await?;
        for hotel in &hotels {
            let hotel = Text::new(hotel.text("hotel")?);
            self.copy_facts(to, &hotel, &mut copied).await?;
            self.copy_mute(to, &hotel, &mut copied).await?;
            self.copy_remarks(to, &hotel, &mut copied).await?;
        }
        for row in self.store.all(sql(USED)).await? {
            let number = to.store.first(sql("SELECT {token} AS number")).await?;
            let used = sql(PUT_USED)
                .bind(row.text("name")?)
                .bind(number.map_or(Ok(0), |row| row.number("number"))?)
                .bind(row.text("run")?)
                .bind(row.text("whom")?)
                .bind(row.number("used_at")?);
            copied.leases += to.store.run(used).await?;
        }
        Ok(copied)
    }

    /// What somebody is at in it, in words; none where nobody is at anything.
    pub(super) async fn worked_on(&self) -> Result<Option<Text>, JournalError> {
        let row = self.store.first(sql(ALIVE)).await?;
        row.map(|row| row.text("whom").map(Text::new)).transpose()
    }

    async fn copy_facts(&self, to: &Self, hotel: &Text, copied: &mut Copied) -> Result<(), JournalError> {
        let mut after = 0;
        loop {
            let facts = self.store.all(sql(FACTS).bind(hotel).bind(after).bind(AT_ONCE)).await?;
            let Some(last) = facts.last() else { return Ok(()) };
            after = last.number("num")?;
            let mut tx = to.store.begin().await?;
            // Nobody else writes of the property until these are in.
            let before = tx.hold(hotel, 0).await?;
            let fresh = fresh(&mut tx, &facts, copied).await?;
            if !fresh.is_empty() {
                if before > 0 && copied.facts == 0 {
                    copied.behind.insert(hotel.clone());
                }
                tx.hold(hotel, i64::try_from(fresh.len()).unwrap_or(i64::MAX)).await?;
            }
            for (num, fact) in (before + 1..).zip(&fresh) {
                copied.facts += tx.run(put_fact(fact, hotel, num)?).await?;
            }
            tx.commit().await?;
        }
    }

    async fn copy_mute(&self, to: &Self, hotel: &Text, copied: &mut Copied) -> Result<(), JournalError> {
        let mut after = String::new();
        loop {
            let some = sql(MUTE).bind(hotel).bind(after.as_str()).bind(AT_ONCE);
            let runs = self.store.all(some).await?;
            let Some(last) = runs.last() else { return Ok(()) };
            after = last.text("id")?;
            let mut tx = to.store.begin().await?;
            tx.hold(hotel, 0).await?;
            for run in &runs {
                copied.runs += tx.run(put_run(run)?).await?;
            }
            tx.commit().await?;
        }
    }

    async fn copy_remarks(&self, to: &Self, hotel: &Text, copied: &mut Copied) -> Result<(), JournalError> {
        let remarks = self.store.all(sql(REMARKS).bind(hotel)).await?;
        if remarks.is_empty() {
            return Ok(());
        }
        let mut tx = to.store.begin().await?;
        tx.hold(hotel, 0).await?;
        for remark in &remarks {
            let put = sql(PUT_REMARK)
                .bind(hotel)
                .bind(remark.number("seq")?)
                .bind(remark.number("at")?)
                .bind(remark.text("alert")?)
                .bind(remark.text("said")?)
                .bind(remark.maybe_number("until")?)
                .bind(remark.text("severity")?)
                .bind(remark.number("since")?)
                .bind(remark.text("reason")?)
                .bind(remark.text("who")?);
            let put = tx.run(put).await?;
            copied.remarks += put;
            copied.known += 1 - put.min(1);
        }
        tx.commit().await
    }
}

fn put_run(run: &Row) -> Result<Sql, JournalError> {
    let text = |name: &str| run.text(name);
    let put = sql(PUT_RUN).bind(text("id")?).bind(run.number("began")?).bind(text("hotel")?);
    let put = put.bind(text("action")?).bind(text("stay")?).bind(text("guest")?).bind(text("room")?);
    Ok(put.bind(text("plan")?).bind(text("who")?))
}

/// The facts that are not there yet, of runs that are from here on.
async fn fresh<'a>(tx: &mut Tx, facts: &'a [Row], copied: &mut Copied) -> Result<Vec<&'a Row>, JournalError> {
    let mut so_far = HashMap::new();
    let mut fresh = Vec::new();
    for fact in facts {
        let run = fact.text("id")?;
        let there = match so_far.get(&run) {
            Some(there) => *there,
            None => {
                copied.runs += tx.run(put_run(fact)?).await?;
                let row = tx.first(sql(SO_FAR).bind(run.as_str())).await?;
                let there = match row {
                    // Nothing comes after the end.
                    Some(row) if row.number("ended")? > 0 => i64::MAX,
                    Some(row) => row.number("seq")?,
                    None => 0,
                };
                so_far.insert(run, there);
                there
            }
        };
        if fact.number("seq")? > there {
            fresh.push(fact);
        } else {
            copied.known += 1;
        }
    }
    Ok(fresh)
}

fn put_fact(fact: &Row, hotel: &Text, num: i64) -> Result<Sql, JournalError> {
    let put = sql(PUT_FACT).bind(fact.text("id")?).bind(fact.number("seq")?).bind(fact.number("at")?);
    let put = put.bind(fact.text("kind")?).bind(fact.maybe_number("step")?).bind(fact.text("state")?);
    let put = put.bind(fact.text("words")?).bind(fact.maybe_text("request_id")?);
    Ok(put.bind(fact.text("ids")?).bind(hotel).bind(num))
}
