//! The terminal: taken and given back, read, drawn on.
//!
//! | part | what it does |
//! |---|---|
//! | [`guard`] | takes the terminal with everything needed to give it back |
//! | [`signals`], [`input`] | what comes in |
//! | [`output`] | frames going out |
//! | [`ground`] | what is behind the letters, asked of the terminal |
//! | [`clipboard`], [`call`], [`links`] | what a terminal does beside showing cells |
//! | [`theme`], [`glyphs`] | colours by meaning, signs by name |
//! | [`widgets`] | tables, frames, dialogs, lines; they know nothing of hotels |
//! | [`views`] | what the person sees, drawn from `&App` |
//! | [`first`] | the questions of the first start |
//! | [`driver`] | the loop: events in, effects carried out, frames out |

pub mod call;
pub mod clipboard;
pub mod driver;
pub mod first;
pub mod glyphs;
pub mod ground;
pub mod guard;
mod hands;
pub mod input;
pub mod links;
pub mod output;
mod pace;
pub mod signals;
pub mod theme;
pub mod tty;
pub mod views;
pub mod widgets;
