//! How the screen looks: who chose the theme, and what becomes of another choice.

use super::App;
use super::event::{Effect, Effects};
use super::key::{Code, Key};
use super::layer::{Layer, Themes};
use super::message::Weight;
use super::overlay::moved;
use crate::text::Text;

/// The theme for terminals whose background is light, and that for all others.
const LIGHT: &str = "light";
const DARK: &str = "dark";

/// Who chose the theme in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChosenBy {
    /// Nobody: the terminal's background decides, where it tells.
    Nobody,
    /// Somebody at this desk, on an evening before or just now.
    Desk,
    /// The configuration or the command line; they choose again at the next start.
    #[default]
    Settings,
}

/// How the screen looks, beside the name of the theme.
#[derive(Clone, Copy, Debug, Default)]
pub struct Looks {
    /// Who chose the theme.
    pub chosen_by: ChosenBy,
    /// Whether nothing moves by itself from second to second: ages move on with the minute.
    pub reduced_motion: bool,
}

impl App {
    /// The theme that nobody chose, on a terminal of this background.
    pub fn theme_for(is_light: bool) -> &'static str {
        if is_light { LIGHT } else { DARK }
    }

    /// The terminal told its background.
    pub(super) fn ground(&mut self, is_light: bool) -> Effects {
        let fitting = Self::theme_for(is_light);
        let picks = self.layers.iter().any(|layer| matches!(layer, Layer::Themes(_)));
        if self.looks.chosen_by != ChosenBy::Nobody || picks || self.settings.theme == fitting {
            return Effects::default();
        }
        fitting.clone_into(&mut self.settings.theme);
        Effects::and(Effect::Theme(fitting.to_owned()))
    }

    /// Lists the themes that are known, and asks which there are now.
    pub(super) fn open_themes(&mut self) -> Effects {
        let names = self.settings.themes.clone();
        let before = self.settings.theme.clone();
        let at = names.iter().position(|n| *n == before).unwrap_or(0);
        self.layers.push(Layer::Themes(Themes { names, at, before }));
        Effects::and(Effect::FindThemes)
    }

    /// Which themes there are now. The cursor of an open list stays on its theme; a file that is broken is told
    /// while the list is open.
    pub(super) fn themes_found(&mut self, names: Vec<String>, broken: &[Text]) -> Effects {
        self.settings.themes.clone_from(&names);
        let Some(Layer::Themes(themes)) = self.layers.last_mut() else { return Effects::default() };
        let chosen = themes.names.get(themes.at);
        themes.at = names.iter().position(|name| Some(name) == chosen).unwrap_or(0);
        themes.names = names;
        for broken in broken {
            self.messages.say(self.now, Weight::Caution, format!("A theme is left out: {broken}"));
        }
        Effects::draw()
    }

    /// A key on the list of themes: moving shows, Enter keeps, Esc gives the one before back.
    pub(super) fn themes_key(&mut self, key: Key) -> Effects {
        let Some(Layer::Themes(themes)) = self.layers.last_mut() else { return Effects::default() };
        let shown = match key.code {
            Code::Enter => return self.keep_theme(),
            Code::Esc | Code::Char('q') => {
                let before = themes.before.clone();
                self.layers.pop();
                before
            }
            _ => {
                let Some(by) = self.settings.keymap.travel(key) else { return Effects::default() };
                themes.at = moved(themes.at, themes.names.len(), by, 10);
                themes.names.get(themes.at).cloned().unwrap_or_default()
            }
        };
        self.settings.theme.clone_from(&shown);
        Effects::and(Effect::Theme(shown))
    }

    fn keep_theme(&mut self) -> Effects {
        let name = self.settings.theme.clone();
        self.layers.pop();
        if self.looks.chosen_by == ChosenBy::Settings {
            let words =
                format!("Theme: {name}, until you leave: the configuration or --theme names another.");
            self.messages.say(self.now, Weight::Good, words);
            return Effects::draw();
        }
        self.looks.chosen_by = ChosenBy::Desk;
        Effects::and(Effect::KeepTheme(name))
    }

    /// Says at the start that something is not as it was meant.
    pub fn warn(&mut self, words: impl Into<Text>) {
        self.messages.say(self.now, Weight::Bad, words);
    }

    /// A theme is written down for the next start, or could not be.
    pub(super) fn theme_kept(&mut self, name: &str, told: Result<(), Text>) -> Effects {
        match told {
            Ok(()) => {
                self.messages.say(self.now, Weight::Good, format!("Theme: {name}, also at the next start."))
            }
            Err(why) => {
                let words = format!("Theme: {name}, until you leave: it cannot be kept: {why}");
                self.messages.say(self.now, Weight::Caution, words);
            }
        }
        Effects::draw()
    }
}
