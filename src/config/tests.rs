//! What is read, what is refused, and whether the table of settings tells the truth.

use std::fs;

use super::table::SECTIONS;
use super::*;
use crate::property::Settings;
use crate::sync::Cadence;

fn refused(raw: &str) -> String {
    Config::parse(raw).unwrap_err().to_string()
}

#[test]
fn a_broken_file_names_its_line_and_the_names_there_are() {
    let words = refused("theme = \"dark\"\nthema = \"x\"\n");
    assert_eq!(words, "line 2: there is no setting “thema” here; did you mean “theme”?");
    assert!(refused("[properties.h]\napi_key_fil = \"x\"").contains("did you mean “api_key_file”?"));
    assert_eq!(
        refused("[properties.h]\ncolour = \"blu\""),
        "line 2: “blu” is not known here; did you mean “blue”?"
    );
    let zone = refused("[properties.h]\ntime_zone = \"Berlin\"");
    assert_eq!(zone, "line 2: “Berlin” is not the name of a time zone, write Europe/Berlin");
    assert!(refused("[cadence]\nevents = \"0s\"").contains("from 1s to 1d"));
    let twice = refused("[properties.h]\napi_key_file = \"a\"\napi_key_env = \"B\"");
    assert!(twice.starts_with("properties.h: keep one of"), "{twice}");
}

#[test]
fn thresholds_are_read_and_a_slip_is_answered_with_the_nearest_name() {
    let raw = "[thresholds]\nkey_grace = \"10m\"\nroll_at = \"03:00\"\nbattery_low = 30\nshifts = [\"07:00\", \"19:00\"]\n";
    let settings = Settings::from(&Config::parse(raw).unwrap().thresholds);
    assert_eq!(settings.key_grace, chrono::TimeDelta::minutes(10));
    assert_eq!(settings.roll_at, chrono::NaiveTime::from_hms_opt(3, 0, 0));
    assert_eq!((settings.battery_low, settings.shifts.len()), (30, 2));
    let usual = Settings::default();
    assert_eq!(settings.revoke_limit, usual.revoke_limit, "what is not named stays");
    let words = refused("[thresholds]\nkey_grace = \"10m\"\nrevoke_limits = \"1m\"\n");
    assert_eq!(words, "line 3: there is no setting “revoke_limits” here; did you mean “revoke_limit”?");
    let words = refused("[thresholds]\nkey_grace = 10\n");
    assert!(words.starts_with("line 2:") && words.contains("\"5m\""), "{words}");
}

#[test]
fn thresholds_of_a_property_come_before_those_of_all() {
    let raw = "[thresholds]\nkey_grace = \"10m\"\nbattery_low = 30\nshifts = [\"07:00\"]\n[properties.hill.thresholds]\nkey_grace = \"2m\"\nroll_at = \"04:00\"\n[properties.moor]\n";
    let config = Config::parse(raw).unwrap();
    let of = |name: &str| Settings::from(&config.thresholds_of(Some(name)));
    let (hill, moor) = (of("hill"), of("moor"));
    assert_eq!((hill.key_grace.num_minutes(), hill.battery_low, hill.shifts.len()), (2, 30, 1));
    assert!(hill.roll_at.is_some() && moor.roll_at.is_none());
    assert_eq!(moor, Settings::from(&config.thresholds), "nothing is said of it");
    assert_eq!(Settings::from(&config.thresholds_of(None)), moor);
    let words = refused("[properties.hill.thresholds]\nkey_gracee = \"2m\"\n");
    assert_eq!(words, "line 2: there is no setting “key_gracee” here; did you mean “key_grace”?");
}

#[test]
fn every_threshold_of_a_property_counts() {
    // Each, set to something else than what is usual, both for all and for the one.
    let section = SECTIONS.iter().find(|section| section.name == "thresholds").unwrap();
    for setting in section.settings {
        let value = if setting.usual.is_empty() { setting.example } else { setting.usual };
        let raw = format!("[properties.hill.thresholds]\n{} = {value}\n", setting.name);
        let config = Config::parse(&raw).unwrap();
        assert_ne!(config.thresholds_of(Some("hill")), Thresholds::default(), "{}", setting.name);
        let common = Config::parse(&format!("[thresholds]\n{} = {value}\n", setting.name)).unwrap();
        assert_eq!(common.thresholds_of(Some("hill")), common.thresholds, "{}", setting.name);
    }
}

#[test]
fn the_property_asked_for_must_be_there_and_of_several_one_must_be_chosen() {
    let raw = "[properties.harbour]\nendpoint = \"https://a\"\ncolour = \"blue\"\n[properties.hill]\nendpoint = \"https://b\"\n";
    let config = Config::parse(&format!("property = \"harbour\"\n{raw}")).unwrap();
    let chosen = config.choose(None).unwrap();
    assert_eq!((chosen.endpoint(None).as_str(), chosen.colour), ("https://a", Some(Colour::Blue)));
    assert_eq!(config.choose(Some("hill")).unwrap().endpoint(None), "https://b");
    let error = config.choose(Some("moon")).unwrap_err().to_string();
    assert_eq!(error, "there is no property “moon” in the configuration: it has harbour, hill");
    let several = Config::parse(raw).unwrap().choose(None).unwrap_err().to_string();
    assert!(several.contains("--property") && several.contains("harbour, hill"), "{several}");
    let names: Vec<_> = config.all().into_iter().filter_map(|p| p.name).collect();
    assert_eq!(names, ["harbour", "hill"]);
    assert_eq!(Config::default().choose(None).unwrap().name, None, "the environment may say all");
}

/// The names that serde knows in a section.
fn known(section: &str) -> Vec<String> {
    let heading = if section.is_empty() { String::new() } else { format!("[{section}]\n") };
    let error = toml::from_str::<Config>(&format!("{heading}q-q = 1\n")).unwrap_err();
    let (_, names) = error.message().split_once("expected").unwrap();
    names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_table_has_every_setting_that_is_read_and_no_other() {
    for section in SECTIONS.iter().filter(|section| section.name != "keys") {
        let mut there: Vec<&str> = section.settings.iter().map(|s| s.name).collect();
        if section.name.is_empty() {
            let headings = SECTIONS.iter().map(|s| s.name.split('.').next().unwrap());
            there.extend(headings.filter(|name| !name.is_empty()));
            there.sort_unstable();
            there.dedup();
        }
        let within = SECTIONS.iter().filter_map(|s| s.name.strip_prefix(section.name)?.strip_prefix('.'));
        there.extend(within);
        let mut known = known(section.name);
        known.sort_unstable();
        there.sort_unstable();
        assert_eq!(known, there, "[{}]", section.name);
    }
}

#[test]
fn what_the_table_calls_usual_is_what_nobody_has_to_say() {
    let mut raw = String::new();
    for section in SECTIONS.iter().filter(|section| !section.name.starts_with("properties.NAME")) {
        if !section.name.is_empty() {
            raw.push_str(&format!("[{}]\n", section.name));
        }
        for setting in section.settings.iter().filter(|s| !s.usual.is_empty()) {
            raw.push_str(&format!("{} = {}\n", setting.name, setting.usual));
        }
    }
    let config = Config::parse(&raw).unwrap();
    assert_eq!(Settings::from(&config.thresholds), Settings::default());
    assert_eq!(Cadence::from(&config.cadence), Cadence::default());
    assert_eq!(config.notify, Some(NotifyConfig::default()));
    let rest = Config {
        theme: None,
        notify: None,
        thresholds: Thresholds::default(),
        cadence: CadenceConfig::default(),
        ..config
    };
    assert_eq!(rest, Config::default());
}

#[test]
fn the_first_file_sets_nothing_and_every_line_of_it_can_be_set() {
    let commands: [page::Row<'_>; 2] =
        [("extend", &["e"], "extend the stay"), ("copy", &["\"", "\\"], "copy")];
    let file = page::starter(&commands);
    assert_eq!(Config::parse(&file).unwrap(), Config::default());
    let set: String = file
        .lines()
        .filter_map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')))
        .filter(|line| {
            !["api_key_command", "api_key_env", "url_file"].iter().any(|name| line.starts_with(name))
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let config = Config::parse(&set).unwrap();
    assert_eq!(config.choose(None).unwrap().colour, Some(Colour::Blue));
    assert_eq!(config.keys.bound["copy"].keys, ["\"", "\\"]);
    let line = set.lines().position(|line| line.starts_with("extend")).unwrap() + 1;
    assert_eq!(config.keys.bound["extend"].line, line);
}

#[test]
fn the_documentation_is_what_the_table_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, page::document()).unwrap();
    }
    let there = fs::read_to_string(path).unwrap();
    assert_eq!(there, page::document(), "UPDATE_DOCS=1 cargo test --lib the_documentation writes it anew");
}
