//! The configuration: what can be read makes a night that can be drawn.

use nightdesk::app::keymap::Keymap;
use nightdesk::config::{self, Config};
use nightdesk::property::Settings;
use nightdesk::sync::Cadence;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::bend::{scratch, scratches};
use crate::house::{answers, app_on, look_everywhere};

const FILE: &str = r##"theme = "light"
mouse = true
ascii = false
property = "harbour"

[thresholds]
roll_at = "03:00"
shifts = ["07:00", "15:00", "23:00"]
no_show_at = "02:00"
no_show_after = "6h"
key_grace = "10m"
issue_ahead = "2h"
revoke_limit = "1m"
mutation_limit = "5m"
look_ahead = "12h"
battery_low = 30
battery_critical = 10
staff_rooms = 3
watch_from = "23:00"
watch_until = "06:00"
unlock_kept = "12h"
denials = 3
denial_window = "10m"
attempt_limit = "2m"
long_stay = 30
clock_change = "12h"
events_kept = 5000

[pms]
delimiter = ";"
day_first = true
date_formats = ["%d.%m.%Y"]

[pms.columns]
room = "Zimmer"

[cadence]
events = "5s"
grants = "1h"

[keys]
extend = "E"
first = ["g g", "Home"]
zoom = []

[properties.harbour]
encoder = "Front desk 1"
colour = "blue"
endpoint = "https://connect.getseam.com"
api_key_file = "/etc/nightdesk/key"
time_zone = "Europe/Berlin"
"##;

/// Values that are right in form and absurd in size.
fn absurd() -> impl Strategy<Value = String> {
    let names = [
        "key_grace",
        "issue_ahead",
        "look_ahead",
        "clock_change",
        "events_kept",
        "roll_at",
        "long_stay",
        "denials",
        "no_show_after",
        "unlock_kept",
        "battery_low",
    ];
    let values = [
        "\"9999999999999d\"",
        "\"0s\"",
        "\"-5m\"",
        "\"106751991167d\"",
        "\"9223372036854775807s\"",
        "0",
        "18446744073709551615",
        "4294967295",
        "-1",
        "\"24:00\"",
        "\"23:59\"",
        "1e400",
        "nan",
        "\"3000000d\"",
    ];
    (proptest::sample::select(names.to_vec()), proptest::sample::select(values.to_vec()))
        .prop_map(|(name, value)| format!("[thresholds]\n{name} = {value}\n"))
}

#[test]
fn a_scratched_file_makes_a_night_that_can_be_drawn_or_is_refused_in_a_sentence() {
    let answers = answers();
    let path = std::env::temp_dir().join(format!("nightdesk-fuzz-{}.toml", std::process::id()));
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: asked.unwrap_or(64),
        ..ProptestConfig::with_source_file(file!())
    });
    let scratched = scratches().prop_map(|scratches| {
        let mut bytes = FILE.as_bytes().to_vec();
        scratch(&mut bytes, &scratches);
        bytes
    });
    let any = prop_oneof![3 => scratched, 2 => absurd().prop_map(String::into_bytes)];
    runner
        .run(&any, |bytes| {
            std::fs::write(&path, &bytes).unwrap();
            match config::read(&path, true) {
                Ok(config) => {
                    let _ =
                        (config.choose(None), config.choose(Some("moon")), Cadence::from(&config.cadence));
                    let text = std::str::from_utf8(&bytes).unwrap();
                    prop_assert!(Config::parse(text).is_ok_and(|again| again == config));
                    drawn(&config, &answers);
                }
                Err(why) => {
                    let words = why.to_string();
                    prop_assert!(words.contains(' '), "{words:?}");
                    prop_assert!(!words.chars().any(char::is_control), "{words:?}");
                }
            }
            Ok(())
        })
        .unwrap();
    let _ = std::fs::remove_file(path);
}

fn drawn(config: &Config, answers: &serde_json::Value) {
    let mut app = app_on(answers, Settings::from(&config.thresholds));
    if let Ok(keymap) = Keymap::with(&config.keys) {
        app.settings.keymap = keymap;
    }
    look_everywhere(&mut app);
}
