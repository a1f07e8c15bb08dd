import { afterAll, beforeAll, expect, test } from 'vitest'
import { begunWith } from '#core/assign/begin.ts'
import { handedOver } from '#core/assign/hand-over.ts'
import { namedIn } from '#core/company/named.ts'
import { opportunityKind } from '#core/kind/sales/opportunity.ts'
import { meetingKind } from '#core/kind/service/meeting.ts'
import { taskKind } from '#core/kind/service/task.ts'
import { ticketKind } from '#core/kind/service/ticket.ts'
import { personId } from '#core/record/id.ts'
import { toItem } from '#core/record/item.ts'
import type { AnyRecord, Kind } from '#core/record/kind.ts'
import type { WorkKind, WorkRecord } from '#core/record/open-work.ts'
import { changedRecord, movedRecord, newRecord } from '#core/record/operation/operation.ts'
import type { Store } from '#core/store/store.ts'
import { northwind } from './fixture/northwind.ts'
import { openEngine } from './table-engine.ts'

/**
 * Write units of the ledger, as AWS bills them, for what a person does with a record: the item and the indexes in which it
 * lies. What follows from a change (lines, journal, derived fields) is written apart.
 */
const units: number[] = []
let store: Store
let close: () => Promise<void>
beforeAll(async () => {
  ;({ store, close } = await openEngine({
    consumed: (all) => units.push(all.reduce((sum, { write }) => sum + write, 0)),
  }))
})
afterAll(() => close?.())

const now = Date.parse('2027-03-01T09:00:00.000Z')
const anna = personId.parse('anna')
const context = {
  tenant: 'main',
  now,
  newId: (prefix: string) => `${prefix}_01MG052TM0HGFQ0E65SHC1T3TV`,
  caller: 'anna',
  intake: 'intake',
  company: northwind,
  named: namedIn(northwind),
  absences: [],
  person: anna,
}
const story = 'Since this morning the scale of our second line shows two kilograms too many. '.repeat(8)

/** What each step writes, in units: nothing is done but this. */
async function costs(
  kind: Kind,
  input: object,
  steps: [name: string, next: (record: AnyRecord) => AnyRecord][],
): Promise<Record<string, number>> {
  const made = newRecord(kind, input, context) as WorkRecord
  let record: AnyRecord = begunWith(kind as WorkKind, made, context)
  const found: Record<string, number> = {}
  const write = async (name: string, before: AnyRecord | undefined): Promise<void> => {
    units.length = 0
    const item = toItem(kind, record)
    const seen = before?.version ?? 0
    const result = await store.write([before ? { do: 'replace', item, seen } : { do: 'create', item }])
    expect([name, result]).toEqual([name, { stored: true }])
    found[name] = units.reduce((sum, each) => sum + each, 0)
  }
  await write('created', undefined)
  for (const [name, next] of steps) {
    const before = record
    record = next(before)
    await write(name, before)
  }
  return found
}

const changed = (kind: Kind, patch: object) => (record: AnyRecord) =>
  changedRecord(kind, record, patch, context)
const moved = (kind: Kind, name: string, input: object) => (record: AnyRecord) =>
  movedRecord(kind, record, { name, input }, context)
const given = (kind: Kind, name: 'take' | 'give' | 'plan', input: object) => (record: AnyRecord) =>
  handedOver(kind as WorkKind, record as WorkRecord, { name, input }, context)

test('a ticket is created for 4 units at most, and changed for 1 to 5', async () => {
  const ticket = ticketKind as unknown as Kind
  const input = { subject: 'The scale is wrong', text: story, channel: 'email', type: 'fault' }
  const found = await costs(ticket, { ...input, customerId: 'cus_01MG052TM0HGFQ0E65SHC1T3TV' }, [
    ['text', changed(ticket, { text: `${story} Still.` })],
    ['priority', changed(ticket, { priority: 'high' })],
    ['taken', given(ticket, 'take', {})],
    ['given', given(ticket, 'give', { to: 'jonas' })],
    ['planned', given(ticket, 'plan', { nextAt: '2027-03-02T10:00:00Z' })],
    ['asked', moved(ticket, 'ask', {})],
    ['solved', moved(ticket, 'solve', { solution: 'Levelled it.' })],
    ['closed', moved(ticket, 'close', {})],
    ['reopened', moved(ticket, 'reopen', {})],
  ])
  process.stdout.write(`write units of a ticket: ${JSON.stringify(found)}\n`)
  const { created, ...changes } = found
  expect(created).toBeLessThanOrEqual(4)
  for (const [name, each] of Object.entries(changes)) {
    expect(each, name).toBeGreaterThanOrEqual(1)
    expect(each, name).toBeLessThanOrEqual(5)
  }
})

test('a task, a meeting and an opportunity take no more', async () => {
  const [task, meeting, deal] = [taskKind, meetingKind, opportunityKind] as unknown as [Kind, Kind, Kind]
  const found = {
    task: await costs(
      task,
      { title: 'Call the mill', type: 'call', dueAt: '2027-03-01T15:00:00Z', text: story },
      [
        ['moved', changed(task, { dueAt: '2027-03-02T15:00:00Z' })],
        ['given', given(task, 'give', { to: 'jonas' })],
        ['done', moved(task, 'finish', { outcome: 'They want two.' })],
      ],
    ),
    meeting: await costs(
      meeting,
      {
        title: 'Offer',
        type: 'online',
        agenda: story,
        startsAt: '2027-03-01T15:00:00Z',
        endsAt: '2027-03-01T16:00:00Z',
      },
      [['held', moved(meeting, 'hold', { outcome: story })]],
    ),
    opportunity: await costs(
      deal,
      { name: 'Forty scales', customerId: 'cus_01MG052TM0HGFQ0E65SHC1T3TV', nextStep: 'Send the offer.' },
      [
        ['next step', changed(deal, { nextStepBy: '2027-03-02T15:00:00Z' })],
        ['stage', changed(deal, { stage: 'proposal' })],
        ['given', given(deal, 'give', { to: 'jonas' })],
        ['won', moved(deal, 'win', {})],
      ],
    ),
  }
  process.stdout.write(`write units: ${JSON.stringify(found)}\n`)
  for (const [kind, { created, ...changes }] of Object.entries(found)) {
    expect(created, kind).toBeLessThanOrEqual(4)
    for (const [name, each] of Object.entries(changes)) expect(each, `${kind} ${name}`).toBeLessThanOrEqual(5)
  }
})
