//! Carries envelopes to partner nodes: one courier per partner, several envelopes in one parcel, answers matched back.
//!
//! Nothing here is durable. The outbox in the store is; what a courier cannot carry is answered
//! [`Carriage::Unreachable`] or [`Carriage::Late`], and the outbox hands it over again once
//! [`CarrierSetup::returned`] has said that the partner is back. Receipt is idempotent, so carrying twice is harmless.

mod call;
mod connection;
mod courier;
mod ledger;
mod lists;
mod probes;
mod standing;

pub use standing::{PartnerStanding, Reach};

use crate::tls::{Identity, TrustedKeys};
use courier::Courier;
use standing::SharedStanding;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use vocabulary::{NodeId, Timestamp};

/// The 16 bytes of an envelope's id, by which an answer is matched to what it answers.
pub type EnvelopeKey = [u8; 16];

/// Called once with what became of an envelope. Must not block.
pub type Reply = Box<dyn FnOnce(Carriage) + Send>;

/// What became of one envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carriage {
    /// The partner answered with this envelope.
    Answered(Vec<u8>),
    /// The partner has taken the envelope and gave no answer with it.
    Acknowledged,
    /// The partner cannot be reached, in words.
    Unreachable(String),
    /// The time limit has passed, or the partner has too much to do. An answer that still comes goes to
    /// [`CarrierSetup::stray`].
    Late,
    /// The partner refused the parcel as a whole, in words.
    Refused(String),
}

/// One envelope to be carried.
pub struct Load {
    /// The id of the envelope.
    pub key: EnvelopeKey,
    /// The bytes of the envelope.
    pub bytes: Vec<u8>,
    /// The longest to wait for an answer.
    pub within: Duration,
    /// Told what became of it.
    pub reply: Reply,
}

impl fmt::Debug for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Load").field("within", &self.within).finish_non_exhaustive()
    }
}

/// A partner node and where it listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// The node.
    pub node: NodeId,
    /// `host:port`.
    pub address: String,
}

/// Packs envelopes into one parcel.
pub type Pack = dyn Fn(&[&[u8]]) -> Vec<u8> + Send + Sync;
/// Takes a parcel apart; `None` when it is none.
pub type Unpack = dyn Fn(&[u8]) -> Option<Vec<Vec<u8>>> + Send + Sync;
/// The id that an envelope answers, where it answers one.
pub type ReplyTo = dyn Fn(&[u8]) -> Option<EnvelopeKey> + Send + Sync;
/// Takes an answer of a partner that nobody waits for. Must not block.
pub type Stray = dyn Fn(&NodeId, Vec<u8>) + Send + Sync;

/// How envelopes become a parcel and back; the carrier does not look inside.
#[derive(Clone)]
pub struct Framing {
    /// Packs envelopes into one parcel.
    pub pack: Arc<Pack>,
    /// Takes a parcel apart; `None` when it is none.
    pub unpack: Arc<Unpack>,
    /// The id that an envelope answers, where it answers one.
    pub reply_to: Arc<ReplyTo>,
}

impl fmt::Debug for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Framing").finish_non_exhaustive()
    }
}

/// What a carrier is started with.
#[derive(Clone)]
pub struct CarrierSetup {
    /// Key and certificate of this node.
    pub identity: Identity,
    /// The keys of the trust list; asked for every connection and every parcel.
    pub trusted: TrustedKeys,
    /// How envelopes become a parcel.
    pub framing: Framing,
    /// The time, for the page that shows the partners.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Entropy, to spread the probes of many nodes.
    pub entropy: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// Takes answers that nobody waits for any more: they came after their time limit. Must not block.
    pub stray: Arc<Stray>,
    /// Told when a partner can be reached: at first, and again after it could not. Must not block.
    pub returned: Arc<dyn Fn(&NodeId) + Send + Sync>,
    /// How much and how long.
    pub limits: CarrierLimits,
}

impl fmt::Debug for CarrierSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CarrierSetup").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// How much a courier carries at a time and how long it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarrierLimits {
    /// Envelopes in one parcel.
    pub envelopes_per_parcel_max: usize,
    /// Bytes in one parcel, before packing.
    pub parcel_bytes_max: usize,
    /// Parcels on the way to one partner at a time.
    pub parcels_in_flight_max: usize,
    /// Envelopes waiting or on the way to one partner; beyond that *late*.
    pub envelopes_waiting_max: usize,
    /// For connecting, TLS included.
    pub connect_within: Duration,
    /// For one parcel and its answers.
    pub parcel_within: Duration,
    /// The first pause after a failed connection; it doubles up to `probe_max`.
    pub probe_first: Duration,
    /// The longest pause between two probes.
    pub probe_max: Duration,
}

impl Default for CarrierLimits {
    fn default() -> Self {
        Self {
            envelopes_per_parcel_max: 64,
            parcel_bytes_max: 2 * 1024 * 1024,
            parcels_in_flight_max: 4,
            envelopes_waiting_max: 10_000,
            connect_within: Duration::from_secs(3),
            parcel_within: Duration::from_mins(1),
            probe_first: Duration::from_millis(250),
            probe_max: Duration::from_secs(30),
        }
    }
}

struct Desk {
    loads: mpsc::UnboundedSender<Load>,
    standing: Arc<SharedStanding>,
    courier: AbortHandle,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.courier.abort();
    }
}

/// The couriers of a node. Dropping it ends them; loads still waiting are then dropped with their replies.
pub struct Carrier {
    setup: Arc<CarrierSetup>,
    runtime: Handle,
    desks: Mutex<BTreeMap<NodeId, Desk>>,
}

impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Carrier").field("standing", &self.standing()).finish_non_exhaustive()
    }
}

impl Carrier {
    /// A carrier whose couriers run on `runtime`; it has no partners yet.
    pub fn new(setup: CarrierSetup, runtime: Handle) -> Self {
        Self { setup: Arc::new(setup), runtime, desks: Mutex::new(BTreeMap::new()) }
    }

    /// Sets the partners, as the trust list names them. Couriers of partners that stay at their address go on;
    /// the others end, and what they carried is answered as unreachable.
    pub fn set_partners(&self, partners: &[Partner]) {
        let mut desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        desks.retain(|node, desk| {
            partners.iter().any(|p| p.node == *node && p.address == desk.standing.address())
        });
        for partner in partners {
            if !desks.contains_key(&partner.node) {
                desks.insert(partner.node.clone(), self.open_desk(partner.clone()));
            }
        }
    }

    fn open_desk(&self, partner: Partner) -> Desk {
        let (loads, inbox) = mpsc::unbounded_channel();
        let standing = Arc::new(SharedStanding::new(&partner));
        let courier = Courier::new(partner, Arc::clone(&self.setup), Arc::clone(&standing), inbox);
        let courier = self.runtime.spawn(courier.run()).abort_handle();
        Desk { loads, standing, courier }
    }

    /// Hands an envelope to the courier of `to`. Never blocks; `load.reply` is called exactly once, at the
    /// latest when `load.within` has passed.
    pub fn carry(&self, to: &NodeId, load: Load) {
        let desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        let (carriage, load) = match desks.get(to) {
            None => (Carriage::Unreachable(format!("no address is known for `{to}`")), load),
            Some(desk) if desk.standing.present() >= self.setup.limits.envelopes_waiting_max => {
                (Carriage::Late, load)
            }
            Some(desk) => {
                desk.standing.arrived();
                match desk.loads.send(load) {
                    Ok(()) => return,
                    Err(back) => (Carriage::Unreachable("the courier has ended".into()), back.0),
                }
            }
        };
        drop(desks);
        (load.reply)(carriage);
    }

    /// Asks a partner for the trust lists later than `version`; what comes is not checked here.
    pub fn ask_list(
        &self,
        partner: &NodeId,
        version: u64,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, String>> + Send + use<> {
        let desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        let address = desks.get(partner).map(|desk| desk.standing.address());
        let (setup, node) = (Arc::clone(&self.setup), partner.clone());
        async move {
            match address {
                Some(address) => lists::ask(Partner { node, address }, setup, version).await,
                None => Err(format!("no address is known for `{node}`")),
            }
        }
    }

    /// How it stands with every partner, by node id.
    pub fn standing(&self) -> Vec<PartnerStanding> {
        let desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        desks.values().map(|desk| desk.standing.snapshot()).collect()
    }
}
