//! From when until when a certificate is written: the two dates of its validity (RFC 5280, section 4.1.2.5).
//!
//! The dates decide nothing between nodes, where the pinned key counts. They are read for the warnings alone.

use crate::Error;
use node::Certificate;
use rustls_pki_types::CertificateDer;
use vocabulary::Timestamp;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Reads the validity of a certificate.
///
/// # Errors
/// When the bytes are no certificate.
pub fn validity(certificate: &CertificateDer<'_>) -> Result<Certificate, Error> {
    read(certificate.as_ref()).ok_or(Error::Certificate(rustls::Error::InvalidCertificate(
        rustls::CertificateError::BadEncoding,
    )))
}

fn read(bytes: &[u8]) -> Option<Certificate> {
    let (_, whole, _) = element(bytes)?;
    let (_, mut rest, _) = element(whole)?;
    if rest.first() == Some(&VERSION) {
        rest = element(rest)?.2;
    }
    // Serial number, algorithm and issuer stand before the validity.
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (tag, dates, _) = element(rest)?;
    if tag != SEQUENCE {
        return None;
    }
    let (from_tag, from, rest) = element(dates)?;
    let (until_tag, until, _) = element(rest)?;
    Some(Certificate { from: moment(from_tag, from)?, until: moment(until_tag, until)? })
}

/// The first element of DER bytes: its tag, what is in it, and what comes after it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        short if *short < 0x80 => (usize::from(*short), rest),
        long => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let join =
                |sum: usize, digit: &u8| sum.checked_mul(256)?.checked_add(usize::from(*digit));
            (digits.iter().try_fold(0, join)?, rest)
        }
    };
    let (content, after) = rest.split_at_checked(length)?;
    Some((*tag, content, after))
}

/// `YYMMDDHHMMSSZ` up to 2049, `YYYYMMDDHHMMSSZ` after.
fn moment(tag: u8, bytes: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(bytes).ok()?;
    let whole = match tag {
        UTC_TIME if text.get(..2)? < "50" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let part = |from: usize, to: usize| whole.get(from..to);
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::tls::make_identity;
    use vocabulary::Timestamp;

    #[test]
    fn the_dates_are_those_with_which_the_certificate_was_made() {
        for (from, until) in [
            ("2026-03-02T00:00:00Z", "2027-03-02T00:00:00Z"),
            ("2026-03-02T00:00:00Z", "2051-01-31T00:00:00Z"),
        ] {
            let dates: (Timestamp, Timestamp) = (from.parse().unwrap(), until.parse().unwrap());
            let made = make_identity(&"a".parse().unwrap(), &[], dates).unwrap();
            let read = super::validity(&made.certificate().unwrap()).unwrap();
            assert_eq!((read.from, read.until), dates);
        }
        assert!(super::validity(&vec![0x30, 0x03, 0x02, 0x01].into()).is_err());
    }
}
