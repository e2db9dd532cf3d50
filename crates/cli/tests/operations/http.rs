//! A request to the operations interface, and the answer as it came.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

/// Status and body of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// `host:port` of the operations interface of the node in `folder`.
pub(crate) fn operations_address(folder: &Path) -> String {
    let text = std::fs::read_to_string(folder.join("node.toml")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("operations = \"")).unwrap();
    line.trim_end_matches('"').to_owned()
}

/// `GET path`; none when nobody answers.
pub(crate) fn try_get(address: &str, path: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    let (head, body) = (head.to_owned(), body.to_owned());
    Some(Answer { status, head, body })
}

/// `GET path` of the node in `folder`, which runs.
pub(crate) fn get(folder: &Path, path: &str) -> Answer {
    try_get(&operations_address(folder), path).unwrap()
}
