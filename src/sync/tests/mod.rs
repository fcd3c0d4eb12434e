//! The pollers at work on a hotel of JSON, in paused time.

mod busy;
mod failing;
mod hotel;
mod large;
mod sandbox;
mod starting;
mod steady;
