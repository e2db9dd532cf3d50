//! Files of made-up persons, and how one gets to a node.

use crate::load::Access;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The register that is loaded.
pub(crate) const REGISTER: &str = "gr-police/police_records_index";
/// Records in one file.
pub(crate) const COUNT: u64 = 40;

/// The id of a record of a file; no two files share one.
pub(crate) fn record(file: usize, row: u64) -> String {
    format!("sys{file}-{row}")
}

fn name(file: usize, row: u64) -> String {
    format!("Made{row} Sys{file}Person")
}

/// The last person of a file.
pub(crate) fn last_of(file: usize) -> String {
    name(file, COUNT)
}

/// The file with this number.
fn text(file: usize) -> String {
    let rows = (1..=COUNT).map(|row| {
        format!(
            "{{\"id\":\"{}\",\"names\":[{{\"full\":\"{}\"}}],\
             \"birth_date\":\"1960-02-03\",\"sex\":\"M\"}}\n",
            record(file, row),
            name(file, row)
        )
    });
    rows.collect()
}

/// Sends a file; gives the report when the whole of it came.
pub(crate) fn upload(access: &Access, file: usize, dry_run: bool) -> Option<Value> {
    let (text, address) = (text(file), &access.address);
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_mins(1))).ok()?;
    let head = format!(
        "POST /api/v1/registers/{REGISTER}/imports?form=jsonl&dry_run={dry_run} HTTP/1.1\r\n\
         Host: {address}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        access.owner.trim(),
        text.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(text.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    let told: Value = serde_json::from_str(body).ok()?;
    Some(if told["report"].is_null() { told } else { told["report"].clone() })
}
