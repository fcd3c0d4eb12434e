"""Seam's Python SDK as a client of the sandbox: the hotel guide from booking to check-out.

SEAM_ENDPOINT and SEAM_API_KEY say where it is.
"""

import os
import time
from datetime import datetime, timedelta, timezone

from seam import Seam, SeamActionAttemptFailedError, SeamHttpApiError, SeamHttpInvalidInputError

seam = Seam(api_key=os.environ["SEAM_API_KEY"], endpoint=os.environ["SEAM_ENDPOINT"], wait_for_action_attempt=False)
PATIENCE = {"timeout": 30.0, "polling_interval": 0.2}
RUN = f"{os.getpid()}-{time.time_ns()}"


def until(what, look):
    end = time.monotonic() + 60
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.25)


def refused(kind, call):
    try:
        call()
    except SeamHttpApiError as error:
        assert error.code == kind, error.code
        assert error.request_id
        return error
    raise AssertionError(f"not refused: {kind}")


assert seam.workspaces.get().is_sandbox
system = next(s for s in seam.acs.systems.list() if s.external_type == "visionline_system")
encoder = seam.acs.encoders.list(acs_system_id=system.acs_system_id)[0]
entrances = seam.acs.entrances.list(acs_system_id=system.acs_system_id)
two = [e.acs_entrance_id for e in entrances[:2]]
assert len(seam.acs.entrances.list(acs_entrance_ids=two)) == 2

grants = seam.create_paginator(seam.access_grants.list, {"limit": 40}).flatten_to_list()
assert len({g.access_grant_id for g in grants}) == len(grants) > 40

room = next(
    e for e in entrances if e.can_belong_to_reservation and not seam.access_grants.list(acs_entrance_id=e.acs_entrance_id)
)
guest = seam.user_identities.create(full_name="Дубровская, Зоя", user_identity_key=f"guest-{RUN}")
seam.user_identities.update(user_identity_id=guest.user_identity_id, phone_number="+4915112345678")

moments = [datetime.fromisoformat(e.created_at.replace("Z", "+00:00")) for e in seam.events.list(since="2000-01-01")]
now = max([datetime.now(timezone.utc), *moments])


def days(n):
    return (now + timedelta(days=n)).isoformat()


grant = seam.access_grants.create(
    user_identity_id=guest.user_identity_id,
    acs_entrance_ids=[room.acs_entrance_id],
    reservation_key=f"R-{RUN}",
    ends_at=days(3),
    requested_access_methods=[{"mode": "card"}, {"mode": "mobile_key"}],
)
grant_id = grant.access_grant_id
refused("access_grant_not_found", lambda: seam.access_grants.get(access_grant_id="00000000-0000-4000-8000-000000000000"))
refused(
    "reservation_key_required",
    lambda: seam.access_grants.create(
        user_identity_id=guest.user_identity_id,
        acs_entrance_ids=[room.acs_entrance_id],
        requested_access_methods=[{"mode": "card"}],
    ),
)
error = refused("invalid_input", lambda: seam.access_grants.list(access_grant_ids=["not-an-id"]))
assert isinstance(error, SeamHttpInvalidInputError)


def methods():
    return seam.access_methods.list(access_grant_id=grant_id)


def card_to_cut():
    return next((m for m in methods() if m.mode == "card" and m.is_ready_for_encoding), None)


card = until("a card to cut", card_to_cut)
cut = seam.access_methods.encode(
    access_method_id=card.access_method_id, acs_encoder_id=encoder.acs_encoder_id, wait_for_action_attempt=PATIENCE
)
assert cut.status == "success"
scan = seam.acs.encoders.scan_credential(acs_encoder_id=encoder.acs_encoder_id, wait_for_action_attempt=PATIENCE)
assert scan.status == "success"
seam.acs.encoders.simulate.next_credential_scan_will_fail(acs_encoder_id=encoder.acs_encoder_id)
try:
    seam.acs.encoders.scan_credential(acs_encoder_id=encoder.acs_encoder_id, wait_for_action_attempt=PATIENCE)
    raise AssertionError("the scan should fail")
except SeamActionAttemptFailedError as failed:
    assert failed.code == "no_credential_on_encoder"

until("every key", lambda: all(m.is_issued for m in methods()))
seam.access_grants.update(access_grant_id=grant_id, ends_at=days(4))
assert seam.access_grants.get(access_grant_id=grant_id).pending_mutations
until("a card to cut again", card_to_cut)
seam.access_methods.encode(
    access_method_id=card.access_method_id, acs_encoder_id=encoder.acs_encoder_id, wait_for_action_attempt=PATIENCE
)
until("the change to settle", lambda: not seam.access_grants.get(access_grant_id=grant_id).pending_mutations)

related = seam.access_grants.get_related(access_grant_ids=[grant_id], include=["access_methods"])
assert len(related.access_methods) == 2
key = seam.instant_keys.list(user_identity_id=guest.user_identity_id)[0]
assert seam.instant_keys.get(instant_key_id=key.instant_key_id).instant_key_url == key.instant_key_url
other = seam.user_identities.generate_instant_key(user_identity_id=guest.user_identity_id, max_use_count=2)
seam.instant_keys.delete(instant_key_id=other.instant_key_id)

seam.access_methods.delete(reservation_key=f"R-{RUN}")
until("the methods to go", lambda: not methods())
seam.access_grants.delete(access_grant_id=grant_id)
until("the grant to go", lambda: not seam.access_grants.list(reservation_key=f"R-{RUN}"))
seam.user_identities.delete(user_identity_id=guest.user_identity_id)

told = {e.event_type for e in seam.events.list(since="2000-01-01", access_grant_id=grant_id)}
assert {"access_grant.created", "access_method.issued", "access_method.reissued", "access_grant.deleted"} <= told, told
device = seam.devices.list(limit=1)[0]
assert seam.devices.get(device_id=device.device_id).display_name == device.display_name
assert seam.spaces.get(space_key="lobby").name == "Lobby"
seam.access_codes.list(device_id=device.device_id)
print(f"the guide holds: {len(grants)} grants, {len(told)} kinds of events of the stay")
