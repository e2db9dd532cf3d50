//! What can go wrong when a connection or a listening address is set up.

/// An error of the outer edge: certificates, addresses, sockets.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A certificate or key file does not hold what it should.
    #[error("{what} cannot be read; write a new one with `eunomia identity`")]
    Pem {
        /// Which of the two.
        what: &'static str,
        /// What the reader of PEM said.
        #[source]
        source: rustls_pki_types::pem::Error,
    },
    /// A certificate holds no readable public key.
    #[error("the certificate cannot be read; make a new one with `eunomia identity`")]
    Certificate(#[source] rustls::Error),
    /// Key and certificate cannot be used for TLS.
    #[error("key and certificate cannot be used together; make both anew")]
    Tls(#[source] rustls::Error),
    /// A certificate could not be made.
    #[error("the certificate could not be made; check the host names")]
    Make(#[source] rcgen::Error),
    /// An address is not `host:port`.
    #[error("`{0}` is not an address; write `host:port`")]
    Address(String),
    /// A listening address cannot be taken.
    #[error("cannot listen on `{address}`; choose another address or stop what uses it")]
    Listen {
        /// The address.
        address: String,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
}
