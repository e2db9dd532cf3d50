//! The instruments a node runs by.

use instrument::{Catalogues, Instrument, Problem};
use seal::Digest;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::InstrumentId;

/// All instruments of a node, checked.
#[derive(Debug, Clone, Default)]
pub struct Law {
    instruments: BTreeMap<InstrumentId, Arc<Instrument>>,
}

impl Law {
    /// Reads catalogue and instrument files, each given as name and text.
    ///
    /// # Errors
    /// All problems of all files.
    pub fn read(
        catalogues: &[(&str, &str)],
        instruments: &[(&str, &str)],
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
        if problems.is_empty() { Ok(Self { instruments: read }) } else { Err(problems) }
    }

    /// The instrument with this id.
    pub fn get(&self, id: &InstrumentId) -> Option<&Arc<Instrument>> {
        self.instruments.get(id)
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
