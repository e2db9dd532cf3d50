//! What a `Cargo.toml` says, as far as the rules ask.

use crate::tidy::files::TextFile;
use toml::{Table, Value};

/// The dependencies of one section, split into the workspace's own crates and the rest; sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// Crates of this workspace.
    pub ours: Vec<String>,
    /// Everything else.
    pub foreign: Vec<String>,
}

/// One manifest.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Name of the package.
    pub name: String,
    /// Path of the file.
    pub path: String,
    /// The whole table.
    pub table: Table,
    text: String,
}

impl Manifest {
    /// Reads one manifest; nothing when the text is no TOML or names no package.
    pub fn read(file: &TextFile) -> Option<Self> {
        let table: Table = file.text.parse().ok()?;
        let name = table.get("package")?.get("name")?.as_str()?.to_owned();
        Some(Self { name, path: file.path.clone(), table, text: file.text.clone() })
    }

    /// The names under `dependencies`, `dev-dependencies` or `build-dependencies`.
    pub fn dependencies(&self, section: &str, ours: &[String]) -> Dependencies {
        let names = self.table.get(section).and_then(Value::as_table);
        let mut found = Dependencies::default();
        for name in names.into_iter().flat_map(Table::keys) {
            let list = if ours.contains(name) { &mut found.ours } else { &mut found.foreign };
            list.push(name.clone());
        }
        found.ours.sort();
        found.foreign.sort();
        found
    }

    /// The line that begins with `name`, or 1.
    pub fn line_of(&self, name: &str) -> usize {
        (1..)
            .zip(self.text.lines())
            .find(|(_, line)| {
                line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '.', '=', ']']))
            })
            .map_or(1, |(line, _)| line)
    }
}
