// Seam's JavaScript SDK as a client of the sandbox: the hotel guide from booking to check-out.
// SEAM_ENDPOINT and SEAM_API_KEY say where it is.

import assert from 'node:assert/strict'
import { Seam } from 'seam'

const endpoint = process.env.SEAM_ENDPOINT
const seam = new Seam({ apiKey: process.env.SEAM_API_KEY, endpoint, waitForActionAttempt: false })

const patience = { waitForActionAttempt: { timeout: 30_000, pollingInterval: 200 } }

async function until(what, look) {
  const end = Date.now() + 60_000
  for (;;) {
    const found = await look()
    if (found) return found
    assert.ok(Date.now() < end, `waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

const workspace = await seam.workspaces.get()
assert.equal(workspace.is_sandbox, true)

const systems = await seam.acs.systems.list()
const visionline = systems.find((s) => s.external_type === 'visionline_system')
assert.equal((await seam.acs.systems.get({ acs_system_id: visionline.acs_system_id })).name, visionline.name)
const [encoder] = await seam.acs.encoders.list({ acs_system_ids: [visionline.acs_system_id] })
assert.equal((await seam.acs.encoders.get({ acs_encoder_id: encoder.acs_encoder_id })).display_name, encoder.display_name)

const entrances = await seam.acs.entrances.list({ acs_system_id: visionline.acs_system_id })
const two = entrances.slice(0, 2).map((e) => e.acs_entrance_id)
assert.equal((await seam.acs.entrances.list({ acs_entrance_ids: two })).length, 2)

// The paginator walks every page, each with the parameters of the first.
const pages = seam.createPaginator(seam.accessGrants.list({ limit: 40 }))
const grants = await pages.flattenToArray()
assert.equal(new Set(grants.map((g) => g.access_grant_id)).size, grants.length)
assert.ok(grants.length > 40)

let room
for (const entrance of entrances.filter((e) => e.can_belong_to_reservation)) {
  const taken = await seam.accessGrants.list({ acs_entrance_id: entrance.acs_entrance_id })
  if (taken.length === 0) {
    room = entrance
    break
  }
}
assert.ok(room, 'no free room')

const run = `${process.pid}-${Date.now()}`
const guest = await seam.userIdentities.create({ full_name: 'Lindqvist, Per', user_identity_key: `guest-${run}` })
await seam.userIdentities.update({ user_identity_id: guest.user_identity_id, phone_number: '+4915112345678' })
assert.equal((await seam.userIdentities.get({ user_identity_key: `guest-${run}` })).phone_number, '+4915112345678')

// The sandbox lives in its own time; an event tells what time it is there.
const near = await seam.events.list({ since: '2000-01-01', limit: 500 })
const now = Math.max(Date.now(), ...near.map((e) => Date.parse(e.created_at)))
const day = 24 * 3600 * 1000
const grant = await seam.accessGrants.create({
  user_identity_id: guest.user_identity_id,
  acs_entrance_ids: [room.acs_entrance_id],
  reservation_key: `R-${run}`,
  access_grant_key: `key-${run}`,
  ends_at: new Date(now + 3 * day).toISOString(),
  requested_access_methods: [{ mode: 'card' }, { mode: 'mobile_key' }]
})
const id = grant.access_grant_id
assert.ok(grant.instant_key_url)
await assert.rejects(
  seam.accessGrants.create({
    user_identity_id: guest.user_identity_id,
    acs_entrance_ids: [room.acs_entrance_id],
    requested_access_methods: [{ mode: 'card' }]
  }),
  (error) => error.code === 'reservation_key_required' && error.statusCode === 400
)
await assert.rejects(
  seam.accessGrants.get({ access_grant_id: '00000000-0000-4000-8000-000000000000' }),
  (error) => error.code === 'access_grant_not_found' && typeof error.requestId === 'string'
)
await assert.rejects(
  seam.accessGrants.list({ access_grant_ids: ['not-an-id'] }),
  (error) => error.code === 'invalid_input' && error.isInvalidInputError !== false
)

const methods = () => seam.accessMethods.list({ access_grant_id: id })
const card = await until('a card to cut', async () =>
  (await methods()).find((m) => m.mode === 'card' && m.is_ready_for_encoding)
)
const job = { access_method_id: card.access_method_id, acs_encoder_id: encoder.acs_encoder_id }
const cut = await seam.accessMethods.encode(job, patience)
assert.equal(cut.status, 'success')
const scan = await seam.acs.encoders.scanCredential({ acs_encoder_id: encoder.acs_encoder_id }, patience)
assert.equal(scan.result.acs_credential_on_seam.acs_credential_id, cut.result.acs_credential_id)
await until('the mobile key', async () => (await methods()).every((m) => m.is_issued))

await seam.acs.encoders.simulate.nextCredentialScanWillFail({ acs_encoder_id: encoder.acs_encoder_id })
await assert.rejects(
  seam.acs.encoders.scanCredential({ acs_encoder_id: encoder.acs_encoder_id }, patience),
  (error) => error.actionAttempt.error.type === 'no_credential_on_encoder'
)

await seam.accessGrants.update({ access_grant_id: id, ends_at: new Date(now + 4 * day).toISOString() })
const changing = await seam.accessGrants.get({ access_grant_key: `key-${run}` })
assert.equal(changing.pending_mutations[0].mutation_code, 'updating_access_times')
await until('a card to cut again', async () =>
  (await methods()).find((m) => m.mode === 'card' && m.is_ready_for_encoding)
)
await seam.accessMethods.encode(job, patience)
await until('the change to settle', async () =>
  (await seam.accessGrants.get({ access_grant_id: id })).pending_mutations.length === 0
)

const related = await seam.accessGrants.getRelated({ access_grant_ids: [id], include: ['access_methods', 'spaces'] })
assert.equal(related.access_methods.length, 2)
assert.ok(related.spaces.length >= 1)

const [key] = await seam.instantKeys.list({ user_identity_id: guest.user_identity_id })
assert.equal((await seam.instantKeys.get({ instant_key_id: key.instant_key_id })).expires_at, key.expires_at)
const other = await seam.userIdentities.generateInstantKey({ user_identity_id: guest.user_identity_id, max_use_count: 2 })
await seam.instantKeys.delete({ instant_key_id: other.instant_key_id })

await seam.accessMethods.delete({ access_method_id: card.access_method_id })
await seam.accessGrants.requestAccessMethods({ access_grant_id: id, requested_access_methods: [{ mode: 'card' }] })
await until('the lost card to go', async () =>
  !(await methods()).some((m) => m.access_method_id === card.access_method_id)
)

await seam.accessGrants.delete({ access_grant_id: id })
await until('the grant to go', async () => (await seam.accessGrants.list({ reservation_key: `R-${run}` })).length === 0)
await seam.userIdentities.delete({ user_identity_id: guest.user_identity_id })

const told = await seam.events.list({ since: '2000-01-01', access_grant_ids: [id] })
for (const kind of ['access_grant.created', 'access_method.issued', 'access_method.reissued', 'access_grant.deleted']) {
  assert.ok(told.some((e) => e.event_type === kind), kind)
}
const devices = await seam.devices.list({ limit: 3 })
assert.equal(devices.length, 3)
assert.equal((await seam.devices.get({ device_id: devices[0].device_id })).device_id, devices[0].device_id)
assert.ok(Array.isArray(await seam.accessCodes.list({ device_id: devices[0].device_id })))
const spaces = await seam.spaces.list()
assert.equal((await seam.spaces.get({ space_key: 'lobby' })).name, 'Lobby')
const made = await seam.spaces.create({ name: 'Pool', space_key: `pool-${run}`, device_ids: [devices[0].device_id] })
assert.equal(made.device_count, 1)
console.log(`the guide holds: ${grants.length} grants, ${spaces.length} spaces, ${told.length} events of the stay`)
