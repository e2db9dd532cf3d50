//! The trust list in force: replaced while the node runs, kept on disk, never by an older one.

mod barring;
mod expiring;
mod kept;

pub(crate) use barring::no_agreement;
pub use expiring::Certificate;
pub(crate) use kept::KeptLists;

use crate::fault::Fault;
use crate::node::Node;
use crate::settings::Settings;
use exchange::{
    Keepers, Problem, SignedTrustList, Standing, TrustList, chain_after, decode_chain,
    encode_chain, follow_chain,
};
use seal::{Digest, sha256};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use vocabulary::NodeId;

/// A newer list that has come into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListChange {
    /// The version that was in force.
    pub before: u64,
    /// The version in force now.
    pub version: u64,
    /// Nodes that came in.
    pub came: Vec<NodeId>,
    /// Nodes that left.
    pub left: Vec<NodeId>,
}

/// The list in force, and what is needed to replace it.
pub(crate) struct TrustKeeping {
    current: RwLock<Arc<TrustList>>,
    kept: KeptLists,
    /// The digest of the file as it was last looked at; held while a list is taken.
    looked: Mutex<Option<Digest>>,
    certificate: Mutex<Option<Certificate>>,
}

/// Reads the trust list a node begins with: the newest of the file its configuration names and the lists it has kept. The
/// keepers pinned in the configuration vouch for the first of them, each list for the next.
///
/// # Errors
/// Everything that stands against it.
pub fn begin_list(settings: &Settings, file: &[u8]) -> Result<TrustList, Vec<String>> {
    let pinned = settings.keepers.pinned();
    let told = |problems: Vec<Problem>| problems.iter().map(ToString::to_string).collect();
    let kept = KeptLists::within(&settings.data).from(0).map_err(|f| vec![f.to_string()])?;
    let signed = SignedTrustList::read(file, Some(&pinned));
    let is_pinned = |list: &TrustList| list.signed().clone().check(Some(&pinned)).is_ok();
    let anchor = kept.iter().position(is_pinned);
    let mut known = kept.get(anchor.unwrap_or(kept.len())..).unwrap_or_default().iter();
    let mut in_force = known.next().cloned();
    for next in known {
        if in_force.as_ref().is_some_and(|held| next.accepts_after(held).is_ok()) {
            in_force = Some(next.clone());
        }
    }
    match (in_force, signed) {
        (None, signed) => signed.map_err(told),
        (Some(held), Ok(list)) if list.version() > held.version() => Ok(list),
        (Some(held), Ok(_)) => Ok(held),
        // The pinned keepers may have handed over since: then the kept lists lead to the file.
        (Some(held), Err(problems)) => {
            let Ok(unpinned) = SignedTrustList::read(file, None) else {
                return Err(told(problems));
            };
            let is_known = kept.iter().any(|one| one.digest() == unpinned.digest());
            if is_known {
                return Ok(held);
            }
            unpinned.accepts_after(&held).map_err(|_| told(problems))?;
            Ok(unpinned)
        }
    }
}

impl TrustKeeping {
    /// Begins with `list`, or with a newer one that was kept and follows from it.
    pub(crate) fn begin(settings: &Settings, list: TrustList) -> Result<Self, Fault> {
        let kept = KeptLists::within(&settings.data);
        let later = kept.from(list.version().saturating_add(1))?;
        let later = later.into_iter().map(|list| list.signed().clone()).collect();
        kept.keep(&list)?;
        let followed = follow_chain(&list, later).map_err(|problems| refused(&problems))?;
        let current = followed.into_iter().next_back().unwrap_or(list);
        Ok(Self {
            current: RwLock::new(Arc::new(current)),
            kept,
            looked: Mutex::new(None),
            certificate: Mutex::new(None),
        })
    }

    pub(crate) fn current(&self) -> Arc<TrustList> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn taking(&self) -> MutexGuard<'_, Option<Digest>> {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the accepted lists, then goes by the newest of them. The caller holds `taking`.
    fn replace(&self, accepted: Vec<TrustList>) -> Result<Option<ListChange>, Fault> {
        for list in &accepted {
            self.kept.keep(list)?;
        }
        let Some(next) = accepted.into_iter().next_back() else { return Ok(None) };
        let before = self.current();
        let gone = |one: &TrustList, other: &TrustList| -> Vec<NodeId> {
            let names = one.nodes().iter().map(|entry| &entry.node);
            names.filter(|node| other.node(node).is_none()).cloned().collect()
        };
        let change = ListChange {
            before: before.version(),
            version: next.version(),
            came: gone(&next, &before),
            left: gone(&before, &next),
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        Ok(Some(change))
    }
}

fn refused(problems: &[Problem]) -> Fault {
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Fault::TrustList(told.join("; "))
}

fn older(version: u64, current: u64) -> Fault {
    Fault::TrustList(format!(
        "version {version} is older than version {current}, which this node goes by; a list never goes back: \
         ask the keepers for a later one"
    ))
}

impl Node {
    /// The trust list in force.
    pub fn trust(&self) -> Arc<TrustList> {
        self.shared.trust.current()
    }

    /// How old the list in force is.
    pub fn list_standing(&self) -> Standing {
        self.trust().standing(self.now())
    }

    /// True once the list names this node with a key it has.
    pub fn is_entered(&self) -> bool {
        let (trust, own) = (self.trust(), &self.shared.settings.node);
        let mut keys = self.shared.environment.signers().map(|key| key.verifying_key().key_id());
        keys.any(|key| trust.key(&key).is_some_and(|(node, _)| node.node == *own))
    }

    /// Takes a trust list file, or a chain of them as another node gives it. Nothing when it is known already.
    ///
    /// # Errors
    /// When it is older than the list in force, or the keepers of that list did not let it follow.
    pub fn take_lists(&self, bytes: &[u8]) -> Result<Option<ListChange>, Fault> {
        let chain = decode_chain(bytes)?;
        let trust = &self.shared.trust;
        let _taking = trust.taking();
        let current = trust.current();
        let accepted = follow_chain(&current, chain.clone()).map_err(|p| refused(&p))?;
        if accepted.is_empty() {
            let newest = chain.into_iter().filter_map(|list| list.check(None).ok());
            let newest = newest.map(|list| list.version()).max().unwrap_or(0);
            if newest < current.version() {
                return Err(older(newest, current.version()));
            }
        }
        trust.replace(accepted)
    }

    /// Looks whether the file of the configuration has changed, or another process on the same data has kept a newer list,
    /// and takes it.
    ///
    /// # Errors
    /// What stands against a changed file; once for each change of it.
    pub fn look_for_list(&self) -> Result<Option<ListChange>, Fault> {
        let trust = &self.shared.trust;
        let mut looked = trust.taking();
        let current = trust.current();
        if trust.kept.newest()?.is_some_and(|newest| newest > current.version()) {
            let later = trust.kept.from(current.version().saturating_add(1))?;
            let later = later.into_iter().map(|list| list.signed().clone()).collect();
            return trust.replace(follow_chain(&current, later).map_err(|p| refused(&p))?);
        }
        let path = &self.shared.settings.trust_list;
        if path.as_os_str().is_empty() {
            return Ok(None);
        }
        let bytes = std::fs::read(path).map_err(|error| {
            Fault::TrustList(format!("cannot read `{}`: {error}", path.display()))
        })?;
        let digest = sha256(&bytes);
        if *looked == Some(digest) {
            return Ok(None);
        }
        *looked = Some(digest);
        let chain = decode_chain(&bytes)?;
        let newest = chain.iter().filter_map(|list| list.clone().check(None).ok());
        match newest.max_by_key(TrustList::version) {
            Some(list) if list.version() < current.version() => {
                Err(older(list.version(), current.version()))
            }
            // The operator's own file may also be let in by the keepers he pins.
            Some(list) => match follow_chain(&current, chain) {
                Ok(accepted) => trust.replace(accepted),
                Err(problems) if list.version() > current.version() => {
                    let pinned = self.shared.settings.keepers.pinned();
                    let list = list.signed().clone().check(Some(&pinned));
                    trust.replace(vec![list.map_err(|_| refused(&problems))?])
                }
                Err(problems) => Err(refused(&problems)),
            },
            None => follow_chain(&current, chain).map(|_| None).map_err(|p| refused(&p)),
        }
    }

    /// The lists that somebody needs who goes by `version`, as a chain; nothing when he has the newest.
    ///
    /// # Errors
    /// When the kept lists cannot be read.
    pub fn lists_after(&self, version: u64) -> Result<Option<Vec<u8>>, Fault> {
        let current = self.trust();
        if current.version() <= version {
            return Ok(None);
        }
        let kept = self.shared.trust.kept.from(version)?;
        let chain = chain_after(&kept, version);
        Ok(Some(encode_chain(&chain)))
    }

    /// The list by which evidence is judged that was received under `version`; nothing when this node never went by it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn list_of_version(&self, version: u64) -> Result<Option<TrustList>, Fault> {
        self.shared.trust.kept.of(version)
    }
}

impl crate::settings::KeeperSettings {
    /// The keepers as the trust list names such.
    pub fn pinned(&self) -> Keepers {
        let threshold = usize::try_from(self.threshold).unwrap_or(usize::MAX);
        Keepers { threshold, keys: self.keys.clone() }
    }
}
