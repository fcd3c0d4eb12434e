//! What CONTRIBUTING.md says of the dependencies is true: each has its reason there, and none that is gone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn manifest() -> toml::Table {
    file("Cargo.toml").parse().unwrap()
}

fn needed(table: &str) -> BTreeSet<String> {
    manifest()[table].as_table().unwrap().keys().cloned().collect()
}

/// The rows of the table under a heading: crate and reason.
fn told(heading: &str) -> BTreeMap<String, String> {
    let text = file("CONTRIBUTING.md");
    let table = text.split(heading).nth(1).unwrap_or_else(|| panic!("no table “{heading}”"));
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').splitn(2, '|').map(str::trim).collect();
        (cells[0].trim_matches('`').to_owned(), cells[1].to_owned())
    };
    rows.map(row).collect()
}

#[test]
fn every_dependency_has_its_reason_and_no_reason_is_left_over() {
    for (table, heading) in [
        ("dependencies", "| crate | what the program needs it for |"),
        ("dev-dependencies", "| crate | what the tests need it for |"),
    ] {
        let told = told(heading);
        assert_eq!(told.keys().cloned().collect::<BTreeSet<_>>(), needed(table), "{table}");
        let mute: Vec<_> = told.iter().filter(|(_, why)| why.split_whitespace().count() < 1).collect();
        assert!(mute.is_empty(), "{mute:?}");
    }
}

/// All the text of the Rust files below a directory.
fn sources(dir: &Path, out: &mut String) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_dependency_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut program, mut tests) = (String::new(), String::new());
    sources(&root.join("src"), &mut program);
    tests.push_str(&program);
    sources(&root.join("tests"), &mut tests);
    sources(&root.join("benches"), &mut tests);
    for (table, text) in [("dependencies", &program), ("dev-dependencies", &tests)] {
        for name in needed(table) {
            let path = regex::Regex::new(&format!(r"\b{}(::|!|;)", name.replace('-', "_"))).unwrap();
            assert!(path.is_match(text), "{table}: nothing uses {name}");
        }
    }
}

#[test]
fn no_code_of_the_program_is_unsafe() {
    assert_eq!(manifest()["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    let mut text = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
    assert!(!text.contains("allow(unsafe"), "unsafe code is allowed somewhere");
}

#[test]
fn what_may_be_in_the_tree_is_written_down() {
    let rules: toml::Table = file("deny.toml").parse().unwrap();
    for section in ["advisories", "licenses", "bans", "sources"] {
        assert!(rules.contains_key(section), "deny.toml says nothing of {section}");
    }
    assert_eq!(rules["sources"]["unknown-registry"].as_str(), Some("deny"));
    assert_eq!(rules["sources"]["unknown-git"].as_str(), Some("deny"));
    // What the lock file holds comes from the one registry and is sealed.
    let lock: toml::Table = file("Cargo.lock").parse().unwrap();
    for package in lock["package"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        if name == "nightdesk" {
            continue;
        }
        let source = package.get("source").and_then(toml::Value::as_str).unwrap_or("a path");
        assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index", "{name}");
        assert!(package.get("checksum").is_some(), "{name} has no checksum");
    }
}
