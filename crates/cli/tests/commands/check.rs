//! `eunomia check`: every problem of a configuration, at once.

use crate::bundle::{Ran, eunomia, text};
use crate::copy::{Copy, played};
use seal::{Secret, SigningKey};
use serde_json::Value;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

fn check(copy: &Copy) -> Ran {
    eunomia(&["check", "--config", text(&copy.path("gr-node/node.toml"))])
}

/// The message when `check` must find something.
fn wrong(copy: &Copy) -> String {
    let ran = check(copy);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{}", ran.err);
    assert!(ran.err.starts_with("eunomia: "), "{}", ran.err);
    ran.err
}

#[test]
fn a_node_of_the_demonstration_is_in_order() {
    let config = played().join("gr-node/node.toml");
    let ran = eunomia(&["check", "--config", text(&config)]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("authority    gr-police (Police of Greece (made up)), 5 registers"));
    assert!(ran.out.ends_with("nothing wrong\n"), "{}", ran.out);
}

#[test]
fn missing_and_unusable_key_files_are_told_together() {
    let copy = Copy::new();
    fs::remove_file(copy.path("gr-node/signing.key")).unwrap();
    fs::remove_file(copy.path("gr-node/tls.key")).unwrap();
    copy.write("gr-node/gr-police.secret", "0123");
    let told = wrong(&copy);
    for (file, what) in [
        ("signing.key", "No such file or directory"),
        ("tls.key", "No such file or directory"),
        ("gr-police.secret", "holds no key; it must hold 64 hexadecimal digits"),
    ] {
        let line = told.lines().find(|line| line.contains(file));
        assert!(line.is_some_and(|line| line.contains(what)), "{file}: {told}");
    }
}

#[test]
fn an_unknown_key_is_told_with_its_line() {
    let copy = Copy::new();
    copy.replace("gr-node/node.toml", "\ndata = ", "\ndatta = ");
    let told = wrong(&copy);
    assert!(told.contains("node.toml` line 2: `datta`: unknown field `datta`"), "{told}");
    assert!(told.contains("`data`: it is missing; add it, such as `data = \"data\"`"), "{told}");
    let copy = Copy::new();
    copy.replace("gr-node/officers.toml", "\nrole = ", "\nrank = ");
    let told = wrong(&copy);
    assert!(told.contains("officers.toml`: TOML parse error at line 7"), "{told}");
}

#[test]
fn a_trust_list_that_too_few_keepers_signed_is_refused() {
    let copy = Copy::new();
    copy.replace("gr-node/node.toml", "threshold = 2", "threshold = 3");
    let told = wrong(&copy);
    assert!(told.contains("2 of the pinned keepers signed and 3 must"), "{told}");

    let copy = Copy::new();
    let list = fs::read(copy.path("trust-list.json")).unwrap();
    let mut list: Value = serde_json::from_slice(&list).unwrap();
    list["signatures"].as_array_mut().unwrap().truncate(1);
    copy.write("trust-list.json", list.to_string());
    let told = wrong(&copy);
    assert!(told.contains("1 of the pinned keepers signed and 2 must"), "{told}");
}

#[test]
fn a_trust_list_of_other_keepers_is_refused_and_the_rest_is_told_too() {
    let copy = Copy::new();
    let stranger = |seed: u8| {
        SigningKey::from_seed(&Secret::new([seed; 32])).unwrap().verifying_key().to_string()
    };
    let text = fs::read_to_string(copy.path("gr-node/node.toml")).unwrap();
    let keys = text.lines().find(|line| line.starts_with("keys = ")).unwrap();
    let others = format!("keys = [\"{}\", \"{}\", \"{}\"]", stranger(1), stranger(2), stranger(3));
    copy.replace("gr-node/node.toml", keys, &others);
    copy.replace("gr-node/node.toml", "\"sis_missing\"", "\"sis_mising\"");
    let told = wrong(&copy);
    assert!(told.contains("0 of the pinned keepers signed and 2 must"), "{told}");
    assert!(told.contains("`sis_mising`, which is not an instrument here"), "{told}");
    assert!(told.contains("known are police_records_index, sis_arrest"), "{told}");
}

#[test]
fn a_changed_trust_list_is_refused() {
    let copy = Copy::new();
    let list = fs::read(copy.path("trust-list.json")).unwrap();
    let mut list: Value = serde_json::from_slice(&list).unwrap();
    let mut letters: Vec<char> = list["list"].as_str().unwrap().chars().collect();
    let middle = letters.len() / 2;
    letters[middle] = if letters[middle] == 'A' { 'B' } else { 'A' };
    list["list"] = letters.into_iter().collect::<String>().into();
    copy.write("trust-list.json", list.to_string());
    let told = wrong(&copy);
    assert!(told.contains("trust-list.json"), "{told}");
}

#[test]
fn a_key_the_trust_list_does_not_name_is_told() {
    let copy = Copy::new();
    fs::copy(copy.path("de-node/signing.key"), copy.path("gr-node/signing.key")).unwrap();
    let told = wrong(&copy);
    assert!(told.contains("the trust list has no key"), "{told}");
    assert!(told.contains("for node `gr-node`; ask the keepers to enter it"), "{told}");
}

/// Takes the group and everybody else in, or leaves them out.
fn mode(copy: &Copy, file: &str, mode: u32) {
    fs::set_permissions(copy.path(file), fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn secrets_that_others_may_read_are_refused_by_check_and_by_serve() {
    let copy = Copy::new();
    for file in ["signing.key", "tls.key", "gr-police.secret"] {
        mode(&copy, &format!("gr-node/{file}"), 0o644);
    }
    let told = wrong(&copy);
    for file in ["signing.key", "tls.key", "gr-police.secret"] {
        let line =
            told.lines().find(|line| line.contains(file)).unwrap_or_else(|| panic!("{told}"));
        assert!(
            line.contains("others may read or change it (mode 644); run `chmod 600`"),
            "{line}"
        );
    }
    let ran = eunomia(&["serve", "--config", text(&copy.path("gr-node/node.toml"))]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("(mode 644)"), "{}", ran.err);
    for file in ["signing.key", "tls.key", "gr-police.secret"] {
        mode(&copy, &format!("gr-node/{file}"), 0o440);
    }
    assert_eq!(check(&copy).code, Some(0), "a group may read what a service manager hands out");
}

#[test]
fn what_surrounds_a_node_is_looked_at() {
    let copy = Copy::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let config = fs::read_to_string(copy.path("gr-node/node.toml")).unwrap();
    let line = config.lines().find(|line| line.starts_with("officers = \"127.")).unwrap();
    copy.replace("gr-node/node.toml", line, &format!("officers = \"127.0.0.1:{port}\""));
    let room = "\n[operation]\ndisk_free_megabytes = 4000000000\n";
    let config = fs::read_to_string(copy.path("gr-node/node.toml")).unwrap();
    copy.write("gr-node/node.toml", format!("{config}{room}"));
    copy.write("gr-node/data/eunomia.db", "something else");
    fs::remove_file(copy.path("gr-node/data/payload.keys")).unwrap();
    let told = wrong(&copy);
    for what in [
        format!("`listen.officers`: cannot listen on `127.0.0.1:{port}`: Address already in use"),
        "`operation.disk_free_megabytes` wants 4000000000; make room".to_owned(),
        "eunomia.db`: is no database of a node".to_owned(),
        "payload.keys`: is missing but the database is there".to_owned(),
    ] {
        assert!(told.contains(&what), "`{what}` is not told: {told}");
    }
}

#[test]
fn papers_that_do_not_agree_are_told() {
    let copy = Copy::new();
    for file in ["tls.crt", "tls.key"] {
        fs::copy(copy.path(&format!("de-node/{file}")), copy.path(&format!("gr-node/{file}")))
            .unwrap();
    }
    copy.replace("gr-node/officers.toml", "authority = \"gr-police\"", "authority = \"gr-custom\"");
    let config = fs::read_to_string(copy.path("gr-node/node.toml")).unwrap();
    let (before, _) = config.split_once("[[pseudonym_key]]").unwrap();
    copy.write("gr-node/node.toml", before);
    let told = wrong(&copy);
    for what in [
        "tls.crt`: has a key that the trust list does not name for `gr-node`",
        "officers.toml`: officer 1 is of `gr-custom`, which this node does not host",
        "`pseudonym_key`: `gr-police` keeps a register under `police_records_index`",
    ] {
        assert!(told.contains(what), "`{what}` is not told: {told}");
    }
    let copy = Copy::new();
    fs::copy(copy.path("de-node/tls.key"), copy.path("gr-node/tls.key")).unwrap();
    let told = wrong(&copy);
    assert!(told.contains("tls.crt`: key and certificate cannot be used together"), "{told}");
}

#[test]
fn programs_get_every_problem_as_json() {
    let copy = Copy::new();
    let config = copy.path("gr-node/node.toml");
    let arguments = ["check", "--format", "json", "--config", text(&config)];
    let ran = eunomia(&arguments);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&told["ok"], &told["problems"]), (&true.into(), &Value::Array(Vec::new())));
    copy.replace("gr-node/node.toml", "\ndata = ", "\ndatta = ");
    let ran = eunomia(&arguments);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(told["ok"], false);
    let problems = told["problems"].as_array().unwrap();
    let unknown = problems.iter().find(|one| one["key"] == "datta").unwrap();
    assert_eq!((&unknown["line"], &unknown["file"]), (&2.into(), &text(&config).into()));
}
