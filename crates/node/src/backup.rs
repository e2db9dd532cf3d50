//! Backups of a running node: one grant and one log entry for each register, then the database at one moment and its keys
//! apart from it. Backups of keys that have ended are destroyed.

use crate::fault::Fault;
use crate::node::Node;
use std::path::{Path, PathBuf};
use store::{Draft, KeyManifest, LogMark};
use vocabulary::{ProcessingOperation, RegisterId, Timestamp};

/// The maintenance task in the log.
const TASK: &str = "backup";

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// The folder of the database.
    pub database: PathBuf,
    /// The folder of the keys.
    pub keys: PathBuf,
    /// Backups of keys that had ended and are destroyed.
    pub destroyed: Vec<PathBuf>,
}

impl Node {
    /// Backs this node up into new folders under `to` and, apart from it, `keys_to`, and brings the mirror of its logs in
    /// `to/log` up to date.
    ///
    /// # Errors
    /// When an instrument lets nobody maintain its register, or a folder cannot be written.
    pub fn back_up(&self, to: &Path, keys_to: &Path) -> Result<BackedUp, Fault> {
        let at = self.now();
        self.log_backup(at)?;
        while self.upkeep_logs()? {}
        let mut logs = Vec::new();
        for authority in self.hosted().keys() {
            if let Some(state) = self.store().log_state(authority)? {
                let (authority, size) = (authority.clone(), state.size.get());
                logs.push(LogMark { authority, origin: state.origin, size });
            }
        }
        let name = at.to_string().replace(':', "-");
        let (database, keys) = (to.join(&name), keys_to.join(&name));
        self.store().back_up((&database, &keys), logs, at)?;
        self.mirror_logs(to)?;
        Ok(BackedUp { database, keys, destroyed: destroy_ended(keys_to, at)? })
    }

    /// Copies what is new of the logs and of the journal of erasures into `to/log`.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn mirror_logs(&self, to: &Path) -> Result<(), Fault> {
        Ok(self.store().mirror_logs(&to.join("log"))?)
    }

    /// Decides and logs the backup: for every own register, and for an authority without one under the first instrument
    /// that lets it.
    fn log_backup(&self, at: Timestamp) -> Result<(), Fault> {
        for (authority, own) in self.hosted() {
            let mut under: Vec<_> =
                self.law().all().filter(|one| own.registers.contains(one.id())).collect();
            if under.is_empty() {
                under.extend(self.law().all().next());
            }
            for instrument in under {
                let operation = ProcessingOperation::Consultation;
                let (grant, mut entry) =
                    self.decide_maintenance(authority, instrument, operation, (TASK, at))?;
                entry.registers = vec![RegisterId::new(authority.clone(), instrument.id().clone())];
                self.store().log_maintenance(&grant, &Draft { entry })?;
            }
        }
        Ok(())
    }
}

/// Destroys the backups of keys in `folder` that have ended; what is no backup of keys is left alone.
fn destroy_ended(folder: &Path, now: Timestamp) -> Result<Vec<PathBuf>, Fault> {
    let mut destroyed = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let Ok(manifest) = std::fs::read(path.join("backup.json")) else { continue };
        let Ok(manifest) = serde_json::from_slice::<KeyManifest>(&manifest) else { continue };
        if manifest.expires_at <= now {
            std::fs::remove_dir_all(&path)?;
            destroyed.push(path);
        }
    }
    Ok(destroyed)
}
