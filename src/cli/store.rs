//! `nightdesk store`: the shared store's schema, and moving a journal of this host into it.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Subcommand;

use super::{Global, outlet};
use crate::config::{self, Config};
use crate::journal::{Copied, Journal};
use crate::store::schema::{self, DESK_ROLE, Migrated};
use crate::store::{Server, Store};
use crate::text::Text;

/// How long a server may take for one thing: whoever types these waits.
const LONG: Duration = Duration::from_secs(600);

/// What to do about the shared store.
#[derive(Clone, Debug, Subcommand)]
pub enum Ask {
    /// Make its schema, or bring an older one up to date: as the role that owns it; as often as you like
    Migrate {
        /// Who may do what a desk does from now on [default: nightdesk_desk, where there is such a role]
        #[arg(long, value_name = "NAME")]
        role: Option<String>,
    },
    /// Copy the journal of this host into it; what is there already is left alone, so again is no harm
    Copy,
}

/// Does it.
pub(super) fn run(global: &Global, ask: &Ask) -> Result<ExitCode> {
    let path = config::path(global.config.as_deref())?;
    let config = config::read(&path, global.config.is_some())?;
    let server = shared(&config, &path)?.patient(LONG);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match ask {
        Ask::Migrate { role } => {
            let migrated = crate::task::wait(&runtime, schema::migrate_server(&server, role.as_deref()))?;
            outlet::print(&migrated_words(&server, &migrated))
        }
        Ask::Copy => {
            let dir = config::state_dir(global.state_dir.as_deref())?;
            let copied = crate::task::wait(&runtime, copy(&server, &dir))?;
            outlet::print(&copied_words(&server, &copied))
        }
    }?;
    Ok(ExitCode::SUCCESS)
}

/// The shared store, which must be named for this.
fn shared(config: &Config, path: &Path) -> Result<Server> {
    config.shared(path)?.with_context(|| {
        let path = Text::new(path.display().to_string());
        format!("no shared store: set url or url_file in [shared] of {path}, or NIGHTDESK_SHARED_URL")
    })
}

async fn copy(server: &Server, dir: &Path) -> Result<Copied> {
    let there = Journal::open_to_read(dir).await?;
    there.with_context(|| format!("{}: there is no journal to copy", dir.display()))?.close().await;
    // One of an older program is brought up to date by that: no desk opens it any more.
    let from = Journal::open(dir).await?;
    let to = Journal::connect(server).await?;
    let copied = from.copy_to(&to).await;
    to.close().await;
    Ok(copied?)
}

fn migrated_words(server: &Server, migrated: &Migrated) -> String {
    let Migrated { from, to, role } = migrated;
    let place = server.place();
    let schema = match (from, from == to) {
        (_, true) => format!("{place}: schema {to} is there already"),
        (0, false) => format!("{place}: schema {to} was made"),
        _ => format!("{place}: schema {from} was brought to {to}"),
    };
    let desk = match role {
        Some(role) => format!("{role} may do what a desk does"),
        None => {
            format!("there is no role {DESK_ROLE}: make one, or name one with --role, and migrate again")
        }
    };
    format!("{schema}\n{desk}\n")
}

fn copied_words(server: &Server, copied: &Copied) -> String {
    let Copied { runs, facts, remarks, leases, known, behind } = copied;
    let mut words = format!(
        "{}: {runs} entries with {facts} facts, {remarks} remarks on warnings, {leases} last uses of encoders copied; {known} facts and remarks were there\n",
        server.place()
    );
    if !behind.is_empty() {
        let names: Vec<&str> = behind.iter().map(Text::as_str).collect();
        words.push_str(&format!(
            "{} had entries before: what was copied stands behind them, in its order\n",
            names.join(", ")
        ));
    }
    words
}

/// How it stands with the shared store, for `nightdesk doctor`.
///
/// # Errors
/// What is wrong with it, and what to do.
pub(super) async fn examine(server: &Server) -> Result<String> {
    let store = Store::connect(server).await?;
    let found = store.look().await;
    store.close().await;
    let found = found?;
    let privacy = match (found.tls, server.privacy()) {
        (Some(tls), crate::store::Privacy::Verified) => format!("{tls}, its certificate is good"),
        (Some(tls), _) => format!("{tls}, to whoever answers"),
        (None, _) => "without TLS, on this machine".to_owned(),
    };
    let apart = found.apart.num_seconds();
    let clock = match apart.abs() {
        0..=2 => "clocks agree".to_owned(),
        _ if apart > 0 => format!("its clock is {apart} s ahead of this computer's"),
        _ => format!("its clock is {} s behind this computer's", -apart),
    };
    let trip = found.trip.as_secs_f64() * 1_000.0;
    let rights = if found.may_delete {
        "; this role may delete and change what is written: a desk needs less, docs/shared.md"
    } else {
        ""
    };
    Ok(format!(
        "{} answers in {trip:.1} ms: PostgreSQL {}, {privacy}, schema {}, {clock}{rights}",
        server.place(),
        found.version,
        schema::KNOWN_ON_SERVER
    ))
}
