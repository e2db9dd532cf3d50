//! Which database a node works on.

use crate::fault::Fault;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use store::{Address, Database};

/// A database of `PostgreSQL`. Without it a node keeps a file of `SQLite` in its folder of data.
///
/// Several processes of one node may name the same database; they then share the folder of data too, where the payload
/// keys and the logs lie.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `postgres://role@host:port/database`, without a password.
    pub url: String,
    /// The file that holds the password of the role, when it needs one.
    #[serde(default)]
    pub password: Option<PathBuf>,
}

/// The database that the settings name, or the file in the folder of data.
pub(crate) fn database(named: Option<&DatabaseSettings>, data: &Path) -> Result<Database, Fault> {
    let Some(named) = named else { return Ok(Database::Sqlite(data.join("eunomia.db"))) };
    let password = named.password.as_ref().map(|path| {
        let read = std::fs::read_to_string(path);
        let cannot = |error| {
            Fault::NotSetUp(format!("cannot read the password `{}`: {error}", path.display()))
        };
        read.map(|text| text.trim_end().to_owned()).map_err(cannot)
    });
    Ok(Database::Postgres(Address::read(&named.url, password.transpose()?)?))
}
