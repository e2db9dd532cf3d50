//! Shrinking: of a course of happenings that fails, a shorter one that fails in the same way.

use crate::error::Failure;
use crate::op::Op;
use crate::running::attempt;

/// Runs that shrinking may take at most.
const ATTEMPTS: usize = 400;

/// A failing course, as short as it was made.
#[derive(Debug)]
pub struct Shrunk {
    /// The happenings.
    pub ops: Vec<Op>,
    /// How they fail.
    pub failure: Failure,
    /// How many courses were tried.
    pub attempts: usize,
}

/// Takes out stretches of `ops`, large ones first, as long as what is left fails in the same way as `failure`.
pub fn shrink(seed: u64, ops: Vec<Op>, failure: Failure) -> Shrunk {
    let mut shrunk = Shrunk { ops, failure, attempts: 0 };
    let mut stretch = shrunk.ops.len().div_ceil(2);
    while stretch > 0 && shrunk.attempts < ATTEMPTS {
        let before = shrunk.ops.len();
        take_out(seed, &mut shrunk, stretch);
        // A pass of single happenings that took one out is worth another pass.
        if stretch > 1 || shrunk.ops.len() == before {
            stretch = stretch.checked_div(2).unwrap_or(0);
        }
    }
    shrunk
}

/// One pass over the course, from its end, in stretches of this length.
fn take_out(seed: u64, shrunk: &mut Shrunk, stretch: usize) {
    let mut end = shrunk.ops.len();
    while end > 0 && shrunk.attempts < ATTEMPTS {
        let begin = end.saturating_sub(stretch);
        let kept = shrunk.ops.iter().enumerate();
        let kept = kept.filter(|(at, _)| *at < begin || *at >= end).map(|(_, op)| *op);
        let shorter: Vec<Op> = kept.collect();
        shrunk.attempts = shrunk.attempts.saturating_add(1);
        if let Err(failure) = attempt(seed, &shorter)
            && failure.kind() == shrunk.failure.kind()
        {
            shrunk.ops = shorter;
            shrunk.failure = failure;
        }
        end = begin;
    }
}
