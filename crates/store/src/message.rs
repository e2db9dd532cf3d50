//! Envelopes as rows: header and signatures in clear, salt and body sealed.

use crate::Error;
use crate::sealing::{frame, unframe};
use exchange::{Content, Envelope, OtherSignature};
use seal::{KeyId, Signature};

/// Header and signatures as one value of a row.
pub(crate) fn head(envelope: &Envelope) -> Vec<u8> {
    let mut parts: Vec<Vec<u8>> = vec![envelope.header_bytes().to_vec()];
    let count = u32::try_from(envelope.signatures().len()).unwrap_or(u32::MAX);
    parts.push(count.to_be_bytes().to_vec());
    for (key, signature) in envelope.signatures() {
        parts.push(key.as_bytes().to_vec());
        parts.push(signature.as_bytes().to_vec());
    }
    for other in envelope.other_signatures() {
        parts.push(vec![other.algorithm]);
        parts.push(other.key.as_bytes().to_vec());
        parts.push(other.bytes.clone());
    }
    frame(parts.iter().map(Vec::as_slice))
}

/// Salt and body as one payload; nothing when they were erased.
pub(crate) fn content(envelope: &Envelope) -> Vec<u8> {
    match envelope.content() {
        Some(content) => [content.salt.as_slice(), content.body.as_slice()].concat(),
        None => Vec::new(),
    }
}

/// Puts an envelope together again from a row and its opened payload.
pub(crate) fn envelope(head: &[u8], content: &[u8]) -> Result<Envelope, Error> {
    let damaged = || Error::Damaged { what: "an envelope" };
    let mut rest = head;
    let header = unframe(&mut rest)?.to_vec();
    let count: [u8; 4] = unframe(&mut rest)?.try_into().map_err(|_| damaged())?;
    let mut signatures = Vec::new();
    for _ in 0..u32::from_be_bytes(count) {
        let key = key_id(unframe(&mut rest)?)?;
        let bytes = unframe(&mut rest)?.try_into().map_err(|_| damaged())?;
        signatures.push((key, Signature::from_bytes(bytes)));
    }
    let mut others = Vec::new();
    while !rest.is_empty() {
        let algorithm = *unframe(&mut rest)?.first().ok_or_else(damaged)?;
        let key = key_id(unframe(&mut rest)?)?;
        others.push(OtherSignature { algorithm, key, bytes: unframe(&mut rest)?.to_vec() });
    }
    let content = content
        .split_first_chunk::<32>()
        .map(|(salt, body)| Content { salt: *salt, body: body.to_vec() });
    Envelope::from_parts(header, content, signatures, others).map_err(|_| damaged())
}

fn key_id(bytes: &[u8]) -> Result<KeyId, Error> {
    let bytes = bytes.try_into().map_err(|_| Error::Damaged { what: "an envelope" })?;
    Ok(KeyId::from_bytes(bytes))
}
