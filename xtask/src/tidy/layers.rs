//! Which crate may use which: the workspace's own by layers, foreign ones by a reviewed list.

use crate::tidy::Problem;
use crate::tidy::files::Workspace;
use crate::tidy::manifest::Manifest;
use toml::{Table, Value};

const LAYER: &str = "layers";
const FOREIGN: &str = "foreign packages";
/// Where the lists stand.
pub const LIST: &str = "xtask/allowed.toml";

/// The crates whose source may not reach the world outside, from the list.
pub fn pure_crates(workspace: &Workspace) -> Vec<String> {
    let list: Table = workspace.text(LIST).and_then(|t| t.parse().ok()).unwrap_or_default();
    names(list.get("pure"))
}

fn names(value: Option<&Value>) -> Vec<String> {
    let array = value.and_then(Value::as_array);
    array.into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

/// Compares every manifest with `xtask/allowed.toml`: own crates must be among those a layer may use,
/// foreign packages must be exactly those listed.
pub fn check(workspace: &Workspace) -> Vec<Problem> {
    let Some(text) = workspace.text(LIST) else {
        return vec![Problem::at(LIST, 0, LAYER, "the list is missing; write it")];
    };
    let list: Table = match text.parse() {
        Ok(list) => list,
        Err(cause) => return vec![Problem::at(LIST, 0, LAYER, format!("no TOML: {cause}"))],
    };
    let manifests: Vec<Manifest> =
        workspace.matching("", "/Cargo.toml").filter_map(Manifest::read).collect();
    let ours: Vec<String> = manifests.iter().map(|m| m.name.clone()).collect();
    let mut problems = Vec::new();
    let crates = list.get("crate").and_then(Value::as_table);
    for manifest in &manifests {
        match crates.and_then(|c| c.get(&manifest.name)).and_then(Value::as_table) {
            Some(allowed) => compare(manifest, allowed, &ours, &mut problems),
            None => problems.push(Problem::at(
                &manifest.path,
                1,
                LAYER,
                format!("a new crate needs its own entry `[crate.{}]` in {LIST}", manifest.name),
            )),
        }
        keep_to_owners(manifest, &list, &ours, &mut problems);
    }
    for name in crates.into_iter().flat_map(Table::keys).filter(|name| !ours.contains(name)) {
        let advice = format!("there is no crate `{name}`; take its entry out");
        problems.push(Problem::at(LIST, 0, LAYER, advice));
    }
    problems
}

fn compare(manifest: &Manifest, allowed: &Table, ours: &[String], problems: &mut Vec<Problem>) {
    for (section, own_key, foreign_key) in
        [("dependencies", "uses", "foreign"), ("dev-dependencies", "test_uses", "test_foreign")]
    {
        let found = manifest.dependencies(section, ours);
        let mut own = names(allowed.get(own_key));
        if section == "dev-dependencies" {
            own.extend(names(allowed.get("uses")));
        }
        for name in found.ours.iter().filter(|name| !own.contains(name)) {
            let advice = format!(
                "`{}` may not use `{name}`: move the code to a crate that may, or change {LIST} and say why in a decision record",
                manifest.name
            );
            problems.push(Problem::at(&manifest.path, manifest.line_of(name), LAYER, advice));
        }
        let foreign = names(allowed.get(foreign_key));
        for name in found.foreign.iter().filter(|name| !foreign.contains(name)) {
            let advice = format!(
                "`{name}` is new here: do without, or add it to `{foreign_key}` of `{}` in {LIST}",
                manifest.name
            );
            problems.push(Problem::at(&manifest.path, manifest.line_of(name), FOREIGN, advice));
        }
        for name in foreign.iter().filter(|name| !found.foreign.contains(name)) {
            let advice = format!(
                "`{}` no longer uses `{name}`: take it out of `{foreign_key}`",
                manifest.name
            );
            problems.push(Problem::at(LIST, 0, FOREIGN, advice));
        }
    }
    if manifest.table.contains_key("build-dependencies") {
        let advice =
            "no build dependencies: what is generated is made by `cargo xtask` and checked in";
        problems.push(Problem::at(&manifest.path, 1, FOREIGN, advice));
    }
}

/// Packages that only some crates may know, such as those of HTTP.
fn keep_to_owners(manifest: &Manifest, list: &Table, ours: &[String], found: &mut Vec<Problem>) {
    let only = list.get("only").and_then(Value::as_table);
    let uses = manifest.dependencies("dependencies", ours).foreign;
    for (package, owners) in only.into_iter().flatten() {
        let owners = names(Some(owners));
        if uses.contains(package) && !owners.contains(&manifest.name) {
            let advice = format!("only `{}` may use `{package}`", owners.join("`, `"));
            found.push(Problem::at(&manifest.path, manifest.line_of(package), LAYER, advice));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: &str = "pure = [\"low\"]\n[only]\naxum = [\"high\"]\n[crate.low]\nforeign = [\"serde\"]\n[crate.high]\nuses = [\"low\"]\n";

    fn found(low: &str, high: &str) -> Vec<String> {
        let low = format!("[package]\nname = \"low\"\n{low}");
        let high = format!("[package]\nname = \"high\"\n{high}");
        let workspace = Workspace::of(&[
            (LIST, ALLOWED),
            ("crates/low/Cargo.toml", &low),
            ("crates/high/Cargo.toml", &high),
        ]);
        check(&workspace).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_the_list_allows_passes() {
        let serde = "[dependencies]\nserde = \"1\"\n";
        assert_eq!(found(serde, "[dependencies]\nlow = { path = \"x\" }\n"), [""; 0]);
    }

    #[test]
    fn a_lower_crate_may_not_use_a_higher_one() {
        let problems = found("[dependencies]\nserde.workspace = true\nhigh.workspace = true\n", "");
        assert_eq!(problems.len(), 1);
        assert!(
            problems
                .concat()
                .starts_with("crates/low/Cargo.toml:5: layers: `low` may not use `high`")
        );
    }

    #[test]
    fn a_new_package_a_forgotten_one_and_a_foreign_owner_are_told() {
        let problems = found("[dependencies]\naxum = \"1\"\n", "").concat();
        assert!(problems.contains("`axum` is new here"));
        assert!(problems.contains("no longer uses `serde`"));
        assert!(problems.contains("only `high` may use `axum`"));
    }
}
