//! The hotel as a whole.

mod alerts;
mod classes;
mod equal;
mod kit;
mod news;
mod relations;
