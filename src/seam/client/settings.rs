//! What a client is made of.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;

use crate::secret::Secret;
use crate::text::Text;

/// Seam's own endpoint.
pub const DEFAULT_ENDPOINT: &str = "https://connect.getseam.com";

/// How to reach Seam, and how much to ask of it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Base URL; `https`, or `http` to this very machine.
    pub endpoint: String,
    /// A Seam API key, `seam_…`.
    pub api_key: Secret,
    /// To open a connection, TLS included.
    pub connect_timeout: Duration,
    /// Between two pieces of an answer, and before the first.
    pub read_timeout: Duration,
    /// For one attempt, from the connection to the last byte.
    pub total_timeout: Duration,
    /// Sustained requests per second, over everything the client does.
    pub requests_per_second: f64,
    /// Requests that may go out at once after a quiet while.
    pub burst: u32,
    /// The largest answer that is read, in bytes, after decompression.
    pub max_body_bytes: usize,
    /// Allow `http` to other machines: the key then travels in the clear.
    pub insecure: bool,
    /// How often a read is tried again after a time-out, a broken connection, a 429 or a 5xx.
    pub read_retries: u32,
    /// Before the first retry: a random time up to this; doubles with each.
    pub retry_base: Duration,
    /// The longest pause Seam may ask for (`Retry-After`) that a request waits out instead of failing.
    pub patience: Duration,
    /// The most pages of one list. At Seam's 500 records a page the default is more than any house has.
    pub max_pages: u32,
}

impl Settings {
    /// The defaults for `endpoint` and `api_key`: 5 s to connect, 15 s between bytes, 30 s in all, two
    /// requests a second after a burst of 20.
    pub fn new(endpoint: impl Into<String>, api_key: Secret) -> Self {
        Self {
            endpoint: endpoint.into(),
            api_key,
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(15),
            total_timeout: Duration::from_secs(30),
            requests_per_second: 2.0,
            burst: 20,
            max_body_bytes: 32 << 20,
            insecure: false,
            read_retries: 2,
            retry_base: Duration::from_millis(500),
            patience: Duration::from_secs(30),
            max_pages: 200,
        }
    }

    /// Whether the key opens a sandbox workspace, where no door is real.
    pub fn is_test_key(&self) -> bool {
        self.api_key.reveal().starts_with("seam_test")
    }

    /// Whether a client can be made of this.
    ///
    /// # Errors
    /// The first thing that is wrong, as a sentence for a person.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.base().and_then(|_| self.check_key()).and_then(|()| self.check_limits())
    }

    /// Whether the key travels to another machine in the clear, as `insecure` allows.
    pub fn is_in_the_clear(&self) -> bool {
        let url = Url::parse(self.endpoint.trim());
        url.is_ok_and(|url| url.scheme() == "http" && !is_this_machine(url.host_str().unwrap_or_default()))
    }

    /// The base URL without a slash at its end.
    pub(in crate::seam) fn base(&self) -> Result<String, SettingsError> {
        let shown = || Text::new(&self.endpoint);
        let url = Url::parse(self.endpoint.trim())
            .map_err(|e| SettingsError::NoUrl { endpoint: shown(), why: e.to_string().into() })?;
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
            return Err(SettingsError::MoreThanAnAddress);
        }
        let host = url.host_str().unwrap_or_default();
        match url.scheme() {
            "https" => {}
            "http" if self.insecure || is_this_machine(host) => {}
            "http" => return Err(SettingsError::InTheClear { host: host.into() }),
            _ => return Err(SettingsError::Scheme { endpoint: shown() }),
        }
        Ok(url.as_str().split('#').next().unwrap_or_default().trim_end_matches('/').to_owned())
    }

    fn check_key(&self) -> Result<(), SettingsError> {
        let key = self.api_key.reveal();
        let other = |kind: &'static str| Err(SettingsError::OtherToken { kind });
        match key {
            "" => Err(SettingsError::NoKey),
            k if k.starts_with("seam_cst") => other("a client session token (seam_cst…)"),
            k if k.starts_with("seam_at") => other("a personal access token (seam_at…)"),
            k if k.starts_with("seam_pk") => other("a publishable key (seam_pk…)"),
            k if !k.bytes().all(|b| b.is_ascii_graphic()) => Err(SettingsError::OddKey),
            k if !k.starts_with("seam_") => Err(SettingsError::NotAKey),
            _ => Ok(()),
        }
    }

    fn check_limits(&self) -> Result<(), SettingsError> {
        let rate = self.requests_per_second;
        if !(rate.is_finite() && rate > 0.0) {
            return Err(SettingsError::Rate);
        }
        let times = [self.connect_timeout, self.read_timeout, self.total_timeout];
        if times.iter().any(Duration::is_zero) {
            return Err(SettingsError::Timeout);
        }
        Ok(())
    }
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(ip) => ip.is_loopback(),
        Err(_) => bare == "localhost" || bare.ends_with(".localhost"),
    }
}

/// Why settings make no client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The endpoint is no URL.
    #[error("The endpoint “{endpoint}” is not a URL ({why}): it should look like {DEFAULT_ENDPOINT}.")]
    NoUrl {
        /// As given.
        endpoint: Text,
        /// What the parser says.
        why: Text,
    },
    /// Neither http nor https.
    #[error("The endpoint “{endpoint}” must begin with https://.")]
    Scheme {
        /// As given.
        endpoint: Text,
    },
    /// A user name, a password or a query.
    #[error("The endpoint must be an address alone, without user name, password or query.")]
    MoreThanAnAddress,
    /// http to another machine.
    #[error("The API key would travel to {host} in the clear: use https, or --insecure on a test bench.")]
    InTheClear {
        /// The machine.
        host: Text,
    },
    /// No key.
    #[error(
        "There is no API key: set SEAM_API_KEY, or api_key_file or api_key_command in the configuration."
    )]
    NoKey,
    /// Another of Seam's tokens.
    #[error("This is {kind}, not an API key: make an API key for the workspace in Seam Console.")]
    OtherToken {
        /// What it is.
        kind: &'static str,
    },
    /// Not one of Seam's keys.
    #[error("This is not a Seam API key: they begin with seam_.")]
    NotAKey,
    /// Spaces, line breaks or letters outside ASCII.
    #[error("The API key contains a space, a line break or an odd character: copy it again.")]
    OddKey,
    /// A rate that is no rate.
    #[error("Requests per second must be a number above zero.")]
    Rate,
    /// A time-out of nothing.
    #[error("Time-outs must be longer than nothing.")]
    Timeout,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn settings(endpoint: &str, key: &str) -> Settings {
        Settings::new(endpoint, Secret::new(key))
    }

    #[rstest]
    #[case(DEFAULT_ENDPOINT, "https://connect.getseam.com")]
    #[case("https://proxy.example/seam/", "https://proxy.example/seam")]
    #[case("http://127.0.0.1:4010", "http://127.0.0.1:4010")]
    #[case("http://[::1]:4010/", "http://[::1]:4010")]
    #[case("http://localhost:4010", "http://localhost:4010")]
    fn good_endpoints(#[case] endpoint: &str, #[case] base: &str) {
        let s = settings(endpoint, "seam_test_1");
        assert_eq!((s.base().unwrap().as_str(), s.check()), (base, Ok(())));
    }

    #[rstest]
    #[case("connect.getseam.com")]
    #[case("ftp://connect.getseam.com")]
    #[case("https://me:secret@connect.getseam.com")]
    #[case("https://connect.getseam.com/?key=1")]
    #[case("http://10.0.0.7:3000")]
    #[case("http://localhost.example.com")]
    fn bad_endpoints(#[case] endpoint: &str) {
        assert!(settings(endpoint, "seam_test_1").check().is_err());
    }

    #[test]
    fn http_to_another_machine_only_where_it_is_allowed() {
        let mut s = settings("http://10.0.0.7:3000", "seam_test_1");
        assert!(matches!(s.check(), Err(SettingsError::InTheClear { .. })));
        s.insecure = true;
        assert_eq!(s.check(), Ok(()));
    }

    #[rstest]
    #[case("", "There is no API key")]
    #[case("seam_cst_1", "client session token")]
    #[case("seam_at_1", "personal access token")]
    #[case("seam_pk_1", "publishable key")]
    #[case("hunter2", "begin with seam_")]
    #[case("seam_test_1\n", "line break")]
    fn a_bad_key_is_told_in_words_that_do_not_repeat_it(#[case] key: &str, #[case] says: &str) {
        let why = settings(DEFAULT_ENDPOINT, key).check().unwrap_err().to_string();
        assert!(why.contains(says), "{why}");
        assert!(key.is_empty() || !why.contains(key));
    }
}
