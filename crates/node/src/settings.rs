//! The configuration of a node: where things are and how much is allowed, never who may.

mod backup;
mod database;
mod operation;
mod reading;

pub use backup::BackupSettings;
pub use database::DatabaseSettings;
pub use operation::{LogFormat, OperationSettings};
pub use reading::SettingsProblem;

use crate::fault::Fault;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use vocabulary::{AuthorityId, CountryCode, InstrumentId, NodeId};

/// The one configuration file of a node. Unknown keys are refused; paths are taken from its folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The id of this node in the trust list.
    pub node: NodeId,
    /// The folder of database, payload keys and logs.
    pub data: PathBuf,
    /// A database of `PostgreSQL` instead of the file in the folder of data.
    #[serde(default)]
    pub database: Option<DatabaseSettings>,
    /// The signed trust list.
    pub trust_list: PathBuf,
    /// The public keys of the keepers of the trust list, base64, and how many must sign.
    pub keepers: KeeperSettings,
    /// The file of the node's signing seed: 64 hexadecimal digits.
    pub signing_key: PathBuf,
    /// The seeds of further keys while one follows the other; made by `eunomia trust rotate`.
    #[serde(default)]
    pub further_signing_keys: Vec<PathBuf>,
    /// Certificate and key for mutual TLS, PEM.
    pub tls: TlsSettings,
    /// Where the interfaces listen.
    pub listen: ListenSettings,
    /// The officers of this node.
    pub officers: PathBuf,
    /// A folder of instrument files to use instead of those the program carries.
    #[serde(default)]
    pub instruments: Option<PathBuf>,
    /// A folder of local law: files of Cedar that may only forbid.
    #[serde(default)]
    pub local_law: Option<PathBuf>,
    /// The authorities this node hosts.
    #[serde(rename = "authority")]
    pub authorities: Vec<AuthoritySettings>,
    /// Keys shared by the participants of pseudonymised indexes.
    #[serde(default, rename = "pseudonym_key")]
    pub pseudonym_keys: Vec<PseudonymKeySettings>,
    /// Technical limits.
    #[serde(default)]
    pub limits: LimitSettings,
    /// How the process behaves.
    #[serde(default)]
    pub operation: OperationSettings,
    /// Backups that the running node makes by itself; none without it.
    #[serde(default)]
    pub backup: Option<BackupSettings>,
    /// True on a node of the demonstration: an officer is chosen from a list instead of signing in.
    #[serde(default)]
    pub demonstration: bool,
}

/// Who must have signed the trust list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeeperSettings {
    /// How many different keepers must sign.
    pub threshold: u32,
    /// Their public keys.
    pub keys: Vec<seal::VerifyingKey>,
}

/// Files for mutual TLS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsSettings {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Addresses to listen on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenSettings {
    /// For other nodes: `address:port`.
    pub exchange: String,
    /// For officers: `address:port`.
    pub officers: String,
    /// For whoever operates the node: health and metrics, `address:port`; nobody listens without it.
    #[serde(default)]
    pub operations: Option<String>,
}

/// An authority hosted by the node.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthoritySettings {
    /// Its id in the trust list.
    pub id: AuthorityId,
    /// Its name as officers know it.
    pub name: String,
    /// Its country; none for a body of the Union.
    #[serde(default)]
    pub country: Option<CountryCode>,
    /// The file of its secret for pseudonyms and references: 64 hexadecimal digits.
    pub secret: PathBuf,
    /// The registers it keeps, by instrument.
    #[serde(default)]
    pub registers: Vec<InstrumentId>,
}

/// The key of a pseudonymised index.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PseudonymKeySettings {
    /// The instrument it belongs to.
    pub instrument: InstrumentId,
    /// The file: 64 hexadecimal digits.
    pub key: PathBuf,
}

/// Technical limits; each has a usable default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// After how many milliseconds an answer counts as late.
    pub answer_millis: u32,
    /// How many seconds an undelivered query is offered again before it expires.
    pub query_lifetime_seconds: u32,
    /// How many matches one register answers at most.
    pub matches_most: u32,
    /// How many read connections the store holds.
    pub readers: u32,
    /// How many partners are asked to cosign each head of the own logs; 0 for none.
    pub witnesses: u32,
    /// After how many minutes is looked again for what has been kept long enough.
    pub retention_minutes: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            answer_millis: 2_000,
            query_lifetime_seconds: 3_600,
            matches_most: 20,
            readers: 4,
            witnesses: 3,
            retention_minutes: 60,
        }
    }
}

impl Settings {
    /// Where the store lies.
    ///
    /// # Errors
    /// When the address of the database or its password cannot be read.
    pub fn places(&self) -> Result<store::Places, Fault> {
        Ok(store::Places {
            database: database::database(self.database.as_ref(), &self.data)?,
            keys: self.data.join("payload.keys"),
            log: self.data.join("log"),
        })
    }

    /// Reads the text of a configuration file that stands in `folder`.
    ///
    /// # Errors
    /// Every mistake, in the order of the lines.
    pub fn read(text: &str, folder: &Path) -> Result<Self, Vec<SettingsProblem>> {
        let mut settings = reading::read(text)?;
        if settings.authorities.is_empty() {
            let what = "no `[[authority]]`; a node hosts at least one".to_owned();
            return Err(vec![SettingsProblem { line: 0, key: String::new(), what }]);
        }
        settings.place_in(folder);
        Ok(settings)
    }

    fn place_in(&mut self, folder: &Path) {
        let fixed = [
            &mut self.data,
            &mut self.trust_list,
            &mut self.signing_key,
            &mut self.tls.certificate,
            &mut self.tls.key,
            &mut self.officers,
        ];
        let secrets = self.authorities.iter_mut().map(|authority| &mut authority.secret);
        let keys = self.pseudonym_keys.iter_mut().map(|key| &mut key.key);
        let keys = keys.chain(self.further_signing_keys.iter_mut());
        let backup = self.backup.iter_mut().flat_map(|one| [&mut one.to, &mut one.keys_to]);
        for path in fixed
            .into_iter()
            .chain(secrets)
            .chain(keys)
            .chain(self.instruments.as_mut())
            .chain(self.local_law.as_mut())
            .chain(self.database.as_mut().and_then(|database| database.password.as_mut()))
            .chain(backup)
        {
            *path = folder.join(&*path);
        }
    }
}
