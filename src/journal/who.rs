//! Who did it, and from where.

use serde::{Deserialize, Serialize};

use crate::text::Text;

/// A person at a terminal, as far as the operating system knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The user of the operating system.
    pub user: Text,
    /// The address the person came from over SSH; none at the machine itself.
    pub origin: Option<Text>,
    /// The name the person gave, where several share a user.
    pub operator: Option<Text>,
    /// The machine the program ran on.
    pub host: Text,
    /// The program's process id there.
    pub process: u32,
    /// The program's version.
    pub version: Text,
}

impl Who {
    /// Who runs this process. `operator` is the name the person gave, if any.
    pub fn here(operator: Option<Text>) -> Self {
        let uid = rustix::process::getuid().as_raw();
        let variable = |name: &str| std::env::var(name).ok();
        Self {
            user: whoami::username().map_or_else(|_| Text::new(format!("uid {uid}")), Text::new),
            origin: origin(variable("SSH_CONNECTION").as_deref(), variable("SSH_CLIENT").as_deref()),
            operator: operator.filter(|name| !name.is_empty()),
            host: Text::new(rustix::system::uname().nodename().to_string_lossy()),
            process: std::process::id(),
            version: env!("CARGO_PKG_VERSION").into(),
        }
    }

    /// The name a colleague knows: the operator's, or else the user's.
    pub fn name(&self) -> &Text {
        self.operator.as_ref().unwrap_or(&self.user)
    }
}

/// The client's address: the first word of `SSH_CONNECTION`, or of the older `SSH_CLIENT`.
fn origin(connection: Option<&str>, client: Option<&str>) -> Option<Text> {
    let first = |value: Option<&str>| value.and_then(|v| v.split_whitespace().next()).map(Text::new);
    first(connection).or_else(|| first(client))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_the_clients_address() {
        let there = origin(Some("192.0.2.7 50112 192.0.2.1 22"), Some("192.0.2.8 50112 22"));
        assert_eq!(there.as_deref(), Some("192.0.2.7"));
        assert_eq!(origin(Some(""), Some("2001:db8::7 50112 22")).as_deref(), Some("2001:db8::7"));
        assert_eq!(origin(None, None), None);
    }

    #[test]
    fn somebody_runs_this() {
        let who = Who::here(Some("Maria".into()));
        assert!(!who.user.is_empty() && !who.host.is_empty());
        assert_eq!((who.name().as_str(), who.process), ("Maria", std::process::id()));
        assert_eq!(Who { operator: None, ..who.clone() }.name(), &who.user);
    }
}
