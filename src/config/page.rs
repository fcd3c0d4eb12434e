//! What is drawn from the table of settings.

use std::fmt::Write;

use super::table::{SECTIONS, Setting};

/// A command, as the file lists it: its name, its usual keys, what it does.
pub type Row<'a> = (&'a str, &'a [&'a str], &'a str);

/// The longest line of prose in the file.
const WIDTH: usize = 100;

/// What [`document`] begins with.
const BEFORE: &str = "# Configuration

`nightdesk config path` says which file is read, `nightdesk config init` writes one with everything in it and
nothing set, `nightdesk config check` names file, line, setting and the nearest valid name where something is
wrong with it. Every setting is optional. The command line comes before the environment, the environment before
the file.

A running dashboard notices within seconds that the file was changed, takes up what it can and says so; what
needs a restart is marked here. A file that is broken changes nothing: the settings stay as they were. Values and
names with control characters are refused.

This page is drawn from the table the program has of its settings.
";

/// `docs/configuration.md`.
pub fn document() -> String {
    let mut page = BEFORE.to_owned();
    for section in SECTIONS {
        let heading = if section.name.is_empty() { "Before the first heading" } else { section.name };
        let heading = if section.name.is_empty() { heading.to_owned() } else { format!("`[{heading}]`") };
        let _ = write!(page, "\n## {heading}\n\n{}\n", section.said);
        if section.settings.is_empty() || section.like.is_some() {
            continue;
        }
        page.push_str("\n| setting | usually | what it means |\n|---|---|---|\n");
        for setting in section.settings {
            let _ = writeln!(page, "| `{}` | {} | {} |", setting.name, value(setting), meaning(setting));
        }
    }
    page
}

fn value(setting: &Setting) -> String {
    match (setting.usual, setting.example) {
        ("", example) => format!("– (`{}`)", example.replace('|', "\\|")),
        (usual, _) => format!("`{usual}`"),
    }
}

fn meaning(setting: &Setting) -> String {
    let restart = if setting.at_start { " *Needs a restart.*" } else { "" };
    format!("{}{restart}", setting.said.replace('|', "\\|"))
}

/// The file that `nightdesk config init` writes: everything there is, nothing set. A setting stands behind `#`,
/// prose behind `# `. `commands` are listed with their usual keys.
pub fn starter(commands: &[Row<'_>]) -> String {
    let mut file = String::new();
    prose(&mut file, "The settings of nightdesk. Take the # away before what you want to set.");
    prose(
        &mut file,
        "`nightdesk config check` says whether all is well; docs/configuration.md explains more.",
    );
    for section in SECTIONS {
        file.push('\n');
        prose(&mut file, section.said);
        if !section.name.is_empty() {
            let name = section.name.replace("NAME", "harbour");
            let _ = writeln!(file, "#[{name}]");
        }
        for setting in section.settings.iter().filter(|_| section.like.is_none()) {
            let value = if setting.usual.is_empty() { setting.example } else { setting.usual };
            let restart = if setting.at_start { " Needs a restart." } else { "" };
            prose(&mut file, &format!("{}{restart}", setting.said));
            let _ = writeln!(file, "#{} = {value}", setting.name);
        }
        if section.name == "keys" {
            list(&mut file, commands);
        }
    }
    file
}

fn list(file: &mut String, commands: &[Row<'_>]) {
    for (name, keys, said) in commands {
        let keys: Vec<String> = keys.iter().map(|key| format!("\"{}\"", escaped(key))).collect();
        let value = match keys.as_slice() {
            [one] => one.clone(),
            all => format!("[{}]", all.join(", ")),
        };
        let _ = writeln!(file, "#{:<28} # {said}", format!("{name} = {value}"));
    }
}

fn escaped(key: &str) -> String {
    key.replace('\\', "\\\\").replace('"', "\\\"")
}

fn prose(file: &mut String, said: &str) {
    let mut line = String::from("#");
    for word in said.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(file, "{line}");
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(file, "{line}");
}
