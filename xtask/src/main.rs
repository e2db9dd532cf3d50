//! `cargo xtask`: `ci` runs the gate, `docs` makes the pages of the instruments, `simulate` and `system` make disasters.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool of the command line")]

use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;
use xtask::tidy::files::Workspace;
use xtask::{disasters, gate, instrument_pages};

const USAGE: &str = "usage: cargo xtask ci    run the checks of the gate, cheap ones first
       cargo xtask docs  make docs/instruments/*.md from instruments/*.toml
       cargo xtask simulate [--seeds N] [--from N] [--jobs N] [--ops N]
                         run many simulations; stop at the first that breaks a law of the house
       cargo xtask system [--short] [--scenario kill|pause|line|disk|file_size] [--seed N]
                         kill, stop and cut off real processes; what was acknowledged must be there";

fn main() -> ExitCode {
    let task = std::env::args().nth(1);
    let done = match task.as_deref() {
        Some("ci") => ci(),
        Some("docs") => docs(),
        Some("simulate") => simulate(),
        Some("system") => system(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(cause) => {
            eprint!("{cause}");
            let mut deeper = cause.source();
            while let Some(cause) = deeper {
                eprint!(": {cause}");
                deeper = cause.source();
            }
            eprintln!();
            ExitCode::FAILURE
        }
    }
}

fn ci() -> Result<bool, Box<dyn Error>> {
    let root = Workspace::read()?.root;
    for check in gate::CHECKS {
        println!("== {}: {check}", check.name);
        if !check.passes(&root)? {
            eprintln!("== {} failed", check.name);
            return Ok(false);
        }
    }
    println!("== all {} checks passed", gate::CHECKS.len());
    Ok(true)
}

fn simulate() -> Result<bool, Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(2).collect();
    Ok(disasters::SIMULATE.run(&Workspace::read()?.root, &given, &BTreeMap::new())?)
}

fn system() -> Result<bool, Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(2).collect();
    let Some(variables) = disasters::system_variables(&given) else {
        return Err(format!("`{}` is not understood\n{USAGE}", given.join(" ")).into());
    };
    Ok(disasters::SYSTEM.run(&Workspace::read()?.root, &[], &variables)?)
}

fn docs() -> Result<bool, Box<dyn Error>> {
    let workspace = Workspace::read()?;
    let pages = instrument_pages::pages(&workspace)?;
    instrument_pages::write(&workspace.root, &pages)?;
    println!("{} pages under docs/instruments", pages.len());
    Ok(true)
}
