//! Who may call what, what forms and programs may send, and how answers stream in.
#![expect(clippy::unwrap_used, reason = "test code")]
#![expect(
    unreachable_pub,
    clippy::arithmetic_side_effects,
    reason = "samples shared with an example"
)]

#[path = "samples/asking.rs"]
mod asking;
#[path = "desk/owning.rs"]
mod owning;
#[path = "desk/pages.rs"]
mod pages;
#[path = "samples/desk.rs"]
mod samples;

use asking::*;
use axum::Router;
use expect_test::{expect, expect_file};
use http_body_util::BodyExt;
use samples::{QUERY, Sample, moment, parse};
use std::fmt::Write;
use std::time::Duration;
use vocabulary::Outcome;
use web::desk::{Access, router, routes};
use web::problem::ProblemKind;
use web::views::Verdict;

fn desk() -> (Sample, Router) {
    let sample = Sample::new();
    let router = router(sample.setup());
    (sample, router)
}

fn path(pattern: &str) -> String {
    let parts = [
        ("{id}", QUERY),
        ("{authority}", "gr-border"),
        ("{instrument}", "sis_arrest"),
        ("{record}", "r-1"),
        ("{file}", "01890a5d-ac96-774b-bcce-b302099a8058.tlog-proof"),
    ];
    parts.iter().fold(pattern.to_owned(), |path, (name, value)| path.replace(name, value))
}

#[tokio::test]
async fn nobody_who_is_not_signed_in_sees_anything_of_a_record() {
    let (_, router) = desk();
    let mut open = String::new();
    for entry in routes() {
        let headers: &[&str] = &["authorization: Bearer wrong", "cookie: eunomia_token=wrong"];
        for headers in [&[], headers] {
            let answer = ask(&router, request(entry.method, &path(entry.path), headers, "")).await;
            match entry.access {
                Access::Anybody => {}
                Access::OfficerApi => {
                    assert_eq!(answer.status, 401, "{entry:?}");
                    assert!(answer.body.contains("urn:eunomia:problem:not_signed_in"), "{entry:?}");
                }
                Access::OfficerPage => {
                    assert_eq!(
                        (answer.status.as_u16(), answer.header("location")),
                        (303, "/sign-in")
                    );
                    assert_eq!(answer.body, "", "{entry:?}");
                }
            }
        }
        if entry.access == Access::Anybody {
            writeln!(open, "{} {}", entry.method, entry.path).unwrap();
        }
    }
    expect![[r#"
        GET /api/v1/health
        GET /api/v1/trust-list
        POST /api/v1/trust-list
        GET /sign-in
        POST /sign-in
        GET /static/eunomia.css
        GET /static/eunomia.js
    "#]]
    .assert_eq(&open);
}

#[tokio::test]
async fn a_cookie_alone_changes_nothing_over_the_programming_interface() {
    let (sample, router) = desk();
    let changing = |entry: &&web::desk::RouteEntry| {
        entry.access == Access::OfficerApi && entry.method != "GET"
    };
    let entries = routes();
    assert_eq!(entries.iter().filter(changing).count(), 7);
    for entry in entries.iter().filter(changing) {
        let path = format!("{}?form=csv", path(entry.path));
        let answer = ask(&router, request(entry.method, &path, &[COOKIE, JSON], "{}")).await;
        assert_eq!(answer.status, 401, "{entry:?}");
        let answer = ask(&router, request(entry.method, &path, &[BEARER, JSON], "{}")).await;
        assert_ne!(answer.status, 401, "{entry:?}");
    }
    // Those whose empty body is enough were called, each once.
    assert_eq!(sample.changes.lock().unwrap().len(), 3);
    assert_eq!(sample.uploads.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_signed_in_officer_reads_every_page_and_nothing_comes_from_elsewhere() {
    let (_, router) = desk();
    for entry in routes().iter().filter(|entry| entry.method == "GET") {
        for who in [COOKIE, BEARER] {
            let response = send(&router, request("GET", &path(entry.path), &[who], "")).await;
            assert_eq!(response.status(), 200, "{entry:?}");
            let policy = response.headers().get("content-security-policy").unwrap();
            assert!(policy.to_str().unwrap().starts_with("default-src 'none'"));
            if entry.path.ends_with("events") || entry.path.starts_with("/static/") {
                continue;
            }
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let body = String::from_utf8(body.to_vec()).unwrap();
            for foreign in ["http://", "https://", "style=", "onclick=", "<script>"] {
                assert!(
                    !body.contains(foreign) || entry.path.contains("/api/"),
                    "{foreign} {entry:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn another_search_is_not_there_and_looks_like_none() {
    let (_, router) = desk();
    let other = QUERY.replace("8057", "9999");
    for page in ["/searches/", "/api/v1/searches/"] {
        for tail in ["", "/events"] {
            let there =
                ask(&router, request("GET", &format!("{page}{other}{tail}"), &[COOKIE], "")).await;
            let never =
                ask(&router, request("GET", &format!("{page}nonsense{tail}"), &[COOKIE], "")).await;
            assert_eq!((there.status.as_u16(), never.status.as_u16()), (404, 404));
            assert_eq!(there.body, never.body);
        }
    }
}

#[tokio::test]
async fn a_program_opens_a_search_and_is_told_where_it_is() {
    let (sample, router) = desk();
    let body = r#"{"subject":{"kind":"person","names":[{"given":"Giorgos","family":"Papadopoulos"}]},"justification":{"purpose":"border_check"}}"#;
    let answer = ask(&router, request("POST", "/api/v1/searches", &[BEARER, JSON], body)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (201, format!("/api/v1/searches/{QUERY}").as_str())
    );
    assert_eq!(sample.requests.lock().unwrap().len(), 1);
    for (headers, body, status) in [
        (vec![BEARER], body, 415),
        (vec![BEARER, JSON], "{", 400),
        (
            vec![BEARER, JSON],
            r#"{"subject":{"kind":"person"},"justification":{"purpose":"Wrong Purpose"}}"#,
            400,
        ),
    ] {
        let answer = ask(&router, request("POST", "/api/v1/searches", &headers, body)).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let answer = ask(&router, request("DELETE", "/api/v1/searches", &[BEARER], "")).await;
    assert_eq!(answer.status, 405);
}

#[tokio::test]
async fn a_search_read_by_a_program_holds_the_five_outcomes() {
    let (_, router) = desk();
    let answer =
        ask(&router, request("GET", &format!("/api/v1/searches/{QUERY}"), &[BEARER], "")).await;
    let view: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let outcomes: Vec<_> = view["registers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["outcome"].as_str().unwrap_or("-").to_owned())
        .collect();
    assert_eq!(outcomes, ["no_match", "match", "refused", "late", "unreachable", "-"]);
}

async fn token_of(router: &Router) -> String {
    form_token(&ask(router, request("GET", "/", &[COOKIE], "")).await.body)
}

#[tokio::test]
async fn a_form_that_lacks_what_its_purpose_needs_comes_back_as_it_was_filled_in() {
    let (sample, router) = desk();
    let token = token_of(&router).await;
    let body = format!(
        "form_token={token}&purpose=criminal_investigation&kind=person&given=Giorgos&birth_date=1984-13&nationality=zq&offence=+0501+"
    );
    let answer = ask(&router, request("POST", "/searches", &[COOKIE, FORM], &body)).await;
    assert_eq!(answer.status, 422);
    for part in [
        "enter the case reference; this purpose needs one",
        "`1984-13` is not a date",
        "`ZQ` is not a country code",
        "value=\"Giorgos\"",
        "value=\"0501\"",
        "aria-invalid=\"true\"",
    ] {
        assert!(answer.body.contains(part), "{part}");
    }
    assert!(sample.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_complete_form_opens_a_search_of_every_kind() {
    let (sample, router) = desk();
    let token = token_of(&router).await;
    for entered in [
        "purpose=border_check&kind=person&given=Giorgos&family=Papadopoulos&other_names=Jorge%3B+Yorgos+P&nationality=gr&birth_date=1984-03",
        "purpose=border_check&kind=vehicle&plate=ABC-1234&vehicle_country=GR&given=left+over",
        "purpose=border_check&kind=document&document_number=AK123456&document_kind=passport",
        "purpose=border_check&kind=person&person_document=AK123456&widened_to=es-gc%2Fpolice_records_index&widening_reason=seen+with+him+in+Spain",
    ] {
        let body = format!("form_token={token}&{entered}");
        let answer = ask(&router, request("POST", "/searches", &[COOKIE, FORM], &body)).await;
        assert_eq!(answer.header("location"), format!("/searches/{QUERY}"), "{}", answer.body);
    }
    let requests = sample.requests.lock().unwrap();
    let shown = serde_json::to_string_pretty(&*requests).unwrap();
    expect_file!["golden/requests.json"].assert_eq(&format!("{shown}\n"));
}

#[tokio::test]
async fn a_form_of_another_session_or_site_does_nothing() {
    let (sample, router) = desk();
    let token = token_of(&router).await;
    let search = "purpose=border_check&given=Giorgos";
    let decision =
        "register=de-bka/sis_arrest&reference=00112233445566778899aabbccddeeff&verdict=confirmed";
    let decisions = format!("/searches/{QUERY}/decisions");
    for (path, body) in [
        ("/searches", search),
        (&decisions, decision),
        ("/sign-out", ""),
        ("/sign-in", "token=token-of-eleni"),
    ] {
        for (extra, given) in
            [("x: y", "0000"), ("x: y", ""), ("sec-fetch-site: cross-site", token.as_str())]
        {
            let body = format!("form_token={given}&{body}");
            let answer = ask(&router, request("POST", path, &[COOKIE, FORM, extra], &body)).await;
            assert_eq!(answer.status, 403, "{path} {extra}");
            assert_eq!(answer.header("set-cookie"), "");
        }
    }
    assert!(
        sample.requests.lock().unwrap().is_empty() && sample.decisions.lock().unwrap().is_empty()
    );
}

#[tokio::test]
async fn a_decision_comes_from_a_form_or_a_program() {
    let (sample, router) = desk();
    let token = token_of(&router).await;
    let body = format!(
        "form_token={token}&register=de-bka/sis_arrest&reference=00112233445566778899aabbccddeeff&verdict=confirmed"
    );
    let answer = ask(
        &router,
        request("POST", &format!("/searches/{QUERY}/decisions"), &[COOKIE, FORM], &body),
    )
    .await;
    assert_eq!(
        answer.header("location"),
        format!("/searches/{QUERY}#m-00112233445566778899aabbccddeeff")
    );
    let body = r#"{"register":"de-bka/sis_arrest","reference":"00112233445566778899aabbccddeeff","verdict":"rejected"}"#;
    let place = format!("/api/v1/searches/{QUERY}/decisions");
    assert_eq!(ask(&router, request("POST", &place, &[BEARER, JSON], body)).await.status, 204);
    let foreign = body.replace("de-bka", "fr-pn");
    assert_eq!(ask(&router, request("POST", &place, &[BEARER, JSON], &foreign)).await.status, 404);
    let verdicts: Vec<_> = sample.decisions.lock().unwrap().iter().map(|one| one.verdict).collect();
    assert_eq!(verdicts, [Verdict::Confirmed, Verdict::Rejected]);
}

#[tokio::test]
async fn signing_in_sets_a_cookie_that_no_script_and_no_other_site_sees() {
    let (sample, plain) = desk();
    let mut setup = sample.setup();
    setup.calls.personas = Some(Sample::personas());
    let demonstration = router(setup);
    for (router, right, wrong) in [
        (&plain, "token=token-of-eleni", "token=guess"),
        (&demonstration, "persona=eleni", "persona=nobody"),
    ] {
        let token = form_token(&ask(router, request("GET", "/sign-in", &[], "")).await.body);
        let body = format!("form_token={token}&{right}");
        let answer = ask(router, request("POST", "/sign-in", &[FORM], &body)).await;
        assert_eq!(
            answer.header("set-cookie"),
            "eunomia_token=token-of-eleni; Path=/; HttpOnly; SameSite=Strict"
        );
        let body = format!("form_token={token}&{wrong}");
        let answer = ask(router, request("POST", "/sign-in", &[FORM], &body)).await;
        assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (403, ""));
    }
    let body = format!("form_token={}", token_of(&plain).await);
    let answer = ask(&plain, request("POST", "/sign-out", &[COOKIE, FORM], &body)).await;
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
}

/// The next events of a stream, each as its lines, until `count` have come.
async fn events(body: &mut axum::body::Body, count: usize) -> Vec<String> {
    let mut text = String::new();
    while text.matches("\n\n").count() < count {
        let frame = tokio::time::timeout(Duration::from_secs(5), body.frame()).await.unwrap();
        let Some(frame) = frame else { break };
        text.push_str(std::str::from_utf8(frame.unwrap().data_ref().unwrap()).unwrap());
    }
    text.split("\n\n").filter(|event| !event.is_empty()).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_stream_replays_from_the_last_position_and_goes_on_live() {
    let (sample, router) = desk();
    let place = format!("/api/v1/searches/{QUERY}/events");
    let mut body = send(&router, request("GET", &place, &[BEARER], "")).await.into_body();
    let all = events(&mut body, 5).await;
    assert_eq!(all.len(), 5);
    let last = format!("last-event-id: {}", moment(4).as_micros());
    let mut body = send(&router, request("GET", &place, &[BEARER, &last], "")).await.into_body();
    let rest = events(&mut body, 2).await;
    assert_eq!(rest, all[3..]);
    {
        let mut view = sample.view.lock().unwrap();
        for (second, register) in (20_i64..).zip(&mut view.registers) {
            if !register.is_final() {
                register.outcome = Some(Outcome::NoMatch);
                register.changed_at = Some(moment(second));
            }
        }
    }
    sample.news.send_modify(|count| *count += 1);
    let live = events(&mut body, 4).await;
    assert_eq!(live.len(), 4, "{live:?}");
    assert!(live[0].contains("pl-police/sis_arrest") && live[0].contains("no_match"), "{live:?}");
    assert!(live[3].starts_with("event: closed"), "{live:?}");
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn the_stream_of_a_page_brings_sections_of_that_page() {
    let (_, router) = desk();
    let page =
        ask(&router, request("GET", &format!("/searches/{QUERY}"), &[COOKIE], "")).await.body;
    let place = format!("/searches/{QUERY}/events");
    let mut body = send(&router, request("GET", &place, &[COOKIE], "")).await.into_body();
    for event in events(&mut body, 6).await {
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert!(page.contains(data["html"].as_str().unwrap()), "{data}");
        assert!(page.contains(&format!("id=\"{}\"", data["id"].as_str().unwrap())));
    }
}

#[test]
fn the_types_of_problem_are_stable() {
    let mut list = String::new();
    for kind in ProblemKind::ALL {
        writeln!(list, "{} {} {}", kind.status(), kind.urn(), kind.title()).unwrap();
    }
    expect_file!["golden/problems.txt"].assert_eq(&list);
    let _typed: vocabulary::QueryId = parse(QUERY);
}
