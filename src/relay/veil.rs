//! Takes out of records what must not be seen: marks take the place of PINs and links, and dots that of
//! those that stand in a sentence.

use crate::property::Records;
use crate::seam::model::{AccessGrant, AccessMethod, Event, Mutation, Notice};
use crate::secret::{DOTS, Marker, Secret, without_links};
use crate::text::Text;

/// Veils whatever a record holds.
pub(super) fn veil(records: &mut Records, marker: &Marker) {
    match records {
        Records::Workspace(_) | Records::Spaces(_) => {}
        Records::Systems(all) => all.iter_mut().for_each(|r| notices(&mut r.errors, &mut r.warnings, marker)),
        Records::Entrances(all) => {
            all.iter_mut().for_each(|r| notices(&mut r.errors, &mut r.warnings, marker));
        }
        Records::Devices(all) => all.iter_mut().for_each(|r| notices(&mut r.errors, &mut r.warnings, marker)),
        Records::Encoders(all) => {
            all.iter_mut().for_each(|r| notices(&mut r.errors, &mut r.warnings, marker));
        }
        Records::Identities(all) => {
            all.iter_mut().for_each(|r| notices(&mut r.errors, &mut r.warnings, marker));
        }
        Records::Grants(all) => all.iter_mut().for_each(|r| grant(r, marker)),
        Records::Methods(all) => all.iter_mut().for_each(|r| method(r, marker)),
        Records::InstantKeys(all) => {
            all.iter_mut().for_each(|r| secret(&mut r.instant_key_url, marker));
        }
        Records::Events(all) => all.iter_mut().for_each(|r| event(r, marker)),
    }
}

fn secret(secret: &mut Option<Secret>, marker: &Marker) {
    if let Some(secret) = secret {
        *secret = secret.veiled(marker);
    }
}

/// Puts dots in the place of these secrets, and of every link.
fn words(words: &mut Text, secrets: &[Secret]) {
    let mut plain = without_links(words).into_owned();
    for secret in secrets.iter().filter(|s| s.is_here() && !s.is_empty()) {
        plain = plain.replace(secret.reveal(), DOTS);
    }
    if plain != words.as_str() {
        *words = Text::new(plain);
    }
}

fn mutations(all: &mut [Mutation], secrets: &[Secret]) {
    all.iter_mut().for_each(|m| words(&mut m.message, secrets));
}

fn notices(errors: &mut [Notice], warnings: &mut [Notice], marker: &Marker) {
    notices_with(errors, warnings, &[], marker);
}

fn notices_with(errors: &mut [Notice], warnings: &mut [Notice], of_record: &[Secret], marker: &Marker) {
    let mut secrets = of_record.to_vec();
    for notice in errors.iter().chain(&*warnings) {
        secrets.extend(notice.original_code.iter().chain(&notice.new_code).cloned());
    }
    for notice in errors.iter_mut().chain(warnings) {
        words(&mut notice.message, &secrets);
        notice.reason.iter_mut().for_each(|reason| words(reason, &secrets));
        notice.failed_devices.iter_mut().for_each(|failed| words(&mut failed.message, &secrets));
        secret(&mut notice.original_code, marker);
        secret(&mut notice.new_code, marker);
    }
}

fn grant(grant: &mut AccessGrant, marker: &Marker) {
    let asked = grant.requested_access_methods.iter().filter_map(|wish| wish.code.clone());
    let secrets: Vec<Secret> = asked.chain(grant.instant_key_url.clone()).collect();
    mutations(&mut grant.pending_mutations, &secrets);
    notices_with(&mut grant.errors, &mut grant.warnings, &secrets, marker);
    grant.requested_access_methods.iter_mut().for_each(|wish| secret(&mut wish.code, marker));
    secret(&mut grant.instant_key_url, marker);
}

fn method(method: &mut AccessMethod, marker: &Marker) {
    let secrets: Vec<Secret> = method.code.iter().chain(&method.instant_key_url).cloned().collect();
    mutations(&mut method.pending_mutations, &secrets);
    notices_with(&mut method.errors, &mut method.warnings, &secrets, marker);
    words(&mut method.display_name, &secrets);
    secret(&mut method.code, marker);
    secret(&mut method.instant_key_url, marker);
}

fn event(event: &mut Event, marker: &Marker) {
    let secrets: Vec<Secret> = event.code.iter().cloned().collect();
    for said in [&mut event.event_description, &mut event.reason, &mut event.error_message] {
        said.iter_mut().for_each(|said| words(said, &secrets));
    }
    secret(&mut event.code, marker);
}
