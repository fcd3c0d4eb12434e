//! The configuration is another one while the program runs.

use super::hotel::Desk;
use crate::app::keymap::Keymap;
use crate::app::message::Weight;
use crate::app::renew::Fresh;
use crate::app::{Effect, Effects, Event};
use crate::config::watch::Difference;
use crate::config::{Colour, Config};

fn renew(desk: &mut Desk, raw: &str, changed: &[(&str, &str, bool)]) -> Effects {
    let config = Config::parse(raw).unwrap();
    let of = |(section, name, at_start): &(&str, &str, bool)| Difference {
        section: (*section).to_owned(),
        name: (*name).to_owned(),
        at_start: *at_start,
    };
    let fresh = Fresh {
        property: config.choose(None).unwrap(),
        keymap: Keymap::with(&config.keys).unwrap(),
        config,
        changed: changed.iter().map(of).collect(),
        keeps_theme: false,
    };
    desk.event(Event::Configured(Box::new(Ok(fresh))))
}

#[test]
fn what_can_be_taken_up_is_and_the_rest_is_said_to_need_a_restart() {
    let mut desk = Desk::new();
    let raw = "theme = \"mono\"\n[keys]\nextend = \"E\"\n[properties.h]\nendpoint = \"https://x\"\nencoder = \"Front desk 2\"\ncolour = \"red\"\n";
    let changed = [
        ("", "theme", false),
        ("properties", "endpoint", true),
        ("properties", "encoder", false),
        ("properties", "colour", false),
        ("keys", "", false),
    ];
    desk.app.settings.own.in_the_clear = true;
    let effects = renew(&mut desk, raw, &changed);
    assert!(desk.app.settings.own.in_the_clear, "what the command line said stands");
    assert_eq!(effects.list, [Effect::Theme("mono".to_owned())]);
    let words = "The configuration was read again: theme, encoder, colour, keys. Needs a restart: endpoint.";
    assert_eq!(desk.says(), words);
    let settings = &desk.app.settings;
    assert_eq!((settings.own.colour, settings.theme.as_str()), (Some(Colour::Red), "mono"));
    desk.press("E");
    assert_eq!(desk.app.layers.len(), 1);
    desk.press("Esc");
    desk.press("e");
    assert!(desk.app.layers.is_empty());
}

#[test]
fn a_theme_chosen_meanwhile_stays_where_the_file_says_nothing_new_of_it() {
    let mut desk = Desk::new();
    desk.app.settings.theme = "light".to_owned();
    let effects =
        renew(&mut desk, "theme = \"mono\"\n[pms]\nday_first = true", &[("pms", "day_first", false)]);
    assert_eq!((effects.list.len(), desk.app.settings.theme.as_str()), (0, "light"));
    assert_eq!(desk.app.audit.pms.day_first, Some(true));
}

#[test]
fn thresholds_are_looked_at_again_at_once_and_the_zone_stays() {
    let mut desk = Desk::new();
    let zone = desk.app.property.zone();
    let before: Vec<String> = desk.app.property.alerts().map(|a| a.id.to_string()).collect();
    // Ada is the only one who is past her end.
    renew(&mut desk, "[thresholds]\nscreen_limit = \"1s\"", &[("thresholds", "screen_limit", false)]);
    desk.wait(60);
    let after: Vec<String> = desk.app.property.alerts().map(|a| a.id.to_string()).collect();
    assert!(after.len() > before.len(), "{before:?} {after:?}");
    assert_eq!(desk.app.property.zone(), zone);
}

#[test]
fn what_is_said_of_another_property_changes_nothing_here() {
    let mut desk = Desk::new();
    let raw = "property = \"hill\"\n[properties.hill.thresholds]\nbattery_low = 33\n[properties.moor.thresholds]\nbattery_low = 44\n";
    renew(&mut desk, raw, &[("thresholds", "battery_low", false)]);
    assert_eq!(desk.app.property.settings().battery_low, 33);
    assert_eq!(desk.says(), "The configuration was read again: thresholds battery_low.");
}

#[test]
fn reading_only_begins_at_once_and_ends_with_a_restart() {
    let mut desk = Desk::new();
    renew(&mut desk, "read_only = true", &[("", "read_only", false)]);
    assert!(desk.app.settings.read_only);
    renew(&mut desk, "read_only = false", &[("", "read_only", false)]);
    assert!(desk.app.settings.read_only, "nothing is recorded here: nothing may be changed");
    assert!(desk.says().ends_with("Needs a restart: read_only."), "{}", desk.says());
}

#[test]
fn a_broken_file_changes_nothing_and_says_so() {
    let mut desk = Desk::new();
    let told = Err("/etc/x.toml: line 2: no such setting".into());
    desk.event(Event::Configured(Box::new(told)));
    assert_eq!(desk.says(), "/etc/x.toml: line 2: no such setting. The settings stay as they were.");
    assert_eq!(desk.app.messages.current().unwrap().weight, Weight::Caution);
}
