//! Lines under their columns, in the shape that was asked for.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use super::lines::{Change, Line, Pane, Shape, Told};
use super::table::{delimited, utc};
use crate::property::Zone;

/// Which columns lines have, and how they are written.
#[derive(Clone, Debug)]
pub struct Sheet {
    columns: Vec<&'static str>,
    shape: Shape,
}

/// A line for programs: its cells by the names of their columns, in that order; an empty one is null.
struct Object<'a>(&'a [&'static str], &'a Line);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(self.0.iter().zip(self.1.cells.iter().map(|cell| Some(cell).filter(|c| !c.is_empty()))))
    }
}

#[derive(Serialize)]
struct ToldObject<'a> {
    at: String,
    change: &'static str,
    row: Object<'a>,
}

impl Sheet {
    /// The columns a pane has where nobody chooses others.
    pub fn of(pane: Pane, shape: Shape) -> Self {
        Self::with(pane.columns().to_vec(), shape)
    }

    /// These columns: the lines must have a cell for each, in this order.
    pub fn with(columns: Vec<&'static str>, shape: Shape) -> Self {
        Self { columns, shape }
    }

    /// All lines.
    pub fn write(&self, lines: &[Line]) -> String {
        match self.shape {
            Shape::Text if lines.is_empty() => "There are none.\n".to_owned(),
            Shape::Text => lines.iter().map(|line| format!("{}\n", line.sentence)).collect(),
            Shape::Json => {
                let rows: Vec<Object<'_>> = lines.iter().map(|line| Object(&self.columns, line)).collect();
                serde_json::to_string_pretty(&rows).unwrap_or_default() + "\n"
            }
            Shape::Csv | Shape::Tsv => {
                let head = self.columns.iter().map(|name| (*name).to_owned()).collect();
                let rows = std::iter::once(head).chain(lines.iter().map(|line| line.cells.clone()));
                delimited(rows, self.delimiter())
            }
        }
    }

    /// What stands above the changes of a watch; nothing but in tables.
    pub fn head(&self) -> String {
        match self.shape {
            Shape::Text | Shape::Json => String::new(),
            Shape::Csv | Shape::Tsv => {
                let head = ["at", "change"].iter().chain(&self.columns).map(|name| (*name).to_owned());
                delimited([head.collect::<Vec<_>>()], self.delimiter())
            }
        }
    }

    /// One change as one line, seen at `at`.
    pub fn tell(&self, told: &Told, at: DateTime<Utc>, zone: Zone) -> String {
        let Told { change, line } = told;
        match self.shape {
            Shape::Text if *change == Change::There => format!("{}\n", line.sentence),
            Shape::Text => {
                let clock = zone.local(at).format("%H:%M:%S");
                format!("{clock} {}: {}\n", change.word(), line.sentence)
            }
            Shape::Json => {
                let row = Object(&self.columns, line);
                let told = ToldObject { at: utc(at), change: change.word(), row };
                serde_json::to_string(&told).unwrap_or_default() + "\n"
            }
            Shape::Csv | Shape::Tsv => {
                let mut cells = vec![utc(at), change.word().to_owned()];
                cells.extend(line.cells.iter().cloned());
                delimited([cells], self.delimiter())
            }
        }
    }

    fn delimiter(&self) -> u8 {
        if self.shape == Shape::Tsv { b'\t' } else { b',' }
    }
}
