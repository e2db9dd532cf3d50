//! The key and self-signed certificate by which other nodes recognise this one.

use crate::Error;
use rustls::server::ParsedCertificate;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use seal::{Digest, sha256};
use std::fmt;
use vocabulary::{NodeId, Timestamp};

/// A node's TLS identity as its two files hold it.
#[derive(Clone)]
pub struct Identity {
    /// The self-signed certificate, PEM.
    pub cert_pem: String,
    /// The private key, PKCS #8 in PEM. Never shown.
    pub key_pem: String,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("cert_pem", &self.cert_pem).finish_non_exhaustive()
    }
}

impl Identity {
    /// The certificate in its binary form.
    ///
    /// # Errors
    /// When the text is no certificate.
    pub fn certificate(&self) -> Result<CertificateDer<'static>, Error> {
        CertificateDer::from_pem_slice(self.cert_pem.as_bytes())
            .map_err(|source| Error::Pem { what: "the certificate", source })
    }

    /// The digest by which the trust list names this identity.
    ///
    /// # Errors
    /// When the text is no certificate.
    pub fn digest(&self) -> Result<Digest, Error> {
        spki_digest(&self.certificate()?)
    }

    /// The private key in its binary form.
    pub(crate) fn key(&self) -> Result<PrivateKeyDer<'static>, Error> {
        PrivateKeyDer::from_pem_slice(self.key_pem.as_bytes())
            .map_err(|source| Error::Pem { what: "the private key", source })
    }
}

/// Makes an Ed25519 key (RFC 8410) and a certificate for it that names `node` and `hosts`, written for the days from
/// `from` until `until`.
///
/// # Errors
/// When a host name is not ASCII.
pub fn make_identity(
    node: &NodeId,
    hosts: &[String],
    (from, until): (Timestamp, Timestamp),
) -> Result<Identity, Error> {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).map_err(Error::Make)?;
    let mut params = rcgen::CertificateParams::new(hosts.to_vec()).map_err(Error::Make)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, node.as_str());
    let day = |at: Timestamp| {
        let (month, day) = month_and_day(at);
        rcgen::date_time_ymd(i32::from(at.year()), month, day)
    };
    (params.not_before, params.not_after) = (day(from), day(until));
    params.extended_key_usages = vec![
        rcgen::ExtendedKeyUsagePurpose::ServerAuth,
        rcgen::ExtendedKeyUsagePurpose::ClientAuth,
    ];
    let certificate = params.self_signed(&key).map_err(Error::Make)?;
    Ok(Identity { cert_pem: certificate.pem(), key_pem: key.serialize_pem() })
}

/// Month and day of a moment.
fn month_and_day(at: Timestamp) -> (u8, u8) {
    let text = at.to_string();
    let mut parts = text.split(['-', 'T']).skip(1).map(|part| part.parse().unwrap_or(1));
    (parts.next().unwrap_or(1), parts.next().unwrap_or(1))
}

/// SHA-256 of the `SubjectPublicKeyInfo` of a certificate (the form of RFC 7469, section 2.4).
///
/// # Errors
/// When the bytes are no certificate.
pub fn spki_digest(certificate: &CertificateDer<'_>) -> Result<Digest, Error> {
    let parsed = ParsedCertificate::try_from(certificate).map_err(Error::Certificate)?;
    Ok(sha256(&parsed.subject_public_key_info()))
}
