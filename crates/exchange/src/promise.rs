//! The signed word of a node that a log entry is durable and will be in its log in time.

use seal::Digest;
use serde::{Deserialize, Serialize};
use vocabulary::{AuthorityId, QueryId, Timestamp};

/// What a node promises with an answer, a refusal or a receipt: the entry is durable, and stands in the log by the
/// moment stated. It is signed as part of the envelope's body; the proof of inclusion is fetched afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// The authority whose log it is.
    pub authority: AuthorityId,
    /// The origin line of that log, such as `authority/2026` (C2SP tlog-checkpoint).
    pub origin: String,
    /// The id of the entry.
    pub entry_id: QueryId,
    /// The leaf hash of the entry (RFC 6962, section 2.1).
    pub leaf_hash: Digest,
    /// By when the log has given it an index.
    pub due: Timestamp,
}
