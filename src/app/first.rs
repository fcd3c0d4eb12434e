//! The first start: where the property is, with which key, and what to call it; tried before anything is written.
//!
//! As the rest of the program, it is a state that events change: it reads no file and no network.

use super::form::{Field, Form, Note};
use super::key::{Code, Key};
use crate::secret::Secret;
use crate::text::Text;

/// Which field is which.
const ENDPOINT: usize = 0;
const KEY: usize = 1;
const NAME: usize = 2;

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is filled in; why the last try came to nothing.
    Form(Option<Text>),
    /// It is tried.
    Trying,
    /// It works: the name of the workspace, and whether nothing in it is real.
    Works {
        /// Its name at Seam.
        workspace: Text,
        /// Whether it is a sandbox.
        sandbox: bool,
    },
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answers {
    /// Base address of the API.
    pub endpoint: String,
    /// The API key.
    pub key: Secret,
    /// What the property is called in the configuration.
    pub name: String,
}

/// What is wanted after a key.
#[derive(Clone, Debug)]
pub enum Wish {
    /// Nothing, or another frame.
    Stay,
    /// Leave; nothing is written.
    Leave,
    /// Try it.
    Try(Answers),
    /// Write it down and go on.
    Write(Answers),
}

/// The first start.
#[derive(Clone, Debug)]
pub struct First {
    /// The questions.
    pub form: Form,
    /// Where it stands.
    pub stage: Stage,
}

impl First {
    /// With the usual endpoint.
    pub fn new(endpoint: &str) -> Self {
        let fields = vec![
            Field::line("endpoint", endpoint),
            Field::secret("API key").hint("seam_…: paste it, it is not shown"),
            Field::line("property", "").hint("a short name, as in harbour"),
        ];
        let mut form = Form::new(fields);
        form.focus = KEY;
        Self { form, stage: Stage::Form(None) }
    }

    fn text(&self, field: usize) -> String {
        self.form.fields.get(field).map(|field| field.text().trim().to_owned()).unwrap_or_default()
    }

    /// Whether this field is the key, which is never shown.
    pub fn is_key(field: usize) -> bool {
        field == KEY
    }

    fn answers(&self) -> Answers {
        Answers { endpoint: self.text(ENDPOINT), key: Secret::new(self.text(KEY)), name: self.text(NAME) }
    }

    /// A key was pressed.
    pub fn key(&mut self, key: Key) -> Wish {
        if key.code == Code::Esc || key == Key::ctrl('c') {
            return Wish::Leave;
        }
        match (&self.stage, key.code) {
            (Stage::Trying, _) => Wish::Stay,
            (Stage::Works { .. }, Code::Enter) => Wish::Write(self.answers()),
            (Stage::Works { .. }, Code::Tab | Code::BackTab) => {
                self.stage = Stage::Form(None);
                Wish::Stay
            }
            (Stage::Works { .. }, _) => Wish::Stay,
            (Stage::Form(_), Code::Tab | Code::Down) => self.turn(1),
            (Stage::Form(_), Code::BackTab | Code::Up) => self.turn(-1),
            (Stage::Form(_), Code::Enter) => self.enter(),
            (Stage::Form(_), _) => {
                if let Some(field) = self.form.focused()
                    && field.key(key)
                {
                    self.stage = Stage::Form(None);
                }
                Wish::Stay
            }
        }
    }

    /// Text was pasted: into the field with the keys.
    pub fn paste(&mut self, text: &str) {
        if let (Stage::Form(_), Some(field)) = (&self.stage, self.form.focused()) {
            field.paste(text.trim());
            self.stage = Stage::Form(None);
        }
    }

    fn turn(&mut self, by: isize) -> Wish {
        self.form.turn(by);
        Wish::Stay
    }

    /// To the next question that has no answer, then to the try.
    fn enter(&mut self) -> Wish {
        let missing = (ENDPOINT..=NAME).find(|field| self.text(*field).is_empty());
        match missing {
            Some(field) => {
                let is_new = field != self.form.focus;
                self.form.focus = field;
                let words = "this one is needed too";
                self.stage = Stage::Form((!is_new).then(|| Text::from(words)));
                Wish::Stay
            }
            None => {
                self.stage = Stage::Trying;
                Wish::Try(self.answers())
            }
        }
    }

    /// What became of the try.
    pub fn tried(&mut self, told: Result<(Text, bool), Text>) {
        if self.stage != Stage::Trying {
            return;
        }
        self.stage = match told {
            Ok((workspace, sandbox)) => Stage::Works { workspace, sandbox },
            Err(why) => Stage::Form(Some(why)),
        };
    }

    /// It could not be written down.
    pub fn not_written(&mut self, why: Text) {
        self.stage = Stage::Form(Some(why));
        for field in &mut self.form.fields {
            field.note = Note::None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(first: &mut First, keys: &str) -> Wish {
        keys.split_whitespace().fold(Wish::Stay, |_, key| first.key(key.parse().unwrap()))
    }

    #[test]
    fn it_asks_for_what_is_missing_then_tries_then_writes() {
        let mut first = First::new("https://connect.getseam.com");
        first.paste(" seam_test_abc\n");
        assert!(matches!(press(&mut first, "Enter"), Wish::Stay), "a name is missing");
        press(&mut first, "h i l l");
        let Wish::Try(answers) = press(&mut first, "Enter") else { panic!("{:?}", first.stage) };
        assert_eq!((answers.key.reveal(), answers.name.as_str()), ("seam_test_abc", "hill"));
        assert_eq!(answers.endpoint, "https://connect.getseam.com");
        assert!(matches!(press(&mut first, "Enter y"), Wish::Stay), "it is being tried");
        first.tried(Ok(("Hill Hotel".into(), true)));
        assert!(matches!(press(&mut first, "y"), Wish::Stay));
        assert!(matches!(press(&mut first, "Enter"), Wish::Write(_)));
    }

    #[test]
    fn what_does_not_work_is_said_and_can_be_changed() {
        let mut first = First::new("https://connect.getseam.com");
        first.paste("seam_wrong");
        press(&mut first, "Tab x Enter");
        first.tried(Err("the key is refused".into()));
        assert_eq!(first.stage, Stage::Form(Some("the key is refused".into())));
        assert!(matches!(press(&mut first, "Enter"), Wish::Try(_)));
        first.tried(Ok(("Hill Hotel".into(), false)));
        press(&mut first, "Tab");
        assert_eq!(first.stage, Stage::Form(None));
        // An answer that comes too late is no answer.
        first.tried(Err("late".into()));
        assert_eq!(first.stage, Stage::Form(None));
    }

    #[test]
    fn it_can_be_left_at_any_time() {
        let mut first = First::new("https://connect.getseam.com");
        assert!(matches!(press(&mut first, "Esc"), Wish::Leave));
        assert!(matches!(press(&mut first, "Ctrl-C"), Wish::Leave));
        first.paste("seam_x");
        press(&mut first, "Tab x Enter");
        assert!(matches!(press(&mut first, "Esc"), Wish::Leave), "also while it is tried");
        assert!(!format!("{first:?}").contains("seam_x"), "{first:?}");
    }
}
