//! A policy: which logs are believed, and which witnesses must have cosigned (C2SP `tlog-policy`).
//!
//! It is the overseer's own file, written by nobody else. It can say "one witness of parliament and one of the
//! data-protection authority" as groups of groups.

mod read;

use crate::{Checkpoint, Error, NoteKey, Signatory};
use std::collections::BTreeMap;
use std::fmt;

/// One thing that is wrong with the text of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProblem {
    /// The line, counted from 1; 0 when the whole file is meant.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.what),
            line => write!(f, "line {line}: {}", self.what),
        }
    }
}

/// The witness or group of a policy, by its place among all names in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Member {
    /// A witness with its key.
    Witness(NoteKey),
    /// At least so many of these, which stand before it in the file.
    Group(usize, Vec<usize>),
}

/// Which checkpoints are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<NoteKey>,
    names: Vec<String>,
    members: Vec<Member>,
    /// `None` for `quorum none`.
    quorum: Option<usize>,
}

/// A checkpoint that satisfies a policy, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Believed {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Everyone of the policy who signed it, the log included.
    pub signatories: Vec<Signatory>,
    /// The moment, in seconds since 1970-01-01T00:00:00Z, at which the cosignatures made up to then satisfied the
    /// quorum: the tree existed by that time at the latest. `None` when the policy asks for no witness.
    pub cosigned_by: Option<u64>,
}

impl Policy {
    /// The policy of one log without witnesses: its signature is all that is asked for.
    pub fn of_log(key: NoteKey) -> Self {
        Self { logs: vec![key], names: Vec::new(), members: Vec::new(), quorum: None }
    }

    /// The keys of the logs that are believed.
    pub fn logs(&self) -> &[NoteKey] {
        &self.logs
    }

    /// The keys of the witnesses.
    pub fn witnesses(&self) -> impl Iterator<Item = &NoteKey> {
        self.members.iter().filter_map(|member| match member {
            Member::Witness(key) => Some(key),
            Member::Group(..) => None,
        })
    }

    /// The same policy for the log with this key, whatever logs it names: for a policy that says only who must
    /// cosign.
    #[must_use]
    pub fn for_log(mut self, key: NoteKey) -> Self {
        self.logs = vec![key];
        self
    }

    /// Reads a signed checkpoint and believes it, provided one of the logs signed it and the quorum cosigned it.
    ///
    /// # Errors
    /// [`Error::NoQuorum`] when too few witnesses cosigned; otherwise as [`Checkpoint::verify`].
    pub fn believe(&self, note: &str) -> Result<Believed, Error> {
        let keys: Vec<NoteKey> = self.logs.iter().chain(self.witnesses()).cloned().collect();
        let (checkpoint, signatories) = Checkpoint::verify(note, &keys)?;
        let Some(quorum) = self.quorum else {
            return Ok(Believed { checkpoint, signatories, cosigned_by: None });
        };
        match self.earliest(quorum, &signatories) {
            Some(seconds) => Ok(Believed { checkpoint, signatories, cosigned_by: Some(seconds) }),
            None => Err(Error::NoQuorum { missing: self.missing(quorum, &signatories) }),
        }
    }

    /// The earliest moment at which the cosignatures made up to then satisfy the member at `at`; a group does so
    /// with the k-th of its members.
    fn earliest(&self, at: usize, signatories: &[Signatory]) -> Option<u64> {
        match self.members.get(at)? {
            Member::Witness(key) => {
                signatories.iter().find(|one| one.key == *key).and_then(|one| one.seconds)
            }
            Member::Group(most, members) => {
                let mut moments: Vec<u64> =
                    members.iter().filter_map(|one| self.earliest(*one, signatories)).collect();
                moments.sort_unstable();
                moments.get(most.checked_sub(1)?).copied()
            }
        }
    }

    /// What is missing for the member at `at`, in words.
    fn missing(&self, at: usize, signatories: &[Signatory]) -> String {
        let name = self.names.get(at).map_or("", String::as_str);
        match self.members.get(at) {
            Some(Member::Group(most, members)) => {
                let open: Vec<usize> = members
                    .iter()
                    .copied()
                    .filter(|one| self.earliest(*one, signatories).is_none())
                    .collect();
                let parts: Vec<String> =
                    open.iter().map(|one| self.missing(*one, signatories)).collect();
                let short = most.saturating_sub(members.len() - open.len());
                format!("`{name}` lacks {short} of: {}", parts.join(", "))
            }
            Some(Member::Witness(_)) | None => format!("`{name}`"),
        }
    }
}

/// The moment of the earliest cosignature of any of `witnesses` under a checkpoint that its log signed, in seconds
/// since 1970-01-01T00:00:00Z: the tree existed by then, if that witness is believed. `None` when none of them
/// cosigned. After a key was revoked, only what stands under a checkpoint cosigned before the revocation counts.
///
/// # Errors
/// As [`Checkpoint::verify`].
pub fn earliest_cosigned(
    note: &str,
    log: &NoteKey,
    witnesses: &[NoteKey],
) -> Result<Option<u64>, Error> {
    let mut keys = vec![log.clone()];
    keys.extend_from_slice(witnesses);
    let (_, signatories) = Checkpoint::verify(note, &keys)?;
    // The own node of the log, or the log's key under another name, is no witness of it.
    let foreign = signatories.iter().filter(|one| one.key.key() != log.key());
    Ok(foreign.filter_map(|one| one.seconds).min())
}

/// Names in the order of the file, and where they stand.
type Places = BTreeMap<String, usize>;
