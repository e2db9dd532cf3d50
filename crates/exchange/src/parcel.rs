//! The bytes on the wire: one envelope, and a parcel of several in one request or response.
//!
//! All numbers are unsigned and big endian. A **parcel** is
//!
//! ```text
//! 10 bytes   "eunomia/1" and a line feed (0x0a)
//! u16        how many envelopes follow
//! then for each envelope
//!   u32      how many bytes it has
//!   ...      the envelope
//! ```
//!
//! and nothing after it. An **envelope** is
//!
//! ```text
//! u32        length of the header
//! ...        the header: canonical JSON (RFC 8785), exactly as signed
//! u8         1 when salt and body follow, 0 when they were erased
//!   32 bytes the salt
//!   u32      length of the body
//!   ...      the body: JSON, followed by spaces up to its size class
//! u8         how many signatures follow, at most 8
//! then for each signature
//!   u8       algorithm: 1 is Ed25519 (RFC 8032)
//!   16 bytes key id: the first 16 bytes of SHA-256 of the public key
//!   u16      length of the signature, 64 for Ed25519
//!   ...      the signature
//! ```
//!
//! What an Ed25519 signature signs is the pre-authentication encoding of DSSE version 1:
//! `DSSEv1 35 application/vnd.eunomia.envelope.v1 LENGTH HEADER`, with single spaces, both lengths in decimal digits.
//! The header's `body_digest` is SHA-256 of salt and body laid end to end, in hexadecimal digits.

use crate::envelope::{Content, Envelope, OtherSignature};
use crate::{Error, Kind};
use seal::{KeyId, Signature};

/// The media type of a parcel.
pub const PARCEL_MEDIA_TYPE: &str = "application/vnd.eunomia.parcel.v1";

const MAGIC: &[u8; 10] = b"eunomia/1\n";
const ED25519: u8 = 1;

/// How much a node takes from another. These are technical limits against overload, not rules of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Envelopes in one parcel.
    pub parcel_envelopes: usize,
    /// Bytes of one parcel.
    pub parcel_bytes: usize,
    /// Bytes of one envelope.
    pub envelope_bytes: usize,
    /// How far another node's clock may be ahead of ours, in milliseconds.
    pub skew_millis: i64,
    /// How long after it was sent an envelope may expire, in milliseconds. The guard against replays has to
    /// remember ids for this long.
    pub lifetime_millis: i64,
}

impl Default for Limits {
    /// 64 envelopes and 8 MiB a parcel, 1 MiB an envelope, one minute ahead, seven days of life.
    fn default() -> Self {
        Self {
            parcel_envelopes: 64,
            parcel_bytes: 8 << 20,
            envelope_bytes: 1 << 20,
            skew_millis: 60_000,
            lifetime_millis: 7 * 24 * 3_600_000,
        }
    }
}

impl Limits {
    /// The most bytes a body of this kind may have, so that its envelope stays within the limit: 16 KiB are left
    /// for header and signatures.
    pub fn body_bytes(&self, kind: Kind) -> usize {
        crate::body::class_max(kind).min(self.envelope_bytes.saturating_sub(16 << 10))
    }

    pub(crate) fn check_envelope(&self, bytes: usize) -> Result<(), Error> {
        within("an envelope", bytes, self.envelope_bytes)
    }
}

fn within(what: &'static str, bytes: usize, most: usize) -> Result<(), Error> {
    if bytes > most { Err(Error::TooLarge { what, bytes, most }) } else { Ok(()) }
}

/// Several envelopes in one request or response.
#[derive(Debug, Clone, Copy)]
pub struct Parcel;

impl Parcel {
    /// Writes envelopes as a parcel.
    ///
    /// # Errors
    /// [`Error::TooMany`] above 65,535 envelopes, [`Error::TooLarge`] when a length does not fit its field.
    pub fn encode(envelopes: &[Envelope]) -> Result<Vec<u8>, Error> {
        let count = envelopes.len();
        let most = usize::from(u16::MAX);
        let number = u16::try_from(count).map_err(|_| too_many_envelopes(count, most))?;
        let size = envelopes.iter().fold(12_usize, |sum, envelope| {
            sum.saturating_add(4).saturating_add(envelope.encoded_len())
        });
        let mut out = Vec::with_capacity(size);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&number.to_be_bytes());
        for envelope in envelopes {
            put_length("an envelope", envelope.encoded_len(), &mut out)?;
            envelope.put(&mut out)?;
        }
        Ok(out)
    }

    /// Reads a parcel. Nothing in it is verified yet.
    ///
    /// # Errors
    /// When the bytes are not a parcel of this version or exceed the limits.
    pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Vec<Envelope>, Error> {
        within("a parcel", bytes.len(), limits.parcel_bytes)?;
        let rest = bytes.strip_prefix(MAGIC).ok_or(Error::NotAParcel)?;
        let mut reader = Reader { rest, what: "parcel" };
        let count = usize::from(u16::from_be_bytes(reader.array()?));
        if count > limits.parcel_envelopes {
            return Err(too_many_envelopes(count, limits.parcel_envelopes));
        }
        let mut envelopes = Vec::with_capacity(count);
        for _ in 0..count {
            let length = reader.length()?;
            limits.check_envelope(length)?;
            envelopes.push(Envelope::decode(reader.take(length)?)?);
        }
        reader.end()?;
        Ok(envelopes)
    }
}

fn too_many_envelopes(count: usize, most: usize) -> Error {
    Error::TooMany { what: "envelopes in a parcel", count, most }
}

impl Envelope {
    /// How many bytes [`Envelope::encode`] gives.
    pub fn encoded_len(&self) -> usize {
        let content = self.content().map_or(0, |content| content.body.len().saturating_add(36));
        let others =
            self.other_signatures().iter().map(|other| other.bytes.len().saturating_add(19));
        let ed25519 = self.signatures().len().saturating_mul(83);
        let fixed = self.header_bytes().len().saturating_add(6);
        fixed.saturating_add(content).saturating_add(ed25519).saturating_add(others.sum())
    }

    /// Writes the envelope alone: for keeping, or for one part of a parcel.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when a length does not fit its field.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(self.encoded_len());
        self.put(&mut out)?;
        Ok(out)
    }

    fn put(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        put_length("a header", self.header_bytes().len(), out)?;
        out.extend_from_slice(self.header_bytes());
        match self.content() {
            None => out.push(0),
            Some(Content { salt, body }) => {
                out.push(1);
                out.extend_from_slice(salt);
                put_length("a body", body.len(), out)?;
                out.extend_from_slice(body);
            }
        }
        let count = self.signatures().len().saturating_add(self.other_signatures().len());
        out.push(u8::try_from(count).unwrap_or(u8::MAX));
        for (key, signature) in self.signatures() {
            put_signature(ED25519, *key, signature.as_bytes(), out)?;
        }
        for other in self.other_signatures() {
            put_signature(other.algorithm, other.key, &other.bytes, out)?;
        }
        Ok(())
    }

    /// Reads one envelope written by [`Envelope::encode`]. Nothing in it is verified yet.
    ///
    /// # Errors
    /// When the bytes end too early, have something left over, or bear too many signatures.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader { rest: bytes, what: "envelope" };
        let length = reader.length()?;
        let header_bytes = reader.take(length)?.to_vec();
        let content = match reader.array()? {
            [0] => None,
            [1] => {
                let salt = reader.array()?;
                let length = reader.length()?;
                Some(Content { salt, body: reader.take(length)?.to_vec() })
            }
            _ => return Err(reader.wrong()),
        };
        let [count] = reader.array()?;
        let (mut signatures, mut others) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let [algorithm] = reader.array()?;
            let key = KeyId::from_bytes(reader.array()?);
            let length = usize::from(u16::from_be_bytes(reader.array()?));
            let bytes = reader.take(length)?;
            if algorithm == ED25519 {
                let bytes = bytes.try_into().map_err(|_| reader.wrong())?;
                signatures.push((key, Signature::from_bytes(bytes)));
            } else {
                others.push(OtherSignature { algorithm, key, bytes: bytes.to_vec() });
            }
        }
        reader.end()?;
        Self::from_parts(header_bytes, content, signatures, others)
    }
}

fn put_length(what: &'static str, bytes: usize, out: &mut Vec<u8>) -> Result<(), Error> {
    let most = usize::try_from(u32::MAX).unwrap_or(usize::MAX);
    let length = u32::try_from(bytes).map_err(|_| Error::TooLarge { what, bytes, most })?;
    out.extend_from_slice(&length.to_be_bytes());
    Ok(())
}

fn put_signature(algorithm: u8, key: KeyId, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    let most = usize::from(u16::MAX);
    let length = u16::try_from(bytes.len()).map_err(|_| Error::TooLarge {
        what: "a signature",
        bytes: bytes.len(),
        most,
    })?;
    out.push(algorithm);
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

/// Takes bytes from the front, never more than there are.
struct Reader<'a> {
    rest: &'a [u8],
    what: &'static str,
}

impl<'a> Reader<'a> {
    fn wrong(&self) -> Error {
        Error::Framing { what: self.what }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let (front, rest) = self.rest.split_at_checked(count).ok_or_else(|| self.wrong())?;
        self.rest = rest;
        Ok(front)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (front, rest) = self.rest.split_first_chunk().ok_or_else(|| self.wrong())?;
        self.rest = rest;
        Ok(*front)
    }

    fn length(&mut self) -> Result<usize, Error> {
        usize::try_from(u32::from_be_bytes(self.array()?)).map_err(|_| self.wrong())
    }

    fn end(&self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.wrong()) }
    }
}
