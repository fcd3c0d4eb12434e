//! Pieces of screen that know nothing of hotels.
//!
//! Every one of them draws into whatever area it is given, down to none at all: what does not fit is
//! left out, the least important first.

pub mod columns;
pub mod footer;
pub mod ground;
pub mod input;
pub mod modal;
pub mod pane;
pub mod pen;
pub mod progress;
pub mod qr;
pub mod table;

use ratatui::style::Style;

use super::glyphs::Glyphs;
use super::theme::{Meaning, Theme};

/// How things look: colours and signs.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// Colours by meaning.
    pub theme: &'a Theme,
    /// Signs by name.
    pub glyphs: &'a Glyphs,
}

impl Look<'_> {
    /// The style of a meaning.
    pub fn style(&self, meaning: Meaning) -> Style {
        self.theme.style(meaning)
    }
}

#[cfg(test)]
mod tests;
