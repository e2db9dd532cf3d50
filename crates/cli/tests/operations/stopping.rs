//! How a node stops: what runs comes to its end, what was acknowledged is there, and who waits is told.

use crate::bundle::play;
use crate::http::{get, operations_address, try_get};
use crate::running::{Running, outcome, pause, until, verified};
use crate::upload::{PIECES, REGISTER, Rows, Upload, whole};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

fn question(name: &str, born: &str) -> Value {
    json!({
        "subject": { "kind": "person", "names": [{ "full": name }], "birth_date": born },
        "justification": {
            "purpose": "criminal_investigation", "case_reference": "STOP-2026-1", "offence": "0501"
        },
    })
}

/// Sets how long the node may take to stop.
fn stop_within(folder: &Path, seconds: u32) {
    let config = folder.join("node.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}\n[operation]\nstop_within_seconds = {seconds}\n")).unwrap();
}

#[test]
fn a_stop_amid_work_loses_nothing_that_was_acknowledged() {
    let folder = play("federation-of-stops").join("gr-node");
    stop_within(&folder, 40);
    let node = Running::start(&folder);
    let before = node.records(REGISTER);
    let rows = Rows::new(0, 2_000);
    let mut upload = Upload::begin(&node, &rows, false).unwrap();
    upload.send(PIECES / 2, &|| {}).unwrap();
    let acknowledged = Mutex::new(Vec::new());
    let operations = operations_address(&folder);
    let ended = thread::scope(|scope| {
        for number in 0..4 {
            let (officer, acknowledged) = (node.client("police_officer"), &acknowledged);
            let name = format!("Alexis Papadakis{number}");
            scope.spawn(move || {
                // Until the node takes no more.
                while let Ok(opened) =
                    officer.post("/api/v1/searches", &question(&name, "1980-01-02"))
                {
                    acknowledged.lock().unwrap().push(opened["id"].as_str().unwrap().to_owned());
                }
            });
        }
        until("officers work", || (acknowledged.lock().unwrap().len() > 50).then_some(()));
        node.ask_to_stop();
        let answer = until("the node says that it stops", || {
            try_get(&operations, "/health/ready").filter(|answer| answer.status == 503)
        });
        assert!(answer.body.contains("the node was asked to stop"), "{}", answer.body);
        assert_eq!(get(&folder, "/health/live").status, 200);
        // The file is still on its way; it is brought to its end.
        upload.send(PIECES, &|| {}).unwrap();
        let report = upload.report().unwrap();
        assert_eq!(report["taken"], rows.count, "{report}");
        node.ended()
    });
    assert_eq!(ended, Some(0));
    verified(&folder, "gr-police");
    let node = Running::start(&folder);
    assert_eq!(node.records(REGISTER), before + rows.count);
    let officer = node.client("police_officer");
    for id in acknowledged.into_inner().unwrap() {
        let search = officer.get(&format!("/api/v1/searches/{id}")).unwrap();
        assert_eq!(search["id"], *id, "an acknowledged search is gone");
    }
    let opened = officer.post("/api/v1/searches", &question(&rows.last, &rows.born())).unwrap();
    let path = format!("/api/v1/searches/{}", opened["id"].as_str().unwrap());
    let found = until("the own register answers", || {
        outcome(&officer.get(&path).unwrap(), REGISTER).map(str::to_owned)
    });
    assert_eq!(found, "match", "the last person of the file");
    node.stop();
}

#[test]
fn what_takes_too_long_is_cut_off_whole_and_a_second_signal_does_not_wait() {
    let folder = play("federation-of-short-stops").join("gr-node");
    stop_within(&folder, 1);
    let node = Running::start(&folder);
    let before = node.records(REGISTER);
    let rows = Rows::new(1, 500);
    let mut upload = Upload::begin(&node, &rows, false).unwrap();
    upload.send(PIECES / 2, &|| {}).unwrap();
    // The request is on the node's side before it is asked to stop.
    pause(Duration::from_millis(300));
    node.ask_to_stop();
    assert_eq!(node.ended(), Some(0));
    upload.break_off();
    let config = folder.join("node.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("stop_within_seconds = 1", "stop_within_seconds = 600"))
        .unwrap();
    let node = Running::start(&folder);
    assert_eq!(node.records(REGISTER), before, "a file that was cut off is not there");
    assert_eq!(whole(&node, &rows, true), (rows.count, 0), "every id of it is free");
    let mut upload = Upload::begin(&node, &Rows::new(2, 500), false).unwrap();
    upload.send(PIECES / 2, &|| {}).unwrap();
    pause(Duration::from_millis(300));
    node.ask_to_stop();
    until("the node says that it stops", || {
        Some(get(&folder, "/health/ready")).filter(|answer| answer.status == 503)
    });
    node.ask_to_stop();
    assert_eq!(node.ended(), Some(1));
    verified(&folder, "gr-police");
    let node = Running::start(&folder);
    assert_eq!(node.records(REGISTER), before);
    node.kill();
}

#[test]
fn the_service_manager_is_told_how_the_node_stands() {
    let folder = play("federation-of-notices").join("gr-node");
    let path = std::env::temp_dir().join(format!("eunomia-notify-{}", std::process::id()));
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    let node = Running::start_with(&folder, |serve| {
        serve.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "300000");
    });
    let mut told = String::new();
    let mut hear = |what: &str| {
        while !told.lines().any(|line| line == what) {
            let mut bytes = [0; 1024];
            let count = socket.recv(&mut bytes).unwrap();
            told.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
            told.push('\n');
        }
    };
    hear("READY=1");
    hear("WATCHDOG=1");
    node.ask_to_stop();
    hear("STOPPING=1");
    assert_eq!(node.ended(), Some(0));
    fs::remove_file(path).unwrap();
}
