//! Who did it, and from where.

use serde::{Deserialize, Serialize};

use super::Ids;
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
    /// The terminal there: "pts/3"; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<Text>,
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
            terminal: terminal(),
        }
    }

    /// As the ids of a fact have it: who took a run up.
    pub fn of_ids(ids: &Ids) -> Self {
        let text = |name: &str| ids.get(name).cloned();
        Self {
            user: text("user").unwrap_or_default(),
            origin: text("origin"),
            operator: text("operator"),
            host: text("host").unwrap_or_default(),
            process: text("process").and_then(|id| id.parse().ok()).unwrap_or_default(),
            version: text("version").unwrap_or_default(),
            terminal: text("terminal"),
        }
    }

    /// The same as ids of a fact.
    pub fn ids(&self) -> Ids {
        let process = Text::new(self.process.to_string());
        let always = [("user", &self.user), ("host", &self.host), ("process", &process)];
        let maybe = [("origin", &self.origin), ("operator", &self.operator), ("terminal", &self.terminal)];
        let maybe = maybe.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
        crate::order::map(always.into_iter().chain(maybe).map(|(name, text)| (name.into(), text.clone())))
    }

    /// The name a colleague knows: the operator's, or else the user's.
    pub fn name(&self) -> &Text {
        self.operator.as_ref().unwrap_or(&self.user)
    }

    /// The name, and where to look for the person: "maria on pts/3".
    pub fn place(&self) -> Text {
        match &self.terminal {
            Some(terminal) => Text::new(format!("{} on {terminal}", self.name())),
            None => self.name().clone(),
        }
    }

    /// The same to somebody at the machine `host`: "maria@desk-2" where it is another one.
    pub fn place_from(&self, host: &Text) -> Text {
        match self.host.is_empty() || self.host == *host {
            true => self.place(),
            false => self.address(),
        }
    }

    /// The name and the machine: "maria@desk-2".
    pub fn address(&self) -> Text {
        Text::new(format!("{}@{}", self.name(), self.host))
    }

    /// Whether it is the same process.
    pub fn is_same_process(&self, other: &Self) -> bool {
        self.process == other.process && self.host == other.host
    }
}

/// The terminal of standard input, as `w` and `who` name it.
fn terminal() -> Option<Text> {
    let path = std::fs::read_link("/dev/fd/0").ok()?;
    path.strip_prefix("/dev").ok().filter(|tty| *tty != "null").map(|tty| Text::new(tty.to_string_lossy()))
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
        let there = Who { terminal: Some("pts/3".into()), ..who.clone() };
        assert_eq!(there.place(), "Maria on pts/3");
        assert_eq!(there.place_from(&who.host), "Maria on pts/3");
        let away = Who { host: "desk-2".into(), ..there.clone() };
        assert_eq!(away.place_from(&who.host), "Maria@desk-2");
        assert_eq!(Who::of_ids(&there.ids()), Who { version: Text::default(), ..there.clone() });
        assert!(there.is_same_process(&who) && !there.is_same_process(&Who::default()));
    }

    #[test]
    fn what_was_written_before_terminals_were_can_still_be_read() {
        let old = r#"{"user":"maria","origin":null,"operator":null,"host":"desk","process":7,"version":"0"}"#;
        let who: Who = serde_json::from_str(old).unwrap();
        assert_eq!((who.terminal.clone(), who.place().as_str()), (None, "maria"));
    }
}
