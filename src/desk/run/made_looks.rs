//! Whether what a plan asked for is there, from reading alone.

use super::api::Api;
use super::await_looks::{leaving, settled, takes_card};
use super::look::{Look, Memory, Stance, has, request};
use crate::desk::Step;
use crate::desk::facts::count;
use crate::desk::progress::{BACKUP_PIN, OTHER_PIN};
use crate::desk::wish::{GrantName, NewGrant};
use crate::order;
use crate::seam::SeamError;
use crate::seam::id::{GrantId, IdentityId, InstantKeyId, MethodId, SpaceId};
use crate::seam::model::{AccessGrant, AccessMethod, Mode};
use crate::text::Text;

/// Looks at the subject of a step that makes something or waits for what was made.
pub(super) async fn look(
    api: &Api,
    index: usize,
    step: &Step,
    memory: &mut Memory,
    stance: Stance,
) -> Result<Look, SeamError> {
    match step {
        Step::CreateGuest(guest) => Ok(match api.guest_with_key(&guest.key).await? {
            Some(_) => Look::Done("the guest is known to Seam".into()),
            None => Look::NotYet("the guest is not there yet".into()),
        }),
        Step::CreateGrant(new) => created(api, new).await,
        Step::AwaitGranted { grants } => granted(api, grants, memory).await,
        Step::ConfirmGone { grants, reservation_key, made } => {
            confirmed(api, grants, reservation_key.as_ref(), made).await
        }
        Step::RequestMethod { grant, wish, known } => {
            request(api, index, (grant, known, &wish.mode), memory, stance).await
        }
        Step::AwaitMethod { grant, method } => match memory.method(method) {
            Some(id) => one_issued(api, grant, &id, memory).await,
            None => Ok(Look::Never {
                words: "the new key cannot be found on the grant".into(),
                next: "close this and look at the stay again".into(),
            }),
        },
        Step::NewInstantKey { guest, known, .. } => link(api, guest, known, stance).await,
        Step::DeleteInstantKey { key } => Ok(match api.instant_key(key).await? {
            None => Look::Done("the link opens nothing any more".into()),
            Some(_) => Look::NotYet("the Instant Key is still there".into()),
        }),
        _ => Ok(Look::NotYet("it has not been sent".into())),
    }
}

async fn created(api: &Api, new: &NewGrant) -> Result<Look, SeamError> {
    let Some(grant) = api.grant_with_key(&new.key).await? else {
        return Ok(Look::NotYet("the grant is not there yet".into()));
    };
    if Some(&grant.id) == new.replaces.as_ref() {
        return Ok(Look::NotYet("the old grant is still there".into()));
    }
    if has(&grant.warnings, "being_deleted") {
        return Ok(Look::Never {
            words: "the new grant is being revoked: somebody checked it out".into(),
            next: "close this and look at the stay again".into(),
        });
    }
    let places = |ids: &[SpaceId]| order::set(ids.iter().cloned());
    if places(&grant.space_ids) != places(&new.spaces) || grant.reservation_key != new.reservation_key {
        return Ok(Look::Never {
            words: Text::new(format!("another grant has the key {}", new.key)),
            next: "close this and look at the stay again".into(),
        });
    }
    api.doors(&grant.id, new).await;
    api.watch(vec![grant.id.clone()]).await;
    Ok(Look::Done("the grant is made".into()))
}

/// Whether every key of new grants is there: issued, for the encoder, or known to be impossible.
async fn granted(api: &Api, keys: &[Text], memory: &mut Memory) -> Result<Look, SeamError> {
    let mut grants: Vec<AccessGrant> = Vec::new();
    for key in keys {
        match api.grant_with_key(key).await? {
            Some(grant) if !has(&grant.warnings, "being_deleted") => grants.push(grant),
            _ => {
                return Ok(Look::Never {
                    words: "the new grant is no longer there: somebody checked it out".into(),
                    next: "close this and look at the stay again".into(),
                });
            }
        }
    }
    let ids: Vec<GrantId> = grants.iter().map(|g| g.id.clone()).collect();
    let methods = api.methods_of(&ids).await?;
    let mut open: Vec<&str> = methods.iter().filter(|m| !settled(m)).map(|m| m.mode.word()).collect();
    for grant in &grants {
        // A key that cannot be made is told, and waited for no longer.
        let impossible = has(&grant.errors, "cannot_create_requested_access_methods");
        let missing =
            grant.requested_access_methods.iter().filter(|r| r.created_access_method_ids.is_empty());
        let missing: Vec<&str> = missing.map(|r| r.mode.word()).collect();
        if impossible && !missing.is_empty() {
            memory
                .note(format!("Seam cannot make the {}: no door of the grant takes it", missing.join(", ")));
        } else {
            open.extend(missing);
        }
    }
    memory.waiting.extend(methods.iter().filter(|m| takes_card(m)).map(|m| m.id.clone()));
    if !open.is_empty() {
        return Ok(Look::NotYet(Text::new(format!("not issued yet: {}", open.join(", ")))));
    }
    for grant in &grants {
        compare_pins(
            grant,
            &methods,
            &GrantName::Key(grant.access_grant_key.clone().unwrap_or_default()),
            memory,
        );
    }
    Ok(Look::Done(issued_words(&methods)))
}

fn issued_words(methods: &[AccessMethod]) -> Text {
    let issued = methods.iter().filter(|m| m.is_issued).count();
    let cards = methods.iter().filter(|m| takes_card(m)).count();
    Text::new(match cards {
        0 => format!("{} issued", count(issued, "key")),
        n => format!("{} issued, {} for the encoder", count(issued, "key"), count(n, "card")),
    })
}

/// Says so where a PIN is not the one that was asked for: the guest has been told another.
fn compare_pins(grant: &AccessGrant, methods: &[AccessMethod], name: &GrantName, memory: &mut Memory) {
    let mut differs = has(&grant.warnings, "requested_code_unavailable");
    let mut backup = false;
    for (i, asked) in grant.requested_access_methods.iter().enumerate() {
        let made = methods.iter().filter(|m| asked.created_access_method_ids.contains(&m.id));
        for method in made.filter(|m| m.mode == Mode::Code) {
            let wanted = asked.code.as_ref().or_else(|| memory.pins.get(name, i));
            differs |= matches!((wanted, &method.code), (Some(wanted), Some(is)) if wanted != is);
            backup |= has(&method.warnings, "pulled_backup_access_code");
        }
    }
    if differs {
        memory.note(format!(
            "{OTHER_PIN}: Seam could not have that one; show the guest the PIN that was issued (u)"
        ));
    } else if backup {
        memory.note(format!("{BACKUP_PIN} of the lock: show the guest the PIN that was issued (u)"));
    }
}

/// Whether grants are gone and nobody has added another to their reservation.
async fn confirmed(
    api: &Api,
    grants: &[GrantId],
    reservation: Option<&Text>,
    made: &[Text],
) -> Result<Look, SeamError> {
    let left = api.grants(grants).await?;
    if !left.is_empty() {
        return Ok(Look::NotYet(leaving(&left)));
    }
    let Some(key) = reservation else { return Ok(Look::Done("the old access is gone".into())) };
    let others = api.grants_of_reservation(key).await?;
    let ours = |g: &AccessGrant| g.access_grant_key.as_ref().is_some_and(|key| made.contains(key));
    Ok(if others.iter().all(ours) {
        Look::Done("the old access is gone".into())
    } else {
        Look::Never {
            words: Text::new(format!("somebody has added a grant to reservation {key} meanwhile")),
            next: "the old access is gone: look at the reservation, then grant access anew (n)".into(),
        }
    })
}

async fn one_issued(
    api: &Api,
    grant: &GrantId,
    method: &MethodId,
    memory: &mut Memory,
) -> Result<Look, SeamError> {
    let Some(seen) = api.method(method).await? else {
        return Ok(Look::Never {
            words: "the new key is no longer there: somebody revoked it".into(),
            next: "close this and look at the stay again".into(),
        });
    };
    if !settled(&seen) {
        let why = seen.errors.first().map(|e| &e.message).filter(|m| !m.is_empty());
        let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
        return Ok(Look::NotYet(Text::new(format!("the {} is not issued yet{why}", seen.mode))));
    }
    if takes_card(&seen) {
        memory.waiting.insert(method.clone());
        return Ok(Look::Done("the encoder can take it".into()));
    }
    if seen.mode == Mode::Code
        && let Some(grant) = api.grant(grant).await?
    {
        compare_one(&grant, &seen, memory);
    }
    Ok(Look::Done(Text::new(format!("the {} is issued", seen.mode))))
}

fn compare_one(grant: &AccessGrant, method: &AccessMethod, memory: &mut Memory) {
    let mut grant = grant.clone();
    grant.requested_access_methods.retain(|r| r.created_access_method_ids.contains(&method.id));
    // Of an older PIN the grant may have been warned long ago.
    grant.warnings.retain(|w| {
        w.code != "requested_code_unavailable" || w.new_code.is_some() && w.new_code == method.code
    });
    compare_pins(&grant, std::slice::from_ref(method), &GrantName::Id(grant.id.clone()), memory);
}

async fn link(
    api: &Api,
    guest: &IdentityId,
    known: &[InstantKeyId],
    stance: Stance,
) -> Result<Look, SeamError> {
    let new = api.instant_keys(guest).await?.into_iter().filter(|key| !known.contains(&key.id)).count();
    Ok(match (new, stance) {
        (0, _) => Look::NotYet("the new Instant Key is not there yet".into()),
        (1, Stance::Again) => Look::Done("the new Instant Key is ready to be shared".into()),
        (1, Stance::First) => Look::Never {
            words: "somebody else has just made an Instant Key for this guest".into(),
            next: "close this and share that one (i)".into(),
        },
        (n, _) => Look::Never {
            words: Text::new(format!("{n} new Instant Keys are there: somebody else made one too")),
            next: "close this and delete those that are not shared (i)".into(),
        },
    })
}

/// The cards of a grant made by the plan, in the order they were asked for.
pub(super) async fn cards_of(api: &Api, key: &Text) -> Result<Vec<MethodId>, SeamError> {
    let Some(grant) = api.grant_with_key(key).await? else { return Ok(Vec::new()) };
    let cards = grant.requested_access_methods.into_iter().filter(|r| r.mode == Mode::Card);
    Ok(cards.flat_map(|r| r.created_access_method_ids).collect())
}
