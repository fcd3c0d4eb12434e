//! Arguments and subcommands: parse, pick one, nothing else.

mod audit;
mod audit_all;
mod backstage;
mod card_watch;
mod dashboard;
mod doctor;
mod duty;
mod emergency;
mod first;
mod house;
mod journal;
mod keeping;
mod kept;
mod list;
mod log;
mod look;
mod lookout;
mod man;
mod memory;
mod noted;
mod notifier;
mod opening;
mod orders;
mod outlet;
mod reading;
mod refused;
mod relaying;
mod renewal;
mod sandbox;
mod settings;
mod spare;
mod store;
mod view;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand};

use crate::text::Text;

/// Done.
pub const DONE: u8 = 0;
/// Something is open or failed.
pub const OPEN: u8 = 1;
/// Usage, configuration or connection.
pub const USAGE: u8 = 2;

/// The night desk of a hotel in a terminal.
///
/// Guests, access grants, pending mutations and warnings of every lock brand, over the Seam API.
/// Without a command it opens the dashboard on the property of the configuration or the environment.
/// The API key comes from SEAM_API_KEY or the configuration, never from the command line.
#[derive(Debug, Parser)]
#[command(name = "nightdesk", version, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do instead of opening the dashboard.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Base address of the API [default: SEAM_ENDPOINT, the configuration, Seam's own]
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint: Option<String>,
    /// Configuration file [default: NIGHTDESK_CONFIG, then nightdesk/config.toml in the XDG config directory]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Which property of the configuration to open first
    #[arg(long, global = true, value_name = "NAME")]
    pub property: Option<String>,
    /// Where the journal and the log are kept [default: NIGHTDESK_STATE_DIR, then nightdesk in the XDG state directory]
    #[arg(long, global = true, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
    /// Who is at the desk, for the journal [default: NIGHTDESK_OPERATOR]
    #[arg(long, global = true, value_name = "NAME")]
    pub operator: Option<String>,
    /// Send the API key to another machine over http, in the clear: for a test bench, never for a hotel
    #[arg(long, global = true)]
    pub insecure: bool,
    /// Show everything, change nothing
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Colours
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
    /// Leave the mouse to the terminal, whatever the configuration says
    #[arg(long, global = true)]
    pub no_mouse: bool,
    /// ASCII borders and signs
    #[arg(long, global = true)]
    pub ascii: bool,
    /// How much goes into the log: off, error, warn, info, debug or trace
    #[arg(long, global = true, value_name = "L", default_value = "info")]
    pub log_level: tracing_subscriber::filter::LevelFilter,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the dashboard on a simulated hotel: no key, no network, nothing real
    Demo {
        /// Walk through extending a stay and reissuing a card; unless --speed says otherwise, with a clock six times as fast
        #[arg(long)]
        tour: bool,
        /// The hotel.
        #[command(flatten)]
        hotel: Hotel,
    },
    /// Serve a simulated hotel that speaks the Seam API, until Ctrl-C
    Sandbox {
        /// Address and port; port 0 chooses one
        #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0")]
        listen: SocketAddr,
        /// The hotel.
        #[command(flatten)]
        hotel: Hotel,
    },
    /// Write the night audit: what is open, what was cleared, what the desk did, which cards are out
    Audit(audit::Write),
    /// Print a pane as lines, for scripts and screen readers
    List(list::Lines),
    /// Print what the desk did, and how it ended
    Journal(journal::Show),
    /// Write a first configuration, check one, or say where it is
    Config {
        /// What to do.
        #[command(subcommand)]
        ask: settings::Ask,
    },
    /// Make the schema of the store that several desks share, or copy the journal of this host into it
    Store {
        /// What to do.
        #[command(subcommand)]
        ask: store::Ask,
    },
    /// Check configuration, key, endpoint, clock, workspace, encoders, journal and terminal: one line each
    Doctor,
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, in roff
    Man,
}

/// A simulated hotel.
#[derive(Clone, Debug, Args)]
pub struct Hotel {
    /// How many rooms
    #[arg(long, value_name = "N")]
    pub rooms: Option<usize>,
    /// How many access grants
    #[arg(long, value_name = "N")]
    pub grants: Option<usize>,
    /// The same seed is the same night
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// How fast its clock runs; 60 is a minute a second
    #[arg(long, value_name = "X")]
    pub speed: Option<f64>,
    /// The instant the hotel's clock starts at
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<DateTime<Utc>>,
}

/// Runs the program as the command line asks. What goes wrong is one sentence on standard error.
pub fn main() -> ExitCode {
    memory::close();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not mistakes.
            let code = if error.use_stderr() { USAGE } else { DONE };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("nightdesk: {}", Text::new(format!("{error:#}")));
            ExitCode::from(USAGE)
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        None => dashboard::real(&cli.global),
        Some(Command::Demo { tour, hotel }) => dashboard::demo(&cli.global, &hotel, tour),
        Some(Command::Sandbox { listen, hotel }) => sandbox::serve(&cli.global, &hotel, listen),
        Some(Command::Audit(write)) => audit::write(&cli.global, &write),
        Some(Command::List(lines)) => list::print_lines(&cli.global, &lines),
        Some(Command::Journal(show)) => journal::show(&cli.global, &show),
        Some(Command::Config { ask }) => settings::run(&cli.global, ask),
        Some(Command::Store { ask }) => store::run(&cli.global, &ask),
        Some(Command::Doctor) => doctor::examine(&cli.global),
        Some(Command::Completions { shell }) => {
            man::hand_out(&man::completions(shell)).map(|()| ExitCode::SUCCESS)
        }
        Some(Command::Man) => man::hand_out(&man::page()?).map(|()| ExitCode::SUCCESS),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_key_is_no_argument() {
        let help = Cli::command().render_long_help().to_string();
        assert!(!help.contains("--api-key"), "{help}");
    }
}
