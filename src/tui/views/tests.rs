//! What the views draw.

use crate::app::App;
use crate::app::Settings;
use crate::app::keymap::Keymap;
use crate::property::{Property, Settings as PropertySettings, Zone};
use crate::tui::theme::Theme;
use chrono::{DateTime, Utc};

/// Sunday 22 November 2026, 03:14:07 in Paris.
pub fn night() -> DateTime<Utc> {
    "2026-11-22T02:14:07Z".parse().unwrap()
}

/// The program on a hotel of which nothing has been read.
pub fn empty_app() -> App {
    let settings = PropertySettings { zone: Zone::named("Europe/Paris"), ..PropertySettings::default() };
    let property = Property::new(settings, night());
    let settings = Settings {
        read_only: false,
        theme: "dark".into(),
        themes: Theme::names().map(str::to_owned).collect(),
        keymap: Keymap::new().unwrap(),
        encoder: None,
        sandbox: true,
    };
    App::new(property, settings)
}
