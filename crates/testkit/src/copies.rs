//! What copies each authority must hold, worked out from the envelopes that reached it.

use crate::made::mark_of;
use exchange::{Body, CopiesBody, EnvelopeId, Header, InventoryBody};
use instrument::{Instrument, flat_fields};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{AuthorityId, Record, RecordId, RegisterId, Timestamp};

/// One copy as its holder must have it.
#[derive(Debug, Clone)]
pub(crate) struct HeldCopy {
    /// The version copied.
    pub(crate) version: u32,
    /// As of when its content was the owner's.
    as_of: Timestamp,
    /// When its life is over.
    valid_until: Timestamp,
    /// Until when it answers no query.
    hidden: Option<Timestamp>,
}

/// The copies that one authority holds of one register.
#[derive(Debug, Default)]
pub(crate) struct Held {
    copies: BTreeMap<RecordId, HeldCopy>,
    listed: BTreeMap<RecordId, Timestamp>,
    gone: BTreeMap<RecordId, Timestamp>,
    parts: BTreeMap<(Timestamp, u32), InventoryBody>,
    listed_as_of: Option<Timestamp>,
    vouched_until: Option<Timestamp>,
    /// Envelopes that were cut off, and how much had happened before.
    doubtful: BTreeMap<EnvelopeId, u32>,
    /// How much has happened.
    happened: u32,
    /// What was cut off came to light only after something else had happened: nobody knows the order any more.
    clouded: bool,
}

/// All copies of the federation.
#[derive(Debug, Default)]
pub(crate) struct Copies {
    held: BTreeMap<(AuthorityId, RegisterId), Held>,
    taken: BTreeSet<EnvelopeId>,
}

impl Copies {
    /// Copies or an inventory were taken by their receiver at `at`, which after a power cut may be long ago.
    pub(crate) fn arrive(
        &mut self,
        (header, at): (&Header, Timestamp),
        body: &Body,
        instrument: &Instrument,
    ) {
        let Some(register) = register_of(body) else { return };
        let held = self.held.entry((header.to_authority.clone(), register)).or_default();
        let doubted = held.doubtful.remove(&header.id);
        held.clouded |= doubted.is_some_and(|before| before != held.happened);
        if !self.taken.insert(header.id) {
            return;
        }
        held.happened = held.happened.saturating_add(1);
        match body {
            Body::Copies(body) => held.take_copies(body, instrument),
            Body::Inventory(body) => held.take_inventory(body, instrument, at),
            Body::Query(_) | Body::Answer(_) | Body::Refusal(_) | Body::Received(_) => {}
        }
    }

    /// The power went off while copies or an inventory were taken: they may or may not be there.
    pub(crate) fn doubt(&mut self, header: &Header, body: &Body) {
        if let Some(register) = register_of(body) {
            let held = self.held.entry((header.to_authority.clone(), register)).or_default();
            let happened = held.happened;
            held.doubtful.entry(header.id).or_insert(happened);
        }
    }

    /// What `holder` holds of `register`.
    pub(crate) fn held(&self, holder: &AuthorityId, register: &RegisterId) -> Option<&Held> {
        self.held.get(&(holder.clone(), register.clone()))
    }
}

impl Held {
    /// True when a power cut leaves open what is held.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.clouded || !self.doubtful.is_empty()
    }

    /// The version in which a record must answer at `at`.
    pub(crate) fn answers(&self, id: &RecordId, at: Timestamp) -> Option<u32> {
        let copy = self.copies.get(id)?;
        let open = copy.hidden.is_none_or(|until| until <= at);
        (copy.valid_until > at && open).then_some(copy.version)
    }

    /// True when the owner's last inventory names a record of which there is no copy.
    pub(crate) fn lacks(&self, id: &RecordId) -> bool {
        let gone = |listed: &Timestamp| self.gone.get(id).is_none_or(|gone| gone < listed);
        self.listed.contains_key(id)
            && !self.copies.contains_key(id)
            && self.listed_as_of.as_ref().is_some_and(gone)
    }

    /// True while the owner's word for the register holds.
    pub(crate) fn is_vouched_for(&self, at: Timestamp) -> bool {
        self.vouched_until.is_some_and(|until| until > at)
    }

    fn take_copies(&mut self, body: &CopiesBody, instrument: &Instrument) {
        let Some(valid_until) = rules::copy_valid_until(instrument, body.as_of) else { return };
        for id in &body.gone {
            let gone = self.gone.entry(id.clone()).or_insert(body.as_of);
            *gone = body.as_of.max(*gone);
            if self.copies.get(id).is_some_and(|copy| copy.as_of <= body.as_of) {
                self.copies.remove(id);
            }
        }
        for record in &body.records {
            let newer = |held: &HeldCopy| held.as_of > body.as_of;
            let is_gone = self.gone.get(&record.id).is_some_and(|gone| *gone >= body.as_of);
            let ended = self.listed_as_of.is_some_and(|listed| listed > body.as_of)
                && !self.listed.contains_key(&record.id)
                || is_gone;
            if self.copies.get(&record.id).is_some_and(newer) || ended {
                continue;
            }
            let hidden = record.unsearchable_until;
            let version = version_of(record);
            let copy = HeldCopy { version, as_of: body.as_of, valid_until, hidden };
            self.copies.insert(record.id.clone(), copy);
        }
    }

    fn take_inventory(&mut self, body: &InventoryBody, instrument: &Instrument, at: Timestamp) {
        let ours = rules::copy_valid_until(instrument, body.as_of);
        let until = ours.map_or(body.valid_until, |ours| ours.min(body.valid_until));
        self.parts.insert((body.as_of, body.part.number), body.clone());
        let of = |part: &&InventoryBody| part.as_of == body.as_of;
        let whole: Vec<InventoryBody> = self.parts.values().filter(of).cloned().collect();
        if u32::try_from(whole.len()).is_ok_and(|there| there < body.part.of) {
            return;
        }
        self.parts.retain(|(as_of, _), _| *as_of > body.as_of);
        if self.listed_as_of.is_some_and(|listed| listed > body.as_of) {
            return;
        }
        let records = whole.into_iter().flat_map(|part| part.records);
        self.listed = records.map(|one| (one.id, one.changed)).collect();
        self.listed_as_of = Some(body.as_of);
        let listed = &self.listed;
        let stands = |id: &RecordId, copy: &HeldCopy| {
            copy.valid_until > at && listed.get(id).is_some_and(|changed| copy.as_of >= *changed)
        };
        for (id, copy) in &mut self.copies {
            if stands(id, copy) {
                copy.valid_until = copy.valid_until.max(until);
            }
        }
        self.copies.retain(|id, copy| copy.as_of >= body.as_of || stands(id, copy));
        self.vouched_until = Some(until);
    }
}

impl Copies {
    /// An authority erased the copies whose life was over; `half` when the power went off during it.
    pub(crate) fn expire(&mut self, holder: &AuthorityId, at: Timestamp, half: bool) {
        for ((of, _), held) in &mut self.held {
            if of != holder || held.copies.values().all(|copy| copy.valid_until > at) {
                continue;
            }
            held.happened = held.happened.saturating_add(1);
            if half {
                held.clouded = true;
            } else {
                held.copies.retain(|_, copy| copy.valid_until > at);
            }
        }
    }
}

fn version_of(record: &Record) -> u32 {
    mark_of(&flat_fields(record)).map_or(0, |(_, version)| version)
}

fn register_of(body: &Body) -> Option<RegisterId> {
    match body {
        Body::Copies(body) => Some(body.register.clone()),
        Body::Inventory(body) => Some(body.register.clone()),
        Body::Query(_) | Body::Answer(_) | Body::Refusal(_) | Body::Received(_) => None,
    }
}
