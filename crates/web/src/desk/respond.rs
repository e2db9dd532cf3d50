//! From values to responses: problem documents, problem pages, and the headers every response carries.

use super::routes::Desk;
use super::{Call, SignedIn};
use crate::blocking::NotRun;
use crate::problem::{MEDIA_TYPE, Problem, ProblemKind};
use crate::views::frame::{Frame, Section, page, problem_notice};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use maud::html;
use std::sync::Arc;

/// Who asks: put into every request by the gate in front of a route.
#[derive(Clone)]
pub(super) struct Asker {
    pub(super) desk: Desk,
    pub(super) officer: Option<SignedIn>,
    pub(super) form_sign: String,
}

impl Asker {
    pub(super) fn anonymous(desk: Desk) -> Self {
        Self { desk, officer: None, form_sign: String::new() }
    }

    /// Runs a use case for this officer on a blocking thread.
    pub(super) async fn call<A, R>(&self, call: &Call<A, R>, what: A) -> Result<R, Problem>
    where
        A: Send + 'static,
        R: Send + 'static,
    {
        let Some(officer) = self.officer.clone() else {
            return Err(ProblemKind::NotSignedIn.into());
        };
        let call = Arc::clone(call);
        let done = self.desk.blocking.run(move || call(&officer, what)).await;
        done.map_err(|not_run| match not_run {
            NotRun::Late => Problem::new(ProblemKind::Late, "try again in a moment"),
            NotRun::Broken => Problem::fault("a use case ended without a result"),
        })?
    }

    pub(super) fn frame(&self, title: &str, section: Section) -> Frame {
        Frame {
            title: title.to_owned(),
            section,
            officer: self.officer.clone(),
            node_name: self.desk.node_name.clone(),
            exercise: self.desk.exercise,
            form_token: self.form_sign.clone(),
            refresh_seconds: None,
        }
    }
}

fn status(problem: &Problem) -> StatusCode {
    if let Some(internal) = &problem.internal {
        tracing::error!(internal, "a request could not be answered");
    }
    StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (status(&self), self.to_json()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if self.kind == ProblemKind::NotSignedIn {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.kind == ProblemKind::Late {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// A problem as a page.
pub(super) fn problem_page(asker: &Asker, problem: &Problem) -> Response {
    let frame = asker.frame(problem.kind.title(), Section::Search);
    let content = html! {
        h1 { "This did not work" }
        (problem_notice(problem))
        p.actions { a.button href="/" { "To the search" } }
    };
    (status(problem), page(&frame, &content)).into_response()
}

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The headers of every response: nothing from elsewhere, nothing kept, nothing told to elsewhere.
pub(super) async fn headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "same-origin");
    set(CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    response
}
