//! A walk through the pages of one list, and the signs that it leads nowhere.

use std::collections::HashSet;
use std::hash::Hash;

use super::outbox::{Halt, Read};
use crate::property::Resource;
use crate::seam::{BadRecord, ErrorKind, SeamError};
use crate::text::Text;

/// So many pages in a row may bring nothing new. A list that changes while it is read repeats some of its
/// records; one that brings no others for so long has no end.
const BARREN: u32 = 3;

/// The walk so far.
pub(super) struct Walk<I> {
    what: Resource,
    /// The ids of what was read.
    pub(super) seen: HashSet<I>,
    barren: u32,
}

impl<I: Eq + Hash> Walk<I> {
    pub(super) fn new(what: Resource) -> Self {
        Self { what, seen: HashSet::new(), barren: 0 }
    }

    /// Takes note of a page.
    ///
    /// # Errors
    /// Where not one record of it can be read, or nothing new has come for too long. What was read stands.
    pub(super) fn step(&mut self, ids: impl Iterator<Item = I>, bad: &[BadRecord]) -> Read {
        let (before, mut items) = (self.seen.len(), 0);
        for id in ids {
            items += 1;
            self.seen.insert(id);
        }
        self.barren = if self.seen.len() > before { 0 } else { self.barren + 1 };
        let failed = |kind| Err(Halt::Failed(self.what, SeamError::new(self.what.word(), kind)));
        match bad.first() {
            Some(first) if items == 0 => {
                let what = format!("none of {} {}: {}", bad.len(), first.resource, first.why);
                failed(ErrorKind::Decode { what: Text::new(what) })
            }
            _ if self.barren > BARREN => {
                failed(ErrorKind::Paging { why: "page after page brings nothing new".into() })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad() -> BadRecord {
        BadRecord { resource: "devices", id: None, why: "invalid type".into() }
    }

    #[test]
    fn a_list_that_brings_nothing_new_for_too_long_has_no_end() {
        let mut walk = Walk::new(Resource::Devices);
        for page in 0..10 {
            walk.step([page, page + 1].into_iter(), &[]).unwrap();
        }
        for _ in 0..BARREN {
            walk.step([1, 2].into_iter(), &[]).unwrap();
        }
        let Err(Halt::Failed(_, e)) = walk.step([3].into_iter(), &[]) else { panic!("it goes on") };
        assert!(matches!(e.kind(), ErrorKind::Paging { .. }), "{e:?}");
    }

    #[test]
    fn a_page_of_which_nothing_can_be_read_is_no_good_page() {
        let mut walk = Walk::new(Resource::Devices);
        walk.step([1].into_iter(), &[bad()]).unwrap();
        let Err(Halt::Failed(_, e)) = walk.step(std::iter::empty(), &[bad(), bad()]) else { panic!() };
        assert!(e.to_string().contains("none of 2 devices: invalid type"), "{e}");
    }
}
