//! `eunomia backup`: backs up a node that is not running.

use crate::Done;
use crate::arguments::Backup;
use crate::federation::chain;
use crate::opening::{open, prepare};
use std::process::ExitCode;

/// Runs the command.
///
/// # Errors
/// When the node cannot be opened, or a folder cannot be written.
pub(crate) fn run(order: &Backup) -> Done {
    let mut prepared = prepare(&order.config)?;
    prepared.opening.searching = false;
    let node = open(prepared.opening)?;
    let made = node.back_up(&order.to, &order.keys_to).map_err(|fault| chain(&fault));
    node.close();
    let made = made?;
    println!("database: {}", made.database.display());
    println!("keys, to be kept apart and destroyed after 30 days: {}", made.keys.display());
    println!("mirror of the logs: {}", order.to.join("log").display());
    for path in made.destroyed {
        println!("destroyed, because it had ended: {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}
