//! A hotel in which something happens, and a desk at which two actions run.

#![allow(clippy::indexing_slicing, reason = "a benchmark may stop at the first surprise")]

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::sandbox::{Incident, Options, Sandbox};
use nightdesk::seam::client::{GrantRef, UpdateAccessGrant};
use nightdesk::seam::id::GrantId;
use nightdesk::seam::{Client, Settings};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::line::Line;
use crate::{Result, SIZE, nightdesk};

/// Changes in a minute.
const CHANGES: usize = 100;

/// A hotel that lives, in which nothing that is asked of a lock is ever finished.
pub async fn hotel(stays: usize) -> Result<Sandbox> {
    let options = Options { rooms: stays, grants: stays, speed: 1.0, ..Options::default() };
    let hotel = Sandbox::start(options).await?;
    for grant in grants(&hotel) {
        let id = grant["access_grant_id"].as_str().unwrap_or_default().parse()?;
        hotel.control().incident(&Incident::Stuck { id })?;
    }
    Ok(hotel)
}

fn grants(hotel: &Sandbox) -> Vec<Value> {
    let truth = hotel.control().truth();
    let all = truth["grants"].as_array().into_iter().flatten();
    all.map(|grant| grant["grant"].clone()).collect()
}

/// The grants that have not ended: what is over cannot be extended.
fn lasting(hotel: &Sandbox) -> Vec<Value> {
    let now = hotel.control().truth()["now"].as_str().unwrap_or_default().to_owned();
    let lasts = |grant: &Value| grant["ends_at"].as_str().is_some_and(|end| *end > *now);
    grants(hotel).into_iter().filter(lasts).collect()
}

/// Begins two actions that go on until the hotel does.
pub fn act(line: &mut Line, round: usize) -> Result<()> {
    // The stays of the rounds before are being extended already.
    for _ in 0..round * 12 {
        line.press(b"j")?;
    }
    for running in ["1 action running", "2 actions running"] {
        line.send(b"e")?;
        line.wait_for("Enter")?;
        line.send(b"\r")?;
        line.wait_for("y carry out")?;
        // What is confirmed has been on the screen for a moment.
        line.settle(Duration::from_millis(500))?;
        line.send(b"y")?;
        line.wait_for("began")?;
        line.settle(Duration::from_millis(500))?;
        line.send(b"\x1b")?;
        line.wait_for("q quit")?;
        line.wait_for(running)?;
        // A party is extended together: the next one is further down.
        line.send(b"jjjjj")?;
        line.settle(Duration::from_millis(300))?;
    }
    Ok(())
}

/// What a hundred changes a minute cost, in a small hotel and in a large one.
pub fn news(runtime: &Runtime, dir: &Path) -> Result<()> {
    for stays in [400, 10_000] {
        let options = Options { rooms: stays, grants: stays, speed: 1.0, ..Options::default() };
        let hotel = runtime.block_on(Sandbox::start(options))?;
        hotel.control().incident(&Incident::Restless { on: false })?;
        let case = nightdesk(&format!("nightdesk, {stays} stays"), &hotel, &dir.join("news"))?;
        let mut line = Line::open(case.command.clone(), SIZE, None)?;
        line.wait_for(case.filled)?;
        line.settle(Duration::from_millis(3_000))?;
        let (began, cpu) = (Instant::now(), line.cpu());
        let made = runtime.spawn(changes(hotel.endpoint(), hotel.api_key(), lasting(&hotel)));
        let (mut bytes, mut frames) = (0, 0);
        while began.elapsed() < Duration::from_secs(60) {
            if let Some(piece) = line.next(Duration::from_millis(500))? {
                bytes += piece.bytes.len();
                frames += 1;
            }
        }
        let seconds = began.elapsed().as_secs_f64();
        let made = runtime.block_on(made)?;
        writeln!(
            std::io::stdout(),
            "{made} changes in {seconds:.0} s: {}: {:.2} % of a processor, {frames} frames, {:.0} B/s",
            case.name,
            (line.cpu() - cpu).as_secs_f64() / seconds * 100.0,
            bytes as f64 / seconds,
        )?;
    }
    Ok(())
}

/// Extends stays by a minute, one after the other. Returns how many.
async fn changes(endpoint: String, key: nightdesk::secret::Secret, grants: Vec<Value>) -> usize {
    let Ok(client) = Client::new(Settings::new(endpoint, key)) else { return 0 };
    let mut made = 0;
    for grant in grants.iter().cycle().take(CHANGES) {
        let end = grant["ends_at"].as_str().and_then(|end| DateTime::parse_from_rfc3339(end).ok());
        let change = UpdateAccessGrant {
            grant: GrantRef::Id(GrantId::new(grant["access_grant_id"].as_str().unwrap_or_default())),
            starts_at: None,
            ends_at: end.map(|end| end.with_timezone(&Utc) + TimeDelta::minutes(1)),
            name: None,
        };
        made += usize::from(client.update_access_grant(&change).await.is_ok());
        tokio::time::sleep(Duration::from_secs(60) / u32::try_from(CHANGES).unwrap_or(1)).await;
    }
    made
}
