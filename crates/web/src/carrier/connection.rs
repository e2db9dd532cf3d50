//! One HTTP/2 connection to a partner, and one parcel over it.

use super::{CarrierSetup, EnvelopeKey, Partner};
use crate::reception::{HEALTH_PATH, PARCEL_MEDIA_TYPE, PARCELS_PATH};
use crate::tls::{dialling_config, spki_digest};
use http_body_util::{BodyExt, Collected, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper::header::CONTENT_TYPE;
use hyper::{Request, Response, StatusCode, body::Incoming};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls_pki_types::ServerName;
use seal::Digest;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;

/// A standing connection.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) sender: http2::SendRequest<Full<Bytes>>,
    /// The digest of the key the partner has shown.
    pub(super) digest: Digest,
}

/// The task that keeps a connection running; it ends with the connection.
pub(super) type Running = JoinHandle<()>;

/// Why a parcel brought no answers.
pub(super) enum PostFault {
    /// The connection broke: the parcel may or may not have arrived.
    Broken(String),
    /// The partner has too much to do, or did not answer in time.
    Late,
    /// The partner refused the parcel.
    Refused(String),
}

/// Connects to `partner`; the fault is in words.
pub(super) async fn connect(
    partner: Partner,
    setup: Arc<CarrierSetup>,
) -> Result<(Link, Running), String> {
    match tokio::time::timeout(setup.limits.connect_within, open(&partner, &setup)).await {
        Ok(opened) => opened,
        Err(_) => Err(format!("`{}` did not answer in time", partner.address)),
    }
}

async fn open(partner: &Partner, setup: &CarrierSetup) -> Result<(Link, Running), String> {
    let address = &partner.address;
    let host = address.rsplit_once(':').map_or(address.as_str(), |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| format!("`{address}` is not an address; write `host:port`"))?;
    let config = dialling_config(&setup.identity, Arc::clone(&setup.trusted), partner.node.clone())
        .map_err(|error| error.to_string())?;
    let socket = TcpStream::connect(address)
        .await
        .map_err(|error| format!("no connection to `{address}`: {error}"))?;
    socket.set_nodelay(true).map_err(|error| error.to_string())?;
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, socket)
        .await
        .map_err(|error| format!("`{address}` is not `{}`: {error}", partner.node))?;
    let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first).map(spki_digest);
    let Some(Ok(digest)) = shown else {
        return Err(format!("`{address}` has shown no certificate"));
    };
    let (mut sender, connection) = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(10))
        .keep_alive_timeout(Duration::from_secs(5))
        .keep_alive_while_idle(true)
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(4 << 20)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| format!("`{address}` does not speak HTTP/2: {error}"))?;
    let running = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to a partner ended");
        }
    });
    check_health(&mut sender).await?;
    Ok((Link { sender, digest }, running))
}

/// In TLS 1.3 the dialling side is done before the other side has looked at its certificate: only an answer
/// shows that the partner accepts this node.
async fn check_health(sender: &mut http2::SendRequest<Full<Bytes>>) -> Result<(), String> {
    let refused = |error: hyper::Error| format!("the partner does not accept this node: {error}");
    let request = Request::get(format!("https://node{HEALTH_PATH}"))
        .body(Full::default())
        .map_err(|error| error.to_string())?;
    let response = sender.send_request(request).await.map_err(refused)?;
    let status = response.status();
    if status == StatusCode::OK {
        return Ok(());
    }
    let body = Limited::new(response.into_body(), 16 * 1024).collect().await;
    Err(refusal_words(status, &body.map(Collected::to_bytes).unwrap_or_default()))
}

/// An answer and the id it answers.
pub(super) type Answer = (Option<EnvelopeKey>, Vec<u8>);

/// Sends one parcel and takes its answers apart.
pub(super) async fn post(
    mut link: Link,
    setup: Arc<CarrierSetup>,
    parcel: Vec<u8>,
) -> Result<Vec<Answer>, PostFault> {
    let request = Request::post(format!("https://node{PARCELS_PATH}"))
        .header(CONTENT_TYPE, PARCEL_MEDIA_TYPE)
        .body(Full::new(Bytes::from(parcel)))
        .map_err(|error| PostFault::Broken(error.to_string()))?;
    let exchange = async {
        let broken =
            |error: hyper::Error| PostFault::Broken(format!("the connection broke: {error}"));
        link.sender.ready().await.map_err(broken)?;
        read(link.sender.send_request(request).await.map_err(broken)?, &setup).await
    };
    match tokio::time::timeout(setup.limits.parcel_within, exchange).await {
        Ok(answers) => answers,
        Err(_) => Err(PostFault::Late),
    }
}

async fn read(
    response: Response<Incoming>,
    setup: &CarrierSetup,
) -> Result<Vec<Answer>, PostFault> {
    let status = response.status();
    // Answers may be larger than questions; sixteen times bounds the memory all the same.
    let most = setup.limits.parcel_bytes_max.saturating_mul(16);
    let body = Limited::new(response.into_body(), most)
        .collect()
        .await
        .map_err(|error| PostFault::Broken(format!("the answer broke off: {error}")))?
        .to_bytes();
    match status {
        StatusCode::OK => {
            let answers = (setup.framing.unpack)(&body)
                .ok_or_else(|| PostFault::Refused("the answer is no parcel".to_owned()))?;
            Ok(answers.into_iter().map(|a| ((setup.framing.reply_to)(&a), a)).collect())
        }
        StatusCode::SERVICE_UNAVAILABLE => Err(PostFault::Late),
        refused => Err(PostFault::Refused(refusal_words(refused, &body))),
    }
}

/// What a problem document says, in one line.
fn refusal_words(status: StatusCode, body: &[u8]) -> String {
    let document: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let title = document.get("title").and_then(serde_json::Value::as_str);
    let title: String = title.unwrap_or("the parcel was refused").chars().take(200).collect();
    format!("{title} (HTTP {})", status.as_u16())
}
