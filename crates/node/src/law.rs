//! The instruments a node runs by.

use crate::tasks::{KEEPER, KEEPING};
use access::{AccessLaw, Asker, AskerHome, Decision, Request, decide};
use instrument::{Catalogues, Instrument, Problem};
use seal::Digest;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{
    AuthorityId, InstrumentId, Invalid, Justification, ProcessingOperation, Timestamp,
};

/// All instruments of a node, checked, and the law of access that follows from them and from local law.
#[derive(Debug, Clone)]
pub struct Law {
    instruments: BTreeMap<InstrumentId, Arc<Instrument>>,
    access: Arc<AccessLaw>,
}

impl Law {
    /// Reads catalogue, instrument and local law files, each given as name and text.
    ///
    /// # Errors
    /// All problems of all files; those of local law when the instruments have none.
    pub fn read(
        catalogues: &[(&str, &str)],
        instruments: &[(&str, &str)],
        local_law: &[(&str, &str)],
    ) -> Result<Self, Vec<Problem>> {
        let catalogues = Catalogues::read(catalogues)?;
        let (mut read, mut problems) = (BTreeMap::new(), Vec::new());
        for (name, text) in instruments {
            match instrument::read(name, text, &catalogues) {
                Ok(instrument) => {
                    read.insert(instrument.id().clone(), Arc::new(instrument));
                }
                Err(more) => problems.extend(more),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let access = AccessLaw::compile(read.values().map(AsRef::as_ref), local_law)?;
        Ok(Self { instruments: read, access: Arc::new(access) })
    }

    /// The instrument with this id.
    pub fn get(&self, id: &InstrumentId) -> Option<&Arc<Instrument>> {
        self.instruments.get(id)
    }

    /// The law of access: the tables of the instruments, less what local law forbids.
    pub fn access(&self) -> &AccessLaw {
        &self.access
    }

    /// What local law would keep an authority from doing with its own registers, in words: a node that may not keep
    /// them cannot start.
    ///
    /// # Errors
    /// Never; the made-up keeper is parsed like any other.
    pub fn kept_from_keeping(
        &self,
        authority: &AuthorityId,
        at: Timestamp,
    ) -> Result<Vec<String>, Invalid> {
        let officer = "0".repeat(32).parse()?;
        let asker =
            Asker::new(authority.clone(), officer, KEEPER.parse()?, AskerHome::ThisAuthority);
        let justification = Justification::of(KEEPING.parse()?);
        let mut told = Vec::new();
        for instrument in self.instruments.values() {
            let request = Request {
                instrument,
                owner: authority,
                asker: &asker,
                justification: &justification,
                operation: ProcessingOperation::Consultation,
                query: None,
                shape: None,
            };
            if let Decision::Refused(refusal) = decide(&self.access, &request, at)
                && (refusal.has("forbidden_by_local_law") || refusal.has("rule_not_evaluated"))
            {
                let id = instrument.id();
                told.push(format!(
                    "`{authority}` could not keep its register of `{id}`: {refusal}"
                ));
            }
        }
        Ok(told)
    }

    /// All instruments, by id.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Instrument>> {
        self.instruments.values()
    }
}

/// The digest of an instrument as messages and log entries name it.
pub(crate) fn digest_of(instrument: &Instrument) -> Digest {
    Digest::from_bytes(instrument.digest())
}
