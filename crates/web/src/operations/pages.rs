//! The three addresses of the operations interface.

use super::Operations;
use super::metrics::metrics;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use std::sync::Arc;

/// The media type of the text format of metrics (Prometheus exposition formats, version 0.0.4).
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) fn router(operations: Arc<Operations>) -> Router {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .route("/metrics", get(show_metrics))
        .fallback(async || {
            (StatusCode::NOT_FOUND, "there are /health/live, /health/ready and /metrics\n")
        })
        .with_state(operations)
}

const fn status(good: bool) -> StatusCode {
    if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

async fn live(State(operations): State<Arc<Operations>>) -> Response {
    let alive = operations.is_alive();
    (status(alive), [(CACHE_CONTROL, "no-store")], Json(json!({ "alive": alive }))).into_response()
}

async fn ready(State(operations): State<Arc<Operations>>) -> Response {
    let readiness = operations.readiness();
    let status = status(readiness.ready);
    (status, [(CACHE_CONTROL, "no-store")], Json(readiness)).into_response()
}

async fn show_metrics(State(operations): State<Arc<Operations>>) -> Response {
    let text = tokio::task::spawn_blocking(move || metrics(&operations)).await;
    match text {
        Ok(text) => ([(CONTENT_TYPE, METRICS_TYPE)], text).into_response(),
        Err(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "the metrics could not be read\n").into_response()
        }
    }
}
