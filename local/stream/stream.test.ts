import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { activityMonitor } from '../clock/activity.ts'
import { virtualClock } from '../clock/clock.ts'
import { largestPayload } from '../payload-size.ts'
import { StreamRecord } from './record.ts'
import { openStream } from './stream.ts'

const folder = mkdtempSync(join(tmpdir(), 'stream-'))
afterAll(() => rmSync(folder, { recursive: true }))

const recordOf = (sequence: number, bytes: number) =>
  new StreamRecord(
    { sequence, createdAt: 0 },
    { sequence, text: 'ü'.repeat(bytes / 2), dynamodb: { Keys: { pk: { S: String(sequence) } } } },
  )

test('a batch is no larger than one invocation may be, and every record comes once and in order', async () => {
  const sizes = [1_000_000, 2_000_000, 3_000_000, 2_900_000, 6_400_000, 1000, 1000]
  const records = sizes.map((bytes, i) => recordOf(i + 1, bytes))
  const events: string[] = []
  const activity = activityMonitor()
  const stream = openStream({
    file: join(folder, 'a.sqlite'),
    clock: virtualClock(0),
    activity,
    table: 't',
    advanced: () => {},
    functionArn: 'arn:f',
    source: {
      latest: records.length,
      read: (after, limit) => records.filter(({ sequence }) => sequence > after).slice(0, limit),
      follow: () => {},
    },
    mapping: {
      id: 'm',
      functionName: 'f',
      sourceArn: 'arn:t',
      batchSize: 100,
      window: 0,
      partialFailures: false,
      maximumConcurrency: undefined,
      bisect: false,
      retries: -1,
      maximumAge: -1,
      onFailureArn: undefined,
      startingPosition: 'TRIM_HORIZON',
      filter: () => true,
    },
    invoke: async (_name, event) => {
      events.push(event)
      return { requestId: 'r', payload: 'null' }
    },
    send: async () => {},
    report: () => {},
  })
  stream.nudge()
  await activity.settled()
  stream.stop()
  const batches = events.map((event) => (JSON.parse(event) as { Records: StreamRecord[] }).Records)
  expect(batches.map((batch) => batch.map(({ sequence }) => sequence))).toEqual([[1, 2, 3], [4], [5], [6, 7]])
  // Only a record that is too large by itself makes an event that is.
  expect(events.map((event) => Buffer.byteLength(event) <= largestPayload)).toEqual([true, true, false, true])
})
