//! Hostile text, secrets and rough ends: the real program against a hotel that lies, in terminals that go away.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod hands;
mod house;
mod life;
mod multiplexers;
mod printed;
mod proxy;
#[path = "../pty/mod.rs"]
mod pty;
mod secrets;
#[path = "../../src/tui/views/tests/spoken.rs"]
mod spoken;
mod text;
