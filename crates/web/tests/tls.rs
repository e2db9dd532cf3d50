//! What two nodes agree on when they shake hands, and what the listening side says over plain requests.
#![expect(clippy::unwrap_used, reason = "test code")]

use rustls::NamedGroup;
use rustls_pki_types::ServerName;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::{TlsAcceptor, TlsConnector};
use vocabulary::{NodeId, Timestamp};
use web::blocking::Blocking;
use web::reception::{ListsOffered, ReceptionLimits, ReceptionSetup, listen};
use web::tls::{Identity, TrustedKeys, dialling_config, listening_config, make_identity};

fn identity(name: &str) -> Identity {
    make_identity(&name.parse().unwrap(), &["localhost".to_owned()], dates()).unwrap()
}

fn dates() -> (Timestamp, Timestamp) {
    let at = |text: &str| text.parse().unwrap();
    (at("2026-01-01T00:00:00Z"), at("2036-01-01T00:00:00Z"))
}

/// A reception that has no later list for anybody.
fn no_lists() -> ListsOffered {
    ListsOffered { after: Arc::new(|_, _| Ok(None)), changes: watch::channel(1).1 }
}

fn trust(entries: &[(&Identity, &str)]) -> TrustedKeys {
    let list: Vec<_> = entries
        .iter()
        .map(|(identity, name)| (identity.digest().unwrap(), name.parse::<NodeId>().unwrap()))
        .collect();
    Arc::new(move |digest| list.iter().find(|(d, _)| d == digest).map(|(_, node)| node.clone()))
}

#[test]
fn a_new_identity_has_a_key_of_its_own_and_reads_back() {
    let (one, two) = (identity("a"), identity("a"));
    assert_ne!(one.digest().unwrap(), two.digest().unwrap());
    assert!(!format!("{one:?}").contains("PRIVATE KEY"));
    let wrong = Identity { cert_pem: "nothing".into(), key_pem: one.key_pem };
    assert!(wrong.digest().is_err());
}

#[tokio::test]
async fn both_sides_agree_on_the_hybrid_group_and_on_tls_1_3() {
    let (a, b) = (identity("a"), identity("b"));
    let trusted = trust(&[(&a, "a"), (&b, "b")]);
    let listening = listening_config(&b, Arc::clone(&trusted)).unwrap();
    let dialling = dialling_config(&a, trusted, "b".parse().unwrap()).unwrap();
    let (here, there) = tokio::io::duplex(64 * 1024);
    let accept = tokio::spawn(TlsAcceptor::from(Arc::new(listening)).accept(there));
    let name = ServerName::try_from("localhost").unwrap();
    let dialled = TlsConnector::from(Arc::new(dialling)).connect(name, here).await.unwrap();
    let accepted = accept.await.unwrap().unwrap();
    let (one, other) = (dialled.get_ref().1, accepted.get_ref().1);
    let group = |found: Option<&'static dyn rustls::crypto::SupportedKxGroup>| {
        found.map(rustls::crypto::SupportedKxGroup::name)
    };
    let hybrid = Some(NamedGroup::X25519MLKEM768);
    assert_eq!(group(one.negotiated_key_exchange_group()), hybrid);
    assert_eq!(group(other.negotiated_key_exchange_group()), hybrid);
    assert_eq!(one.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_3));
    assert_eq!(one.alpn_protocol(), Some(b"h2".as_slice()));
    assert_eq!(other.peer_certificates().unwrap()[0], a.certificate().unwrap());
}

/// Sends `request` as HTTP/1.1 over mutual TLS and gives the whole answer.
async fn ask(request: &str) -> String {
    let (a, b) = (identity("a"), identity("b"));
    let trusted = trust(&[(&a, "a"), (&b, "b")]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (_stop, stopping) = watch::channel(false);
    let setup = ReceptionSetup {
        logs: None,
        identity: b,
        trusted: Arc::clone(&trusted),
        receive: Arc::new(|_, parcel| Ok(parcel)),
        lists: no_lists(),
        blocking: Blocking::new(1, 1),
        limits: ReceptionLimits { parcel_bytes_max: 10, ..ReceptionLimits::default() },
    };
    tokio::spawn(listen(listener, setup, stopping));
    let mut config = dialling_config(&a, trusted, "b".parse().unwrap()).unwrap();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let socket = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, socket).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ended = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn every_refusal_of_a_request_is_a_problem_document() {
    let parcel = "content-type: application/vnd.eunomia.parcel\r\n";
    let post = "POST /exchange/v1/parcels HTTP/1.1\r\nhost: b\r\nconnection: close\r\n";
    for (request, status, kind) in [
        (format!("{post}content-length: 1\r\n\r\nx"), 415, "media_type"),
        (format!("{post}{parcel}content-length: 11\r\n\r\n01234567890"), 413, "too_large"),
        (
            format!(
                "{post}{parcel}transfer-encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n"
            ),
            413,
            "too_large",
        ),
        (
            "GET /exchange/v1/parcels HTTP/1.1\r\nhost: b\r\nconnection: close\r\n\r\n".into(),
            405,
            "method_not_allowed",
        ),
        ("GET / HTTP/1.1\r\nhost: b\r\nconnection: close\r\n\r\n".into(), 404, "not_found"),
    ] {
        let answer = ask(&request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
        assert!(answer.contains("content-type: application/problem+json"), "{answer}");
        assert!(answer.contains(&format!("\"urn:eunomia:problem:{kind}\"")), "{answer}");
    }
}

#[tokio::test]
async fn health_and_parcels_are_answered_over_http_1_too() {
    let health =
        ask("GET /exchange/v1/health HTTP/1.1\r\nhost: b\r\nconnection: close\r\n\r\n").await;
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    let parcel = ask(
        "POST /exchange/v1/parcels HTTP/1.1\r\nhost: b\r\nconnection: close\r\ncontent-type: application/vnd.eunomia.parcel\r\ncontent-length: 5\r\n\r\nhello",
    )
    .await;
    assert!(parcel.ends_with("hello"), "{parcel}");
}
