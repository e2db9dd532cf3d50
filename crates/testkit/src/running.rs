//! Runs: a seed gives a federation and a course of happenings; a run ends with a report or with a failure.

use crate::error::Failure;
use crate::op::Op;
use crate::simulation::{Report, Simulation};
use fastrand::Rng;

/// The happenings of a seed, the first `count` of them. A longer course begins with the shorter one.
pub fn ops_of(seed: u64, count: usize) -> Vec<Op> {
    let mut random = Rng::with_seed(seed);
    // The first number drawn from a seed is that of its nodes.
    nodes_of(&mut random);
    (0..count).map(|_| Op::draw(&mut random)).collect()
}

/// How many nodes the federation of a seed has.
pub(crate) fn nodes_of(random: &mut Rng) -> usize {
    random.usize(3..=5)
}

/// Lets `ops` happen to the federation of a seed, then a quiet period, then the last checks.
///
/// # Errors
/// The first law that does not hold.
pub fn run_ops(seed: u64, ops: &[Op]) -> Result<Report, Failure> {
    let mut simulation = Simulation::new(seed)?;
    for op in ops {
        simulation.apply(*op)?;
    }
    simulation.finish()
}

/// [`run_ops`] in a thread of its own: a panic is a failure like any other.
///
/// # Errors
/// The first law that does not hold, or what the program said when it stopped itself.
pub fn attempt(seed: u64, ops: &[Op]) -> Result<Report, Failure> {
    let told = |payload: &(dyn std::any::Any + Send)| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        Failure::Panicked(text.unwrap_or("without a word").to_owned())
    };
    std::thread::scope(|scope| {
        let run = scope.spawn(|| run_ops(seed, ops));
        run.join().unwrap_or_else(|payload| Err(told(payload.as_ref())))
    })
}
