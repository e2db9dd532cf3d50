//! Proofs of an officer's own searches as files, and how the logs of the node stand.

use super::Call;
use super::api::query_id;
use super::pages::shown;
use super::respond::Asker;
use crate::problem::{Problem, ProblemKind};
use crate::views::frame::Section;
use crate::views::proofs as view;
use crate::views::proofs::{LogsView, ProofsView};
use axum::Json;
use axum::extract::{Extension, Path};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use std::fmt;
use vocabulary::QueryId;

/// A log entry and its proof, as files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFiles {
    /// The bytes of the entry, as they were hashed.
    pub entry: Vec<u8>,
    /// The proof (C2SP `tlog-proof`).
    pub proof: String,
}

/// What the desk calls about logs and proofs.
#[derive(Clone)]
pub struct ProofCalls {
    /// The evidence about a search of the officer; asks the partners for what they promised.
    pub of_search: Call<QueryId, ProofsView>,
    /// One entry about a search of the officer, with its proof.
    pub of_entry: Call<(QueryId, QueryId), ProofFiles>,
    /// How the logs of the node stand.
    pub logs: Call<(), LogsView>,
}

impl fmt::Debug for ProofCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProofCalls").finish_non_exhaustive()
    }
}

type Answer = Result<Response, Problem>;

pub(super) async fn of_search(
    Extension(asker): Extension<Asker>,
    Path(id): Path<String>,
) -> Answer {
    let proofs = asker.call(&asker.desk.calls.proofs.of_search, query_id(&id)?).await?;
    Ok(Json(proofs).into_response())
}

pub(super) async fn file(
    Extension(asker): Extension<Asker>,
    Path((id, name)): Path<(String, String)>,
) -> Answer {
    let (entry, ending) = name.split_once('.').ok_or(ProblemKind::NotFound)?;
    let which = (query_id(&id)?, query_id(entry)?);
    let is_proof = match ending {
        "tlog-proof" => true,
        "entry" => false,
        _ => return Err(ProblemKind::NotFound.into()),
    };
    let files = asker.call(&asker.desk.calls.proofs.of_entry, which).await?;
    let (media, bytes) = if is_proof {
        ("text/plain; charset=utf-8", files.proof.into_bytes())
    } else {
        ("application/json", files.entry)
    };
    let place = format!("attachment; filename=\"{entry}.{ending}\"");
    Ok(([(CONTENT_TYPE, media.to_owned()), (CONTENT_DISPOSITION, place)], bytes).into_response())
}

pub(super) async fn logs(Extension(asker): Extension<Asker>) -> Answer {
    let logs = asker.call(&asker.desk.calls.proofs.logs, ()).await?;
    Ok(Json(logs).into_response())
}

pub(super) async fn proofs_page(
    Extension(asker): Extension<Asker>,
    Path(id): Path<String>,
) -> Response {
    let page = async {
        let proofs = asker.call(&asker.desk.calls.proofs.of_search, query_id(&id)?).await?;
        Ok(view::proofs(&asker.frame("Proofs", Section::Searches), &proofs))
    };
    let page = page.await;
    shown(&asker, page)
}

pub(super) async fn logs_page(Extension(asker): Extension<Asker>) -> Response {
    let logs = asker.call(&asker.desk.calls.proofs.logs, ()).await;
    let frame = asker.frame("Logs and witnesses", Section::Federation);
    shown(&asker, logs.map(|logs| view::logs(&frame, &logs)))
}
