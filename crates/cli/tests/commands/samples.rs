//! The samples of a configuration: they load, and the full one has every key.

use node::{LimitSettings, OperationSettings, Settings};
use std::fs;
use std::path::{Path, PathBuf};

fn sample(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../config").join(name);
    fs::read_to_string(path).unwrap()
}

fn read(text: &str) -> Result<Settings, String> {
    let read = Settings::read(text, Path::new("/etc/eunomia"));
    read.map_err(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// The keys that the parser would have taken where it met one it does not know.
fn known_beside(text: &str, table: &str) -> Vec<String> {
    let wrong = match table {
        "" => format!("no_such_key = 1\n{text}"),
        header => text.replacen(header, &format!("{header}\nno_such_key = 1"), 1),
    };
    let told = read(&wrong).unwrap_err();
    let told = told.lines().find(|line| line.contains("`no_such_key`")).unwrap();
    let (_, known) = told.split_once("expected ").unwrap();
    let (known, _) = known.split_once("; take it out").unwrap();
    known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_short_sample_has_only_what_must_be_there() {
    let text = sample("basic.toml");
    let settings = read(&text).unwrap();
    assert_eq!(settings.data, Path::new("/etc/eunomia/data"), "paths are taken from the folder");
    assert_eq!(settings.authorities[0].secret, Path::new("/etc/eunomia/gr-police.secret"));
    let needed = text.lines().filter(|line| line.contains(" = ") && !line.starts_with('#'));
    let optional = ["country", "registers", "operations"];
    for line in needed.filter(|line| !optional.iter().any(|key| line.starts_with(key))) {
        let without =
            if line.trim_end().ends_with("two") { continue } else { text.replace(line, "") };
        assert!(read(&without).is_err(), "`{line}` could be left out");
    }
}

#[test]
fn the_full_sample_has_every_key_and_states_the_defaults() {
    let text = sample("full.toml");
    let settings = read(&text).unwrap();
    assert_eq!(settings.limits, LimitSettings::default());
    assert_eq!(settings.operation, OperationSettings::default());
    assert_eq!(settings.authorities.len(), 2);
    let tables = [
        "",
        "[database]",
        "[keepers]",
        "[tls]",
        "[listen]",
        "[limits]",
        "[operation]",
        "[backup]",
        "[[authority]]",
        "[[pseudonym_key]]",
    ];
    for table in tables {
        let known = known_beside(&text, table);
        assert!(!known.is_empty());
        for key in known {
            let as_key = text.lines().any(|line| line.starts_with(&format!("{key} =")));
            let as_table = text.contains(&format!("[{key}]"));
            assert!(as_key || as_table, "`{key}` of `{table}` is not in the full sample");
        }
    }
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    for name in ["basic.toml", "full.toml"] {
        let text = sample(name).replacen("certificate = ", "certifcate = ", 1);
        let line = text.lines().position(|line| line.starts_with("certifcate")).unwrap() + 1;
        let told = read(&text).unwrap_err();
        let wrong = format!(
            "line {line}, `tls.certifcate`: unknown field `certifcate`, expected `certificate` or `key`"
        );
        assert!(told.contains(&wrong), "{told}");
        assert!(told.contains("`tls.certificate`: it is missing"), "{told}");
    }
}

#[test]
fn a_node_without_authorities_is_refused() {
    let text = sample("basic.toml");
    let (before, _) = text.split_once("[[authority]]").unwrap();
    let told = read(&format!("{before}\n")).unwrap_err();
    assert!(told.contains("authority"), "{told}");
    let empty = before.replacen("node =", "authority = []\nnode =", 1);
    assert!(read(&empty).unwrap_err().contains("no `[[authority]]`; a node hosts at least one"));
}
