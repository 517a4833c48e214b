//! Retention: what may go, why, and when.
//!
//! Owns every decision to delete: a pure function of evidence and an instant makes a [`DisposalPlan`], and only a plan
//! can be carried out. Refuses to find things out while it decides, and to delete what it can't give a reason for.
//!
//! [`policy`] judges sessions; [`due`] is the walk over what would go at an instant; [`run`](mod@run) deletes, by hand or [`automatic`]ally;
//! [`months`] ends what outlives sessions; [`orphans`] are objects that a crash left behind.

pub mod automatic;
pub mod certificate_html;
pub mod due;
pub mod months;
pub mod orphans;
mod plan;
pub mod policy;
pub mod run;

pub use plan::{Deletion, DisposalPlan, Kept, KeptSession, Reason, Removal, Why};
