//! How long files may be, how they begin, and names no file has.

use crate::tidy::Problem;
use crate::tidy::files::Workspace;

const RUST_LINES: usize = 400;
const INSTRUMENT_LINES: usize = 200;
const EMPTY_NAMES: [&str; 7] = ["utils", "util", "common", "helpers", "helper", "manager", "misc"];

/// Checks length, first line and name of every file.
pub fn check(workspace: &Workspace) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &workspace.files {
        let (rust, instrument) = (file.ending() == "rs", file.path.starts_with("instruments/"));
        let limit = if rust {
            RUST_LINES
        } else if instrument {
            INSTRUMENT_LINES
        } else {
            usize::MAX
        };
        let lines = file.text.lines().count();
        if lines > limit {
            let advice = format!("{lines} lines, at most {limit}: split it by what it is about");
            problems.push(Problem::at(&file.path, limit, "length", advice));
        }
        if rust && !file.text.starts_with("//! ") {
            let advice = "begin with a line `//! what this file is for`";
            problems.push(Problem::at(&file.path, 1, "first line", advice));
        }
        let empty = file.path.split(['/', '.']).find(|part| EMPTY_NAMES.contains(part));
        if let Some(part) = empty {
            let advice = format!("`{part}` says nothing: name it after what it holds");
            problems.push(Problem::at(&file.path, 0, "name", advice));
        }
        if file.path.ends_with("/mod.rs") {
            let advice = "name the file after the module, beside its folder";
            problems.push(Problem::at(&file.path, 0, "name", advice));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<&'static str> {
        check(&Workspace::of(&[(path, text)])).iter().map(|p| p.rule).collect()
    }

    #[test]
    fn long_headless_and_badly_named_files_are_found() {
        assert_eq!(rules("crates/a/src/b.rs", "//! b\n"), [""; 0]);
        assert_eq!(rules("crates/a/src/b.rs", "fn b() {}\n"), ["first line"]);
        assert_eq!(rules("crates/a/src/b.rs", &"//! b\n".repeat(401)), ["length"]);
        assert_eq!(rules("instruments/b.toml", &"a = 1\n".repeat(201)), ["length"]);
        assert_eq!(rules("crates/a/tests/common/mod.rs", "//! b\n"), ["name", "name"]);
    }
}
