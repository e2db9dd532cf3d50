//! A file on its way to a node: piece by piece, so that one may look what happens amid it.

use crate::running::Running;
use serde_json::Value;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// The register that is loaded.
pub(crate) const REGISTER: &str = "gr-police/police_records_index";

/// How many pieces a file is sent in.
pub(crate) const PIECES: usize = 16;

/// A file of made-up persons that no other file has; the last one is named after it.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    pub(crate) text: String,
    pub(crate) count: u64,
    pub(crate) last: String,
}

impl Rows {
    /// The file with this number.
    pub(crate) fn new(number: usize, count: u64) -> Self {
        let letter = char::from(b'a' + u8::try_from(number).unwrap());
        let last = format!("Zyxwa Qu{letter}vrandel{letter}");
        let rows = (1..=count).map(|row| {
            let name =
                if row == count { last.clone() } else { format!("Made{row} Up{number}Person") };
            let year = 1940 + row % 60;
            format!(
                "{{\"id\":\"file{number}-{row}\",\"names\":[{{\"full\":\"{name}\"}}],\
                 \"birth_date\":\"{year}-02-03\",\"sex\":\"M\"}}\n"
            )
        });
        Self { text: rows.collect(), count, last }
    }

    /// The date of birth of the last person.
    pub(crate) fn born(&self) -> String {
        format!("{}-02-03", 1940 + self.count % 60)
    }
}

/// Sends the head of an upload of `length` bytes.
fn head(node: &Running, length: usize, dry_run: bool) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(node.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(40)))?;
    let options = if dry_run { "form=jsonl&dry_run=true" } else { "form=jsonl" };
    write!(
        stream,
        "POST /api/v1/registers/{REGISTER}/imports?{options} HTTP/1.1\r\nHost: {}\r\n\
         Authorization: Bearer {}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
        node.address(),
        node.token("register_owner").trim(),
    )?;
    Ok(stream)
}

/// A connection with which a file can be sent.
pub(crate) struct Upload {
    stream: TcpStream,
    bytes: Vec<u8>,
    sent: usize,
}

impl Upload {
    /// Begins to send a file.
    pub(crate) fn begin(node: &Running, rows: &Rows, dry_run: bool) -> io::Result<Self> {
        let bytes = rows.text.clone().into_bytes();
        Ok(Self { stream: head(node, bytes.len(), dry_run)?, bytes, sent: 0 })
    }

    /// Sends the next `pieces` of all pieces and tells `each` of every one.
    pub(crate) fn send(&mut self, pieces: usize, each: &dyn Fn()) -> io::Result<()> {
        let size = self.bytes.len().div_ceil(PIECES);
        for piece in self.bytes.chunks(size).skip(self.sent).take(pieces) {
            self.stream.write_all(piece)?;
            self.sent += 1;
            each();
        }
        self.stream.flush()
    }

    /// Breaks off.
    pub(crate) fn break_off(self) {
        self.stream.shutdown(Shutdown::Both).unwrap();
    }

    /// The report of the node, when it gave one.
    pub(crate) fn report(mut self) -> Option<Value> {
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        assert!(head.starts_with("HTTP/1.1 200 "), "{answer}");
        // An answer that was cut in the middle acknowledges nothing.
        let told: Value = serde_json::from_str(body).ok()?;
        Some(told["report"].clone())
    }
}

/// Sends a whole file; gives how many rows were taken and not taken.
pub(crate) fn whole(node: &Running, rows: &Rows, dry_run: bool) -> (u64, u64) {
    let mut upload = Upload::begin(node, rows, dry_run).unwrap();
    upload.send(PIECES, &|| {}).unwrap();
    let report = upload.report().unwrap();
    (report["taken"].as_u64().unwrap(), report["rejected"].as_u64().unwrap())
}
