//! `eunomia check`: everything that is wrong with a configuration, at once.

use crate::Done;
use crate::arguments::Configured;
use crate::opening::prepare;
use std::process::ExitCode;

/// Runs the command.
///
/// # Errors
/// All problems, one a line.
pub(crate) fn run(order: &Configured) -> Done {
    let prepared = prepare(&order.config)?;
    let settings = &prepared.opening.settings;
    let trust = &prepared.opening.trust;
    println!("node         {}", settings.node);
    for authority in &settings.authorities {
        println!(
            "authority    {} ({}), {} registers",
            authority.id,
            authority.name,
            authority.registers.len()
        );
    }
    println!("instruments  {}", prepared.opening.law.all().count());
    println!("officers     {}", prepared.officers.all().len());
    println!(
        "trust list   version {}, {} nodes, valid until {}",
        trust.version(),
        trust.nodes().len(),
        trust.content().valid_until
    );
    println!("nothing wrong");
    Ok(ExitCode::SUCCESS)
}
