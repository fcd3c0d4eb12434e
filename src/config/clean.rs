//! Nothing in the configuration steers a terminal.

use toml::de::{DeTable, DeValue};

use super::error::line;
use crate::text::Text;

/// Settings whose lines mean something: what is run, not what is shown.
const OF_SEVERAL_LINES: [&str; 2] = ["api_key_command", "command"];

/// What is wrong with the first name or value that holds a control character, and where. Nothing where none
/// does, or where the file is no TOML.
pub(super) fn control(raw: &str) -> Option<Text> {
    let whole = DeTable::parse(raw).ok()?;
    let (at, name) = of_table(whole.get_ref())?;
    let name = if name.is_empty() { "a name".to_owned() } else { format!("“{name}”") };
    Some(Text::new(format!("line {}: {name} holds a control character: take it out", line(raw, at))))
}

fn of_table(table: &DeTable<'_>) -> Option<(usize, String)> {
    table.iter().find_map(|(name, value)| {
        if !is_clean(name.get_ref(), false) {
            return Some((name.span().start, Text::new(name.get_ref()).to_string()));
        }
        of_value(value.get_ref(), name.get_ref(), value.span().start)
    })
}

fn of_value(value: &DeValue<'_>, name: &str, at: usize) -> Option<(usize, String)> {
    match value {
        DeValue::String(text) => {
            let may_break = OF_SEVERAL_LINES.contains(&name);
            (!is_clean(text, may_break)).then(|| (at, name.to_owned()))
        }
        DeValue::Array(all) => all.iter().find_map(|one| of_value(one.get_ref(), name, one.span().start)),
        DeValue::Table(table) => of_table(table),
        _ => None,
    }
}

/// Whether every character is one that can be shown. A tabulator may stand between the cells of an export.
fn is_clean(text: &str, may_break: bool) -> bool {
    let kept: String = text.chars().filter(|c| *c != '\t' && !(may_break && *c == '\n')).collect();
    let is_blank = |c: char| c == ' ';
    // Text also draws blanks together and cuts what is long, which is not what is asked here.
    kept.chars().all(|c| is_blank(c) || !Text::new(format!("a{c}a")).as_str().replace(' ', "").eq("aa"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("theme = \"da\\u001brk\"", "line 1: “theme” holds")]
    #[case("a = 1\n[properties.\"h\\u0007\"]\n", "line 2: “h” holds")]
    #[case("[properties.h]\nendpoint = \"http://\\u202ex\"", "line 2: “endpoint”")]
    #[case("[notify]\ncommand = [\"page\",\n\"\\u009b2J\"]", "line 3: “command”")]
    #[case("theme = \"a\\nb\"", "line 1: “theme”")]
    fn control_characters_are_refused_with_line_and_name(#[case] raw: &str, #[case] words: &str) {
        let said = control(raw).unwrap();
        assert!(said.starts_with(words), "{said}");
    }

    #[rstest]
    #[case("[pms]\ndelimiter = \"\\t\"")]
    #[case("[properties.h]\napi_key_command = \"\"\"\npass \\\n show\nseam\"\"\"")]
    #[case("[properties.\"Haus Zürich – Süd\"]\nencoder = \"Empfang  1 é e\u{301}\"")]
    #[case("no toml")]
    fn what_can_be_shown_is_let_in(#[case] raw: &str) {
        assert_eq!(control(raw), None);
    }
}
