//! Which column is which.

use std::collections::BTreeMap;

use nucleo_matcher::chars::normalize;

use crate::config::{PmsColumn, PmsConfig};

/// What hotel programs call their columns, without accents, case and anything but letters.
const NAMES: [(PmsColumn, &[&str]); 6] = [
    (
        PmsColumn::Room,
        &[
            "room",
            "roomno",
            "roomnumber",
            "roomnr",
            "rm",
            "zimmer",
            "zimmernr",
            "zimmernummer",
            "zi",
            "chambre",
            "nochambre",
            "nchambre",
            "habitacion",
            "camera",
            "stanza",
            "kamer",
            "vaerelse",
            "rum",
            "rumsnr",
            "quarto",
            "unit",
        ],
    ),
    (
        PmsColumn::Guest,
        &[
            "guest",
            "guestname",
            "gast",
            "gastname",
            "client",
            "nomclient",
            "huesped",
            "ospite",
            "hospede",
            "gaest",
            "gjest",
            "name",
            "fullname",
            "lastname",
            "surname",
            "nachname",
            "nom",
            "nombre",
            "nome",
            "namn",
            "navn",
            "naam",
        ],
    ),
    (
        PmsColumn::FirstName,
        &["firstname", "givenname", "vorname", "prenom", "voornaam", "fornamn", "fornavn"],
    ),
    (
        PmsColumn::Arrival,
        &[
            "arrival",
            "arrivaldate",
            "checkin",
            "checkindate",
            "arr",
            "from",
            "anreise",
            "ankunft",
            "von",
            "arrivee",
            "llegada",
            "arrivo",
            "aankomst",
            "ankomst",
            "chegada",
            "entrada",
        ],
    ),
    (
        PmsColumn::Departure,
        &[
            "departure",
            "departuredate",
            "checkout",
            "checkoutdate",
            "dep",
            "until",
            "to",
            "abreise",
            "bis",
            "depart",
            "salida",
            "partenza",
            "vertrek",
            "avresa",
            "afrejse",
            "avreise",
            "partida",
            "saida",
        ],
    ),
    (
        PmsColumn::Status,
        &[
            "status",
            "reservationstatus",
            "resstatus",
            "bookingstatus",
            "gueststatus",
            "state",
            "buchungsstatus",
            "statut",
            "etat",
            "estado",
            "stato",
            "zustand",
        ],
    ),
];

/// Where the columns are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Header(BTreeMap<PmsColumn, usize>);

impl Header {
    /// Reads a row as the heading; none where it names no room or no guest.
    pub(super) fn read(cells: &[String], config: &PmsConfig) -> Option<Self> {
        let folded: Vec<String> = cells.iter().map(|cell| fold(cell)).collect();
        let mut columns = BTreeMap::new();
        for (column, names) in NAMES {
            let configured = config.columns.get(&column);
            let at = match configured {
                Some(name) => folded.iter().position(|cell| *cell == fold(name)),
                // The names stand in the order in which they are believed.
                None => names.iter().find_map(|name| folded.iter().position(|cell| *cell == fold(name))),
            };
            if let Some(at) = at.filter(|at| !columns.values().any(|taken| taken == at)) {
                columns.insert(column, at);
            }
        }
        let is_one = columns.contains_key(&PmsColumn::Room) && columns.contains_key(&PmsColumn::Guest);
        is_one.then_some(Self(columns))
    }

    /// The cell of a column; empty where the file or the row has none.
    pub(super) fn cell<'a>(&self, column: PmsColumn, cells: &'a [String]) -> &'a str {
        self.0.get(&column).and_then(|at| cells.get(*at)).map(String::as_str).unwrap_or_default()
    }

    /// Whether the file has the column.
    pub(super) fn has(&self, column: PmsColumn) -> bool {
        self.0.contains_key(&column)
    }

    /// The fewest cells that hold every column.
    pub(super) fn width(&self) -> usize {
        self.0.values().max().map_or(0, |last| last + 1)
    }
}

/// Without accents, case, and anything but letters and digits.
pub(super) fn fold(raw: &str) -> String {
    let letters = raw.chars().map(normalize).filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// What stands most often between the cells of the heading.
pub(super) fn delimiter(heading: &str) -> u8 {
    let count = |c: u8| heading.bytes().filter(|b| *b == c).count();
    // Of equals the first that is named.
    [b';', b'\t', b',', b'|'].into_iter().rev().max_by_key(|c| count(*c)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn read(heading: &str) -> Option<Header> {
        let cells: Vec<String> = heading.split(';').map(str::to_owned).collect();
        Header::read(&cells, &PmsConfig::default())
    }

    #[rstest]
    #[case("Room;Guest;Arrival;Departure;Status")]
    #[case("ZIMMER-NR.;Gastname;Anreise;Abreise;Buchungsstatus")]
    #[case("N° chambre;Nom;Arrivée;Départ;Statut")]
    #[case("Habitación;Huésped;Llegada;Salida;Estado")]
    #[case("Room No.;Name;Check-in;Check-out;Status")]
    #[case("rm;full name;from;to;state")]
    fn headings_of_the_world(#[case] heading: &str) {
        let want: BTreeMap<PmsColumn, usize> = [
            (PmsColumn::Room, 0),
            (PmsColumn::Guest, 1),
            (PmsColumn::Arrival, 2),
            (PmsColumn::Departure, 3),
            (PmsColumn::Status, 4),
        ]
        .into();
        assert_eq!(read(heading).map(|h| h.0), Some(want));
    }

    #[test]
    fn a_row_without_a_room_or_a_guest_is_no_heading() {
        assert_eq!(read("Harbour Hotel;Arrivals of 22 Nov"), None);
        assert_eq!(read("Guest;Arrival"), None);
    }

    #[test]
    fn the_configuration_has_the_last_word() {
        let columns = [(PmsColumn::Room, "Objekt".to_owned())].into();
        let config = PmsConfig { columns, ..PmsConfig::default() };
        let cells = ["Room", "Guest", "objekt"].map(str::to_owned);
        assert_eq!(Header::read(&cells, &config).unwrap().cell(PmsColumn::Room, &cells), "objekt");
    }

    #[rstest]
    #[case("a;b;c", b';')]
    #[case("a,b,c", b',')]
    #[case("a\tb", b'\t')]
    #[case("a", b';')]
    fn delimiters(#[case] heading: &str, #[case] want: u8) {
        assert_eq!(delimiter(heading), want);
    }
}
