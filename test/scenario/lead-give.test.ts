import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'

/* A lead changes hands by hand. maria leads the sellers in Germany, anna and selin sell there, olena in Ukraine. */

let cloud: Cloud
let lead: string
const of = async () => (await cloud.request(`/leads/${lead}`, { user: 'viktor' })).json
const give = (to: string, more: object = {}) =>
  cloud.request(`/leads/${lead}/give`, { json: { to }, user: 'viktor', ...more })

beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T08:00:00Z' })
  const { json } = await cloud.postForm({ name: 'Ann', email: 'ann@mill.example', country: 'DE' })
  lead = json.leadId as string
  await cloud.settle()
})
afterAll(() => cloud?.stop())

test('whoever has seen another state, or may not work on it, does not give it', async () => {
  const { version, ownerId } = await of()
  expect((await give('selin', { headers: { 'if-match': `"${version - 1}"` } })).status).toBe(412)
  expect((await give('selin', { user: 'olena' })).status).toBe(404)
  expect((await of()).ownerId).toBe(ownerId)
})

test('whoever gets it is told, its history names both, and the promise stays', async () => {
  const before = await of()
  const to = before.ownerId === 'selin' ? 'anna' : 'selin'
  const headers = { 'if-match': `"${before.version}"`, 'idempotency-key': 'give-1' }
  const first = await give(to, { headers })
  expect(first.status, first.text).toBe(200)
  expect(first.json).toMatchObject({
    ownerId: to,
    next: 'answer',
    due: before.due,
    respondBy: before.respondBy,
  })
  expect((await give(to, { headers })).text).toBe(first.text)
  await cloud.settle()
  const { events } = (await cloud.request(`/leads/${lead}/history`, { user: 'viktor' })).json
  const given = (events as Record<string, unknown>[]).filter(
    ({ what, activity }) => what === 'activity' && activity === 'give',
  )
  expect(given).toMatchObject([{ by: { id: 'viktor' }, to }])
  const told = (events as Record<string, unknown>[]).filter(({ template }) => template === 'lead-reassigned')
  expect(told).toMatchObject([{ what: 'message', to: { id: to }, status: 'sent' }])
})

test('its run is over: nobody is reminded of it any more but by the watchdog, when it is late', async () => {
  await cloud.advance('3 hours')
  const { events } = (await cloud.request(`/leads/${lead}/history`, { user: 'viktor' })).json
  expect(
    (events as { what: string; template?: string }[]).filter(({ template }) => template === 'lead-reminder'),
  ).toEqual([])
  expect((await of()).raised ?? 0).toBeGreaterThan(0)
})
