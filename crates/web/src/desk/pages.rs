//! The handlers of the pages: a use case, then a view.

use super::Decision;
use super::api::query_id;
use super::form;
use super::respond::{Asker, problem_page};
use super::routes::Desk;
use super::session::{check_form, cookie_line, fits_cookie, sign_of};
use crate::problem::{FieldProblem, Problem, ProblemKind};
use crate::views::frame::{Frame, Section};
use crate::views::{FormValues, FormView, Verdict};
use crate::views::{
    federation as federation_view, form as form_view, listing, result, sign_in as sign_in_view,
};
use axum::Form;
use axum::extract::{Extension, Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::Invalid;

type Fields = Form<Vec<(String, String)>>;

fn values(fields: Fields) -> FormValues {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in fields.0 {
        values.entry(name).or_default().push(value);
    }
    FormValues(values)
}

/// A page, or the problem as a page.
pub(super) fn shown(asker: &Asker, page: Result<Markup, Problem>) -> Response {
    match page {
        Ok(page) => page.into_response(),
        Err(problem) => problem_page(asker, &problem),
    }
}

pub(super) async fn search_form(Extension(asker): Extension<Asker>) -> Response {
    let frame = asker.frame("Search", Section::Search);
    let offer = asker.call(&asker.desk.calls.form, ()).await;
    shown(&asker, offer.map(|offer| form_view::search_form(&frame, &offer)))
}

pub(super) async fn start_search(
    Extension(asker): Extension<Asker>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let values = values(fields);
    if let Err(problem) = check_form(&asker.desk, &headers, values.get("form_token")) {
        return problem_page(&asker, &problem);
    }
    let offer = match asker.call(&asker.desk.calls.form, ()).await {
        Ok(offer) => offer,
        Err(problem) => return problem_page(&asker, &problem),
    };
    let started = match form::read(&offer, &values) {
        Ok(request) => asker.call(&asker.desk.calls.start_search, request).await,
        Err(problem) => Err(problem),
    };
    match started {
        Ok(id) => Redirect::to(&format!("/searches/{id}")).into_response(),
        Err(problem) => {
            if let Some(internal) = &problem.internal {
                tracing::error!(internal, "a search could not be opened");
            }
            let frame = asker.frame("Search", Section::Search);
            let code = StatusCode::from_u16(problem.kind.status())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let view = FormView { values, problem: Some(problem), ..offer };
            (code, form_view::search_form(&frame, &view)).into_response()
        }
    }
}

pub(super) async fn searches(Extension(asker): Extension<Asker>) -> Response {
    let frame = asker.frame("My searches", Section::Searches);
    let list = asker.call(&asker.desk.calls.searches, ()).await;
    shown(&asker, list.map(|list| listing::searches(&frame, &list)))
}

pub(super) async fn search(Extension(asker): Extension<Asker>, Path(id): Path<String>) -> Response {
    let page = async {
        let view = asker.call(&asker.desk.calls.search, query_id(&id)?).await?;
        let refresh_seconds = view.refresh_seconds();
        let frame = Frame { refresh_seconds, ..asker.frame("Result", Section::Search) };
        Ok(result::result(&frame, &view))
    };
    let page = page.await;
    shown(&asker, page)
}

pub(super) async fn decide(
    Extension(asker): Extension<Asker>,
    Path(id): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let values = values(fields);
    let done = async {
        check_form(&asker.desk, &headers, values.get("form_token"))?;
        let decision = decision(&values)?;
        let place = format!("/searches/{id}#m-{}", decision.reference);
        asker.call(&asker.desk.calls.decide, (query_id(&id)?, decision)).await?;
        Ok(place)
    };
    match done.await {
        Ok(place) => Redirect::to(&place).into_response(),
        Err(problem) => problem_page(&asker, &problem),
    }
}

fn decision(values: &FormValues) -> Result<Decision, Problem> {
    let wrong = |field: &'static str| {
        move |invalid: Invalid| {
            let detail = invalid.to_string();
            Problem::incomplete(vec![FieldProblem { field: field.to_owned(), detail }])
        }
    };
    let verdict = match values.get("verdict") {
        "confirmed" => Verdict::Confirmed,
        "rejected" => Verdict::Rejected,
        _ => return Err(Problem::new(ProblemKind::Malformed, "choose confirm or reject")),
    };
    Ok(Decision {
        register: values.get("register").parse().map_err(wrong("register"))?,
        reference: values.get("reference").parse().map_err(wrong("reference"))?,
        verdict,
    })
}

pub(super) async fn registers(Extension(asker): Extension<Asker>) -> Response {
    let frame = asker.frame("Registers", Section::Registers);
    let page = async {
        let instruments = asker.call(&asker.desk.calls.instruments, ()).await?;
        let registers = asker.call(&asker.desk.calls.registers, ()).await?;
        Ok(federation_view::registers(&frame, &instruments, &registers))
    };
    let page = page.await;
    shown(&asker, page)
}

pub(super) async fn federation(Extension(asker): Extension<Asker>) -> Response {
    let frame = asker.frame("Federation", Section::Federation);
    let page = async {
        let partners = asker.call(&asker.desk.calls.federation, ()).await?;
        let trust = asker.call(&asker.desk.calls.trust, ()).await?;
        Ok(federation_view::federation(&frame, &partners, &trust))
    };
    let page = page.await;
    shown(&asker, page)
}

pub(super) async fn sign_in_form(State(desk): State<Desk>, headers: HeaderMap) -> Response {
    sign_in_page(&desk, &headers, false).into_response()
}

fn sign_in_page(desk: &Desk, headers: &HeaderMap, wrong: bool) -> Markup {
    let asker = Asker { form_sign: sign_of(desk, headers), ..Asker::anonymous(Arc::clone(desk)) };
    let personas = desk.calls.personas.as_ref().map(|personas| personas.all.as_slice());
    sign_in_view::sign_in(&asker.frame("Sign in", Section::SignIn), personas, wrong)
}

pub(super) async fn sign_in(
    State(desk): State<Desk>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let values = values(fields);
    if let Err(problem) = check_form(&desk, &headers, values.get("form_token")) {
        return problem_page(&Asker::anonymous(desk), &problem);
    }
    let token = match &desk.calls.personas {
        Some(personas) => (personas.token)(values.get("persona")),
        None => Some(values.get("token").to_owned()),
    };
    let known = token.filter(|t| fits_cookie(t) && (desk.calls.authenticate)(t).is_some());
    match known {
        Some(token) => {
            ([(SET_COOKIE, cookie_line(&desk, Some(&token)))], Redirect::to("/")).into_response()
        }
        None => (StatusCode::FORBIDDEN, sign_in_page(&desk, &headers, true)).into_response(),
    }
}

pub(super) async fn sign_out(
    Extension(asker): Extension<Asker>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    if let Err(problem) = check_form(&asker.desk, &headers, values(fields).get("form_token")) {
        return problem_page(&asker, &problem);
    }
    let line = cookie_line(&asker.desk, None);
    ([(SET_COOKIE, line)], Redirect::to("/sign-in")).into_response()
}
