import { describe, expect, test } from 'vitest'
import { toInstant } from '../record/id.ts'
import { fromItem } from '../record/item.ts'
import { workKind } from '../record/open-work.ts'
import { dailyWalkEntity } from '../kind/system/daily-walk.ts'
import { decisionKind } from '../kind/system/decision.ts'
import { alertKey, alertKind } from '../kind/system/alert.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import type { MemoryStore } from '../store/memory.ts'
import {
  callsOf,
  hoursLong,
  id,
  minutes,
  monday,
  newLead,
  rules,
  story,
  tenant,
  kinds,
} from '../workflow/fixture.ts'
import { lastLevel } from '../record/work.ts'
import { watchRecord } from './watchdog.ts'
import { sweep } from './sweep.ts'
import { recordRunFailure } from './run-failure.ts'

const alertsOf = (store: MemoryStore): string[] =>
  store
    .all()
    .filter((item) => item.kind === alertKind.kind)
    .map((item) => fromItem(alertKind, item).what)

const owned = (more: Partial<Lead> = {}): Lead => ({
  ...newLead({ queueId: undefined, ownerId: 'anna', teamId: 'north' }),
  next: 'answer',
  due: toInstant(monday + minutes(60)),
  ...more,
})

/** Sweeps every five minutes. Returns the events that were published. */
async function watchFor(stage: Awaited<ReturnType<typeof story>>, milliseconds: number): Promise<string[]> {
  const published: string[] = []
  for (const end = stage.clock.now + milliseconds; stage.clock.now < end; stage.clock.now += minutes(5)) {
    const { announce } = await sweep(stage.store, { rules, kinds }, tenant, stage.clock.now)
    published.push(...announce.map(({ type, detail }) => `${type} ${detail.ref.eventId}`))
  }
  return published
}

const told = async (stage: Awaited<ReturnType<typeof story>>): Promise<string[]> =>
  (await stage.told()).toSorted()

test('a decision comes to the same again from the record that it has seen, without what is personal', async () => {
  const kind = workKind(kinds, 'lead')
  let judged = 0
  for (const lead of [newLead(), owned(), owned({ next: 'follow-up', answeredAt: toInstant(monday) })]) {
    const stage = await story(lead)
    await watchFor(stage, hoursLong(80))
    const changes = stage.store.changes()
    const decisions = changes.flatMap(({ after }) =>
      after?.kind === decisionKind.kind ? [fromItem(decisionKind, after)] : [],
    )
    for (const { at, grounds } of decisions) {
      const seen = changes.find(
        ({ after }) => after?.kind === 'lead' && after.version === grounds!.seen.lead,
      )!.after!
      const { contact: _, message: __, ...record } = fromItem(kind, seen)
      const roster = { absences: [], version: grounds!.seen.roster ?? 1 }
      const watch = { rules, roster, now: Date.parse(at) }
      const { writes } = watchRecord({ ...kind, titleOf: () => '' }, record, watch)!
      const again = writes.flatMap((write) =>
        'item' in write && write.item.kind === decisionKind.kind ? [fromItem(decisionKind, write.item)] : [],
      )
      expect(again.map((decision) => decision.grounds?.effects)).toEqual([grounds?.effects])
      judged++
    }
  }
  expect(judged).toBeGreaterThanOrEqual(6)
})

describe('the watchdog', () => {
  test('leaves alone whatever is in time', async () => {
    const stage = await story(owned())
    expect(await watchFor(stage, minutes(60))).toEqual([])
    expect(await told(stage)).toEqual([])
    expect((await stage.lead()).version).toBe(1)
  })

  test('announces a lead again that no workflow took up, under its first event id', async () => {
    const stage = await story()
    expect(await watchFor(stage, minutes(8))).toEqual([`lead.created ${id}.1`])
    expect(await told(stage)).toEqual([])
    expect(alertsOf(stage.store)).toEqual([])
  })

  test('then a run that starts does what it would have done', async () => {
    const stage = await story()
    await watchFor(stage, minutes(8))
    await stage.segment(callsOf()[0])
    expect((await stage.lead()).ownerId).toBeDefined()
    expect(await told(stage)).toHaveLength(1)
  })

  test('raises an alert, and gives the lead to whoever watches its queue, when nothing comes of it', async () => {
    const stage = await story()
    await watchFor(stage, minutes(25))
    expect(alertsOf(stage.store)).toEqual(['unroutable'])
    expect(await told(stage)).toEqual(['lead-raised → viktor'])
    expect(await stage.lead()).toMatchObject({ queueId: 'intake', next: 'take' })
  })

  test('waits a little for a run that is just late', async () => {
    const stage = await story()
    const { until } = await stage.segment(callsOf()[0])
    stage.clock.now = Date.parse(until)
    await watchFor(stage, minutes(10))
    expect(await told(stage)).toHaveLength(1)
    await watchFor(stage, minutes(10))
    expect(await told(stage)).toHaveLength(2)
  })

  test('tells the owner of a promise that passed, then a watcher of the queue, in the end the manager', async () => {
    const stage = await story(owned())
    stage.clock.now = monday + minutes(60)
    await watchFor(stage, minutes(10))
    expect(await told(stage)).toEqual(['lead-raised → anna'])
    await watchFor(stage, minutes(70))
    expect(await stage.lead()).toMatchObject({ queueId: 'unanswered', raised: 2 })
    expect((await stage.lead()).ownerId).toBeUndefined()
    await watchFor(stage, hoursLong(100))
    expect(await told(stage)).toEqual(['lead-queued → viktor', 'lead-raised → anna', 'lead-raised → maria'])
  })

  test('passes over whoever is absent, and says so', async () => {
    const stage = await story(owned())
    await stage.away('anna')
    await watchFor(stage, minutes(70))
    expect(await told(stage)).toEqual(['lead-raised → maria'])
    expect((await stage.decisions()).at(-1)?.entries[0]?.record).toMatchObject({
      told: ['maria'],
      absent: { anna: toInstant(monday + hoursLong(240)) },
    })
  })

  test('has one level left for a lead that its workflow has brought to the end', async () => {
    const stage = await story()
    await stage.follow()
    const before = await stage.told()
    await watchFor(stage, hoursLong(100))
    expect((await stage.told()).slice(before.length)).toEqual(['lead-raised → maria'])
    expect(alertsOf(stage.store)).toEqual(['overdue'])
    expect(await stage.lead()).toMatchObject({ raised: lastLevel, queueId: 'unanswered' })
  })

  test('raises each level once and then stops, with the alert still open', async () => {
    const stage = await story(owned())
    await watchFor(stage, hoursLong(100))
    const lead = await stage.lead()
    expect(lead.raised).toBe(lastLevel)
    expect(leadKind.keys(lead).workPk).toBeDefined()
    const before = stage.store.changes().length
    await watchFor(stage, hoursLong(24))
    const later = stage.store.changes().slice(before)
    expect(later.filter(({ after }) => after?.kind !== dailyWalkEntity.kind)).toEqual([])
    expect(alertsOf(stage.store).filter((what) => what === 'overdue')).toHaveLength(lastLevel)
  })

  test('begins anew after a contact', async () => {
    const stage = await story(owned())
    await watchFor(stage, hoursLong(100))
    await stage.change((lead) => {
      const { raised: _, ...rest } = lead
      const dueAt = toInstant(stage.clock.now + minutes(30))
      return { ...rest, answeredAt: toInstant(stage.clock.now), next: 'follow-up', due: dueAt }
    })
    await watchFor(stage, minutes(40))
    expect((await stage.lead()).raised).toBe(1)
  })

  test('reminds the owner of a follow-up, then tells the manager, and leaves the lead with its owner', async () => {
    const answeredAt = toInstant(monday)
    const due = toInstant(monday + minutes(60))
    const stage = await story(owned({ answeredAt, next: 'follow-up', due }))
    await watchFor(stage, hoursLong(2))
    expect(await told(stage)).toEqual(['lead-raised → anna'])
    await watchFor(stage, hoursLong(24 * 8))
    expect(await stage.lead()).toMatchObject({ ownerId: 'anna', raised: lastLevel })
    expect(await told(stage)).toContain('lead-raised → maria')
    expect(alertsOf(stage.store)).toContain('overdue')
  })

  test('does nothing about closed leads', async () => {
    const stage = await story(owned({ status: 'lost' }))
    await watchFor(stage, hoursLong(48))
    expect((await stage.lead()).version).toBe(1)
  })

  test('is not kept from the others by an item that it cannot read', async () => {
    const stage = await story(owned())
    const watched = { workPk: leadKind.keys(owned()).workPk!, workSk: '2026-01-01' }
    await stage.store.write([
      { do: 'create', item: { pk: 'a', sk: '@', kind: 'lead', version: 1, ...watched } },
    ])
    const { errors, raised } = await sweep(stage.store, { rules, kinds }, tenant, monday + hoursLong(3))
    expect(errors).toHaveLength(1)
    expect(raised).toBe(1)
  })

  test('does not overwrite what somebody changed at the same moment', async () => {
    const stage = await story(owned())
    stage.clock.now = monday + hoursLong(3)
    const disturbing = {
      ...stage.store,
      write: async (writes: Parameters<MemoryStore['write']>[0]) => {
        const isOfLead = writes.some((write) => 'item' in write && write.item.kind === leadKind.kind)
        if (isOfLead) await stage.change((lead) => ({ ...lead, product: 'sensors' }))
        return stage.store.write(writes)
      },
    }
    expect((await sweep(disturbing, { rules, kinds }, tenant, stage.clock.now)).raised).toBe(0)
    expect(await stage.lead()).toMatchObject({ product: 'sensors', version: 2 })
  })
})

describe('a run that failed', () => {
  const failure = (input: string | null = JSON.stringify(callsOf()[0]!.event)) => ({
    tenant,
    detail: { executionArn: 'execution-1', name: 'execution-1', status: 'FAILED', input, error: 'internal' },
  })

  test('raises one alert, says so beside the run, and tells the manager', async () => {
    const stage = await story()
    await stage.segment(callsOf()[0])
    for (let i = 0; i < 2; i++)
      await recordRunFailure(stage.store, { rules, kinds }, failure(), stage.clock.now)
    expect(alertsOf(stage.store)).toEqual(['run-failed'])
    expect((await stage.decisions()).at(-1)).toMatchObject({
      id: 'run-failed.execution-1',
      entries: [{ what: 'failed', record: { run: 'follow.1', outcome: 'FAILED', error: 'internal' } }],
    })
    expect(await told(stage)).toContain('lead-raised → maria')
  })

  test('and is redriven goes on where it failed, and is told of again when it fails again', async () => {
    const stage = await story()
    await stage.segment(stage.calls[0])
    await recordRunFailure(stage.store, { rules, kinds }, failure(), stage.clock.now)
    stage.clock.now = Date.parse((await stage.lead()).due!)
    expect(await stage.segment(stage.calls[1])).toMatchObject({ ended: false })
    expect(await told(stage)).toContain(`lead-reminder → ${(await stage.lead()).ownerId}`)
    const { tenant: of, detail } = failure()
    await recordRunFailure(
      stage.store,
      { rules, kinds },
      { tenant: of, detail: { ...detail, redriveCount: 1 } },
      stage.clock.now,
    )
    expect(alertsOf(stage.store)).toEqual(['run-failed', 'run-failed'])
  })

  test('before its first segment tells those who watch the queue of the lead', async () => {
    const stage = await story()
    await recordRunFailure(stage.store, { rules, kinds }, failure(), stage.clock.now)
    expect(await told(stage)).toEqual(['lead-raised → viktor'])
  })

  test('of a lead that was answered disturbs nobody, but is seen', async () => {
    const stage = await story(owned({ answeredAt: toInstant(monday) }))
    await recordRunFailure(stage.store, { rules, kinds }, failure(), stage.clock.now)
    expect(await told(stage)).toEqual([])
    expect(alertsOf(stage.store)).toEqual(['run-failed'])
  })

  test('with an input that is not ours is seen too, by those whose machines it ran on', async () => {
    for (const input of ['not JSON', '{"tenant":"other"}', null]) {
      const { store } = await story()
      await recordRunFailure(store, { rules, kinds }, failure(input), monday)
      expect(await store.get(alertKey(tenant, 'run-failed.execution-1'))).toMatchObject({
        line: { what: 'run-failed' },
      })
    }
  })
})
