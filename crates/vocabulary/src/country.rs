//! Countries by their two letters.

use crate::Invalid;
use crate::text::serde_as_text;
use std::fmt;
use std::str::FromStr;

/// A country by the two letters of ISO 3166-1, with `XK` for Kosovo as Union texts use it, and `XX` for
/// unspecified and `XS` for stateless as travel documents have them in three letters (ICAO Doc 9303, Part 3, section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

/// All codes, two letters each, sorted. Source: ISO 3166-1 as of 2024.
const CODES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKXSXXYEYTZAZMZW";

impl CountryCode {
    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XX")
    }

    /// Every code this software knows, sorted.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.as_bytes().chunks_exact(2).filter_map(|pair| Some(Self(pair.try_into().ok()?)))
    }
}

impl FromStr for CountryCode {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::all().find(|code| code.0 == *text.as_bytes()).ok_or_else(|| {
            Invalid::new(
                text,
                "a country code",
                "write the two capital letters of ISO 3166-1, such as `GR`",
            )
        })
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

serde_as_text!(CountryCode);
