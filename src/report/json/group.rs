//! The audits of several properties for programs. `docs/audit-all.schema.json` describes them.

use serde::Serialize;

use super::{Root, Sums, VERSION, root, sums};
use crate::report::audit::Verdict;
use crate::report::group::Group;
use crate::report::table::utc;
use crate::text::Text;

#[derive(Serialize)]
struct All<'a> {
    version: u32,
    as_of: String,
    verdict: &'a str,
    complete: bool,
    summary: Verdicts,
    properties: Vec<Member<'a>>,
}

#[derive(Serialize)]
struct Verdicts {
    properties: usize,
    unknown: usize,
    open: usize,
    clear: usize,
}

#[derive(Serialize)]
struct Member<'a> {
    name: &'a Text,
    verdict: &'a str,
    error: Option<&'a Text>,
    summary: Option<Sums>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audit: Option<Root<'a>>,
}

/// The audits of several properties as one object and a line break; the audits themselves only where they are
/// `whole`.
pub(in crate::report) fn group(group: &Group, whole: bool) -> String {
    let members = group.houses.iter().map(|house| Member {
        name: &house.name,
        verdict: house.verdict().name(),
        error: house.audit.as_ref().err(),
        summary: house.audit.as_ref().ok().map(sums),
        audit: house.audit.as_ref().ok().filter(|_| whole).map(root),
    });
    let of = |verdict| group.count(verdict);
    let all = All {
        version: VERSION,
        as_of: utc(group.now),
        verdict: group.verdict().name(),
        complete: of(Verdict::Unknown) == 0,
        summary: Verdicts {
            properties: group.houses.len(),
            unknown: of(Verdict::Unknown),
            open: of(Verdict::Open),
            clear: of(Verdict::Clear),
        },
        properties: members.collect(),
    };
    serde_json::to_string_pretty(&all).map(|json| json + "\n").unwrap_or_default()
}
