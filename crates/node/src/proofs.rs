//! Proofs to hand over: that an entry stands in a log, and that a partner kept its promise to log.

use crate::fault::Fault;
use crate::logs::authority_of;
use crate::node::Node;
use crate::officer::Officer;
use audit_log::{LogIndex, NoteKey, NoteKeyKind, format_proof, parse_proof};
use exchange::Promise;
use seal::Digest;
use vocabulary::{AuthorityId, QueryId, RegisterId};

/// An entry of the own log about a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnEntry {
    /// Its id.
    pub entry_id: QueryId,
    /// The log and the index in it; none while it has none.
    pub place: Option<(String, LogIndex)>,
    /// Its leaf hash, once it has an index.
    pub leaf_hash: Option<Digest>,
}

/// An entry with everything needed to check it offline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenEntry {
    /// The bytes of the entry, as they were hashed.
    pub entry: Vec<u8>,
    /// The proof (C2SP `tlog-proof`).
    pub proof: String,
}

/// What became of a partner's promise to log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromiseStanding {
    /// The entry stands in the partner's log: the name of the log, the index, and the earliest moment at which another
    /// partner cosigned a head over it, in seconds since 1970-01-01T00:00:00Z.
    Kept(String, LogIndex, Option<u64>),
    /// It is not due yet.
    NotDue,
    /// It is due, and the partner has shown no proof; why.
    NotShown(String),
    /// What the partner has shown is no proof of what it promised: evidence against it.
    Broken(String),
}

impl Node {
    /// The proof of an entry of `authority`, by its id; none while no published head covers it, or when it is not there.
    /// It holds hashes only: who asks for it knows the id from a promise.
    ///
    /// # Errors
    /// When the store or the disk fails.
    pub fn proof_of_entry(
        &self,
        authority: &AuthorityId,
        entry: QueryId,
    ) -> Result<Option<String>, Fault> {
        if !self.hosted().contains_key(authority) {
            return Ok(None);
        }
        let Some(place) = self.store().entry_place(authority, entry)? else { return Ok(None) };
        let Some(year) = self.store().log_year(authority, &place.origin)? else { return Ok(None) };
        let proof = self.store().entry_proof(&year, place.index)?;
        Ok(proof.as_ref().map(format_proof))
    }

    /// The entries of the own log about a search of this officer.
    ///
    /// # Errors
    /// When he has no such search, or the store fails.
    pub fn entries_of_search(
        &self,
        officer: &Officer,
        query: QueryId,
    ) -> Result<Vec<OwnEntry>, Fault> {
        self.search_of(officer, query)?;
        let ids = self.store().entries_of(&officer.authority, query)?;
        ids.into_iter()
            .map(|entry_id| {
                let place = self.store().entry_place(&officer.authority, entry_id)?;
                Ok(OwnEntry {
                    entry_id,
                    leaf_hash: place.as_ref().map(|place| place.leaf_hash),
                    place: place.map(|place| (place.origin, place.index)),
                })
            })
            .collect()
    }

    /// One of these entries with its proof.
    ///
    /// # Errors
    /// When there is no such entry of such a search, it is not published yet, or the store fails.
    pub fn prove_entry(
        &self,
        officer: &Officer,
        query: QueryId,
        entry: QueryId,
    ) -> Result<ProvenEntry, Fault> {
        let entries = self.entries_of_search(officer, query)?;
        let found = entries.into_iter().find(|one| one.entry_id == entry);
        let place = found.ok_or(Fault::NotFound("log entry"))?.place;
        let absent = || Fault::NotFound("published log entry yet");
        let (origin, index) = place.ok_or_else(absent)?;
        let year = self.store().log_year(&officer.authority, &origin)?.ok_or_else(absent)?;
        let proof = self.store().entry_proof(&year, index)?.ok_or_else(absent)?;
        let entry = self.store().entry_bytes(&year, index)?.ok_or_else(absent)?;
        Ok(ProvenEntry { entry, proof: format_proof(&proof) })
    }

    /// The promises that came with the answers to a search of this officer.
    ///
    /// # Errors
    /// When he has no such search, or the store fails.
    pub fn promises_of_search(
        &self,
        officer: &Officer,
        query: QueryId,
    ) -> Result<Vec<(RegisterId, Promise)>, Fault> {
        let search = self.search_of(officer, query)?;
        let parts = search.parts.into_iter();
        Ok(parts.filter_map(|part| Some((part.register, part.answer.promise?))).collect())
    }

    /// Holds a promise against what the partner's node has shown for it, a proof or nothing.
    pub fn check_promise(&self, promise: &Promise, shown: Result<&str, &str>) -> PromiseStanding {
        let text = match shown {
            Ok(text) => text,
            Err(_) if self.now() < promise.due => return PromiseStanding::NotDue,
            Err(why) => return PromiseStanding::NotShown(why.to_owned()),
        };
        let proof = match parse_proof(text) {
            Ok(proof) => proof,
            Err(error) => return PromiseStanding::Broken(error.to_string()),
        };
        let origin = proof.checkpoint.lines().next().unwrap_or_default().to_owned();
        // An entry that was promised in the last moment of a year may stand in the log of the next.
        if authority_of(&origin).as_ref() != Some(&promise.authority) {
            return PromiseStanding::Broken(format!("the proof is of the log `{origin}`"));
        }
        let trust = self.trust();
        let listed = trust.node_of(&promise.authority);
        let listed = listed.map(|entry| entry.keys.as_slice()).unwrap_or_default().iter();
        let mut keys: Vec<NoteKey> = listed
            .filter_map(|key| NoteKey::new(&origin, NoteKeyKind::Log, key.key).ok())
            .collect();
        let others = trust
            .nodes()
            .iter()
            .filter(|node| !node.authorities.iter().any(|one| one.id == promise.authority));
        keys.extend(others.flat_map(|node| self.witness_keys(&node.node)));
        match proof.verify(&promise.leaf_hash, &keys) {
            Ok((_, signatories)) => {
                let cosigned = signatories.iter().filter_map(|one| one.seconds).min();
                PromiseStanding::Kept(origin, proof.index, cosigned)
            }
            Err(error) => PromiseStanding::Broken(error.to_string()),
        }
    }
}
