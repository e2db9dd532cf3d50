//! A node at work: parcels in, envelopes out, answers settled, logs and queues kept moving.

mod calls;
mod keeping;
mod lists;
mod owning;
mod parcels;
mod persons;
mod proving;
mod trusting;
mod witnessing;

use crate::Error;
pub use calls::{desk_setup, personas};

use crate::blocking::Blocking;
use crate::carrier::{Carriage, Carrier, CarrierSetup, Load, Partner, PartnerStanding};
use crate::damping::Damper;
use crate::desk::NEWS_ENDED;
use crate::reception::{ReceptionLimits, ReceptionSetup, listen};
use crate::tls::{Identity, TrustedKeys, validity};
use exchange::{Envelope, EnvelopeId};
use node::{Ask, Carry, Fault, Node, Officer, Settled};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;
use vocabulary::{NodeId, Outcome, QueryId, Timestamp};

/// How many use cases run at once, and how many may wait. More at once than cores, because most of a use case is
/// waiting for the disk together with others.
const AT_WORK: usize = 64;
const WAITING: usize = 2_000;
/// How often a message that repeats is said.
const SAID_EVERY: Duration = Duration::from_mins(1);

/// A node at work. Dropping it ends its couriers; the store keeps what was not carried.
pub struct Service {
    node: Node,
    carrier: Carrier,
    blocking: Blocking,
    runtime: Handle,
    /// Searches somebody looks at: each settled register moves the count.
    news: Mutex<BTreeMap<QueryId, watch::Sender<u64>>>,
    under_way: Mutex<BTreeSet<EnvelopeId>>,
    /// The version of the trust list in force; moves when another takes its place.
    lists: watch::Sender<u64>,
    /// Partners whose list is being asked for.
    comparing: Mutex<BTreeSet<NodeId>>,
    told: lists::Told,
    /// Told of every settled register, for measurements.
    listener: OnceLock<Listener>,
    /// When what goes on by itself went round last, in microseconds since 1970.
    turned: AtomicI64,
    damper: Damper,
}

/// Told of a settled register.
pub type Listener = Box<dyn Fn(&Settled) + Send + Sync>;

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({:?})", self.node)
    }
}

impl Service {
    /// Starts carrying for `node`. Must be called within a runtime, whose handle is `runtime`.
    pub fn start(node: Node, identity: Identity, runtime: Handle) -> Arc<Self> {
        if let Ok(certificate) = identity.certificate().and_then(|one| validity(&one)) {
            node.note_certificate(certificate);
        }
        Arc::new_cyclic(|this: &Weak<Self>| {
            let carrier = Carrier::new(carrier_setup(&node, identity, this), runtime.clone());
            carrier.set_partners(&partners(&node));
            let blocking = Blocking::new(AT_WORK, WAITING);
            let (news, under_way) = (Mutex::default(), Mutex::default());
            let (lists, comparing) = (watch::Sender::new(node.trust().version()), Mutex::default());
            let (told, listener) = (lists::Told::default(), OnceLock::new());
            let (turned, damper) =
                (AtomicI64::new(node.now().as_micros()), Damper::new(SAID_EVERY));
            Self {
                node,
                carrier,
                blocking,
                runtime,
                news,
                under_way,
                lists,
                comparing,
                told,
                listener,
                turned,
                damper,
            }
        })
    }

    /// The node.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The threads on which use cases run.
    pub fn blocking(&self) -> &Blocking {
        &self.blocking
    }

    /// When what goes on by itself went round last.
    pub fn last_turn(&self) -> Timestamp {
        Timestamp::from_micros(self.turned.load(Ordering::Relaxed))
    }

    /// How each partner can be reached.
    pub fn standing(&self) -> Vec<PartnerStanding> {
        self.carrier.standing()
    }

    /// Takes parcels of other nodes on `listener` until `stop` turns true.
    ///
    /// # Errors
    /// When key and certificate cannot be used.
    pub async fn take_parcels(
        self: Arc<Self>,
        listener: TcpListener,
        identity: Identity,
        stop: watch::Receiver<bool>,
    ) -> Result<(), Error> {
        let (service, logs) = (Arc::clone(&self), Arc::clone(&self));
        let setup = ReceptionSetup {
            identity,
            trusted: trusted(&self.node),
            receive: Arc::new(move |from, bytes| parcels::receive(&service, &from, &bytes)),
            logs: Some(Arc::new(move |from, asked| {
                witnessing::answer_log(&logs.node, from, asked)
            })),
            lists: self.lists_offered(),
            blocking: Blocking::new(AT_WORK, WAITING),
            limits: ReceptionLimits::default(),
        };
        listen(listener, setup, stop).await
    }

    /// Opens a search and has its envelopes carried. Blocks until the search is durable and what is at home has
    /// answered; the other answers come through [`Service::news`].
    ///
    /// # Errors
    /// Those of [`Node::start_search`].
    pub fn search(self: &Arc<Self>, officer: &Officer, ask: &Ask) -> Result<QueryId, Fault> {
        let started = self.node.start_search(officer, ask)?;
        let within = u64::from(self.node.settings().limits.answer_millis);
        for carry in started.carry {
            self.carry_query(officer, started.query, carry, Duration::from_millis(within))?;
        }
        Ok(started.query)
    }

    fn carry_query(
        self: &Arc<Self>,
        officer: &Officer,
        query: QueryId,
        carry: Carry,
        within: Duration,
    ) -> Result<(), Fault> {
        let Carry { register, to_node, envelope } = carry;
        let (service, authority) = (Arc::clone(self), officer.authority.clone());
        let settle = move |carriage: Carriage| {
            let outcome = match carriage {
                Carriage::Answered(bytes) => return service.settle_bytes(&bytes),
                Carriage::Unreachable(_) => Outcome::Unreachable,
                Carriage::Acknowledged | Carriage::Late | Carriage::Refused(_) => Outcome::Late,
            };
            service.tell(service.node.settle_silence(&authority, query, &register, outcome));
        };
        self.load(&to_node, &envelope, within, settle)
    }

    /// Hands an envelope to the courier of a node, or to this node itself; `settle` is called on a blocking thread.
    fn load(
        self: &Arc<Self>,
        to: &NodeId,
        envelope: &Envelope,
        within: Duration,
        settle: impl FnOnce(Carriage) + Send + 'static,
    ) -> Result<(), Fault> {
        let id = envelope.unverified_header()?.id;
        if !self.under_way().insert(id) {
            return Ok(());
        }
        if self.node.is_self(to) {
            let (envelope, service) = (envelope.clone(), Arc::clone(self));
            self.spawn(move || {
                service.under_way().remove(&id);
                match service.node.receive(None, &envelope) {
                    Ok(reply) => settle(Carriage::Answered(reply.encode().unwrap_or_default())),
                    Err(fault) => settle(Carriage::Refused(fault.to_string())),
                }
            });
            return Ok(());
        }
        let (key, service) = (id.to_bytes(), Arc::clone(self));
        let reply = Box::new(move |carriage| {
            service.under_way().remove(&id);
            service.spawn(move || settle(carriage));
        });
        self.carrier.carry(to, Load { key, bytes: envelope.encode()?, within, reply });
        Ok(())
    }

    /// The envelopes that are being carried: the outbox does not offer them a second time meanwhile.
    fn under_way(&self) -> MutexGuard<'_, BTreeSet<EnvelopeId>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a use case on a blocking thread. What does not fit is dropped: the outbox brings it again.
    fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        let blocking = self.blocking.clone();
        self.runtime.spawn(async move {
            if blocking.run(work).await.is_err() {
                tracing::warn!(
                    "a reply was dropped because too much is waiting; it will come again"
                );
            }
        });
    }

    fn settle_bytes(self: &Arc<Self>, bytes: &[u8]) {
        let settled = Envelope::decode(bytes).map_err(Fault::from).and_then(|envelope| {
            self.hear_of_envelope(&envelope);
            self.node.settle_reply(&envelope)
        });
        match settled {
            Ok(Some(settled)) => self.tell(Ok(settled)),
            Ok(None) => {}
            Err(fault) => tracing::warn!(%fault, "a reply was not taken"),
        }
    }

    fn tell(&self, settled: Result<Settled, Fault>) {
        match settled {
            Ok(settled) if settled.changed => {
                if let Some(listener) = self.listener.get() {
                    listener(&settled);
                }
                let news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(count) = news.get(&settled.query) {
                    count.send_modify(|count| *count = count.saturating_add(1));
                }
            }
            Ok(_) => {}
            Err(fault) => tracing::warn!(%fault, "an outcome was not stored"),
        }
    }

    /// Sets who is told of every settled register; the first one stays.
    pub fn listen_to_settling(&self, listener: Listener) {
        drop(self.listener.set(listener));
    }

    /// Tells everybody who listens to a search that the node stops.
    pub fn end_news(&self) {
        let news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        for count in news.values() {
            count.send_replace(NEWS_ENDED);
        }
    }

    /// A count that moves with every register of `query` that is settled from now on.
    pub fn news(&self, query: QueryId) -> watch::Receiver<u64> {
        let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        news.retain(|_, count| count.receiver_count() > 0);
        news.entry(query).or_insert_with(|| watch::channel(0).0).subscribe()
    }
}

/// Which keys of the trust list belong to which node.
fn trusted(node: &Node) -> TrustedKeys {
    let node = node.clone();
    Arc::new(move |digest| {
        let trust = node.trust();
        trust
            .nodes()
            .iter()
            .find(|entry| entry.accepts_tls_key(digest))
            .map(|entry| entry.node.clone())
    })
}

fn partners(node: &Node) -> Vec<Partner> {
    let trust = node.trust();
    let others = trust.nodes().iter().filter(|entry| !node.is_self(&entry.node));
    others
        .map(|entry| Partner {
            node: entry.node.clone(),
            address: format!("{}:{}", entry.url.host(), entry.url.port()),
        })
        .collect()
}

fn carrier_setup(node: &Node, identity: Identity, service: &Weak<Service>) -> CarrierSetup {
    let (clock, entropy) = (node.clone(), node.clone());
    let (stray, returned) = (Weak::clone(service), Weak::clone(service));
    CarrierSetup {
        identity,
        trusted: trusted(node),
        framing: parcels::framing(node),
        clock: Arc::new(move || -> Timestamp { clock.now() }),
        entropy: Arc::new(move || u64::from_be_bytes(entropy.fresh_bytes())),
        stray: Arc::new(move |_, bytes| {
            if let Some(service) = stray.upgrade() {
                let inner = Arc::clone(&service);
                service.spawn(move || inner.settle_bytes(&bytes));
            }
        }),
        returned: Arc::new(move |partner| {
            if let Some(service) = returned.upgrade() {
                let (inner, partner) = (Arc::clone(&service), partner.clone());
                service.spawn(move || keeping::offer_again(&inner, Some(&partner)));
            }
        }),
        limits: crate::carrier::CarrierLimits::default(),
    }
}
