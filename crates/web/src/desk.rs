//! The officer's side: programming interface and pages over plain HTTP, meant for the loopback address or a terminating proxy.
//!
//! The desk knows who is signed in and what a page looks like. Everything else comes from [`DeskCalls`].

mod api;
mod assets;
mod form;
mod keeping;
mod pages;
mod proofs;
mod respond;
mod routes;
mod session;
mod stream;

pub use keeping::{RecordAct, Removal, RemovalAct, Upload, UploadSource};
pub use proofs::{ProofCalls, ProofFiles};
pub use routes::{Access, RouteEntry, router, routes};

use crate::Error;
use crate::blocking::Blocking;
use crate::problem::Problem;
use crate::views::{
    FormView, InstrumentView, PartnerView, Persona, RegisterView, SearchSummary, SearchView,
    TrustView, Verdict,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use vocabulary::{
    AuthorityId, InstrumentId, Justification, MatchReference, OfficerId, QueryId, RecordId,
    RegisterId, Role, Subject,
};

/// An officer who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedIn {
    /// His id.
    pub id: OfficerId,
    /// His authority.
    pub authority: AuthorityId,
    /// His function.
    pub role: Role,
    /// His name.
    pub name: String,
    /// His function in words.
    pub role_name: String,
    /// His authority in words.
    pub authority_name: String,
}

/// What an officer asks: the body of `POST /api/v1/searches`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// The person or thing.
    pub subject: Subject,
    /// Why. Registers beyond the smallest set stand in its `widened_to`.
    pub justification: Justification,
    /// Under which instruments; empty for all that cover the subject and know the purpose.
    #[serde(default)]
    pub instruments: Vec<InstrumentId>,
}

/// What an officer decided about a match: the body of `POST /api/v1/searches/{id}/decisions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The register that answered the match.
    pub register: RegisterId,
    /// The match.
    pub reference: MatchReference,
    /// Confirmed or rejected.
    pub verdict: Verdict,
}

/// A use case called for an officer. Blocks.
pub type Call<A, R> = Arc<dyn Fn(&SignedIn, A) -> Result<R, Problem> + Send + Sync>;
/// Whom an access token belongs to.
pub type Authenticate = dyn Fn(&str) -> Option<SignedIn> + Send + Sync;
/// The number of [`News`] that says that nothing more will be told.
pub const NEWS_ENDED: u64 = u64::MAX;
/// A number that moves whenever something of a search changes.
pub type News = dyn Fn(QueryId) -> watch::Receiver<u64> + Send + Sync;
/// The access token of a person of the demonstration, by the id of the person.
pub type PersonaToken = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Takes a trust list. Blocks.
pub type TakeList = dyn Fn(Vec<u8>) -> Result<serde_json::Value, Problem> + Send + Sync;

/// What the desk calls. Each is one use case of the node.
#[derive(Clone)]
pub struct DeskCalls {
    /// Whom an access token belongs to; asked for every request.
    pub authenticate: Arc<Authenticate>,
    /// What the search form offers this officer; values and problem are left empty.
    pub form: Call<(), FormView>,
    /// Opens a search.
    pub start_search: Call<SearchRequest, QueryId>,
    /// The officer's last searches, newest first.
    pub searches: Call<(), Vec<SearchSummary>>,
    /// One search of the officer; `NotFound` for anybody else's.
    pub search: Call<QueryId, SearchView>,
    /// What tells that a search has changed.
    pub news: Arc<News>,
    /// Records a decision about a match.
    pub decide: Call<(QueryId, Decision), ()>,
    /// The instruments in use.
    pub instruments: Call<(), Vec<InstrumentView>>,
    /// The registers of the federation.
    pub registers: Call<(), Vec<RegisterView>>,
    /// This node and its partners.
    pub federation: Call<(), Vec<PartnerView>>,
    /// How it stands with the trust list, and what ends soon.
    pub trust: Call<(), TrustView>,
    /// The trust list itself.
    pub list: ListDesk,
    /// Corrects, ends or erases a record of the officer's own register; gives the id of the log entry.
    pub change_record: Call<(RegisterId, RecordId, RecordAct), QueryId>,
    /// Ends or erases several records of the officer's own register under one log entry; gives its id and those that
    /// were not there.
    pub remove_records: Call<Removal, serde_json::Value>,
    /// Loads a file into the officer's own register; gives the report with the rows that were not taken.
    pub import: Call<Upload, serde_json::Value>,
    /// Proofs, logs and witnesses.
    pub proofs: ProofCalls,
    /// On a node of the demonstration: whom one may play.
    pub personas: Option<Personas>,
}

/// The trust list as anybody may fetch it, and hand over a newer one: what counts are the signatures of its keepers.
#[derive(Clone)]
pub struct ListDesk {
    /// The file of the list in force.
    pub show: Arc<dyn Fn() -> Vec<u8> + Send + Sync>,
    /// Takes a file or a chain of them; gives the version in force and whether it has changed.
    pub take: Arc<TakeList>,
}

impl fmt::Debug for ListDesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListDesk").finish_non_exhaustive()
    }
}

/// The persons of a demonstration.
#[derive(Clone)]
pub struct Personas {
    /// Whom one may play.
    pub all: Vec<Persona>,
    /// The access token of one of them.
    pub token: Arc<PersonaToken>,
}

/// What a desk is started with.
#[derive(Clone)]
pub struct DeskSetup {
    /// The node as officers know it.
    pub node_name: String,
    /// True when an instrument in use runs in exercise mode.
    pub exercise: bool,
    /// The use cases.
    pub calls: DeskCalls,
    /// The threads they run on, and how many may wait.
    pub blocking: Blocking,
    /// From which the tokens of forms are derived; fresh at every start.
    pub form_secret: seal::Secret,
    /// True when a proxy in front speaks HTTPS: the cookie is then sent over HTTPS only.
    pub secure_cookie: bool,
}

impl fmt::Debug for DeskCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeskCalls").finish_non_exhaustive()
    }
}

impl fmt::Debug for Personas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Personas").field("all", &self.all).finish_non_exhaustive()
    }
}

impl fmt::Debug for DeskSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeskSetup").field("node_name", &self.node_name).finish_non_exhaustive()
    }
}

/// Answers officers on `listener` until `stop` turns true.
///
/// # Errors
/// When the listening socket fails.
pub async fn serve(
    listener: TcpListener,
    setup: DeskSetup,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    let address = listener.local_addr().map(|at| at.to_string()).unwrap_or_default();
    let stopped = async move {
        let _seen = stop.wait_for(|stop| *stop).await.is_ok();
    };
    axum::serve(listener, router(setup))
        .with_graceful_shutdown(stopped)
        .await
        .map_err(|source| Error::Listen { address, source })
}
