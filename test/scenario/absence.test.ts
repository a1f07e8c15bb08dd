import { afterEach, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { timelineOf } from './reading.ts'

const at = '2027-03-01T09:00:00.000Z' // Monday, 10 in Berlin, 11 in Kyiv
let cloud: Cloud
afterEach(() => cloud?.stop())

const away = (person: string, until: string, by = 'maria') =>
  cloud.addAbsence(person, by, { from: '2027-03-01T00:00:00.000Z', until, reason: 'holiday' })

async function submit(name: string, country: string): Promise<string> {
  const { json } = await cloud.postForm({ name, email: `${name}@customer.example`, country })
  await cloud.settle()
  return json.leadId
}

test('a rep who is absent gets no lead, and the history says why', async () => {
  cloud = await openCloud({ start: at })
  expect((await away('anna', '2027-03-05T00:00:00.000Z')).status).toBe(201)
  const leads = []
  for (let i = 0; i < 6; i++) leads.push(await submit(`customer${i}`, 'DE'))
  const owners: string[] = await Promise.all(leads.map(async (id) => (await cloud.lead(id)).json.ownerId))
  expect(owners.toSorted()).toEqual(['jonas', 'jonas', 'jonas', 'selin', 'selin', 'selin'])
  const { text } = await cloud.history(leads[0]!)
  expect(text).toContain('absent until 2027-03-05T00:00:00.000Z')
})

test('who comes back gets leads again, and is not made to catch up', async () => {
  cloud = await openCloud({ start: at })
  await away('anna', '2027-03-01T09:20:00.000Z')
  for (let i = 0; i < 6; i++) await submit(`before${i}`, 'DE')
  await cloud.advance({ to: '2027-03-01T09:20:00.000Z' })
  const owners = []
  for (let i = 0; i < 6; i++) owners.push((await cloud.lead(await submit(`after${i}`, 'DE'))).json.ownerId)
  const anna = owners.filter((owner) => owner === 'anna').length
  expect(anna).toBeGreaterThanOrEqual(2)
  expect(anna).toBeLessThanOrEqual(3)
})

test('an absence that is taken back no longer counts', async () => {
  cloud = await openCloud({ start: at })
  const { json } = await cloud.addAbsence('olena', 'olena', { from: at, until: '2027-03-09T00:00:00.000Z' })
  const gone = await cloud.request(`/people/olena/absences/${json.id}`, { method: 'DELETE', user: 'olena' })
  expect(gone.status).toBe(204)
  const owners = [await submit('one', 'UA'), await submit('two', 'UA')]
  const names: string[] = await Promise.all(owners.map(async (id) => (await cloud.lead(id)).json.ownerId))
  expect(names.toSorted()).toEqual(['olena', 'taras'])
})

test('when the owner leaves after the assignment, the manager hears of it with the reminder', async () => {
  cloud = await openCloud({ start: at })
  const lead = await submit('left', 'DE')
  const { ownerId } = (await cloud.lead(lead)).json
  await cloud.advance('10 minutes')
  await away(ownerId, '2027-03-09T00:00:00.000Z')
  await cloud.advance('20 minutes')
  const told = (await timelineOf(cloud, lead)).filter((entry) => entry.at === '2027-03-01T09:30:00.000Z')
  expect(told.map(({ to }) => to)).toContain('maria')
})

test('when the whole team is absent the lead lies in the watched queue and the watcher whose turn it is is told', async () => {
  cloud = await openCloud({ start: at })
  await away('olena', '2027-03-08T00:00:00.000Z', 'iryna')
  await away('taras', '2027-03-08T00:00:00.000Z', 'iryna')
  const lead = await submit('nobody', 'UA')
  expect((await cloud.lead(lead)).json).toMatchObject({
    status: 'open',
    queueId: 'unanswered',
    next: 'take',
  })
  const told = await timelineOf(cloud, lead)
  expect(told).toEqual([{ at, template: 'lead-queued', to: expect.toBeOneOf(['iryna', 'maria', 'priya']) }])
  const list = await cloud.request('/leads?queue=unanswered', { user: 'iryna' })
  expect(list.text).toContain(lead)
})

test('when nobody is there the manager can take the lead, and then nothing more is sent', async () => {
  cloud = await openCloud({ start: at })
  await away('olena', '2027-03-08T00:00:00.000Z', 'iryna')
  await away('taras', '2027-03-08T00:00:00.000Z', 'iryna')
  const lead = await submit('taken', 'UA')
  const before = (await timelineOf(cloud, lead)).length
  await cloud.advance('5 minutes')
  expect((await cloud.addActivity(lead, 'iryna', { what: 'take' })).status).toBe(201)
  expect((await cloud.addActivity(lead, 'iryna', { what: 'call' })).status).toBe(201)
  await cloud.advance('1 day')
  expect((await cloud.lead(lead)).json).toMatchObject({ ownerId: 'iryna' })
  expect(await timelineOf(cloud, lead)).toHaveLength(before)
})
