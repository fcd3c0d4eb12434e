//! One exchange over HTTP, bounded in time and size; nothing of what Seam means by it.

use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;

use reqwest::header::{self, HeaderMap, HeaderValue};
use tokio::sync::OnceCell;

use crate::seam::client::Settings;
use crate::secret::Secret;
use crate::text::Text;

/// How much of an error's body is read: enough for any message.
const ERROR_BODY_BYTES: usize = 64 << 10;

/// An idle connection is given up before a server would: a change sent on one that is just being closed
/// would be lost on the way.
const IDLE_CONNECTION: std::time::Duration = std::time::Duration::from_secs(20);

/// What came back.
#[derive(Clone, Debug, Default)]
pub(in crate::seam) struct Reply {
    pub(in crate::seam) status: u16,
    /// `seam-request-id`.
    pub(in crate::seam) request_id: Option<Text>,
    /// `Date`, `Retry-After`, `Location`, as they came.
    pub(in crate::seam) date: Option<String>,
    pub(in crate::seam) retry_after: Option<String>,
    pub(in crate::seam) location: Option<String>,
    /// The body, decompressed; of an error only the beginning.
    pub(in crate::seam) body: Vec<u8>,
}

/// Why nothing came back, or not all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::seam) enum WireError {
    Unreachable { why: Text },
    Tls { why: Text },
    TimedOut { sent: bool },
    Lost { why: Text },
    TooLarge,
}

pub(in crate::seam) type Exchange<'a> = Pin<Box<dyn Future<Output = Result<Reply, WireError>> + Send + 'a>>;

/// Whatever can POST a JSON body to a path.
pub(in crate::seam) trait Wire: Send + Sync {
    fn post<'a>(&'a self, path: &'a str, body: Vec<u8>) -> Exchange<'a>;
}

/// The real wire. The HTTP client, and with it the system's certificates, is made at the first request,
/// off the runtime's threads, so that the first frame need not wait for it.
pub(in crate::seam) struct HttpWire {
    base: String,
    settings: Settings,
    http: OnceCell<reqwest::Client>,
}

impl HttpWire {
    pub(in crate::seam) fn new(base: String, settings: Settings) -> Self {
        Self { base, settings, http: OnceCell::new() }
    }

    async fn http(&self) -> Result<&reqwest::Client, WireError> {
        let make = || async {
            let settings = self.settings.clone();
            let secure = self.base.starts_with("https");
            tokio::task::spawn_blocking(move || build(&settings, secure))
                .await
                .map_err(|e| WireError::Tls { why: e.to_string().into() })?
                .map_err(|e| WireError::Tls { why: innermost(&e) })
        };
        self.http.get_or_try_init(make).await
    }

    async fn exchange(&self, path: &str, body: Vec<u8>) -> Result<Reply, WireError> {
        let url = format!("{}{path}", self.base);
        let request = self.http().await?.post(url).body(body);
        let mut response = request.send().await.map_err(|e| told(&e))?;
        let mut reply = head(&response);
        let is_error = !response.status().is_success();
        let limit = if is_error { ERROR_BODY_BYTES } else { self.settings.max_body_bytes };
        let announced = response.content_length().unwrap_or(0);
        if !is_error && announced > u64::try_from(limit).unwrap_or(u64::MAX) {
            return Err(WireError::TooLarge);
        }
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if reply.body.len() + chunk.len() <= limit => {
                    reply.body.extend_from_slice(&chunk);
                }
                Ok(Some(_)) if !is_error => return Err(WireError::TooLarge),
                // The status of an error says enough, even where its words are cut short.
                Ok(_) => return Ok(reply),
                Err(_) if is_error => return Ok(reply),
                Err(e) => return Err(told(&e)),
            }
        }
    }
}

impl Wire for HttpWire {
    fn post<'a>(&'a self, path: &'a str, body: Vec<u8>) -> Exchange<'a> {
        Box::pin(self.exchange(path, body))
    }
}

fn build(settings: &Settings, secure: bool) -> Result<reqwest::Client, reqwest::Error> {
    // Fails only where a provider is installed already, which will do as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .default_headers(headers(&settings.api_key))
        .user_agent(user_agent())
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(settings.connect_timeout)
        .read_timeout(settings.read_timeout)
        .timeout(settings.total_timeout)
        .pool_idle_timeout(IDLE_CONNECTION);
    // Without TLS no certificates are needed, and a proxy would see the key.
    if secure { builder.build() } else { builder.no_proxy().tls_certs_only([]).build() }
}

/// `nightdesk/0.1 (+terminal)`.
fn user_agent() -> String {
    format!("nightdesk/{}.{} (+terminal)", env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"))
}

fn headers(key: &Secret) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    // The settings were checked: a key is printable ASCII.
    if let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", key.reveal())) {
        value.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, value);
    }
    headers
}

fn head(response: &reqwest::Response) -> Reply {
    let get = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    Reply {
        status: response.status().as_u16(),
        request_id: get("seam-request-id").map(Text::new),
        date: get("date"),
        retry_after: get("retry-after"),
        location: get("location"),
        body: Vec::new(),
    }
}

fn told(e: &reqwest::Error) -> WireError {
    let connecting = e.is_connect();
    if e.is_timeout() {
        return WireError::TimedOut { sent: !connecting };
    }
    let why = innermost(e);
    match (connecting || e.is_builder(), is_tls(e)) {
        (true, true) => WireError::Tls { why },
        (true, false) => WireError::Unreachable { why },
        (false, _) => WireError::Lost { why },
    }
}

/// The last cause in the chain says what happened; those before it repeat the URL.
fn innermost(e: &(dyn StdError + 'static)) -> Text {
    let mut last = e;
    while let Some(next) = last.source() {
        last = next;
    }
    Text::new(last.to_string())
}

/// An `io::Error` hides the error it wraps from the chain of sources, so it is opened here.
fn is_tls(e: &(dyn StdError + 'static)) -> bool {
    if e.is::<rustls::Error>() {
        return true;
    }
    let inside = e.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    match (inside, e.source()) {
        (Some(inside), _) => is_tls(inside),
        (None, Some(source)) => is_tls(source),
        (None, None) => false,
    }
}
