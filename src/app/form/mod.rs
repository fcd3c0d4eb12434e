//! Fields of a dialog: what a person types or chooses before anything is planned.

mod field;

use std::collections::BTreeSet;

pub use field::{Choice, Field, Note, Value};

use crate::text::Text;

/// The fields of a dialog and which one has the keys.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// In order.
    pub fields: Vec<Field>,
    /// Index of the field that has the keys.
    pub focus: usize,
}

impl Form {
    /// A form; the first field has the keys.
    pub fn new(fields: Vec<Field>) -> Self {
        Self { fields, focus: 0 }
    }

    /// The field with the keys.
    pub fn focused(&mut self) -> Option<&mut Field> {
        self.fields.get_mut(self.focus)
    }

    /// To the next field (`1`) or the previous (`-1`) that is shown, round and round.
    pub fn turn(&mut self, by: isize) {
        let n = self.fields.len().max(1);
        for _ in 0..n {
            self.focus = (self.focus + n).saturating_add_signed(by) % n;
            if self.fields.get(self.focus).is_some_and(|field| !field.hidden) {
                break;
            }
        }
    }

    /// Takes over what there is to choose from in `fresh`, the same form made again from newer data.
    /// What is typed stays, and so does a choice that is still there. A field that a form begins without
    /// is filled by what was answered, not from here. Says whether anything changed.
    pub fn adopt(&mut self, fresh: Self) -> bool {
        let mut changed = false;
        for new in fresh.fields.into_iter().filter(|field| !field.hidden) {
            let Some(field) = self.fields.iter_mut().find(|f| f.label == new.label) else { continue };
            match (&mut field.value, new.value) {
                (Value::Choice { options, at }, Value::Choice { options: fresh, at: usual })
                    if *options != fresh =>
                {
                    *at = kept(options, *at, &fresh).unwrap_or(usual);
                    *options = fresh;
                    changed = true;
                }
                (
                    Value::Ticks { options, ticked, at },
                    Value::Ticks { options: fresh, ticked: usual, .. },
                ) if *options != fresh => {
                    *at = kept(options, *at, &fresh).unwrap_or(0);
                    // What came since is ticked as the program proposes it; what is gone is forgotten.
                    let known: BTreeSet<&Text> = crate::order::set(options.iter().map(|option| &option.id));
                    let new = usual.into_iter().filter(|id| !known.contains(id));
                    let mut now: BTreeSet<Text> = crate::order::set(new.chain(std::mem::take(ticked)));
                    now.retain(|id| fresh.iter().any(|option| option.id == *id));
                    *ticked = now;
                    *options = fresh;
                    changed = true;
                }
                _ => {}
            }
        }
        changed
    }

    /// Gives a search what it found. What the person went to stays chosen while it is found.
    pub fn found(&mut self, label: &str, fresh: Vec<Choice>) {
        if let Some(Value::Search { found, at, held, .. }) =
            self.fields.iter_mut().find(|f| f.label == label).map(|f| &mut f.value)
        {
            *at = held.then(|| kept(found, *at, &fresh)).flatten().unwrap_or(0);
            *found = fresh;
        }
    }

    /// Gives a choice what there is to choose from. What was chosen stays chosen while it is there; else
    /// it stands on `usual`.
    pub fn offer(&mut self, label: &str, fresh: Vec<Choice>, usual: usize) {
        if let Some(Value::Choice { options, at }) =
            self.fields.iter_mut().find(|f| f.label == label).map(|f| &mut f.value)
            && *options != fresh
        {
            *at = kept(options, *at, &fresh).unwrap_or(usual);
            *options = fresh;
        }
    }

    /// Another proposal for a line nobody has typed in.
    pub fn propose(&mut self, label: &str, proposal: &str) {
        if let Some(field) = self.fields.iter_mut().find(|f| f.label == label) {
            field.propose(proposal);
        }
    }

    /// Whether a field is asked.
    pub fn is_shown(&self, label: &str) -> bool {
        self.fields.iter().any(|f| f.label == label && !f.hidden)
    }

    /// Whether a person has answered this field.
    pub fn is_touched(&self, label: &str) -> bool {
        self.fields.iter().any(|f| f.label == label && f.is_touched())
    }

    /// Shows a field, or hides it where there is nothing to ask.
    pub fn show(&mut self, label: &str, shown: bool) {
        if let Some(field) = self.fields.iter_mut().find(|f| f.label == label) {
            field.hidden = !shown;
        }
        if self.fields.get(self.focus).is_some_and(|field| field.hidden) {
            self.turn(1);
        }
    }

    /// The id of what is chosen in the field with this label; nothing where it is hidden, absent or empty.
    pub fn chosen_id(&self, label: &str) -> Option<&Text> {
        let field = self.fields.iter().find(|f| f.label == label && !f.hidden)?;
        field.options().get(field.chosen()).map(|option| &option.id)
    }

    /// The ids that are ticked in the field with this label.
    pub fn ticked(&self, label: &str) -> BTreeSet<Text> {
        let field = self.fields.iter().find(|f| f.label == label && !f.hidden);
        match field.map(|f| &f.value) {
            Some(Value::Ticks { ticked, .. }) => ticked.clone(),
            _ => BTreeSet::new(),
        }
    }

    /// What is typed in the field with this label; empty where it is hidden.
    pub fn text(&self, label: &str) -> &str {
        self.fields.iter().find(|f| f.label == label && !f.hidden).map(Field::text).unwrap_or_default()
    }

    /// The choice in the field with this label; nothing where there is no such field.
    pub fn chosen(&self, label: &str) -> Option<usize> {
        self.fields.iter().find(|f| f.label == label).map(Field::chosen)
    }

    /// Says something to the field with this label.
    pub fn note(&mut self, label: &str, note: Note) {
        if let Some(f) = self.fields.iter_mut().find(|f| f.label == label) {
            f.note = note;
        }
    }
}

/// Where in `fresh` the option is that was chosen in `old`.
fn kept(old: &[Choice], at: usize, fresh: &[Choice]) -> Option<usize> {
    let id = &old.get(at)?.id;
    fresh.iter().position(|option| option.id == *id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::key::{Code, Key};

    fn typed(field: &mut Field, text: &str) {
        for c in text.chars() {
            field.key(Key::char(c));
        }
    }

    #[test]
    fn the_first_key_replaces_a_proposal_and_the_next_ones_do_not() {
        let mut f = Field::line("until", "+1d");
        typed(&mut f, "14:00");
        assert_eq!(f.text(), "14:00");
    }

    #[test]
    fn an_arrow_keeps_the_proposal_for_editing() {
        let mut f = Field::line("until", "+1d");
        f.key(Key::plain(Code::Left));
        f.key(Key::plain(Code::Backspace));
        typed(&mut f, "2");
        assert_eq!(f.text(), "+2d");
    }

    #[test]
    fn a_choice_moves_and_stops_at_its_ends() {
        let option = |w: &str| Choice::plain(w);
        let mut f = Field::choice("card", vec![option("a"), option("b")], 0);
        assert!(f.key(Key::char('j')));
        assert!(!f.key(Key::char('j')));
        assert!(f.key(Key::char('1')));
        assert!(!f.key(Key::char('9')));
        assert_eq!(f.chosen(), 0);
    }

    #[test]
    fn newer_data_brings_new_choices_and_keeps_the_old_choice() {
        let option = |w: &str| Choice::plain(w);
        let mut form = Form::new(vec![Field::choice("encoder", vec![option("a"), option("b")], 1)]);
        let fresh = |names: &[&str]| {
            Form::new(vec![Field::choice("encoder", names.iter().map(|n| option(n)).collect(), 0)])
        };
        assert!(!form.adopt(fresh(&["a", "b"])));
        assert!(form.adopt(fresh(&["x", "a", "b"])));
        assert_eq!(form.chosen("encoder"), Some(2));
        assert!(form.adopt(fresh(&["x"])), "the choice is gone");
        assert_eq!(form.chosen("encoder"), Some(0));
    }

    #[test]
    fn a_paste_is_one_clean_line() {
        let mut f = Field::line("until", "+1d");
        f.paste("14:00\ny\u{1b}[2J");
        assert_eq!(f.text(), "14:00 y[2J");
    }

    #[test]
    fn a_search_holds_what_the_person_went_to_and_nothing_else() {
        let mut form = Form::new(vec![Field::search("guest")]);
        form.found("guest", vec![Choice::plain("a"), Choice::plain("b")]);
        form.found("guest", vec![Choice::plain("b"), Choice::plain("a")]);
        assert_eq!(form.chosen_id("guest"), Some(&"b".into()), "the best match, as long as nobody chose");
        form.fields[0].key(Key::plain(Code::Down));
        form.found("guest", vec![Choice::plain("a"), Choice::plain("b")]);
        assert_eq!(form.chosen_id("guest"), Some(&"a".into()));
        typed(&mut form.fields[0], "x");
        form.found("guest", vec![Choice::plain("c"), Choice::plain("a")]);
        assert_eq!(form.chosen_id("guest"), Some(&"c".into()), "typing looks anew");
    }

    #[test]
    fn ticks_are_kept_by_what_they_stand_for() {
        let all = |names: &[&str]| names.iter().map(Choice::plain).collect::<Vec<_>>();
        let ids = |names: &[&str]| names.iter().map(Text::new).collect::<BTreeSet<_>>();
        let fresh = |names: &[&str]| Form::new(vec![Field::ticks("who", all(names), ids(names))]);
        let mut form = fresh(&["a", "b"]);
        form.fields[0].key(Key::char(' '));
        assert_eq!(form.ticked("who"), ids(&["b"]));
        assert!(form.adopt(fresh(&["c", "a", "b"])));
        assert_eq!(form.ticked("who"), ids(&["b", "c"]), "a stays out, c is new and proposed");
        assert!(form.adopt(fresh(&["c", "a"])));
        assert_eq!(form.ticked("who"), ids(&["c"]));
        form.fields[0].key(Key::char('a'));
        assert_eq!(form.ticked("who"), ids(&["a", "c"]));
    }

    #[test]
    fn a_secret_is_not_printed() {
        let mut field = Field::secret("digits");
        typed(&mut field, "739146");
        assert_eq!(field.text(), "739146");
        assert!(!format!("{field:?}").contains("739146"));
    }

    #[test]
    fn a_proposal_changes_until_somebody_types() {
        let mut field = Field::line("until", "tomorrow 11:00");
        field.propose("today 11:00");
        assert_eq!((field.text(), field.is_touched()), ("today 11:00", false));
        typed(&mut field, "+");
        field.propose("tomorrow 11:00");
        assert_eq!((field.text(), field.is_touched()), ("+", true));
    }

    #[test]
    fn what_the_answers_offer_keeps_the_choice_and_is_not_taken_back_by_newer_data() {
        let begin = || Form::new(vec![Field::choice("encoder", Vec::new(), 0).later()]);
        let options = |names: &[&str]| names.iter().map(Choice::plain).collect::<Vec<_>>();
        let mut form = begin();
        form.offer("encoder", options(&["a", "b", "c"]), 1);
        form.show("encoder", true);
        assert_eq!(form.chosen_id("encoder").unwrap(), "b");
        form.adopt(begin());
        form.offer("encoder", options(&["x", "b"]), 0);
        assert_eq!(form.chosen_id("encoder").unwrap(), "b");
        form.offer("encoder", options(&["x", "y"]), 1);
        assert_eq!(form.chosen_id("encoder").unwrap(), "y");
    }

    #[test]
    fn a_hidden_field_is_neither_reached_nor_read() {
        let mut form = Form::new(vec![Field::line("a", "1"), Field::line("b", "2"), Field::line("c", "3")]);
        form.show("b", false);
        form.turn(1);
        assert_eq!((form.focus, form.text("b")), (2, ""));
        form.show("c", false);
        assert_eq!(form.focus, 0, "the keys never go into a field that is not there");
    }
}
