//! Who stays at the hotel: names in the scripts that a front desk really meets.

use super::dice::Dice;

const FAMILY: &[&str] = &[
    "Abara",
    "Berg",
    "Castellanos",
    "Dąbrowska",
    "Eriksson",
    "Ferrari",
    "García",
    "Hoang",
    "Ibrahim",
    "Jansen",
    "Kowalczyk",
    "Lindqvist",
    "Müller",
    "Nakamura",
    "Okafor",
    "Papadopoulos",
    "Quispe",
    "Rossi",
    "Šimůnek",
    "Tanaka",
    "Ünal",
    "Van den Berghe",
    "Weiß",
    "Xu",
    "Yılmaz",
    "Żuraw",
    "Ōe",
    "Ødegård",
    "O'Brien",
    "Smith-Jones",
    "Fernández de la Vega",
    "Þórsdóttir",
    "Nguyễn",
    "Ångström",
    "Brânză",
    "Çelik",
    "Ivanova",
    "Leclère",
    "Novák",
    "Schneider",
    "Silva",
    "Martins",
    "Kaya",
    "Haddad",
    "Cohen",
    "Petrov",
    "Larsen",
    "Moreau",
    "Costa",
    "Wagner",
    "Bauer",
    "Fischer",
    "Hernández",
    "Björk",
    "Ruiz",
    "Keller",
    "Grímsson",
    "Oyelaran",
];
const GIVEN: &[&str] = &[
    "Ada",
    "Astrid",
    "Chidi",
    "María José",
    "Zofia",
    "Per",
    "Eva",
    "Yui",
    "Kenzaburō",
    "Jürgen",
    "Anaïs",
    "Søren",
    "Siobhán",
    "Luís",
    "Björn",
    "Chloë",
    "Dmitri",
    "Emre",
    "Fatima",
    "Giulia",
    "Henrik",
    "Inés",
    "João",
    "Katarzyna",
    "Léa",
    "Mateus",
    "Noémie",
    "Ola",
    "Priya",
    "Quentin",
    "Renée",
    "Stanisław",
    "Thị Mai",
    "Uğur",
    "Věra",
    "William",
    "Ximena",
    "Yusuf",
    "Zoë",
    "Ágnes",
    "Bora",
    "Elif",
    "Tomáš",
    "Leila",
    "Hassan",
    "Miriam",
    "Jonas",
    "Camille",
];
/// Whole names whose script is not Latin, with a Latin form for the e-mail address.
const OTHER: &[(&str, &str)] = &[
    ("大江 健三郎", "oe.kenzaburo"),
    ("中村 結衣", "nakamura.yui"),
    ("王 小明", "wang.xiaoming"),
    ("李 静怡", "li.jingyi"),
    ("김 민준", "kim.minjun"),
    ("박 서연", "park.seoyeon"),
    ("Иванова, Анна", "ivanova.anna"),
    ("Шевченко, Олександр", "shevchenko.o"),
    ("Παπαδόπουλος, Νίκος", "papadopoulos.n"),
    ("Γεωργίου, Ελένη", "georgiou.eleni"),
    ("محمد الفاسي", "m.alfassi"),
    ("ليلى حداد", "leila.haddad"),
    ("שרה כהן", "sara.cohen"),
    ("अनन्या शर्मा", "ananya.sharma"),
    ("विक्रम सिंह", "vikram.singh"),
    ("สมชาย ใจดี", "somchai.j"),
    ("Wolfeschlegelsteinhausen-Bergerdorff, Hubert Maximilian Leopold von", "hubert.v.w"),
    ("Ramakrishnan Venkataraghavan, Sivasubramanian", "siva.rv"),
];

/// A guest before Seam knows them.
#[derive(Clone, Debug)]
pub(crate) struct Guest {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
}

/// The `n`th guest; the number keeps e-mail addresses apart, which Seam wants unique.
pub(crate) fn guest(dice: &mut Dice, n: usize) -> Guest {
    let other = if dice.chance(0.16) { dice.pick(OTHER).copied() } else { None };
    let (name, mail) = match other {
        Some((name, mail)) => (name.to_owned(), mail.to_owned()),
        None => {
            let family = dice.pick(FAMILY).copied().unwrap_or("Berg");
            let given = dice.pick(GIVEN).copied().unwrap_or("Eva");
            (format!("{family}, {given}"), ascii(family))
        }
    };
    let phone = format!("+49{}", dice.digits(10));
    Guest { name, email: format!("{mail}.{n}@example.com"), phone }
}

/// The same family, another person: who shares the room.
pub(crate) fn relative(dice: &mut Dice, of: &str, n: usize) -> Guest {
    let family = of.split(',').next().unwrap_or(of);
    let given = dice.pick(GIVEN).copied().unwrap_or("Eva");
    let phone = format!("+49{}", dice.digits(10));
    Guest { name: format!("{family}, {given}"), email: format!("{}.{n}@example.com", ascii(family)), phone }
}

fn ascii(name: &str) -> String {
    let plain: String = name.chars().filter(char::is_ascii_alphabetic).collect();
    if plain.is_empty() { "guest".to_owned() } else { plain.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_unique_and_plain() {
        let mut dice = Dice::new(3, 3);
        let guests: Vec<Guest> = (0..500).map(|n| guest(&mut dice, n)).collect();
        let mails: std::collections::HashSet<&str> = guests.iter().map(|g| g.email.as_str()).collect();
        assert_eq!(mails.len(), guests.len());
        assert!(mails.iter().all(|m| m.is_ascii()));
        assert!(guests.iter().any(|g| !g.name.is_ascii()));
        assert!(relative(&mut dice, "Ōe, Kenzaburō", 9).name.starts_with("Ōe, "));
    }
}
