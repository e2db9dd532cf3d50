//! Every trust list this node has gone by, one file each: `data/trust-lists/0000000007.json`.
//!
//! The newest of them is the floor below which no list is taken, also after a restart; the older ones are what evidence of
//! their time is judged by, and what leads partners that were away over a change of keepers.

use crate::fault::Fault;
use exchange::{SignedTrustList, TrustList};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The name of the folder in the data folder.
const FOLDER: &str = "trust-lists";

/// The folder of kept lists.
#[derive(Debug, Clone)]
pub(crate) struct KeptLists {
    folder: PathBuf,
}

impl KeptLists {
    /// The lists kept among the data of a node.
    pub(crate) fn within(data: &Path) -> Self {
        Self { folder: data.join(FOLDER) }
    }

    fn path(&self, version: u64) -> PathBuf {
        self.folder.join(format!("{version:010}.json"))
    }

    /// The versions kept, sorted.
    fn versions(&self) -> Result<Vec<u64>, Fault> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(cannot("read", &self.folder, &error)),
        };
        let mut versions = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| cannot("read", &self.folder, &error))?;
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.strip_suffix(".json"));
            versions.extend(number.and_then(|number| number.parse::<u64>().ok()));
        }
        versions.sort_unstable();
        Ok(versions)
    }

    /// The newest version kept.
    pub(crate) fn newest(&self) -> Result<Option<u64>, Fault> {
        Ok(self.versions()?.last().copied())
    }

    /// The lists from a version on, sorted.
    pub(crate) fn from(&self, version: u64) -> Result<Vec<TrustList>, Fault> {
        let versions = self.versions()?.into_iter().filter(|one| *one >= version);
        versions.map(|version| self.read(version)).collect()
    }

    /// One list, when it was kept.
    pub(crate) fn of(&self, version: u64) -> Result<Option<TrustList>, Fault> {
        if self.path(version).exists() { self.read(version).map(Some) } else { Ok(None) }
    }

    fn read(&self, version: u64) -> Result<TrustList, Fault> {
        let path = self.path(version);
        let bytes = fs::read(&path).map_err(|error| cannot("read", &path, &error))?;
        let list = SignedTrustList::read(&bytes, None).map_err(|problems| {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Fault::TrustList(format!("`{}`: {}", path.display(), told.join("; ")))
        })?;
        if list.version() != version {
            let (path, found) = (path.display(), list.version());
            return Err(Fault::TrustList(format!(
                "`{path}` holds version {found}; it was put there by hand: take it out"
            )));
        }
        Ok(list)
    }

    /// Keeps a list; durable when this returns.
    pub(crate) fn keep(&self, list: &TrustList) -> Result<(), Fault> {
        let path = self.path(list.version());
        if path.exists() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder).map_err(|error| cannot("make", &self.folder, &error))?;
        let temporary = path.with_extension("new");
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&temporary)?;
            file.write_all(&list.signed().encode())?;
            file.sync_all()?;
            fs::rename(&temporary, &path)?;
            File::open(&self.folder)?.sync_all()
        };
        write().map_err(|error| cannot("write", &path, &error))
    }
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Fault {
    Fault::NotSetUp(format!("cannot {what} `{}`: {error}", path.display()))
}
