//! The gate: the checks every change passes, cheap ones first. `.ci/run` runs the same commands, which a test compares.

use std::fmt;
use std::io;
use std::path::Path;
use std::process::Command;

/// One check of the gate.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What it makes sure of.
    pub name: &'static str,
    /// Arguments to `cargo`, separated by single spaces.
    pub arguments: &'static str,
    /// A variable of the environment it needs, with its value.
    pub variable: Option<(&'static str, &'static str)>,
}

/// The checks in the order in which they run.
pub const CHECKS: [Check; 4] = [
    Check { name: "format", arguments: "fmt --all --check", variable: None },
    Check {
        name: "lints",
        arguments: "clippy --workspace --all-targets -- -D warnings",
        variable: None,
    },
    Check {
        name: "documentation",
        arguments: "doc --workspace --no-deps",
        variable: Some(("RUSTDOCFLAGS", "-D warnings")),
    },
    Check { name: "tests", arguments: "test --workspace", variable: None },
];

impl fmt::Display for Check {
    /// The command as one types it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, value)) = self.variable {
            write!(f, "{name}=\"{value}\" ")?;
        }
        write!(f, "cargo {}", self.arguments)
    }
}

impl Check {
    /// Runs the check in `folder`, its output going where ours goes; true when it passes.
    ///
    /// # Errors
    /// When `cargo` cannot be started.
    pub fn passes(&self, folder: &Path) -> io::Result<bool> {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(folder).args(self.arguments.split(' ')).envs(self.variable);
        Ok(command.status()?.success())
    }
}
