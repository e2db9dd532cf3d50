//! What a node does by itself for an authority it hosts: keeping registers, copies and indexes. Each task is
//! decided and logged like any other access; there is no unlogged way to read.

use crate::entries::{Act, word};
use crate::fault::Fault;
use crate::node::{Node, covered};
use access::{Asker, AskerHome, Grant};
use audit_log::{Entry, Side};
use instrument::{Instrument, MatchingKind};
use matching::{Change, RecordKey, pseudonymise};
use seal::{Secret, keyed_hash};
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::mpsc::sync_channel;
use std::thread::{self, ScopedJoinHandle};
use store::{Draft, LogReceipt, StoredRecord};
use vocabulary::{
    AuthorityId, InstrumentId, Justification, ProcessingOperation, PseudonymisedPerson, Record,
    Subject, Timestamp,
};

/// The purpose under which owners keep registers, in every instrument file.
pub(crate) const KEEPING: &str = "keep_register";
/// The role in which a register is kept.
pub(crate) const KEEPER: &str = "register_owner";
/// The purpose under which a node is run, in every instrument file.
const MAINTENANCE: &str = "maintain_register";
/// The role in which a node is run.
const OPERATOR: &str = "operator";
/// How many pages of records may be read before they are indexed.
const PAGES_AHEAD: usize = 2;
/// The officer id of the node itself.
const NODE_ITSELF: &str = "node";

impl Node {
    /// The node itself, acting for `authority` in the role of a keeper of registers.
    pub(crate) fn itself(&self, authority: &AuthorityId, at: Timestamp) -> Result<Asker, Fault> {
        let officer = self.pseudonym(authority, &NODE_ITSELF.parse()?, authority, at)?;
        Ok(Asker::new(authority.clone(), officer, KEEPER.parse()?, AskerHome::ThisAuthority))
    }

    /// Decides a task of the node itself and writes the entry for it.
    pub(crate) fn decide_task(
        &self,
        authority: &AuthorityId,
        instrument: &Instrument,
        operation: ProcessingOperation,
        at: Timestamp,
    ) -> Result<(Grant, Entry), Fault> {
        let asker = self.itself(authority, at)?;
        self.decide_keeping(&asker, instrument, operation, at)
    }

    /// Decides a maintenance run of the node, such as a backup, and writes the entry for it.
    pub(crate) fn decide_maintenance(
        &self,
        authority: &AuthorityId,
        instrument: &Instrument,
        operation: ProcessingOperation,
        (task, at): (&str, Timestamp),
    ) -> Result<(Grant, Entry), Fault> {
        let officer = self.pseudonym(authority, &NODE_ITSELF.parse()?, authority, at)?;
        let home = AskerHome::ThisAuthority;
        let asker = Asker::new(authority.clone(), officer, OPERATOR.parse()?, home);
        let (grant, mut entry) =
            self.decide_for((&asker, MAINTENANCE), instrument, operation, at)?;
        entry.maintenance = Some(word(task)?);
        Ok((grant, entry))
    }

    /// Decides what `asker` wants to do with a register of his authority, and writes the entry for it.
    pub(crate) fn decide_keeping(
        &self,
        asker: &Asker,
        instrument: &Instrument,
        operation: ProcessingOperation,
        at: Timestamp,
    ) -> Result<(Grant, Entry), Fault> {
        self.decide_for((asker, KEEPING), instrument, operation, at)
    }

    fn decide_for(
        &self,
        (asker, purpose): (&Asker, &str),
        instrument: &Instrument,
        operation: ProcessingOperation,
        at: Timestamp,
    ) -> Result<(Grant, Entry), Fault> {
        let justification = Justification::of(purpose.parse()?);
        let act = Act {
            authority: asker.authority(),
            instrument,
            asker,
            justification: &justification,
            operation,
            query: None,
            side: Side::Own,
            at,
        };
        let salt = self.shared.environment.bytes();
        let grant = act.decide(self).map_err(Fault::Refused)?;
        let entry = act.granted(self, &grant, &salt);
        Ok((grant, entry))
    }

    /// Fills every index from the store: one log entry each.
    pub(crate) fn rebuild_indexes(&self) -> Result<(), Fault> {
        let at = self.now();
        for (authority, instrument) in covered(&self.shared.hosted, &self.shared.law) {
            let rows = self.store().register_counts(authority)?;
            if !rows.iter().any(|row| row.register.instrument() == instrument.id() && row.live > 0)
            {
                continue;
            }
            let (grant, mut entry) =
                self.decide_task(authority, instrument, ProcessingOperation::Consultation, at)?;
            entry.maintenance = Some(word("index_rebuild")?);
            let receipt = self.store().log_maintenance(&grant, &Draft { entry })?;
            self.fill_index(&receipt, authority, instrument)?;
        }
        Ok(())
    }

    /// Puts every record of the receipt into its index, in the order of their numbers: one thread reads and opens,
    /// this one indexes, and where names become pseudonyms all cores help it.
    fn fill_index(
        &self,
        receipt: &LogReceipt,
        authority: &AuthorityId,
        instrument: &Instrument,
    ) -> Result<(), Fault> {
        let (give, take) = sync_channel(PAGES_AHEAD);
        thread::scope(|scope| {
            let reading = scope.spawn(move || {
                let place = (authority, instrument.id());
                let mut each = |page: Vec<StoredRecord>| give.send(page).is_ok();
                self.store().pages_for_index(receipt, place, None, &mut each)
            });
            for page in take {
                self.index_page(authority, instrument, &page);
            }
            reading.join().unwrap_or_else(|panic| resume_unwind(panic)).map_err(Fault::from)
        })
    }

    fn index_page(&self, authority: &AuthorityId, instrument: &Instrument, page: &[StoredRecord]) {
        if instrument.matching().kind() != MatchingKind::Pseudonymised {
            for (key, _, record) in page {
                self.index_put(authority, instrument, *key, record);
            }
            return;
        }
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let share = page.len().div_ceil(cores).max(1);
        let persons: Vec<_> = thread::scope(|scope| {
            let shares = page.chunks(share).map(|records| {
                scope.spawn(move || {
                    let made = |(_, _, record): &StoredRecord| {
                        self.pseudonymised(instrument.id(), &record.subject)
                    };
                    records.iter().map(made).collect::<Vec<_>>()
                })
            });
            let running: Vec<_> = shares.collect();
            let made = |share: ScopedJoinHandle<'_, Vec<_>>| {
                share.join().unwrap_or_else(|panic| resume_unwind(panic))
            };
            running.into_iter().flat_map(made).collect()
        });
        for ((key, _, record), person) in page.iter().zip(&persons) {
            let Some(person) = person else { continue };
            let searchable_from = record.unsearchable_until;
            let key = RecordKey::new(*key);
            let change = Change::PutPseudonymised { key, person, searchable_from };
            self.shared.indexes.change(authority, instrument.id(), change);
        }
    }

    /// The live records that the authority of the receipt owns under its instrument, from number `first` on.
    pub(crate) fn own_records(
        &self,
        receipt: &LogReceipt,
        first: Option<u64>,
        each: &mut dyn FnMut(u64, &Record),
    ) -> Result<(), Fault> {
        let (authority, id) = (receipt.authority(), receipt.instrument());
        self.store().records_for_index(
            receipt,
            authority,
            id,
            Some(authority),
            &mut |key, _, record| {
                if first.is_none_or(|first| key >= first) {
                    each(key, record);
                }
            },
        )?;
        Ok(())
    }

    /// Puts a record into the index of its register.
    pub(crate) fn index_put(
        &self,
        authority: &AuthorityId,
        instrument: &Instrument,
        key: u64,
        record: &Record,
    ) {
        let key = RecordKey::new(key);
        let searchable_from = record.unsearchable_until;
        let indexes = &self.shared.indexes;
        let clear = Change::Put { key, subject: &record.subject, searchable_from };
        if instrument.matching().kind() != MatchingKind::Pseudonymised {
            indexes.change(authority, instrument.id(), clear);
        } else if let Some(person) = self.pseudonymised(instrument.id(), &record.subject) {
            let change = Change::PutPseudonymised { key, person: &person, searchable_from };
            indexes.change(authority, instrument.id(), change);
        }
    }

    /// Takes a record out of the index of its register.
    pub(crate) fn index_erase(&self, authority: &AuthorityId, instrument: &InstrumentId, key: u64) {
        let change = Change::Erase { key: RecordKey::new(key) };
        self.shared.indexes.change(authority, instrument, change);
    }

    /// The person of a subject with names as pseudonyms under the key of the instrument's participants.
    pub(crate) fn pseudonymised(
        &self,
        instrument: &InstrumentId,
        subject: &Subject,
    ) -> Option<PseudonymisedPerson> {
        let key: &Secret = self.shared.pseudonym_keys.get(instrument)?;
        let Subject::Person(person) = subject else { return None };
        let keyed = |bytes: &[u8]| -> [u8; 8] {
            let hash = keyed_hash(key, &[bytes]);
            let mut short = [0; 8];
            for (to, from) in short.iter_mut().zip(hash.as_bytes()) {
                *to = *from;
            }
            short
        };
        Some(pseudonymise(person, &keyed))
    }
}
