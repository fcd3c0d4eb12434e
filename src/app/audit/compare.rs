//! The comparison with the property management system: an export is asked for by its path, read off the
//! screen's task, and held against the hotel again whenever that changes.

use crate::app::App;
use crate::app::event::{Effect, Effects};
use crate::app::form::Field;
use crate::app::key::{Code, Key};
use crate::app::layer::{Details, Layer};
use crate::app::message::Weight;
use crate::app::overlay::moved;
use crate::app::own_keys::Own;
use crate::config::PmsConfig;
use crate::property::StayId;
use crate::report::{Compared, Rows, compare};
use crate::text::Text;

/// An export as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The name of the file.
    pub file: Text,
    /// What was found in it.
    pub rows: Rows,
}

/// A file that is to be read as an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedExport {
    /// Where, as a person typed it.
    pub path: String,
    /// What its columns are called.
    pub config: PmsConfig,
}

/// How far the page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The path is typed; why the last one would not do.
    Path(Option<Text>),
    /// The file is read.
    Busy,
    /// What differs.
    Shown(Box<Compared>),
}

/// The page.
#[derive(Clone, Debug)]
pub struct ComparePage {
    /// The path.
    pub path: Field,
    /// How far it is.
    pub stage: Stage,
    /// The row under the cursor: differences first, then the rows of the file that were skipped.
    pub at: usize,
}

impl ComparePage {
    /// How many rows there are.
    fn len(&self) -> usize {
        match &self.stage {
            Stage::Shown(compared) => compared.findings.len() + compared.skipped.len(),
            Stage::Path(_) | Stage::Busy => 0,
        }
    }

    /// The stay of the difference under the cursor.
    pub fn stay(&self) -> Option<&StayId> {
        match &self.stage {
            Stage::Shown(compared) => compared.findings.get(self.at)?.stay.as_ref(),
            Stage::Path(_) | Stage::Busy => None,
        }
    }
}

impl App {
    /// Opens the page: on the last export, or on the question for one.
    pub(in crate::app) fn open_compare(&mut self) -> Effects {
        let path = self.audit.export_path.clone();
        let stage = match self.compared() {
            Some(compared) => Stage::Shown(Box::new(compared)),
            None => Stage::Path(None),
        };
        let path = Field::line("file", &path);
        self.layers.push(Layer::Compare(Box::new(ComparePage { path, stage, at: 0 })));
        Effects::draw()
    }

    /// The last export held against the hotel as it is now.
    pub(super) fn compared(&self) -> Option<Compared> {
        let Export { file, rows } = self.audit.export.clone()?;
        Some(compare(&self.property, file, rows))
    }

    /// Holds the export against the hotel again, where that is on the screen.
    pub(in crate::app) fn compare_again(&mut self) {
        let is_open =
            |layer: &Layer| matches!(layer, Layer::Compare(p) if matches!(p.stage, Stage::Shown(_)));
        let Some(at) = self.layers.iter().position(is_open) else { return };
        let Some(compared) = self.compared() else { return };
        let Some(Layer::Compare(page)) = self.layers.get_mut(at) else { return };
        // The cursor stays with its guest, and goes to nobody else's row.
        let held = page.stay().cloned();
        page.stage = Stage::Shown(Box::new(compared));
        if let Stage::Shown(compared) = &page.stage {
            let found = compared.findings.iter().position(|f| held.is_some() && f.stay == held);
            page.at = found.unwrap_or(page.at).min(page.len().saturating_sub(1));
        }
    }

    /// An export was read, or could not be.
    pub(in crate::app) fn export_read(&mut self, told: Result<Export, Text>) -> Effects {
        let busy = |layer: &Layer| matches!(layer, Layer::Compare(page) if page.stage == Stage::Busy);
        let Some(at) = self.layers.iter().position(busy) else { return Effects::default() };
        let stage = match told {
            Err(why) => Stage::Path(Some(why)),
            Ok(export) => {
                self.audit.export = Some(export);
                Stage::Shown(Box::new(self.compared().unwrap_or_default()))
            }
        };
        if let Some(Layer::Compare(page)) = self.layers.get_mut(at) {
            page.at = 0;
            page.stage = stage;
        }
        Effects::draw()
    }

    /// A key on the page.
    pub(in crate::app) fn compare_key(&mut self, key: Key) -> Effects {
        let rows = self.overlay_room();
        let Some(Layer::Compare(page)) = self.layers.last_mut() else { return Effects::default() };
        match page.stage {
            Stage::Path(_) => match key.code {
                Code::Enter => return self.read_export(),
                Code::Esc => return self.close(),
                Code::Char('c') if key.ctrl => return self.close(),
                _ if page.path.key(key) => page.stage = Stage::Path(None),
                _ => return Effects::default(),
            },
            Stage::Busy => return if key.code == Code::Esc { self.close() } else { Effects::default() },
            Stage::Shown(_) => {
                if let Some(by) = self.settings.keymap.travel(key) {
                    page.at = moved(page.at, page.len(), by, rows);
                    return Effects::draw();
                }
                match key.code {
                    Code::Enter => return self.open_difference(),
                    Code::Own(Own::CompareOther) => page.stage = Stage::Path(None),
                    _ => return self.page_key(key),
                }
            }
        }
        Effects::draw()
    }

    /// Asks for the file that is typed.
    fn read_export(&mut self) -> Effects {
        let Some(Layer::Compare(page)) = self.layers.last_mut() else { return Effects::default() };
        let path = page.path.text().trim().to_owned();
        if path.is_empty() {
            page.stage = Stage::Path(Some("which file? an export with a room and a guest a row".into()));
            return Effects::draw();
        }
        page.stage = Stage::Busy;
        self.audit.export_path.clone_from(&path);
        Effects::and(Effect::ReadExport(Box::new(WantedExport { path, config: self.audit.pms.clone() })))
    }

    /// Opens the stay of a difference.
    fn open_difference(&mut self) -> Effects {
        let Some(Layer::Compare(page)) = self.top() else { return Effects::default() };
        match page.stay().filter(|stay| self.property.stay(stay).is_some()).cloned() {
            Some(stay) => self.layers.push(Layer::Details(Details { stay, scroll: 0 })),
            None => {
                let words = "Nothing to open here: only the file has it.";
                self.messages.say(self.now, Weight::Caution, words);
            }
        }
        Effects::draw()
    }
}
