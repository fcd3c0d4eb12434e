//! The pages of the documentation, and what stands on them.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// A page, by its path in the repository.
pub struct Page {
    pub name: String,
    text: String,
}

/// What stands between two fences.
pub struct Block {
    pub line: usize,
    pub kind: String,
    pub text: String,
}

/// Every page somebody reads.
pub fn pages() -> Vec<Page> {
    let mut names: Vec<String> = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(str::to_owned).to_vec();
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        names.extend(name.ends_with(".md").then(|| format!("docs/{name}")));
    }
    names.sort();
    let page = |name: String| {
        let text = fs::read_to_string(root().join(&name)).unwrap();
        Page { name, text }
    };
    names.into_iter().map(page).collect()
}

impl Page {
    /// The fenced blocks.
    pub fn blocks(&self) -> Vec<Block> {
        let mut out: Vec<Block> = Vec::new();
        let mut is_open = false;
        for (n, line) in self.text.lines().enumerate() {
            match (line.strip_prefix("```"), is_open) {
                (Some(kind), false) => {
                    out.push(Block { line: n + 1, kind: kind.trim().to_owned(), text: String::new() });
                    is_open = true;
                }
                (Some(_), true) => is_open = false,
                (None, true) => {
                    let block = out.last_mut().unwrap();
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, false) => {}
            }
        }
        assert!(!is_open, "{}: a block is never closed", self.name);
        out
    }

    /// The lines outside the blocks, with their numbers.
    fn prose(&self) -> Vec<(usize, &str)> {
        let mut is_open = false;
        let mut out = Vec::new();
        for (n, line) in self.text.lines().enumerate() {
            if line.starts_with("```") {
                is_open = !is_open;
            } else if !is_open {
                out.push((n + 1, line));
            }
        }
        out
    }

    /// What stands between backticks in the prose; a span may go on in the next line.
    pub fn spans(&self) -> Vec<(usize, String)> {
        let prose = self.prose();
        let mut out = Vec::new();
        // Paragraphs and rows end what is open.
        let mut paragraph: Vec<(usize, &str)> = Vec::new();
        for (line, text) in prose.into_iter().chain([(0, "")]) {
            if text.trim().is_empty() || text.starts_with('|') {
                read_spans(&paragraph, &mut out);
                paragraph.clear();
            }
            if text.starts_with('|') {
                read_spans(&[(line, text)], &mut out);
            } else {
                paragraph.push((line, text));
            }
        }
        out
    }

    /// Where its links lead.
    pub fn links(&self) -> Vec<(usize, String)> {
        let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
        let code = Regex::new("`[^`]*`").unwrap();
        let mut out = Vec::new();
        for (line, text) in self.prose() {
            // What stands between backticks is no link, but a link's words may.
            let text = code.replace_all(text, "code");
            out.extend(link.captures_iter(&text).map(|found| (line, found[1].to_owned())));
        }
        out
    }

    /// Why a link of this page leads nowhere; none where it does lead somewhere, or out of the house.
    pub fn broken(&self, target: &str) -> Option<String> {
        if target.starts_with("https://") {
            return None;
        }
        let (path, anchor) = target.split_once('#').map_or((target, None), |(p, a)| (p, Some(a)));
        let here = root().join(&self.name);
        let file = if path.is_empty() { here } else { here.parent().unwrap().join(path) };
        if !file.is_file() {
            return Some("there is no such file".to_owned());
        }
        let anchor = anchor?;
        let text = fs::read_to_string(&file).unwrap();
        let headings = text.lines().filter(|line| line.starts_with('#'));
        let anchors: Vec<String> = headings.map(|heading| slug(heading.trim_start_matches('#'))).collect();
        (!anchors.iter().any(|a| a == anchor)).then(|| format!("no heading of that name among {anchors:?}"))
    }
}

fn read_spans(lines: &[(usize, &str)], out: &mut Vec<(usize, String)>) {
    let Some((first, _)) = lines.first() else { return };
    let whole = lines.iter().map(|(_, text)| *text).collect::<Vec<_>>().join(" ");
    let pieces: Vec<&str> = whole.split('`').collect();
    // Every second piece stands between two backticks; an odd one out at the end does not.
    let spans = pieces.iter().enumerate().filter(|(n, _)| n % 2 == 1 && n + 1 < pieces.len());
    out.extend(spans.map(|(_, span)| (*first, span.trim().to_owned())));
}

/// The name a heading has as an anchor.
fn slug(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().replace(' ', "-")
}

impl Block {
    /// Its commands, without remarks, each with its line; one may go on in the next line.
    pub fn commands(&self) -> Vec<(usize, String)> {
        let mut out = Vec::new();
        let mut open = String::new();
        for (n, line) in self.text.lines().enumerate() {
            let line = line.split(" #").next().unwrap_or_default().trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            open.push_str(line.trim_end_matches('\\'));
            if !line.ends_with('\\') {
                out.push((self.line + n + 1, std::mem::take(&mut open)));
            }
        }
        assert!(open.is_empty(), "a command is never finished: {open}");
        out
    }
}
