//! Where a running node is backed up to, and how often.

use serde::Deserialize;
use std::path::PathBuf;

/// Backups that a running node makes by itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupSettings {
    /// The folder of the database's backups and of the mirror of the logs; best on another machine.
    pub to: PathBuf,
    /// The folder of the keys' backups: apart from the other one, or whoever gets one has both.
    pub keys_to: PathBuf,
    /// How many hours apart.
    #[serde(default = "daily")]
    pub every_hours: u32,
}

const fn daily() -> u32 {
    24
}
