//! The logs of the hosted authorities: sequenced, published, and begun anew each year.

use crate::fault::Fault;
use crate::node::Node;
use audit_log::{Note, NoteKey, NoteKeyKind, TileKind, TilePath};
use seal::SigningKey;
use std::sync::atomic::Ordering;
use store::{LogYear, NextLog};
use vocabulary::{AuthorityId, NodeId};

/// How many entries one pass gives an index to.
const SEQUENCE_MOST: u32 = 20_000;

/// A file of a published log (C2SP `tlog-tiles`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogFile {
    /// The checkpoint with the cosignatures it has.
    Checkpoint,
    /// A tile of hashes, or a bundle of entries.
    Tile(TilePath),
}

impl Node {
    /// Gives waiting entries their index, writes tiles and signs a checkpoint, for every hosted authority; with the new
    /// year the next log begins. Returns true when anything was waiting.
    ///
    /// # Errors
    /// When the store fails, or the disk or somebody else shows a larger tree than the store knows.
    pub fn upkeep_logs(&self) -> Result<bool, Fault> {
        let mut worked = false;
        for authority in self.hosted().keys() {
            match self.upkeep_log(authority) {
                // Another process of this node took the log over; this one goes on without it.
                Err(Fault::Store(store::Error::LogMoved { .. })) => {}
                result => worked |= result?,
            }
        }
        self.follow_logs()?;
        Ok(worked)
    }

    fn upkeep_log(&self, authority: &AuthorityId) -> Result<bool, Fault> {
        if !self.store().leads_log(authority)? {
            return Ok(false);
        }
        let worked = self.store().sequence(authority, SEQUENCE_MOST)?.is_some();
        if !self.shared.signing_held.load(Ordering::Acquire) {
            let origin = self.log_origin(authority)?;
            self.publish(authority, &origin)?;
            self.turn_year(authority, &origin)?;
        }
        Ok(worked)
    }

    /// While held, nothing is signed; entries get their index all the same. A node that starts holds back until its
    /// witnesses had the chance to show a larger head: after a restored backup nothing must be signed.
    pub fn hold_signing(&self, held: bool) {
        self.shared.signing_held.store(held, Ordering::Release);
    }

    fn publish(&self, authority: &AuthorityId, origin: &str) -> Result<(), Fault> {
        let signers: Vec<&SigningKey> =
            self.shared.environment.signers().map(AsRef::as_ref).collect();
        // The text comes from the store, which made it; it cannot be anything but a checkpoint.
        let sign = |text: &str| signed_note(text, origin, &signers).unwrap_or_default();
        self.store().publish(authority, &sign)?;
        Ok(())
    }

    /// Begins the log of this year, once everything of the old one is published. On a node that is busy at midnight
    /// that may take a moment; until then the old log goes on.
    fn turn_year(&self, authority: &AuthorityId, origin: &str) -> Result<(), Fault> {
        let begun = origin.rsplit('/').next().and_then(|year| year.parse::<i16>().ok());
        let year = self.now().year();
        // A clock that went back begins no log of the past.
        if begun.is_none_or(|begun| year <= begun) {
            return Ok(());
        }
        let origin = format!("{authority}/{year}");
        let key = self.key_of(&origin)?.to_string();
        self.store().begin_next_log(authority, &NextLog { origin, key })?;
        Ok(())
    }

    /// The name of the open log of `authority` in its checkpoints, such as `authority/2026`.
    ///
    /// # Errors
    /// When this node does not host the authority, or the store fails.
    pub fn log_origin(&self, authority: &AuthorityId) -> Result<String, Fault> {
        self.own(authority)?;
        Ok(self.store().log_origin(authority)?)
    }

    /// All logs of `authority`, one a year, the oldest first.
    ///
    /// # Errors
    /// When this node does not host the authority, or the store fails.
    pub fn log_years(&self, authority: &AuthorityId) -> Result<Vec<LogYear>, Fault> {
        self.own(authority)?;
        Ok(self.store().log_years(authority)?)
    }

    /// The key with which the open log of `authority` is verified (C2SP `signed-note`).
    ///
    /// # Errors
    /// When this node does not host the authority.
    pub fn log_key(&self, authority: &AuthorityId) -> Result<NoteKey, Fault> {
        self.key_of(&self.log_origin(authority)?)
    }

    /// The key of the log `origin`.
    pub(crate) fn key_of(&self, origin: &str) -> Result<NoteKey, Fault> {
        NoteKey::new(origin, NoteKeyKind::Log, self.shared.environment.signer.verifying_key())
            .map_err(|error| Fault::NotSetUp(error.to_string()))
    }

    /// A file of the log `origin`, as a partner may have it: checkpoint and hashes are for every node of the
    /// federation, entries for nobody but the node itself. None when there is no such file, or not for this reader.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn log_file(
        &self,
        reader: &NodeId,
        origin: &str,
        file: &LogFile,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let Some(year) = self.own_log(origin)? else { return Ok(None) };
        match file {
            LogFile::Checkpoint => Ok(self.store().checkpoint_note(&year)?.map(String::into_bytes)),
            LogFile::Tile(path) if path.kind() == TileKind::Entries && !self.is_self(reader) => {
                Ok(None)
            }
            LogFile::Tile(path) => Ok(self.store().log_tile(&year, path)?),
        }
    }

    /// The log of that name, where an authority hosted here has one.
    pub(crate) fn own_log(&self, origin: &str) -> Result<Option<LogYear>, Fault> {
        let Some(authority) = authority_of(origin) else { return Ok(None) };
        if !self.hosted().contains_key(&authority) {
            return Ok(None);
        }
        Ok(self.store().log_year(&authority, origin)?)
    }
}

/// The authority in the name of a log, `authority/year`.
pub(crate) fn authority_of(origin: &str) -> Option<AuthorityId> {
    let (authority, year) = origin.rsplit_once('/')?;
    let digits = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| authority.parse().ok()).flatten()
}

/// The checkpoint text as a note signed by the log. While one key follows the other both sign, so that who knows either can
/// verify.
fn signed_note(text: &str, origin: &str, keys: &[&SigningKey]) -> Option<String> {
    let mut note = Note::new(text).ok()?;
    for key in keys {
        note.sign(origin, key).ok()?;
    }
    Some(note.to_string())
}
