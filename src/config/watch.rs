//! Notices that the configuration is another one, by looking at two numbers now and then.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use toml::de::{DeTable, DeValue};

use super::table::SECTIONS;
use super::{Config, ConfigError};

/// How the table of settings names the section of a property.
const OF_PROPERTY: &str = "properties.NAME";

/// What tells one version of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    seconds: i64,
    nanoseconds: i64,
    bytes: u64,
    inode: u64,
}

/// What was found where the file is another one.
#[derive(Debug)]
pub struct Found {
    /// What it says; or what is wrong with it, and then nothing changes.
    pub config: Result<Config, ConfigError>,
    /// What changed, by section and name.
    pub changed: Vec<Difference>,
}

/// A setting that is another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its section, `properties` for all of them; empty for what stands before the first.
    pub section: String,
    /// Its name.
    pub name: String,
    /// Whether it needs a restart.
    pub at_start: bool,
}

/// Looks at the file.
#[derive(Debug)]
pub struct Watch {
    path: PathBuf,
    /// The section of the property that is open; none where the file has none.
    property: Option<String>,
    stamp: Option<Stamp>,
    /// What it said when it could last be read.
    said: Table,
}

type Table = BTreeMap<String, Said>;

/// What a setting says, wherever in the file it says so.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    /// In one word, as it is written.
    Word(String),
    Words(Vec<Said>),
    Table(Table),
}

impl Said {
    fn of(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Self::Word(format!("{text:?}")),
            DeValue::Integer(number) => Self::Word(number.to_string()),
            DeValue::Float(number) => Self::Word(number.to_string()),
            DeValue::Boolean(is_so) => Self::Word(is_so.to_string()),
            DeValue::Datetime(at) => Self::Word(at.to_string()),
            DeValue::Array(all) => Self::Words(all.iter().map(|one| Self::of(one.get_ref())).collect()),
            DeValue::Table(table) => Self::Table(of_table(table)),
        }
    }

    fn as_table(&self) -> Option<&Table> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }
}

fn of_table(table: &DeTable<'_>) -> Table {
    crate::order::map(
        table.iter().map(|(name, value)| (name.get_ref().to_string(), Said::of(value.get_ref()))),
    )
}

/// What a file says; none where it is no TOML.
fn read(raw: &str) -> Option<Table> {
    Some(of_table(DeTable::parse(raw).ok()?.get_ref()))
}

impl Watch {
    /// Looks at this file from now on. `property` is the one that is open: what is said of others matters
    /// to nobody.
    pub fn new(path: PathBuf, property: Option<String>) -> Self {
        let mut watch = Self { path, property, stamp: None, said: Table::new() };
        watch.stamp = watch.stamp();
        watch.said = watch.table().unwrap_or_default();
        watch
    }

    fn stamp(&self) -> Option<Stamp> {
        let meta = fs::metadata(&self.path).ok()?;
        Some(Stamp {
            seconds: meta.mtime(),
            nanoseconds: meta.mtime_nsec(),
            bytes: meta.len(),
            inode: meta.ino(),
        })
    }

    fn table(&self) -> Option<Table> {
        read(&fs::read_to_string(&self.path).ok()?)
    }

    /// What the file says now, where it is another one than the last time. A file that was taken away
    /// leaves everything as it is: somebody is about to put another in its place.
    pub fn look(&mut self) -> Option<Found> {
        let stamp = self.stamp();
        if stamp == self.stamp || stamp.is_none() {
            return None;
        }
        self.stamp = stamp;
        // Read once: what is compared is what is taken up.
        let (config, said) = match fs::read_to_string(&self.path) {
            Ok(raw) => {
                let broken = |words| ConfigError::Broken { path: self.path.clone(), words };
                (Config::parse(&raw).map_err(broken), read(&raw))
            }
            Err(source) => (Err(ConfigError::Unreadable { path: self.path.clone(), source }), None),
        };
        let mut changed = Vec::new();
        if config.is_ok()
            && let Some(said) = said
        {
            changed = differences(&self.said, &said, self.property.as_deref());
            self.said = said;
        }
        Some(Found { config, changed })
    }
}

fn section<'a>(whole: &'a Table, name: &str, property: Option<&str>) -> Option<&'a Table> {
    let Some(within) = name.strip_prefix(OF_PROPERTY) else {
        return if name.is_empty() { Some(whole) } else { whole.get(name)?.as_table() };
    };
    let of = whole.get("properties")?.as_table()?.get(property?)?.as_table()?;
    if within.is_empty() { Some(of) } else { of.get(within.trim_start_matches('.'))?.as_table() }
}

/// What differs between two files, in the order of the table of settings.
fn differences(before: &Table, now: &Table, property: Option<&str>) -> Vec<Difference> {
    let mut all = Vec::new();
    for known in SECTIONS {
        let (before, now) = (section(before, known.name, property), section(now, known.name, property));
        let of = |table: Option<&Table>, name: &str| -> Option<Said> { table?.get(name).cloned() };
        let name = match known.name.strip_prefix(OF_PROPERTY) {
            Some("") => "properties",
            Some(within) => within.trim_start_matches('.'),
            None => known.name,
        };
        let differs = |setting: &str| of(before, setting) != of(now, setting);
        if known.settings.is_empty() && before != now {
            all.push(Difference { section: name.to_owned(), name: String::new(), at_start: false });
        }
        let settings = known.settings.iter().filter(|setting| differs(setting.name));
        all.extend(settings.map(|setting| Difference {
            section: name.to_owned(),
            name: setting.name.to_owned(),
            at_start: setting.at_start,
        }));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_named_and_what_needs_a_restart() {
        let before = "theme = \"dark\"\n[properties.a]\nendpoint = \"https://a\"\n[properties.b]\nencoder = \"x\"\n[properties.b.thresholds]\nkey_grace = \"1m\"\n";
        let now = "theme = \"light\"\n[keys]\nextend = \"E\"\n[properties.a]\nendpoint = \"https://c\"\nencoder = \"y\"\n[properties.a.thresholds]\nroll_at = \"03:00\"\n";
        let (before, now) = (read(before).unwrap(), read(now).unwrap());
        let all = differences(&before, &now, Some("a"));
        let said: Vec<_> = all.iter().map(|d| (d.section.as_str(), d.name.as_str(), d.at_start)).collect();
        let want = [
            ("", "theme", false),
            ("properties", "endpoint", true),
            ("properties", "encoder", false),
            ("keys", "", false),
            ("thresholds", "roll_at", false),
        ];
        assert_eq!(said, want, "what is said of the other property matters to nobody");
    }

    #[test]
    fn a_file_is_read_again_only_when_it_is_another_one() {
        let path = std::env::temp_dir().join(format!("nightdesk-watch-{}.toml", std::process::id()));
        fs::write(&path, "theme = \"dark\"\n").unwrap();
        let mut watch = Watch::new(path.clone(), None);
        assert!(watch.look().is_none());
        fs::write(&path, "theme = \"darker than ever\n").unwrap();
        let found = watch.look().unwrap();
        assert!(found.config.is_err() && found.changed.is_empty());
        assert!(watch.look().is_none(), "said once");
        fs::write(&path, "theme = \"light\"\n").unwrap();
        let found = watch.look().unwrap();
        assert_eq!((found.config.unwrap().theme.as_deref(), found.changed.len()), (Some("light"), 1));
        fs::remove_file(&path).unwrap();
        assert!(watch.look().is_none());
    }
}
