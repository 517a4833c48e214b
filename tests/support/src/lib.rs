//! What the tests of the whole program share: starting, killing and stopping it, sending to it as an agent does, a
//! record of its promises kept outside of it, and an audit of what it gives back.
//!
//! Knows the program only by its contract: command line, HTTP and the format crate. Refuses to link the archive, so that
//! nothing here can be wrong in the same way as the program.
#![allow(
    clippy::missing_panics_doc,
    reason = "a test that can't go on panics, and says why"
)]

mod agent;
mod audit;
mod damage;
mod dice;
mod frames;
mod program;
mod promises;
mod restored;
mod reviewer;
mod server;
mod snapshot;
mod tracer;
mod verdict;

pub use agent::{Agent, Answer, NewSession, Sent};
pub use audit::{audit, expect_clean};
pub use damage::{segments, turn_over, turn_over_middle};
pub use dice::Dice;
pub use frames::{Frame, Stamp, corpus, samples, stamped};
pub use program::{Finished, Program, count_from, seed};
pub use promises::{Place, Promises};
pub use restored::{Restored, same_files};
pub use reviewer::{Reviewed, Reviewer};
pub use server::{Ended, Server};
pub use snapshot::Snapshot;
pub use tracer::{Attached, Tracer};
pub use verdict::Verdict;
