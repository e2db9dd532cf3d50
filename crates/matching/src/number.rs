//! Numbers of documents, plates and vehicles in the one form in which they are compared.

use crate::hash::{KeyKind, key};
use unicode_normalization::UnicodeNormalization;
use vocabulary::{DocumentNumber, NumberPlate, Vin};

/// The key of a document number: letters and digits in capitals, Greek and Cyrillic look-alikes as Latin.
pub(crate) fn document_key(number: &DocumentNumber) -> u64 {
    key(KeyKind::Number, normal(number.as_str()).as_bytes())
}

/// The key of a number plate, in the same form.
pub(crate) fn plate_key(plate: &NumberPlate) -> u64 {
    key(KeyKind::Plate, normal(plate.as_str()).as_bytes())
}

/// The key of a vehicle identification number.
pub(crate) fn vin_key(vin: &Vin) -> u64 {
    key(KeyKind::Vin, normal(vin.as_str()).as_bytes())
}

/// Capitals and digits only, letters of other scripts as the Latin letter they look like.
fn normal(text: &str) -> String {
    let upper = text.nfkc().collect::<String>().to_uppercase();
    upper.nfd().filter(|c| c.is_alphanumeric()).map(look_alike).collect()
}

/// The Latin letter that a Greek or Cyrillic capital looks like: the letters that stand on plates (Convention on
/// Road Traffic, Vienna 1968, Annex 2: Latin capitals; Greek and Bulgarian plates use only these).
fn look_alike(letter: char) -> char {
    match letter {
        'Α' | 'А' => 'A',
        'Β' | 'В' => 'B',
        'С' => 'C',
        'Ε' | 'Е' => 'E',
        'Η' | 'Н' => 'H',
        'Ι' | 'І' => 'I',
        'Ј' => 'J',
        'Κ' | 'К' => 'K',
        'Μ' | 'М' => 'M',
        'Ν' => 'N',
        'Ο' | 'О' => 'O',
        'Ρ' | 'Р' => 'P',
        'Ѕ' => 'S',
        'Τ' | 'Т' => 'T',
        'Υ' | 'У' | 'Ү' => 'Y',
        'Χ' | 'Х' => 'X',
        'Ζ' => 'Z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plates_meet_across_scripts_and_separators() {
        assert_eq!(normal("ΙΜΒ-1234"), normal("imb 1234"));
        assert_eq!(normal("СВ 1234 АХ"), "CB1234AX");
        assert_ne!(normal("ΙΜΒ-1234"), normal("IMB-1235"));
    }
}
