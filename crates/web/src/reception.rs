//! Where parcels of partner nodes come in: mutual TLS, HTTP/1.1 and HTTP/2, one address for parcels and one for health.

mod connections;
mod logs;
mod requests;

pub use connections::listen;
pub use logs::{AnswerLog, LOG_PATH, LogAnswer, LogRequest, WITNESS_PATH};

use crate::blocking::Blocking;
use crate::problem::Problem;
use crate::tls::{Identity, TrustedKeys};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use vocabulary::NodeId;

/// The path that takes parcels, by `POST`.
pub const PARCELS_PATH: &str = "/exchange/v1/parcels";
/// The path that says that the node listens, by `GET`.
pub const HEALTH_PATH: &str = "/exchange/v1/health";
/// The path that gives trust lists later than the one the caller goes by, by `GET`.
pub const TRUST_LIST_PATH: &str = "/exchange/v1/trust-list";
/// The header in which the caller says which version of the trust list it goes by.
pub const LIST_VERSION_HEADER: &str = "eunomia-trust-list";
/// The media type of a parcel and of the parcel of answers.
pub const PARCEL_MEDIA_TYPE: &str = "application/vnd.eunomia.parcel";

/// Why a parcel was not taken as a whole. What becomes of a single envelope stands in the answers instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiveFault {
    /// The bytes are no parcel; what was expected.
    Malformed(String),
    /// The trust list of this node has ended: nothing new is answered until a later one comes.
    Frozen(String),
    /// Too much to do: an answer would come late. The partner tries again.
    Late,
    /// A fault of this node, for its own log.
    Fault(String),
}

/// Takes a parcel from the node that TLS has recognised and gives the parcel of answers. Blocks.
pub type Receive = Arc<dyn Fn(NodeId, Vec<u8>) -> Result<Vec<u8>, ReceiveFault> + Send + Sync>;

/// Gives the trust lists that a node needs who goes by a version, as a chain; nothing when it has the newest. Blocks.
pub type ListsAfter =
    Arc<dyn Fn(&NodeId, u64) -> Result<Option<Vec<u8>>, ReceiveFault> + Send + Sync>;

/// The trust list as partners ask for it.
#[derive(Clone)]
pub struct ListsOffered {
    /// What is later than a version.
    pub after: ListsAfter,
    /// Moves with every new list: connections of nodes that have left are then closed.
    pub changes: watch::Receiver<u64>,
}

impl fmt::Debug for ListsOffered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListsOffered").finish_non_exhaustive()
    }
}

/// What a reception is started with.
#[derive(Clone)]
pub struct ReceptionSetup {
    /// Key and certificate of this node.
    pub identity: Identity,
    /// The keys of the trust list; asked for every connection and every parcel.
    pub trusted: TrustedKeys,
    /// What becomes of a parcel.
    pub receive: Receive,
    /// The logs and the witness; none where there are none.
    pub logs: Option<AnswerLog>,
    /// The trust list as partners ask for it.
    pub lists: ListsOffered,
    /// The threads parcels are worked on, and how many may wait.
    pub blocking: Blocking,
    /// Limits against partners that send too much or too slowly.
    pub limits: ReceptionLimits,
}

impl fmt::Debug for ReceptionSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceptionSetup").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// Limits against partners that send too much or too slowly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceptionLimits {
    /// Largest parcel, bytes.
    pub parcel_bytes_max: usize,
    /// Connections at a time.
    pub connections_max: usize,
    /// For the TLS handshake.
    pub handshake_within: Duration,
    /// For the headers or the body of one request.
    pub reading_within: Duration,
    /// Requests at a time on one HTTP/2 connection.
    pub requests_per_connection_max: u32,
}

impl Default for ReceptionLimits {
    fn default() -> Self {
        Self {
            parcel_bytes_max: 4 * 1024 * 1024,
            connections_max: 512,
            handshake_within: Duration::from_secs(5),
            reading_within: Duration::from_secs(10),
            requests_per_connection_max: 64,
        }
    }
}

impl From<ReceiveFault> for Problem {
    fn from(fault: ReceiveFault) -> Self {
        use crate::problem::ProblemKind;
        match fault {
            ReceiveFault::Malformed(detail) => Self::new(ProblemKind::Malformed, detail),
            ReceiveFault::Frozen(detail) => Self::new(ProblemKind::ListFrozen, detail),
            ReceiveFault::Late => Self::from(ProblemKind::Late),
            ReceiveFault::Fault(internal) => Self::fault(internal),
        }
    }
}
