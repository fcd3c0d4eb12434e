//! Commands and options that prose names between backticks.

use clap::CommandFactory;
use nightdesk::cli::Cli;

use crate::run::{Outcome, cargo, parsed, words};

/// What stands for something somebody would type.
const EXAMPLES: [(&str, &str); 8] = [
    ("WHEN", "8h"),
    ("TEXT", "text"),
    ("FILE.csv", "export.csv"),
    ("FILE", "file"),
    ("NAME", "maria"),
    ("N", "40"),
    ("S", "7"),
    ("X", "60"),
];

/// Whether what a span names is there; none where it names neither command nor option.
pub fn check(span: &str) -> Option<Outcome> {
    let span = span.replace("\\|", "|");
    let words: Vec<&str> = span.split_whitespace().collect();
    match words.as_slice() {
        ["cargo", ..] => Some(cargo(&words)),
        [setting, "cargo", ..] if setting.contains('=') => Some(cargo(&words[1..])),
        ["nightdesk", ..] => Some(command(&span)),
        [option, ..] if option.starts_with("--") && option.len() > 2 => Some(an_option(option)),
        _ => None,
    }
}

/// A command, with what may be left out and each of what may be chosen.
fn command(span: &str) -> Outcome {
    let bare = span.replace(['[', ']'], " ").replace('…', "");
    let words = words(&bare)?;
    let most = words.iter().map(|word| word.split('|').count()).max().unwrap_or(1);
    (0..most).try_for_each(|n| {
        let choice = words.iter().map(|word| {
            let choices: Vec<&str> = word.split('|').collect();
            let chosen = choices.get(n).or(choices.first()).copied().unwrap_or_default();
            EXAMPLES.iter().find(|(name, _)| *name == chosen).map_or(chosen, |(_, example)| *example)
        });
        let typed: Vec<&str> = choice.collect();
        match parsed(&typed) {
            // A command that is only named has no arguments yet.
            Err(_) if is_name(&typed) => Ok(()),
            outcome => outcome,
        }
    })
}

/// Whether it is the whole name of a command.
fn is_name(words: &[&str]) -> bool {
    let mut at = Cli::command();
    words.iter().skip(1).all(|word| match at.find_subcommand(word).cloned() {
        Some(found) => {
            at = found;
            true
        }
        None => false,
    })
}

/// An option of some command.
fn an_option(word: &str) -> Outcome {
    let name = word.trim_start_matches("--").split(['=', '|']).next().unwrap_or_default();
    fn has(command: &clap::Command, name: &str) -> bool {
        let own = command.get_arguments().any(|arg| arg.get_long() == Some(name));
        own || command.get_subcommands().any(|command| has(command, name))
    }
    // Every command has these without naming them.
    let is_there = has(&Cli::command(), name) || matches!(name, "help" | "version");
    if is_there { Ok(()) } else { Err(format!("no command has --{name}")) }
}
