//! Pure crates take time, randomness and files as arguments: their source never names where these come from.

use crate::tidy::files::{TextFile, Workspace};
use crate::tidy::tokens::{Kind, Token};
use crate::tidy::{Problem, layers};

const RULE: &str = "pure crates";
const STD_MODULES: [&str; 6] = ["fs", "net", "thread", "env", "process", "os"];
/// Types of `std::net` that are values and reach nothing.
const ADDRESSES: [&str; 4] = ["IpAddr", "Ipv4Addr", "Ipv6Addr", "SocketAddr"];
const NAMES: [(&str, &str); 9] = [
    ("SystemTime", "take a `Timestamp` as an argument"),
    ("Instant", "take a `Timestamp` as an argument"),
    ("SystemRandom", "take the random bytes as an argument"),
    ("thread_rng", "take the random bytes as an argument"),
    ("getrandom", "take the random bytes as an argument"),
    ("rand", "take the random bytes as an argument"),
    ("tokio", "stay synchronous; `web` alone waits"),
    ("println", "return the text or report progress through an argument"),
    ("eprintln", "return the text or report progress through an argument"),
];

/// Checks the source of the crates that `allowed.toml` calls pure, their tests apart.
pub fn check(workspace: &Workspace) -> Vec<Problem> {
    let pure = layers::pure_crates(workspace);
    let inside = |file: &&TextFile| {
        !file.is_test() && file.crate_name().is_some_and(|name| pure.iter().any(|p| p == name))
    };
    workspace.rust().filter(inside).flat_map(check_file).collect()
}

fn check_file(file: &TextFile) -> Vec<Problem> {
    let tokens: Vec<Token> = file.tokens().into_iter().filter(|t| !t.test).collect();
    let code: Vec<&Token> =
        tokens.iter().filter(|t| matches!(t.kind, Kind::Name | Kind::Other)).collect();
    let mut problems = Vec::new();
    for (at, token) in code.iter().enumerate().filter(|(_, t)| t.kind == Kind::Name) {
        if let Some((name, advice)) = NAMES.iter().find(|(name, _)| token.text == *name) {
            problems.push(Problem::at(&file.path, token.line, RULE, format!("`{name}`: {advice}")));
        }
        let after = code.get(at.saturating_add(1)..).unwrap_or_default();
        let after = after.iter().map(|t| t.text.as_str());
        if token.text == "std" {
            let value = after.clone().nth(5).is_some_and(|n| ADDRESSES.contains(&n));
            let reached = roots(after.clone()).into_iter();
            for module in reached.filter(|m| STD_MODULES.contains(m) && !(*m == "net" && value)) {
                let advice = format!(
                    "`std::{module}`: take the content as an argument, the caller does the rest"
                );
                problems.push(Problem::at(&file.path, token.line, RULE, advice));
            }
        }
        if token.text == "Rng" && after.clone().take(3).eq([":", ":", "new"]) {
            let advice =
                "`Rng::new` draws its own seed: use `Rng::with_seed` with a seed from the caller";
            problems.push(Problem::at(&file.path, token.line, RULE, advice));
        }
    }
    problems
}

/// The modules named right after `std`: one, or those of a braced group.
fn roots<'a>(mut after: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    if after.next() != Some(":") || after.next() != Some(":") {
        return Vec::new();
    }
    let first = after.next();
    if first != Some("{") {
        return first.into_iter().collect();
    }
    let (mut depth, mut fresh, mut found) = (1_usize, true, Vec::new());
    for text in after {
        match text {
            "{" => depth = depth.saturating_add(1),
            "}" => depth = depth.saturating_sub(1),
            name if fresh && depth == 1 => found.push(name),
            _ => {}
        }
        fresh = text == ",";
        if depth == 0 {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> usize {
        let list = (layers::LIST, "pure = [\"low\"]");
        check(&Workspace::of(&[list, ("crates/low/src/lib.rs", source)])).len()
    }

    #[test]
    fn the_clock_the_disk_and_the_dice_are_found() {
        assert_eq!(found("use std::fs;"), 1);
        assert_eq!(found("use std::{fmt, io::{self, Read}, net};"), 1);
        assert_eq!(found("fn a() { std::thread::spawn(b); Instant::now(); }"), 2);
        assert_eq!(found("let a = fastrand::Rng::new();"), 1);
    }

    #[test]
    fn what_is_pure_or_a_test_passes() {
        assert_eq!(found("use std::{fmt, io};\n// std::fs\nconst A: &str = \"tokio\";"), 0);
        assert_eq!(found("#[cfg(test)]\nmod tests { use std::fs; }"), 0);
        assert_eq!(found("let a = fastrand::Rng::with_seed(1);"), 0);
        assert_eq!(found("let a = b.parse::<std::net::Ipv6Addr>();"), 0);
    }
}
