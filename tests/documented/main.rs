//! What the documentation says can be typed can be typed: every command of its pages is run or looked up, every
//! setting is checked, every link leads somewhere.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod pages;
mod prose;
#[path = "../pty/mod.rs"]
mod pty;
mod run;
mod shelf;

use std::fs;
use std::process::Command;

use nightdesk::tui::theme::Theme;
use pages::{Block, pages};
use run::Visitor;

/// What is said to a server is said to one by tests/shared_store.
#[test]
fn every_block_is_of_a_kind_that_is_checked() {
    for page in pages() {
        for Block { line, kind, .. } in page.blocks() {
            let is_known = ["sh", "toml", "json", "text", "sql"].contains(&kind.as_str());
            assert!(is_known, "{}:{line}: nothing checks a block of “{kind}”", page.name);
        }
    }
}

#[test]
fn every_command_of_a_block_does_what_it_is_there_for() {
    let visitor = Visitor::arrive();
    let mut wrong = Vec::new();
    let mut done = 0;
    for page in pages() {
        for block in page.blocks().into_iter().filter(|block| block.kind == "sh") {
            for (line, command) in block.commands() {
                done += 1;
                if let Err(why) = visitor.carry_out(&command) {
                    wrong.push(format!("{}:{line}: {command}\n  {why}", page.name));
                }
            }
        }
    }
    assert!(done > 40, "only {done} commands were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_command_is_told() {
    let visitor = Visitor::arrive();
    for wrong in [
        "nightdesk audti",
        "nightdesk list guests --filtre p1",
        "nightdesk list guests --filter 'clas:due-out'",
        "nightdesk journal --since whenever",
        "cargo test --test no_such_test",
        "cargo bench --bench no_such_bench",
        "cargo run --release -- dmeo",
        "packaging/no_such_script.sh",
        "sudo cp packaging/no-such.service /etc/systemd/system/",
        "sudo -u nightdesk nightdesk docter",
        "rm -r /",
    ] {
        assert!(visitor.carry_out(wrong).is_err(), "{wrong} was taken");
    }
}

#[test]
fn every_setting_of_a_block_is_one() {
    let dir = shelf::Shelf::new();
    let mut checked = 0;
    for page in pages() {
        for block in page.blocks().into_iter().filter(|block| block.kind == "toml") {
            checked += 1;
            // A theme is a file of its own.
            if page.name == "docs/themes.md" && block.text.starts_with("made_for") {
                Theme::from_toml("example", &block.text).unwrap();
                continue;
            }
            let path = dir.path("config.toml");
            fs::write(&path, &block.text).unwrap();
            let check = Command::new(run::PROGRAM)
                .args(["config", "check", "--config"])
                .arg(&path)
                .env_remove("SEAM_API_KEY")
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&check.stderr).into_owned();
            assert!(check.status.success(), "{}:{}: {told}", page.name, block.line);
        }
    }
    assert!(checked > 4, "only {checked} blocks of settings were found");
}

#[test]
fn every_json_of_a_block_is_json() {
    for page in pages() {
        for block in page.blocks().into_iter().filter(|block| block.kind == "json") {
            let read: Result<serde_json::Value, _> = serde_json::from_str(&block.text);
            assert!(read.is_ok(), "{}:{}: {read:?}", page.name, block.line);
        }
    }
}

#[test]
fn every_command_and_option_that_prose_names_is_there() {
    let mut wrong = Vec::new();
    let mut done = 0;
    for page in pages() {
        for (line, span) in page.spans() {
            match prose::check(&span) {
                None => {}
                Some(Ok(())) => done += 1,
                Some(Err(why)) => wrong.push(format!("{}:{line}: `{span}`\n  {why}", page.name)),
            }
        }
    }
    assert!(done > 40, "only {done} were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn prose_that_names_what_is_not_there_is_told() {
    for wrong in [
        "nightdesk audti",
        "nightdesk list guests|doors",
        "nightdesk journal [--sinse WHEN]",
        "--no-such-option",
        "cargo test --test no_such_test",
    ] {
        assert!(matches!(prose::check(wrong), Some(Err(_))), "{wrong} was taken");
    }
    assert!(prose::check("due out").is_none());
}

#[test]
fn every_link_leads_somewhere() {
    let mut wrong = Vec::new();
    let mut done = 0;
    for page in pages() {
        for (line, target) in page.links() {
            done += 1;
            if let Some(why) = page.broken(&target) {
                wrong.push(format!("{}:{line}: {target}: {why}", page.name));
            }
        }
    }
    assert!(done > 50, "only {done} links were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_readme_leads_to_every_page() {
    let all = pages();
    let readme = all.iter().find(|page| page.name == "README.md").unwrap();
    let linked: Vec<String> = readme.links().into_iter().map(|(_, target)| target).collect();
    for page in all.iter().filter(|page| page.name != "README.md") {
        assert!(linked.contains(&page.name), "the readme does not link {}", page.name);
    }
}
