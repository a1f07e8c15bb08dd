import { recordKey } from '../record/key.ts'
import { countsOf } from '../assign/round-robin.ts'
import { newTurnBook } from '../assign/turn-book.ts'
import { addAbsence } from '../assign/roster.ts'
import { personSubject } from '../kind/people/absence.ts'
import { rosterKey } from '../kind/system/roster.ts'
import { rotationEntity, rotationKey } from '../kind/system/rotation.ts'
import { leadId, toInstant, type Instant } from '../record/id.ts'
import { company as companySchema } from '../company/company.ts'
import { fromItem, toItem, type Entity, type Press } from '../record/item.ts'
import { decisionKind, type DecisionRecord } from '../kind/system/decision.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import type { Message } from '../kind/system/message.ts'
import type { Letters } from '../message/letter.ts'
import { quarantineLetter } from '../message/quarantine-letter.ts'
import { readMessage } from '../message/template/read.ts'
import { leadLetter } from '../sales/lead-letter.ts'
import type { Published } from '../publish/published.ts'
import { causeOfSegment, newestSegments, segmentKind, type Segment } from '../kind/system/segment.ts'
import { journalOf } from '../kind/system/journal.ts'
import { messagesIn } from '../message/notice.ts'
import { contentHash } from '../table/content-hash.ts'
import { parseTable } from '../table/definition.ts'
import { vocabularyOf } from '../table/fact/vocabulary.ts'
import { parseYaml } from '../source/yaml.ts'
import { memoryStore } from '../store/memory.ts'
import { advance } from './advance.ts'
import { compileWorkflow, type CompiledWorkflow } from './compile.ts'
import { rulesOf, type Machinery } from './rules.ts'
import { assign } from './step/assign.ts'
import { queue } from './step/queue.ts'
import { reassign } from './step/reassign.ts'
import { route } from './step/route.ts'
import { tell } from './step/tell.ts'
import { waitUntil } from './step/wait-until.ts'
import { wait } from './step/wait.ts'
import type { Verbs } from './verb.ts'
import type { Kinds } from '../record/kind.ts'
import { segmentCall, type SegmentCall, type SegmentResult } from './segment-call.ts'

/*
 * A small company, a workflow and a lead, for the tests of workflows, activities and the watchdog: a story is a store
 * and a clock in which the segments of a run are performed in whatever order and number the test wants.
 */

export const workflowText = `workflow: follow
title: Follow up
when:
  detail-type: [lead.created]
until:
  detail-type: [lead.answered, lead.closed]
lastResort: unanswered
steps:
  - route: lead-routing
  - assign: round-robin
  - tell: owner
    message: lead-assigned
  - waitUntil: respondBy
  - tell: owner
    message: lead-reminder
  - wait: 30 business minutes
  - reassign: round-robin
  - tell: manager
    message: lead-overdue
  - tell: owner
    message: lead-reassigned
  - wait: 1 business hour
  - queue: unanswered
  - tell: watchers
    message: lead-queued
`

const routing = (name: string): string => `decision: ${name}
record: lead
hitPolicy: first
outputs:
  team: { type: team }
  priority: { type: text, oneOf: [high, normal] }
  respondWithin: { type: duration }
rows:
  - id: solo
    when: { lead.country: [CH] }
    then: { team: solo, priority: normal, respondWithin: 1 hour }
  - id: large
    note: Large companies expect an answer soon.
    when: { lead.employees: [{ numeric: ['>=', 500] }] }
    then: { team: north, priority: high, respondWithin: 30 minutes }
default: { team: north, priority: normal, respondWithin: 2 hours }
`

const hours = ['09:00-18:00']
const calendar = {
  title: 'Office',
  timeZone: 'Europe/Kyiv',
  week: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: [], sun: [] },
  holidays: [],
}
const names = ['anna', 'boris', 'clara', 'maria', 'viktor']

export const company = companySchema.parse({
  name: 'Test',
  calendars: { office: calendar },
  people: Object.fromEntries(
    names.map((id) => [id, { name: id, email: `${id}@example.com`, language: 'en', roles: ['worker'] }]),
  ),
  teams: {
    north: {
      title: 'North',
      calendar: 'office',
      members: ['anna', 'boris', 'clara'],
      manager: 'maria',
      followUpWithin: '2 business days',
    },
    solo: {
      title: 'Solo',
      calendar: 'office',
      members: ['anna'],
      manager: 'maria',
      followUpWithin: '2 business days',
    },
  },
  queues: {
    intake: { title: 'New', calendar: 'office', watchers: ['viktor'], takeWithin: '10 minutes' },
    unanswered: { title: 'Unanswered', calendar: 'office', watchers: ['viktor'], takeWithin: '4 hours' },
  },
  forms: {},
  roles: { worker: { title: 'Worker', kinds: { default: 'all' } } },
})

/** The nouns of these tests, and what their tables may ask; the product finds its own. */
export const kinds: Kinds = new Map([[leadKind.name, leadKind]])
export const vocabulary = vocabularyOf(kinds.values())

const tableOf = (name: string) => parseTable(parseYaml(`rules/${name}.yaml`, routing(name)), vocabulary)

/** What only messages about single nouns have. */
export const letters: Letters = new Map(
  [leadLetter, quarantineLetter].map((letter) => [letter.about, letter]),
)

const messageOf = (name: string) =>
  readMessage(
    parseYaml(
      `messages/${name}.yaml`,
      `message: ${name}
title: Of a test
record: lead
subject: &text { en: '${name}: {who}', uk: '${name}: {who}', ru: '${name}: {who}' }
headline: *text
task: *text
parts: [contact]
`,
    ),
    { kinds, letters },
  )
const told = ['lead-assigned', 'lead-reminder', 'lead-overdue', 'lead-reassigned', 'lead-queued']

export const verbs: Verbs = new Map(
  [assign, queue, reassign, route, tell, wait, waitUntil].map((verb) => [verb.name, verb]),
)

export const published: Pick<Published, 'company' | 'tables' | 'messages'> = {
  company,
  messages: {
    ...Object.fromEntries(told.map((name) => [name, messageOf(name)])),
    'lead-merged': { ...messageOf('lead-merged'), needs: [{ name: 'merge', ownOnly: true }] },
    spam: { ...messageOf('spam'), record: 'quarantine' },
  },
  tables: { 'lead-routing': tableOf('lead-routing'), 'other-routing': tableOf('other-routing') },
}

/** The core has no cryptography: what names effects in tests tells them apart, and no more. */
export const machinery: Machinery = {
  engine: 'test',
  zones: 'test',
  sha256: (text) => Uint8Array.from(contentHash(text).match(/../g)!, (byte) => Number.parseInt(byte, 16)),
}

export const rules = rulesOf(published, machinery)
export const compile = (text: string, more: Partial<typeof published> = {}): CompiledWorkflow =>
  compileWorkflow(parseYaml('workflows/follow.yaml', text), {
    ...published,
    ...more,
    kinds,
    verbs,
    vocabulary,
  })
export const machine = compile(workflowText)

/** Keeps words as they are, two bytes a character. */
export const plainPress: Press = {
  pack: (text) =>
    Uint8Array.from({ length: text.length * 2 }, (_, i) => (text.charCodeAt(i >> 1) >> (8 * (i & 1))) & 255),
  unpack: (bytes) =>
    Array.from({ length: bytes.length / 2 }, (_, i) =>
      String.fromCharCode(bytes[2 * i]! + 256 * bytes[2 * i + 1]!),
    ).join(''),
}

/** Not the one of a deployment: nothing in the core may know that. */
export const tenant = 'test'

export const id = leadId.parse('lead_1')

/** Monday, 23 November 2026, ten o'clock in Kyiv. */
export const monday = Date.parse('2026-11-23T08:00:00.000Z')

export const minutes = (count: number): number => count * 60_000
export const hoursLong = (count: number): number => count * 3_600_000

export function newLead(more: Record<string, unknown> = {}, at = monday): Lead {
  return leadKind.schema.parse({
    tenant,
    id,
    version: 1,
    status: 'open',
    createdAt: toInstant(at),
    updatedAt: toInstant(at),
    submissionId: 'sub_1',
    channel: 'web-form',
    language: 'en',
    contact: { name: 'Olha', email: 'olha@example.com' },
    queueId: 'intake',
    next: 'route',
    due: toInstant(at + minutes(2)),
    ...more,
  })
}

/** The Task payloads of the workflow's segments, as Step Functions would send them. */
export function callsOf(execution = 'execution-1', eventId = `${id}.1`, hop = 0): SegmentCall[] {
  const read = segmentCall(verbs)
  const { States } = machine.definition as { States: Record<string, Task> }
  return Object.values(States)
    .filter((state) => state.Type === 'Task')
    .map((state) =>
      read.parse({
        ...state.Arguments.Payload,
        event: { tenant, kind: 'lead', id, eventId, hop },
        execution,
      }),
    )
}

interface Task {
  Type: string
  Arguments: { Payload: object }
}

export async function story(lead: Lead | undefined = newLead()) {
  const store = memoryStore()
  const clock = { now: monday }
  const tools = { now: () => clock.now, book: newTurnBook(), kinds, verbs, press: plainPress }
  if (lead) await store.write([{ do: 'create', item: toItem(leadKind, lead) }])

  async function all<R extends { version: number }>(entity: Entity<R>): Promise<R[]> {
    return store
      .all()
      .filter((item) => item.kind === entity.kind)
      .map((item) => fromItem(entity, item))
  }

  const messages = async (): Promise<Message[]> => messagesIn(store.all(), plainPress)

  return {
    store,
    clock,
    tools,
    calls: callsOf(),
    segment: async (call: SegmentCall | undefined): Promise<SegmentResult> =>
      advance(store, rules, call!, tools),
    /** Runs what is left of the run, waiting as it says; ends before the segment at `before`. */
    async follow(before = Infinity): Promise<Instant[]> {
      const times: Instant[] = []
      for (const call of callsOf()) {
        if (call.segment >= before) break
        times.push(toInstant(clock.now))
        const { until } = await advance(store, rules, call, tools)
        clock.now = Math.max(clock.now, Date.parse(until))
      }
      return times
    },
    lead: async (): Promise<Lead> => fromItem(leadKind, (await store.get(recordKey(tenant, id)))!),
    async change(change: (lead: Lead) => Lead): Promise<void> {
      const seen = fromItem(leadKind, (await store.get(recordKey(tenant, id)))!)
      const item = toItem(leadKind, { ...change(seen), version: seen.version + 1 })
      await store.write([{ do: 'replace', item, seen: seen.version }])
    },
    async away(person: string, from = monday, until = monday + hoursLong(240)): Promise<void> {
      const absence = {
        tenant,
        version: 1,
        id: `absence ${person}`,
        subject: personSubject(person),
        from: toInstant(from),
        until: toInstant(until),
      }
      const known = await store.get(rosterKey(tenant))
      await store.write(await addAbsence(known, absence, { store, now: clock.now }))
    },
    /** every message: what became of it, or that it is pending */
    messages,
    /** who was told what, in the order of telling */
    told: async (): Promise<string[]> =>
      (await messages())
        .toSorted((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? -1 : 1))
        .map(({ to, template }) => `${template} → ${to}`),
    /** each run as its newest segment leaves it */
    runs: async (): Promise<(Segment & { status: string })[]> =>
      newestSegments(await all(segmentKind)).map((run) => ({
        ...run,
        status: run.over === undefined ? 'waiting' : 'ended',
      })),
    /** with their reasons: those of segments, then others */
    decisions: async (): Promise<Pick<DecisionRecord, 'id' | 'entries'>[]> => [
      ...(await all(segmentKind)).flatMap((segment) => {
        const { entries } = journalOf(segment, plainPress)
        return entries.length ? [{ id: causeOfSegment(segment), entries }] : []
      }),
      ...(await all(decisionKind)),
    ],
    /** how many turns each has had in the team `north` */
    turns: async (): Promise<Record<string, number>> => {
      const item = await store.get(rotationKey(tenant, 'north'))
      return item ? Object.fromEntries(countsOf(fromItem(rotationEntity, item))) : {}
    },
  }
}
