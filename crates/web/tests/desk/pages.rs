//! The pages as they are sent, kept as files: whoever changes a page sees what an officer will see.

use crate::asking::{COOKIE, ask, request};
use crate::samples::{QUERY, Sample};
use expect_test::{ExpectFile, expect_file};
use vocabulary::Outcome;
use web::desk::router;

/// One tag a line, so that a change shows as a change of lines.
async fn check(sample: &Sample, path: &str, golden: ExpectFile) {
    let mut setup = sample.setup();
    setup.calls.personas = Some(Sample::personas());
    let answer = ask(&router(setup), request("GET", path, &[COOKIE], "")).await;
    golden.assert_eq(&format!("{}\n", answer.body.replace("><", ">\n<")));
}

#[tokio::test]
async fn the_search_form() {
    check(&Sample::new(), "/", expect_file!["../golden/form.html"]).await;
}

#[tokio::test]
async fn the_result_with_all_outcomes() {
    let path = format!("/searches/{QUERY}");
    check(&Sample::new(), &path, expect_file!["../golden/result.html"]).await;
}

#[tokio::test]
async fn a_final_result_neither_streams_nor_reloads() {
    let sample = Sample::new();
    for register in &mut sample.view.lock().unwrap().registers {
        register.outcome = Some(Outcome::NoMatch);
        register.matches.clear();
    }
    let page =
        ask(&router(sample.setup()), request("GET", &format!("/searches/{QUERY}"), &[COOKIE], ""))
            .await
            .body;
    assert!(!page.contains("data-events") && !page.contains("http-equiv"), "{page}");
    assert!(page.contains("6 × No match"), "{page}");
}

#[tokio::test]
async fn what_a_partner_sends_is_text_and_never_markup() {
    let page = ask(
        &router(Sample::new().setup()),
        request("GET", &format!("/searches/{QUERY}"), &[COOKIE], ""),
    )
    .await
    .body;
    assert!(page.contains("Παπαδόπουλος &lt;script&gt;"), "{page}");
}

#[tokio::test]
async fn the_list_of_searches() {
    check(&Sample::new(), "/searches", expect_file!["../golden/searches.html"]).await;
}

#[tokio::test]
async fn registers_and_federation() {
    check(&Sample::new(), "/registers", expect_file!["../golden/registers.html"]).await;
    check(&Sample::new(), "/federation", expect_file!["../golden/federation.html"]).await;
}

#[tokio::test]
async fn proofs_of_a_search_and_the_logs_of_the_node() {
    let path = format!("/searches/{QUERY}/proofs");
    check(&Sample::new(), &path, expect_file!["../golden/proofs.html"]).await;
    check(&Sample::new(), "/logs", expect_file!["../golden/logs.html"]).await;
}

#[tokio::test]
async fn the_choice_of_persons_in_the_demonstration() {
    check(&Sample::new(), "/sign-in", expect_file!["../golden/personas.html"]).await;
}

#[tokio::test]
async fn an_address_that_does_not_exist() {
    check(&Sample::new(), "/nowhere", expect_file!["../golden/not_found.html"]).await;
}

/// Words that have another meaning here, or none (see the glossary).
#[test]
fn no_page_says_a_word_that_is_banned() {
    for name in [
        "form",
        "result",
        "searches",
        "registers",
        "federation",
        "proofs",
        "logs",
        "personas",
        "not_found",
    ] {
        let path = format!("{}/tests/golden/{name}.html", env!("CARGO_MANIFEST_DIR"));
        let page = std::fs::read_to_string(path).unwrap().to_lowercase();
        for word in [
            "suspect",
            "delete",
            "user",
            "server",
            "peer",
            "permission",
            "timeout",
            "blacklist",
            "watchlist",
        ] {
            assert!(!page.contains(word), "`{word}` in {name}");
        }
    }
}
