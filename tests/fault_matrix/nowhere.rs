//! No answer at all: a server that speaks no TLS, a name nobody has, a port nobody listens on.

use std::time::Duration;

use nightdesk::seam::client::{ENDPOINTS, Endpoint, Sends};
use nightdesk::seam::{Client, ErrorKind, Outcome, SeamError, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::calls::{Samples, call};
use crate::house::{House, all};

/// Listens and answers in plain HTTP.
async fn plain() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
                let _ = socket.read(&mut [0; 4096]).await;
            });
        }
    });
    format!("https://{at}")
}

/// A port that nobody but the system may take: one that was free a moment ago may be another hotel's now.
const DEAF: &str = "http://127.0.0.1:1";

type Is = fn(&ErrorKind) -> bool;

fn is_tls(k: &ErrorKind) -> bool {
    matches!(k, ErrorKind::Tls { .. })
}

/// A resolver that nobody answers makes one wait instead.
fn is_unreachable(k: &ErrorKind) -> bool {
    matches!(k, ErrorKind::Unreachable { .. } | ErrorKind::TimedOut { sent: false })
}

async fn nowhere(endpoint: &'static Endpoint) {
    let house = House::open().await;
    let samples = Samples::of(&house).await;
    let places: [(String, Is); 3] = [
        (plain().await, is_tls),
        ("https://seam.invalid".to_owned(), is_unreachable),
        (DEAF.to_owned(), is_unreachable),
    ];
    for (place, is) in places {
        // Only for the name there may be nobody to ask.
        let patience = if place.ends_with(".invalid") { 1 } else { 20 };
        let settings = Settings {
            endpoint: place.clone(),
            connect_timeout: Duration::from_secs(patience),
            read_retries: 0,
            ..house.settings()
        };
        let client = Client::new(settings).unwrap();
        let e: SeamError = call(&client, endpoint.path, &samples, &house).await.unwrap_err();
        let case = format!("{} at {place}", endpoint.path);
        assert!(is(e.kind()), "{case}: {e:?}");
        if endpoint.sends == Sends::Change {
            assert_eq!(e.outcome(), Outcome::NotApplied, "{case}: nothing was sent");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_can_be_reached_nothing_was_done() {
    all(ENDPOINTS.iter().map(nowhere)).await;
}
