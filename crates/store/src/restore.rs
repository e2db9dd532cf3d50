//! Restoring: an old database is put back, the log is replayed, later erasures are done again, and what is lost is named.

use crate::Error;
use crate::backup::{self, DATABASE, KEYS};
use crate::engine::{Statements, values};
use crate::journal::{self, journal_in};
use crate::key_file::{Holders, KeyFile, Slot};
use crate::log::replay;
use crate::places::{Database, Entropy, Places, Seams};
use crate::sqlite::in_one_transaction;
use audit_log::Entry;
use std::collections::BTreeSet;
use std::path::Path;
use vocabulary::{AuthorityId, Timestamp};

/// Where a backup lies and where it goes.
#[derive(Debug, Clone, Copy)]
pub struct Restore<'a> {
    /// The places of the node. Database and keys must not be there; the logs and the journal of erasures must be those
    /// of the node, or of its mirror.
    pub places: &'a Places,
    /// The folder of the database's backup.
    pub from: &'a Path,
    /// The folder of the keys' backup.
    pub keys_from: &'a Path,
    /// When.
    pub at: Timestamp,
}

/// What a restore found and did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was made.
    pub made_at: Timestamp,
    /// Entries of the log that came after the backup: what they entered, changed or asked is not in the database.
    pub later: Vec<Entry>,
    /// Records and copies that were erased after the backup and are erased again.
    pub records_erased: u64,
    /// Searches, answers and messages that had gone after the backup and are gone again.
    pub others_erased: u64,
}

/// Puts a backup back.
///
/// # Errors
/// [`Error::Backup`] when it is older than 30 days, altered, not of one piece, or of another log, and when there is a
/// database already. Nothing is left behind then.
pub fn restore(job: Restore<'_>, entropy: Entropy) -> Result<Restored, Error> {
    let (database, keys) = (sqlite_file(job.places)?, &job.places.keys);
    for file in [database, keys] {
        if file.exists() {
            let file = file.display();
            let what = format!("`{file}` is there; move database and keys away before restoring");
            return Err(Error::Backup { what });
        }
    }
    let (manifest, _) = backup::check((job.from, job.keys_from), job.at)?;
    for folder in [database.parent(), keys.parent()].into_iter().flatten() {
        std::fs::create_dir_all(folder).map_err(Error::file("make the folder", folder))?;
    }
    let result = put_back(&job, entropy);
    if result.is_err() {
        // Half a restore must not be taken for a node. What cannot be removed is refused the next time.
        for file in [database, keys] {
            std::fs::remove_file(file).ok();
        }
    }
    let Done { later, records_erased, others_erased } = result?;
    Ok(Restored { made_at: manifest.made_at, later, records_erased, others_erased })
}

fn sqlite_file(places: &Places) -> Result<&std::path::PathBuf, Error> {
    match &places.database {
        Database::Sqlite(path) => Ok(path),
        Database::Postgres(_) => {
            let what = "a database of PostgreSQL is restored with its own tools";
            Err(Error::Unfit { what })
        }
    }
}

struct Done {
    later: Vec<Entry>,
    records_erased: u64,
    others_erased: u64,
}

fn put_back(job: &Restore<'_>, entropy: Entropy) -> Result<Done, Error> {
    let Places { keys, log, .. } = job.places;
    let database = sqlite_file(job.places)?;
    for (from, to) in [(job.from.join(DATABASE), database), (job.keys_from.join(KEYS), keys)] {
        let bytes = std::fs::read(&from).map_err(Error::file("read", &from))?;
        backup::write_private(to, &bytes)?;
    }
    let file = KeyFile::open(keys, true, Holders::One, &Seams { entropy, crash: None })?;
    in_one_transaction(database, |rows| {
        let mut later = Vec::new();
        for authority in authorities(rows)? {
            later.extend(replay(rows, log, &authority)?);
        }
        later.sort_by_key(|entry| entry.at);
        let known = last_erasure(rows)?;
        let (lines, _) = journal::read(&journal_in(log))?;
        let again: BTreeSet<Slot> = lines
            .iter()
            .filter(|line| line.number > known)
            .flat_map(|line| line.slots.iter().copied())
            .collect();
        // The keys go first: whatever happens next, what was erased cannot be read.
        file.destroy(again.iter().copied())?;
        file.sync()?;
        if let Some(last) = lines.last().filter(|line| line.number > known) {
            note_erasure(rows, last.number)?;
        }
        let (records_erased, others_erased) = drop_unreadable(rows, &file)?;
        Ok(Done { later, records_erased, others_erased })
    })
}

fn authorities(rows: Statements<'_>) -> Result<Vec<AuthorityId>, Error> {
    rows.all("SELECT authority_id FROM log_state ORDER BY authority_id", values![], |row| {
        let id: String = row.get(0)?;
        id.parse().map_err(|_| Error::Damaged { what: "an authority id" })
    })
}

/// The last line of the journal that the database had when it was backed up.
pub(crate) fn last_erasure(rows: Statements<'_>) -> Result<u64, Error> {
    let last = rows.one(
        "SELECT coalesce(max(number), 0) FROM erasure_waiting WHERE authority_id = ''",
        values![],
        |row| row.get(0),
    )?;
    Ok(last.unwrap_or(0))
}

fn note_erasure(rows: Statements<'_>, number: u64) -> Result<(), Error> {
    let nothing: &[u8] = &[];
    rows.execute(
        "INSERT INTO erasure_waiting (authority_id, number, slots) VALUES ('', ?1, ?2)",
        values![crate::work::to_i64(number)?, nothing],
    )?;
    Ok(())
}

/// The tables of sealed payloads, and what becomes of a row whose key is destroyed. Records leave a tombstone; an answer
/// is awaited again, which has expired; everything else goes.
const SEALED: [(&str, &str, &str); 7] = [
    (
        "INSERT INTO key_slot_free (authority_id, slot) SELECT authority_id, key_slot FROM record \
         WHERE key_slot IN (SELECT slot FROM key_gone) ON CONFLICT DO NOTHING",
        "UPDATE record SET state = 3, lookup = CAST(record_key AS BLOB), as_of = NULL, \
         valid_until = NULL, key_slot = NULL, content = NULL \
         WHERE key_slot IN (SELECT slot FROM key_gone)",
        "record",
    ),
    (
        "INSERT INTO key_slot_free (authority_id, slot) SELECT authority_id, key_slot FROM search_part \
         WHERE key_slot IN (SELECT slot FROM key_gone) ON CONFLICT DO NOTHING",
        "UPDATE search_part SET key_slot = NULL, answer = NULL, reply_head = NULL, outcome = NULL, \
         answered_at = NULL WHERE key_slot IN (SELECT slot FROM key_gone)",
        "search_part",
    ),
    (
        "INSERT INTO key_slot_free (authority_id, slot) SELECT authority_id, key_slot FROM search \
         WHERE key_slot IN (SELECT slot FROM key_gone) ON CONFLICT DO NOTHING",
        "DELETE FROM search WHERE key_slot IN (SELECT slot FROM key_gone)",
        "search",
    ),
    (
        "INSERT INTO key_slot_free (authority_id, slot) SELECT authority_id, key_slot FROM match_decision \
         WHERE key_slot IN (SELECT slot FROM key_gone) ON CONFLICT DO NOTHING",
        "DELETE FROM match_decision WHERE key_slot IN (SELECT slot FROM key_gone)",
        "match_decision",
    ),
    (
        "INSERT INTO key_slot_free (authority_id, slot) SELECT authority_id, key_slot FROM outbox \
         WHERE key_slot IN (SELECT slot FROM key_gone) ON CONFLICT DO NOTHING",
        "DELETE FROM outbox WHERE key_slot IN (SELECT slot FROM key_gone)",
        "outbox",
    ),
    (
        "INSERT INTO key_slot_free (authority_id, slot) SELECT authority_id, key_slot FROM inbox \
         WHERE key_slot IN (SELECT slot FROM key_gone) ON CONFLICT DO NOTHING",
        "DELETE FROM inbox WHERE key_slot IN (SELECT slot FROM key_gone)",
        "inbox",
    ),
    (
        "INSERT INTO key_slot_free (authority_id, slot) SELECT authority_id, key_slot FROM record_review \
         WHERE key_slot IN (SELECT slot FROM key_gone) ON CONFLICT DO NOTHING",
        "DELETE FROM record_review WHERE key_slot IN (SELECT slot FROM key_gone)",
        "record_review",
    ),
];

/// Drops every row whose key is destroyed; gives how many records and how many other payloads went.
fn drop_unreadable(rows: Statements<'_>, file: &KeyFile) -> Result<(u64, u64), Error> {
    rows.execute("CREATE TEMPORARY TABLE key_gone (slot INTEGER PRIMARY KEY)", values![])?;
    for slot in file.destroyed()? {
        let slot = crate::work::to_i64(slot)?;
        rows.execute("INSERT INTO key_gone (slot) VALUES (?1)", values![slot])?;
    }
    let (mut records, mut others) = (0_u64, 0_u64);
    for (free, drop, table) in SEALED {
        rows.execute(free, values![])?;
        let gone = u64::try_from(rows.execute(drop, values![])?).unwrap_or(u64::MAX);
        let sum = if table == "record" { &mut records } else { &mut others };
        *sum = sum.saturating_add(gone);
    }
    // Parts of searches that are gone say nothing any more.
    rows.execute(
        "DELETE FROM search_part WHERE key_slot IS NULL AND NOT EXISTS (SELECT 1 FROM search AS s \
         WHERE s.authority_id = search_part.authority_id AND s.query_id = search_part.query_id)",
        values![],
    )?;
    rows.execute(
        "UPDATE register_count SET live = (SELECT count(*) FROM record AS r \
         WHERE r.authority_id = register_count.authority_id AND r.owner_id = register_count.owner_id \
         AND r.instrument_id = register_count.instrument_id AND r.state = 1 AND (r.batch_id = 0 \
         OR EXISTS (SELECT 1 FROM batch AS b WHERE b.authority_id = r.authority_id \
         AND b.batch_id = r.batch_id AND b.finished_at IS NOT NULL))), \
         ended = (SELECT count(*) FROM record AS r \
         WHERE r.authority_id = register_count.authority_id AND r.owner_id = register_count.owner_id \
         AND r.instrument_id = register_count.instrument_id AND r.state = 2)",
        values![],
    )?;
    Ok((records, others))
}
