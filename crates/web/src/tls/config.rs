//! The two TLS configurations of a node: to listen and to dial.

use super::pinning::Pinning;
use super::{Identity, TrustedKeys};
use crate::Error;
use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::NoServerSessionStorage;
use rustls::version::TLS13;
use rustls::{ClientConfig, ServerConfig};
use std::sync::Arc;
use vocabulary::NodeId;

/// The hybrid group first (draft-ietf-tls-ecdhe-mlkem: X25519 with ML-KEM-768 of FIPS 203), plain X25519 for a partner
/// that does not know it yet.
fn provider() -> Arc<CryptoProvider> {
    let groups = vec![aws_lc_rs::kx_group::X25519MLKEM768, aws_lc_rs::kx_group::X25519];
    Arc::new(CryptoProvider { kx_groups: groups, ..aws_lc_rs::default_provider() })
}

/// What a node listens with: every partner must show a certificate that the trust list names.
///
/// # Errors
/// When key and certificate do not belong together.
pub fn listening_config(identity: &Identity, trusted: TrustedKeys) -> Result<ServerConfig, Error> {
    let provider = provider();
    let pinning = Arc::new(Pinning::new(trusted, None, Arc::clone(&provider)));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .map_err(Error::Tls)?
        .with_client_cert_verifier(pinning)
        .with_single_cert(vec![identity.certificate()?], identity.key()?)
        .map_err(Error::Tls)?;
    // A resumed session would skip the trust list.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// What a node dials `dialled` with: only that node's certificate is accepted.
///
/// # Errors
/// When key and certificate do not belong together.
pub fn dialling_config(
    identity: &Identity,
    trusted: TrustedKeys,
    dialled: NodeId,
) -> Result<ClientConfig, Error> {
    let provider = provider();
    let pinning = Arc::new(Pinning::new(trusted, Some(dialled), Arc::clone(&provider)));
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .map_err(Error::Tls)?
        .dangerous()
        .with_custom_certificate_verifier(pinning)
        .with_client_auth_cert(vec![identity.certificate()?], identity.key()?)
        .map_err(Error::Tls)?;
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}
