//! Reading again what events said is out of date.

use std::collections::BTreeSet;
use std::mem::take;

use super::dirty::Dirty;
use super::grants::{CHUNK, failed, reread};
use super::listed::{Listed, Which};
use super::outbox::{Halt, Read};
use super::shared::Shared;
use super::sweep::sweep;
use crate::property::{Gone, Records, Resource};
use crate::seam::client::MethodInclude;
use crate::seam::id::MethodId;
use crate::seam::model::{AcsSystem, Device, Encoder, Entrance, Space, UserIdentity};

/// Reads everything in `dirty` again. What could not be read stays in it, unless asking again would
/// not help; one kind that fails does not hold up the others. Ends with the first failure.
pub(super) async fn settle(shared: &Shared, dirty: &mut Dirty) -> Read {
    let mut first = Ok(());
    let mut keep = |result: Read| match result {
        Err(Halt::Over) => Err(Halt::Over),
        Err(failed) => {
            if first.is_ok() {
                first = Err(failed);
            }
            Ok(())
        }
        Ok(()) => Ok(()),
    };
    keep(methods(shared, dirty).await)?;
    keep(grants(shared, dirty).await)?;
    if take(&mut dirty.spaces) {
        keep(whole::<Space>(shared, &mut dirty.spaces).await)?;
    }
    if take(&mut dirty.systems) {
        keep(whole::<AcsSystem>(shared, &mut dirty.systems).await)?;
    }
    keep(some::<UserIdentity>(shared, &mut dirty.identities).await)?;
    keep(some::<Entrance>(shared, &mut dirty.entrances).await)?;
    keep(some::<Device>(shared, &mut dirty.devices).await)?;
    keep(some::<Encoder>(shared, &mut dirty.encoders).await)?;
    first
}

/// The first hundred of a set, taken out.
fn chunk<T: Ord + Clone>(from: &mut BTreeSet<T>) -> Vec<T> {
    let ids: Vec<T> = from.iter().take(CHUNK).cloned().collect();
    for id in &ids {
        from.remove(id);
    }
    ids
}

/// Whether asking for the same again may bring more. The key may be put right, too.
fn may_get_better(halt: &Halt) -> bool {
    match halt {
        Halt::Over => false,
        Halt::Failed(_, e) => e.is_transient() || matches!(e.status(), Some(401 | 403)),
    }
}

async fn grants(shared: &Shared, dirty: &mut Dirty) -> Read {
    while !dirty.grants.is_empty() {
        let ids = chunk(&mut dirty.grants);
        let found = match reread(shared, &ids, &dirty.deleted_grants).await {
            Ok(found) => found,
            Err(halt) => {
                if may_get_better(&halt) {
                    dirty.grants.extend(ids);
                }
                return Err(halt);
            }
        };
        dirty.identities.extend(found.strangers.identities);
        dirty.spaces |= found.strangers.spaces;
        for id in &ids {
            dirty.deleted_grants.remove(id);
            shared.ledger().doors_changed(id);
        }
        // Read after the event, and these grants do not have them. Should another grant share one after
        // all, its own reading brings it back.
        for id in take(&mut dirty.deleted_methods) {
            if !found.methods.contains(&id) {
                shared.out.gone(Gone::Method(id)).await?;
            }
        }
    }
    Ok(())
}

/// Methods whose grants no event named: asks whose they are, and leaves the grants to be read.
async fn methods(shared: &Shared, dirty: &mut Dirty) -> Read {
    while !dirty.methods.is_empty() {
        let ids = chunk(&mut dirty.methods);
        if let Err(halt) = methods_chunk(shared, &ids, dirty).await {
            if may_get_better(&halt) {
                dirty.methods.extend(ids);
            }
            return Err(halt);
        }
    }
    Ok(())
}

async fn methods_chunk(shared: &Shared, ids: &[MethodId], dirty: &mut Dirty) -> Read {
    let out = &shared.out;
    let asked = out.now();
    let include = [MethodInclude::AccessGrants, MethodInclude::AccessMethods];
    let related = shared.client.related_to_methods(ids, &include).await.map_err(failed)?;
    dirty.grants.extend(related.access_grants.into_iter().map(|g| g.id));
    let there: BTreeSet<MethodId> = crate::order::set(related.access_methods.iter().map(|m| m.id.clone()));
    out.read(Records::Methods(related.access_methods), asked, None).await?;
    out.bad(Resource::Grants, related.bad, asked).await?;
    for id in ids.iter().filter(|id| !there.contains(id)) {
        let gone = dirty.deleted_methods.remove(id)
            || match shared.client.get_access_method(id).await {
                Ok(method) => {
                    out.read(Records::Methods(vec![method]), asked, None).await?;
                    false
                }
                Err(e) if e.is_not_found() => true,
                Err(e) => return Err(failed(e)),
            };
        if gone {
            out.gone(Gone::Method(id.clone())).await?;
        }
    }
    Ok(())
}

/// A list that is read as a whole or not at all.
async fn whole<T: Listed>(shared: &Shared, dirty: &mut bool) -> Read {
    let result = sweep::<T>(shared).await;
    *dirty = result.as_ref().is_err_and(may_get_better);
    result
}

/// Some records of a list; one that the list leaves out is asked for by itself.
async fn some<T: Listed>(shared: &Shared, dirty: &mut BTreeSet<T::Id>) -> Read {
    while !dirty.is_empty() {
        let ids = chunk(dirty);
        if let Err(halt) = some_chunk::<T>(shared, &ids).await {
            if may_get_better(&halt) {
                dirty.extend(ids);
            }
            return Err(halt);
        }
    }
    Ok(())
}

async fn some_chunk<T: Listed>(shared: &Shared, ids: &[T::Id]) -> Read {
    let out = &shared.out;
    let fail = |e| Halt::Failed(T::RESOURCE, e);
    let asked = out.now();
    let first = T::list(&shared.client, Which::These(ids.to_vec())).await.map_err(fail)?;
    let mut all = shared.client.gather(first).await;
    if let Some(e) = all.cut {
        return Err(fail(e));
    }
    all.items.retain(|r| ids.contains(r.id()));
    let there: BTreeSet<T::Id> = crate::order::set(all.items.iter().map(|r| r.id().clone()));
    out.read(T::wrap(all.items), asked, None).await?;
    out.bad(T::RESOURCE, all.bad, asked).await?;
    for id in ids.iter().filter(|id| !there.contains(id)) {
        match T::get(&shared.client, id).await {
            Ok(record) => out.read(T::wrap(vec![record]), asked, None).await?,
            Err(e) if e.is_not_found() => out.gone(T::gone(id.clone())).await?,
            Err(e) => return Err(fail(e)),
        }
    }
    T::remember(shared, ids.to_vec());
    Ok(())
}
