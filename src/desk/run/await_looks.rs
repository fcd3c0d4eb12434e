//! Looks at what only takes time: keys issued again, a card getting ready, access leaving the locks.

use super::api::Api;
use super::look::{Look, Memory, has, leaves};
use crate::desk::facts::count;
use crate::property::said;
use crate::seam::SeamError;
use crate::seam::id::{GrantId, MethodId};
use crate::seam::model::{AccessGrant, AccessMethod, Mode, MutationCode};
use crate::text::Text;

/// Whether every method of the grants is issued again, or is a card somebody must hold.
pub(super) async fn issued(api: &Api, grants: &[GrantId], memory: &mut Memory) -> Result<Look, SeamError> {
    let found = api.grants(grants).await?;
    let ids: Vec<GrantId> = found.iter().map(|g| g.id.clone()).collect();
    if ids.is_empty() {
        return Ok(Look::Never {
            words: "the access is no longer there: somebody checked it out".into(),
            next: "close this and look at the stay again".into(),
        });
    }
    let methods = api.methods_of(&ids).await?;
    memory.waiting = methods.iter().filter(|m| takes_card(m)).map(|m| m.id.clone()).collect();
    let open: Vec<&AccessMethod> = methods.iter().filter(|m| !settled(m)).collect();
    let updating =
        found.iter().any(|g| g.pending_mutations.iter().any(|p| p.code == MutationCode::UpdatingTimes));
    // A change of times that only waits for cards stays pending until they are cut.
    let cards = methods.iter().any(|m| takes_card(m) || takes_tag(m));
    if open.is_empty() && (!updating || cards) {
        return Ok(Look::Done(issued_words(&methods, memory.waiting.len())));
    }
    Ok(Look::NotYet(open_words(&open)))
}

/// Whether the encoder can take the card now.
pub(super) fn takes_card(m: &AccessMethod) -> bool {
    m.mode == Mode::Card && !m.is_issued && m.is_ready_for_encoding && !leaves(m)
}

/// Whether somebody must assign a tag.
fn takes_tag(m: &AccessMethod) -> bool {
    m.mode == Mode::Card && !m.is_issued && m.is_assignment_required
}

/// Whether a method is issued and stays so, or waits for a person.
pub(super) fn settled(m: &AccessMethod) -> bool {
    if leaves(m) || takes_card(m) || takes_tag(m) {
        return true;
    }
    let changing =
        |code: &MutationCode| matches!(code, MutationCode::UpdatingTimes | MutationCode::Provisioning);
    m.is_issued && !m.pending_mutations.iter().any(|p| changing(&p.code))
}

fn issued_words(methods: &[AccessMethod], waiting: usize) -> Text {
    let issued = methods.iter().filter(|m| m.is_issued).count();
    Text::new(match waiting {
        0 => format!("{} issued again", count(issued, "key")),
        n => format!("{} issued again, {} for the encoder", count(issued, "key"), count(n, "card")),
    })
}

fn open_words(open: &[&AccessMethod]) -> Text {
    let mut modes: Vec<(&str, usize)> = Vec::new();
    for method in open {
        let word = method.mode.word();
        match modes.iter_mut().find(|(w, _)| *w == word) {
            Some((_, n)) => *n += 1,
            None => modes.push((word, 1)),
        }
    }
    let words: Vec<String> = modes.iter().map(|(word, n)| count(*n, word)).collect();
    let mut words = if words.is_empty() {
        "the change is on its way".to_owned()
    } else {
        format!("not issued again yet: {}", words.join(", "))
    };
    if let Some(error) = open.iter().find_map(|m| m.errors.first()) {
        let why = said(&error.code, &error.message);
        words.push_str(&format!(" ({why})"));
    }
    Text::new(words)
}

/// Whether the encoder can take a card; one that is cut already will do too.
pub(super) async fn ready(api: &Api, id: &MethodId) -> Result<Look, SeamError> {
    Ok(readiness(api.method(id).await?.as_ref()))
}

pub(super) fn readiness(method: Option<&AccessMethod>) -> Look {
    let never = |words: &str| Look::Never { words: words.into(), next: "look at the stay again".into() };
    match method {
        None => never("the card is no longer there: it was retired"),
        Some(m) if leaves(m) => never("the card is being retired"),
        Some(m) if m.is_ready_for_encoding => Look::Done("the encoder can take it".into()),
        Some(m) if m.is_issued => Look::Done("it is cut already".into()),
        Some(m) if m.is_assignment_required || m.is_ready_for_assignment => Look::Never {
            words: "this lock system does not cut the card: a tag must be assigned by its number".into(),
            next: "assign a spare tag to the guest".into(),
        },
        Some(m) => Look::NotYet(match m.errors.first() {
            Some(e) if !e.message.is_empty() => {
                Text::new(format!("the lock system is not ready to cut it: {}", e.message))
            }
            _ => "the lock system prepares the card".into(),
        }),
    }
}

/// Whether deleted grants and methods have left the locks. A method that other grants still use is
/// none of ours any more.
pub(super) async fn gone(
    api: &Api,
    grants: &[GrantId],
    methods: &[MethodId],
    memory: &mut Memory,
) -> Result<Look, SeamError> {
    let left = api.grants(grants).await?;
    if !left.is_empty() {
        return Ok(Look::NotYet(leaving(&left)));
    }
    let mut stuck = 0;
    for id in methods {
        if memory.gone.contains(id) {
            continue;
        }
        match api.method(id).await? {
            Some(m) if grants.is_empty() || leaves(&m) => stuck += 1,
            _ => {
                memory.gone.insert(id.clone());
            }
        }
    }
    Ok(match stuck {
        0 => Look::Done("nothing of it is left on the locks".into()),
        n => Look::NotYet(Text::new(format!("{} not off the locks yet", count(n, "key")))),
    })
}

/// What keeps grants from being gone.
pub(super) fn leaving(left: &[AccessGrant]) -> Text {
    let failed = left.iter().flat_map(|g| &g.warnings).flat_map(|w| &w.failed_devices);
    let fixed = failed.clone().any(|d| d.error_code == "offline_access_code_not_revocable");
    let why = failed.map(|d| &d.message).find(|m| !m.is_empty());
    let mut words = format!("{} not off the locks yet", count(left.len(), "grant"));
    if fixed {
        words.push_str("; a PIN cannot be taken off an offline lock and opens until its own end");
    } else if let Some(why) = why {
        words.push_str(&format!("; {why}"));
    }
    if left.iter().any(|g| !has(&g.warnings, "being_deleted")) {
        words.push_str("; Seam has not begun to revoke all of it");
    }
    Text::new(words)
}
