//! Retention: what may go, why, and when.
//!
//! Owns every decision to delete: a pure function of evidence and an instant makes a [`DisposalPlan`], and only a plan
//! can be carried out. Refuses to find things out while it decides, and to delete what it can't give a reason for.
//!
//! What there is so far: [`orphans`], objects that a crash left behind.

pub mod orphans;
mod plan;

pub use plan::{DisposalPlan, Kept, Reason, Removal, Why};
