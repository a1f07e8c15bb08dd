import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { activityMonitor } from '../clock/activity.ts'
import { virtualClock, type VirtualClock } from '../clock/clock.ts'
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

/** A stream of these records, and the events that its function got. */
function opened(
  name: string,
  records: StreamRecord[],
  { clock = virtualClock(0), ...mapping }: { clock?: VirtualClock; window?: number; batchSize?: number } = {},
) {
  const events: string[] = []
  const activity = activityMonitor()
  const stream = openStream({
    file: join(folder, name),
    clock,
    activity,
    table: 't',
    advanced: () => {},
    functionArn: 'arn:f',
    source: {
      get latest() {
        return records.length
      },
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
      ...mapping,
    },
    invoke: async (_name, event) => {
      events.push(event)
      return { requestId: 'r', payload: 'null' }
    },
    send: async () => {},
    report: () => {},
  })
  const batches = () =>
    events.map((event) =>
      (JSON.parse(event) as { Records: StreamRecord[] }).Records.map(({ sequence }) => sequence),
    )
  const look = async () => {
    stream.nudge()
    await activity.settled()
  }
  return { stream, events, batches, look }
}

test('a batch is no larger than one invocation may be, and every record comes once and in order', async () => {
  const sizes = [1_000_000, 2_000_000, 3_000_000, 2_900_000, 6_400_000, 1000, 1000]
  const { stream, events, batches, look } = opened(
    'a.sqlite',
    sizes.map((bytes, i) => recordOf(i + 1, bytes)),
  )
  await look()
  stream.stop()
  expect(batches()).toEqual([[1, 2, 3], [4], [5], [6, 7]])
  // Only a record that is too large by itself makes an event that is.
  expect(events.map((event) => Buffer.byteLength(event) <= largestPayload)).toEqual([true, true, false, true])
})

test('with a window a batch waits until it is full or its first record has waited so long', async () => {
  const clock = virtualClock(0)
  const records = [recordOf(1, 10), recordOf(2, 10)]
  const { stream, batches, look } = opened('b.sqlite', records, { clock, window: 1000, batchSize: 4 })
  await look()
  expect(batches()).toEqual([])
  records.push(recordOf(3, 10))
  await look()
  expect(batches()).toEqual([])
  records.push(recordOf(4, 10), recordOf(5, 10))
  await look()
  expect(batches()).toEqual([[1, 2, 3, 4]])
  await clock.advanceTo(999, async () => {})
  await look()
  expect(batches()).toHaveLength(1)
  await clock.advanceTo(1000, async () => {})
  await look()
  expect(batches()).toEqual([[1, 2, 3, 4], [5]])
  stream.stop()
})
