//! Every way a socket can disappoint, on real sockets.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rstest::rstest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::seam::client::{Client, Settings};
use crate::seam::id::GrantId;
use crate::seam::{AuthFailure, ErrorKind, Outcome, SeamError};
use crate::secret::Secret;

/// What the server does with each connection after it has read a request.
#[derive(Clone)]
enum Script {
    /// Writes this and closes.
    Write(Vec<u8>),
    /// Writes this and resets the connection.
    Reset(Vec<u8>),
    /// Writes nothing and waits for the client to go.
    Hang,
    /// Writes the start of an answer, then a byte now and then until the client goes.
    Drip,
    /// Writes this, then zeros until the client goes.
    Flood(Vec<u8>),
}

struct Server {
    at: SocketAddr,
    requests: mpsc::UnboundedReceiver<String>,
    written: Arc<AtomicUsize>,
}

async fn server(script: Script) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (tell, requests) = mpsc::unbounded_channel();
    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let Some(request) = read_request(&mut socket).await else { continue };
            let _ = tell.send(request);
            play(&script, socket, &count).await;
        }
    });
    Server { at, requests, written }
}

/// The head and the body of one request.
async fn read_request(socket: &mut TcpStream) -> Option<String> {
    let mut raw = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let n = socket.read(&mut buffer).await.ok().filter(|n| *n > 0)?;
        raw.extend_from_slice(&buffer[..n]);
        let text = String::from_utf8_lossy(&raw).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")).unwrap_or("0");
        if body.len() >= length.parse().unwrap() {
            return Some(text);
        }
    }
}

async fn play(script: &Script, mut socket: TcpStream, written: &AtomicUsize) {
    let gone = async |socket: &mut TcpStream| while matches!(socket.read(&mut [0; 64]).await, Ok(1..)) {};
    match script {
        Script::Write(bytes) => {
            let _ = socket.write_all(bytes).await;
            let _ = socket.shutdown().await;
        }
        Script::Reset(bytes) => {
            let _ = socket.write_all(bytes).await;
            let _ = socket.set_zero_linger();
        }
        Script::Hang => gone(&mut socket).await,
        Script::Drip => {
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n").await;
            while socket.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Script::Flood(head) => {
            let _ = socket.write_all(head).await;
            let zeros = vec![b'0'; 64 << 10];
            while socket.write_all(&zeros).await.is_ok() {
                written.fetch_add(zeros.len(), Ordering::Relaxed);
            }
        }
    }
}

fn answer(status: &str, headers: &str, body: &str) -> Script {
    let length = body.len();
    Script::Write(
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}").into_bytes(),
    )
}

fn settings(at: SocketAddr) -> Settings {
    Settings { read_retries: 0, ..Settings::new(format!("http://{at}"), Secret::new("seam_test_key")) }
}

fn hasty(at: SocketAddr) -> Settings {
    let soon = Duration::from_millis(400);
    Settings { read_timeout: soon, total_timeout: soon, ..settings(at) }
}

async fn fails(settings: Settings) -> SeamError {
    Client::new(settings).unwrap().get_workspace().await.unwrap_err()
}

async fn delete_fails(settings: Settings) -> SeamError {
    Client::new(settings).unwrap().delete_access_grant(&GrantId::new("g")).await.unwrap_err()
}

#[tokio::test]
async fn a_request_is_what_seam_expects_and_carries_the_key_in_its_header_alone() {
    let body = r#"{"ok":true,"workspace":{"workspace_id":"w","name":"Harbour Hotel","is_sandbox":true}}"#;
    let mut server = server(answer("200 OK", "Date: Sun, 22 Nov 2026 12:00:00 GMT\r\n", body)).await;
    let client = Client::new(settings(server.at)).unwrap();
    assert_eq!(client.server_clock_skew(), None);
    assert_eq!(client.get_workspace().await.unwrap().name, "Harbour Hotel");
    assert!(client.server_clock_skew().is_some());
    let request = server.requests.recv().await.unwrap();
    assert!(request.starts_with("POST /workspaces/get HTTP/1.1\r\n"), "{request}");
    let head = request.to_ascii_lowercase();
    assert!(head.contains("\r\nauthorization: bearer seam_test_key\r\n"));
    assert!(head.contains("\r\ncontent-type: application/json\r\n"));
    assert!(head.contains("\r\nuser-agent: nightdesk/0.1 (+terminal)\r\n"));
    assert!(request.ends_with("\r\n\r\n{}"));
    assert_eq!(request.matches("seam_test_key").count(), 1);
    assert!(!format!("{client:?}").contains("seam_test_key"));
}

#[rstest]
#[case::before_the_head(Script::Hang)]
#[case::drop_by_drop(Script::Drip)]
#[tokio::test]
async fn a_server_that_takes_its_time_is_given_up(#[case] script: Script) {
    let server = server(script).await;
    let e = delete_fails(hasty(server.at)).await;
    assert_eq!(e.kind(), &ErrorKind::TimedOut { sent: true });
    assert_eq!(e.outcome(), Outcome::Unknown);
}

#[rstest]
#[case::closed_without_a_word(Script::Write(Vec::new()))]
#[case::reset(Script::Reset(Vec::new()))]
#[case::cut_in_the_body(Script::Write(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"ok\":true}".to_vec()))]
#[case::cut_in_the_head(Script::Write(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec()))]
#[case::not_http(Script::Write(b"220 mail.example ESMTP\r\n".to_vec()))]
#[tokio::test]
async fn a_broken_answer_leaves_a_change_unknown(#[case] script: Script) {
    let server = server(script).await;
    let e = delete_fails(settings(server.at)).await;
    assert!(matches!(e.kind(), ErrorKind::Lost { .. }), "{e:?}");
    assert_eq!(e.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn nobody_listening_is_unreachable_and_nothing_happened() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    drop(listener);
    let e = delete_fails(settings(at)).await;
    assert!(matches!(e.kind(), ErrorKind::Unreachable { .. }), "{e:?}");
    assert_eq!(e.outcome(), Outcome::NotApplied);
    assert!(e.to_string().contains("refused"), "{e}");
}

#[tokio::test]
async fn plain_http_behind_https_is_a_tls_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            let _ = socket.read(&mut [0; 4096]).await;
        }
    });
    let e = delete_fails(Settings { endpoint: format!("https://{at}"), ..settings(at) }).await;
    assert!(matches!(e.kind(), ErrorKind::Tls { .. }), "{e:?}");
    assert_eq!(e.outcome(), Outcome::NotApplied);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_other_host_sees_no_key() {
    let mut elsewhere = server(answer("200 OK", "", r#"{"ok":true,"workspace":{"workspace_id":"w"}}"#)).await;
    let location = format!("Location: http://localhost:{}/x\r\n", elsewhere.at.port());
    let here = server(answer("307 Temporary Redirect", &location, "")).await;
    let e = fails(settings(here.at)).await;
    assert_eq!(e.kind(), &ErrorKind::Redirected { host: "localhost".into() });
    // A request of our own is the first thing the other host hears.
    let probe = Client::new(Settings { api_key: Secret::new("seam_test_probe"), ..settings(elsewhere.at) });
    probe.unwrap().get_workspace().await.unwrap();
    assert!(elsewhere.requests.recv().await.unwrap().contains("seam_test_probe"));
    assert!(elsewhere.requests.try_recv().is_err());
}

#[rstest]
#[case::announced("HTTP/1.1 200 OK\r\ncontent-length: 200000000\r\n\r\n")]
#[case::unannounced("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")]
#[tokio::test]
async fn two_hundred_megabytes_are_refused_without_being_read(#[case] head: &str) {
    let server = server(Script::Flood(head.into())).await;
    let e = fails(Settings { max_body_bytes: 1 << 20, ..settings(server.at) }).await;
    assert_eq!(e.kind(), &ErrorKind::TooLarge { limit: 1 << 20 });
    assert!(server.written.load(Ordering::Relaxed) < 100_000_000);
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn gzipped(body: &[u8]) -> Script {
    let packed = gzip(body);
    let mut raw =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", packed.len())
            .into_bytes();
    raw.extend(packed);
    Script::Write(raw)
}

#[tokio::test]
async fn a_small_answer_that_swells_is_refused() {
    let server = server(gzipped(&vec![b' '; 20 << 20])).await;
    let e = fails(Settings { max_body_bytes: 1 << 20, ..settings(server.at) }).await;
    assert_eq!(e.kind(), &ErrorKind::TooLarge { limit: 1 << 20 });
}

#[tokio::test]
async fn a_compressed_answer_is_read() {
    let server = server(gzipped(br#"{"ok":true,"workspace":{"workspace_id":"w"}}"#)).await;
    Client::new(settings(server.at)).unwrap().get_workspace().await.unwrap();
}

type Is = fn(&ErrorKind) -> bool;

#[rstest]
#[case("401 Unauthorized", r#"{"error":{"type":"unauthorized","message":"no"},"ok":false}"#,
    (|k| *k == ErrorKind::Auth(AuthFailure::WrongKey)) as Is)]
#[case("401 Unauthorized", "", (|k| *k == ErrorKind::Auth(AuthFailure::WrongKey)) as Is)]
#[case("403 Forbidden", r#"{"error":{"type":"forbidden","message":"no"},"ok":false}"#,
    (|k| matches!(k, ErrorKind::Auth(AuthFailure::NoRights { .. }))) as Is)]
#[case("403 Forbidden", "<html><title>Filter</title></html>", (|k| matches!(k, ErrorKind::NotJson { .. })) as Is)]
#[case("404 Not Found", r#"{"error":{"type":"access_grant_not_found","message":"gone"},"ok":false}"#,
    (|k| matches!(k, ErrorKind::NotFound { code, .. } if *code == "access_grant_not_found")) as Is)]
#[case("404 Not Found", "Not Found", (|k| matches!(k, ErrorKind::NotJson { .. })) as Is)]
#[case("409 Conflict", r#"{"title":"Reservation joiner entrance set conflict"}"#,
    (|k| matches!(k, ErrorKind::Conflict { message, .. } if message.contains("joiner"))) as Is)]
#[case("422 Unprocessable", r#"{"error":{"type":"odd","message":"no"}}"#,
    (|k| matches!(k, ErrorKind::Refused { .. })) as Is)]
#[case("400 Bad Request", "Invalid JSON", (|k| matches!(k, ErrorKind::NotJson { .. })) as Is)]
#[case("400 Bad Request", r#"{"error":{"type":"invalid_input","message":"no"}}"#,
    (|k| matches!(k, ErrorKind::Validation { .. })) as Is)]
#[case("422 Unprocessable", r#"{"error":{"type":"invalid_input","message":"no"}}"#,
    (|k| matches!(k, ErrorKind::Validation { .. })) as Is)]
#[case("502 Bad Gateway", "<html>nginx</html>", (|k| matches!(k, ErrorKind::Server { .. })) as Is)]
#[case("200 OK", "<html><title>Welcome to Hotel Wi-Fi</title>",
    (|k| matches!(k, ErrorKind::NotJson { what } if what.contains("Hotel Wi-Fi"))) as Is)]
#[case("200 OK", "", (|k| matches!(k, ErrorKind::NotJson { .. })) as Is)]
#[case("200 OK", "{\"ok\":true,\"worksp", (|k| matches!(k, ErrorKind::NotJson { .. })) as Is)]
#[case("200 OK", r#"{"status":"UP"}"#, (|k| matches!(k, ErrorKind::NotSeam { .. })) as Is)]
#[case("200 OK", r#"{"ok":true,"workspace":{"name":"x"}}"#, (|k| matches!(k, ErrorKind::Decode { .. })) as Is)]
#[tokio::test]
async fn every_answer_has_its_name(#[case] status: &str, #[case] body: &str, #[case] is: Is) {
    let server = server(answer(status, "seam-request-id: req_7\r\n", body)).await;
    let e = fails(settings(server.at)).await;
    assert!(is(e.kind()), "{e:?}");
    assert_eq!(e.request_id().map(|id| id.as_str()), Some("req_7"));
    assert_eq!(
        (e.path(), e.status().map(|s| s.to_string())),
        ("/workspaces/get", status.get(..3).map(Into::into))
    );
    let said = e.to_string();
    assert!(said.ends_with('.') || e.status().is_some_and(|s| s < 500), "{said}");
}

#[tokio::test]
async fn the_words_of_an_error_cannot_steer_a_terminal() {
    let body = r#"{"error":{"type":"x","message":"\u001b[2J\u202egotcha\r\nline"}}"#;
    let server = server(answer("400 Bad Request", "", body)).await;
    let said = fails(settings(server.at)).await.to_string();
    assert!(said.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{said:?}");
}
