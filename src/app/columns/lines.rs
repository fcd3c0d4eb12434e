//! Columns somebody chose, for what has no screen.

use chrono::{DateTime, Utc};

use super::{ColumnId, Spec, Value, named, nearest, of_alert, of_grant, of_mutation, of_stay, table};
use crate::app::pane::PaneKind;
use crate::property::Property;
use crate::report::{self, Line, Of, Pane, Standing, capital, fix_word};

/// Columns of a pane in the order they were named.
#[derive(Clone, Debug)]
pub struct Chosen {
    specs: Vec<&'static Spec>,
}

/// The pane of the board with the same rows.
pub fn kind_of(pane: Pane) -> PaneKind {
    match pane {
        Pane::Guests => PaneKind::Guests,
        Pane::Grants => PaneKind::Grants,
        Pane::Mutations => PaneKind::Mutations,
        Pane::Warnings => PaneKind::Warnings,
    }
}

impl Chosen {
    /// The columns of these names.
    ///
    /// # Errors
    /// In words: the first name that no column of the pane has, with the nearest that one has; or one that is
    /// there twice, which no table could tell apart.
    pub fn named<S: AsRef<str>>(pane: Pane, names: &[S]) -> Result<Self, String> {
        let kind = kind_of(pane);
        let mut specs: Vec<&'static Spec> = Vec::new();
        for name in names.iter().map(|name| name.as_ref().trim()) {
            let Some(spec) = named(kind, name) else {
                let all: Vec<&str> = table(kind).iter().map(|spec| spec.name).collect();
                let meant = match nearest(name, all.iter().copied()) {
                    Some(near) => format!("did you mean “{near}”?"),
                    None => format!("there are {}", all.join(", ")),
                };
                return Err(format!("{} has no column “{name}”: {meant}", kind.title()));
            };
            if specs.iter().any(|known| known.id == spec.id) {
                return Err(format!("the column “{}” is there twice", spec.name));
            }
            specs.push(spec);
        }
        Ok(Self { specs })
    }

    /// Their names.
    pub fn names(&self) -> Vec<&'static str> {
        self.specs.iter().map(|spec| spec.name).collect()
    }

    /// The line of a row with these columns: instants in UTC in its cells, in property time in its sentence.
    pub fn line(&self, p: &Property, of: Of<'_>) -> Line {
        let cells = self.specs.iter().map(|spec| cell(p, of, spec.id, &report::utc)).collect();
        let zone = p.zone();
        let said = self.specs.iter().filter_map(|spec| {
            let words = cell(p, of, spec.id, &|at| report::stamp(at, zone));
            let words = words.trim_end_matches('.');
            (!words.is_empty()).then(|| format!("{} {words}", spec.name))
        });
        let sentence = capital(&said.collect::<Vec<_>>().join(", "));
        let sentence = if sentence.is_empty() { "Nothing is known of it".to_owned() } else { sentence };
        report::line(p, of).saying(cells, format!("{sentence}."))
    }
}

/// What a row has in a column, in words.
fn cell(p: &Property, of: Of<'_>, column: ColumnId, clock: &dyn Fn(DateTime<Utc>) -> String) -> String {
    match (of, column) {
        (Of::Grant(grant), ColumnId::Short) => return grant.id.short(),
        (Of::Alert(alert), ColumnId::Do) => {
            let words = alert.fixes.iter().map(|fix| fix_word(*fix)).filter(|word| !word.is_empty());
            return words.collect::<Vec<_>>().join("; ");
        }
        (Of::Alert(alert), ColumnId::Said) => {
            let said = Standing::of(p, alert);
            return said.map(|said| said.sentence(clock)).unwrap_or_default();
        }
        _ => {}
    }
    let value = match of {
        Of::Stay(stay) => of_stay(p, stay, column),
        Of::Grant(grant) => of_grant(p, grant, column),
        Of::Mutation(row) => of_mutation(p, row, column),
        Of::Alert(alert) => of_alert(p, alert, column),
    };
    match value {
        Value::Empty => String::new(),
        Value::Words(words) | Value::Counted(words) => words.into_owned(),
        Value::Number(n) => n.to_string(),
        Value::Time(at) => clock(at),
        Value::Class(class) => class.word().to_owned(),
        Value::Key(state) => state.word().into_owned(),
        Value::Severity(severity) => severity.word().to_owned(),
    }
}
