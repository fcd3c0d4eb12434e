//! The client as a whole: over a wire of closures in paused time, and over real sockets.

mod patience;
mod reading;
mod sockets;
