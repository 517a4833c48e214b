//! Who is at the other end: passwords, the cookie that stands for a login, when a name is locked, and which pages a
//! request may come from.
//!
//! Pure but for the hashing, which has threads of its own.

mod cookie;
mod lockout;
mod origin;
mod password;

pub use cookie::{CLEARED, COOKIE, LoginToken};
pub use lockout::lock_after;
pub use origin::{CrossOrigin, check_origin};
pub use password::{PasswordCost, PasswordError, Passwords, Secret, Turn, Turns, one_time_password};
