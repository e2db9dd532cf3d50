//! What surrounds a node on its machine: its folder, the room in it, its addresses, the clock.

use super::Findings;
use crate::command::serve::listening::cannot_listen;
use crate::command::serve::machine::free_bytes;
use crate::finding::Finding;
use node::Settings;
use rustix::fs::{Access, access};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::net::{TcpListener, ToSocketAddrs};
use std::path::Path;
use std::time::UNIX_EPOCH;
use vocabulary::Timestamp;

/// How far the clock may lie behind what was written by it before.
const CLOCK_OFF_MILLIS: i64 = 5 * 60 * 1_000;

/// Looks at everything around the node that `settings` describes.
pub(super) fn look(settings: &Settings, now: Timestamp, findings: &mut Findings) {
    let runs = is_in_use(&settings.data.join("payload.keys"));
    if runs {
        let what = "a node is running with this folder: its addresses are in use by it";
        findings.notices.push(Finding::file(&settings.data, what));
    } else {
        addresses(settings, findings);
    }
    exposure(settings, findings);
    folder(settings, findings);
    clock(settings, now, findings);
}

/// True when another process holds the key file.
fn is_in_use(keys: &Path) -> bool {
    File::open(keys).is_ok_and(|file| matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)))
}

fn addresses(settings: &Settings, findings: &mut Findings) {
    let listen = &settings.listen;
    let mut given =
        vec![("listen.exchange", &listen.exchange), ("listen.officers", &listen.officers)];
    given.extend(listen.operations.as_ref().map(|address| ("listen.operations", address)));
    // Held until all are tried, so that two keys with one address are noticed too.
    let mut held = Vec::new();
    for (key, address) in given {
        match TcpListener::bind(address) {
            Ok(listener) => held.push(listener),
            Err(error) => {
                findings.problems.push(Finding::key(key, cannot_listen(address, &error)));
            }
        }
    }
}

/// The interfaces without encryption of their own, on addresses that others reach.
fn exposure(settings: &Settings, findings: &mut Findings) {
    let reachable = |address: &str| {
        let mut all = address.to_socket_addrs().into_iter().flatten();
        all.any(|address| !address.ip().is_loopback())
    };
    let listen = &settings.listen;
    if reachable(&listen.officers) {
        let what =
            "this interface speaks plain HTTP and others reach it; put a TLS proxy before it";
        let finding = Finding::key("listen.officers", what);
        if settings.demonstration {
            let what =
                "anybody who reaches this address may play any officer; use the loopback address";
            findings.problems.push(Finding::key("demonstration", what));
        }
        findings.notices.push(finding);
    }
    if listen.operations.as_deref().is_some_and(reachable) {
        let what = "health and metrics are shown to whoever reaches this address; let a firewall choose who does";
        findings.notices.push(Finding::key("listen.operations", what));
    }
}

fn folder(settings: &Settings, findings: &mut Findings) {
    let data = &settings.data;
    let there = data.ancestors().find(|folder| folder.exists()).unwrap_or(data);
    if !there.is_dir() {
        findings.problems.push(Finding::file(there, "is no folder; name another one as `data`"));
    } else if access(there, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let what = "cannot be written by this account; run as its owner, or give it to the account of the node";
        findings.problems.push(Finding::file(there, what));
    }
    let least = u64::from(settings.operation.disk_free_megabytes).saturating_mul(1024 * 1024);
    if let Some(free) = free_bytes(data).filter(|free| *free < least) {
        let megabytes = free.checked_div(1024 * 1024).unwrap_or(0);
        let what = format!(
            "{megabytes} megabytes are free and `operation.disk_free_megabytes` wants {}; make room",
            settings.operation.disk_free_megabytes
        );
        findings.problems.push(Finding::file(data, what));
    }
    let (database, keys) = (data.join("eunomia.db"), data.join("payload.keys"));
    if database.exists() {
        if !begins_with(&database, b"SQLite format 3\0") {
            let what =
                "is no database of a node; put a backup back, or name another folder as `data`";
            findings.problems.push(Finding::file(&database, what));
        }
        if !keys.exists() {
            let what =
                "is missing but the database is there; put the key file of this database back";
            findings.problems.push(Finding::file(&keys, what));
        }
    }
}

fn begins_with(path: &Path, bytes: &[u8]) -> bool {
    use std::io::Read;
    let mut begin = vec![0; bytes.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut begin)).is_ok_and(|()| begin == bytes)
}

/// A clock that shows less than what was written by it, or than what the keepers signed, is wrong.
fn clock(settings: &Settings, now: Timestamp, findings: &mut Findings) {
    for path in [settings.data.join("eunomia.db"), settings.data.join("payload.keys")] {
        let Some(written) = written_at(&path) else { continue };
        if now.plus_millis(CLOCK_OFF_MILLIS) < written {
            let what = format!("was written at {written} and the clock shows {now}; set the clock");
            findings.problems.push(Finding::file(&path, what));
        }
    }
}

fn written_at(path: &Path) -> Option<Timestamp> {
    let told = match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        told => told.ok()?,
    };
    let since = told.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_micros(i64::try_from(since.as_micros()).ok()?))
}
