//! The configuration.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nightdesk::app::keymap::Keymap;
use nightdesk::config::Config;
use nightdesk::property::Settings;

fuzz_target!(|text: &str| {
    if let Ok(config) = Config::parse(text) {
        let _ = (Settings::from(&config.thresholds), config.choose(None), Keymap::with(&config.keys));
    }
});
