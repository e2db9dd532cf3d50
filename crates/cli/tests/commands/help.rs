//! Every help text as a golden file, and the exit status of wrong usage.

use crate::bundle::{eunomia, program};
use expect_test::expect_file;

const COMMANDS: &[&str] = &[
    "",
    "demo",
    "serve",
    "check",
    "join",
    "join init",
    "trust",
    "trust keeper-key",
    "trust show",
    "trust propose",
    "trust sign",
    "trust publish",
    "trust revoke",
    "trust rotate",
    "search",
    "import",
    "record",
    "retention",
    "backup",
    "restore",
    "instrument",
    "instrument check",
    "instrument show",
    "access",
    "access explain",
    "access matrix",
    "access check",
    "access schema",
    "world",
    "verify-log",
    "proof",
    "proof export",
    "proof check",
    "bench",
    "bench federation",
    "bench import",
    "bench register",
    "bench silence",
];

/// The commands that a help text lists.
fn listed(help: &str) -> Vec<&str> {
    let rows = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let rows = rows.take_while(|line| !line.is_empty());
    let rows = rows.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    rows.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

#[test]
fn every_command_has_the_help_that_was_reviewed() {
    let mut found = 0_usize;
    for command in COMMANDS {
        let ran = program().args(command.split_whitespace()).arg("--help").output().unwrap();
        assert_eq!(ran.status.code(), Some(0), "{command}");
        let help = String::from_utf8(ran.stdout).unwrap();
        for below in listed(&help) {
            let whole = format!("{command} {below}");
            assert!(COMMANDS.contains(&whole.trim()), "`{whole}` has no golden file here");
            found += 1;
        }
        let name = if command.is_empty() { "eunomia" } else { command };
        let golden = format!("../golden/help/{}.txt", name.replace(' ', "_"));
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        expect_file![golden].assert_eq(&format!("{}\n", lines.join("\n")));
    }
    assert_eq!(found, COMMANDS.len() - 1, "every command is listed by the one above it");
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_wrong() {
    let wrong: &[(&[&str], &str)] = &[
        (&["serv"], "serve"),
        (&["serve"], "--config <FILE>"),
        (&["world", "--seed", "x", "--out", "y"], "invalid value 'x'"),
        (
            &["import", "--config", "c", "--register", "gr-police", "--officer", "o", "f.csv"],
            "`gr-police` is not a register id; write `authority/instrument`",
        ),
        (&["record", "correct", "--register", "a/b", "--id", "1", "--token-file", "t"], "--file"),
        (&["record", "remove", "--register", "a/b", "--id", "1", "--token-file", "t"], "erase"),
        (
            &["search", "--token-file", "t", "--purpose", "p", "--born", "3.2.1970", "A B"],
            "write `1970-02-03`",
        ),
        (&["search", "--token-file", "t", "--purpose", "p", "--plate", "AB1", "A B"], "[NAME]"),
    ];
    for (arguments, told) in wrong {
        let ran = eunomia(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}");
        assert!(ran.err.contains(told), "{arguments:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
    assert_eq!(eunomia::<&str>(&[]).code, Some(2), "no command at all");
}

#[test]
fn a_node_that_cannot_be_reached_or_a_question_about_nobody_ends_with_1() {
    let folder = tempfile::TempDir::new().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "0").unwrap();
    let mut search = vec!["search", "--token-file", token.to_str().unwrap()];
    search.extend(["--node", "http://127.0.0.1:1", "--purpose", "criminal_investigation"]);
    let nobody = eunomia(&search);
    assert_eq!(nobody.code, Some(1));
    assert!(nobody.err.contains("give a name or a document number"), "{}", nobody.err);
    search.push("Ada Example");
    let unreachable = eunomia(&search);
    assert_eq!(unreachable.code, Some(1));
    let told = "cannot reach `http://127.0.0.1:1`: Connection refused";
    assert!(unreachable.err.contains(told), "{}", unreachable.err);
    assert!(unreachable.err.contains("is the node running?"));
}
