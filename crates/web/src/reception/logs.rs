//! The logs between nodes: the read interface of C2SP `tlog-tiles` for the own logs, and the witness of `tlog-witness`.

use super::requests::{Caller, read_body};
use crate::blocking::NotRun;
use crate::problem::{Problem, ProblemKind};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use std::sync::Arc;
use vocabulary::NodeId;

/// Under it lie the published logs: `/log/AUTHORITY/YEAR/checkpoint` and `/log/AUTHORITY/YEAR/tile/...`; and
/// `/log/AUTHORITY/proofs/ENTRY`, the proof of one entry.
pub const LOG_PATH: &str = "/log/";
/// The submission prefix of the witness: `/witness/add-checkpoint` by `POST`, and by `GET`
/// `/witness/AUTHORITY/YEAR/head`, the head this witness keeps of a log.
pub const WITNESS_PATH: &str = "/witness/";

/// What a partner wants of the logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRequest {
    /// The path.
    pub path: String,
    /// What was posted; none when it was only asked.
    pub posted: Option<Vec<u8>>,
}

/// What it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body.
    pub media: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

/// Answers a partner about the logs; none when there is no such thing, or not for it. Blocks.
pub type AnswerLog =
    Arc<dyn Fn(&NodeId, LogRequest) -> Result<Option<LogAnswer>, Problem> + Send + Sync>;

/// True for the paths of this file.
pub(super) fn is_log(path: &str) -> bool {
    path.starts_with(LOG_PATH) || path.starts_with(WITNESS_PATH)
}

pub(super) async fn answer_log(
    caller: Caller,
    partner: NodeId,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Problem> {
    let Some(logs) = caller.setup.logs.clone() else { return Err(ProblemKind::NotFound.into()) };
    let path = request.uri().path().to_owned();
    let posted = match *request.method() {
        Method::GET => None,
        Method::POST => Some(read_body(&caller.setup, request.into_body()).await?),
        _ => return Err(ProblemKind::MethodNotAllowed.into()),
    };
    let work = move || logs(&partner, LogRequest { path, posted });
    let answered = caller.setup.blocking.run(work).await.map_err(|not_run| match not_run {
        NotRun::Late => Problem::from(ProblemKind::Late),
        NotRun::Broken => Problem::fault("the work on a log ended without a result"),
    })??;
    let answer = answered.ok_or(ProblemKind::NotFound)?;
    let mut response = Response::new(Full::from(answer.body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.media));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
