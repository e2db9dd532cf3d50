//! Foreign packages: how many, from where.

use crate::tidy::Problem;
use crate::tidy::files::Workspace;
use toml::{Table, Value};

const LOCK: &str = "Cargo.lock";
const BUDGET: usize = 450;
const SOURCE: &str = concat!("registry+https://github.com/rust-lang/", "crates.io-index");

/// The lock file keeps to the budget and to the default registry.
pub fn check(workspace: &Workspace) -> Vec<Problem> {
    let lock: Option<Table> = workspace.text(LOCK).and_then(|text| text.parse().ok());
    let Some(lock) = lock else {
        let advice = "missing or no TOML: run `cargo build` and check it in";
        return vec![Problem::at(LOCK, 0, "packages", advice)];
    };
    let packages = lock.get("package").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut problems = Vec::new();
    if packages.len() > BUDGET {
        let advice = format!("{} packages, at most {BUDGET}: do without one", packages.len());
        problems.push(Problem::at(LOCK, 0, "packages", advice));
    }
    for package in packages {
        let text = |key: &str| package.get(key).and_then(Value::as_str);
        if let Some(source) = text("source").filter(|source| *source != SOURCE) {
            let name = text("name").unwrap_or("?");
            let advice = format!("`{name}` comes from `{source}`: use the default registry only");
            problems.push(Problem::at(LOCK, 0, "sources", advice));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(lock: &str) -> Vec<&'static str> {
        check(&Workspace::of(&[(LOCK, lock)])).iter().map(|p| p.rule).collect()
    }

    #[test]
    fn too_many_packages_and_other_sources_are_found() {
        let good = format!("[[package]]\nname = \"a\"\nsource = \"{SOURCE}\"\n");
        assert_eq!(rules(&good), [""; 0]);
        assert_eq!(rules(&good.repeat(BUDGET + 1)), ["packages"]);
        assert_eq!(rules("[[package]]\nname = \"a\"\nsource = \"git+https://a\"\n"), ["sources"]);
    }
}
