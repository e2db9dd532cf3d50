//! The population: everybody and everything there is, each a pure function of seed and number.

use crate::draw::Draw;
use crate::nation::nations;
use crate::person::{TrueName, TruePerson, make};
use crate::spelling::Romanisation;
use crate::thing::{make_document, make_vehicle};
use crate::written::Written;
use vocabulary::{CountryCode, Document, DocumentKind, LooseDocument, PartialDate, Sex, Vehicle};

/// A made-up population. It holds nothing but its seed: person `n` is computed when asked for, in constant time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Population {
    seed: u64,
}

/// The number of the person of [`memorable`]: the largest that JSON numbers hold exactly.
pub const MEMORABLE: u64 = 0x1f_ffff_ffff_ffff;

/// Numbers from here up to [`MEMORABLE`] stand in no register of any plan.
pub(crate) const NOBODY: u64 = 0x1f_ff00_0000_0000;

/// True for numbers that no register holds.
pub(crate) fn is_nobody(number: u64) -> bool {
    number >= NOBODY && number != MEMORABLE
}

/// The place among the nations of the country whose people prevail in the block of `number`: bits 32 to 39, less one.
pub(crate) fn home_of(number: u64) -> Option<usize> {
    if number >= NOBODY {
        return None;
    }
    usize::try_from((number >> 32) & 0xff).ok()?.checked_sub(1)
}

impl Population {
    /// The population of `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The seed.
    pub fn seed(self) -> u64 {
        self.seed
    }

    pub(crate) fn draw(self, topic: u64, number: u64) -> Draw {
        Draw::new(self.seed, topic, number)
    }

    /// The person of `number`, always the same for a seed, whatever was asked before. Numbers below 2^32 are people
    /// of all countries by weight; [`MEMORABLE`] is [`memorable`].
    pub fn person(self, number: u64) -> TruePerson {
        if number == MEMORABLE {
            return memorable();
        }
        sure(make(self, number))
    }

    /// The vehicle of `number`: plate in the form of its country and a vehicle identification number with a valid check digit.
    pub fn vehicle(self, number: u64) -> Vehicle {
        make_vehicle(self, number)
    }

    /// The document of `number`, stolen or issued blank.
    pub fn document(self, number: u64) -> LooseDocument {
        sure(make_document(self, number))
    }

    /// The countries whose people, plates and documents are made.
    pub fn countries() -> impl Iterator<Item = CountryCode> {
        nations().iter().map(|nation| nation.code)
    }
}

/// What constants of this crate and its data files make.
#[expect(
    clippy::expect_used,
    reason = "no list of the data files is empty, and constants parse: held by tests"
)]
pub(crate) fn sure<T>(made: Option<T>) -> T {
    made.expect("data files and constants are sound")
}

/// The person every demonstration holds: Γεώργιος Παπαδόπουλος, born on 3 February 1970 in Thessaloniki.
///
/// He is made up. The two names are the most frequent first name and family name in Greece, as John Smith would be in
/// England; whoever bears them in life, politicians of the past included, is not meant.
pub fn memorable() -> TruePerson {
    let greek = |text: &str| Written::made(text.to_owned(), Romanisation::named("el"));
    let passport = "AK4820615".parse().ok().map(|number| Document {
        kind: Some(DocumentKind::Passport),
        country: "GR".parse().ok(),
        number,
    });
    TruePerson {
        number: MEMORABLE,
        country: sure("GR".parse().ok()),
        name: TrueName {
            given: greek("Γεώργιος"),
            middle: None,
            family: greek("Παπαδόπουλος"),
            second_family: None,
            short: Some(greek("Γιώργος")),
            family_first: false,
        },
        aliases: Vec::new(),
        birth_date: sure(PartialDate::new(1970, Some(2), Some(3)).ok()),
        sex: Sex::Male,
        birth_place: greek("Θεσσαλονίκη"),
        documents: passport.into_iter().collect(),
    }
}
