//! A proof as a file to hand over (C2SP `tlog-proof`): index, path and checkpoint, verified without the log.

use crate::checkpoint::digest_from_base64;
use crate::hash::plain_number;
use crate::{
    Believed, Checkpoint, Error, LogIndex, Note, NoteKey, Policy, Signatory, verify_inclusion,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seal::Digest;
use std::fmt::Write;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// A proof that an entry is in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// The position of the entry.
    pub index: LogIndex,
    /// Data for whoever uses the proof. Nothing vouches for them.
    pub extra: Option<Vec<u8>>,
    /// The path from the entry's sibling up to the child of the root.
    pub path: Vec<Digest>,
    /// The signed checkpoint, to the byte.
    pub checkpoint: String,
}

impl LogProof {
    /// Checks that the entry with this leaf hash stands at the index in the log whose key is among `keys`. Gives the
    /// checkpoint it is proven against and everyone among `keys` who signed that.
    ///
    /// # Errors
    /// When the checkpoint is not signed by its log, or the path does not lead to its root.
    pub fn verify(
        &self,
        leaf: &Digest,
        keys: &[NoteKey],
    ) -> Result<(Checkpoint, Vec<Signatory>), Error> {
        let (checkpoint, signatories) = Checkpoint::verify(&self.checkpoint, keys)?;
        verify_inclusion(self.index, checkpoint.size(), leaf, checkpoint.root(), &self.path)?;
        Ok((checkpoint, signatories))
    }

    /// Checks the same against a policy: that one of its logs holds the entry, under a checkpoint that enough
    /// witnesses cosigned.
    ///
    /// # Errors
    /// [`Error::NoQuorum`] when too few witnesses cosigned; otherwise as [`LogProof::verify`].
    pub fn check(&self, leaf: &Digest, policy: &Policy) -> Result<Believed, Error> {
        let believed = policy.believe(&self.checkpoint)?;
        let (size, root) = (believed.checkpoint.size(), believed.checkpoint.root());
        verify_inclusion(self.index, size, leaf, root, &self.path)?;
        Ok(believed)
    }
}

/// The text of a proof file.
pub fn format_proof(proof: &LogProof) -> String {
    let mut text = format!("{HEADER}\n");
    // INVARIANT: writing into a string cannot fail.
    if let Some(extra) = &proof.extra {
        let _: std::fmt::Result = writeln!(text, "extra {}", STANDARD.encode(extra));
    }
    let _: std::fmt::Result = writeln!(text, "index {}", proof.index);
    for hash in &proof.path {
        let _: std::fmt::Result = writeln!(text, "{}", STANDARD.encode(hash.as_bytes()));
    }
    text + "\n" + &proof.checkpoint
}

/// Reads a proof file. What it claims holds only after [`LogProof::verify`].
///
/// # Errors
/// When the text departs from the format.
pub fn parse_proof(text: &str) -> Result<LogProof, Error> {
    let malformed = |why| Error::malformed("a log proof", why);
    let (head, checkpoint) =
        text.split_once("\n\n").ok_or_else(|| malformed("no empty line before the checkpoint"))?;
    let mut lines = head.split('\n').peekable();
    if lines.next() != Some(HEADER) {
        return Err(malformed("the first line is not `c2sp.org/tlog-proof@v1`"));
    }
    let extra = match lines.next_if(|line| line.starts_with("extra ")) {
        Some(line) => {
            let data = line.strip_prefix("extra ").and_then(|data| STANDARD.decode(data).ok());
            Some(data.ok_or_else(|| malformed("the extra data are not base64"))?)
        }
        None => None,
    };
    let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(plain_number);
    let index = index.ok_or_else(|| malformed("no line with the index"))?;
    let path: Option<Vec<Digest>> = lines.map(digest_from_base64).collect();
    let path = path.ok_or_else(|| malformed("a line of the path is not a hash in base64"))?;
    // Kept to the byte, but it must be a note.
    checkpoint.parse::<Note>()?;
    Ok(LogProof { index: LogIndex::new(index), extra, path, checkpoint: checkpoint.to_owned() })
}
