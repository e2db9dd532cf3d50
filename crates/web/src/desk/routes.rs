//! Every address of the desk in one table: a route cannot be added without saying who may call it.

use super::DeskSetup;
use super::respond::{Asker, headers, problem_page};
use super::session::{sign_of, signed_in, signed_in_by_header};
use super::{api, assets, keeping, pages, proofs, stream};
use crate::problem::{Problem, ProblemKind};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use std::sync::Arc;

/// Who may call an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: it shows nothing of any record.
    Anybody,
    /// A signed-in officer, by programs: others get a problem document.
    OfficerApi,
    /// A signed-in officer, by browser: others are led to the sign-in page.
    OfficerPage,
}

/// One line of the table of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteEntry {
    /// The method.
    pub method: &'static str,
    /// The path, with `{id}` for the id of a search, and a register as `{authority}/{instrument}`.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
}

pub(super) type Desk = Arc<DeskSetup>;
type Line = (RouteEntry, MethodRouter<Desk>);

fn line(path: &'static str, access: Access, of: (Method, MethodRouter<Desk>)) -> Line {
    let method = match of.0 {
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "GET",
    };
    (RouteEntry { method, path, access }, of.1)
}

const RECORD: &str = "/api/v1/registers/{authority}/{instrument}/records/{record}";
const RECORD_END: &str = "/api/v1/registers/{authority}/{instrument}/records/{record}/end";
/// An entry's id with `.tlog-proof` for its proof, or `.entry` for its bytes.
const PROOF_FILE: &str = "/api/v1/searches/{id}/proofs/{file}";
const REMOVALS: &str = "/api/v1/registers/{authority}/{instrument}/removals";
const IMPORTS: &str = "/api/v1/registers/{authority}/{instrument}/imports";

/// A file is read while it comes, so its length has no limit here.
fn upload(methods: MethodRouter<Desk>) -> MethodRouter<Desk> {
    methods.layer(DefaultBodyLimit::disable())
}

fn table() -> Vec<Line> {
    use Access::{Anybody, OfficerApi, OfficerPage};
    let (got, posted) = (Method::GET, Method::POST);
    vec![
        line("/api/v1/health", Anybody, (got.clone(), get(api::health))),
        line("/api/v1/trust-list", Anybody, (got.clone(), get(api::show_list))),
        line("/api/v1/trust-list", Anybody, (posted.clone(), post(api::take_list))),
        line("/api/v1/trust", OfficerApi, (got.clone(), get(api::trust))),
        line("/api/v1/searches", OfficerApi, (got.clone(), get(api::searches))),
        line("/api/v1/searches", OfficerApi, (posted.clone(), post(api::start_search))),
        line("/api/v1/searches/{id}", OfficerApi, (got.clone(), get(api::search))),
        line("/api/v1/searches/{id}/events", OfficerApi, (got.clone(), get(stream::for_programs))),
        line("/api/v1/searches/{id}/decisions", OfficerApi, (posted.clone(), post(api::decide))),
        line("/api/v1/instruments", OfficerApi, (got.clone(), get(api::instruments))),
        line("/api/v1/registers", OfficerApi, (got.clone(), get(api::registers))),
        line("/api/v1/federation", OfficerApi, (got.clone(), get(api::federation))),
        line("/api/v1/searches/{id}/proofs", OfficerApi, (got.clone(), get(proofs::of_search))),
        line(PROOF_FILE, OfficerApi, (got.clone(), get(proofs::file))),
        line("/api/v1/logs", OfficerApi, (got.clone(), get(proofs::logs))),
        line(RECORD, OfficerApi, (Method::PUT, put(keeping::correct))),
        line(RECORD, OfficerApi, (Method::DELETE, delete(keeping::erase))),
        line(RECORD_END, OfficerApi, (posted.clone(), post(keeping::end))),
        line(REMOVALS, OfficerApi, (posted.clone(), post(keeping::remove))),
        line(IMPORTS, OfficerApi, (posted.clone(), upload(post(keeping::import)))),
        line("/", OfficerPage, (got.clone(), get(pages::search_form))),
        line("/searches", OfficerPage, (got.clone(), get(pages::searches))),
        line("/searches", OfficerPage, (posted.clone(), post(pages::start_search))),
        line("/searches/{id}", OfficerPage, (got.clone(), get(pages::search))),
        line("/searches/{id}/events", OfficerPage, (got.clone(), get(stream::for_pages))),
        line("/searches/{id}/decisions", OfficerPage, (posted.clone(), post(pages::decide))),
        line("/searches/{id}/proofs", OfficerPage, (got.clone(), get(proofs::proofs_page))),
        line("/logs", OfficerPage, (got.clone(), get(proofs::logs_page))),
        line("/registers", OfficerPage, (got.clone(), get(pages::registers))),
        line("/federation", OfficerPage, (got.clone(), get(pages::federation))),
        line("/sign-in", Anybody, (got.clone(), get(pages::sign_in_form))),
        line("/sign-in", Anybody, (posted.clone(), post(pages::sign_in))),
        line("/sign-out", OfficerPage, (posted, post(pages::sign_out))),
        line("/static/eunomia.css", Anybody, (got.clone(), get(assets::style))),
        line("/static/eunomia.js", Anybody, (got, get(assets::script))),
    ]
}

/// Every address of the desk, for the test of who may call what.
pub fn routes() -> Vec<RouteEntry> {
    table().into_iter().map(|(entry, _)| entry).collect()
}

/// The desk as a router, to be served or called in a test.
pub fn router(setup: DeskSetup) -> Router {
    let desk: Desk = Arc::new(setup);
    let mut router = Router::new();
    for (entry, methods) in table() {
        let methods = match entry.access {
            Access::Anybody => methods,
            Access::OfficerApi => {
                methods.layer(from_fn_with_state(Arc::clone(&desk), only_officers_api))
            }
            Access::OfficerPage => {
                methods.layer(from_fn_with_state(Arc::clone(&desk), only_officers_page))
            }
        };
        router = router.route(entry.path, methods);
    }
    router
        .method_not_allowed_fallback(async || Problem::from(ProblemKind::MethodNotAllowed))
        .fallback(not_found)
        .layer(map_response(headers))
        .with_state(desk)
}

async fn not_found(State(desk): State<Desk>, request: Request) -> Response {
    let problem = Problem::from(ProblemKind::NotFound);
    if request.uri().path().starts_with("/api/") {
        return problem.into_response();
    }
    problem_page(&Asker::anonymous(desk), &problem)
}

async fn only_officers_api(State(desk): State<Desk>, mut request: Request, next: Next) -> Response {
    let only_reads = request.method().is_safe();
    let who = if only_reads { signed_in } else { signed_in_by_header };
    match who(&desk, request.headers()) {
        Some(officer) => {
            let form_sign = sign_of(&desk, request.headers());
            request.extensions_mut().insert(Asker { desk, officer: Some(officer), form_sign });
            next.run(request).await
        }
        None => Problem::new(
            ProblemKind::NotSignedIn,
            "send `Authorization: Bearer` with your access token",
        )
        .into_response(),
    }
}

async fn only_officers_page(
    State(desk): State<Desk>,
    mut request: Request,
    next: Next,
) -> Response {
    match signed_in(&desk, request.headers()) {
        Some(officer) => {
            let form_sign = sign_of(&desk, request.headers());
            request.extensions_mut().insert(Asker { desk, officer: Some(officer), form_sign });
            next.run(request).await
        }
        None => Redirect::to("/sign-in").into_response(),
    }
}
