//! What is true of every theme.

mod legible;
mod styles;
