//! The review: a module for each item of the checklist, with the evidence for it.

#[path = "review/documentation.rs"]
mod documentation;
#[path = "review/error_handling.rs"]
mod error_handling;
#[path = "review/ownership.rs"]
mod ownership;
#[path = "review/performance.rs"]
mod performance;
#[path = "review/portability.rs"]
mod portability;
#[path = "review/security.rs"]
mod security;
#[path = "review/test_coverage.rs"]
mod test_coverage;
#[path = "review/thread_safety.rs"]
mod thread_safety;
