//! Ed25519 keys and signatures (RFC 8032), always bound to a domain.

use crate::{Error, Secret, sha256};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::str::FromStr;

/// What a signature is for. It goes into the signed bytes (pre-authentication encoding of DSSE v1), so that
/// no signature can be used for anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Domain(&'static str);

impl Domain {
    /// A message between nodes.
    pub const ENVELOPE: Self = Self("application/vnd.eunomia.envelope.v1");
    /// A trust list.
    pub const TRUST_LIST: Self = Self("application/vnd.eunomia.trust-list.v1");
    /// What a node asks the keepers of a trust list to enter.
    pub const TRUST_REQUEST: Self = Self("application/vnd.eunomia.trust-request.v1");
    /// A promise to log an entry.
    pub const PROMISE: Self = Self("application/vnd.eunomia.promise.v1");
    /// The result of a log verification.
    pub const VERIFICATION: Self = Self("application/vnd.eunomia.verification.v1");

    /// The name that is signed.
    pub const fn name(self) -> &'static str {
        self.0
    }

    fn bind(self, body: &[u8]) -> Vec<u8> {
        let mut bytes = format!("DSSEv1 {} {} {} ", self.0.len(), self.0, body.len()).into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }
}

/// The first 16 bytes of SHA-256 of a public key, as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 16]);

impl KeyId {
    /// Takes 16 bytes as a key id.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for KeyId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| Error::Malformed("a key id"))?;
        Ok(Self(bytes))
    }
}

/// An Ed25519 signature, 64 bytes, shown as base64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl Signature {
    /// Takes 64 bytes as a signature.
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

impl FromStr for Signature {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = STANDARD.decode(text).map_err(|_| Error::Malformed("a signature"))?;
        bytes.try_into().map(Self).map_err(|_| Error::Malformed("a signature"))
    }
}

/// An Ed25519 public key, 32 bytes, shown as base64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey([u8; 32]);

impl VerifyingKey {
    /// Takes 32 bytes as a public key. Whether it is a point of the curve shows when it verifies.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its id.
    pub fn key_id(&self) -> KeyId {
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(sha256(&self.0).as_bytes()) {
            *to = *from;
        }
        KeyId(bytes)
    }

    /// Checks a signature over `body` made for `domain`.
    ///
    /// # Errors
    /// [`Error::BadSignature`] when it was made by another key, over other bytes or for another domain.
    pub fn verify(&self, domain: Domain, body: &[u8], signature: &Signature) -> Result<(), Error> {
        self.verify_bare(&domain.bind(body), signature)
    }

    /// Checks a signature over exactly `bytes`, for formats that bind their own domain (signed notes).
    ///
    /// # Errors
    /// [`Error::BadSignature`] when it does not verify.
    pub fn verify_bare(&self, bytes: &[u8], signature: &Signature) -> Result<(), Error> {
        UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(bytes, &signature.0)
            .map_err(|_| Error::BadSignature)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}

impl FromStr for VerifyingKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = STANDARD.decode(text).map_err(|_| Error::Malformed("a public key"))?;
        bytes.try_into().map(Self).map_err(|_| Error::Malformed("a public key"))
    }
}

/// Serialises through `Display`, deserialises through `FromStr`.
macro_rules! serde_as_text {
    ($($name:ident),+) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

serde_as_text!(KeyId, Signature, VerifyingKey);

/// An Ed25519 private key, made from a 32-byte seed.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: VerifyingKey,
}

impl SigningKey {
    /// The key of a seed.
    ///
    /// # Errors
    /// [`Error::BadKey`] when the library refuses the seed.
    pub fn from_seed(seed: &Secret) -> Result<Self, Error> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose()).map_err(|_| Error::BadKey)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| Error::BadKey)?;
        Ok(Self { pair, public: VerifyingKey(public) })
    }

    /// The public half.
    pub const fn verifying_key(&self) -> VerifyingKey {
        self.public
    }

    /// Signs `body` for `domain`.
    pub fn sign(&self, domain: Domain, body: &[u8]) -> Signature {
        self.sign_bare(&domain.bind(body))
    }

    /// Signs exactly `bytes`, for formats that bind their own domain (signed notes).
    pub fn sign_bare(&self, bytes: &[u8]) -> Signature {
        let mut signature = [0; 64];
        for (to, from) in signature.iter_mut().zip(self.pair.sign(bytes).as_ref()) {
            *to = *from;
        }
        Signature(signature)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public.key_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_seed(&Secret::new([byte; 32])).unwrap()
    }

    #[test]
    fn a_signature_holds_for_its_key_its_bytes_and_its_domain_only() {
        let signature = key(1).sign(Domain::ENVELOPE, b"text");
        let public = key(1).verifying_key();
        assert_eq!(public.verify(Domain::ENVELOPE, b"text", &signature), Ok(()));
        let refused = Err(Error::BadSignature);
        assert_eq!(public.verify(Domain::TRUST_LIST, b"text", &signature), refused);
        assert_eq!(public.verify(Domain::ENVELOPE, b"texts", &signature), refused);
        assert_eq!(key(2).verifying_key().verify(Domain::ENVELOPE, b"text", &signature), refused);
    }

    #[test]
    fn the_first_vector_of_rfc_8032_is_reproduced() {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let mut bytes = [0; 32];
        hex::decode_to_slice(seed, &mut bytes).unwrap();
        let key = SigningKey::from_seed(&Secret::new(bytes)).unwrap();
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(hex::encode(key.verifying_key().as_bytes()), public);
        let signature = hex::encode(key.sign_bare(b"").as_bytes());
        assert!(signature.starts_with("e5564300c360ac729086e2cc806e828a"));
    }

    #[test]
    fn keys_and_signatures_round_trip_as_text() {
        let public = key(3).verifying_key();
        assert_eq!(public.to_string().parse(), Ok(public));
        let signature = key(3).sign(Domain::PROMISE, b"x");
        assert_eq!(signature.to_string().parse(), Ok(signature));
        assert_eq!(public.key_id().to_string().parse(), Ok(public.key_id()));
        assert!("AAAA".parse::<VerifyingKey>().is_err());
    }
}
