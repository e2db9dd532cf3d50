//! The two addresses between nodes.

use super::logs::{answer_log, is_log};
use super::{HEALTH_PATH, PARCEL_MEDIA_TYPE, PARCELS_PATH, ReceptionSetup};
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
        (&Method::GET, HEALTH_PATH) => Ok(Response::new(Full::default())),
        (_, path) if is_log(path) => answer_log(caller, partner, request).await,
        (_, PARCELS_PATH | HEALTH_PATH) => Err(ProblemKind::MethodNotAllowed.into()),
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
    let answers =
        caller.setup.blocking.run(move || receive(partner, bytes)).await.map_err(|not_run| {
            match not_run {
                NotRun::Late => Problem::from(ProblemKind::Late),
                NotRun::Broken => Problem::fault("the work on a parcel ended without a result"),
            }
        })??;
    let mut response = Response::new(Full::from(answers));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PARCEL_MEDIA_TYPE));
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
