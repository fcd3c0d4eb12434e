//! Who else is at a desk of this property: their programs are open on it, here or at other machines.

use super::App;
use crate::text::Text;

/// Who else is on duty, as far as the store can tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Duty {
    /// It cannot: a file of this host tells nobody who looks at it.
    #[default]
    Untold,
    /// These, by name, the longest there first; empty where this desk is the only one.
    Others(Vec<Text>),
}

impl Duty {
    /// Their names in one line: "maria@desk-2, jo"; "only you" where nobody else is there; none where nobody can
    /// tell.
    pub fn words(&self) -> Option<Text> {
        match self {
            Self::Untold => None,
            Self::Others(names) if names.is_empty() => Some(Text::from("only you")),
            Self::Others(names) => {
                let names: Vec<&str> = names.iter().map(Text::as_str).collect();
                Some(Text::new(names.join(", ")))
            }
        }
    }
}

impl App {
    /// Takes in who else is on duty now. Says whether that is another thing than before.
    pub(super) fn duty_changed(&mut self, now: Duty) -> bool {
        let changed = self.duty != now;
        self.duty = now;
        changed
    }
}
