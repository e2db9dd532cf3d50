//! The accept loop and the life of one connection.

use super::ReceptionSetup;
use super::requests::{Caller, answer};
use crate::Error;
use crate::tls::{listening_config, spki_digest};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// After a failed accept (no file handles left), how long to wait before the next.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long running requests may take to end once the node stops.
const ENDING_WITHIN: Duration = Duration::from_secs(10);

/// Takes connections on `listener` until `stop` turns true, then lets running requests end.
///
/// # Errors
/// When key and certificate cannot be used. Faults of single connections are logged and end that connection only.
pub async fn listen(
    listener: TcpListener,
    setup: ReceptionSetup,
    stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    let config = listening_config(&setup.identity, Arc::clone(&setup.trusted))?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let places = Arc::new(Semaphore::new(setup.limits.connections_max));
    let setup = Arc::new(setup);
    let mut stopping = stop.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stopping) => break,
        };
        let socket = match accepted {
            Ok((socket, _)) => socket,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Beyond the limit the connection is closed at once: the partner's carrier tries again.
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            tracing::warn!("a connection was closed because too many are open");
            continue;
        };
        let (acceptor, setup, stop) = (acceptor.clone(), Arc::clone(&setup), stop.clone());
        tokio::spawn(async move {
            converse(socket, acceptor, setup, stop).await;
            drop(place);
        });
    }
    let all = u32::try_from(setup.limits.connections_max).unwrap_or(u32::MAX);
    let _ended = tokio::time::timeout(ENDING_WITHIN, places.acquire_many(all)).await;
    Ok(())
}

async fn converse(
    socket: TcpStream,
    acceptor: TlsAcceptor,
    setup: Arc<ReceptionSetup>,
    stop: watch::Receiver<bool>,
) {
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "no-delay could not be set");
    }
    match tokio::time::timeout(setup.limits.handshake_within, acceptor.accept(socket)).await {
        Ok(Ok(stream)) => serve(stream, setup, stop).await,
        Ok(Err(error)) => tracing::info!(%error, "a connection was refused"),
        Err(_) => tracing::info!("a connection was closed because its handshake took too long"),
    }
}

async fn serve(
    stream: TlsStream<TcpStream>,
    setup: Arc<ReceptionSetup>,
    mut stop: watch::Receiver<bool>,
) {
    let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    let Some(Ok(digest)) = certificate.map(spki_digest) else { return };
    let mut changes = setup.lists.changes.clone();
    let trusted = Arc::clone(&setup.trusted);
    let caller = Caller { digest, setup: Arc::clone(&setup) };
    let service = service_fn(move |request| {
        let caller = caller.clone();
        async move { Ok::<_, Infallible>(answer(caller, request).await) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(setup.limits.reading_within);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .max_concurrent_streams(setup.limits.requests_per_connection_max)
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(4 << 20);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = stopped(&mut stop) => None,
        // Nothing of a node that has left is waited for.
        () = left(&mut changes, || trusted(&digest).is_none()) => {
            return tracing::info!("a connection was closed because its node has left the trust list");
        }
    };
    let ended = if let Some(ended) = ended {
        ended
    } else {
        connection.as_mut().graceful_shutdown();
        connection.await
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Waits until a new trust list no longer names the node of a connection.
async fn left(changes: &mut watch::Receiver<u64>, is_gone: impl Fn() -> bool) {
    while changes.changed().await.is_ok() {
        if is_gone() {
            return;
        }
    }
    std::future::pending::<()>().await;
}

/// Waits until the node stops; a sender that is gone counts as stopping.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _seen = stop.wait_for(|stop| *stop).await.is_ok();
}
