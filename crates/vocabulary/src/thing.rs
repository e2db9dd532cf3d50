//! Documents, plates and vehicles.

use crate::text::{text_newtype, word_enum};
use crate::{CountryCode, Invalid};
use serde::{Deserialize, Serialize};

word_enum!(
    /// What kind of document a number belongs to (Regulation (EU) 2018/1862, Articles 20(3)(s) and 38(2)(k) to (m)).
    DocumentKind,
    "a kind of document",
    "write `passport`, `identity_card`, `residence_permit`, `visa`, `driving_licence`, `travel_document`, `registration_certificate` or `blank_document`",
    {
        /// A passport.
        Passport = "passport",
        /// A national identity card.
        IdentityCard = "identity_card",
        /// A residence permit.
        ResidencePermit = "residence_permit",
        /// A visa sticker.
        Visa = "visa",
        /// A driving licence.
        DrivingLicence = "driving_licence",
        /// Another travel document.
        TravelDocument = "travel_document",
        /// A vehicle registration certificate.
        RegistrationCertificate = "registration_certificate",
        /// A blank official document.
        BlankDocument = "blank_document",
    }
);

fn is_number(text: &str, most: usize) -> bool {
    let significant = text.chars().filter(char::is_ascii_alphanumeric).count();
    significant >= 2
        && text.chars().count() <= most
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '.' | '/' | '<'))
}

text_newtype!(
    /// The number of a document as it is printed.
    DocumentNumber,
    "a document number",
    "write 2 to 40 letters and digits; spaces, `-`, `.`, `/` and `<` may stand between them",
    |text| is_number(text, 40)
);

text_newtype!(
    /// A vehicle registration number as the plate shows it, in any script of the Union.
    NumberPlate,
    "a number plate",
    "write 2 to 16 letters and digits; spaces, `-` and `.` may stand between them",
    |text| text.chars().count() <= 16
        && text.chars().filter(|c| c.is_alphanumeric()).count() >= 2
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '.'))
);

text_newtype!(
    /// A vehicle identification number: 17 characters without I, O and Q (ISO 3779); older chassis numbers have 5 to 16.
    Vin,
    "a vehicle identification number",
    "write 17 capital letters and digits without I, O and Q, or an older chassis number of 5 to 16",
    |text| (5..=17).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
        && (text.len() < 17 || !text.contains(['I', 'O', 'Q']))
);

/// A document that was issued or stolen blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<DocumentKind>,
    /// The country that issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// Its number.
    pub number: DocumentNumber,
}

/// A vehicle by what identifies it (Regulation (EU) 2018/1862, Article 38(2)(a)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// Registration number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plate: Option<NumberPlate>,
    /// Country of registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// Vehicle identification number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vin: Option<Vin>,
    /// Make and model in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub make: Option<String>,
}

impl Vehicle {
    /// Checks that something identifies the vehicle.
    ///
    /// # Errors
    /// When neither plate nor identification number is given.
    pub fn check(&self) -> Result<(), Invalid> {
        if self.plate.is_none() && self.vin.is_none() {
            return Err(Invalid::new("", "a vehicle", "give `plate` or `vin`"));
        }
        Ok(())
    }
}
