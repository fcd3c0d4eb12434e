//! The address of a server, as a person wrote it: read, judged, and told without its password.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::secret::Secret;
use crate::text::Text;

/// What may stand behind the `?` of an address.
const PARAMETERS: [&str; 12] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// A PostgreSQL that several desks share.
#[derive(Clone)]
pub struct Server {
    pub(super) options: PgConnectOptions,
    place: Text,
    /// How long an answer is waited for.
    pub(super) wait: Duration,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("place", &self.place).finish_non_exhaustive()
    }
}

/// Why an address is refused. Never with what was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// It is no address.
    #[error("the address of the shared store is none: write postgres://user@host/database")]
    NoUrl,
    /// Something behind the `?` is not known.
    #[error("the address of the shared store has “{name}”, which is not known; known are {}", PARAMETERS.join(", "))]
    Parameter {
        /// Its name.
        name: Text,
    },
    /// A value in it cannot be.
    #[error("the address of the shared store: {words}")]
    Value {
        /// What is wrong.
        words: Text,
    },
    /// What is read and written would go over the network for everybody to read.
    #[error(
        "the shared store at {host} is another machine, and sslmode={mode} does not make sure of TLS: write sslmode=verify-full"
    )]
    InTheClear {
        /// Which machine.
        host: Text,
        /// What was asked for.
        mode: &'static str,
    },
}

/// How the connection to a server is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// It does not leave the machine.
    Local,
    /// TLS, to whoever answers.
    Encrypted,
    /// TLS, to a server whose certificate is good.
    Verified,
}

impl Server {
    /// Reads an address. Where it says nothing of TLS and the server is another machine, the certificate of
    /// the server must be good.
    ///
    /// # Errors
    /// [`ServerError`], also where it would speak to another machine without TLS.
    pub fn parse(url: &Secret) -> Result<Self, ServerError> {
        let raw = url.reveal().trim();
        let parsed = reqwest::Url::parse(raw).map_err(|_| ServerError::NoUrl)?;
        if !matches!(parsed.scheme(), "postgres" | "postgresql") {
            return Err(ServerError::NoUrl);
        }
        let is_known = |name: &str| PARAMETERS.contains(&name) || name.starts_with("options[");
        if let Some((name, _)) = parsed.query_pairs().find(|(name, _)| !is_known(name)) {
            return Err(ServerError::Parameter { name: Text::new(name) });
        }
        let value = |e: sqlx::Error| ServerError::Value { words: Text::new(e.to_string()) };
        let mut options = PgConnectOptions::from_str(raw).map_err(value)?;
        let says_mode = parsed.query_pairs().any(|(name, _)| name == "sslmode")
            || std::env::var_os("PGSSLMODE").is_some();
        if !is_local(&options) {
            if !says_mode {
                options = options.ssl_mode(PgSslMode::VerifyFull);
            }
            let mode = match options.get_ssl_mode() {
                PgSslMode::Disable => Some("disable"),
                PgSslMode::Allow => Some("allow"),
                PgSslMode::Prefer => Some("prefer"),
                PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => None,
            };
            if let Some(mode) = mode {
                return Err(ServerError::InTheClear { host: Text::new(options.get_host()), mode });
            }
        }
        if options.get_application_name().is_none() {
            options = options.application_name("nightdesk");
        }
        let place = place(&options);
        Ok(Self { options, place, wait: super::WAIT })
    }

    /// The same for somebody who waits longer for an answer: a command that reads or writes much at once.
    pub fn patient(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// Which it is, without its password.
    pub fn place(&self) -> &Text {
        &self.place
    }

    /// The user it is spoken to as.
    pub fn role(&self) -> Text {
        Text::new(self.options.get_username())
    }

    /// How the connection is kept from others.
    pub fn privacy(&self) -> Privacy {
        match self.options.get_ssl_mode() {
            PgSslMode::VerifyCa | PgSslMode::VerifyFull => Privacy::Verified,
            PgSslMode::Require => Privacy::Encrypted,
            _ => Privacy::Local,
        }
    }
}

/// Whether what is said to it stays on this machine.
fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let is_loopback = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    options.get_socket().is_some() || host.starts_with('/') || host == "localhost" || is_loopback
}

fn place(options: &PgConnectOptions) -> Text {
    let host = match options.get_socket() {
        Some(dir) => dir.display().to_string(),
        None => options.get_host().to_owned(),
    };
    let (user, port) = (options.get_username(), options.get_port());
    let port = if port == 5432 { String::new() } else { format!(":{port}") };
    let database = options.get_database().unwrap_or(user);
    Text::new(format!("postgres://{user}@{host}{port}/{database}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn parse(url: &str) -> Result<Server, ServerError> {
        Server::parse(&Secret::new(url))
    }

    #[rstest]
    #[case(
        "postgres://desk:s3cret@127.0.0.1:5433/night",
        Privacy::Local,
        "postgres://desk@127.0.0.1:5433/night"
    )]
    #[case(
        "postgres://desk@localhost/night?sslmode=require",
        Privacy::Encrypted,
        "postgres://desk@localhost/night"
    )]
    #[case(
        "postgresql://desk:s3cret@db.example/night",
        Privacy::Verified,
        "postgres://desk@db.example/night"
    )]
    #[case(
        "postgres://desk@db.example/n?sslmode=require",
        Privacy::Encrypted,
        "postgres://desk@db.example/n"
    )]
    #[case("postgres://desk@%2Frun%2Fpg/n", Privacy::Local, "postgres://desk@/run/pg/n")]
    #[case(
        "postgres:///n?host=/run/pg&user=desk&password=s3cret",
        Privacy::Local,
        "postgres://desk@/run/pg/n"
    )]
    fn an_address_is_told_without_its_password(
        #[case] url: &str,
        #[case] privacy: Privacy,
        #[case] place: &str,
    ) {
        let server = parse(url).unwrap();
        assert_eq!((server.privacy(), server.place().as_str()), (privacy, place));
        assert!(!format!("{server:?}").contains("s3cret"), "{server:?}");
    }

    #[rstest]
    #[case("disable")]
    #[case("allow")]
    #[case("prefer")]
    fn another_machine_is_not_spoken_to_in_the_clear(#[case] mode: &str) {
        let error = parse(&format!("postgres://desk:s3cret@db.example/n?sslmode={mode}")).unwrap_err();
        let words = error.to_string();
        assert!(words.contains("db.example") && words.contains(mode) && !words.contains("s3cret"), "{words}");
        assert!(parse(&format!("postgres://desk@[::1]/n?sslmode={mode}")).is_ok());
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for url in ["", "s3cret", "mysql://a:s3cret@b/c", "postgres://a:s3cret@b:port/c"] {
            let words = parse(url).unwrap_err().to_string();
            assert!(!words.contains("s3cret"), "{words}");
        }
        let typo = parse("postgres://a@b/c?passwrod=s3cret").unwrap_err().to_string();
        assert!(typo.contains("passwrod") && !typo.contains("s3cret"), "{typo}");
    }
}
