//! The hotel as a whole.

mod alerts;
mod alerts_of_things;
mod classes;
mod equal;
mod kit;
mod news;
mod relations;
