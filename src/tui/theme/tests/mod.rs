//! What is true of every theme.

mod documented;
mod legible;
mod styles;
