//! Licences of foreign packages: an allow-list, judged by the SPDX expression each package states.

use crate::tidy::Problem;
use serde_json::Value;

/// Licences that go together with the EUPL 1.2 of this work.
const ALLOWED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "EUPL-1.2",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// True when the expression can be met with allowed licences alone. `A/B` is the old way to write `A OR B`.
pub fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let allowed = either(&mut words);
    allowed && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(words: &mut Words<'_>) -> bool {
    let mut allowed = both(words);
    while words.next_if_eq(&"OR").is_some() {
        allowed |= both(words);
    }
    allowed
}

fn both(words: &mut Words<'_>) -> bool {
    let mut allowed = one(words);
    while words.next_if_eq(&"AND").is_some() {
        allowed &= one(words);
    }
    allowed
}

fn one(words: &mut Words<'_>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let allowed = either(words);
        return words.next() == Some(")") && allowed;
    }
    let Some(name) = words.next() else { return false };
    let with = words.next_if_eq(&"WITH").and_then(|_| words.next());
    let whole =
        with.map_or_else(|| name.to_owned(), |exception| format!("{name} WITH {exception}"));
    ALLOWED.contains(&whole.as_str())
}

/// Judges the answer of `cargo metadata --format-version 1`.
pub fn check(metadata: &Value) -> Vec<Problem> {
    let packages = metadata.get("packages").and_then(Value::as_array);
    let mut problems = Vec::new();
    for package in packages.into_iter().flatten() {
        let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
        if !is_allowed(text("license")) {
            let advice = format!(
                "`{} {}` has the licence `{}`, which is not on the list: do without the package",
                text("name"),
                text("version"),
                text("license")
            );
            problems.push(Problem::at("Cargo.lock", 0, "licences", advice));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_judged_by_what_can_be_chosen() {
        assert!(is_allowed("MIT"));
        assert!(is_allowed("MIT/Apache-2.0"));
        assert!(is_allowed("GPL-3.0 OR MIT"));
        assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(is_allowed("Apache-2.0 WITH LLVM-exception"));
        assert!(!is_allowed("MIT AND GPL-3.0"));
        assert!(!is_allowed("AGPL-3.0"));
        assert!(!is_allowed("(MIT"));
        assert!(!is_allowed(""));
    }

    #[test]
    fn a_package_without_an_allowed_licence_is_named() {
        let metadata = serde_json::json!({"packages": [
            {"name": "a", "version": "1.0.0", "license": "MIT"},
            {"name": "b", "version": "2.0.0", "license": "AGPL-3.0"},
            {"name": "c", "version": "3.0.0", "license": null},
        ]});
        let told: String = check(&metadata).iter().map(ToString::to_string).collect();
        assert!(told.contains("`b 2.0.0`") && told.contains("`c 3.0.0`") && !told.contains("`a "));
    }
}
