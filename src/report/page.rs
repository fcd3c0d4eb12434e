//! A document of headings, sentences and tables, for a printer and as Markdown.

use crate::text::{fit, width};

/// Cells of a printed page.
const WIDE: usize = 80;
/// What stands under a row is set in by so much.
const INDENT: usize = 8;

/// The document.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) title: String,
    pub(super) lines: Vec<String>,
    pub(super) blocks: Vec<Block>,
}

/// A heading with what stands under it.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) heading: String,
    pub(super) says: Vec<String>,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
}

/// A column: its heading, and the most cells it takes on paper.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column(pub(super) &'static str, pub(super) usize);

/// A row, and the sentences that belong to it.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) cells: Vec<String>,
    pub(super) below: Vec<String>,
}

/// Plain text in 80 columns.
pub(super) fn text(page: &Page) -> String {
    let mut out = String::new();
    line(&mut out, &page.title);
    line(&mut out, &"=".repeat(width(&page.title).min(WIDE)));
    for words in &page.lines {
        wrapped(&mut out, words, 0);
    }
    for block in &page.blocks {
        out.push('\n');
        wrapped(&mut out, &block.heading.to_uppercase(), 0);
        line(&mut out, &"-".repeat(width(&block.heading).min(WIDE)));
        for words in &block.says {
            wrapped(&mut out, words, 0);
        }
        let widths = widths(block);
        for row in &block.rows {
            let cells = row.cells.iter().zip(&widths).map(|(cell, wide)| padded(cell, *wide));
            line(&mut out, &cells.collect::<Vec<_>>().join("  "));
            for words in row.below.iter().filter(|words| !words.is_empty()) {
                wrapped(&mut out, words, INDENT);
            }
        }
    }
    out
}

/// How wide each column is: as its widest cell, and no wider than it may be.
fn widths(block: &Block) -> Vec<usize> {
    let widest = |n: usize| block.rows.iter().filter_map(|row| row.cells.get(n)).map(|c| width(c)).max();
    let columns = block.columns.iter().enumerate();
    columns.map(|(n, Column(_, most))| widest(n).unwrap_or_default().min(*most)).collect()
}

fn padded(cell: &str, wide: usize) -> String {
    let cell = fit(cell, wide);
    format!("{cell}{}", " ".repeat(wide.saturating_sub(width(&cell))))
}

fn line(out: &mut String, words: &str) {
    out.push_str(fit(words.trim_end(), WIDE).as_ref());
    out.push('\n');
}

/// Words in as many lines as they need; a word that is longer than a line is cut.
fn wrapped(out: &mut String, words: &str, indent: usize) {
    let margin = " ".repeat(indent);
    let mut current = String::new();
    for word in words.split_whitespace() {
        let fits = width(&current) + 1 + width(word) + indent <= WIDE;
        if !current.is_empty() && !fits {
            line(out, &format!("{margin}{current}"));
            current.clear();
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    line(out, &format!("{margin}{current}"));
}

/// Markdown; tables as GitHub has them.
pub(super) fn markdown(page: &Page) -> String {
    markdown_at(page, 1)
}

/// The same as a part of another document: its headings stand one level lower.
pub(super) fn markdown_below(page: &Page) -> String {
    markdown_at(page, 2)
}

fn markdown_at(page: &Page, level: usize) -> String {
    let marks = "#".repeat(level);
    let mut out = format!("{marks} {}\n\n", escaped(&page.title));
    for words in &page.lines {
        out.push_str(&escaped(words));
        out.push_str("  \n");
    }
    for block in &page.blocks {
        out.push_str(&format!("\n{marks}# {}\n\n", escaped(&block.heading)));
        for words in &block.says {
            out.push_str(&format!("{}\n\n", escaped(words)));
        }
        if block.rows.is_empty() {
            continue;
        }
        let has_more = block.rows.iter().any(|row| !row.below.is_empty());
        let mut heads: Vec<&str> = block.columns.iter().map(|column| column.0).collect();
        heads.extend(has_more.then_some("what"));
        out.push_str(&format!("| {} |\n|{}\n", heads.join(" | "), " --- |".repeat(heads.len())));
        for row in &block.rows {
            let mut cells: Vec<String> = row.cells.iter().map(|cell| escaped(cell)).collect();
            if has_more {
                let below = row.below.iter().filter(|words| !words.is_empty());
                cells.push(below.map(|words| escaped(words)).collect::<Vec<_>>().join("; "));
            }
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    out
}

/// Characters that mean something in Markdown, each behind a backslash; a guest's name draws no table and
/// opens no link.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        let row = |name: &str| Row {
            cells: vec!["P1".into(), name.into()],
            below: vec!["the key never reached the lock, and nobody knows why it did not".repeat(2)],
        };
        Page {
            title: "Night audit".into(),
            lines: vec!["as of 03:14".into()],
            blocks: vec![Block {
                heading: "Guests".into(),
                says: Vec::new(),
                columns: vec![Column("sev", 3), Column("guest", 12)],
                rows: vec![row("大江健三郎 and a very long name"), row("a|b](http://x)")],
            }],
        }
    }

    #[test]
    fn no_line_of_a_printed_page_is_wider_than_it() {
        let text = text(&page());
        assert!(text.lines().all(|l| width(l) <= WIDE), "{text}");
        assert!(text.contains("GUESTS\n------\n"), "{text}");
    }

    #[test]
    fn a_name_is_no_markdown() {
        let text = markdown(&page());
        assert!(text.contains("a\\|b\\](http://x)"), "{text}");
    }
}
