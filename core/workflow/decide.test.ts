import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rosterKind } from '../kind/system/roster.ts'
import { rotationEntity } from '../kind/system/rotation.ts'
import { personId, queueId, toInstant } from '../record/id.ts'
import { fromItem, type Item } from '../record/item.ts'
import { alertKind } from '../kind/system/alert.ts'
import type { Lead } from '../kind/sales/lead.ts'
import { advance } from './advance.ts'
import { callsOf, hoursLong, id, minutes, monday, newLead, rules, story } from './fixture.ts'

const answered = (lead: Lead): Lead => ({
  ...lead,
  answeredAt: toInstant(monday + minutes(30)),
  next: 'follow-up',
  due: toInstant(monday + hoursLong(48)),
})

describe('a new lead', () => {
  test('is routed, assigned and announced in one transaction', async () => {
    const { segment, calls, lead, told, runs, decisions } = await story()
    const result = await segment(calls[0])
    const after = await lead()
    expect(result).toEqual({ until: '2026-11-23T10:00:00.000Z', ended: false })
    expect(after).toMatchObject({
      teamId: 'north',
      priority: 'normal',
      respondBy: '2026-11-23T10:00:00.000Z',
      next: 'answer',
      due: '2026-11-23T10:00:00.000Z',
      runId: 'follow.1',
      version: 2,
    })
    expect(after.queueId).toBeUndefined()
    expect(await told()).toEqual([`lead-assigned → ${after.ownerId}`])
    expect(await runs()).toMatchObject([{ status: 'waiting', segment: 0, until: result.until }])
    expect((await decisions())[0]?.entries.map(({ what }) => what)).toEqual(['table', 'wait', 'assign'])
  })

  test('has its promise counted from the customer’s question, in the opening hours of the team', async () => {
    const friday = Date.parse('2026-11-20T15:30:00.000Z')
    const { segment, calls, lead } = await story(newLead({ employees: 900 }, friday))
    await segment(calls[0])
    expect((await lead()).respondBy).toBe('2026-11-20T16:00:00.000Z')
  })

  test('whose promise has passed before it was routed is chased at once', async () => {
    const { segment, calls, lead } = await story(newLead({}, monday - hoursLong(100)))
    expect(await segment(calls[0])).toEqual({ until: toInstant(monday), ended: false })
    expect((await lead()).due).toBe(toInstant(monday))
  })

  test('tells its owner why it came to him', async () => {
    const { segment, calls, messages } = await story(newLead({ employees: 900 }))
    await segment(calls[0])
    expect((await messages())[0]?.data).toMatchObject({
      reason: 'turn',
      team: 'north',
      rule: { table: 'lead-routing', row: 'large', note: 'Large companies expect an answer soon.' },
    })
  })

  test('costs two items and a turn', async () => {
    const { segment, calls, store } = await story(newLead({ employees: 900, country: 'DE' }))
    const before = store.changes().length
    await segment(calls[0])
    // The first lead of all makes the roster as well, and the first of a team its order.
    const shared = [rosterKind.name, rotationEntity.kind]
    const isMade = (item: Item | undefined) => item?.version === 1 && shared.includes(item.kind)
    expect(
      store
        .changes()
        .slice(before)
        .filter(({ after }) => !isMade(after)),
    ).toHaveLength(2 + 1)
  })

  test('keeps personal data out of everything but itself', async () => {
    const { follow, store } = await story()
    await follow()
    const others = store.all().filter((item) => item.kind !== 'lead')
    expect(JSON.stringify(others)).not.toMatch(/olha/i)
  })
})

describe('a lead that nobody answers', () => {
  test('is chased, reassigned and put into a watched queue, each at its time and each once', async () => {
    const { follow, lead, told, runs, decisions } = await story()
    expect(await follow()).toEqual([
      '2026-11-23T08:00:00.000Z',
      '2026-11-23T10:00:00.000Z',
      '2026-11-23T10:30:00.000Z',
      '2026-11-23T11:30:00.000Z',
    ])
    const [first, second, third, fourth, fifth] = await told()
    const owner = first?.split(' → ')[1]
    expect(second).toBe(`lead-reminder → ${owner}`)
    expect(third).toBe('lead-overdue → maria')
    expect(fourth).toMatch(/^lead-reassigned → /)
    expect(fourth).not.toContain(owner)
    expect(fifth).toBe('lead-queued → viktor')
    expect(await told()).toHaveLength(5)
    expect(await lead()).toMatchObject({
      queueId: 'unanswered',
      next: 'take',
      due: '2026-11-23T15:30:00.000Z',
    })
    expect((await lead()).ownerId).toBeUndefined()
    expect(await runs()).toMatchObject([{ status: 'ended', over: 'last step', segment: 3 }])
    expect(await decisions()).toHaveLength(4)
  })

  test('tells the manager who had it and who has it now', async () => {
    const { follow, messages } = await story()
    await follow(3)
    const overdue = (await messages()).find(({ template }) => template === 'lead-overdue')
    const reassigned = (await messages()).find(({ template }) => template === 'lead-reassigned')
    expect(overdue?.data).toMatchObject({ reason: 'no-answer', owner: reassigned?.to })
    expect(overdue?.data.previousOwner).not.toBe(reassigned?.to)
  })

  test('stands still over the weekend', async () => {
    const friday = Date.parse('2026-11-20T15:00:00.000Z')
    const { follow, clock } = await story(newLead({}, friday))
    clock.now = friday
    expect(await follow()).toEqual([
      '2026-11-20T15:00:00.000Z',
      '2026-11-23T08:00:00.000Z',
      '2026-11-23T08:30:00.000Z',
      '2026-11-23T09:30:00.000Z',
    ])
  })
})

describe('a run ends and writes nothing more', () => {
  test.each([
    ['answered', answered],
    ['closed', (lead: Lead): Lead => ({ ...lead, status: 'won', closedAt: lead.updatedAt })],
    ['reassigned', (lead: Lead): Lead => ({ ...lead, ownerId: personId.parse('viktor') })],
    ['reassigned', ({ runId: _, ...lead }: Lead): Lead => ({ ...lead, next: 'follow-up' })],
    ['put off', (lead: Lead): Lead => ({ ...lead, respondBy: toInstant(monday + hoursLong(50)) })],
  ])('when the lead was %s before the reminder', async (reason, change) => {
    const { segment, calls, change: by, lead, told, runs, clock } = await story()
    const { until } = await segment(calls[0])
    await by(change)
    const before = await lead()
    clock.now = Date.parse(until)
    for (const call of calls.slice(1))
      expect(await segment(call)).toEqual({ until: toInstant(clock.now), ended: true })
    expect(await lead()).toEqual(before)
    expect(await told()).toHaveLength(1)
    expect(await runs()).toMatchObject([{ status: 'ended', over: reason }])
  })

  test('but goes on where the promise was brought forward, or put off to a time that has passed by now', async () => {
    for (const hours of [1, 3]) {
      const { segment, calls, change, told, clock } = await story()
      const { until } = await segment(calls[0])
      await change((lead) => ({ ...lead, respondBy: toInstant(monday + hoursLong(hours)) }))
      clock.now = Date.parse(until) + hoursLong(2)
      expect(await segment(calls[1])).toMatchObject({ ended: false })
      expect(await told()).toHaveLength(2)
    }
  })

  test('when the lead was answered after the reminder', async () => {
    const { follow, change, told, calls, segment } = await story()
    await follow(2)
    await change(answered)
    for (const call of calls.slice(2)) await segment(call)
    expect((await told()).map((line) => line.split(' ')[0])).toEqual(['lead-assigned', 'lead-reminder'])
  })

  test('when somebody answered before the run began', async () => {
    const { segment, calls, told, runs, lead } = await story(
      newLead({ answeredAt: toInstant(monday), ownerId: 'clara', queueId: undefined }),
    )
    expect(await segment(calls[0])).toMatchObject({ ended: true })
    expect(await told()).toEqual([])
    expect((await lead()).ownerId).toBe('clara')
    expect(await runs()).toMatchObject([{ status: 'ended', over: 'answered' }])
  })

  test('and raises an alert when automation keeps causing itself', async () => {
    const { store, segment, told } = await story()
    await segment(callsOf('execution-1', `${id}.1`, 5)[0])
    expect(await told()).toEqual([])
    expect(
      store
        .all()
        .filter((item) => item.kind === alertKind.kind)
        .map((item) => fromItem(alertKind, item)),
    ).toMatchObject([{ what: 'loop' }])
  })
})

describe('what is delivered twice happens once', () => {
  test('a repeated segment changes nothing and waits until the same time', async () => {
    const { segment, calls, store, clock } = await story()
    const first = await segment(calls[0])
    const before = JSON.stringify(store.all())
    clock.now += minutes(5)
    expect(await segment(calls[0])).toEqual(first)
    expect(JSON.stringify(store.all())).toBe(before)
  })

  test('a second execution for the same event ends and writes nothing', async () => {
    const { segment, calls, store } = await story()
    await segment(calls[0])
    const before = JSON.stringify(store.all())
    for (const call of callsOf('execution-2')) expect(await segment(call)).toMatchObject({ ended: true })
    expect(JSON.stringify(store.all())).toBe(before)
  })

  test('of executions that begin at the same time one does the work', async () => {
    const { store, tools, told, turns, runs } = await story()
    await Promise.all(
      Array.from({ length: 8 }, async (_, i) => advance(store, rules, callsOf(`execution-${i}`)[0]!, tools)),
    )
    expect(await told()).toHaveLength(1)
    expect(await runs()).toHaveLength(1)
    expect(Object.values(await turns()).reduce((sum, turn) => sum + turn, 0)).toBe(1)
  })

  test('whatever is repeated in whatever order, effects are those of one run', async () => {
    const plain = await story()
    await plain.follow()
    const expected = (await plain.told()).map((line) => line.split(' ')[0])
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ back: fc.nat({ max: 3 }), twin: fc.boolean() }), { maxLength: 12 }),
        async (repeats) => {
          const told = await story()
          const { calls, segment, clock } = told
          const twins = callsOf('execution-2')
          for (const [i, call] of calls.entries()) {
            const { until } = await segment(call)
            for (const { back, twin } of repeats.slice(i * 3, i * 3 + 3))
              await segment((twin ? twins : calls)[Math.max(0, i - back)])
            clock.now = Math.max(clock.now, Date.parse(until))
          }
          expect((await told.told()).map((line) => line.split(' ')[0])).toEqual(expected)
          expect(Object.values(await told.turns()).reduce((sum, turn) => sum + turn, 0)).toBe(2)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('a change by somebody else in between is seen, not overwritten', async () => {
    const { store, calls, change, tools, lead } = await story()
    let disturbed = false
    const disturbing = {
      ...store,
      write: async (writes: Parameters<typeof store.write>[0]) => {
        if (!disturbed) {
          disturbed = true
          await change((seen) => ({ ...seen, product: 'sensors' }))
        }
        return store.write(writes)
      },
    }
    await advance(disturbing, rules, calls[0]!, tools)
    expect(await lead()).toMatchObject({ product: 'sensors', teamId: 'north', version: 3 })
  })

  test('a segment before the run has begun is refused', async () => {
    const { segment, calls } = await story()
    await expect(segment(calls[1])).rejects.toThrow('has not begun')
  })

  test('a lead that does not exist is refused', async () => {
    const { store, tools, calls } = await story()
    const other = { ...calls[0]!, event: { ...calls[0]!.event, id: 'lead_none' as typeof id } }
    await expect(advance(store, rules, other, tools)).rejects.toThrow('does not exist')
  })
})

describe('absence', () => {
  test('of a member passes him over, with the reason and its end', async () => {
    const { away, segment, calls, lead, decisions } = await story()
    await away('anna')
    await away('boris', monday, monday + hoursLong(1))
    await segment(calls[0])
    expect((await lead()).ownerId).toBe('clara')
    const assigned = (await decisions())[0]?.entries.find(({ what }) => what === 'assign')
    expect(assigned?.record).toMatchObject({
      chosen: 'clara',
      excluded: {
        anna: `absent until ${toInstant(monday + hoursLong(240))}`,
        boris: `absent until ${toInstant(monday + hoursLong(1))}`,
      },
    })
  })

  test('of the whole team puts the lead into the watched queue and tells the watcher whose turn it is', async () => {
    const { away, segment, calls, lead, told } = await story()
    for (const person of ['anna', 'boris', 'clara']) await away(person)
    await segment(calls[0])
    expect(await lead()).toMatchObject({ queueId: 'unanswered', next: 'take' })
    expect((await lead()).ownerId).toBeUndefined()
    expect(await told()).toEqual(['lead-queued → viktor'])
  })

  test('of the whole team that ends in time gives the lead to somebody at the next level', async () => {
    const { away, follow, lead, runs } = await story()
    for (const person of ['anna', 'boris', 'clara']) await away(person, monday, monday + hoursLong(1))
    await follow(3)
    expect((await lead()).ownerId).toBeDefined()
    expect((await lead()).queueId).toBeUndefined()
    expect(await runs()).toMatchObject([{ status: 'waiting', segment: 2 }])
  })
})

describe('a team of one', () => {
  test('keeps the lead, and the manager learns that nobody else is there', async () => {
    const { follow, lead, told, decisions, messages } = await story(newLead({ country: 'CH' }))
    await follow(3)
    expect((await lead()).ownerId).toBe('anna')
    expect(await told()).toEqual([
      'lead-assigned → anna',
      'lead-reminder → anna',
      'lead-overdue → maria',
      'lead-reminder → anna',
    ])
    expect((await messages()).find(({ template }) => template === 'lead-overdue')?.data.reason).toBe(
      'nobody-else',
    )
    const again = (await decisions()).at(-1)?.entries.find(({ what }) => what === 'assign')
    expect(again?.record).toMatchObject({ chosen: 'anna', because: 'nobody-else' })
  })

  test('whose only member is absent by then loses it to the queue', async () => {
    const { away, follow, segment, calls, lead } = await story(newLead({ country: 'CH' }))
    await follow(2)
    await away('anna')
    await segment(calls[2])
    expect((await lead()).queueId).toBe(queueId.parse('unanswered'))
  })
})

describe('a lead that the customer’s news routes again', () => {
  const again = (fields: Partial<Lead>) => (lead: Lead) => ({
    ...lead,
    ...fields,
    next: 'route' as const,
    due: toInstant(monday),
  })
  const second = callsOf('execution-2', `${id}.3`)

  test('goes to the team of its new route; the earlier run ends', async () => {
    const { segment, calls, lead, change, runs, told, clock } = await story(newLead({ employees: 5 }))
    await segment(calls[0])
    const { ownerId: first } = await lead()
    await change((seen) => ({ ...seen, ownerId: personId.parse('boris') }))
    await change(again({ country: 'CH' }))
    clock.now += minutes(10)
    await segment(second[0])
    expect(await lead()).toMatchObject({ teamId: 'solo', ownerId: 'anna', next: 'answer' })
    expect(await told()).toEqual([`lead-assigned → ${first}`, 'lead-assigned → anna'])
    await segment(calls[1])
    expect((await runs()).map(({ status, over }) => [status, over])).toContainEqual(['ended', 'rerouted'])
    expect(await told()).toHaveLength(2)
  })

  test('stays with its owner when the team is the same, with the sooner of both promises', async () => {
    const { segment, calls, lead, change, clock } = await story(newLead({ employees: 5 }))
    await segment(calls[0])
    const before = await lead()
    await change(again({ employees: 800 }))
    clock.now += minutes(10)
    await segment(second[0])
    expect(await lead()).toMatchObject({
      ownerId: before.ownerId,
      priority: 'high',
      respondBy: toInstant(clock.now + minutes(30)),
    })
    await change(again({ employees: 5 }))
    await segment(callsOf('execution-3', `${id}.5`)[0])
    expect((await lead()).respondBy, 'what was promised is not put off').toBe(
      toInstant(clock.now + minutes(30)),
    )
  })

  test('is not routed by the run that waited meanwhile', async () => {
    const { segment, calls, change, runs, told } = await story()
    await segment(calls[0])
    await change(again({ employees: 800 }))
    await segment(calls[1])
    expect(await runs()).toMatchObject([{ status: 'ended', over: 'rerouted' }])
    expect(await told()).toHaveLength(1)
  })
})
