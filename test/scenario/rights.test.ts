import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'

/* olena and taras sell in Ukraine, anna, jonas and selin in Germany; maria and viktor are managers. */
let cloud: Cloud
let german: string
let ukrainian: string
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })
  german = await leadFrom('DE', 'german')
  ukrainian = await leadFrom('UA', 'ukrainian')
})
afterAll(() => cloud?.stop())

async function leadFrom(country: string, name: string): Promise<string> {
  const { json } = await cloud.postForm({ name, email: `${name}@customer.example`, country })
  await cloud.settle()
  return json.leadId as string
}

const act = (lead: string, user: string, activity: object) =>
  cloud.request(`/leads/${lead}/activities`, { json: activity, user })

describe('a rep', () => {
  test('reads and works on the leads of his team', async () => {
    for (const user of ['olena', 'taras']) expect((await cloud.lead(ukrainian, user)).status).toBe(200)
    expect((await act(ukrainian, 'taras', { what: 'note', text: 'mine too' })).status).toBe(201)
  })

  test('gets the same answer for another team’s lead as for one that does not exist', async () => {
    const absent = 'lead_00000000000000000000000000'
    for (const read of [cloud.lead, cloud.history]) {
      const foreign = await read.call(cloud, ukrainian, 'anna')
      const nothing = await read.call(cloud, absent, 'anna')
      expect(foreign.status).toBe(404)
      expect({ ...foreign.json, instance: '' }).toEqual({ ...nothing.json, instance: '' })
    }
  })

  test.each(['take', 'close', 'reopen', 'call', 'email', 'meeting', 'chat', 'note'])(
    'may not %s another team’s lead; it stays as it is and its history tells',
    async (what) => {
      const before = (await cloud.lead(ukrainian)).json
      const nothing = await act('lead_00000000000000000000000000', 'anna', { what })
      for (const { status, json } of [
        await act(ukrainian, 'anna', { what }),
        await act(ukrainian, 'anna', { what }),
      ]) {
        expect(status).toBe(404)
        expect({ ...json, instance: '' }).toEqual({ ...nothing.json, instance: '' })
      }
      expect((await cloud.lead(ukrainian)).json).toEqual(before)
      const told = (await cloud.history(ukrainian)).json.events.filter(
        (event: { what: string; activity?: string }) => event.what === 'refusal' && event.activity === what,
      )
      expect(told).toMatchObject([
        { by: { id: 'anna', name: 'Anna Becker' }, because: expect.stringContaining('Ірина Мельник') },
      ])
    },
  )

  test('sees in a list what he may work on, page by page, each once', async () => {
    const mine: string[] = [german]
    for (let i = 0; i < 9; i++) {
      await leadFrom('UA', `far${i}`)
      if (i % 3 === 0) mine.push(await leadFrom('DE', `near${i}`))
    }
    const seen: string[] = []
    let after: string | undefined
    do {
      const query = new URLSearchParams({ day: '2027-03-01', limit: '2', ...(after && { after }) })
      const { json } = await cloud.request(`/leads?${query}`, { user: 'anna' })
      expect(json.leads.length).toBeLessThanOrEqual(2)
      seen.push(...json.leads.map(({ id }: { id: string }) => id))
      after = json.next
    } while (after)
    expect(seen.toSorted()).toEqual(mine.toSorted())
    const all = await cloud.request('/leads?day=2027-03-01&limit=100', { user: 'viktor' })
    expect(all.json.leads.length).toBeGreaterThan(mine.length)
  })

  test('sees of a colleague’s work what they share', async () => {
    const { json } = await cloud.request('/leads?owner=olena', { user: 'anna' })
    expect(json.leads).toEqual([])
    expect((await cloud.request('/leads?owner=olena', { user: 'taras' })).json.leads.length).toBeGreaterThan(
      0,
    )
  })

  test('may take a lead that was not routed yet', async () => {
    const items = await cloud.table.dump()
    const { ownerId: _, teamId: __, line, ...lead } = items.find(({ id }) => id === german)!
    const { ownerId: ___, teamId: ____, ...rest } = line as Record<string, unknown>
    await cloud.table.put({ ...lead, line: { ...rest, queueId: 'intake' } })
    expect((await act(german, 'olena', { what: 'take' })).status).toBe(201)
  })
})

test('managers and operations reach every lead', async () => {
  for (const user of ['maria', 'viktor']) {
    expect((await cloud.lead(ukrainian, user)).status).toBe(200)
    expect((await act(ukrainian, user, { what: 'note', text: 'seen' })).status).toBe(201)
  }
})

const anyTime = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString())
const nearTime = fc
  .integer({ min: -800, max: 800 })
  .map((days) => new Date(Date.parse('2027-03-01T09:00:00Z') + days * 86_400_000).toISOString())
const time = fc.oneof(nearTime, anyTime)

test('whatever times are sent with an activity or an absence, they are kept within their range or refused by name', async () => {
  await fc.assert(
    fc.asyncProperty(time, time, async (one, two) => {
      const answers = [
        await act(ukrainian, 'viktor', { what: 'call', at: one, nextAt: two }),
        await cloud.request('/people/taras/absences', { user: 'viktor', json: { from: one, until: two } }),
      ]
      for (const { status, json } of answers) {
        expect([201, 422]).toContain(status)
        if (status === 422) {
          expect(['at', 'nextAt', 'from', 'until']).toContain(json.where)
          expect(json.detail).toMatch(/must lie between \d{4}-|must be later/)
        } else {
          const { activity, lead, until } = json
          const kept = [activity?.at, lead?.due, until].filter(Boolean) as string[]
          for (const at of kept) expect(at > '2027-01-29' && at < '2031-03-04').toBe(true)
        }
      }
    }),
    { numRuns: 60 },
  )
})
