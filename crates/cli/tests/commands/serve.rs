//! `eunomia serve`: why it cannot start, in words that help.

use crate::bundle::{eunomia, text};
use crate::copy::Copy;
use std::fs;
use std::net::TcpListener;

#[test]
fn a_port_in_use_is_told_before_anything_is_opened() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    for interface in ["exchange", "officers"] {
        let copy = Copy::new();
        let config = fs::read_to_string(copy.path("gr-node/node.toml")).unwrap();
        let line = |line: &str| match line.split_once(" = \"127.0.0.1:") {
            Some((name, _)) if name == interface => format!("{name} = \"127.0.0.1:{port}\"\n"),
            Some((name, _)) => format!("{name} = \"127.0.0.1:0\"\n"),
            None => format!("{line}\n"),
        };
        copy.write("gr-node/node.toml", config.lines().map(line).collect::<String>());
        let ran = eunomia(&["serve", "--config", text(&copy.path("gr-node/node.toml"))]);
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        let told = format!("eunomia: cannot listen on `127.0.0.1:{port}`: Address already in use");
        assert!(ran.err.contains(&told), "{}", ran.err);
        assert!(ran.err.contains("stop it, or name another one under `[listen]`"), "{}", ran.err);
    }
}

#[test]
fn a_node_with_a_wrong_configuration_does_not_start() {
    let copy = Copy::new();
    fs::remove_file(copy.path("gr-node/officers.toml")).unwrap();
    let ran = eunomia(&["serve", "--config", text(&copy.path("gr-node/node.toml"))]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("officers.toml"), "{}", ran.err);
    let ran = eunomia(&["serve", "--config", text(&copy.path("gr-node/absent.toml"))]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("absent.toml`: No such file or directory"), "{}", ran.err);
}
