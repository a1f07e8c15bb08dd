import { expect, test } from 'vitest'
import { company as companySchema, type Company } from '../company/company.ts'
import { alertKind } from '../kind/system/alert.ts'
import { dailyWalkEntity } from '../kind/system/daily-walk.ts'
import { messagesIn } from '../message/notice.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import { Fault } from '../record/fault.ts'
import { toInstant } from '../record/id.ts'
import { fromItem, toItem, type Entity } from '../record/item.ts'
import { memoryStore, type MemoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import {
  company,
  hoursLong,
  kinds,
  minutes,
  monday,
  newLead,
  rules,
  tenant,
  plainPress,
  machinery,
} from '../workflow/fixture.ts'
import { rulesOf } from '../workflow/rules.ts'
import { findForgotten } from './forgotten.ts'
import { sweep } from './sweep.ts'

/** The company after `person` has left it. */
function without(person: string): Company {
  const { people, teams } = company
  const { [person as keyof typeof people]: _, ...rest } = people
  const stay = (members: readonly string[]) => members.filter((each) => each !== person)
  return companySchema.parse({
    ...company,
    people: rest,
    teams: Object.fromEntries(
      Object.entries(teams).map(([id, team]) => [id, { ...team, members: stay(team.members) }]),
    ),
  })
}
const later = { rules: rulesOf({ company: { ...without('clara') }, tables: {} }, machinery), kinds }

const owned = (number: number, more: Record<string, unknown> = {}): Lead =>
  newLead({
    id: `lead_${number}`,
    ownerId: 'clara',
    queueId: undefined,
    teamId: 'north',
    answeredAt: toInstant(monday),
    next: 'follow-up',
    due: toInstant(monday + hoursLong(200)),
    ...more,
  })

async function stored(...leads: Lead[]): Promise<MemoryStore> {
  const store = memoryStore()
  for (const lead of leads) await store.write([{ do: 'create', item: toItem(leadKind, lead) }])
  return store
}

const all = <R extends { version: number }>(store: MemoryStore, entity: Entity<R>): R[] =>
  store.all().flatMap((item) => (item.kind === entity.kind ? [fromItem(entity, item)] : []))
const leadsOf = (store: MemoryStore) => all(store, leadKind)
const told = (store: MemoryStore) =>
  messagesIn(store.all(), plainPress)
    .map(({ to, template, subject }) => `${template} of ${subject.id} → ${to}`)
    .toSorted()

test('what somebody held who has left the company goes to the watchers of the last resort', async () => {
  const store = await stored(owned(1, { raised: 3 }), owned(2, { ownerId: 'anna' }))
  const before = leadsOf(store)[1]
  expect(await findForgotten(store, later, tenant, monday)).toEqual({ found: 1, errors: [] })
  const [moved, left] = leadsOf(store)
  expect(moved).toMatchObject({ queueId: 'unanswered', next: 'take', due: toInstant(monday + hoursLong(4)) })
  expect([moved?.ownerId, moved?.raised]).toEqual([undefined, undefined])
  expect(left).toEqual(before)
  expect(told(store)).toEqual(['lead-queued of lead_1 → viktor'])
  expect(messagesIn(store.all(), plainPress)[0]?.data).toMatchObject({
    reason: 'forgotten',
    queue: 'unanswered',
  })
  expect(all(store, alertKind)).toMatchObject([
    {
      what: 'forgotten',
      subject: { kind: 'lead', id: 'lead_1' },
      text: expect.stringContaining('owner is gone'),
    },
  ])
})

test('from there it is raised like any other that nobody takes', async () => {
  const store = await stored(owned(1, { raised: 3 }))
  await findForgotten(store, later, tenant, monday)
  await sweep(store, later, tenant, monday + hoursLong(5))
  expect(leadsOf(store)[0]).toMatchObject({ raised: 1, next: 'take' })
})

test('what somebody wrote behind the product’s back without a time, a next step or into a queue that is gone is found', async () => {
  const store = await stored(
    owned(1, { ownerId: 'anna', due: undefined }),
    owned(2, { ownerId: 'anna', next: undefined }),
    owned(3, { ownerId: undefined, queueId: 'long-gone', next: 'take' }),
  )
  await findForgotten(store, { rules, kinds }, tenant, monday)
  expect(leadsOf(store).map(({ queueId, next }) => [queueId, next])).toEqual(
    Array.from({ length: 3 }, () => ['unanswered', 'take']),
  )
})

test('what is closed, new, in a queue or with nobody at all is left to whoever looks at it', async () => {
  const store = await stored(
    owned(1, { status: 'lost', closedAt: toInstant(monday), due: undefined, next: undefined }),
    newLead({ id: 'lead_2' }),
    owned(3, { ownerId: undefined, queueId: 'unanswered', next: 'take' }),
    owned(4, { ownerId: undefined, next: 'take' }),
    owned(5, { next: 'route' }),
  )
  const before = leadsOf(store)
  expect(await findForgotten(store, later, tenant, monday)).toMatchObject({ found: 0 })
  expect(leadsOf(store)).toEqual(before)
})

test('it is done once a day, by the first round that comes', async () => {
  const store = await stored(owned(1))
  const reads: string[] = []
  const counting: Store = {
    ...store,
    lines: async (index, pk, options) => (reads.push(pk), store.lines(index, pk, options)),
  }
  const walks = async (from: number, until: number) => {
    reads.length = 0
    for (let at = from; at < until; at += minutes(5)) await findForgotten(counting, later, tenant, at)
    return reads.length
  }
  expect(await walks(monday, monday + hoursLong(2))).toBe(1)
  // Nothing ran for a night and a day.
  expect(await walks(monday + hoursLong(40), monday + hoursLong(42))).toBe(1)
  expect(all(store, dailyWalkEntity).map(({ day, found }) => [day, found])).toEqual([
    ['2026-11-23', 1],
    ['2026-11-25', 0],
  ])
})

test('it reads what the index says, and no record but those that it moves', async () => {
  const leads = Array.from({ length: 50 }, (_, i) => owned(i, i % 10 ? { ownerId: 'anna' } : {}))
  const store = await stored(...leads)
  const read: string[] = []
  const counting: Store = { ...store, get: async (key) => (read.push(key.pk), store.get(key)) }
  expect(await findForgotten(counting, later, tenant, monday)).toMatchObject({ found: 5 })
  expect(read.filter((pk) => pk.includes('lead_'))).toHaveLength(5)
})

test.each([1, 2, 3, 4, 5])(
  'broken off at write %s, the next round does what is left, each once',
  async (at) => {
    const store = await stored(...Array.from({ length: 4 }, (_, i) => owned(i)))
    let writes = 0
    const dying: Store = {
      ...store,
      async write(list) {
        if (++writes >= at) throw new Fault('store.unavailable', 'gone')
        return store.write(list)
      },
    }
    await expect(findForgotten(dying, later, tenant, monday)).rejects.toThrow('gone')
    expect(all(store, dailyWalkEntity)).toEqual([])
    await findForgotten(store, later, tenant, monday + minutes(5))
    expect(leadsOf(store).map(({ queueId, version }) => [queueId, version])).toEqual(
      Array.from({ length: 4 }, () => ['unanswered', 2]),
    )
    expect(told(store)).toHaveLength(4)
    expect(all(store, alertKind)).toHaveLength(4)
  },
)

test('two walks at once move each record once', async () => {
  const store = await stored(...Array.from({ length: 20 }, (_, i) => owned(i)))
  const both = await Promise.all([1, 2].map(async () => findForgotten(store, later, tenant, monday)))
  expect(both.reduce((sum, { found }) => sum + found, 0)).toBe(20)
  expect(told(store)).toHaveLength(20)
  expect(leadsOf(store).every(({ version }) => version === 2)).toBe(true)
})

test('what somebody changes at that moment is his', async () => {
  const store = await stored(owned(1))
  const disturbing: Store = {
    ...store,
    async get(key) {
      const item = await store.get(key)
      if (item?.kind === leadKind.kind) {
        const taken = { ...fromItem(leadKind, item), ownerId: 'boris', version: item.version + 1 } as Lead
        await store.write([{ do: 'replace', item: toItem(leadKind, taken), seen: item.version }])
      }
      return item
    },
  }
  expect(await findForgotten(disturbing, later, tenant, monday)).toMatchObject({ found: 0 })
  expect(leadsOf(store)).toMatchObject([{ ownerId: 'boris', version: 2 }])
  expect(told(store)).toEqual([])
})

test('an index that is a moment behind moves nothing that somebody has by now', async () => {
  const before = await stored(owned(1), owned(2))
  const store = await stored(owned(1, { ownerId: 'boris' }), owned(2, { status: 'lost' }))
  const late: Store = { ...store, lines: async (...of) => before.lines(...of) }
  expect(await findForgotten(late, later, tenant, monday)).toEqual({ found: 0, errors: [] })
  expect(leadsOf(store).map(({ version }) => version)).toEqual([1, 1])
})

test('one that cannot be read is told of and keeps nobody from the others', async () => {
  const store = await stored(owned(2))
  const { listPk } = leadKind.keys(owned(1))
  const broken = { pk: `${tenant}#lead_1`, sk: '9#record', kind: 'lead', version: 1, listPk, listSk: '2026' }
  await store.write([{ do: 'create', item: broken }])
  const { found, errors } = await findForgotten(store, later, tenant, monday)
  expect([found, errors.length]).toEqual([1, 1])
  expect(all(store, dailyWalkEntity)).toHaveLength(1)
})
