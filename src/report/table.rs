//! Tables for spreadsheets: CSV and TSV.

use chrono::{DateTime, SecondsFormat, Utc};

use super::audit::Audit;
use super::group::{Group, House};
use super::item::{Item, Section};
use super::paper::pins;
use super::standing::Standing;
use super::words::{fix_name, keys};

/// An instant for programs, UTC.
pub fn utc(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Rows as RFC 4180 has them, with a tab or a comma between the cells. A cell that a spreadsheet would
/// take for a formula begins with an apostrophe.
pub fn delimited<R, C>(rows: R, delimiter: u8) -> String
where
    R: IntoIterator<Item = C>,
    C: IntoIterator<Item = String>,
{
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        // Writing to memory cannot fail, and rows of any length are taken.
        let _ = writer.write_record(row.into_iter().map(|cell| defused(&cell)));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula.
pub(super) fn defused(cell: &str) -> String {
    let first = cell.chars().find(|c| !c.is_whitespace());
    let is_formula = matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '|' | '%'));
    // A dash by itself, or a number, is no formula.
    let is_plain = cell == "-" || cell.parse::<f64>().is_ok_and(f64::is_finite);
    if is_formula && !is_plain { format!("'{cell}") } else { cell.to_owned() }
}

const HEAD: [&str; 16] = [
    "part",
    "section",
    "severity",
    "room",
    "guest",
    "class",
    "since",
    "until",
    "why",
    "keys",
    "fix",
    "who",
    "outcome",
    "pin",
    "cause",
    "attention",
];

/// One line of the table, cell by cell.
#[derive(Default)]
struct Cells {
    part: &'static str,
    section: &'static str,
    severity: String,
    room: String,
    guest: String,
    class: String,
    since: String,
    until: String,
    why: String,
    keys: String,
    fix: String,
    who: String,
    outcome: String,
    pin: String,
    cause: String,
    attention: String,
}

impl Cells {
    fn row(self) -> [String; 16] {
        [
            self.part.to_owned(),
            self.section.to_owned(),
            self.severity,
            self.room,
            self.guest,
            self.class,
            self.since,
            self.until,
            self.why,
            self.keys,
            self.fix,
            self.who,
            self.outcome,
            self.pin,
            self.cause,
            self.attention,
        ]
    }
}

/// The audit as one table, instants in UTC. The first row after the heading says how complete it is.
pub(super) fn audit(audit: &Audit) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(parts(audit).into_iter().map(Cells::row));
    delimited(rows, b',')
}

/// The audits of several properties as one table: the heading with the name of the property before it, the summary
/// of each, the worst first, then the rest of each.
pub(super) fn group(group: &Group) -> String {
    let mut rows = group_head(group);
    for house in &group.houses {
        let parts = house.audit.as_ref().map(parts).unwrap_or_default();
        rows.extend(parts.into_iter().skip(1).map(|cells| of_house(house, cells)));
    }
    delimited(rows, b',')
}

/// The heading and the summaries alone.
pub(super) fn group_summary(group: &Group) -> String {
    delimited(group_head(group), b',')
}

fn group_head(group: &Group) -> Vec<Vec<String>> {
    let head = std::iter::once("property").chain(HEAD).map(str::to_owned).collect();
    let summaries = group.houses.iter().map(|house| {
        let cells = match &house.audit {
            Ok(audit) => summary(audit),
            Err(why) => Cells {
                part: "summary",
                why: why.to_string(),
                outcome: house.verdict().name().to_owned(),
                ..Cells::default()
            },
        };
        of_house(house, cells)
    });
    std::iter::once(head).chain(summaries).collect()
}

fn of_house(house: &House, cells: Cells) -> Vec<String> {
    std::iter::once(house.name.to_string()).chain(cells.row()).collect()
}

fn summary(audit: &Audit) -> Cells {
    let sum = audit.night.summary();
    Cells {
        part: "summary",
        since: utc(audit.since),
        until: utc(audit.now),
        why: format!("{} open, {} cleared", sum.open, sum.cleared),
        outcome: audit.verdict().name().to_owned(),
        ..Cells::default()
    }
}

fn parts(audit: &Audit) -> Vec<Cells> {
    let mut all = vec![summary(audit)];
    for unread in &audit.unread {
        let why = format!("{}: {}", unread.what, unread.why);
        all.push(Cells { part: "unread", why, ..Cells::default() });
    }
    for section in Section::ALL {
        all.extend(audit.night.open(section).into_iter().map(|item| open(audit, item)));
        all.extend(audit.night.cleared(section).into_iter().map(|c| Cells {
            part: "cleared",
            section: section.name(),
            room: c.room.to_string(),
            guest: c.who.to_string(),
            until: c.at.map(utc).unwrap_or_default(),
            why: c.why.words(audit.zone).to_string(),
            who: c.by.as_ref().map(ToString::to_string).unwrap_or_default(),
            ..Cells::default()
        }));
    }
    all.extend(findings(audit));
    all.extend(rest(audit));
    all
}

fn open(audit: &Audit, item: &Item) -> Cells {
    let fixes = item.fixes.iter().map(|fix| fix_name(*fix)).filter(|name| !name.is_empty());
    Cells {
        part: "open",
        section: item.id.section.name(),
        severity: item.severity.to_string(),
        room: item.room.to_string(),
        guest: item.who.to_string(),
        class: item.class.map(|class| class.word().to_owned()).unwrap_or_default(),
        since: item.since.map(utc).unwrap_or_default(),
        until: item.until.map(utc).unwrap_or_default(),
        why: item.why.words(audit.zone).to_string(),
        keys: item.keys.as_ref().map(keys).unwrap_or_default(),
        fix: fixes.collect::<Vec<_>>().join(" "),
        cause: item.cause.as_ref().map(|cause| cause.words.to_string()).unwrap_or_default(),
        attention: item.standing.as_ref().map(Standing::in_utc).unwrap_or_default(),
        ..Cells::default()
    }
}

fn findings(audit: &Audit) -> Vec<Cells> {
    let Some(pms) = &audit.pms else { return Vec::new() };
    let findings = pms.findings.iter().map(|f| Cells {
        part: "pms",
        section: f.kind.name(),
        severity: f.severity.to_string(),
        room: f.room.to_string(),
        guest: f.guest.to_string(),
        why: f.why.to_string(),
        outcome: f.line.map(|n| format!("line {n}")).unwrap_or_default(),
        ..Cells::default()
    });
    let skipped = pms.skipped.iter().map(|s| Cells {
        part: "pms_skipped",
        why: s.why.to_string(),
        outcome: format!("line {}", s.line),
        ..Cells::default()
    });
    findings.chain(skipped).collect()
}

fn rest(audit: &Audit) -> Vec<Cells> {
    let actions = audit.actions.iter().map(|a| Cells {
        part: "action",
        section: "",
        room: a.room.to_string(),
        guest: a.guest.to_string(),
        since: utc(a.at),
        until: a.ended_at.map(utc).unwrap_or_default(),
        why: if a.words.is_empty() { a.what.to_string() } else { format!("{}: {}", a.what, a.words) },
        who: a.who.to_string(),
        outcome: a.outcome.to_string(),
        ..Cells::default()
    });
    let cards = audit.cards.iter().map(|c| Cells {
        part: "cards_out",
        section: c.state.name(),
        room: c.room.to_string(),
        guest: c.guest.to_string(),
        class: c.class.map(|class| class.word().to_owned()).unwrap_or_default(),
        since: c.cut_at.map(utc).unwrap_or_default(),
        until: c.until.map(utc).unwrap_or_default(),
        keys: c.cards.to_string(),
        ..Cells::default()
    });
    let notes = audit.notes.iter().map(|n| Cells {
        part: "note",
        since: utc(n.at),
        why: n.text.to_string(),
        who: n.who.to_string(),
        ..Cells::default()
    });
    let downtime = audit.downtime.iter().flat_map(|(_, rows)| rows).map(|d| Cells {
        part: "downtime",
        room: d.room.to_string(),
        guest: d.guest.to_string(),
        class: d.class.word().to_owned(),
        until: d.until.map(utc).unwrap_or_default(),
        keys: keys(&d.keys),
        pin: pins(&d.pins),
        ..Cells::default()
    });
    actions.chain(cards).chain(notes).chain(downtime).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Berg", "Berg")]
    #[case("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    #[case(" =1+1", "' =1+1")]
    #[case("＝1", "'＝1")]
    #[case("-5", "-5")]
    #[case("-", "-")]
    #[case("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0")]
    #[case("@SUM(A1)", "'@SUM(A1)")]
    fn cells_are_no_formulas(#[case] cell: &str, #[case] want: &str) {
        assert_eq!(defused(cell), want);
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let rows = [["Berg, Astrid".to_owned(), "the \"new\" card".to_owned()]];
        assert_eq!(delimited(rows, b','), "\"Berg, Astrid\",\"the \"\"new\"\" card\"\r\n");
    }
}
