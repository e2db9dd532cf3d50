//! The rules that a compiler does not know. Each rule is a function from the files of the workspace to the
//! places that break it; `tests/tidy.rs` calls them all. A rule holds as far as its check goes.

pub mod files;
pub mod glossary;
pub mod layers;
pub mod licence;
pub mod manifest;
pub mod packages;
pub mod purity;
pub mod records;
pub mod shape;
pub mod size;
pub mod tokens;
pub mod words;

use std::fmt;

/// One place that breaks one rule, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, from the root of the workspace.
    pub path: String,
    /// The line, counted from 1; 0 when the whole file is meant.
    pub line: usize,
    /// The rule in a few words.
    pub rule: &'static str,
    /// What is wrong here and what to do.
    pub advice: String,
}

impl Problem {
    /// A problem at one line of one file.
    pub fn at(path: &str, line: usize, rule: &'static str, advice: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, advice: advice.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.advice)
    }
}

/// All problems as one text, a line each, sorted; empty when there are none.
pub fn report(mut problems: Vec<Problem>) -> String {
    problems.sort();
    problems.dedup();
    problems.iter().flat_map(|problem| [problem.to_string(), "\n".to_owned()]).collect()
}
