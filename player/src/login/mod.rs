//! Who is at the other end: passwords, the cookie that stands for a login, when a name is locked, and which pages a
//! request may come from.
//!
//! Pure.

mod cookie;
mod lockout;
mod origin;

pub use cookie::{CLEARED, COOKIE, LoginToken};
pub use lockout::lock_after;
pub use origin::{CrossOrigin, check_origin};
