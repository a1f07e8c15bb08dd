import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { leftOnDisk } from '../fixture/left-on-disk.ts'
import type { Target } from './delivery.ts'
import { hour, lead, newFile, start, world } from './fixture.ts'

const withDeadLetters = { Id: 't', Arn: 'arn:f', DeadLetterConfig: { Arn: 'arn:dlq' } }

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
  const target = { ...withDeadLetters, RetryPolicy: { MaximumRetryAttempts: 2 } }
  w.rule({ pattern: { source: ['crm'] }, targets: [target] })
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
  w.rule({ pattern: { source: ['crm'] }, targets: [withDeadLetters] })
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
  expect(after.details()).toEqual([{ id: 7 }])
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
  const db = new DatabaseSync(newFile())
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
  w.rule({ pattern: { source: ['crm'] }, targets: [withDeadLetters] })
  await w.bus.putEvents([lead('{"id":1}')])
  expect(w.bus.counts()).toMatchObject({ deadLettered: 0, pending: 1 })
  await w.advance(hour)
  expect(w.dead).toHaveLength(1)
  expect(w.bus.counts()).toMatchObject({ deadLettered: 1, dropped: 0, pending: 0 })
})
