//! Indexes follow the log: what other processes of this node changed is put into them or taken out.

use crate::entries::word;
use crate::fault::Fault;
use crate::node::{Node, covered};
use instrument::Instrument;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Draft, LogReceipt};
use vocabulary::{AuthorityId, InstrumentId, ProcessingOperation};

/// How far the indexes of this process are, and under which entries it reads for them.
#[derive(Debug, Default)]
pub(crate) struct Following {
    positions: Mutex<BTreeMap<AuthorityId, u64>>,
    receipts: Mutex<BTreeMap<(AuthorityId, InstrumentId), LogReceipt>>,
}

impl Node {
    /// Notes where the logs stand, before the indexes are built: what comes later is followed.
    pub(crate) fn begin_following(&self) -> Result<(), Fault> {
        for authority in self.hosted().keys() {
            let position = self.store().log_position(authority)?;
            let mut positions =
                self.shared.following.positions.lock().unwrap_or_else(PoisonError::into_inner);
            positions.insert(authority.clone(), position);
        }
        Ok(())
    }

    /// Brings the indexes to where the logs stand. A record is read as it is now, so following a stretch twice does no
    /// harm; one that is gone is taken out. One log entry for each process and register says that it reads them.
    pub(crate) fn follow_logs(&self) -> Result<(), Fault> {
        if !self.shared.searching {
            return Ok(());
        }
        // Held all the while: two passes at once would read the same.
        let mut positions =
            self.shared.following.positions.lock().unwrap_or_else(PoisonError::into_inner);
        for (authority, position) in positions.iter_mut() {
            let Some(changes) = self.store().changes_since(authority, *position)? else { continue };
            for (_, instrument) in covered(&self.shared.hosted, &self.shared.law)
                .filter(|(owner, _)| *owner == authority)
            {
                let of_it = |one: &&(InstrumentId, u64)| one.0 == *instrument.id();
                let keys: Vec<u64> =
                    changes.records.iter().filter(of_it).map(|one| one.1).collect();
                self.follow_records(authority, instrument, &keys)?;
                for (_, load) in changes.loads.iter().filter(of_it) {
                    self.follow_load(authority, instrument, *load)?;
                }
            }
            *position = changes.position;
        }
        Ok(())
    }

    fn follow_records(
        &self,
        authority: &AuthorityId,
        instrument: &Arc<Instrument>,
        keys: &[u64],
    ) -> Result<(), Fault> {
        if keys.is_empty() {
            return Ok(());
        }
        let receipt = self.receipt_to_follow(authority, instrument)?;
        let found = self.store().read(&receipt, keys)?;
        for key in keys.iter().filter(|key| !found.iter().any(|one| one.0 == **key)) {
            self.index_erase(authority, instrument.id(), *key);
        }
        for (key, _, record) in &found {
            self.index_put(authority, instrument, *key, record);
        }
        Ok(())
    }

    fn follow_load(
        &self,
        authority: &AuthorityId,
        instrument: &Arc<Instrument>,
        load: u64,
    ) -> Result<(), Fault> {
        let receipt = self.receipt_to_follow(authority, instrument)?;
        self.store().records_of_load(&receipt, load, &mut |key, record| {
            self.index_put(authority, instrument, key, record);
        })?;
        Ok(())
    }

    fn receipt_to_follow(
        &self,
        authority: &AuthorityId,
        instrument: &Arc<Instrument>,
    ) -> Result<LogReceipt, Fault> {
        let mut receipts =
            self.shared.following.receipts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (authority.clone(), instrument.id().clone());
        if let Some(receipt) = receipts.get(&key) {
            return Ok(receipt.clone());
        }
        let at = self.now();
        let (grant, mut entry) =
            self.decide_task(authority, instrument, ProcessingOperation::Consultation, at)?;
        entry.maintenance = Some(word("index_rebuild")?);
        let receipt = self.store().log_maintenance(&grant, &Draft { entry })?;
        receipts.insert(key, receipt.clone());
        Ok(receipt)
    }
}
