//! `eunomia bench`: measurements that print figures beside what the machine can do.

mod federation;
mod import;
mod machine;
mod numbers;
mod register;
mod silence;

use crate::Done;
use crate::arguments::{Bench, BenchWhat};

/// Runs the command.
///
/// # Errors
/// When something cannot be set up; when logs do not verify or entries are missing, exit status 1.
pub(crate) fn run(order: &Bench) -> Done {
    match &order.what {
        BenchWhat::Federation { persons, seconds, rate, seed, directory } => {
            let load =
                federation::Load { persons: *persons, seconds: *seconds, rate: *rate, seed: *seed };
            federation::run(load, directory.as_deref())
        }
        BenchWhat::Import { persons, seed } => import::run(*persons, *seed),
        BenchWhat::Register { persons, seed, instrument } => register::run(&register::Life {
            persons: *persons,
            seed: *seed,
            instrument: instrument.clone(),
        }),
        BenchWhat::Silence { pairs } => silence::run(*pairs),
    }
}
