//! Disasters on demand: the programs that make them belong to the crates they test, and are run from here.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::Command;

/// A program of the workspace that makes disasters.
#[derive(Debug, Clone, Copy)]
pub struct Disasters {
    /// Arguments to `cargo` that build and run it, separated by single spaces.
    pub cargo: &'static str,
}

/// Random happenings to several nodes in one process, from as many seeds as wanted.
pub const SIMULATE: Disasters =
    Disasters { cargo: "run --quiet --package testkit --example simulate --" };

/// Processes of the real program, killed, stopped, cut off and without room.
pub const SYSTEM: Disasters =
    Disasters { cargo: "test --quiet --package cli --test system -- --nocapture" };

impl Disasters {
    /// Runs it in `folder` with these arguments and variables of the environment, its output going where ours goes;
    /// true when nothing broke.
    ///
    /// # Errors
    /// When `cargo` cannot be started.
    pub fn run(
        &self,
        folder: &Path,
        arguments: &[String],
        variables: &BTreeMap<&str, String>,
    ) -> io::Result<bool> {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(folder).args(self.cargo.split(' ')).args(arguments).envs(variables);
        Ok(command.status()?.success())
    }
}

/// What `cargo xtask system` is told, as variables for the program; none when it is not understood.
pub fn system_variables(given: &[String]) -> Option<BTreeMap<&'static str, String>> {
    let mut variables = BTreeMap::from([("EUNOMIA_SYSTEM", "long".to_owned())]);
    let mut words = given.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--short" => drop(variables.insert("EUNOMIA_SYSTEM", "short".to_owned())),
            "--scenario" => drop(variables.insert("EUNOMIA_SCENARIO", words.next()?.clone())),
            "--seed" => {
                let seed: u64 = words.next()?.parse().ok()?;
                variables.insert("EUNOMIA_SEED", seed.to_string());
            }
            _ => return None,
        }
    }
    Some(variables)
}
