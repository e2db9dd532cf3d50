//! `eunomia retention`: erases what has been kept long enough on a node that is not running, or shows it.

use crate::Done;
use crate::arguments::{Retention, RetentionAct};
use crate::federation::chain;
use crate::opening::{open, prepare};
use std::process::ExitCode;

/// Runs the command.
///
/// # Errors
/// When the node cannot be opened, or an instrument lets nobody maintain its register.
pub(crate) fn run(order: &Retention) -> Done {
    let mut prepared = prepare(&order.config)?;
    prepared.opening.searching = false;
    let node = open(prepared.opening)?;
    let (lines, verb) = match order.act {
        RetentionAct::Run => (node.run_retention(), "erased"),
        RetentionAct::Show => (node.retention_due(), "over"),
    };
    let lines = lines.map_err(|fault| chain(&fault));
    node.upkeep_logs().map_err(|fault| chain(&fault))?;
    node.close();
    let lines = lines?;
    if lines.is_empty() {
        println!("nothing is over");
    }
    for line in lines {
        let counts: Vec<String> = line
            .counts
            .iter()
            .map(|(what, count)| format!("{count} {}", what.replace('_', " ")))
            .collect();
        println!("{verb} for {} under {}: {}", line.authority, line.instrument, counts.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}
