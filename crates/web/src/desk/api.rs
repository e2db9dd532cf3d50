//! The programming interface: JSON in, JSON or a problem document out.

use super::respond::Asker;
use super::routes::Desk;
use super::{Decision, SearchRequest};
use crate::problem::{Problem, ProblemKind};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;
use vocabulary::QueryId;

type Answer = Result<Response, Problem>;

pub(super) async fn health() -> Json<serde_json::Value> {
    Json(json!({ "status": "serving" }))
}

/// The id in a path; what is no id is not there.
pub(super) fn query_id(text: &str) -> Result<QueryId, Problem> {
    text.parse().map_err(|_| ProblemKind::NotFound.into())
}

/// The JSON of a body, or the problem with it.
pub(super) fn body<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Problem> {
    match body {
        Ok(Json(body)) => Ok(body),
        Err(JsonRejection::MissingJsonContentType(_)) => {
            Err(Problem::new(ProblemKind::MediaType, "send `application/json`"))
        }
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(ProblemKind::TooLarge.into())
        }
        Err(rejection) => Err(Problem::new(ProblemKind::Malformed, rejection.body_text())),
    }
}

fn list<T: Serialize>(values: impl AsRef<[T]>) -> Response {
    Json(json!({ "items": values.as_ref() })).into_response()
}

pub(super) async fn start_search(
    Extension(asker): Extension<Asker>,
    request: Result<Json<SearchRequest>, JsonRejection>,
) -> Answer {
    let id = asker.call(&asker.desk.calls.start_search, body(request)?).await?;
    let place = [(LOCATION, format!("/api/v1/searches/{id}"))];
    Ok((StatusCode::CREATED, place, Json(json!({ "id": id }))).into_response())
}

pub(super) async fn searches(Extension(asker): Extension<Asker>) -> Answer {
    asker.call(&asker.desk.calls.searches, ()).await.map(list)
}

pub(super) async fn search(Extension(asker): Extension<Asker>, Path(id): Path<String>) -> Answer {
    let view = asker.call(&asker.desk.calls.search, query_id(&id)?).await?;
    Ok(Json(view).into_response())
}

pub(super) async fn decide(
    Extension(asker): Extension<Asker>,
    Path(id): Path<String>,
    decision: Result<Json<Decision>, JsonRejection>,
) -> Answer {
    let decision = (query_id(&id)?, body(decision)?);
    asker.call(&asker.desk.calls.decide, decision).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) async fn instruments(Extension(asker): Extension<Asker>) -> Answer {
    asker.call(&asker.desk.calls.instruments, ()).await.map(list)
}

pub(super) async fn registers(Extension(asker): Extension<Asker>) -> Answer {
    asker.call(&asker.desk.calls.registers, ()).await.map(list)
}

pub(super) async fn federation(Extension(asker): Extension<Asker>) -> Answer {
    asker.call(&asker.desk.calls.federation, ()).await.map(list)
}

pub(super) async fn trust(Extension(asker): Extension<Asker>) -> Answer {
    Ok(Json(asker.call(&asker.desk.calls.trust, ()).await?).into_response())
}

pub(super) async fn show_list(State(desk): State<Desk>) -> Response {
    let file = (desk.calls.list.show)();
    ([(CONTENT_TYPE, "application/json")], file).into_response()
}

/// Anybody may bring a list: it is taken for the signatures of its keepers, whoever brings it.
pub(super) async fn take_list(State(desk): State<Desk>, bytes: Bytes) -> Answer {
    let take = Arc::clone(&desk.calls.list.take);
    let taken = desk.blocking.run(move || take(bytes.to_vec())).await;
    let late = |_| Problem::new(ProblemKind::Late, "try again in a moment");
    Ok(Json(taken.map_err(late)??).into_response())
}
