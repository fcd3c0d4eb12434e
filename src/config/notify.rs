//! The `[notify]` of the configuration: how the desk asks for attention.

use std::fmt;

use chrono::NaiveTime;
use serde::{Deserialize, Deserializer, de};

use super::thresholds::Words;
use crate::property::Severity;

/// How somebody who does not look at the screen is told of what has just gone wrong.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NotifyConfig {
    /// Whether the terminal's bell rings.
    pub bell: bool,
    /// Whether the terminal is asked to show a notification, and in which form.
    pub osc: Osc,
    /// A program that is told on its standard input, with its arguments; none where it is empty.
    #[serde(deserialize_with = "program")]
    pub command: Vec<String>,
    /// The least that is told.
    pub min_severity: Severity,
    /// When nothing of severity P3 is told.
    pub quiet_hours: Option<QuietHours>,
}

impl Default for NotifyConfig {
    fn default() -> Self {
        Self {
            bell: true,
            osc: Osc::None,
            command: Vec::new(),
            min_severity: Severity::P1,
            quiet_hours: None,
        }
    }
}

/// The form in which a terminal takes a notification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Osc {
    /// Not at all.
    #[default]
    None,
    /// `OSC 9`: one text. iTerm2, WezTerm, kitty, Windows Terminal, foot, Ghostty.
    Nine,
    /// `OSC 777`: a title and a text. rxvt-unicode, foot, WezTerm, Ghostty, VTE.
    Sevens,
}

/// The forms by name.
const FORMS: [&str; 3] = ["none", "9", "777"];

struct OscName;

impl de::Visitor<'_> for OscName {
    type Value = Osc;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"none\", \"9\" or \"777\"")
    }

    fn visit_str<E: de::Error>(self, raw: &str) -> Result<Osc, E> {
        match raw {
            "none" => Ok(Osc::None),
            "9" => Ok(Osc::Nine),
            "777" => Ok(Osc::Sevens),
            _ => Err(E::unknown_variant(raw, &FORMS)),
        }
    }

    // Without the quotes it is a number, and no less clear.
    fn visit_i64<E: de::Error>(self, raw: i64) -> Result<Osc, E> {
        self.visit_str(&raw.to_string())
    }
}

impl<'de> Deserialize<'de> for Osc {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(OscName)
    }
}

/// From one time of day to another, property time, `23:00-06:00`; the second is no longer in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// When they begin.
    pub from: NaiveTime,
    /// When they are over, on the next day where that is earlier.
    pub until: NaiveTime,
}

impl QuietHours {
    fn parse(raw: &str) -> Option<Self> {
        let time = |raw: &str| NaiveTime::parse_from_str(raw.trim(), "%H:%M").ok();
        let (from, until) = raw.split_once(['-', '–'])?;
        let (from, until) = (time(from)?, time(until)?);
        // Never or always: nobody can say which was meant.
        (from != until).then_some(Self { from, until })
    }
}

impl<'de> Deserialize<'de> for QuietHours {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_str(Words(Self::parse, "two different times of day such as \"23:00-06:00\""))
    }
}

fn program<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<String>, D::Error> {
    let wrong = || de::Error::custom("write command as a list: [\"/usr/local/bin/page\", \"night\"]");
    let parts = Vec::<String>::deserialize(d).map_err(|_| wrong())?;
    let is_named = parts.first().is_none_or(|program| !program.trim().is_empty());
    // No argument of a program can hold it.
    let is_whole = parts.iter().all(|part| !part.contains('\0'));
    if is_named && is_whole { Ok(parts) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::super::error::explain;
    use super::*;
    use rstest::rstest;

    fn read(raw: &str) -> Result<NotifyConfig, String> {
        let raw = format!("theme = \"dark\"\n[notify]\n{raw}\n");
        let config = toml::from_str::<Config>(&raw).map_err(|e| explain(&raw, &e).to_string());
        config.map(|config| config.notify.unwrap_or_default())
    }

    #[test]
    fn everything_is_read_and_what_is_not_named_is_usual() {
        let all = "bell = false\nosc = \"777\"\ncommand = [\"page\", \"--desk\"]\nmin_severity = \"P3\"\nquiet_hours = \"23:00-06:30\"";
        let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        let want = NotifyConfig {
            bell: false,
            osc: Osc::Sevens,
            command: vec!["page".to_owned(), "--desk".to_owned()],
            min_severity: Severity::P3,
            quiet_hours: Some(QuietHours { from: time(23, 0), until: time(6, 30) }),
        };
        assert_eq!(read(all), Ok(want));
        let usual = read("").unwrap();
        assert_eq!((usual.bell, usual.osc, usual.min_severity), (true, Osc::None, Severity::P1));
        assert_eq!(read("osc = 9").unwrap().osc, Osc::Nine);
        assert_eq!(toml::from_str::<Config>("theme = \"dark\"\n").unwrap().notify, None);
    }

    #[rstest]
    #[case("bel = true", "line 3: there is no setting “bel” here; did you mean “bell”?")]
    #[case(
        "quiet_hour = \"1\"",
        "line 3: there is no setting “quiet_hour” here; did you mean “quiet_hours”?"
    )]
    #[case("osc = \"77\"", "line 3: “77” is not known here; did you mean “777”?")]
    #[case("min_severity = \"p1\"", "line 3: “p1” is not known here; did you mean “P1”?")]
    fn a_slip_is_answered_with_the_nearest_name(#[case] raw: &str, #[case] words: &str) {
        assert_eq!(read(raw), Err(words.to_owned()));
    }

    #[rstest]
    #[case("bell = \"yes\"", "boolean")]
    #[case("osc = 8", "`none`, `9`, `777`")]
    #[case("osc = true", "\"none\", \"9\" or \"777\"")]
    #[case("osc = \"beep\"", "`none`, `9`, `777`")]
    #[case("min_severity = \"loud\"", "`P1`, `P2`, `P3`")]
    #[case("command = \"page\"", "[\"/usr/local/bin/page\", \"night\"]")]
    #[case("command = [\"\"]", "as a list")]
    #[case("command = [1]", "as a list")]
    #[case("quiet_hours = \"23:00\"", "23:00-06:00")]
    #[case("quiet_hours = \"23:00-23:00\"", "two different times")]
    #[case("quiet_hours = \"25:00-06:00\"", "23:00-06:00")]
    fn a_value_that_is_none_is_refused_with_its_line(#[case] raw: &str, #[case] words: &str) {
        let said = read(raw).unwrap_err();
        assert!(said.starts_with("line 3: ") && said.contains(words), "{said}");
    }
}
