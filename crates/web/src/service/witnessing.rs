//! Logs and witnesses between nodes: heads are offered in rounds off the hot path, and partners' questions answered.

use super::Service;
use crate::problem::{Problem, ProblemKind};
use crate::reception::{LOG_PATH, LogAnswer, LogRequest, WITNESS_PATH};
use node::{CheckpointOffer, Fault, LogFile, Node, OfferOutcome};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use vocabulary::NodeId;

/// How often heads are offered, when the tree has grown.
const OFFER_EVERY: Duration = Duration::from_secs(2);
/// How long a node that starts waits for its witnesses before it signs. Entries get their index meanwhile.
const START_WITHIN: Duration = Duration::from_secs(3);
/// How often one head is offered to one witness in a row: it may have to tell the size it keeps first.
const OFFERS_IN_A_ROW: usize = 4;

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

impl Service {
    /// Asks every partner for the head it keeps of the own logs, and lets signing begin: after a restored backup the
    /// node learns here, before its first signature, that it had signed more.
    pub(super) async fn ask_witnesses(self: &Arc<Self>) {
        let mut asked = JoinSet::new();
        for partner in super::partners(&self.node) {
            for authority in self.node.hosted().keys() {
                let Ok(origin) = self.node.log_origin(authority) else { continue };
                let (service, to) = (Arc::clone(self), partner.node.clone());
                asked.spawn(async move { service.ask_for_head(&to, &origin).await });
            }
        }
        let all = async { while asked.join_next().await.is_some() {} };
        if tokio::time::timeout(START_WITHIN, all).await.is_err() {
            tracing::warn!(
                "not every partner said which head of the own logs it keeps; signing begins"
            );
        }
        self.node.hold_signing(false);
    }

    /// Offers heads of logs that grew until `stop` turns true.
    pub(super) async fn offer_heads(self: &Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut ticks = interval(OFFER_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let offers = match self.aside(Node::checkpoint_offers).await {
                Ok(offers) => offers,
                Err(fault) => {
                    tracing::warn!(%fault, "heads could not be offered to witnesses");
                    continue;
                }
            };
            let mut round = JoinSet::new();
            for offer in offers {
                let service = Arc::clone(self);
                round.spawn(async move { service.carry_offer(offer).await });
            }
            while round.join_next().await.is_some() {}
        }
    }

    async fn carry_offer(self: &Arc<Self>, offer: CheckpointOffer) {
        let mut offer = offer;
        for _ in 0..OFFERS_IN_A_ROW {
            let body = offer.request.to_string().into_bytes();
            let path = format!("{WITNESS_PATH}add-checkpoint");
            let (status, body) = match self.carrier.call(&offer.to, &path, Some(body)).await {
                Ok(answer) => answer,
                Err(why) => {
                    drop(self.node.offer_failed(&offer, &why));
                    return;
                }
            };
            let answered = offer.clone();
            let outcome =
                self.aside(move |node| node.offer_answered(&answered, (status, &body))).await;
            match outcome {
                Ok(OfferOutcome::Cosigned) => return,
                Ok(OfferOutcome::Again(again)) => offer = *again,
                Ok(OfferOutcome::AskForHead(origin)) => {
                    self.ask_for_head(&offer.to, &origin).await;
                    return;
                }
                Ok(OfferOutcome::Failed(why)) => {
                    tracing::warn!(to = %offer.to, why, "a witness did not cosign");
                    return;
                }
                Err(fault) => {
                    tracing::warn!(to = %offer.to, %fault, "a cosignature was not kept");
                    return;
                }
            }
        }
    }

    async fn ask_for_head(self: &Arc<Self>, to: &NodeId, origin: &str) {
        let path = format!("{WITNESS_PATH}{origin}/head");
        let Ok((200, note)) = self.carrier.call(to, &path, None).await else { return };
        let (from, name) = (to.clone(), origin.to_owned());
        let shown =
            self.aside(move |node| node.shown_head(&from, &name, &String::from_utf8_lossy(&note)));
        match shown.await {
            Ok(true) => tracing::error!(
                by = %to, log = origin,
                "an older state of this log was put back: nothing is answered or signed for it; replay the missing \
                 entries from its tiles or a mirror"
            ),
            Ok(false) => {}
            Err(fault) => tracing::warn!(%fault, "a head that a witness keeps was not compared"),
        }
    }

    /// Runs a use case on a thread of its own.
    async fn aside<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Node) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let node = self.node.clone();
        let ended = || Fault::NotSetUp("a use case ended without a result".to_owned());
        tokio::task::spawn_blocking(move || work(&node)).await.map_err(|_| ended())?
    }
}

/// Answers a partner about the logs of this node, and as its witness.
pub(super) fn answer_log(
    node: &Node,
    from: &NodeId,
    request: LogRequest,
) -> Result<Option<LogAnswer>, Problem> {
    let fault = |fault: Fault| Problem::fault(fault.to_string());
    let LogRequest { path, posted } = request;
    let given = |body: Vec<u8>, media| LogAnswer { status: 200, media, body };
    if let Some(body) = posted {
        if path != format!("{WITNESS_PATH}add-checkpoint") {
            return Err(ProblemKind::MethodNotAllowed.into());
        }
        let answer = node.add_checkpoint(from, &body).map_err(fault)?;
        if let Some(evidence) = &answer.evidence {
            tracing::error!(%from, evidence = %evidence.display(),
                "a partner's log contradicts itself; both signed heads are kept");
        }
        let (status, media, body) = (answer.status, answer.media, answer.body.into_bytes());
        return Ok(Some(LogAnswer { status, media, body }));
    }
    if let Some(origin) = path.strip_prefix(WITNESS_PATH).and_then(|p| p.strip_suffix("/head")) {
        let head = node.witnessed_head(origin).map_err(fault)?;
        return Ok(head.map(|note| given(note.into_bytes(), TEXT)));
    }
    let Some(rest) = path.strip_prefix(LOG_PATH) else { return Ok(None) };
    if let Some((authority, entry)) = rest.split_once("/proofs/") {
        let (Ok(authority), Ok(entry)) = (authority.parse(), entry.parse()) else {
            return Ok(None);
        };
        let proof = node.proof_of_entry(&authority, entry).map_err(fault)?;
        return Ok(proof.map(|proof| given(proof.into_bytes(), TEXT)));
    }
    let mut parts = rest.splitn(3, '/');
    let (Some(authority), Some(year), Some(file)) = (parts.next(), parts.next(), parts.next())
    else {
        return Ok(None);
    };
    let origin = format!("{authority}/{year}");
    let (file, media) = match file {
        "checkpoint" => (LogFile::Checkpoint, TEXT),
        tile => match tile.parse() {
            Ok(tile) => (LogFile::Tile(tile), BYTES),
            Err(_) => return Ok(None),
        },
    };
    let bytes = node.log_file(from, &origin, &file).map_err(fault)?;
    Ok(bytes.map(|bytes| given(bytes, media)))
}
