import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { newTurnBook } from '#core/assign/turn-book.ts'
import { alertKind } from '#core/kind/system/alert.ts'
import type { Message } from '#core/kind/system/message.ts'
import { newestSegments, segmentKind } from '#core/kind/system/segment.ts'
import { messagesIn } from '#core/message/notice.ts'
import { press } from '#functions/adapter/press/letter.ts'
import type { MessageDefinition } from '#core/message/template/definition.ts'
import { change, writeOf, type Changes } from '#core/record/change.ts'
import { instant, optional, text } from '#core/record/field.ts'
import { toInstant } from '#core/record/id.ts'
import { fromItem, toItem, type Entity } from '#core/record/item.ts'
import { recordKey } from '#core/record/key.ts'
import { kind, type Kinds, type RecordOf } from '#core/record/kind.ts'
import { parseYaml } from '#core/source/yaml.ts'
import { memoryStore } from '#core/store/memory.ts'
import { parseTable } from '#core/table/definition.ts'
import { vocabularyOf } from '#core/table/fact/vocabulary.ts'
import { recordRunFailure } from '#core/watch/run-failure.ts'
import { sweep } from '#core/watch/sweep.ts'
import { lastLevel } from '#core/record/work.ts'
import { advance } from '#core/workflow/advance.ts'
import { cancelRuns } from '#core/workflow/cancel.ts'
import { compileWorkflow } from '#core/workflow/compile.ts'
import {
  company,
  hoursLong,
  minutes,
  monday,
  published,
  tenant,
  verbs,
  machinery,
} from '#core/workflow/fixture.ts'
import { rulesOf } from '#core/workflow/rules.ts'
import { segmentCall, type SegmentCall } from '#core/workflow/segment-call.ts'

/*
 * Workflows and the watchdog work on any kind with `work`: here on tickets, of which the product knows nothing. Their
 * first promise is a call back, and they have words of their own for everything.
 */

const ticketKind = kind({
  name: 'ticket',
  plural: 'tickets',
  prefix: 'tkt',
  title: 'Ticket',
  help: 'Somebody who has a problem is called back.',
  fields: () => ({
    category: text('Category', { list: true }),
    callBy: optional(instant('Call back due', { given: true, list: true })),
    calledAt: optional(instant('Called back', { given: true })),
    closedAt: optional(instant('Closed', { given: true })),
  }),
  called: ({ category }) => category,
  lifecycle: {
    initial: 'new',
    states: { new: { title: 'New', open: true }, solved: { title: 'Solved' } },
    transitions: {
      solve: { title: 'Solved', from: ['new'], to: 'solved', event: 'solved', sets: { closedAt: 'now' } },
    },
  },
  events: { called: 'calledAt' },
  work: { promises: [{ field: 'callBy', step: 'call', keptBy: 'calledAt', title: 'call back' }] },
})
type Ticket = RecordOf<typeof ticketKind>
const kinds: Kinds = new Map([[ticketKind.name, ticketKind]])
const vocabulary = vocabularyOf(kinds.values())

const workflow = `workflow: ticket-follow-up
title: Call back
when: { detail-type: [ticket.created] }
until: { detail-type: [ticket.called, ticket.solved] }
lastResort: unanswered
steps:
  - route: ticket-routing
  - assign: round-robin
  - tell: owner
    message: ticket-assigned
  - waitUntil: callBy
  - tell: owner
    message: ticket-reminder
  - wait: 30 business minutes
  - queue: unanswered
  - tell: watchers
    message: ticket-queued
`
const routing = `decision: ticket-routing
record: ticket
hitPolicy: first
outputs:
  team: { type: team }
  respondWithin: { type: duration }
rows:
  - id: fault
    when: { ticket.category: [fault] }
    then: { team: north, respondWithin: 1 hour }
default: { team: solo, respondWithin: 4 hours }
`
const messageOf = (name: string): MessageDefinition =>
  ({ ...published.messages['lead-assigned'], name, record: 'ticket' }) as unknown as MessageDefinition
const names = ['ticket-assigned', 'ticket-reminder', 'ticket-queued', 'ticket-raised']
const messages = {
  ...published.messages,
  ...Object.fromEntries(names.map((name) => [name, messageOf(name)])),
}
const tables = {
  ...published.tables,
  'ticket-routing': parseTable(parseYaml('rules/ticket-routing.yaml', routing), vocabulary),
}
const rules = rulesOf({ company, tables }, machinery)
const compile = (source: string) =>
  compileWorkflow(parseYaml('workflows/ticket-follow-up.yaml', source), {
    company,
    tables,
    messages,
    kinds,
    verbs,
    vocabulary,
  })

const event = { tenant, kind: 'ticket', id: 'tkt_1', eventId: 'tkt_1.1', hop: 0 }

function callsOf(): SegmentCall[] {
  const { States } = compile(workflow).definition as {
    States: Record<string, { Type: string; Arguments: { Payload: object } }>
  }
  const read = segmentCall(verbs)
  return Object.values(States)
    .filter(({ Type }) => Type === 'Task')
    .map((state) => read.parse({ ...state.Arguments.Payload, event, execution: 'execution-1' }))
}

async function story() {
  const store = memoryStore()
  const clock = { now: monday }
  const tools = { now: () => clock.now, book: newTurnBook(), press, kinds, verbs }
  const ticket = ticketKind.schema.parse({
    tenant,
    id: 'tkt_1',
    version: 1,
    status: 'new',
    createdAt: toInstant(monday),
    updatedAt: toInstant(monday),
    category: 'fault',
    queueId: 'intake',
    next: 'route',
    due: toInstant(monday + minutes(2)),
  })
  await store.write([{ do: 'create', item: toItem(ticketKind, ticket) }])
  const read = async (): Promise<Ticket> =>
    fromItem(ticketKind, (await store.get(recordKey(tenant, 'tkt_1')))!)
  const all = <R extends { version: number }>(entity: Entity<R>): R[] =>
    store.all().flatMap((item) => (item.kind === entity.kind ? [fromItem(entity, item)] : []))
  const told = (): Message[] => messagesIn(store.all(), press)
  return {
    store,
    clock,
    read,
    all,
    async follow(segments = Infinity): Promise<void> {
      for (const call of callsOf().slice(0, segments)) {
        const { until } = await advance(store, rules, call, tools)
        clock.now = Math.max(clock.now, Date.parse(until))
      }
    },
    async change(fields: Changes<Ticket>): Promise<void> {
      await store.write([writeOf(ticketKind, change(await read(), fields, clock.now))])
    },
    async watchFor(milliseconds: number): Promise<string[]> {
      const published: string[] = []
      for (const end = clock.now + milliseconds; clock.now < end; clock.now += minutes(5)) {
        const { announce } = await sweep(store, { rules, kinds }, tenant, clock.now)
        published.push(...announce.map(({ type }) => type))
      }
      return published
    },
    messages: told,
    told: (): string[] =>
      told()
        .toSorted((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? -1 : 1))
        .map(({ to, template, subject }) => `${subject.kind}: ${template} → ${to}`),
  }
}

describe('a workflow about a kind of which the engines know nothing', () => {
  test('routes and assigns it by its own table and waits for its own promise', async () => {
    const stage = await story()
    await stage.follow(1)
    const ticket = await stage.read()
    expect(ticket).toMatchObject({
      teamId: 'north',
      callBy: toInstant(monday + hoursLong(1)),
      next: 'call',
      due: toInstant(monday + hoursLong(1)),
      runId: 'ticket-follow-up.1',
    })
    expect(stage.told()).toEqual([`ticket: ticket-assigned → ${ticket.ownerId}`])
    expect(stage.messages()[0]!.data).toMatchObject({
      callBy: ticket.callBy,
      rule: { row: 'fault' },
    })
  })

  test('puts one that nobody called back into the watched queue', async () => {
    const stage = await story()
    await stage.follow()
    expect(await stage.read()).toMatchObject({ queueId: 'unanswered', next: 'take' })
    expect(stage.told().map((line) => line.split(' → ')[0])).toEqual([
      'ticket: ticket-assigned',
      'ticket: ticket-reminder',
      'ticket: ticket-queued',
    ])
  })

  test.each([
    ['called', { calledAt: toInstant(monday + minutes(5)) }],
    ['closed', { status: 'solved', closedAt: toInstant(monday + minutes(5)) }],
  ] as const)('ends when it was %s, whoever notices it', async (reason, fields) => {
    const stage = await story()
    await stage.follow(1)
    await stage.change(fields)
    await stage.follow()
    expect(newestSegments(stage.all(segmentKind))).toMatchObject([{ over: reason }])
    const other = await story()
    await other.follow(1)
    await other.change(fields)
    const stopped: string[] = []
    const stop = async (execution: string, cause: string) => void stopped.push(`${execution} ${cause}`)
    const request = { workflow: 'ticket-follow-up', ref: event, kind: ticketKind }
    await cancelRuns(other.store, request, stop, other.clock.now)
    expect(stopped).toEqual([`execution-1 ${reason}`])
  })

  test('is checked by what that kind is', () => {
    expect(() => compile(workflow.replace('ticket-routing', 'lead-routing'))).toThrow(
      'decides about a lead, not about a ticket',
    )
    expect(() => compile(workflow.replace('ticket.solved', 'ticket.closed'))).toThrow(
      'there is no event "ticket.closed"',
    )
    const triggered = (ticket: string) =>
      workflow.replace('when: {', `when: { detail: { ticket: ${ticket} },`)
    expect(() => compile(triggered('{ category: [5] }'))).toThrow('"ticket.category" is a text')
    expect(() => compile(triggered('{ status: [old] }'))).toThrow('"ticket.status" is never "old"')
    expect(() => compile(triggered('{ status: [new] }'))).not.toThrow()
    expect(() => compile(workflow.replace('ticket-reminder', 'lead-reminder'))).toThrow(
      '"lead-reminder" tells of the lead, not of a ticket',
    )
    expect(() =>
      compile(
        workflow
          .slice(0, workflow.indexOf('  - queue'))
          .replace('wait: 30 business minutes', 'tell: owner\n    message: ticket-reminder'),
      ),
    ).toThrow('the ticket must be put into a queue')
  })
})

describe('the watchdog about such a kind', () => {
  test('announces one again that no workflow took up, then gives it to whoever watches its queue', async () => {
    const stage = await story()
    expect(await stage.watchFor(minutes(8))).toEqual(['ticket.created'])
    await stage.watchFor(minutes(20))
    expect(await stage.read()).toMatchObject({ queueId: 'intake', next: 'take' })
    expect(stage.told()).toEqual(['ticket: ticket-raised → viktor'])
    const [alert] = stage.all(alertKind)
    expect(alert).toMatchObject({ what: 'unroutable', subject: { kind: 'ticket', id: 'tkt_1' } })
    expect(alert!.text).toContain('took up this ticket')
  })

  test('raises a promise that nobody keeps to its last level, each level once', async () => {
    const stage = await story()
    await stage.follow(1)
    await stage.watchFor(hoursLong(100))
    const ticket = await stage.read()
    expect(ticket).toMatchObject({ raised: lastLevel, queueId: 'unanswered' })
    expect(stage.all(alertKind).map(({ text }) => text)).toContain(
      'The time promised for the call back has passed and nothing happened.',
    )
    const before = stage.store.changes().length
    await stage.watchFor(hoursLong(24))
    const later = stage.store.changes().slice(before)
    expect(later.filter(({ after }) => after?.kind === 'ticket')).toEqual([])
  })

  test('tells the manager of a run that failed while somebody waits for a call', async () => {
    const stage = await story()
    await stage.follow(1)
    const detail = {
      executionArn: 'execution-1',
      name: 'execution-1',
      status: 'FAILED',
      input: JSON.stringify(event),
    }
    await recordRunFailure(stage.store, { rules, kinds }, { tenant, detail }, stage.clock.now)
    expect(stage.told()).toContain('ticket: ticket-raised → maria')
    await stage.change({ calledAt: toInstant(stage.clock.now) })
    const again = { ...detail, executionArn: 'execution-2', name: 'execution-2' }
    const before = stage.told().length
    await recordRunFailure(stage.store, { rules, kinds }, { tenant, detail: again }, stage.clock.now)
    expect(stage.told()).toHaveLength(before)
  })
})

test('work that promises nothing has whatever its owner planned as its next step', () => {
  const taskKind = kind({
    name: 'errand',
    plural: 'errands',
    prefix: 'errand',
    title: 'Errand',
    help: 'Something to do.',
    fields: () => ({ what: text('What') }),
    called: ({ what }) => what,
    work: { promises: [] },
  })
  const { next } = taskKind.schema.shape
  expect(['route', 'follow-up', 'take', 'answer'].filter((step) => z.safeParse(next, step).success)).toEqual([
    'route',
    'follow-up',
    'take',
  ])
})
