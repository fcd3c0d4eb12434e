//! The rows of the export.

use chrono::NaiveDate;

use super::date::{self, Reading};
use super::decode::{cells, decode, raw_rows};
use super::header::{Header, delimiter, fold};
use crate::config::{PmsColumn, PmsConfig, PmsStatus};
use crate::order::Arrange as _;
use crate::text::Text;

/// How far down the heading may stand, in rows.
const HEADING_WITHIN: usize = 10;
/// So many skipped rows are told one by one.
const TOLD: usize = 200;

/// What a row says of its guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// One of those everybody has.
    Known(PmsStatus),
    /// A word nobody has explained, or none; the dates decide.
    Other(Text),
}

/// A guest as the property management system has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file, from 1.
    pub line: u64,
    /// The room as written; empty where none is given yet.
    pub room: Text,
    /// The guest as written.
    pub guest: Text,
    /// The day of arrival.
    pub arrival: Option<NaiveDate>,
    /// The day of departure.
    pub departure: Option<NaiveDate>,
    /// The status.
    pub status: Status,
}

/// A row that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its line in the file, from 1.
    pub line: u64,
    /// Why.
    pub why: Text,
}

/// The export as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The rows that make sense.
    pub rows: Vec<Row>,
    /// The others.
    pub skipped: Vec<Skipped>,
    /// What was guessed.
    pub notes: Vec<Text>,
}

/// Why nothing of the file could be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PmsError {
    /// No heading.
    #[error(
        "no row among the first {HEADING_WITHIN} names a room and a guest; it begins with “{first}”. Name the columns under [pms.columns] in the configuration"
    )]
    NoHeading {
        /// How the file begins.
        first: Text,
    },
    /// No table at all. What stands in it is not repeated: it may be a key.
    #[error("no export: its first row has one column, and a room and a guest are wanted in each")]
    NoTable,
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// A delimiter that is no single byte.
    #[error("pms.delimiter: “{0}” is no delimiter, write \";\" or \",\"")]
    Delimiter(char),
}

/// Reads an export: any bytes, for it is a file of another program.
///
/// # Errors
/// Where no heading can be found in it. A row that makes no sense is told and skipped.
pub fn read(bytes: &[u8], config: &PmsConfig) -> Result<Rows, PmsError> {
    let text = decode(bytes);
    let chosen =
        config.delimiter.map(|c| u8::try_from(c).ok().filter(u8::is_ascii).ok_or(PmsError::Delimiter(c)));
    let chosen = chosen.transpose()?;
    let mut raw = raw_rows(&text).filter(|(_, row)| !row.as_ref().is_ok_and(|row| row.trim().is_empty()));
    let mut first: Option<(Text, usize)> = None;
    let mut heading = None;
    for (_, row) in raw.by_ref().take(HEADING_WITHIN) {
        let Ok(row) = row else { continue };
        let by = chosen.unwrap_or_else(|| delimiter(&row));
        let cells = cells(&row, by);
        first.get_or_insert_with(|| (Text::new(row.chars().take(60).collect::<String>()), cells.len()));
        heading = Header::read(&cells, config).map(|header| (header, by));
        if heading.is_some() {
            break;
        }
    }
    let Some((header, by)) = heading else {
        return Err(match first {
            None => PmsError::Empty,
            Some((_, ..2)) => PmsError::NoTable,
            Some((first, _)) => PmsError::NoHeading { first },
        });
    };
    let mut out = Rows::default();
    let mut found: Vec<(u64, Vec<String>)> = Vec::new();
    for (line, row) in raw {
        match row.map(|row| cells(&row, by)) {
            Ok(cells) if cells.iter().all(String::is_empty) => {}
            Ok(cells) => found.push((line, cells)),
            Err(_) => skip(&mut out, line, "a quote is never closed"),
        }
    }
    let day_first = day_first(&header, &found, config, &mut out.notes);
    missing(&header, &mut out.notes);
    let reading = Reading { formats: &config.date_formats, day_first };
    for (line, cells) in &found {
        match row(*line, cells, &header, config, reading) {
            Ok(row) => out.rows.push(row),
            Err(why) => skip(&mut out, *line, &why),
        }
    }
    out.skipped.arrange_by_key(|s| s.line);
    Ok(out)
}

fn skip(out: &mut Rows, line: u64, why: &str) {
    if out.skipped.len() < TOLD {
        out.skipped.push(Skipped { line, why: Text::new(why) });
    } else if out.skipped.len() == TOLD {
        out.skipped.push(Skipped { line, why: Text::new("so are further rows from here on") });
    }
}

/// What a file without a column cannot tell.
fn missing(header: &Header, notes: &mut Vec<Text>) {
    let columns = [
        (PmsColumn::Arrival, "no column of arrivals: they were not compared"),
        (PmsColumn::Departure, "no column of departures: they were not compared"),
        (PmsColumn::Status, "no column of statuses: the dates decide who is in the house"),
    ];
    notes.extend(
        columns.into_iter().filter(|(column, _)| !header.has(*column)).map(|(_, words)| Text::new(words)),
    );
}

/// Whether the day comes first: as configured, else as the dates of the file tell, else it does.
fn day_first(
    header: &Header,
    rows: &[(u64, Vec<String>)],
    config: &PmsConfig,
    notes: &mut Vec<Text>,
) -> bool {
    if let Some(set) = config.day_first {
        return set;
    }
    let dates = || {
        let columns = [PmsColumn::Arrival, PmsColumn::Departure];
        rows.iter().flat_map(move |(_, cells)| columns.map(|column| header.cell(column, cells)))
    };
    if let Some(told) = dates().find_map(date::tells_order) {
        return told;
    }
    if let Some(odd) = dates().find(|raw| date::is_ambiguous(raw)) {
        notes.push(Text::new(format!("“{odd}” was read with the day first: set pms.day_first to be sure")));
    }
    true
}

fn row(
    line: u64,
    cells: &[String],
    header: &Header,
    config: &PmsConfig,
    reading: Reading<'_>,
) -> Result<Row, String> {
    let cell = |column| header.cell(column, cells);
    let room = Text::new(cell(PmsColumn::Room));
    let name = [cell(PmsColumn::FirstName), cell(PmsColumn::Guest)].join(" ");
    let guest = Text::new(name.trim());
    if guest.is_empty() {
        let has = cells.len();
        return Err(match header.width() {
            width if has < width => format!("{has} cells, the heading has {width}"),
            _ => "no guest".to_owned(),
        });
    }
    let day = |column| match cell(column) {
        "" => Ok(None),
        raw => match date::day(raw, reading) {
            Some(day) => Ok(Some(day)),
            None => Err(format!("“{}” is no date", Text::new(raw.chars().take(40).collect::<String>()))),
        },
    };
    let (arrival, departure) = (day(PmsColumn::Arrival)?, day(PmsColumn::Departure)?);
    if arrival.zip(departure).is_some_and(|(from, to)| to < from) {
        return Err("the departure is before the arrival".to_owned());
    }
    Ok(Row { line, room, guest, arrival, departure, status: status(cell(PmsColumn::Status), config) })
}

/// Words for each status, without accents, case and anything but letters.
const STATUSES: [(PmsStatus, &[&str]); 5] = [
    (
        PmsStatus::InHouse,
        &[
            "inhouse",
            "checkedin",
            "ci",
            "occupied",
            "stayover",
            "arrived",
            "present",
            "dueout",
            "imhaus",
            "angereist",
            "belegt",
            "eingecheckt",
            "enmaison",
            "alojado",
            "incasa",
            "inhuis",
            "incheckad",
            "indlogeret",
        ],
    ),
    (
        PmsStatus::Expected,
        &[
            "reserved",
            "reservation",
            "expected",
            "confirmed",
            "guaranteed",
            "duein",
            "arrival",
            "booked",
            "definite",
            "erwartet",
            "reserviert",
            "bestatigt",
            "anreise",
            "attendu",
            "reserve",
            "reservado",
            "prenotato",
        ],
    ),
    (
        PmsStatus::Departed,
        &[
            "checkedout",
            "departed",
            "co",
            "left",
            "abgereist",
            "ausgecheckt",
            "parti",
            "salido",
            "partito",
            "vertrokken",
            "utcheckad",
            "closed",
        ],
    ),
    (PmsStatus::NoShow, &["noshow", "ns", "nichterschienen", "nonpresente"]),
    (
        PmsStatus::Cancelled,
        &[
            "cancelled",
            "canceled",
            "cxl",
            "storniert",
            "annule",
            "cancelado",
            "cancellato",
            "avbokad",
            "geannuleerd",
        ],
    ),
];

fn status(raw: &str, config: &PmsConfig) -> Status {
    let folded = fold(raw);
    let configured = config.status.iter().find(|(word, _)| fold(word) == folded).map(|(_, status)| *status);
    let usual =
        || STATUSES.iter().find(|(_, words)| words.contains(&folded.as_str())).map(|(status, _)| *status);
    match configured.or_else(usual) {
        Some(status) => Status::Known(status),
        None => Status::Other(Text::new(raw)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FILE: &str = "Harbour Hotel;;;;\nZimmer;Gast;Anreise;Abreise;Status\n\
        118;Lindqvist, Per;22.11.2026;24.11.2026;Im Haus\n\
        \n\
        102;;22.11.2026;23.11.2026;Im Haus\n\
        103;Berg;soon;23.11.2026;Im Haus\n\
        104;\"Never closed;22.11.2026;23.11.2026;abgereist\n\
        105;Okafor;24.11.2026;23.11.2026;\n\
        106;\u{1b}[31mEvil\u{202e};22.11.2026;23.11.2026;moon\n";

    #[test]
    fn a_file_is_read_and_what_makes_no_sense_is_told_with_its_line() {
        let rows = read(FILE.as_bytes(), &PmsConfig::default()).unwrap();
        let told: Vec<(u64, &str)> = rows.skipped.iter().map(|s| (s.line, s.why.as_str())).collect();
        assert_eq!(
            told,
            [
                (5, "no guest"),
                (6, "“soon” is no date"),
                (7, "a quote is never closed"),
                (8, "the departure is before the arrival"),
            ]
        );
        assert_eq!(rows.rows.len(), 2);
        assert_eq!((rows.rows[0].line, rows.rows[0].room.as_str()), (3, "118"));
        assert_eq!(rows.rows[0].status, Status::Known(PmsStatus::InHouse));
        assert_eq!(rows.rows[1].guest.as_str(), "[31mEvil");
        assert_eq!(rows.rows[1].status, Status::Other("moon".into()));
    }

    #[test]
    fn the_dates_of_a_file_tell_how_its_dates_are_written() {
        let file = |other: &str| format!("room,guest,arrival\n1,A,03/04/2026\n2,B,{other}\n");
        let first = |other: &str| {
            let rows = read(file(other).as_bytes(), &PmsConfig::default()).unwrap();
            (rows.rows[0].arrival.unwrap().to_string(), rows.notes.len())
        };
        // A note each for the columns that are not there; one more where it had to be guessed.
        assert_eq!(first("13/04/2026"), ("2026-04-03".into(), 2));
        assert_eq!(first("04/13/2026"), ("2026-03-04".into(), 2));
        assert_eq!(first("05/06/2026"), ("2026-04-03".into(), 3));
        let config = PmsConfig { day_first: Some(false), ..PmsConfig::default() };
        let rows = read(file("05/06/2026").as_bytes(), &config).unwrap();
        assert_eq!(rows.rows[0].arrival.unwrap().to_string(), "2026-03-04");
    }

    #[test]
    fn a_file_without_a_heading_is_refused_in_a_sentence() {
        let error = read(b"a;b\n1;2\n", &PmsConfig::default()).unwrap_err().to_string();
        assert!(error.contains("begins with “a;b”") && error.contains("[pms.columns]"), "{error}");
        assert_eq!(read(b"\n\n", &PmsConfig::default()), Err(PmsError::Empty));
        let key = read(b"seam_live_1234\n", &PmsConfig::default()).unwrap_err();
        assert!(!key.to_string().contains("1234"), "{key}");
    }

    #[test]
    fn a_configuration_is_understood() {
        let config: PmsConfig = toml::from_str(
            "columns = { room = \"Objekt\" }\ndelimiter = \"|\"\nday_first = true\ndate_formats = [\"%y%j\"]\nstatus = { IH = \"in_house\" }\n",
        )
        .unwrap();
        let rows = read(b"Objekt|Name|Arrival|Status\n7|A|26326|ih\n", &config).unwrap();
        assert_eq!(rows.rows[0].arrival.unwrap().to_string(), "2026-11-22");
        assert_eq!(rows.rows[0].status, Status::Known(PmsStatus::InHouse));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_stumble(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = read(&bytes, &PmsConfig::default());
            let mut file = b"room;guest;arrival;departure;status\n".to_vec();
            file.extend(&bytes);
            let rows = read(&file, &PmsConfig::default()).unwrap();
            for row in rows.rows {
                prop_assert!(row.guest.chars().all(|c| !c.is_control()));
            }
        }

        #[test]
        fn no_text_makes_it_stumble(text in "(\\PC|[;,\"\n\t0-9./-]){0,200}") {
            let file = format!("room;guest;arrival;departure;status\n{text}");
            prop_assert!(read(file.as_bytes(), &PmsConfig::default()).is_ok());
        }
    }
}
