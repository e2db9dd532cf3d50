//! `eunomia serve`: runs a node until it is told to stop.

use crate::Done;
use crate::arguments::Configured;
use crate::federation::chain;
use crate::files::read_text;
use crate::opening::{open, prepare};
use node::{Node, Officers, Settings};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use web::desk;
use web::desk::Personas;
use web::service::{Service, desk_setup, personas};
use web::tls::Identity;

/// Runs the command.
///
/// # Errors
/// Everything that is wrong with the configuration, or why the node cannot work.
pub(crate) fn run(order: &Configured) -> Done {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::new("info"))
        .init();
    let prepared = prepare(&order.config)?;
    let settings = prepared.opening.settings.clone();
    let identity = Identity {
        cert_pem: read_text(&settings.tls.certificate)?,
        key_pem: read_text(&settings.tls.key)?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    let listeners = runtime.block_on(bind(&settings))?;
    let node = open(prepared.opening)?;
    let done = runtime.block_on(work(node.clone(), identity, listeners, prepared.officers));
    node.close();
    done.map(|()| ExitCode::SUCCESS)
}

/// Where other nodes and officers are listened to.
struct Listeners {
    exchange: TcpListener,
    officers: TcpListener,
}

async fn bind(settings: &Settings) -> Result<Listeners, String> {
    Ok(Listeners {
        exchange: listener(&settings.listen.exchange).await?,
        officers: listener(&settings.listen.officers).await?,
    })
}

async fn listener(address: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
        let kind = error.kind();
        let help = if kind == ErrorKind::AddrInUse {
            "; another program has this port: stop it, or name another one under `[listen]`"
        } else if kind == ErrorKind::PermissionDenied {
            "; ports below 1024 need a privileged process"
        } else {
            ""
        };
        format!("cannot listen on `{address}`: {error}{help}")
    })
}

async fn work(
    node: Node,
    identity: Identity,
    listeners: Listeners,
    officers: Officers,
) -> Result<(), String> {
    let (stop, stopping) = watch::channel(false);
    let service = Service::start(node, identity.clone(), tokio::runtime::Handle::current());
    let told = service.node().settings();
    tracing::info!(node = %told.node, exchange = %told.listen.exchange, officers = %told.listen.officers, "ready");
    let parcels = Arc::clone(&service).take_parcels(listeners.exchange, identity, stopping.clone());
    let played = players(service.node(), &officers);
    let setup = desk_setup(&service, &Arc::new(officers), played);
    let desk = desk::serve(listeners.officers, setup, stopping.clone());
    let moving = Arc::clone(&service).keep_moving(stopping);
    let signal = async {
        end_of_work().await;
        tracing::info!("stopping: running requests come to their end");
        // Everybody who listens has a receiver; it cannot fail while they live.
        stop.send_replace(true);
    };
    let (parcels, desk, (), ()) = tokio::join!(parcels, desk, moving, signal);
    parcels.and(desk).map_err(|error| chain(&error))
}

/// On a node of the demonstration: its officers with the tokens that lie beside the officers file.
fn players(node: &Node, officers: &Officers) -> Option<Personas> {
    if !node.settings().demonstration {
        return None;
    }
    let mut tokens = BTreeMap::new();
    for officer in officers.all() {
        let path = node.settings().officers.with_file_name(format!("{}.token", officer.id));
        if let Ok(token) = read_text(&path) {
            tokens.insert(officer.id.to_string(), token.trim().to_owned());
        }
    }
    Some(personas(node, officers, tokens))
}

/// Waits for Ctrl-C or a request to end.
async fn end_of_work() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
