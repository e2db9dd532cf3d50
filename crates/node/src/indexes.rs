//! The search indexes of a node, one for each authority and instrument, rebuilt from the store at start.

use matching::{Change, Index, IndexKind};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{PoisonError, RwLock};
use vocabulary::{AuthorityId, InstrumentId};

/// Whose index, under which instrument.
type Key = (AuthorityId, InstrumentId);

/// All indexes. They hold numbers of records and what is compared, never a way around the store: what a
/// search finds is read there, under a receipt.
#[derive(Default)]
pub(crate) struct Indexes(BTreeMap<Key, RwLock<Index>>);

impl Indexes {
    /// Makes an empty index for `authority` under `instrument`.
    pub(crate) fn open(
        &mut self,
        authority: AuthorityId,
        instrument: InstrumentId,
        kind: IndexKind,
    ) {
        self.0.insert((authority, instrument), RwLock::new(Index::new(kind)));
    }

    /// Changes an index.
    pub(crate) fn change(
        &self,
        authority: &AuthorityId,
        instrument: &InstrumentId,
        change: Change<'_>,
    ) {
        if let Some(index) = self.0.get(&(authority.clone(), instrument.clone())) {
            let applied = index.write().unwrap_or_else(PoisonError::into_inner).apply(change);
            // Index and change are of the kind that the instrument names: they cannot differ.
            debug_assert!(applied.is_ok(), "{applied:?}");
        }
    }

    /// Looks into an index.
    pub(crate) fn read<T>(
        &self,
        authority: &AuthorityId,
        instrument: &InstrumentId,
        look: impl FnOnce(&Index) -> T,
    ) -> Option<T> {
        let index = self.0.get(&(authority.clone(), instrument.clone()))?;
        Some(look(&index.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl fmt::Debug for Indexes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}
