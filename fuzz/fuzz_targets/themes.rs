//! Files of themes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nightdesk::tui::theme::{Meaning, Theme};

fuzz_target!(|text: &str| {
    if let Ok(theme) = Theme::from_toml("mine", text) {
        for meaning in Meaning::ALL {
            let _ = (theme.style(meaning), theme.without_colour().style(meaning));
        }
    }
});
