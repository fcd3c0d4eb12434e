//! `nightdesk audit --all`: the night audit of every property, a few at once, as one report. What is wrong with one
//! disturbs no other: it is told in its place.

use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use chrono::Utc;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;

use super::audit::{self, Write};
use super::outlet::{print, save_report};
use super::reading::{Place, until_signal};
use super::{Global, keeping};
use crate::config::{self, Config, PropertySettings};
use crate::journal::Home;
use crate::order::Arrange as _;
use crate::report::{self, Audit, Group, House};
use crate::seam;
use crate::text::Text;

/// So many properties are read at once: each within its own budget, and the host is not theirs alone.
const AT_ONCE: usize = 4;
/// How long the key of a property may take.
const KEY: Duration = Duration::from_secs(60);
/// How long a property may take. Every request has its own time-out; this is for one that never ends.
const LONGEST: Duration = Duration::from_secs(900);

/// Reads every property once and writes one report. 0 nothing open anywhere, 1 something open, 2 could not tell of
/// one at least.
pub(super) fn write(global: &Global, write: &Write) -> Result<ExitCode> {
    let path = config::path(global.config.as_deref())?;
    let config = config::read(&path, global.config.is_some())?;
    let all = config.all();
    if global.property.is_some() {
        bail!("--all is every property, and --property one: keep one of them");
    }
    if all.len() > 1 && global.endpoint.is_some() {
        bail!("--endpoint is the address of one property, and --all is every one");
    }
    let home = keeping::home(global, &config, &path)?;
    if let Some(dir) = &write.out_dir {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
        made.with_context(|| format!("{}: cannot be made", dir.display()))?;
    }
    until_signal(async {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        let mut tasks = JoinSet::new();
        let mut names = Vec::new();
        for (n, property) in all.into_iter().enumerate() {
            names.push(property.name.clone().unwrap_or_else(|| Text::from("the property")));
            let way = Way {
                config: config.clone(),
                path: path.clone(),
                endpoint: global.endpoint.clone(),
                insecure: global.insecure,
            };
            let (turns, write, home) = (Arc::clone(&turns), write.clone(), home.clone());
            tasks.spawn(async move {
                let _turn = turns.acquire_owned().await;
                (n, way.audit(property, &home, &write).await)
            });
        }
        // Whoever answers never is told like whoever answers nonsense.
        let mut audits: Vec<Option<Result<Audit>>> = names.iter().map(|_| None).collect();
        while let Some(done) = tasks.join_next().await {
            if let Ok((n, audit)) = done
                && let Some(place) = audits.get_mut(n)
            {
                *place = Some(audit);
            }
        }
        let houses = names.into_iter().zip(audits).map(|(name, audit)| {
            let audit = audit.unwrap_or_else(|| Err(anyhow!("nightdesk met an error of its own")));
            House { name, audit: audit.map_err(|error| Text::new(format!("{error:#}"))) }
        });
        finish(&Group::new(houses.collect(), Utc::now()), write)
    })
}

/// What leads to a property.
struct Way {
    config: Config,
    path: PathBuf,
    endpoint: Option<String>,
    insecure: bool,
}

impl Way {
    async fn audit(self, property: PropertySettings, home: &Home, write: &Write) -> Result<Audit> {
        let has_others = self.config.properties.len() > 1;
        let (of, path) = (property.clone(), self.path.clone());
        // A command may be asked for the key.
        let key = spawn_blocking(move || if has_others { of.own_api_key() } else { of.api_key(&path) });
        let key = timeout(KEY, key).await.map_err(|_| anyhow!("the API key took longer than a minute"))??;
        let endpoint = property.endpoint(self.endpoint.as_deref());
        let place = Place::of(
            (self.config, self.path),
            property,
            seam::Settings::new(endpoint, key?),
            self.insecure,
        )?;
        let read = timeout(LONGEST, audit::one(place, home, write, None)).await;
        read.map_err(|_| anyhow!("it took longer than {} minutes to read it", LONGEST.as_secs() / 60))?
    }
}

fn finish(group: &Group, write: &Write) -> Result<ExitCode> {
    audit::warn(write);
    for house in &group.houses {
        match &house.audit {
            Ok(audit) => audit.unread.iter().for_each(|unread| {
                eprintln!("nightdesk: {}: could not be read: {}: {}", house.name, unread.what, unread.why);
            }),
            Err(why) => eprintln!("nightdesk: {}: there is no audit: {why}", house.name),
        }
    }
    let format = report::Format::from(write.format);
    if let Some(dir) = &write.out_dir {
        each(group, dir, format)?;
    }
    match (&write.out, &write.out_dir) {
        (Some(path), _) => save_report(path, &group.render(format))?,
        (None, Some(_)) => {}
        (None, None) => drop(print(&group.render(format))?),
    }
    Ok(audit::code(group.verdict()))
}

/// The name of the file that sums up.
const SUMMARY: &str = "summary";

/// A file a property, and one that sums them up. A property of which there is no audit has none: yesterday's, where
/// there is one, goes, so that nobody takes it for today's.
fn each(group: &Group, dir: &Path, format: report::Format) -> Result<()> {
    let ending = match format {
        report::Format::Text => "txt",
        report::Format::Markdown => "md",
        report::Format::Csv => "csv",
        report::Format::Json => "json",
    };
    let mut taken = vec![SUMMARY.to_owned()];
    // By their names, so that two that would have the same file have the same ones every night.
    let mut failed = 0;
    let mut houses: Vec<&House> = group.houses.iter().collect();
    houses.arrange_by(|a, b| a.name.cmp(&b.name));
    for house in houses {
        let name = file_name(&house.name, &taken);
        let path = dir.join(format!("{name}.{ending}"));
        let written = match &house.audit {
            Ok(audit) => save_report(&path, &audit.render(format)),
            Err(_) => match std::fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    Err(error).with_context(|| format!("{}: is of another night", path.display()))
                }
                _ => Ok(()),
            },
        };
        if let Err(error) = written {
            eprintln!("nightdesk: {}: {}", house.name, Text::new(format!("{error:#}")));
            failed += 1;
        }
        taken.push(name);
    }
    save_report(&dir.join(format!("{SUMMARY}.{ending}")), &group.summary(format))?;
    if failed > 0 {
        bail!("{}: {failed} of the files in it are not of tonight", dir.display());
    }
    Ok(())
}

/// A name for a file that says whose it is: letters, digits, `-`, `_` and `.`, and no other has it.
fn file_name(of: &str, taken: &[String]) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = of.chars().map(plain).collect();
    // A dot in front would hide it.
    let name = name.trim_start_matches(['.', '-']).to_owned();
    let name = if name.is_empty() { "property".to_owned() } else { name };
    let is_free = |name: &String| taken.iter().all(|other| !other.eq_ignore_ascii_case(name));
    if is_free(&name) {
        return name;
    }
    (2_usize..).map(|n| format!("{name}-{n}")).find(is_free).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("harbour", "harbour")]
    #[case("Haus Zürich – Süd", "Haus-Zürich---Süd")]
    #[case("../../etc/passwd", "etc-passwd")]
    #[case("..", "property")]
    #[case("Summary", "Summary-2")]
    #[case("hill", "hill-2")]
    fn a_file_is_named_after_its_property_and_stays_in_its_place(#[case] of: &str, #[case] want: &str) {
        let taken = ["summary".to_owned(), "hill".to_owned()];
        assert_eq!(file_name(of, &taken), want);
    }
}
