import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { activityMonitor } from '../clock/activity.ts'
import type { VirtualClock } from '../clock/clock.ts'
import { virtualClock } from '../clock/clock.ts'
import { leftOnDisk } from '../fixture/left-on-disk.ts'
import type { RuleDefinition } from './bus.ts'
import { openBus } from './bus.ts'
import type { DeliveryContext, Target } from './delivery.ts'
import { handleEvents } from './endpoint.ts'

const folder = mkdtempSync(join(tmpdir(), 'bus-'))
afterAll(() => rmSync(folder, { recursive: true }))

const start = Date.UTC(2026, 0, 5, 12)
const hour = 3_600_000
let files = 0

interface Delivered {
  target: Target
  payload: string
  context: DeliveryContext
  at: number
}

function world(
  options: {
    file?: string | DatabaseSync
    clock?: VirtualClock
    deliver?: (target: Target, payload: string, context: DeliveryContext) => void
    deadLetter?: () => void
  } = {},
) {
  const { file = join(folder, `${files++}.sqlite`), clock = virtualClock(start) } = options
  const activity = activityMonitor()
  const delivered: Delivered[] = []
  const dead: { queue: string; event: string; attributes: Record<string, string> }[] = []
  const bus = openBus({
    file,
    clock,
    deliver(target, payload, context) {
      delivered.push({ target, payload, context, at: clock.now() - start })
      options.deliver?.(target, payload, context)
    },
    deadLetter(queue, event, attributes) {
      options.deadLetter?.()
      dead.push({ queue, event, attributes })
    },
    random: () => 1,
  })
  const rule = (definition: Partial<RuleDefinition>) => {
    bus.defineRule({
      arn: 'arn:aws:events:eu-central-1:000000000000:rule/r',
      name: 'r',
      targets: [{ Id: 't', Arn: 'arn:aws:lambda:eu-central-1:000000000000:function:f' }],
      ...definition,
    })
  }
  const advance = async (ms: number) => clock.advanceTo(clock.now() + ms, () => activity.settled())
  return { file: file as string, clock, activity, delivered, dead, bus, rule, advance }
}

const lead = (detail: string) => ({ Source: 'crm', DetailType: 'lead.created', Detail: detail })

test('an event reaches every target of the rules that match, with its detail as it was written', async () => {
  const w = world()
  w.rule({ pattern: '{"detail":{"score":[9007199254740993]}}' })
  w.rule({ arn: 'arn:other', name: 'other', pattern: { source: ['else'] } })
  await w.bus.putEvents([lead('{"score":9007199254740993}'), lead('{"score":9007199254740992}')])
  await w.activity.settled()
  expect(w.delivered).toHaveLength(1)
  expect(w.delivered[0]!.payload).toContain('"detail":{"score":9007199254740993}')
  expect(JSON.parse(w.delivered[0]!.payload)).toMatchObject({
    version: '0',
    source: 'crm',
    'detail-type': 'lead.created',
    time: '2026-01-05T12:00:00Z',
    resources: [],
  })
  expect(w.bus.counts()).toMatchObject({ accepted: 2, matched: 1, delivered: 1, pending: 0 })
})

test('entries fail one by one, and a call with too many or too much fails as a whole', async () => {
  const w = world()
  w.bus.defineBus('crm')
  const result = await w.bus.putEvents([
    lead('{}'),
    { ...lead('{}'), Source: undefined },
    lead('[1]'),
    { ...lead('{}'), EventBusName: 'missing' },
    { ...lead('{}'), Source: 'aws.s3' },
    { ...lead('{}'), Time: 'yesterday' },
    { ...lead('{}'), EventBusName: 'arn:aws:events:eu-central-1:000000000000:event-bus/crm' },
  ])
  expect(result.FailedEntryCount).toBe(5)
  expect(result.Entries.map((entry) => ('ErrorCode' in entry ? entry.ErrorCode : 'accepted'))).toEqual([
    'accepted',
    'InvalidArgument',
    'MalformedDetail',
    'ResourceNotFoundException',
    'NotAuthorizedForSourceException',
    'InvalidArgument',
    'accepted',
  ])
  await expect(w.bus.putEvents(Array.from({ length: 11 }, () => lead('{}')))).rejects.toThrow('1 to 10')
  await expect(w.bus.putEvents([lead(`{"a":"${'x'.repeat(262_144)}"}`)])).rejects.toThrow('over the limit')
})

test('a delivery that fails is tried again with growing pauses until the target takes it', async () => {
  let failures = 3
  const w = world({
    deliver() {
      if (failures-- > 0) throw new Error('busy')
    },
  })
  w.rule({ pattern: { source: ['crm'] } })
  await w.bus.putEvents([lead('{}')])
  await w.advance(hour)
  expect(w.delivered.map(({ at }) => at)).toEqual([0, 1000, 3000, 7000])
  expect(w.delivered.map(({ context }) => context.attempt)).toEqual([1, 2, 3, 4])
  expect(w.bus.counts()).toMatchObject({ delivered: 1, retried: 3, pending: 0 })
})

test('an event that cannot be delivered within the policy goes to the dead-letter queue with the reason', async () => {
  const w = world({
    deliver() {
      throw Object.assign(new Error('no'), { name: 'Throttled' })
    },
  })
  const target = { Id: 't', Arn: 'arn:f', DeadLetterConfig: { Arn: 'arn:dlq' } }
  w.rule({ pattern: { source: ['crm'] }, targets: [{ ...target, RetryPolicy: { MaximumRetryAttempts: 2 } }] })
  await w.bus.putEvents([lead('{"id":1}')])
  await w.advance(hour)
  expect(w.delivered).toHaveLength(3)
  expect(w.dead).toHaveLength(1)
  expect(w.dead[0]!.queue).toBe('arn:dlq')
  expect(JSON.parse(w.dead[0]!.event)).toMatchObject({ detail: { id: 1 } })
  expect(w.dead[0]!.attributes).toEqual({
    RULE_ARN: 'arn:aws:events:eu-central-1:000000000000:rule/r',
    TARGET_ARN: 'arn:f',
    ERROR_CODE: 'Throttled',
    ERROR_MESSAGE: 'no',
    RETRY_ATTEMPTS: '2',
    EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
  })
})

test('a target that may not be called is not tried again', async () => {
  const w = world({
    deliver() {
      throw Object.assign(new Error('gone'), { name: 'ResourceNotFoundException', retryable: false })
    },
  })
  w.rule({
    pattern: { source: ['crm'] },
    targets: [{ Id: 't', Arn: 'arn:f', DeadLetterConfig: { Arn: 'arn:dlq' } }],
  })
  await w.bus.putEvents([lead('{}')])
  await w.advance(hour)
  expect(w.delivered).toHaveLength(1)
  expect(w.dead[0]!.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION')
})

test('a delivery that was refused before a crash is made by the next process at its time', async () => {
  const before = world({
    deliver() {
      throw new Error('busy')
    },
  })
  before.rule({ pattern: { source: ['crm'] } })
  await before.bus.putEvents([lead('{"id":7}')])
  const after = world({ file: leftOnDisk(before.file) })
  after.rule({ pattern: { source: ['crm'] } })
  after.bus.resume()
  await after.advance(999)
  expect(after.delivered).toEqual([])
  await after.advance(1)
  expect(after.delivered.map(({ payload }) => (JSON.parse(payload) as { detail: object }).detail)).toEqual([
    { id: 7 },
  ])
  expect(after.delivered[0]!.context.attempt).toBe(2)
  expect(after.bus.counts().pending).toBe(0)
})

test('a delivery that an earlier version had under way at a crash is made by the next process', async () => {
  const before = world()
  before.rule({ pattern: { source: ['crm'] } })
  const db = new DatabaseSync(before.file)
  db.exec(
    "INSERT INTO deliveries(event, rule, target, body, created, attempts, wake) VALUES('e', " +
      `'arn:aws:events:eu-central-1:000000000000:rule/r', 't', '{"id":7}', ${start}, 0, NULL)`,
  )
  db.close()
  before.bus.resume()
  await before.activity.settled()
  expect(before.delivered.map(({ payload }) => payload)).toEqual(['{"id":7}'])
})

/** A world whose targets keep what they take in the file of the bus; what refuses is asked for each attempt. */
function sharedFile(refuses: (target: Target, attempt: number) => boolean) {
  const db = new DatabaseSync(join(folder, `${files++}.sqlite`))
  db.exec('CREATE TABLE taken(target TEXT, payload TEXT)')
  const insert = db.prepare('INSERT INTO taken VALUES(?, ?)')
  const w = world({
    file: db,
    deliver(target, payload, { attempt }) {
      if (refuses(target, attempt)) throw new Error('busy')
      insert.run(target.Id, payload)
    },
  })
  w.rule({
    pattern: { source: ['crm'] },
    targets: ['a', 'b', 'c'].map((Id) => ({ Id, Arn: `arn:${Id}` })),
  })
  return { ...w, file: db.location()! }
}

function kept(file: string) {
  const db = new DatabaseSync(leftOnDisk(file))
  const column = (sql: string) =>
    db
      .prepare(sql)
      .all()
      .map((row) => row['target'])
  const result = {
    taken: column('SELECT target FROM taken ORDER BY rowid'),
    waiting: column('SELECT target FROM deliveries ORDER BY id'),
  }
  db.close()
  return result
}

test('wherever a crash comes, an event is with each target or waits for it, and never both', async () => {
  const w = sharedFile(({ Id }, attempt) => Id === 'b' && attempt === 1)
  const answer = w.bus.putEvents([lead('{}')])
  expect(kept(w.file), 'before the commit').toEqual({ taken: [], waiting: [] })
  await answer
  expect(kept(w.file), 'when it is answered').toEqual({ taken: ['a', 'c'], waiting: ['b'] })
  const advanced = w.clock.advanceTo(start + 1000, () => Promise.resolve())
  await Promise.resolve()
  expect(kept(w.file), 'before the commit of the second attempt').toEqual({
    taken: ['a', 'c'],
    waiting: ['b'],
  })
  await advanced
  await new Promise((resolve) => setImmediate(resolve))
  expect(kept(w.file)).toEqual({ taken: ['a', 'c', 'b'], waiting: [] })
  expect(w.bus.counts()).toMatchObject({ delivered: 3, retried: 1, pending: 0 })
})

test('a target that refuses takes nothing from the others, nor from other events of the call', async () => {
  const w = sharedFile(({ Id }) => Id === 'a')
  const { FailedEntryCount } = await w.bus.putEvents([lead('{}'), lead('{}')])
  expect(FailedEntryCount).toBe(0)
  expect(kept(w.file)).toEqual({ taken: ['b', 'c', 'b', 'c'], waiting: ['a', 'a'] })
})

test('an event that its dead-letter queue refuses too stays until that takes it', async () => {
  let refusals = 1
  const w = world({
    deliver() {
      throw Object.assign(new Error('gone'), { retryable: false })
    },
    deadLetter() {
      if (refusals-- > 0) throw new Error('no queue')
    },
  })
  w.rule({
    pattern: { source: ['crm'] },
    targets: [{ Id: 't', Arn: 'arn:f', DeadLetterConfig: { Arn: 'arn:dlq' } }],
  })
  await w.bus.putEvents([lead('{"id":1}')])
  expect(w.bus.counts()).toMatchObject({ deadLettered: 0, pending: 1 })
  await w.advance(hour)
  expect(w.dead).toHaveLength(1)
  expect(w.bus.counts()).toMatchObject({ deadLettered: 1, dropped: 0, pending: 0 })
})

test('the event of a service reaches the rules of the default bus that match it', async () => {
  const w = world()
  w.rule({ pattern: { source: ['aws.states'], detail: { status: ['FAILED'], error: [{ exists: false }] } } })
  const event = (status: string, detail: object = {}) =>
    w.bus.emit({
      source: 'aws.states',
      'detail-type': 'Change',
      detail: { status, n: 1, ...detail },
      resources: [],
      time: '2026-01-05T12:00:00Z',
    })
  event('RUNNING')
  event('FAILED')
  event('FAILED', { error: 'Cancelled' })
  expect(w.delivered.map(({ payload }) => (JSON.parse(payload) as { detail: object }).detail)).toEqual([
    { status: 'FAILED', n: 1 },
  ])
  expect(w.bus.counts()).toMatchObject({ accepted: 3, matched: 1 })
})

test('a schedule fires at each of its times, and only once for all that were missed', async () => {
  const before = world()
  before.rule({ schedule: 'rate(1 hour)' })
  await before.advance(3 * hour)
  expect(before.delivered.map(({ at }) => at)).toEqual([hour, 2 * hour, 3 * hour])
  expect(JSON.parse(before.delivered[0]!.payload)).toMatchObject({
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    time: '2026-01-05T13:00:00Z',
    resources: ['arn:aws:events:eu-central-1:000000000000:rule/r'],
  })
  before.bus.close()
  const after = world({ file: before.file, clock: virtualClock(start + 10.5 * hour) })
  after.rule({ schedule: 'rate(1 hour)' })
  after.bus.resume()
  await after.advance(hour)
  expect(after.delivered.map(({ at }) => at)).toEqual([10.5 * hour, 11 * hour])
})

test('a target gets its Input, a part of the event, or what its template makes of it', async () => {
  const w = world()
  const template = '{"who":<name>,"text":"Hello <name>, <n>","none":<none>,"rule":"<aws.events.rule-name>"}'
  w.rule({
    pattern: { source: ['crm'] },
    targets: [
      { Id: 'input', Arn: 'arn:a', Input: '{"fixed":true}' },
      { Id: 'path', Arn: 'arn:b', InputPath: '$.detail.items[1]' },
      {
        Id: 'template',
        Arn: 'arn:c',
        InputTransformer: {
          InputPathsMap: { name: '$.detail.name', n: "$.detail['n']", none: '$.detail.none' },
          InputTemplate: template,
        },
      },
    ],
  })
  await w.bus.putEvents([lead('{"items":[1,{"a":2}],"name":"Zo\\"e","n":[1]}')])
  await w.activity.settled()
  const payloads = Object.fromEntries(
    w.delivered.map(({ target, payload }) => [target.Id, JSON.parse(payload) as unknown]),
  )
  expect(payloads).toEqual({
    input: { fixed: true },
    path: { a: 2 },
    template: { who: 'Zo"e', text: 'Hello Zo"e, [1]', none: null, rule: 'r' },
  })
})

test('a disabled rule neither matches nor fires', async () => {
  const w = world()
  w.rule({ pattern: { source: ['crm'] }, schedule: 'rate(1 minute)', state: 'DISABLED' })
  await w.bus.putEvents([lead('{}')])
  await w.advance(hour)
  expect(w.delivered).toEqual([])
})

test('the endpoint answers PutEvents, ListRules and TestEventPattern, and errors by their type', async () => {
  const w = world()
  w.rule({ pattern: { source: ['crm'] } })
  expect(await handleEvents(w.bus, 'PutEvents', { Entries: [lead('{}')] })).toMatchObject({
    status: 200,
    body: { FailedEntryCount: 0 },
  })
  expect(await handleEvents(w.bus, 'ListRules', {})).toMatchObject({
    body: { Rules: [{ Name: 'r', EventPattern: '{"source":["crm"]}', State: 'ENABLED' }] },
  })
  const Event = JSON.stringify({
    id: '1',
    account: '',
    source: 'crm',
    time: '',
    region: '',
    resources: [],
    'detail-type': 'x',
  })
  const EventPattern = '{"source":["crm"]}'
  expect(await handleEvents(w.bus, 'TestEventPattern', { Event, EventPattern })).toMatchObject({
    body: { Result: true },
  })
  expect(await handleEvents(w.bus, 'TestEventPattern', { Event, EventPattern: '{}' })).toMatchObject({
    status: 400,
    body: { __type: 'InvalidEventPatternException' },
  })
})

test.each<[string, object, string]>([
  ['no source', { Source: undefined }, 'InvalidArgument'],
  ['a source of AWS', { Source: 'aws.s3' }, 'NotAuthorizedForSourceException'],
  ['no type', { DetailType: '' }, 'InvalidArgument'],
  ['no detail', { Detail: undefined }, 'InvalidArgument'],
  ['a detail that is a list', { Detail: '[]' }, 'MalformedDetail'],
  ['a detail that is half JSON', { Detail: '{"a":' }, 'MalformedDetail'],
  [
    'a detail nested deeper than patterns go',
    { Detail: `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}` },
    'MalformedDetail',
  ],
  ['a bus that does not exist', { EventBusName: 'none' }, 'ResourceNotFoundException'],
  ['a time that is none', { Time: 'yesterday' }, 'InvalidArgument'],
])('an entry with %s fails alone', async (_what, change, error) => {
  const w = world()
  w.rule({ pattern: { source: ['crm'] } })
  const { FailedEntryCount, Entries } = await w.bus.putEvents([
    lead('{"n":1}'),
    { ...lead('{}'), ...change },
    lead('{"n":2}'),
  ])
  expect(FailedEntryCount).toBe(1)
  expect(Entries[1]).toMatchObject({ ErrorCode: error })
  await w.activity.settled()
  expect(w.delivered.map(({ payload }) => (JSON.parse(payload) as { detail: object }).detail)).toEqual([
    { n: 1 },
    { n: 2 },
  ])
})

test('an Input that is not JSON is refused with its rule', () => {
  const w = world()
  const Arn = 'arn:aws:lambda:eu-central-1:000000000000:function:f'
  expect(() => w.rule({ pattern: { source: ['crm'] }, targets: [{ Id: 't', Arn, Input: 'hello' }] })).toThrow(
    'JSON',
  )
})
