//! Mail by SMTP to a real receiver on this machine, read back and parsed, on both engines: who gets what in which
//! language, that no key is in it (I7), and what happens when the server fails or the worker dies.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod access;
mod desk;
mod hand_over;
mod orders;
mod post;
mod wire;
