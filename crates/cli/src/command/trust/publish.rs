//! `eunomia trust publish`: a signed list comes into force.

use super::lists::follows;
use crate::Done;
use crate::arguments::Publish;
use crate::files::write_whole;
use std::process::ExitCode;

/// Checks the list, writes it to the file and hands it to the nodes that are named.
///
/// # Errors
/// Everything that stands against the list, or which node did not take it.
pub(crate) fn run(order: &Publish) -> Done {
    let before = order.list.as_deref().or(order.to.first().map(String::as_str));
    let bytes = follows(&order.file, before)?;
    if let Some(out) = &order.out {
        write_whole(out, &bytes)?;
        println!("written to {}", out.display());
    }
    let mut problems = Vec::new();
    for address in &order.to {
        match web::client::hand_over(address, web::client::TRUST_LIST, bytes.clone()) {
            Ok(said) => {
                let version = said.get("version").map(ToString::to_string).unwrap_or_default();
                println!("{address} goes by version {version}");
            }
            Err(problem) => problems.push(format!("`{address}`: {problem}")),
        }
    }
    if problems.is_empty() { Ok(ExitCode::SUCCESS) } else { Err(problems.join("\n")) }
}
