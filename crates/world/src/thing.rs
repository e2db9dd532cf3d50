//! Made-up vehicles and documents.

use crate::nation::draw_nation;
use crate::number::{draw_number, draw_vin};
use crate::population::{Population, home_of, is_nobody};
use vocabulary::{DocumentKind, DocumentNumber, LooseDocument, Vehicle};

const VEHICLES: u64 = 2;
const DOCUMENTS: u64 = 3;

/// The vehicle of `number`, whole.
pub(crate) fn make_vehicle(population: Population, number: u64) -> Vehicle {
    let draw = &mut population.draw(VEHICLES, number);
    let country = draw_nation(draw, home_of(number)).map(|nation| nation.code);
    let nobody = is_nobody(number);
    let plate = country.and_then(|code| draw_number(draw, code, "plate", nobody));
    let (vin, make) = draw_vin(draw, nobody);
    Vehicle {
        plate: plate.and_then(|text| text.parse().ok()),
        country,
        vin: vin.parse().ok(),
        make: Some(make.to_owned()),
    }
}

/// The document of `number`: mostly stolen passports and identity cards, some stolen blank.
pub(crate) fn make_document(population: Population, number: u64) -> Option<LooseDocument> {
    let draw = &mut population.draw(DOCUMENTS, number);
    let country = draw_nation(draw, home_of(number))?.code;
    let kinds = [
        (45, DocumentKind::Passport),
        (35, DocumentKind::IdentityCard),
        (8, DocumentKind::ResidencePermit),
        (8, DocumentKind::DrivingLicence),
        (4, DocumentKind::BlankDocument),
    ];
    let kind = draw.weighted(&kinds, DocumentKind::Passport);
    let shape = if kind == DocumentKind::IdentityCard { "identity_card" } else { "passport" };
    let nobody = is_nobody(number);
    // Some countries have no identity card.
    let drawn = draw_number(draw, country, shape, nobody);
    let number = drawn.or_else(|| draw_number(draw, country, "passport", nobody))?;
    let number: DocumentNumber = number.parse().ok()?;
    Some(LooseDocument { document_kind: Some(kind), country: Some(country), number })
}
