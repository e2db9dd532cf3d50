//! Witnessing: what a log asks of a witness, and what the witness makes of it (C2SP `tlog-witness`).
//!
//! A witness keeps one head per log: the largest it has cosigned. It cosigns a further head only when a proof
//! shows that the new tree begins with the kept one, and only after the new head is durable. So no two
//! inconsistent heads of one log ever carry its cosignature, whatever the log does and whenever the witness dies.

use crate::checkpoint::digest_from_base64;
use crate::hash::plain_number;
use crate::{
    Checkpoint, Error, Note, NoteKey, NoteSignature, RootHash, TreeSize, verify_consistency,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seal::{Digest, SigningKey};
use std::fmt;
use std::str::FromStr;

/// The most lines of a consistency proof: a tree of 2^63 entries needs no more.
const MAX_PROOF: usize = 63;

/// What a log sends to a witness: its new checkpoint, and the proof that it begins with the head the witness keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the head the proof begins at; 0 when the witness is believed to have none.
    pub old: TreeSize,
    /// The consistency proof from that size (RFC 6962, section 2.1.2); empty from size 0.
    pub proof: Vec<Digest>,
    /// The signed checkpoint, to the byte.
    pub checkpoint: String,
}

impl AddCheckpoint {
    /// The origin line of the checkpoint: of which log it claims to be. Nothing is verified yet.
    pub fn origin(&self) -> &str {
        self.checkpoint.split('\n').next().unwrap_or_default()
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof
            .iter()
            .try_for_each(|hash| writeln!(f, "{}", STANDARD.encode(hash.as_bytes())))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for AddCheckpoint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = |why| Error::malformed("a request to a witness", why);
        let (head, checkpoint) = text
            .split_once("\n\n")
            .ok_or_else(|| malformed("no empty line before the checkpoint"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(plain_number);
        let old = old.ok_or_else(|| malformed("the first line is not `old` and a size"))?;
        let proof: Option<Vec<Digest>> = lines.map(digest_from_base64).collect();
        let proof = proof.ok_or_else(|| malformed("a line of the proof is no hash in base64"))?;
        if proof.len() > MAX_PROOF {
            return Err(malformed("the proof has more than 63 lines"));
        }
        checkpoint.parse::<Note>()?;
        Ok(Self { old: TreeSize::new(old), proof, checkpoint: checkpoint.to_owned() })
    }
}

/// The largest head of a log that a witness has cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessedHead {
    /// How many entries.
    pub size: TreeSize,
    /// The root of the tree of that size.
    pub root: RootHash,
    /// The checkpoint as the log signed it: evidence should it ever sign another one of this size.
    pub note: String,
    /// When the witness cosigned it, in seconds since 1970-01-01T00:00:00Z.
    pub at: u64,
}

/// What a witness makes of a request. Every refusal is an answer, not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// The head is consistent with the one that is kept: keep it durably, then cosign.
    Consistent(Consistent),
    /// The proof begins at another size than that of the kept head, which is told.
    OtherSize(TreeSize),
    /// The log has signed two different trees of one size. Both notes together are proof of it.
    Forked {
        /// The kept note.
        kept: String,
        /// The note that contradicts it.
        offered: String,
    },
    /// The proof does not lead from the kept head to the new one.
    Inconsistent {
        /// The kept note; empty when there is none.
        kept: String,
        /// The note that was offered.
        offered: String,
    },
    /// No key that is trusted for this log has signed the checkpoint.
    NotSigned,
    /// The witness does not know this log.
    UnknownLog,
    /// The request contradicts itself; why.
    Malformed(String),
    /// The clock of the witness is so many seconds behind its last cosignature of this log. It never states an
    /// earlier moment for a later head.
    ClockBehind(u64),
}

impl Judgement {
    /// The HTTP status of the answer (C2SP `tlog-witness`).
    pub const fn status(&self) -> u16 {
        match self {
            Self::Consistent(_) => 200,
            Self::OtherSize(_) | Self::Forked { .. } => 409,
            Self::Inconsistent { .. } => 422,
            Self::NotSigned => 403,
            Self::UnknownLog => 404,
            Self::Malformed(_) => 400,
            Self::ClockBehind(_) => 503,
        }
    }
}

/// A head that a witness may cosign once it is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistent {
    head: WitnessedHead,
    text: String,
}

impl Consistent {
    /// What the witness must keep before it cosigns.
    pub const fn head(&self) -> &WitnessedHead {
        &self.head
    }

    /// The cosignature of the head. It must be durable by now, or the witness could after a crash cosign another
    /// tree.
    ///
    /// # Errors
    /// When `name` cannot be the name of a witness.
    pub fn cosign(self, name: &str, key: &SigningKey) -> Result<NoteSignature, Error> {
        Note::new(&self.text)?.cosignature(name, key, self.head.at)
    }
}

/// Judges a request by the keys trusted for the log, the head that is kept of it, and the moment `at` in seconds
/// since 1970-01-01T00:00:00Z. Pure, so that the caller can compare and keep in one transaction.
pub fn judge(
    request: &AddCheckpoint,
    keys: &[NoteKey],
    kept: Option<&WitnessedHead>,
    at: u64,
) -> Judgement {
    let origin = request.origin();
    if keys.iter().all(|key| key.name() != origin) {
        return Judgement::UnknownLog;
    }
    let checkpoint = match Checkpoint::verify(&request.checkpoint, keys) {
        Ok((checkpoint, _)) => checkpoint,
        Err(Error::BadSignature(_) | Error::NotSigned) => return Judgement::NotSigned,
        Err(error) => return Judgement::Malformed(error.to_string()),
    };
    let (old, size) = (request.old, checkpoint.size());
    if old > size {
        return Judgement::Malformed("the old size is larger than the checkpoint".to_owned());
    }
    let known = kept.map_or(TreeSize::new(0), |head| head.size);
    let note = || kept.map(|head| head.note.clone()).unwrap_or_default();
    let offered = request.checkpoint.clone();
    // Two roots at one size prove the fork, whatever size the proof begins at.
    if kept.is_some_and(|head| head.size == size && head.root != *checkpoint.root()) {
        return Judgement::Forked { kept: note(), offered };
    }
    if old != known {
        return Judgement::OtherSize(known);
    }
    let holds = match kept {
        Some(head) if known.get() > 0 => {
            verify_consistency((head.size, &head.root), (size, checkpoint.root()), &request.proof)
                .is_ok()
        }
        // From the empty tree every tree follows; the proof must be empty.
        _ => {
            request.proof.is_empty()
                && (size.get() > 0 || *checkpoint.root() == crate::empty_root())
        }
    };
    if !holds {
        return Judgement::Inconsistent { kept: note(), offered };
    }
    if let Some(behind) = kept.and_then(|head| head.at.checked_sub(at)).filter(|behind| *behind > 0)
    {
        return Judgement::ClockBehind(behind);
    }
    let head = WitnessedHead { size, root: *checkpoint.root(), note: offered, at };
    Judgement::Consistent(Consistent { head, text: checkpoint.to_string() })
}
