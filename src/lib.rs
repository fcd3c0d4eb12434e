//! nightdesk: the night desk of a hotel in a terminal.
//!
//! Guests, access grants, pending mutations and warnings of every lock brand, over the Seam API.
//! The rooms of the house stand on floors, and imports only ever point down:
//!
//! | floor | room | what it knows |
//! |---|---|---|
//! | 6 | [`cli`] and the binary | arguments, which subcommand |
//! | 5 | [[`tui`]] | the terminal: driver loop, guard, theme, views, widgets |
//! | 4 | [`app`] | the program as a pure state machine: events in, effects out |
//! | 3 | [`sync`], [`relay`], [`desk`], [`report`] | background polling; one poller for many desks; what the desk does, step by step; the audit and the lists |
//! | 2 | [`property`], [`sandbox`] | the hotel; a simulated hotel that speaks the Seam API |
//! | 1 | [`seam`], [`journal`], [`store`], [`config`] | the wire; the durable record, and what it is kept in; settings |
//! | 0 | [`text`], [`secret`], [`clock`], [`zone`], [`order`], [`task`] | what every floor needs to be safe |

#[cfg(test)]
#[path = "../tests/cluster/mod.rs"]
mod cluster;

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod desk;
pub mod journal;
pub mod order;
pub mod property;
pub mod relay;
pub mod report;
pub mod sandbox;
pub mod seam;
pub mod secret;
pub mod store;
pub mod sync;
pub mod tagged;
pub mod task;
pub mod text;
pub mod tui;
pub mod zone;
