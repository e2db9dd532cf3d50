//! Disasters on demand: the programs that make them belong to the crates they test, and are run from here.

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

impl Disasters {
    /// Runs it in `folder` with these arguments, its output going where ours goes; true when nothing broke.
    ///
    /// # Errors
    /// When `cargo` cannot be started.
    pub fn run(&self, folder: &Path, arguments: &[String]) -> io::Result<bool> {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(folder).args(self.cargo.split(' ')).args(arguments);
        Ok(command.status()?.success())
    }
}
