//! Backups: the database at one moment, its keys apart from it and for 30 days at most.

use crate::Error;
use crate::store::Store;
use seal::{Digest, sha256};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use vocabulary::{AuthorityId, Timestamp};

/// How long a backup of keys may be used, in days: what was erased must be out of every backup by then.
pub const KEYS_LIVE_DAYS: i64 = 30;
/// The manifest in a folder of a backup.
const MANIFEST: &str = "backup.json";
/// The database in a folder of a backup.
pub(crate) const DATABASE: &str = "eunomia.db";
/// The keys in a folder of a backup.
pub(crate) const KEYS: &str = "payload.keys";

/// How far a log was when a backup was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogMark {
    /// Whose log.
    pub authority: AuthorityId,
    /// Its name.
    pub origin: String,
    /// Its entries with an index.
    pub size: u64,
}

/// What stands beside a backup of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseManifest {
    /// The version of this form.
    pub version: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// SHA-256 of the file.
    pub database: Digest,
    /// How far the logs were, at least.
    pub logs: Vec<LogMark>,
}

/// What stands beside a backup of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyManifest {
    /// The version of this form.
    pub version: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it must be destroyed; it is not restored after.
    pub expires_at: Timestamp,
    /// SHA-256 of the file.
    pub keys: Digest,
    /// SHA-256 of the database it belongs to.
    pub database: Digest,
}

impl Store {
    /// Writes the database as it is now into the folder `to` and its keys into the folder `keys_to`, each with a
    /// manifest; both folders are made and must not be there. The caller has logged it.
    ///
    /// # Errors
    /// When a folder is there already, or cannot be written.
    pub fn back_up(
        &self,
        (to, keys_to): (&Path, &Path),
        logs: Vec<LogMark>,
        at: Timestamp,
    ) -> Result<DatabaseManifest, Error> {
        let Self::Sqlite(engine) = self else {
            let what = "a database of PostgreSQL is backed up with its own tools; copy the key file and the log folder apart from it";
            return Err(Error::Unfit { what });
        };
        for folder in [to, keys_to] {
            if let Some(above) = folder.parent() {
                fs::create_dir_all(above).map_err(Error::file("make the folder", above))?;
            }
            fs::create_dir(folder).map_err(Error::file("make the folder", folder))?;
        }
        let copy = to.join(DATABASE);
        let held = engine.hold_keys();
        engine.copy_database(&copy)?;
        sync(&copy)?;
        let database = digest_of(&copy)?;
        // After the database: a key that was destroyed in between is missing here, and its payload is dropped when
        // this is restored. No slot is used again meanwhile.
        let keys = self.engine().keys().copy()?;
        drop(held);
        write_private(&keys_to.join(KEYS), &keys)?;
        let expires_at = at.plus_millis(KEYS_LIVE_DAYS.saturating_mul(86_400_000));
        let of_keys =
            KeyManifest { version: 1, made_at: at, expires_at, keys: sha256(&keys), database };
        write_json(&keys_to.join(MANIFEST), &of_keys)?;
        let manifest = DatabaseManifest { version: 1, made_at: at, database, logs };
        write_json(&to.join(MANIFEST), &manifest)?;
        sync(keys_to)?;
        sync(to)?;
        Ok(manifest)
    }

    /// Copies what the folder of the logs holds, the journal of erasures among it, into the folder `to`: tiles that are
    /// not there yet, and what changes. A mirror is never ahead of the log.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn mirror_logs(&self, to: &Path) -> Result<(), Error> {
        mirror(&self.engine().places().log, to)
    }
}

/// Takes the logs of a node from their mirror, where they are lost.
///
/// # Errors
/// [`Error::Backup`] when the node still has logs: they are never behind their mirror.
pub fn take_mirror(mirror_of: &Path, to: &Path) -> Result<(), Error> {
    let holds = fs::read_dir(to).is_ok_and(|mut entries| entries.next().is_some());
    if holds {
        let to = to.display();
        let what = format!("`{to}` holds the logs of the node; restore without a mirror");
        return Err(Error::Backup { what });
    }
    mirror(mirror_of, to)
}

/// Copies a folder of logs. Checkpoints go last in each folder, so that a mirror never names tiles it lacks.
pub(crate) fn mirror(from: &Path, to: &Path) -> Result<(), Error> {
    fs::create_dir_all(to).map_err(Error::file("make the folder", to))?;
    let mut last = Vec::new();
    for entry in fs::read_dir(from).map_err(Error::file("read the folder", from))? {
        let entry = entry.map_err(Error::file("read the folder", from))?;
        let (path, name) = (entry.path(), entry.file_name());
        let target = to.join(&name);
        let name = name.to_string_lossy();
        if path.is_dir() {
            mirror(&path, &target)?;
        } else if name.ends_with(".new") {
            // Half written; its name tells so.
        } else if !from.iter().any(|part| part == "tile") {
            last.push((path, target));
        } else if !target.exists() {
            copy(&path, &target)?;
        }
    }
    last.iter().try_for_each(|(path, target)| copy(path, target))
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let bytes = fs::read(from).map_err(Error::file("read", from))?;
    let mut beside = to.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    let mut file = File::create(beside).map_err(Error::file("write", beside))?;
    file.write_all(&bytes).map_err(Error::file("write", beside))?;
    file.sync_data().map_err(Error::file("write", beside))?;
    fs::rename(beside, to).map_err(Error::file("write", to))
}

/// Both manifests of a backup, when its files are whole, belong together and may still be used at `now`.
pub(crate) fn check(
    (from, keys_from): (&Path, &Path),
    now: Timestamp,
) -> Result<(DatabaseManifest, KeyManifest), Error> {
    let of_database: DatabaseManifest = read_json(&from.join(MANIFEST))?;
    let of_keys: KeyManifest = read_json(&keys_from.join(MANIFEST))?;
    let refused = |what: String| Err(Error::Backup { what });
    if of_keys.expires_at <= now || now.millis_since(of_keys.made_at) > KEYS_LIVE_DAYS * 86_400_000
    {
        return refused(format!(
            "the backup of the keys was made at {} and ended at {}: what was erased since would come back; \
             destroy it and take a younger one",
            of_keys.made_at, of_keys.expires_at
        ));
    }
    if of_keys.database != of_database.database || of_keys.made_at != of_database.made_at {
        return refused(format!(
            "the keys were made at {} for another database than this one of {}; take the keys of the same backup",
            of_keys.made_at, of_database.made_at
        ));
    }
    for (file, wanted) in
        [(from.join(DATABASE), of_database.database), (keys_from.join(KEYS), of_keys.keys)]
    {
        if digest_of(&file)? != wanted {
            return refused(format!(
                "`{}` is not what was backed up: its digest differs from the manifest; take another backup",
                file.display()
            ));
        }
    }
    Ok((of_database, of_keys))
}

fn digest_of(path: &Path) -> Result<Digest, Error> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .map_err(Error::file("read", path))?;
    Ok(sha256(&bytes))
}

fn sync(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|open| open.sync_all()).map_err(Error::file("write", path))
}

/// Writes a file that only its owner reads, and makes it durable.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(Error::file("write", path))?;
    file.write_all(bytes).map_err(Error::file("write", path))?;
    file.sync_all().map_err(Error::file("write", path))
}

fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), Error> {
    let bytes = serde_json::to_vec_pretty(value)
        .map_err(|_| Error::Unfit { what: "a manifest cannot be written as JSON" })?;
    write_private(path, &bytes)
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let bytes = fs::read(path).map_err(Error::file("read", path))?;
    serde_json::from_slice(&bytes).map_err(|error| Error::Backup {
        what: format!("`{}` is not a manifest of this version: {error}", path.display()),
    })
}
