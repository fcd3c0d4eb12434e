//! The themes there are: those that come with the program, and those of the person at the terminal, which
//! may take the place of one of the same name.

use std::fs;
use std::io;
use std::path::Path;

use super::{Theme, ThemeError};
use crate::order::Arrange as _;
use crate::text::Text;

/// The themes that come with the program: name and text, the default first.
pub(super) const BUILT_IN: [(&str, &str); 10] = [
    ("dark", include_str!("../../../themes/dark.toml")),
    ("light", include_str!("../../../themes/light.toml")),
    ("high-contrast", include_str!("../../../themes/high-contrast.toml")),
    ("high-contrast-light", include_str!("../../../themes/high-contrast-light.toml")),
    ("colour-blind", include_str!("../../../themes/colour-blind.toml")),
    ("harbour", include_str!("../../../themes/harbour.toml")),
    ("dusk", include_str!("../../../themes/dusk.toml")),
    ("ember", include_str!("../../../themes/ember.toml")),
    ("paper", include_str!("../../../themes/paper.toml")),
    ("mono", include_str!("../../../themes/mono.toml")),
];

/// How large a theme file may be, in bytes: none is.
const LARGEST: u64 = 64 * 1024;

/// A theme file that is not one. The other themes are there all the same.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {why}")]
pub struct Broken {
    /// The name the theme would have.
    pub name: String,
    /// Which file.
    pub path: Text,
    /// Line, key and reason.
    pub why: ThemeError,
}

/// Themes by name.
#[derive(Debug, Clone)]
pub struct Gallery {
    themes: Vec<Theme>,
}

impl Default for Gallery {
    fn default() -> Self {
        Self { themes: Theme::names().filter_map(|name| Theme::named(name).ok()).collect() }
    }
}

impl Gallery {
    /// The themes of the program and those of the files `*.toml` in `dir`, which need not be there. A file
    /// that is broken is told, and changes nothing.
    pub fn with(dir: &Path) -> (Self, Vec<Broken>) {
        let mut gallery = Self::default();
        let mut broken = Vec::new();
        let files = match fs::read_dir(dir) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return (gallery, broken),
            Err(error) => {
                let path = Text::new(dir.display().to_string());
                broken.push(Broken { name: String::new(), path, why: error.into() });
                return (gallery, broken);
            }
        };
        let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
        paths.arrange();
        for path in paths {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let name = Text::new(stem.as_ref()).to_string();
            match read(&path).and_then(|text| Theme::from_toml(&name, &text)) {
                Ok(theme) => gallery.put(theme),
                Err(why) => {
                    broken.push(Broken { name, path: Text::new(path.display().to_string()), why });
                }
            }
        }
        (gallery, broken)
    }

    /// Its names, those of the program first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.themes.iter().map(Theme::name)
    }

    /// The theme called `name`.
    ///
    /// # Errors
    /// [`ThemeError::Unknown`] with the nearest name when there is none of this name.
    pub fn named(&self, name: &str) -> Result<&Theme, ThemeError> {
        let found = self.themes.iter().find(|theme| theme.name() == name);
        found.ok_or_else(|| ThemeError::unknown_theme(name, self.names()))
    }

    fn put(&mut self, theme: Theme) {
        match self.themes.iter_mut().find(|known| known.name() == theme.name()) {
            Some(known) => *known = theme,
            None => self.themes.push(theme),
        }
    }
}

fn read(path: &Path) -> Result<String, ThemeError> {
    let length = fs::metadata(path)?.len();
    if length > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a theme is a few lines").into());
    }
    Ok(fs::read_to_string(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Meaning;
    use ratatui::style::{Color, Style};

    /// A directory that goes with the test.
    struct Dir(std::path::PathBuf);

    impl Dir {
        fn new(files: &[(&str, &str)]) -> Self {
            let dir = std::env::temp_dir().join(format!("nightdesk-themes-{}", uuid::Uuid::now_v7()));
            fs::create_dir_all(&dir).unwrap();
            for (name, text) in files {
                fs::write(dir.join(name), text).unwrap();
            }
            Self(dir)
        }
    }

    impl Drop for Dir {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn themes_of_the_person_are_added_or_take_a_place() {
        let dir =
            Dir::new(&[("night.toml", "ok = \"blue\""), ("dark.toml", "ok = \"red\""), ("notes.txt", "?")]);
        let (gallery, broken) = Gallery::with(&dir.0);
        assert!(broken.is_empty(), "{broken:?}");
        assert_eq!(gallery.names().count(), BUILT_IN.len() + 1);
        let ok = |name| gallery.named(name).unwrap().style(Meaning::Ok);
        assert_eq!(ok("night"), Style::new().fg(Color::Blue));
        assert_eq!(ok("dark"), Style::new().fg(Color::Red));
    }

    #[test]
    fn a_broken_file_is_named_with_its_line_and_key_and_spoils_no_other() {
        let dir = Dir::new(&[("a.toml", "ok = \"blue\"\nwarnign = \"red\"\n"), ("b.toml", "ok = \"blue\"")]);
        let (gallery, broken) = Gallery::with(&dir.0);
        assert!(gallery.named("b").is_ok() && gallery.named("a").is_err());
        let [told] = &broken[..] else { panic!("one is broken: {broken:?}") };
        let told = told.to_string();
        assert!(told.contains("a.toml: line 2: a theme has no `warnign`; did you mean `warning`?"), "{told}");
    }

    #[test]
    fn without_a_directory_there_are_those_of_the_program() {
        let (gallery, broken) = Gallery::with(Path::new("/nowhere/themes"));
        assert!(broken.is_empty());
        assert!(gallery.names().eq(Theme::names()));
        let told = gallery.named("drak").unwrap_err().to_string();
        assert!(told.contains("`dark`") && told.contains("paper"), "{told}");
    }
}
