//! Which theme the dashboard opens in.

use std::env;

use anyhow::Result;

use crate::app::{App, ChosenBy};
use crate::tui::ground;
use crate::tui::theme::{Broken, Depth, Gallery};

/// The theme that is without colours.
const PLAIN: &str = "mono";

/// The theme to open in and who chose it: the command line or the configuration, the desk on an evening
/// before, else nobody. A theme whose file is broken is told elsewhere and gives way to one that is not.
///
/// # Errors
/// Where the one that is asked for does not exist.
pub(super) fn choose(
    asked: Option<String>,
    kept: Option<String>,
    depth: Depth,
    gallery: &Gallery,
    broken: &[Broken],
) -> Result<(String, ChosenBy)> {
    let is_broken = |name: &String| broken.iter().any(|file| file.name == *name);
    if let Some(name) = asked {
        if gallery.named(&name).is_ok() || !is_broken(&name) {
            gallery.named(&name)?;
            return Ok((name, ChosenBy::Settings));
        }
    } else if let Some(name) = kept.filter(|name| gallery.named(name).is_ok()) {
        return Ok((name, ChosenBy::Desk));
    }
    if depth == Depth::Plain {
        return Ok((PLAIN.to_owned(), ChosenBy::Nobody));
    }
    let told = env::var("COLORFGBG").ok().and_then(|told| ground::of_environment(&told));
    Ok((App::theme_for(told.unwrap_or_default()).to_owned(), ChosenBy::Nobody))
}

/// Whether the terminal is asked for its background: only where the answer matters, and can be understood.
pub(super) fn asks_ground(chosen_by: ChosenBy, depth: Depth) -> bool {
    let is_able = env::var("TERM").is_ok_and(|name| ground::is_asked(&name));
    chosen_by == ChosenBy::Nobody && depth != Depth::Plain && is_able
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;
    use crate::tui::theme::Theme;

    fn chosen(asked: Option<&str>, kept: Option<&str>, depth: Depth) -> Result<(String, ChosenBy)> {
        let why = Theme::from_toml("mine", "ok = 3").unwrap_err();
        let broken = [Broken { name: "mine".into(), path: Text::from("mine.toml"), why }];
        choose(asked.map(str::to_owned), kept.map(str::to_owned), depth, &Gallery::default(), &broken)
    }

    #[test]
    fn who_asks_is_heard_first() {
        let ember = Some("ember");
        assert_eq!(chosen(Some("paper"), ember, Depth::True).unwrap(), ("paper".into(), ChosenBy::Settings));
        assert_eq!(chosen(None, ember, Depth::True).unwrap(), ("ember".into(), ChosenBy::Desk));
        assert_eq!(chosen(None, Some("gone"), Depth::Plain).unwrap(), ("mono".into(), ChosenBy::Nobody));
        let told = chosen(Some("papier"), None, Depth::True).unwrap_err().to_string();
        assert!(told.contains("paper"), "{told}");
    }

    #[test]
    fn one_that_is_broken_does_not_stop_the_start() {
        assert_eq!(chosen(Some("mine"), None, Depth::True).unwrap().1, ChosenBy::Nobody);
    }
}
