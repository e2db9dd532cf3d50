//! The shape of the code: few traits, lints in every crate, nothing left undone without a link.

use crate::tidy::Problem;
use crate::tidy::files::Workspace;
use crate::tidy::manifest::Manifest;
use crate::tidy::tokens::Kind;
use toml::{Table, Value};

const TRAITS: usize = 10;
/// Lints that crates may change where what they forbid is the substance.
const INDICES: &[&str] = &["arithmetic_side_effects", "as_conversions", "indexing_slicing"];
const TERMINAL: &[&str] = &["print_stdout", "print_stderr"];
/// Crates with a lint table of their own, and which lints they may change.
const OWN_TABLE: [(&str, &[&str]); 4] =
    [("audit_log", INDICES), ("cli", TERMINAL), ("matching", INDICES), ("seal", INDICES)];
const UNDONE: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

/// No more than ten traits in the workspace, tests apart.
pub fn few_traits(workspace: &Workspace) -> Vec<Problem> {
    let mut found = Vec::new();
    for file in workspace.rust().filter(|f| !f.is_test()) {
        let tokens = file.tokens();
        for token in tokens.iter().filter(|t| t.kind == Kind::Name && t.text == "trait" && !t.test)
        {
            found.push((file.path.clone(), token.line));
        }
    }
    let advice = "one trait more than ten: use a function, an enum or a value with fields, or write a decision record";
    found
        .into_iter()
        .skip(TRAITS)
        .map(|(path, line)| Problem::at(&path, line, "traits", advice))
        .collect()
}

/// Nothing is left undone without a link to where it is discussed.
pub fn nothing_undone(workspace: &Workspace) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in workspace.files.iter().filter(|f| f.path != "Cargo.lock") {
        for (line, text) in file.numbered() {
            let undone = UNDONE.iter().find(|word| {
                text.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == **word)
            });
            if let Some(word) = undone.filter(|_| !text.contains("https://")) {
                let advice =
                    format!("`{word}`: do it now, or put the link to its issue on this line");
                problems.push(Problem::at(&file.path, line, "undone", advice));
            }
        }
    }
    problems
}

/// Every crate has the lints of the workspace, some less those that forbid their substance.
pub fn lints(workspace: &Workspace) -> Vec<Problem> {
    let root: Table = workspace.text("Cargo.toml").and_then(|t| t.parse().ok()).unwrap_or_default();
    let shared = root.get("workspace").and_then(|w| w.get("lints"));
    let manifests = workspace.matching("", "/Cargo.toml").filter_map(Manifest::read);
    manifests.flat_map(|manifest| lints_of(&manifest, shared)).collect()
}

fn lints_of(manifest: &Manifest, shared: Option<&Value>) -> Vec<Problem> {
    let problem =
        |advice: String| Problem::at(&manifest.path, manifest.line_of("[lints"), "lints", advice);
    let Some(lints) = manifest.table.get("lints") else {
        return vec![problem("write `[lints]` and `workspace = true`".into())];
    };
    if lints.get("workspace").and_then(Value::as_bool) == Some(true) {
        return Vec::new();
    }
    let own_table = OWN_TABLE.iter().find(|(name, _)| *name == manifest.name);
    let Some((_, may_change)) = own_table else {
        let names = OWN_TABLE.map(|(name, _)| name).join("`, `");
        return vec![problem(format!("only `{names}` may have lints of their own"))];
    };
    let groups = shared.and_then(Value::as_table).into_iter().flatten();
    let mut problems = Vec::new();
    for (group, wanted) in groups {
        for (lint, level) in wanted.as_table().into_iter().flatten() {
            let same = lints.get(group).and_then(|own| own.get(lint)) == Some(level);
            if !same && !may_change.contains(&lint.as_str()) {
                problems.push(problem(format!("`{lint}` differs from the workspace's: copy it")));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eleventh_trait_is_found() {
        let ten = "trait A {}\n".repeat(10);
        assert_eq!(few_traits(&Workspace::of(&[("crates/a/src/lib.rs", &ten)])), []);
        let more = format!("{ten}trait B {{}}");
        let found = few_traits(&Workspace::of(&[("crates/a/src/lib.rs", &more)]));
        assert_eq!(found.iter().map(|p| p.line).collect::<Vec<_>>(), [11]);
    }

    #[test]
    fn undone_work_needs_a_link() {
        let text = format!("// {}: later\n// {} https://example.org/1\n", UNDONE[0], UNDONE[0]);
        assert_eq!(nothing_undone(&Workspace::of(&[("a.rs", &text)])).len(), 1);
    }

    #[test]
    fn a_weaker_lint_is_found() {
        let root = "[workspace.lints.clippy]\npanic = \"deny\"\nas_conversions = \"warn\"\n";
        let check = |name: &str, lints: &str| {
            let manifest = format!("[package]\nname = \"{name}\"\n{lints}");
            let path = format!("crates/{name}/Cargo.toml");
            lints_count(&[("Cargo.toml", root), (&path, &manifest)])
        };
        assert_eq!(check("seal", "[lints]\nworkspace = true\n"), 0);
        assert_eq!(check("seal", "[lints.clippy]\npanic = \"deny\"\n"), 0);
        assert_eq!(check("cli", "[lints.clippy]\npanic = \"deny\"\n"), 1);
        assert_eq!(
            check("cli", "[lints.clippy]\npanic = \"deny\"\nas_conversions = \"warn\"\n"),
            0
        );
        assert_eq!(check("seal", "[lints.clippy]\npanic = \"warn\"\n"), 1);
        assert_eq!(check("node", "[lints.clippy]\npanic = \"deny\"\n"), 1);
        assert_eq!(check("node", ""), 1);
    }

    fn lints_count(files: &[(&str, &str)]) -> usize {
        lints(&Workspace::of(files)).len()
    }
}
