//! Files of themes.

use nightdesk::tui::theme::{Meaning, Theme};
use proptest::prelude::*;

use crate::bend::{scratch, scratches};

const FILES: [&str; 3] = [
    include_str!("../../themes/dark.toml"),
    include_str!("../../themes/high-contrast.toml"),
    include_str!("../../themes/mono.toml"),
];

proptest! {
    #[test]
    fn a_scratched_theme_has_every_style_or_is_refused_in_a_sentence(which in 0..FILES.len(), scratches in scratches()) {
        let mut bytes = FILES[which].as_bytes().to_vec();
        scratch(&mut bytes, &scratches);
        let text = String::from_utf8_lossy(&bytes);
        match Theme::from_toml("mine", &text) {
            Ok(theme) => {
                for meaning in Meaning::ALL {
                    let _ = (theme.style(meaning), theme.without_colour().style(meaning));
                }
            }
            Err(why) => {
                let words = why.to_string();
                prop_assert!(words.contains(' '), "{words:?}");
                prop_assert!(!words.chars().any(|c| c.is_control() && c != '\n'), "{words:?}");
            }
        }
    }
}
