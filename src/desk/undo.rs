//! The reverse of what was done, where there is one.

use chrono::{DateTime, Utc};

use super::again::stay_after;
use super::facts::{live_methods, stay, when, who};
use super::instant_key::DeleteLinkAsk;
use super::keys::{RevokeKeyAsk, request_steps};
use super::room_move::MoveAsk;
use super::wish::{NewGrant, Wish};
use super::{
    Action, CheckOutAsk, Line, Plan, Refusal, Step, Tone, check_out, extend, instant_key, keys, room_move,
};
use crate::property::{Grant, Property, StayId};
use crate::seam::id::{GrantId, InstantKeyId, MethodId};
use crate::seam::model::Mode;
use crate::text::Text;

/// Plans the reverse of a plan that was carried out to its end, at the instant `now`.
///
/// # Errors
/// One sentence that says why it cannot be undone, and what to do instead.
pub fn plan(p: &Property, done: &Plan, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let never = |words: &str| Err(Refusal::new(words));
    match done.action {
        Action::Extend => extend::restore(p, done, now),
        Action::RevokeKey => request_again(p, done, now),
        Action::AddKey => revoke_added(p, done, now),
        Action::Grant => revoke_granted(p, done, now),
        Action::Move => move_back(p, done, now),
        Action::NewLink => delete_link(p, done, now),
        Action::Reissue => never(
            "A card that was retired does not come back: the new card stays, and the old one can be cut anew for it.",
        ),
        Action::LockOut => never(
            "The lost card is meant to stay dead, and Seam does not give a deleted grant back: the new keys stay.",
        ),
        Action::CheckOut => never(
            "Seam does not give deleted access back: grant access anew (n); PINs and cards will be new ones.",
        ),
        Action::Encode | Action::MoreCards => {
            never("A card that was cut stays cut: revoke that key, or collect the card.")
        }
        Action::DeleteLink => never("A deleted link does not come back: make a new Instant Key (i)."),
        Action::Assign => never("An assigned tag stays assigned: revoke that key, or collect the tag."),
        Action::Unlock => never("A door that was opened locks again by itself."),
    }
}

/// A revoked key, requested again. It will be a new one: another PIN, a card to be cut, a new link.
fn request_again(p: &Property, done: &Plan, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &done.stay)?;
    let revoked = done.steps.iter().find_map(|s| match s {
        Step::RevokeMethod { grants, mode, max_uses, .. } => Some((grants, mode, *max_uses)),
        _ => None,
    });
    let Some((grants, mode, max_uses)) = revoked else {
        return Err(Refusal::new("That revoked no key, so there is none to request again."));
    };
    let living = |id: &GrantId| p.grant(id).filter(|g| !g.is_being_deleted());
    let Some(grant) = grants.iter().find_map(living) else {
        return Err(Refusal::new(format!(
            "The grant of {} is no longer there: grant access anew (n).",
            who(stay)
        )));
    };
    if let Some(end) = grant.ends_at().filter(|end| *end <= now) {
        return Err(Refusal::new(format!(
            "The access of {} ended {}: extend the stay first (e).",
            who(stay),
            when(end, p.zone())
        )));
    }
    let steps = request_steps(p, grant, Wish { max_uses, ..Wish::of(mode.clone()) }, None);
    let (text, tone) = match mode {
        Mode::Code => ("a new one with other digits: tell the guest", Tone::Caution),
        Mode::Card => ("a new one, to be cut (c)", Tone::Caution),
        Mode::MobileKey => ("a new one: send its link again (i)", Tone::Caution),
        Mode::CloudKey | Mode::Other(_) => ("a new one of the same kind", Tone::Plain),
    };
    Ok(Plan {
        cards: Vec::new(),
        action: Action::AddKey,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: stay.room.clone(),
        takes_away: false,
        preview: vec![Line::new(mode.word(), text, tone)],
        commands: steps.iter().filter_map(Step::command).collect(),
        steps,
    })
}

/// The key that was added, revoked: the one of its kind that was not there before.
fn revoke_added(p: &Property, done: &Plan, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &done.stay)?;
    let added = done.steps.iter().find_map(|s| match s {
        Step::RequestMethod { grant, wish, known } => Some((grant, wish, known)),
        _ => None,
    });
    let Some((grant, wish, known)) = added else {
        return Err(Refusal::new("That added no key, so there is none to revoke."));
    };
    let of_grant = p.grant(grant);
    let new: Vec<MethodId> = live_methods(p, &[stay])
        .into_iter()
        .filter(|m| {
            m.mode() == wish.mode && of_grant.is_some_and(|g| p.lists(g, &m.id)) && !known.contains(&m.id)
        })
        .map(|m| m.id.clone())
        .collect();
    match new.as_slice() {
        [one] => keys::revoke(p, &RevokeKeyAsk { stay: stay.id.clone(), method: one.clone() }, now),
        [] => Err(Refusal::new(format!("The {} that was added is no longer there.", wish.mode))),
        _ => Err(Refusal::new(format!(
            "More than one {} has been added since: choose the one to revoke.",
            wish.mode
        ))),
    }
}

fn made(done: &Plan) -> impl Iterator<Item = &NewGrant> {
    done.steps.iter().filter_map(|s| match s {
        Step::CreateGrant(new) => Some(new.as_ref()),
        _ => None,
    })
}

fn grant_made<'a>(p: &'a Property, new: &NewGrant) -> Option<&'a Grant> {
    p.grants().find(|g| g.key() == Some(&new.key) && !g.is_being_deleted())
}

/// The access that was given, revoked: of that grant alone, whoever else is in the reservation.
fn revoke_granted(p: &Property, done: &Plan, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let grant = made(done).find_map(|new| grant_made(p, new));
    let of = grant.and_then(|g| p.stay_of_grant(&g.id).map(|stay| (g, stay)));
    let Some((grant, id)) = of else {
        return Err(Refusal::new("The access that was given is no longer there: nothing is left to revoke."));
    };
    let ask = CheckOutAsk { stay: id.clone(), whole_party: false };
    let mut plan = check_out::plan(p, &ask, now)?;
    // A guest may have had other grants of the same stay before: those stay.
    plan.steps.retain(|s| !matches!(s, Step::DeleteGrant { grant: other, .. } if *other != grant.id));
    let methods: Vec<MethodId> = p
        .methods_of(&grant.id)
        .into_iter()
        .filter(|m| p.grants_of_method(&m.id).len() == 1)
        .map(|m| m.id.clone())
        .collect();
    for step in &mut plan.steps {
        if let Step::AwaitGone { grants, methods: all } = step {
            grants.retain(|id| *id == grant.id);
            all.clone_from(&methods);
        }
    }
    plan.commands = plan.steps.iter().filter_map(Step::command).collect();
    Ok(plan)
}

/// The way back to the room that was left, as a move of its own: free rooms, keys and cards are looked at
/// again.
fn move_back(p: &Property, done: &Plan, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let there = made(done).find_map(|new| grant_made(p, new).map(|g| (g, new)));
    let Some((grant, moved)) = there.and_then(|(g, new)| new.moved.clone().map(|moved| (g, moved))) else {
        return Err(Refusal::new("The access in the new room is no longer there: grant access anew (n)."));
    };
    let of_grant = || p.stay_of_grant(&grant.id).cloned();
    let stay: StayId = stay_after(p, done).or_else(of_grant).unwrap_or_else(|| done.stay.clone());
    let encoder = done.steps.iter().find_map(|s| match s {
        Step::Encode { encoder, .. } => Some(encoder.clone()),
        _ => None,
    });
    // The old room may be of another lock system, which that encoder does not serve.
    let encoder = encoder.filter(|id| room_move::encoders(p, &moved.from).iter().any(|e| e.encoder == *id));
    let key = done_reservation(done);
    let ask = MoveAsk { stay, from: Some(moved.to), to: moved.from, encoder, reservation_key: key };
    room_move::plan(p, &ask, now)
}

/// The reservation a stay had before it was moved.
fn done_reservation(done: &Plan) -> Option<Text> {
    let before = done.stay.to_string();
    before.split_once('/').map(|(_, key)| Text::new(key))
}

fn delete_link(p: &Property, done: &Plan, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &done.stay)?;
    let known = done.steps.iter().find_map(|s| match s {
        Step::NewInstantKey { known, .. } => Some(known),
        _ => None,
    });
    let all = p.instant_keys(stay.guest());
    let new: Vec<InstantKeyId> =
        all.into_iter().map(|k| k.id.clone()).filter(|id| !known.is_some_and(|k| k.contains(id))).collect();
    match new.as_slice() {
        [one] => instant_key::delete_link(p, &DeleteLinkAsk { stay: stay.id.clone(), key: one.clone() }, now),
        [] => Err(Refusal::new("The Instant Key that was made is no longer there.")),
        _ => Err(Refusal::new("More than one Instant Key was made since: choose the one to delete (i).")),
    }
}
