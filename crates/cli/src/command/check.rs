//! `eunomia check`: everything that is wrong with a configuration, at once.

use crate::Done;
use crate::arguments::Configured;
use crate::carried;
use crate::opening::{Prepared, prepare};
use crate::system::SystemClock;
use node::Clock;
use std::process::ExitCode;

/// Runs the command.
///
/// # Errors
/// All problems, one a line.
pub(crate) fn run(order: &Configured) -> Done {
    let prepared = prepare(&order.config)?;
    let problems = local_law(&prepared);
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
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
    let rules = prepared.opening.law.access().local().len();
    if let Some(folder) = &settings.local_law {
        println!(
            "local law    {rules} rules in `{}`, which forbid and never permit",
            folder.display()
        );
    }
    println!("officers     {}", prepared.officers.all().len());
    println!(
        "trust list   version {}, {} nodes, valid until {}",
        trust.version(),
        trust.nodes().len(),
        trust.content().valid_until
    );
    if trust.node(&settings.node).is_none() {
        println!("             it does not name this node yet: send request.json to a keeper");
    }
    println!("nothing wrong");
    Ok(ExitCode::SUCCESS)
}

/// What is wrong with local law that only a trial shows: rules that fail, and what would keep the node from starting.
fn local_law(prepared: &Prepared) -> Vec<String> {
    let law = &prepared.opening.law;
    let mut problems = carried::try_local(law);
    for authority in &prepared.opening.settings.authorities {
        match law.kept_from_keeping(&authority.id, SystemClock.now()) {
            Ok(told) => problems.extend(told),
            Err(error) => problems.push(error.to_string()),
        }
    }
    problems
}
