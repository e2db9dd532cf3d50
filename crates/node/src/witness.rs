//! This node as a witness of its partners' logs (C2SP `tlog-witness`).

use crate::evidence::Against;
use crate::fault::Fault;
use crate::logs::authority_of;
use crate::node::Node;
use audit_log::{AddCheckpoint, Judgement, NoteKey, NoteKeyKind};
use exchange::NodeEntry;
use std::path::PathBuf;
use vocabulary::NodeId;

/// What a witness answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessAnswer {
    /// The HTTP status (C2SP `tlog-witness`).
    pub status: u16,
    /// The media type of the body.
    pub media: &'static str,
    /// The body: cosignatures, the size of the kept head, or why it was refused.
    pub body: String,
    /// Where evidence against the log was kept: an alarm.
    pub evidence: Option<PathBuf>,
}

const TEXT: &str = "text/plain; charset=utf-8";
const SIZE: &str = "text/x.tlog.size";

impl WitnessAnswer {
    fn of(status: u16, body: impl Into<String>) -> Self {
        Self { status, media: TEXT, body: body.into(), evidence: None }
    }

    fn size(size: u64) -> Self {
        Self { status: 409, media: SIZE, body: format!("{size}\n"), evidence: None }
    }
}

impl Node {
    /// Judges the head that `from` wants cosigned, and cosigns it when it is consistent with everything this node has
    /// cosigned of that log. The head is durable before a cosignature exists.
    ///
    /// # Errors
    /// When the store fails; then nothing was cosigned.
    pub fn add_checkpoint(&self, from: &NodeId, body: &[u8]) -> Result<WitnessAnswer, Fault> {
        let text = std::str::from_utf8(body).unwrap_or_default();
        let request: AddCheckpoint = match text.parse() {
            Ok(request) => request,
            Err(error) => return Ok(WitnessAnswer::of(400, format!("{error}\n"))),
        };
        let origin = request.origin().to_owned();
        let unknown = || WitnessAnswer::of(404, "no log of your node has this name\n");
        let trust = self.trust();
        let Some(authority) = authority_of(&origin) else { return Ok(unknown()) };
        // A log comes from its own node: nobody else has a reason to.
        let Some(entry) = trust.node_of(&authority).filter(|entry| entry.node == *from) else {
            return Ok(unknown());
        };
        if self.is_self(from) {
            return Ok(unknown());
        }
        let keys = self.log_keys(entry, &origin);
        let at = self.seconds();
        Ok(match self.store().witness(&authority, &request, &keys, at)? {
            Judgement::Consistent(consistent) => {
                let name = self.settings().node.to_string();
                let signer = &self.shared.environment.signer;
                let line = consistent.cosign(&name, signer);
                let line = line.map_err(|error| Fault::NotSetUp(error.to_string()))?;
                WitnessAnswer::of(200, format!("{line}\n"))
            }
            Judgement::OtherSize(size) => WitnessAnswer::size(size.get()),
            Judgement::Forked { kept, offered } => {
                let path = self.keep_evidence(&origin, Against::Forked, (&kept, &offered))?;
                let size = self.store().witnessed(&authority, &origin)?;
                let size = size.map_or(0, |head| head.size.get());
                WitnessAnswer { evidence: Some(path), ..WitnessAnswer::size(size) }
            }
            Judgement::Inconsistent { kept, offered } => {
                let path = self.keep_evidence(&origin, Against::Unproven, (&kept, &offered))?;
                let why = "the proof does not lead from the head this witness keeps to yours\n";
                WitnessAnswer { evidence: Some(path), ..WitnessAnswer::of(422, why) }
            }
            Judgement::NotSigned => {
                WitnessAnswer::of(403, "no key of the trust list for this log signed it\n")
            }
            Judgement::UnknownLog => unknown(),
            Judgement::Malformed(why) => WitnessAnswer::of(400, format!("{why}\n")),
            Judgement::ClockBehind(seconds) => {
                let why = format!("the clock of this witness is {seconds} seconds behind; later\n");
                WitnessAnswer::of(503, why)
            }
        })
    }

    /// The largest head of the log `origin` that this node has cosigned, as the log signed it: what its own node needs
    /// to see after an older state was put back.
    ///
    /// # Errors
    /// When the store fails.
    pub fn witnessed_head(&self, origin: &str) -> Result<Option<String>, Fault> {
        let Some(authority) = authority_of(origin) else { return Ok(None) };
        Ok(self.store().witnessed(&authority, origin)?.map(|head| head.note))
    }

    /// The keys with which the node of `entry` signs the log `origin` now.
    fn log_keys(&self, entry: &NodeEntry, origin: &str) -> Vec<NoteKey> {
        let now = self.now();
        let valid = entry.keys.iter().filter(|key| key.is_valid_at(now));
        valid.filter_map(|key| NoteKey::new(origin, NoteKeyKind::Log, key.key).ok()).collect()
    }

    /// The keys with which a partner cosigns: every one the trust list has for it.
    pub(crate) fn witness_keys(&self, node: &NodeId) -> Vec<NoteKey> {
        let trust = self.trust();
        let name = node.to_string();
        let keys = trust.node(node).map(|entry| entry.keys.as_slice()).unwrap_or_default();
        let keys = keys.iter();
        keys.filter_map(|key| NoteKey::new(&name, NoteKeyKind::Witness, key.key).ok()).collect()
    }

    /// Now, in seconds since 1970-01-01T00:00:00Z.
    pub(crate) fn seconds(&self) -> u64 {
        u64::try_from(self.now().as_micros()).unwrap_or(0).checked_div(1_000_000).unwrap_or(0)
    }
}
