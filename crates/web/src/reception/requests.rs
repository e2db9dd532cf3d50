//! The two addresses between nodes.

use super::logs::{answer_log, is_log};
use super::{
    HEALTH_PATH, LIST_VERSION_HEADER, PARCEL_MEDIA_TYPE, PARCELS_PATH, ReceptionSetup,
    TRUST_LIST_PATH,
};
use crate::blocking::NotRun;
use crate::problem::{MEDIA_TYPE, Problem, ProblemKind};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use seal::Digest;
use std::sync::Arc;
use vocabulary::NodeId;

/// Who stands at the other end of a connection.
#[derive(Clone)]
pub(super) struct Caller {
    /// The digest of the key that TLS has verified.
    pub(super) digest: Digest,
    pub(super) setup: Arc<ReceptionSetup>,
}

/// Answers one request. Never fails: a refusal is a problem document.
pub(super) async fn answer(caller: Caller, request: Request<Incoming>) -> Response<Full<Bytes>> {
    // Asked for every request: a node that has left the trust list is refused on a connection that is still open.
    let Some(partner) = (caller.setup.trusted)(&caller.digest) else {
        return problem(&ProblemKind::PartnerUnknown.into());
    };
    let answered = match (request.method(), request.uri().path()) {
        (&Method::POST, PARCELS_PATH) => take_parcel(caller, partner, request).await,
        (&Method::GET, TRUST_LIST_PATH) => give_lists(caller, partner, request.headers()).await,
        (&Method::GET, HEALTH_PATH) => Ok(Response::new(Full::default())),
        (_, path) if is_log(path) => answer_log(caller, partner, request).await,
        (_, PARCELS_PATH | HEALTH_PATH | TRUST_LIST_PATH) => {
            Err(ProblemKind::MethodNotAllowed.into())
        }
        _ => Err(ProblemKind::NotFound.into()),
    };
    answered.unwrap_or_else(|refusal| problem(&refusal))
}

async fn take_parcel(
    caller: Caller,
    partner: NodeId,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Problem> {
    if !is_parcel(request.headers()) {
        return Err(Problem::new(ProblemKind::MediaType, format!("send `{PARCEL_MEDIA_TYPE}`")));
    }
    let bytes = read_body(&caller.setup, request.into_body()).await?;
    let receive = Arc::clone(&caller.setup.receive);
    let done = caller.setup.blocking.run(move || receive(partner, bytes)).await;
    let answers = done.map_err(not_run)??;
    let mut response = Response::new(Full::from(answers));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PARCEL_MEDIA_TYPE));
    Ok(response)
}

fn not_run(why: NotRun) -> Problem {
    match why {
        NotRun::Late => Problem::from(ProblemKind::Late),
        NotRun::Broken => Problem::fault("the work on a request ended without a result"),
    }
}

/// The lists later than the one the caller says it goes by; nothing when there is none.
async fn give_lists(
    caller: Caller,
    partner: NodeId,
    headers: &HeaderMap,
) -> Result<Response<Full<Bytes>>, Problem> {
    let held = headers.get(LIST_VERSION_HEADER).and_then(|held| held.to_str().ok()?.parse().ok());
    let Some(held) = held else {
        let what = format!("say in `{LIST_VERSION_HEADER}` which version you go by");
        return Err(Problem::new(ProblemKind::Malformed, what));
    };
    let after = Arc::clone(&caller.setup.lists.after);
    let done = caller.setup.blocking.run(move || after(&partner, held)).await;
    let Some(chain) = done.map_err(not_run)?? else {
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::NO_CONTENT;
        return Ok(response);
    };
    let mut response = Response::new(Full::from(chain));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

fn is_parcel(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|found| found.as_bytes() == PARCEL_MEDIA_TYPE.as_bytes())
}

pub(super) async fn read_body(setup: &ReceptionSetup, body: Incoming) -> Result<Vec<u8>, Problem> {
    let most = setup.limits.parcel_bytes_max;
    let too_large = || Problem::new(ProblemKind::TooLarge, format!("send at most {most} bytes"));
    let announced = body.size_hint().lower();
    if usize::try_from(announced).map_or(true, |bytes| bytes > most) {
        return Err(too_large());
    }
    let reading = Limited::new(body, most).collect();
    match tokio::time::timeout(setup.limits.reading_within, reading).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Problem::new(ProblemKind::Malformed, "the body broke off")),
        Err(_) => Err(Problem::new(ProblemKind::Malformed, "the body came too slowly")),
    }
}

fn problem(problem: &Problem) -> Response<Full<Bytes>> {
    if let Some(internal) = &problem.internal {
        tracing::error!(internal, "a parcel could not be worked on");
    }
    let mut response = Response::new(Full::from(problem.to_json()));
    *response.status_mut() =
        StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if problem.kind == ProblemKind::Late {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
