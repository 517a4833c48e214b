//! Who is at the other end: passwords, the cookie that stands for a login, when a name is locked, and which pages a
//! request may come from.
//!
//! Pure but for the hashing, which has threads of its own.

mod cookie;
mod host;
mod lockout;
mod network;
mod origin;
mod password;

pub use cookie::{CLEARED, COOKIE, LoginToken};
pub use host::{ForeignHost, check_host};
pub use lockout::{LOCKS, lock_after, lock_of_day};
pub use network::client_network;
pub use origin::{CrossOrigin, check_origin};
pub use password::{
    PasswordCost, PasswordError, Passwords, Secret, Turn, Turns, one_time_is_over, one_time_password,
};
