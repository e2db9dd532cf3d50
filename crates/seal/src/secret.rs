//! Secrets that do not show themselves, and what is derived from an authority's secret.

use crate::keyed_hash;
use std::fmt;
use vocabulary::{AuthorityId, Invalid, OfficerId, OfficerPseudonym};
use zeroize::Zeroizing;

/// 32 secret bytes: no `Display`, an empty `Debug`, overwritten when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// Takes 32 bytes into keeping.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for a cryptographic function only.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What `partner` sees of `officer` in `year`: HMAC of the authority's secret over officer, partner and year,
/// each with its length before it, cut to 128 bits.
///
/// # Errors
/// Never for a digest; the type of the pseudonym parses itself.
pub fn officer_pseudonym(
    authority_secret: &Secret,
    officer: &OfficerId,
    partner: &AuthorityId,
    year: i16,
) -> Result<OfficerPseudonym, Invalid> {
    let year = year.to_string();
    let fields = [officer.as_str(), partner.as_str(), year.as_str()];
    let lengths = fields.map(|field| format!("{}:", field.len()));
    let parts: Vec<&[u8]> =
        lengths.iter().zip(fields).flat_map(|(l, f)| [l.as_bytes(), f.as_bytes()]).collect();
    keyed_hash(authority_secret, &parts).to_string().chars().take(32).collect::<String>().parse()
}
