//! Personal payloads, sealed with AES-256-GCM under a key of their own.
//!
//! A payload key seals exactly one payload, so the nonce can be constant. To erase the payload is to
//! destroy its key; the sealed bytes left in a database, its journal or a backup then say nothing.

use crate::{Error, Secret};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// How many bytes a sealed payload is longer than its content.
pub const PAYLOAD_OVERHEAD: usize = 16;

/// The key of one payload. It must never seal a second one.
#[derive(Debug, Clone)]
pub struct PayloadKey(Secret);

impl PayloadKey {
    /// Takes 32 fresh bytes of entropy as a key.
    pub fn new(entropy: [u8; 32]) -> Self {
        Self(Secret::new(entropy))
    }

    /// The bytes, for the key file only.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    fn cipher(&self) -> Result<LessSafeKey, Error> {
        let key = UnboundKey::new(&AES_256_GCM, self.0.expose()).map_err(|_| Error::BadKey)?;
        Ok(LessSafeKey::new(key))
    }
}

/// Seals `content` under `key`, bound to `place` (table and row), so that it cannot be moved elsewhere.
///
/// # Errors
/// [`Error::BadKey`] when the library refuses the key.
pub fn seal_payload(key: &PayloadKey, place: &[u8], content: &[u8]) -> Result<Vec<u8>, Error> {
    let mut bytes = content.to_vec();
    key.cipher()?
        .seal_in_place_append_tag(nonce(), Aad::from(place), &mut bytes)
        .map_err(|_| Error::BadKey)?;
    Ok(bytes)
}

/// Opens what [`seal_payload`] sealed.
///
/// # Errors
/// [`Error::CannotOpen`] when a byte, the context or the key differs.
pub fn open_payload(key: &PayloadKey, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Error> {
    let mut bytes = sealed.to_vec();
    let length = key
        .cipher()?
        .open_in_place(nonce(), Aad::from(place), &mut bytes)
        .map_err(|_| Error::CannotOpen)?
        .len();
    bytes.truncate(length);
    Ok(bytes)
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_opens_under_its_key_in_its_place_only() {
        let key = PayloadKey::new([7; 32]);
        let sealed = seal_payload(&key, b"record/1", b"content").unwrap();
        assert_eq!(sealed.len(), 7 + PAYLOAD_OVERHEAD);
        assert_eq!(open_payload(&key, b"record/1", &sealed).unwrap(), b"content");
        assert_eq!(open_payload(&key, b"record/2", &sealed), Err(Error::CannotOpen));
        let other = PayloadKey::new([8; 32]);
        assert_eq!(open_payload(&other, b"record/1", &sealed), Err(Error::CannotOpen));
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert_eq!(open_payload(&key, b"record/1", &flipped), Err(Error::CannotOpen));
        }
    }
}
