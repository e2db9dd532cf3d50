//! Replaying: what the published log holds beyond a database that was put back.

use super::files;
use super::publish::folder_of;
use super::state::log_row;
use crate::Error;
use crate::engine::{Statements, values};
use crate::work::to_i64;
use audit_log::{Checkpoint, Entry, EntryBundle, Frontier, TILE_WIDTH, TileKind, TilePath};
use std::path::{Path, PathBuf};
use vocabulary::AuthorityId;

/// One log on the disk, with the entries that the database lacks.
struct Beyond {
    bodies: Vec<Vec<u8>>,
    frontier: Frontier,
    checkpoint: Checkpoint,
}

/// Brings the logs of `authority` in the database to where their published files are, over the turn of years, and gives
/// the entries it did not know.
///
/// # Errors
/// [`Error::Backup`] when the files are no continuation of the log in the database.
pub(crate) fn replay(
    rows: Statements<'_>,
    top: &Path,
    authority: &AuthorityId,
) -> Result<Vec<Entry>, Error> {
    let mut unknown = Vec::new();
    loop {
        let no_log = || Error::NoLog { authority: authority.clone() };
        let row = log_row(rows, authority)?.ok_or_else(no_log)?;
        let folder = folder_of(top, authority, (&row.origin, row.begins_at));
        let Some(beyond) = beyond(&folder, authority, (&row.origin, row.frontier))? else {
            return Ok(unknown);
        };
        let size = beyond.checkpoint.size().get();
        let end = row.begins_at.saturating_add(size);
        let mut index = end.saturating_sub(u64::try_from(beyond.bodies.len()).unwrap_or(0));
        for body in &beyond.bodies {
            // The first entry of a later year is the last checkpoint of the old one, and no processing.
            if let Ok(entry) = Entry::decode(body)
                && note_entry(rows, (&entry, body), index)?
            {
                unknown.push(entry);
            }
            index = index.saturating_add(1);
        }
        rows.execute(
            "UPDATE log_state SET size = ?1, frontier = ?2, published = ?1, published_root = ?3 \
             WHERE authority_id = ?4",
            values![
                to_i64(size)?,
                beyond.frontier.encode(),
                beyond.checkpoint.root().as_bytes(),
                authority.as_str()
            ],
        )?;
        rows.execute(
            "DELETE FROM log_waiting WHERE authority_id = ?1 AND first_index < ?2",
            values![authority.as_str(), to_i64(end)?],
        )?;
        let Some(origin) = next_year(top, authority, &row.origin) else { return Ok(unknown) };
        turn(rows, authority, (&row.origin, size), (&origin, end))?;
    }
}

/// What the folder of a log holds beyond `known`; none when it holds no more, or nothing at all. Also when it holds just
/// as much, the log may have been followed by another one.
fn beyond(
    folder: &Path,
    authority: &AuthorityId,
    (origin, known): (&str, Frontier),
) -> Result<Option<Beyond>, Error> {
    let Some(checkpoint) = files::checkpoint_on_disk(folder)? else { return Ok(None) };
    let (from, size) = (known.size().get(), checkpoint.size().get());
    if checkpoint.origin() != origin || size < from {
        return Ok(None);
    }
    let bodies = entries(folder, (from, size))?;
    let mut frontier = known;
    frontier.append_many(bodies.iter().map(|body| audit_log::leaf_hash(body)));
    if frontier.root() != *checkpoint.root() {
        return Err(Error::Backup {
            what: format!(
                "the log of `{authority}` in `{}` is no continuation of the log in the backup; take the log of this \
                 node, from its folder or a mirror",
                folder.display()
            ),
        });
    }
    Ok(Some(Beyond { bodies, frontier, checkpoint }))
}

/// The entries of a log from `from` up to `size`, out of its bundles.
fn entries(folder: &Path, (from, size): (u64, u64)) -> Result<Vec<Vec<u8>>, Error> {
    let width = u64::from(TILE_WIDTH);
    let missing = || Error::Backup {
        what: format!("`{}` lacks entries of its own checkpoint; take a mirror", folder.display()),
    };
    let mut entries = Vec::new();
    let mut at = from;
    while at < size {
        let (bundle, skip) = (at.div_euclid(width), at.rem_euclid(width));
        let first = bundle.saturating_mul(width);
        let held = size.saturating_sub(first).min(width);
        let held = u16::try_from(held).map_err(|_| missing())?;
        let path = TilePath::new(TileKind::Entries, bundle, held).map_err(|_| missing())?;
        let bytes = files::read(folder, &path.to_string())?.ok_or_else(missing)?;
        let bundle = EntryBundle::decode(&path, &bytes).map_err(|_| missing())?;
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        entries.extend(bundle.entries().iter().skip(skip).cloned());
        at = first.saturating_add(u64::from(held));
    }
    Ok(entries)
}

/// Makes an entry known; false when it was.
fn note_entry(
    rows: Statements<'_>,
    (entry, body): (&Entry, &[u8]),
    index: u64,
) -> Result<bool, Error> {
    let instrument = entry.instrument.as_ref().map_or("", |version| version.id.as_str());
    let noted = rows.execute(
        "INSERT INTO log_entry (authority_id, entry_id, log_index, query_id, instrument_id, granted, \
         leaf_hash, entry_digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        values![
            entry.authority.as_str(),
            entry.entry_id.to_bytes(),
            to_i64(index)?,
            entry.query.map(vocabulary::QueryId::to_bytes),
            instrument,
            entry.decision == audit_log::EntryDecision::Granted,
            audit_log::leaf_hash(body).as_bytes(),
            seal::sha256(body).as_bytes(),
        ],
    )?;
    Ok(noted == 1)
}

/// The name of the log that followed `origin`, when its folder shows one.
fn next_year(top: &Path, authority: &AuthorityId, origin: &str) -> Option<String> {
    let (_, year) = origin.rsplit_once('/')?;
    let folder = top.join(authority.as_str());
    let later = std::fs::read_dir(folder).ok()?.filter_map(|entry| {
        let path: PathBuf = entry.ok()?.path();
        let name = path.file_name()?.to_str()?.to_owned();
        let is_year = name.len() == 4 && name.bytes().all(|b| b.is_ascii_digit());
        (is_year && name.as_str() > year && path.join("checkpoint").exists()).then_some(name)
    });
    later.min().map(|year| format!("{authority}/{year}"))
}

/// The old log ended; the next one begins behind it.
fn turn(
    rows: Statements<'_>,
    authority: &AuthorityId,
    (old, size): (&str, u64),
    (new, begins_at): (&str, u64),
) -> Result<(), Error> {
    let owner = authority.as_str();
    rows.execute(
        "UPDATE log_year SET ended_size = ?1 WHERE authority_id = ?2 AND origin = ?3",
        values![to_i64(size)?, owner, old],
    )?;
    rows.execute(
        "INSERT INTO log_year (authority_id, begins_at, origin) VALUES (?1, ?2, ?3)",
        values![owner, to_i64(begins_at)?, new],
    )?;
    let nothing: &[u8] = &[];
    rows.execute(
        "UPDATE log_state SET origin = ?1, size = 0, frontier = ?2, published = 0, \
         published_root = ?3 WHERE authority_id = ?4",
        values![new, Frontier::new().encode(), nothing, owner],
    )?;
    Ok(())
}
