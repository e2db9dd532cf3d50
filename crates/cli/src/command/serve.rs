//! `eunomia serve`: runs a node until it is told to stop.

mod ending;
pub(crate) mod listening;
pub(crate) mod machine;
mod notify;
mod program_log;

use crate::Done;
use crate::arguments::Serve;
use crate::federation::chain;
use crate::files::read_text;
use crate::opening::{open, prepare};
use crate::system::SystemClock;
use ending::{Asked, asked_to_stop};
use listening::{Listeners, bind};
use node::{Clock, Node, Officers};
use notify::Notifier;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use web::desk;
use web::desk::Personas;
use web::operations::{Operations, OperationsSetup};
use web::service::{Service, desk_setup, personas};
use web::tls::Identity;

/// How long use cases that were cut off may take to notice it.
const LAST_WORK: Duration = Duration::from_secs(5);

/// Runs the command.
///
/// # Errors
/// Everything that is wrong with the configuration, or why the node cannot work.
pub(crate) fn run(order: &Serve) -> Done {
    let prepared = prepare(&order.configured.config)?;
    let settings = prepared.opening.settings.clone();
    program_log::start(program_log::form(order.log_format, settings.operation.log_format));
    let identity = Identity {
        cert_pem: read_text(&settings.tls.certificate)?,
        key_pem: read_text(&settings.tls.key)?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    let mut listeners = runtime.block_on(bind(&settings.listen))?;
    let notifier = Arc::new(Notifier::from_environment());
    let operations = operations(&settings);
    let (end, ended) = watch::channel(false);
    let aside = Aside {
        serving: listeners
            .operations
            .take()
            .map(|listener| runtime.spawn(Arc::clone(&operations).serve(listener, ended.clone()))),
        looking: runtime.spawn(Arc::clone(&operations).keep_looking(ended.clone())),
        watchdog: runtime.spawn(Arc::clone(&notifier).keep_alive(Arc::clone(&operations), ended)),
    };
    notifier.tell("STATUS=opening the store and building the indexes");
    let node = open(prepared.opening)?;
    let works = Works { node: node.clone(), identity, operations, notifier };
    let done = runtime.block_on(works.until_stopped(listeners, prepared.officers));
    end.send_replace(true);
    runtime.block_on(aside.join());
    // What still runs has had its time; its callers got no answer, and what they did not get is not promised.
    runtime.shutdown_timeout(LAST_WORK);
    close(&node);
    done.map(|()| ExitCode::SUCCESS)
}

/// Publishes what the log still holds back and closes the store.
fn close(node: &Node) {
    if let Err(fault) = node.upkeep_logs() {
        tracing::warn!(%fault, "the log could not be published at the end; the next start does it");
    }
    node.close();
    tracing::info!("stopped");
}

fn operations(settings: &node::Settings) -> Arc<Operations> {
    let data = settings.data.clone();
    let megabytes = u64::from(settings.operation.disk_free_megabytes);
    Operations::new(OperationsSetup {
        version: env!("CARGO_PKG_VERSION"),
        clock: Arc::new(|| SystemClock.now()),
        machine: Arc::new(move || machine::read(&data)),
        disk_free_bytes_min: megabytes.saturating_mul(1024 * 1024),
    })
}

/// What runs beside the node from before it is open until after it has stopped.
struct Aside {
    serving: Option<JoinHandle<Result<(), web::Error>>>,
    looking: JoinHandle<()>,
    watchdog: JoinHandle<()>,
}

impl Aside {
    async fn join(self) {
        if let Some(serving) = self.serving {
            // A scraper that holds its connection open does not hold up the end.
            drop(tokio::time::timeout(Duration::from_secs(1), serving).await);
        }
        drop(self.looking.await);
        drop(self.watchdog.await);
    }
}

/// An open node with what it works with.
struct Works {
    node: Node,
    identity: Identity,
    operations: Arc<Operations>,
    notifier: Arc<Notifier>,
}

impl Works {
    /// Works until the process is asked to stop and running requests have come to their end, or their time is up.
    async fn until_stopped(self, listeners: Listeners, officers: Officers) -> Result<(), String> {
        let (stop, stopping) = watch::channel(false);
        let (rest, resting) = watch::channel(false);
        let handle = tokio::runtime::Handle::current();
        let service = Service::start(self.node, self.identity.clone(), handle);
        let moving = tokio::spawn(Arc::clone(&service).keep_moving(resting));
        self.operations.attach(&service);
        let exchange = listeners.exchange;
        let parcels = Arc::clone(&service).take_parcels(exchange, self.identity, stopping.clone());
        let played = players(service.node(), &officers);
        let setup = desk_setup(&service, &Arc::new(officers), played);
        let desk = desk::serve(listeners.officers, setup, stopping);
        let told = service.node().settings();
        tracing::info!(node = %told.node, exchange = %told.listen.exchange, officers = %told.listen.officers,
            operations = told.listen.operations.as_deref().unwrap_or("none"), "ready");
        self.notifier.tell("READY=1\nSTATUS=ready");
        let within = Duration::from_secs(u64::from(told.operation.stop_within_seconds));
        let ending = async {
            let mut asked = Asked::listen();
            asked_to_stop(&mut asked).await;
            self.operations.stopping();
            self.notifier.tell("STOPPING=1\nSTATUS=running requests come to their end");
            tracing::info!("stopping: running requests come to their end");
            stop.send_replace(true);
            service.end_news();
            ending::time_is_up(&mut asked, within).await;
        };
        let working = async { tokio::join!(parcels, desk) };
        let done = tokio::select! {
            (parcels, desk) = working => parcels.and(desk).map_err(|error| chain(&error)),
            () = ending => {
                let running = service.blocking().present();
                tracing::warn!(running, "the time to stop is up; what still runs is cut off");
                Ok(())
            }
        };
        rest.send_replace(true);
        drop(moving.await);
        done
    }
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
