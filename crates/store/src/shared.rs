//! What a store has whatever its engine: the key file, the seams, the logs that this process has opened.

use crate::Error;
use crate::key_file::KeyFile;
use crate::log::Publications;
use crate::places::{Places, Seams};
use seal::Secret;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The part of a store that no engine does in its own way.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) keys: Arc<KeyFile>,
    lookup: Secret,
    pub(crate) seams: Seams,
    places: Places,
    publications: Publications,
    /// Set at a power cut of a test.
    pub(crate) crashed: Arc<AtomicBool>,
}

impl Shared {
    pub(crate) fn new(places: &Places, keys: Arc<KeyFile>, seams: Seams) -> Result<Self, Error> {
        Ok(Self {
            lookup: keys.lookup_secret()?,
            keys,
            seams,
            places: places.clone(),
            publications: Publications::default(),
            crashed: Arc::new(AtomicBool::new(false)),
        })
    }

    /// Dies as at a power cut: from here on every call is refused.
    pub(crate) fn crash(&self) -> Error {
        self.crashed.store(true, Ordering::Release);
        Error::Crashed
    }

    /// Refuses after a power cut.
    pub(crate) fn alive(&self) -> Result<(), Error> {
        if self.crashed.load(Ordering::Acquire) { Err(Error::Crashed) } else { Ok(()) }
    }

    pub(crate) fn keys(&self) -> &KeyFile {
        &self.keys
    }

    /// The secret under which record ids and officers are looked up.
    pub(crate) fn lookup_secret(&self) -> &Secret {
        &self.lookup
    }

    pub(crate) fn seams(&self) -> &Seams {
        &self.seams
    }

    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    pub(crate) fn publications(&self) -> &Publications {
        &self.publications
    }
}
