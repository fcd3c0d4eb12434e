//! Whether a step is done, from reading alone: what makes a lost reply and a resumed run the same thing.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::api::Api;
use super::{await_looks, made_looks};
use crate::desk::wish::Pins;
use crate::desk::{Change, MethodRef, Step};
use crate::seam::SeamError;
use crate::seam::id::{AttemptId, GrantId, IdentityId, MethodId};
use crate::seam::model::{AccessGrant, AccessMethod, Mode, MutationCode, Notice};
use crate::text::Text;

/// What a look at a step's subject tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// It is as the step wants it.
    Done(Text),
    /// It is not, or not yet; what is still open.
    NotYet(Text),
    /// It cannot become so any more.
    Never {
        /// Why.
        words: Text,
        /// What to do instead.
        next: Text,
    },
}

impl Look {
    fn never(words: impl AsRef<str>, next: impl AsRef<str>) -> Self {
        Self::Never { words: Text::new(words), next: Text::new(next) }
    }
}

/// Whether the step may already have been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stance {
    /// Certainly not: what is found there is somebody else's.
    First,
    /// Perhaps: what is found there is the step's own.
    Again,
}

/// What a run has found out and the plan could not know. All of it can be read again.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// The method a step has made, by the step's index.
    pub(super) made: Vec<(usize, MethodId)>,
    /// Cards the encoder can take now.
    pub(super) waiting: BTreeSet<MethodId>,
    /// Methods that are known to be gone.
    pub(super) gone: BTreeSet<MethodId>,
    /// Cards of grants the plan makes, by the grant's key.
    pub(super) cards: Vec<(Text, Vec<MethodId>)>,
    /// Guests the plan makes, by their key.
    pub(super) guests: Vec<(Text, IdentityId)>,
    /// The PINs that were chosen; of all this alone they cannot be read again.
    pub(super) pins: Pins,
    /// When a door was first told to open.
    pub(super) unlocking: Option<DateTime<Utc>>,
    /// The attempt to open it, where its answer arrived.
    pub(super) attempt: Option<AttemptId>,
    /// What a person must be told at the end, each once.
    pub(super) notes: Vec<Text>,
}

impl Memory {
    pub(super) fn method(&self, which: &MethodRef) -> Option<MethodId> {
        match which {
            MethodRef::Known(id) => Some(id.clone()),
            MethodRef::MadeBy(step) => {
                self.made.iter().find(|(index, _)| index == step).map(|(_, id)| id.clone())
            }
            MethodRef::CardOf { grant, nth } => self
                .cards
                .iter()
                .find(|(key, _)| key == grant)
                .and_then(|(_, cards)| cards.get(*nth))
                .cloned(),
        }
    }

    /// Keeps a sentence for the end.
    pub(super) fn note(&mut self, words: impl AsRef<str>) {
        let words = Text::new(words);
        if !self.notes.contains(&words) {
            self.notes.push(words);
        }
    }
}

/// Looks at the subject of `step`, the plan's step `index`.
pub(super) async fn look(
    api: &Api,
    index: usize,
    step: &Step,
    memory: &mut Memory,
    stance: Stance,
) -> Result<Look, SeamError> {
    match step {
        Step::UpdateGrant { grant, who, starts_at, ends_at } => {
            Ok(dates(api.grant(grant).await?.as_ref(), who, *starts_at, *ends_at))
        }
        Step::RequestCard { grant, known } => {
            request(api, index, (grant, known, &Mode::Card), memory, stance).await
        }
        Step::Encode { method, .. } => match memory.method(method) {
            Some(id) => Ok(cut(api.method(&id).await?.as_ref())),
            None => Ok(unmade()),
        },
        Step::DeleteMethod { method, .. } | Step::RevokeMethod { method, .. } => {
            Ok(match api.method(method).await? {
                None => Look::Done("it is gone".into()),
                Some(m) if leaves(&m) => Look::Done("it is being retired".into()),
                Some(_) => Look::NotYet("it is still there".into()),
            })
        }
        Step::DeleteGrant { grant, .. } => Ok(match api.grant(grant).await? {
            None => Look::Done("it is gone".into()),
            Some(g) if has(&g.warnings, "being_deleted") => Look::Done("it is being revoked".into()),
            Some(_) => Look::NotYet("it is still there".into()),
        }),
        Step::AwaitIssued { grants, .. } => await_looks::issued(api, grants, memory).await,
        Step::AwaitReady { method } => match memory.method(method) {
            Some(id) => await_looks::ready(api, &id).await,
            None => Ok(unmade()),
        },
        Step::AwaitGone { grants, methods } => await_looks::gone(api, grants, methods, memory).await,
        made => made_looks::look(api, index, made, memory, stance).await,
    }
}

fn unmade() -> Look {
    Look::never("the new card cannot be found on the grant", "close this and look at the stay again (Ctrl-R)")
}

/// Whether the encoder's work on a card is done.
pub(super) fn cut(method: Option<&AccessMethod>) -> Look {
    match method {
        None => Look::never(
            "the card is no longer there: it was retired",
            "close this and look at the stay again",
        ),
        Some(m) if has(&m.warnings, "being_deleted") => {
            Look::never("the card is being retired", "close this and look at the stay again")
        }
        Some(m) if m.is_issued && !m.is_ready_for_encoding => Look::Done("the card is cut".into()),
        Some(_) => Look::NotYet("the card is not cut".into()),
    }
}

fn dates(grant: Option<&AccessGrant>, who: &str, start: Option<Change>, end: Option<Change>) -> Look {
    let Some(grant) = grant else {
        return Look::never(
            format!("the access of {who} is no longer there: somebody checked it out"),
            "close this and look at the stay again",
        );
    };
    if has(&grant.warnings, "being_deleted") {
        return Look::never(
            format!("the access of {who} is being revoked"),
            "make a new grant once it is gone",
        );
    }
    let changes = [(grant.starts_at, start), (grant.ends_at, end)];
    let mut all = true;
    for (is, change) in changes.into_iter().filter_map(|(is, change)| Some((is, change?))) {
        if same(is, Some(change.to)) {
            continue;
        }
        if !same(is, change.from) {
            return Look::never(
                format!("the dates of {who} were changed by somebody else meanwhile"),
                "close this, look at the new dates, and decide again",
            );
        }
        all = false;
    }
    if all {
        Look::Done("the new dates are set".into())
    } else {
        Look::NotYet("the dates are the old ones".into())
    }
}

/// Instants survive the wire to the second at least.
fn same(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.signed_duration_since(b).abs() < TimeDelta::seconds(1),
        (a, b) => a == b,
    }
}

/// Whether a grant has the one new method of a mode that a step asked for: the grant, the methods it had
/// before, and the mode.
pub(super) async fn request(
    api: &Api,
    index: usize,
    (grant, known, mode): (&GrantId, &[MethodId], &Mode),
    memory: &mut Memory,
    stance: Stance,
) -> Result<Look, SeamError> {
    let Some(grant) = api.grant(grant).await? else {
        return Ok(Look::never("the grant is no longer there: somebody checked it out", "make a new grant"));
    };
    if has(&grant.warnings, "being_deleted") {
        return Ok(Look::never("the grant is being revoked", "make a new grant once it is gone"));
    }
    let mut new = new_methods(api, &grant, known, mode).await?;
    // What another step of this run has made is not this step's.
    new.retain(|id| !memory.made.iter().any(|(i, made)| *i != index && made == id));
    let word = mode.word();
    Ok(match (new.len(), stance) {
        (0, _) => Look::NotYet(Text::new(format!("the new {word} is not on the grant yet"))),
        (1, Stance::Again) => {
            memory.made.retain(|(i, _)| *i != index);
            memory.made.extend(new.pop().map(|id| (index, id)));
            Look::Done(Text::new(format!("the new {word} is requested")))
        }
        (1, Stance::First) => Look::never(
            format!("somebody else has just requested a {word} on this grant"),
            "close this; cut the card that waits (c), or look again and decide",
        ),
        (n, _) => Look::never(
            format!("{n} new {word}s are on this grant: somebody else requested one too"),
            "agree on one of them, cut it (c), and delete the other in Seam Console",
        ),
    })
}

/// The methods of a mode on a grant that were not there when the plan was made.
async fn new_methods(
    api: &Api,
    grant: &AccessGrant,
    known: &[MethodId],
    wanted: &Mode,
) -> Result<Vec<MethodId>, SeamError> {
    let mut found = Vec::new();
    let requested = |id: &MethodId| {
        grant
            .requested_access_methods
            .iter()
            .find(|r| r.created_access_method_ids.contains(id))
            .map(|r| &r.mode)
    };
    let mentioned = grant.requested_access_methods.iter().flat_map(|r| &r.created_access_method_ids);
    let all: BTreeSet<&MethodId> = crate::order::set(grant.access_method_ids.iter().chain(mentioned));
    for id in all.into_iter().filter(|id| !known.contains(id)) {
        let fits = match requested(id) {
            Some(mode) => mode == wanted,
            None => api.method(id).await?.is_some_and(|m| m.mode == *wanted),
        };
        if fits {
            found.push(id.clone());
        }
    }
    Ok(found)
}

/// Whether Seam is taking a method away as a whole.
pub(super) fn leaves(method: &AccessMethod) -> bool {
    has(&method.warnings, "being_deleted")
        || method
            .pending_mutations
            .iter()
            .any(|m| m.code == MutationCode::Revoking && m.to.device_ids.is_empty())
}

/// Whether a notice of this code is there.
pub(super) fn has(notices: &[Notice], code: &str) -> bool {
    notices.iter().any(|n| n.code == code)
}
