//! The glossary against the types: every public type of `vocabulary` has an entry, every type named there exists.

use crate::tidy::Problem;
use crate::tidy::files::Workspace;
use crate::tidy::tokens::{self, Kind};
use std::collections::{BTreeMap, BTreeSet};

const RULE: &str = "glossary";
/// Where the entries stand.
pub const PAGE: &str = "docs/GLOSSARY.md";
const CRATE: &str = "crates/vocabulary/src/lib.rs";

/// One entry: term — definition — source — type — words not to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line it begins on.
    pub line: usize,
    /// Its parts, five when it is well formed.
    pub parts: Vec<String>,
}

impl Entry {
    /// Types of `vocabulary` (`Match`) and of other crates (`store::LogReceipt`) named in the fourth part.
    pub fn types(&self) -> Vec<&str> {
        let part = self.parts.get(3).map_or("", String::as_str);
        part.split('`').skip(1).step_by(2).collect()
    }
}

/// The entries of the page: list items that begin with a term in bold.
pub fn entries(page: &str) -> Vec<Entry> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (line, text) in (1..).zip(page.lines()) {
        if text.starts_with("- **") {
            found.push((line, text.to_owned()));
            open = true;
        } else if text.starts_with("  ") && open {
            if let Some((_, entry)) = found.last_mut() {
                entry.push(' ');
                entry.push_str(text.trim());
            }
        } else {
            open = false;
        }
    }
    let entry = |(line, text): (usize, String)| Entry {
        line,
        parts: text.split(" — ").map(|part| part.trim().to_owned()).collect(),
    };
    found.into_iter().map(entry).collect()
}

/// What a crate shows: the capitalised names after `pub use`.
fn shown(source: &str) -> BTreeSet<String> {
    let tokens = tokens::read(source);
    let mut found = BTreeSet::new();
    let (mut public, mut used) = (false, false);
    for token in tokens.iter().filter(|t| matches!(t.kind, Kind::Name | Kind::Other)) {
        match token.text.as_str() {
            "pub" => public = true,
            "use" => used = public,
            ";" => (public, used) = (false, false),
            name if used && name.starts_with(char::is_uppercase) => {
                found.insert(name.to_owned());
            }
            _ => {}
        }
    }
    found
}

/// What the other crates show, as `crate::Type`.
fn everywhere(workspace: &Workspace) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in workspace.matching("crates/", "/src/lib.rs") {
        let owner = file.crate_name().unwrap_or_default();
        found.extend(shown(&file.text).into_iter().map(|name| format!("{owner}::{name}")));
    }
    found
}

/// Compares both directions, and that each entry has its five parts and each term one entry.
pub fn check(workspace: &Workspace) -> Vec<Problem> {
    let (Some(page), Some(source)) = (workspace.text(PAGE), workspace.text(CRATE)) else {
        return vec![Problem::at(PAGE, 0, RULE, "glossary or vocabulary is missing")];
    };
    let (types, others) = (shown(source), everywhere(workspace));
    let mut named = BTreeSet::new();
    let mut terms: BTreeMap<String, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for entry in entries(page) {
        let mut problem =
            |advice: String| problems.push(Problem::at(PAGE, entry.line, RULE, advice));
        if entry.parts.len() != 5 {
            problem("write `- **term** — definition — source — type — not: words`".into());
        }
        let term = entry.parts.first().cloned().unwrap_or_default();
        if let Some(line) = terms.insert(term.clone(), entry.line) {
            problem(format!("{term} stands at line {line} too: one word, one entry"));
        }
        for name in entry.types() {
            let known = if name.contains("::") { &others } else { &types };
            if !known.contains(name) {
                problem(format!("there is no type `{name}`: correct the name or write `none`"));
            }
            if !name.contains("::") && !named.insert(name.to_owned()) {
                problem(format!("`{name}` has two entries: one word, one entry"));
            }
        }
    }
    for name in types.difference(&named) {
        let advice = format!("`{name}` has no entry in {PAGE}: write one");
        problems.push(Problem::at(CRATE, 1, RULE, advice));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(page: &str) -> Vec<String> {
        let source = "pub use a::{Match, Band};\nuse b::Hidden;";
        let other = "//! c\npub use grant::Grant;";
        let files = [(PAGE, page), (CRATE, source), ("crates/access/src/lib.rs", other)];
        check(&Workspace::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn both_directions_are_compared() {
        let both = "- **match** — a\n  b — c — `Match`, `access::Grant` — not: hit\n- **band** — a — b — `Band` — none\n";
        assert_eq!(told(both), [""; 0]);
        assert!(
            told("- **match** — a — b — `Match` — none\n").concat().contains("`Band` has no entry")
        );
        let more = format!("{both}- **x** — a — b — `Other`, `store::Grant` — none\n");
        assert_eq!(told(&more).len(), 2);
    }

    #[test]
    fn malformed_and_double_entries_are_found() {
        let twice =
            "- **match** — a — b — `Match`, `Band` — none\n- **match** — a — b — none — none\n";
        assert!(told(twice).concat().contains("stands at line 1 too"));
        assert!(told("- **match** — a — `Match`\n").concat().contains("write `- **term**"));
    }
}
