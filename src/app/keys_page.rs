//! `docs/keys.md`, drawn from the table of commands.

use std::fmt::Write;

use super::command::{COMMANDS, Command, Group};
use super::keymap::FIXED;
use super::own_keys::OWN_KEYS;

/// What it begins with.
const BEFORE: &str = "# Keys

Every command, the keys it has unless the configuration says otherwise, and the name it has there and in the
palette (`:`). `?` shows the same in the program, with the keys as they really are and the reason where something
is not possible.
";

/// What it says of keys of one's own.
const OWN: &str = r#"
## Keys of one's own

`[keys]` in the configuration gives a command other keys, in the place of its usual ones: a key, a sequence of up to
four keys, or a list of them; an empty list takes them away, and the command is found by its name in the palette.

```toml
[keys]
extend = "E"
first = ["g g", "Home"]       # g, then g
unlock = ["Alt-u", "F5"]
zoom = []
```

A key is a character, or `Enter` `Esc` `Tab` `S-Tab` `Backspace` `Delete` `Left` `Right` `Up` `Down` `Home` `End`
`PgUp` `PgDn` `Space` `F1` to `F24`, with `Ctrl-` or `Alt-` before it. After the first key of a sequence the line of
keys shows what can follow; `Esc` leaves it. Nothing waits for time to pass.

A key that is given to two commands, a sequence that begins with the keys of another command, and a name that is
none are refused at the start with both places named; `nightdesk config check` does the same. Changes are taken up
while the dashboard runs.

"#;

/// What it says of keys of single pages.
const ON_PAGES: &str = "
## On single pages

What is done on one page alone has a key there, which may do something else elsewhere. `[keys]` gives it another one by its
name, a single key each time. It cannot be one that moves the cursor there, asks for help or is another's on the same page.

| where | key | name | what it does |
|---|---|---|---|
";

/// What it says of keys that are the same everywhere, and of other keyboards.
const AFTER: &str = "
## Keys that stay the same

Text is typed with all letters, so fields of dialogs know only `Tab` between them, arrows and `Space` to choose, `a` for all
of a list, and the usual keys of a line. `Enter` goes to the preview and `Esc` leaves without doing anything, wherever one
is: that is what a hand does that does not look. `q` closes a box too. `y` carries out and `n` does not, in every dialog of
every desk: a key that takes access away is never one that somebody else has chosen, nor one that opens a dialog.

## Other keyboards

What is printed on a key is what counts, so AZERTY and QWERTZ need nothing. Where digits need Shift, the sign below
the digit stands for it: `&` `é` `\"` `'` for `1` to `4`. Where a keyboard writes Cyrillic letters, the letter stands for
the Latin one at the same place, `у` for `e` and `н` for `y`. Both only where the sign has no meaning of its own, and never
where text is typed. Arrows and `Enter` alone reach everything: `Right` opens the actions, and the last of them lists
every command.
";

/// The page.
pub fn document() -> String {
    let mut page = BEFORE.to_owned();
    for group in Group::ALL {
        let _ = write!(page, "\n## {}\n\n| keys | name | what it does |\n|---|---|---|\n", group.title());
        for command in COMMANDS.iter().filter(|c| c.group == group) {
            let _ = writeln!(page, "| {} | `{}` | {} |", keys(command), command.name, command.label);
        }
    }
    page.push_str(OWN);
    let fixed: Vec<String> = FIXED.iter().map(|(key, id)| fixed(&key.to_string(), *id)).collect();
    let _ = writeln!(page, "These keys always do the same, beside what else does it:\n{}.", fixed.join(", "));
    page.push_str(ON_PAGES);
    for own in OWN_KEYS {
        let shown: Vec<String> = own.keys.iter().map(|key| format!("`{key}`")).collect();
        let _ =
            writeln!(page, "| {} | {} | `{}` | {} |", own.page.title(), shown.join(" "), own.name, own.label);
    }
    page.push_str(AFTER);
    page
}

fn fixed(key: &str, id: super::command::CommandId) -> String {
    format!("`{key}` {}", super::command::command(id).name)
}

fn keys(command: &Command) -> String {
    let shown: Vec<String> = command.keys.iter().map(|key| format!("`{key}`")).collect();
    if shown.is_empty() { "–".to_owned() } else { shown.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_can_be_used() {
        let toml = OWN.split("```").nth(1).unwrap().trim_start_matches("toml");
        let config = crate::config::Config::parse(toml).unwrap();
        let keymap = super::super::keymap::Keymap::with(&config.keys).unwrap();
        assert_eq!(keymap.key_hint(super::super::command::CommandId::Extend), "E");
    }

    #[test]
    fn the_documentation_of_the_keys_is_what_the_table_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, document()).unwrap();
        }
        let there = std::fs::read_to_string(path).unwrap();
        assert_eq!(there, document(), "UPDATE_DOCS=1 cargo test --lib the_documentation writes it anew");
    }
}
