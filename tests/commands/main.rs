//! The commands as their users run them: through the built program.

mod errors;
mod house;
mod round_trip;
mod serving;
mod users;
mod watching;
