//! What follows from an instrument: retention and review. Every length of time comes from the instrument file.
//!
//! All functions take the moment from which is counted and give the moment at which something ends. Days, months
//! and years follow the calendar in UTC: a month that has no such day ends on its last day, so one year after
//! 29 February is 28 February. `None` means that the instrument says nothing about it.

mod due;
mod retention;

pub use due::{Due, ended_kept_until, over_up_to, record_due, records_due_from_before};
pub use retention::{
    RetentionEnd, copy_valid_until, record_retention, retention_end, review_due,
    unsearchable_limit, unsearchable_renewed_until,
};
