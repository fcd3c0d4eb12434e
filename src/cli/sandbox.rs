//! `nightdesk sandbox`: the simulated hotel alone.

use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Result;
use tokio::signal::unix::{SignalKind, signal};

use super::{Global, Hotel};
use crate::sandbox::{Options, Sandbox};
use crate::task::Worker;

/// What a hotel on the command line is to the sandbox.
pub(super) fn options(hotel: &Hotel) -> Options {
    let usual = Options::default();
    Options {
        rooms: hotel.rooms.unwrap_or(usual.rooms),
        grants: hotel.grants.unwrap_or(usual.grants),
        seed: hotel.seed.unwrap_or(usual.seed),
        speed: hotel.speed.unwrap_or(usual.speed),
        now: hotel.now,
        ..usual
    }
}

/// Serves the hotel until SIGINT or SIGTERM. The first line on standard output says where it is and
/// which key it takes.
pub(super) fn serve(_global: &Global, hotel: &Hotel, listen: SocketAddr) -> Result<ExitCode> {
    let options = Options { listen, ..options(hotel) };
    Worker::start()?.wait(async {
        // Whoever reads the first line may end it at once.
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let sandbox = Sandbox::start(options).await?;
        let line =
            serde_json::json!({ "endpoint": sandbox.endpoint(), "api_key": sandbox.api_key().reveal() });
        let mut out = std::io::stdout();
        writeln!(out, "{line}")?;
        out.flush()?;
        let code = tokio::select! {
            _ = interrupt.recv() => 130,
            _ = terminate.recv() => 143,
        };
        sandbox.shutdown().await;
        Ok(ExitCode::from(code))
    })
}
