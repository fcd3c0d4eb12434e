//! One poller a property: of the desks that share a store one polls, and the others follow what it tells.

mod body;
mod election;
mod follow;
mod handover;
mod kind;
mod memory;
mod source;
mod veil;

#[cfg(test)]
mod tests;
