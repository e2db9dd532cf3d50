//! Vehicles and documents: exact search by number.

use crate::ask::same_document;
use crate::candidate::{Candidate, Found};
use crate::facts::{country_code, document_words, whole_key};
use crate::gather::Gather;
use crate::index::Index;
use crate::number::{plate_key, vin_key};
use crate::records::Kind;
use vocabulary::{
    Band, Document, Finding, LooseDocument, Reason, ReasonField, Score, Timestamp, Vehicle,
};

/// Evidence of an equal number, and of a second one beside it.
const NUMBER_BITS: i32 = 25_000;

impl Index {
    /// Vehicles with the plate (and country, where both sides state one) or the identification number.
    pub(crate) fn search_vehicle(&self, vehicle: &Vehicle, now: Timestamp, most: usize) -> Found {
        let plate = vehicle.plate.as_ref().map_or(0, plate_key);
        let vin = vehicle.vin.as_ref().map_or(0, vin_key);
        let country = country_code(vehicle.country);
        let mut gather = Gather::new(self, now);
        for key in [plate, vin].into_iter().filter(|key| *key != 0) {
            gather.key(key);
        }
        let compare = |slot: &u32| {
            let [header, held_country, rest @ ..] = self.records.facts(*slot) else { return None };
            let (held_plate, held_vin) = (whole_key(rest), whole_key(rest.get(2..)?));
            let same_country = country == 0 || *held_country == 0 || country == *held_country;
            let plates = plate != 0 && plate == held_plate && same_country;
            let vins = vin != 0 && vin == held_vin;
            (Kind::of(*header) == Kind::Vehicle && (plates || vins)).then(|| {
                let finding = |equal| if equal { Finding::Equal } else { Finding::Differs };
                let mut reasons = Vec::with_capacity(2);
                if vin != 0 && held_vin != 0 {
                    reasons.push(Reason { field: ReasonField::Vin, finding: finding(vins) });
                }
                if plate != 0 && held_plate != 0 {
                    reasons
                        .push(Reason { field: ReasonField::NumberPlate, finding: finding(plates) });
                }
                (*slot, reasons)
            })
        };
        let found = gather.slots.iter().filter_map(compare).collect();
        self.exact(found, gather.cut, most)
    }

    /// Documents with the number (and country, where both sides state one).
    pub(crate) fn search_document(
        &self,
        document: &LooseDocument,
        now: Timestamp,
        most: usize,
    ) -> Found {
        let asked = document_words(&Document::from(document.clone()));
        let mut gather = Gather::new(self, now);
        gather.key(whole_key(&asked));
        let compare = |slot: &u32| {
            let (header, rest) = self.records.facts(*slot).split_first()?;
            let equal = Kind::of(*header) == Kind::Document && same_document(&asked, rest);
            let reason = Reason { field: ReasonField::DocumentNumber, finding: Finding::Equal };
            equal.then(|| (*slot, vec![reason]))
        };
        let found = gather.slots.iter().filter_map(compare).collect();
        self.exact(found, gather.cut, most)
    }

    /// Orders records found by number: more equal numbers first; one that differs lowers the band.
    fn exact(&self, found: Vec<(u32, Vec<Reason>)>, cut: bool, most: usize) -> Found {
        let candidate = |(slot, reasons): (u32, Vec<Reason>)| {
            let equal = reasons.iter().filter(|r| r.finding == Finding::Equal).count() as i32;
            let whole = reasons.len() as i32 == equal;
            let bits = NUMBER_BITS * equal - if whole { 0 } else { NUMBER_BITS / 2 };
            Candidate {
                key: self.records.key(slot),
                score: Score::from_millibits(bits),
                band: if whole { Band::VeryLikely } else { Band::Likely },
                reasons,
            }
        };
        let mut candidates: Vec<Candidate> = found.into_iter().map(candidate).collect();
        candidates.sort_by_key(|c| (std::cmp::Reverse(c.score), c.key));
        let hidden = candidates.len() > most;
        candidates.truncate(most);
        Found { candidates, cut: cut || hidden }
    }
}
