//! `nightdesk journal`: what the desk did, and how it ended.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{Global, keeping};
use crate::config::{self, Config, ConfigError, PropertySettings};
use crate::journal::{Fact, FactKind, Filter, Record};
use crate::property::{self, Zone};
use crate::report::delimited;
use crate::text::Text;

/// What of the journal is printed, and how.
#[derive(Clone, Debug, Args)]
pub struct Show {
    /// Only what was begun since then: 8h, 2d, 22:00, yesterday 22:00, 2026-11-22, or RFC 3339
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Only where this is part of the guest's name or the room, in any case
    #[arg(long, value_name = "TEXT")]
    pub guest: Option<String>,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// A format of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Lines for people, in property time
    Text,
    /// One array, instants in UTC
    Json,
    /// One line an action, instants in UTC
    Csv,
}

/// Prints the journal of the state directory, or the one that is shared. One that does not exist is an empty one.
pub(super) fn show(global: &Global, show: &Show) -> Result<ExitCode> {
    let path = config::path(global.config.as_deref())?;
    let config = config::read(&path, global.config.is_some())?;
    let home = keeping::patient_home(global, &config, &path)?;
    let now = Utc::now();
    let zone = zone(global, &config)?;
    let filter = Filter {
        since: show.since.as_deref().map(|typed| since(typed, now, zone)).transpose()?,
        guest: show.guest.as_deref().map(Text::new).filter(|text| !text.is_empty()),
        ..Filter::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let records = crate::task::wait(&runtime, async {
        match home.open_to_read().await? {
            Some(journal) => journal.records(&filter).await,
            None => Ok(Vec::new()),
        }
    })?;
    let written = match show.format {
        Format::Text => text(&records, zone),
        Format::Json => {
            serde_json::to_string_pretty(&records.iter().map(Entry::of).collect::<Vec<_>>())? + "\n"
        }
        Format::Csv => csv(&records),
    };
    match io::stdout().lock().write_all(written.as_bytes()) {
        // Whoever reads has read enough.
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        written => written.map(|()| ExitCode::SUCCESS).context("cannot be written"),
    }
}

/// The property's zone as the configuration has it; else the one of `TZ`; else UTC.
fn zone(global: &Global, config: &Config) -> Result<Zone> {
    let chosen = match config.choose(global.property.as_deref()) {
        // The journal has every property's entries; no zone of one is that of all.
        Err(ConfigError::WhichProperty { .. }) => PropertySettings::default(),
        chosen => chosen?,
    };
    let named = chosen.time_zone.as_deref().and_then(Zone::named);
    let around = || std::env::var("TZ").ok().and_then(|name| Zone::named(name.trim_start_matches(':')));
    Ok(named.or_else(around).unwrap_or(Zone::UTC))
}

/// An instant as typed: RFC 3339, a span that goes back from now, or what the dialogs take.
pub(super) fn since(typed: &str, now: DateTime<Utc>, zone: Zone) -> Result<DateTime<Utc>> {
    let typed = typed.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(typed) {
        return Ok(at.with_timezone(&Utc));
    }
    // "8h" can only mean eight hours ago.
    let span = typed.chars().next().is_some_and(|c| c.is_ascii_digit())
        && typed.chars().last().is_some_and(char::is_alphabetic);
    let back = if span { format!("-{typed}") } else { typed.to_owned() };
    let day = !typed.contains([':', '.']) && !back.starts_with(['-', '−', '+']);
    // A day by itself means all of it.
    let words = if day { format!("{back} 00:00") } else { back };
    let parsed = property::parse(&words, now, now, zone);
    parsed.map(|parsed| parsed.at).with_context(|| {
        format!("--since {}: write 8h, 2d, 22:00, yesterday 22:00, 2026-11-22 or RFC 3339", Text::new(typed))
    })
}

/// A record as it is printed for programs.
#[derive(Debug, Serialize)]
struct Entry<'a> {
    id: String,
    at: DateTime<Utc>,
    property: &'a Text,
    action: &'a Text,
    stay: &'a Text,
    room: &'a Text,
    guest: &'a Text,
    who: &'a crate::journal::Who,
    outcome: &'a str,
    words: &'a str,
    ended_at: Option<DateTime<Utc>>,
    request_ids: BTreeSet<&'a Text>,
    facts: &'a [Fact],
    plan: &'a serde_json::Value,
}

impl<'a> Entry<'a> {
    fn of(record: &'a Record) -> Self {
        let Record { intent, facts, .. } = record;
        let ended = record.ended();
        Self {
            id: intent.id.to_string(),
            at: intent.at,
            property: &intent.hotel,
            action: &intent.action,
            stay: &intent.stay,
            room: &intent.room,
            guest: &intent.guest,
            who: &intent.who,
            outcome: record.outcome(),
            words: ended.map_or("", |fact| &fact.words),
            ended_at: ended.map(|fact| fact.at),
            request_ids: crate::order::set(facts.iter().filter_map(|fact| fact.request_id.as_ref())),
            facts,
            plan: &intent.plan,
        }
    }
}

fn text(records: &[Record], zone: Zone) -> String {
    if records.is_empty() {
        return "The journal has no such entries.\n".to_owned();
    }
    let mut out = String::new();
    for record in records {
        let intent = &record.intent;
        let who = match &intent.who.origin {
            Some(origin) => format!("{} from {origin}", intent.who.name()),
            None => intent.who.name().to_string(),
        };
        let when = zone.local(intent.at).format("%Y-%m-%d %H:%M:%S");
        let action = intent.action.replace('_', " ");
        let head = [intent.room.as_str(), intent.guest.as_str()].join(" ");
        let (when, head) = (format!("{when} {}", zone.short(intent.at)), head.trim().to_owned());
        out.push_str(&format!("{when}  {action}  {head}  {}  by {who}\n", record.outcome()));
        for fact in record.facts.iter().filter(|f| matches!(f.kind, FactKind::After | FactKind::Taken)) {
            out.push_str(&format!("  {}  {}\n", zone.local(fact.at).format("%H:%M:%S"), fact_line(fact)));
        }
        if let Some(ended) = record.ended() {
            let at = zone.local(ended.at).format("%H:%M:%S");
            out.push_str(&format!("  {at}  {}: {}\n", ended.state, ended.words));
        }
    }
    out
}

fn fact_line(fact: &Fact) -> String {
    match fact.step {
        Some(step) => format!("step {}: {}: {}", step + 1, fact.state, fact.words),
        None => fact.words.to_string(),
    }
}

fn csv(records: &[Record]) -> String {
    let head = HEAD.split(',').map(str::to_owned).collect();
    let rows = records.iter().map(row);
    delimited(std::iter::once(head).chain(rows), b',')
}

/// The names of the columns.
const HEAD: &str =
    "at,ended_at,property,action,stay,room,guest,user,operator,origin,host,outcome,words,request_ids,id";

fn row(record: &Record) -> Vec<String> {
    let entry = Entry::of(record);
    let stamp = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
    let or_empty = |text: &Option<Text>| text.as_ref().map(Text::to_string).unwrap_or_default();
    let ids: Vec<&str> = entry.request_ids.iter().map(|id| id.as_str()).collect();
    vec![
        stamp(entry.at),
        entry.ended_at.map(stamp).unwrap_or_default(),
        entry.property.to_string(),
        entry.action.to_string(),
        entry.stay.to_string(),
        entry.room.to_string(),
        entry.guest.to_string(),
        entry.who.user.to_string(),
        or_empty(&entry.who.operator),
        or_empty(&entry.who.origin),
        entry.who.host.to_string(),
        entry.outcome.to_owned(),
        entry.words.to_owned(),
        ids.join(" "),
        entry.id.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("8h", "2026-11-22T18:14:00Z")]
    #[case("-8h", "2026-11-22T18:14:00Z")]
    #[case("2d", "2026-11-21T02:14:00Z")]
    #[case("02:00", "2026-11-23T01:00:00Z")]
    #[case("yesterday 22:00", "2026-11-22T21:00:00Z")]
    #[case("yesterday", "2026-11-21T23:00:00Z")]
    #[case("2026-11-20", "2026-11-19T23:00:00Z")]
    #[case("2026-11-20T10:00:00+02:00", "2026-11-20T08:00:00Z")]
    fn since_is_read_in_property_time(#[case] typed: &str, #[case] want: DateTime<Utc>) {
        let now = "2026-11-23T02:14:00Z".parse().unwrap();
        assert_eq!(since(typed, now, Zone::named("Europe/Stockholm").unwrap()).unwrap(), want);
    }

    #[test]
    fn what_is_no_instant_is_refused_with_the_forms() {
        let error = format!("{:#}", since("soon", Utc::now(), Zone::UTC).unwrap_err());
        assert!(error.contains("--since soon: write 8h"), "{error}");
    }
}
