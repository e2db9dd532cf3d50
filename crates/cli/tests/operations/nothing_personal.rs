//! What the operator sees holds nothing of any person, officer or message, whatever happens.

use crate::bundle::play;
use crate::exposition::{read, value};
use crate::http::get;
use crate::running::{Running, outcome, until};
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

const NAME: &str = "Zyxomarkos Quibblethornidis";
const DOCUMENT: &str = "MRK7788990";
const RECORD: &str = "marker-record-17";
const CASE: &str = "MARKERCASE-2026-9";
const GARBAGE: &str = "markergarbage0815";

/// A question for the marked person.
fn question(purpose: &str) -> Value {
    json!({
        "subject": {
            "kind": "person", "names": [{ "full": NAME }], "birth_date": "1971-03-04",
            "documents": [{ "number": DOCUMENT }],
        },
        "justification": { "purpose": purpose, "case_reference": CASE, "offence": "0501" },
    })
}

/// Sends bytes to an address as they are, and reads what comes back.
fn send(address: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    // The other side may hang up amid all this.
    drop(stream.write_all(bytes));
    let mut answer = Vec::new();
    drop(stream.set_read_timeout(Some(std::time::Duration::from_secs(5))));
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

fn upload(node: &Running, rows: &str) -> String {
    let request = format!(
        "POST /api/v1/registers/gr-police/police_records_index/imports?form=jsonl HTTP/1.1\r\n\
         Host: {}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{rows}",
        node.address(),
        node.token("register_owner").trim(),
        rows.len(),
    );
    send(&node.address(), request.as_bytes())
}

fn exchange_address(folder: &Path) -> String {
    let text = fs::read_to_string(folder.join("node.toml")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("exchange = \"")).unwrap();
    line.trim_end_matches('"').to_owned()
}

/// Everything that may be done wrong or right with the marked person.
fn story(node: &Running, folder: &Path) {
    let row = format!(
        "{{\"id\":\"{RECORD}\",\"names\":[{{\"full\":\"{NAME}\"}}],\"birth_date\":\"1971-03-04\"}}\n"
    );
    let wrong =
        format!("{{\"id\":\"{RECORD}-2\",\"names\":[{{\"full\":\"{NAME}\"}}],\"{GARBAGE}\":1}}\n");
    let told = upload(node, &format!("{row}{wrong}{GARBAGE} {NAME}\n"));
    assert!(told.contains("\"taken\":1"), "{told}");
    let officer = node.client("police_officer");
    let opened = officer.post("/api/v1/searches", &question("criminal_investigation")).unwrap();
    let path = format!("/api/v1/searches/{}", opened["id"].as_str().unwrap());
    let search = until("the own register answers", || {
        let search = officer.get(&path).unwrap();
        outcome(&search, "gr-police/police_records_index").is_some().then_some(search)
    });
    assert_eq!(outcome(&search, "gr-police/police_records_index"), Some("match"), "{search}");
    let keeper = node.client("register_owner");
    let refused = keeper.post("/api/v1/searches", &question("criminal_investigation")).unwrap_err();
    assert!(refused.contains("not allowed"), "{refused}");
    for body in [json!({ "subject": NAME, "x": GARBAGE }), json!({ GARBAGE: [DOCUMENT] })] {
        officer.post("/api/v1/searches", &body).unwrap_err();
    }
    officer.get(&format!("/api/v1/searches/{GARBAGE}")).unwrap_err();
    let garbage =
        format!("GET /{GARBAGE}?name={NAME} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    send(&node.address(), garbage.as_bytes());
    send(&exchange_address(folder), garbage.as_bytes());
    send(&exchange_address(folder), &[22, 3, 1, 0, 200, 1, 2, 3]);
}

#[test]
fn log_metrics_and_health_hold_nothing_of_any_person_or_message() {
    let bundle = play("federation-of-markers");
    let folder = bundle.join("gr-node");
    let config = folder.join("node.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}\n[operation]\nlog_format = \"json\"\n")).unwrap();
    fs::remove_file(folder.join("node.log")).unwrap();
    let abroad = Running::start(&bundle.join("de-node"));
    let node = Running::start(&folder);
    story(&node, &folder);
    let metrics = get(&folder, "/metrics").body;
    let health = get(&folder, "/health/ready").body;
    let refused =
        [("instrument", "police_records_index"), ("side", "asking"), ("outcome", "refused")];
    assert!(value(&read(&metrics), "eunomia_register_outcomes_total", &refused) > 0.5);
    let tokens = [node.token("police_officer"), node.token("register_owner")];
    let stopped = node.stop();
    let theirs = abroad.stop();
    let log = fs::read_to_string(stopped.join("node.log")).unwrap();
    let foreign = fs::read_to_string(theirs.join("node.log")).unwrap();
    assert!(!log.is_empty() && !foreign.is_empty());
    for line in log.lines() {
        let told: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        assert!(told["timestamp"].is_string() && told["level"].is_string(), "{line}");
    }
    let first_names = NAME.split(' ').next().unwrap();
    let mut banned = vec![NAME, first_names, "1971-03-04", DOCUMENT, RECORD, CASE, GARBAGE];
    banned.extend(["police_officer", "register_owner"]);
    banned.extend(tokens.iter().map(|token| token.trim()));
    for (what, text) in
        [("log", &log), ("foreign log", &foreign), ("metrics", &metrics), ("health", &health)]
    {
        for word in &banned {
            assert!(!text.contains(word), "the {what} holds `{word}`:\n{text}");
        }
    }
}
