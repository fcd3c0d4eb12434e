//! The pages of the night audit: what was open when it was begun, who signed it, and when the business
//! date rolled. Each is an entry of its own that ends where it begins, so it stays as it was written.

use super::{FactKind, Filter, Intent, IntentId, Journal, JournalError, Record, Who};
use crate::store::sql;
use crate::text::Text;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// Within so many days around its business date the audit of a night is written.
const AROUND: TimeDelta = TimeDelta::days(4);

/// What a page of the night tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageKind {
    /// What was open when the audit was opened for the first time.
    Opened,
    /// Somebody signed the audit.
    Signed,
    /// The business date rolled to the next day.
    Rolled,
}

impl PageKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Opened, Self::Signed, Self::Rolled];

    /// The action it is stored by.
    pub fn action(self) -> &'static str {
        match self {
            Self::Opened => "audit_opened",
            Self::Signed => "audit_signed",
            Self::Rolled => "date_rolled",
        }
    }

    /// How it ended, in one word.
    fn outcome(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Signed => "signed",
            Self::Rolled => "rolled",
        }
    }

    /// Whether a business date has only one of it. An audit may be signed again.
    fn is_once(self) -> bool {
        self != Self::Signed
    }
}

/// A page of the night audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its id.
    pub id: IntentId,
    /// When, UTC; in a simulated hotel the hotel's time.
    pub at: DateTime<Utc>,
    /// Which property.
    pub hotel: Text,
    /// What it tells.
    pub kind: PageKind,
    /// The business date it is about.
    pub date: NaiveDate,
    /// The same for a person: the counts and the note for those who come next.
    pub words: Text,
    /// The same for programs: the counts, what was open, the note.
    pub body: serde_json::Value,
    /// Who.
    pub who: Who,
}

impl Page {
    /// The page that a record is; none where it is something the desk did for a guest.
    pub fn of(record: &Record) -> Option<Self> {
        let intent = &record.intent;
        let kind = PageKind::ALL.into_iter().find(|kind| kind.action() == intent.action.as_str())?;
        Some(Self {
            id: intent.id,
            at: intent.at,
            hotel: intent.hotel.clone(),
            kind,
            date: intent.stay.parse().ok()?,
            words: record.ended().map(|fact| fact.words.clone()).unwrap_or_default(),
            body: intent.plan.clone(),
            who: intent.who.clone(),
        })
    }

    /// The note for those who come next; empty where there is none.
    pub fn note(&self) -> Text {
        self.body.get("note").and_then(|note| note.as_str()).map(Text::new).unwrap_or_default()
    }

    fn intent(&self) -> Intent {
        Intent {
            id: self.id,
            at: self.at,
            hotel: self.hotel.clone(),
            action: self.kind.action().into(),
            stay: Text::new(self.date.to_string()),
            guest: Text::new(format!("night of {}", self.date.format("%a %-d %b"))),
            room: Text::default(),
            plan: self.body.clone(),
            who: self.who.clone(),
        }
    }
}

/// What is written of a night.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NightLog {
    /// What was open when the audit was opened; none where nobody has yet.
    pub opened: Option<Page>,
    /// Who signed it, the last one last.
    pub signed: Vec<Page>,
    /// The last time the business date rolled, to whatever date; none where that is long ago.
    pub rolled: Option<Page>,
    /// What the desk did, as far as it was asked for, oldest first.
    pub records: Vec<Record>,
}

const PAGES: &str =
    "SELECT id, at, hotel, action, stay, guest, room, plan, who, CAST(0 AS BIGINT) AS leases FROM run
    WHERE hotel = $1 AND at >= $2
        AND (action = $3 OR (stay = $4 AND (action = $5 OR action = $6)))
    ORDER BY at, id";

/// Nothing where it is to be there once and is there.
const OPENING: &str = "INSERT INTO run (id, at, hotel, action, stay, guest, room, plan, who)
    SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT),
        CAST($5 AS TEXT), CAST($6 AS TEXT), CAST($7 AS TEXT), CAST($8 AS TEXT), CAST($9 AS TEXT)
    WHERE $10 = 0 OR NOT EXISTS (
        SELECT 1 FROM run WHERE hotel = $3 AND action = $4 AND stay = $5)";

const ENDED: &str = "INSERT INTO fact (run, seq, at, kind, step, state, words, request_id, ids, hotel, num)
    VALUES ($1, 1, $2, $3, NULL, $4, $5, NULL, '{}', $6, $7)";

impl Journal {
    /// Writes a page down. False where the business date has one of its kind already and needs no other:
    /// then nothing is written.
    ///
    /// # Errors
    /// [`JournalError`]; nothing of it is written then.
    pub async fn write_page(&self, page: &Page) -> Result<bool, JournalError> {
        let intent = page.intent();
        let who = serde_json::to_string(&intent.who).map_err(|e| self.damaged(&e.to_string()))?;
        let mut tx = self.at().begin().await?;
        // Whoever wrote one before has done so from here on.
        let num = tx.hold(&intent.hotel, 1).await?;
        let opening = sql(OPENING)
            .bind(intent.id.to_string())
            .bind(intent.at.timestamp_millis())
            .bind(&intent.hotel)
            .bind(&intent.action)
            .bind(&intent.stay)
            .bind(&intent.guest)
            .bind(&intent.room)
            .bind(intent.plan.to_string())
            .bind(who)
            .bind(i64::from(page.kind.is_once()));
        if tx.run(opening).await? == 0 {
            tx.roll_back().await?;
            return Ok(false);
        }
        let ended = sql(ENDED)
            .bind(intent.id.to_string())
            .bind(intent.at.timestamp_millis())
            .bind(FactKind::Ended.word())
            .bind(page.kind.outcome())
            .bind(&page.words)
            .bind(&intent.hotel)
            .bind(num);
        tx.run(ended).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// What is written of the night of a business date; with `since`, also what the desk did from then on.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn night(
        &self,
        hotel: &Text,
        date: NaiveDate,
        since: Option<DateTime<Utc>>,
    ) -> Result<NightLog, JournalError> {
        let from = date.and_time(chrono::NaiveTime::MIN).and_utc() - AROUND;
        let pages = sql(PAGES)
            .bind(hotel)
            .bind(from.timestamp_millis())
            .bind(PageKind::Rolled.action())
            .bind(date.to_string())
            .bind(PageKind::Opened.action())
            .bind(PageKind::Signed.action());
        let rows = self.at().all(pages).await?;
        let mut night = NightLog::default();
        for row in &rows {
            let id = row.text("id")?;
            let mut record = self.record(row)?;
            record.facts = self.facts(record.intent.id).await?;
            let page = Page::of(&record)
                .ok_or_else(|| self.damaged(&format!("entry {id}: “{}” is no date", record.intent.stay)))?;
            match page.kind {
                PageKind::Opened => night.opened = Some(page),
                PageKind::Signed => night.signed.push(page),
                PageKind::Rolled => {
                    if night.rolled.as_ref().is_none_or(|known| known.date <= page.date) {
                        night.rolled = Some(page);
                    }
                }
            }
        }
        if let Some(since) = since {
            let filter = Filter { hotel: Some(hotel.clone()), since: Some(since), ..Filter::default() };
            night.records = self.records(&filter).await?;
        }
        Ok(night)
    }
}
