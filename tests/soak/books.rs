//! What the journal must know in the end, and what a process may take.

use std::collections::BTreeMap;
use std::path::Path;

use nightdesk::desk::Plan;
use nightdesk::journal::{FactKind, Filter, Journal, Record};
use serde_json::Value;

/// How often a change of a path was about to be sent, as the journal says.
fn sent(records: &[Record]) -> BTreeMap<&'static str, u64> {
    let mut sent = BTreeMap::new();
    for record in records {
        let Ok(plan) = serde_json::from_value::<Plan>(record.intent.plan.clone()) else { continue };
        for fact in record.facts.iter().filter(|fact| fact.kind == FactKind::Sending) {
            let step = fact.step.and_then(|at| plan.steps.get(at));
            if let Some(path) = step.and_then(nightdesk::desk::Step::path) {
                *sent.entry(path).or_default() += 1;
            }
        }
    }
    sent
}

/// The journal is sound, every run in it has ended, and whatever was changed stands in it.
pub async fn are_complete(dir: &Path, truth: &Value) -> usize {
    let journal = Journal::open(dir).await.unwrap();
    journal.check().await.unwrap();
    let records = journal.records(&Filter::default()).await.unwrap();
    for record in &records {
        assert!(record.ended().is_some(), "{} of {} never ended", record.intent.action, record.intent.guest);
    }
    let sent = sent(&records);
    for (path, times) in truth["applied"].as_object().into_iter().flatten() {
        let times = times.as_u64().unwrap_or_default();
        let known = sent.get(path.as_str()).copied().unwrap_or_default();
        // What is only read and asked of an encoder is no change of the hotel.
        if path != "/acs/encoders/scan_credential" {
            assert!(known >= times, "{path} was carried out {times} times, the journal knows {known}");
        }
    }
    journal.close().await;
    records.len()
}

/// What a process takes: memory in MiB, open files.
#[derive(Clone, Copy, Debug)]
pub struct Takes {
    pub memory: f64,
    pub files: usize,
}

/// None where this system does not tell.
pub fn takes(process: u32) -> Option<Takes> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    let files = std::fs::read_dir(format!("/proc/{process}/fd")).ok()?.count();
    Some(Takes { memory: kib / 1_024.0, files })
}
