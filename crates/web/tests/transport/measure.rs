//! How many envelopes one connection carries there and back.

use crate::{Trust, carrying, echo, identity, listening, partner, send, threads};
use std::sync::Arc;
use web::carrier::{Carriage, CarrierLimits};

/// Run by hand: `cargo test --release -p web --test transport -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures, does not judge"]
async fn round_trips_a_second() {
    let (a, b) = (identity("a"), identity("b"));
    let trust = Trust::of(&[(&a, "a"), (&b, "b")]);
    let door = listening(&b, &trust, threads(), echo()).await;
    let carrying = carrying(&a, &trust, CarrierLimits::default());
    carrying.carrier.set_partners(&partner("b", &door.address));
    let carrier = Arc::new(carrying.carrier);
    for callers in [1_u128, 8, 64, 512] {
        let start = tokio::time::Instant::now();
        let each = 16_384 / callers.max(8);
        let tasks: Vec<_> = (0..callers)
            .map(|caller| {
                let carrier = Arc::clone(&carrier);
                tokio::spawn(async move {
                    for n in 0..each {
                        let told = send(&carrier, "b", caller * each + n, 60_000).await.unwrap();
                        assert!(matches!(told, Carriage::Answered(_)));
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let seconds = start.elapsed().as_secs_f64();
        let count = f64::from(u32::try_from(callers * each).unwrap());
        println!(
            "{callers:>4} callers: {:>8.0} round trips/s, {:.3} ms each",
            count / seconds,
            seconds * 1000.0 / f64::from(u32::try_from(each).unwrap())
        );
    }
}
