//! Serves the pages with made-up content, to look at them: `cargo run -p web --example gallery -- 127.0.0.1:8900`.
#![expect(clippy::unwrap_used, reason = "an aid for development")]
#![expect(clippy::arithmetic_side_effects, reason = "samples of the tests")]
#![expect(unreachable_pub, reason = "samples of the tests")]

#[path = "../tests/samples/desk.rs"]
mod samples;

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::middleware::map_request;
use tokio::net::TcpListener;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8900".to_owned());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let listener = TcpListener::bind(address).await.unwrap();
        let sample = samples::Sample::new();
        let mut setup = sample.setup();
        tokio::spawn(answer_all(sample));
        setup.calls.personas = Some(samples::Sample::personas());
        let router = web::desk::router(setup);
        let router =
            if arguments.next().is_some() { router } else { router.layer(map_request(signed_in)) };
        axum::serve(listener, router).await.unwrap();
    });
}

/// Ten seconds after the start the registers that are still awaited answer, so that the streaming is seen.
async fn answer_all(sample: samples::Sample) {
    tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    for register in &mut sample.view.lock().unwrap().registers {
        if !register.is_final() {
            register.outcome = Some(vocabulary::Outcome::NoMatch);
            register.changed_at = Some(samples::moment(60));
        }
    }
    sample.news.send_modify(|count| *count += 1);
}

/// Everybody is signed in, so that a browser without a cookie sees every page.
async fn signed_in(mut request: Request) -> Request {
    let cookie = HeaderValue::from_static("eunomia_token=token-of-eleni");
    request.headers_mut().insert("cookie", cookie);
    request
}
