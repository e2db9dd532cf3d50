//! The node itself: what every use case works on.

use crate::environment::Environment;
use crate::fault::Fault;
use crate::follow::Following;
use crate::indexes::Indexes;
use crate::law::Law;
use crate::meters::Meters;
use crate::settings::Settings;
use crate::trust::TrustKeeping;
use crate::witnesses::Witnesses;
use exchange::{EnvelopeId, Limits, TrustList};
use instrument::{Instrument, MatchingKind};
use matching::IndexKind;
use seal::Secret;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use store::{Crash, Store};
use vocabulary::{
    AuthorityId, CountryCode, InstrumentId, OfficerId, OfficerPseudonym, QueryId, RegisterId,
    Timestamp,
};

/// An authority that this node hosts.
#[derive(Debug)]
pub struct Hosted {
    /// Its name as officers know it.
    pub name: String,
    /// Its country; none for a body of the Union.
    pub country: Option<CountryCode>,
    /// The registers it keeps, by instrument.
    pub registers: Vec<InstrumentId>,
    /// The secret behind its pseudonyms and references.
    pub(crate) secret: Secret,
}

/// Everything a node is opened with.
pub struct Opening {
    /// The configuration.
    pub settings: Settings,
    /// Clock, entropy and key.
    pub environment: Environment,
    /// The instruments.
    pub law: Law,
    /// The verified trust list.
    pub trust: TrustList,
    /// The secret of each hosted authority.
    pub secrets: BTreeMap<AuthorityId, Secret>,
    /// The keys of pseudonymised indexes.
    pub pseudonym_keys: BTreeMap<InstrumentId, Secret>,
    /// Where the simulation lets the store die.
    pub crash: Option<Crash>,
    /// False for a tool that only loads records and answers no query.
    pub searching: bool,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opening({})", self.settings.node)
    }
}

/// A node. Cheap to clone; all use cases are methods of it, one file each, and block until durable.
#[derive(Clone)]
pub struct Node {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) environment: Environment,
    pub(crate) law: Law,
    pub(crate) trust: TrustKeeping,
    pub(crate) store: Store,
    pub(crate) indexes: Indexes,
    pub(crate) hosted: BTreeMap<AuthorityId, Hosted>,
    pub(crate) pseudonym_keys: BTreeMap<InstrumentId, Secret>,
    pub(crate) limits: Limits,
    pub(crate) meters: Meters,
    pub(crate) searching: bool,
    /// True while nothing may be signed for a log.
    pub(crate) signing_held: AtomicBool,
    /// What is known of the witnesses of the own logs.
    pub(crate) witnesses: Mutex<Witnesses>,
    /// When the last inventory of each disseminated register was sent.
    pub(crate) renewed: Mutex<BTreeMap<RegisterId, Timestamp>>,
    /// How far the indexes are in the logs.
    pub(crate) following: Following,
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({})", self.shared.settings.node)
    }
}

impl Node {
    /// Opens the store, the logs and the indexes of a node. The rebuilding of each index is a log entry.
    ///
    /// # Errors
    /// When the store cannot be opened or a secret is missing.
    pub fn open(opening: Opening) -> Result<Self, Fault> {
        let Opening { settings, environment, law, trust, secrets, .. } = opening;
        let Opening { pseudonym_keys, crash, searching, .. } = opening;
        let places = settings.places()?;
        let entropy = Arc::clone(&environment.entropy);
        let readers = usize::try_from(settings.limits.readers.max(1)).unwrap_or(1);
        let fill: store::Entropy = Arc::new(move |bytes: &mut [u8]| entropy.fill(bytes));
        let list = TrustKeeping::begin(&settings, trust)?;
        let store = Store::open(&places, readers, fill, crash)?;
        let year = environment.clock.now().year();
        let hosted = hosted(&settings, secrets)?;
        for authority in hosted.keys() {
            // A log is opened under the name it has; the first pass of upkeep begins the one of a new year.
            let begun = store.log_state(authority)?.map(|begun| begun.origin);
            store.open_log(authority, &begun.unwrap_or_else(|| format!("{authority}/{year}")))?;
        }
        for (authority, own) in &hosted {
            for id in &own.registers {
                let needs =
                    law.get(id).is_some_and(|one| index_kind(one) == IndexKind::Pseudonymised);
                if needs && !pseudonym_keys.contains_key(id) {
                    let what =
                        format!("`{authority}` keeps `{id}` and has no pseudonym key for it");
                    return Err(Fault::NotSetUp(what));
                }
            }
        }
        let mut indexes = Indexes::default();
        for (authority, instrument) in covered(&hosted, &law) {
            indexes.open(authority.clone(), instrument.id().clone(), index_kind(instrument));
        }
        let meters = Meters::new(&law);
        let shared = Shared {
            settings,
            environment,
            law,
            trust: list,
            store,
            indexes,
            hosted,
            pseudonym_keys,
            limits: Limits::default(),
            meters,
            searching,
            signing_held: AtomicBool::new(false),
            witnesses: Mutex::default(),
            renewed: Mutex::new(BTreeMap::new()),
            following: Following::default(),
        };
        let node = Self { shared: Arc::new(shared) };
        if searching {
            let begun = node.now();
            node.begin_following()?;
            node.rebuild_indexes()?;
            node.meters().index_built(begun, node.now());
        }
        Ok(node)
    }

    /// Closes the store. Nothing acknowledged is lost without it; it only leaves tidy files.
    pub fn close(&self) {
        self.shared.store.close();
    }

    /// The configuration.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The instruments.
    pub fn law(&self) -> &Law {
        &self.shared.law
    }

    /// The authorities this node hosts.
    pub fn hosted(&self) -> &BTreeMap<AuthorityId, Hosted> {
        &self.shared.hosted
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.shared.environment.clock.now()
    }

    /// The technical limits of the exchange.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Fresh bytes, to spread what would otherwise happen at once.
    pub fn fresh_bytes<const N: usize>(&self) -> [u8; N] {
        self.shared.environment.bytes()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.shared.store
    }

    pub(crate) fn own(&self, authority: &AuthorityId) -> Result<&Hosted, Fault> {
        self.shared
            .hosted
            .get(authority)
            .ok_or_else(|| Fault::NotSetUp(format!("this node does not host `{authority}`")))
    }

    pub(crate) fn instrument(&self, id: &InstrumentId) -> Result<&Arc<Instrument>, Fault> {
        self.shared.law.get(id).ok_or_else(|| {
            Fault::invalid("instrument", format!("`{id}` is not an instrument of this node"))
        })
    }

    pub(crate) fn fresh_query(&self, at: Timestamp) -> QueryId {
        QueryId::new(at, self.shared.environment.bytes())
    }

    pub(crate) fn fresh_envelope(&self, at: Timestamp) -> EnvelopeId {
        EnvelopeId::new(at, self.shared.environment.bytes())
    }

    /// What `partner` sees of an officer of `authority` this year.
    pub(crate) fn pseudonym(
        &self,
        authority: &AuthorityId,
        officer: &OfficerId,
        partner: &AuthorityId,
        at: Timestamp,
    ) -> Result<OfficerPseudonym, Fault> {
        let secret = &self.own(authority)?.secret;
        Ok(seal::officer_pseudonym(secret, officer, partner, at.year())?)
    }
}

fn hosted(
    settings: &Settings,
    mut secrets: BTreeMap<AuthorityId, Secret>,
) -> Result<BTreeMap<AuthorityId, Hosted>, Fault> {
    let mut hosted = BTreeMap::new();
    for authority in &settings.authorities {
        let secret = secrets
            .remove(&authority.id)
            .ok_or_else(|| Fault::NotSetUp(format!("no secret for `{}`", authority.id)))?;
        let own = Hosted {
            name: authority.name.clone(),
            country: authority.country,
            registers: authority.registers.clone(),
            secret,
        };
        hosted.insert(authority.id.clone(), own);
    }
    Ok(hosted)
}

/// Every hosted authority with every instrument: own registers, and copies of what others disseminate.
pub(crate) fn covered<'a>(
    hosted: &'a BTreeMap<AuthorityId, Hosted>,
    law: &'a Law,
) -> impl Iterator<Item = (&'a AuthorityId, &'a Arc<Instrument>)> {
    hosted
        .keys()
        .flat_map(move |authority| law.all().map(move |instrument| (authority, instrument)))
}

fn index_kind(instrument: &Instrument) -> IndexKind {
    match instrument.matching().kind() {
        MatchingKind::Pseudonymised => IndexKind::Pseudonymised,
        MatchingKind::Clear | MatchingKind::Exact => IndexKind::Clear,
    }
}
