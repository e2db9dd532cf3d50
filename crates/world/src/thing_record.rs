//! Vehicles and documents as registers write them down.

use crate::draw::Draw;
use vocabulary::{CountryCode, LooseDocument, NumberPlate, Vehicle};

const THINGS: u64 = 7;

/// A vehicle in a register of `country`: some with plate or identification number only, plates at home in the
/// script of the country, elsewhere in Latin letters, with or without spaces.
pub(crate) fn write_vehicle(vehicle: Vehicle, country: CountryCode, entropy: u64) -> Vehicle {
    let draw = &mut Draw::new(entropy, THINGS, 0);
    let known = draw.below(100);
    let home = vehicle.country == Some(country) && draw.chance(60);
    let spaced = draw.chance(75);
    let plate = vehicle.plate.filter(|_| known < 85).and_then(|plate| {
        let text = if home { home_letters(plate.as_str(), country) } else { plate.to_string() };
        if spaced { text.parse().ok() } else { closed(&text) }
    });
    let vin = vehicle.vin.filter(|_| !(60..85).contains(&known));
    let country = vehicle.country.filter(|_| draw.chance(92));
    let make = vehicle.make.filter(|_| draw.chance(80));
    Vehicle { plate, country, vin, make }
}

/// The plate without spaces and hyphens.
pub(crate) fn closed(plate: &str) -> Option<NumberPlate> {
    plate.replace([' ', '-'], "").parse().ok()
}

/// Letters that Latin, Greek and Bulgarian plates share by their looks: Latin, then the home script.
const GREEK: (&str, &str) = ("ABEZHIKMNOPTYX", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ");
const BULGARIAN: (&str, &str) = ("ABEKMHOPCTYX", "АВЕКМНОРСТУХ");

fn exchange(text: &str, from: &str, to: &str) -> String {
    let pairs = || from.chars().zip(to.chars());
    text.chars()
        .map(|sign| pairs().find(|(known, _)| *known == sign).map_or(sign, |(_, other)| other))
        .collect()
}

/// Greek and Bulgarian plates use only letters that Latin has too; at home they are typed in the home script.
fn home_letters(plate: &str, country: CountryCode) -> String {
    match country.as_str() {
        "GR" => exchange(plate, GREEK.0, GREEK.1),
        "BG" => exchange(plate, BULGARIAN.0, BULGARIAN.1),
        _ => plate.to_owned(),
    }
}

/// The plate in Latin letters.
pub(crate) fn latin_letters(plate: &str) -> String {
    exchange(&exchange(plate, GREEK.1, GREEK.0), BULGARIAN.1, BULGARIAN.0)
}

/// A document in a register: the kind is sometimes missing, the number sometimes has a space after its letters.
pub(crate) fn write_document(document: LooseDocument, entropy: u64) -> LooseDocument {
    let draw = &mut Draw::new(entropy, THINGS, 1);
    let mut written = document;
    if draw.chance(5) {
        written.document_kind = None;
    }
    if draw.chance(10) {
        let number = written.number.as_str();
        let letters = number.chars().take_while(char::is_ascii_uppercase).count();
        let (head, tail) = number.split_at_checked(letters).unwrap_or((number, ""));
        let spaced = format!("{head} {tail}");
        written.number = spaced.trim().parse().unwrap_or(written.number);
    }
    written
}
