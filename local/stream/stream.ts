/*
 * Gives the changes of a table to a function: the event source mapping of a DynamoDB stream.
 *
 * Problem: every change reaches the function at least once and in order, also when the function fails or this
 * process is killed; a record that always fails must not hold up the rest for ever.
 * Representation: a checkpoint (the last sequence number that is done with) in the store, and in memory the pieces of
 * the batch in hand; a failed piece is halved or waits for its next attempt, in its place.
 * Invariant: the checkpoint moves only past records that were processed or handed to the failure destination.
 * Rejected: writing the attempts down (after a kill a piece begins with its first attempt again, as on AWS when a
 * poller is replaced).
 */
import type { Activity } from '../clock/activity.ts'
import type { Clock } from '../clock/clock.ts'
import { openDurable, type DurableFile } from '../durable.ts'
import type { Invocation } from '../function/pool.ts'
import { largestPayload } from '../payload-size.ts'
import type { EventSourceDefinition } from '../resource/function.ts'
import { failureRecord } from './failure.ts'
import { sequenceText, type RecordSource, type StreamRecord } from './record.ts'

export interface StreamConsumer {
  /** Looks for records now instead of at the next poll. */
  nudge(): void
  /** Faults for tests. */
  fault(fault: StreamFault): void
  readonly checkpoint: number
  stop(): void
}

export interface StreamFault {
  /** Gives everything that the stream still holds again, from the beginning. */
  replay?: boolean
  /** Probability that a batch is given again after the one that follows it. */
  duplicate?: number
  /** Probability that the records of a batch are shuffled; those of the same item stay in order. */
  reorder?: number
  seed?: number
}

export interface StreamOptions {
  file: DurableFile
  source: RecordSource
  clock: Clock
  activity: Activity
  mapping: EventSourceDefinition
  table: string
  functionArn: string
  invoke: (name: string, event: string) => Promise<Invocation>
  /** Hands what was given up to a queue or a bucket; resolves when it is stored there. */
  send: (arn: string, body: string) => Promise<void>
  /** Called when the checkpoint has moved. */
  advanced: () => void
  report: (line: string) => void
}

interface Piece {
  records: StreamRecord[]
  attempt: number
  /** Not before this time. */
  due: number
  /** A repetition that a fault asked for: its outcome changes nothing. */
  isExtra?: boolean
}

/** Delay before the first repetition; it doubles up to the longest. */
const firstDelay = 250
const longestDelay = 60_000
/** For the records of a batch; the rest is the object around them. */
const payloadRoom = largestPayload - 100
/** Delay after a failure of this cloud's own parts. */
const failureDelay = 1000

export function openStream(options: StreamOptions): StreamConsumer {
  const { mapping, source, clock } = options
  const durable = openDurable(options.file)
  durable.db.exec(
    'CREATE TABLE IF NOT EXISTS stream_checkpoint (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL)',
  )
  const save = durable.db.prepare('INSERT OR REPLACE INTO stream_checkpoint VALUES (?, ?)')
  const saved = durable.db.prepare('SELECT sequence FROM stream_checkpoint WHERE id = ?').get(mapping.id)
  let checkpoint = Number(saved?.sequence ?? (mapping.startingPosition === 'LATEST' ? source.latest : 0))
  let pieces: Piece[] = []
  let busy = false
  let stopped = false
  let cancelWait: (() => void) | undefined
  let awaited: number | undefined
  let fault: StreamFault = {}
  let random = randomFrom(1)
  let extra: Piece | undefined
  let batchEnd = checkpoint
  /** until then a batch that is not full waits for more */
  let gathering = 0

  function advance(sequence: number): void {
    if (sequence <= checkpoint) return
    checkpoint = sequence
    durable.write(() => save.run(mapping.id, sequence))
    options.advanced()
  }

  /** Moves the checkpoint as far as nothing is left open before it; a fault may have shuffled the records. */
  function settle(): void {
    const open = pieces.filter((piece) => !piece.isExtra).flatMap((piece) => piece.records)
    advance(open.length === 0 ? batchEnd : Math.min(...open.map((record) => record.sequence)) - 1)
  }

  /** Takes the next records in hand; false when there is nothing to do now. */
  function fill(): boolean {
    if (pieces[0]?.records.length === 0 && pieces[0].due <= clock.now()) pieces = []
    if (pieces.length > 0) return pieces[0]!.due <= clock.now()
    // Looked into once it is full or its time has come, not with each record that joins it.
    if (clock.now() < gathering && source.latest - checkpoint < mapping.batchSize) return false
    let records = withinOnePayload(source.read(checkpoint, mapping.batchSize))
    if (records.length === 0) return false
    const changed = records.filter((record) => record.isWanted)
    if (changed.length === 0) {
      advance(records.at(-1)!.sequence)
      return fill()
    }
    gathering = changed[0]!.createdAt + mapping.window
    if (clock.now() < gathering && records.length < mapping.batchSize) return false
    batchEnd = records.at(-1)!.sequence
    records = fault.reorder && random() < fault.reorder ? shuffle(changed, random) : changed
    pieces = [{ records, attempt: 0, due: 0 }]
    if (extra) pieces.push(extra)
    extra =
      fault.duplicate && random() < fault.duplicate
        ? { records, attempt: 0, due: 0, isExtra: true }
        : undefined
    // With nothing behind it the repetition follows at once.
    if (extra && source.latest <= batchEnd) {
      pieces.push(extra)
      extra = undefined
    }
    return true
  }

  async function work(): Promise<boolean> {
    if (busy || stopped || !fill()) {
      if (!busy && !stopped) waitUntil(pieces[0]?.due ?? (gathering > clock.now() ? gathering : undefined))
      return busy && !stopped
    }
    busy = true
    await options.activity.run(async () => {
      try {
        while (!stopped && fill()) await processFirst()
      } catch (error) {
        options.report(`stream of ${options.table}: ${(error as Error).message}`)
        // Begins again at the checkpoint, which has not moved past anything that is not done with.
        pieces = [{ records: [], attempt: 0, due: clock.now() + failureDelay }]
      } finally {
        busy = false
      }
    })
    waitUntil(pieces[0]?.due ?? (gathering > clock.now() ? gathering : undefined))
    return true
  }

  function waitUntil(due: number | undefined): void {
    if (due !== undefined && due === awaited) return
    awaited = due
    cancelWait?.()
    cancelWait =
      due === undefined || stopped
        ? undefined
        : clock.at(due, () => {
            awaited = undefined
            nudge()
          })
  }

  async function processFirst(): Promise<void> {
    const piece = pieces[0]!
    const { records } = piece
    const event = `{"Records":[${records.map((record) => record.json).join(',')}]}`
    const result = await options.invoke(mapping.functionName, event)
    if (stopped) return
    pieces.shift()
    const done = piece.isExtra ? records.length : doneCount(mapping, records, result)
    if (done < records.length) await failed(piece, records.slice(done), result)
    settle()
  }

  /** Puts what failed back in its place: in halves, for a later attempt, or to the failure destination. */
  async function failed(piece: Piece, rest: StreamRecord[], result: Invocation): Promise<void> {
    if (result.functionError && mapping.bisect && rest.length > 1) {
      const middle = Math.ceil(rest.length / 2)
      const halves = [rest.slice(0, middle), rest.slice(middle)]
      pieces.unshift(...halves.map((records) => ({ records, attempt: piece.attempt, due: 0 })))
      return
    }
    const attempts = piece.attempt + 1
    const tooOld = mapping.maximumAge >= 0 && clock.now() - rest[0]!.createdAt > mapping.maximumAge
    if ((mapping.retries < 0 || attempts <= mapping.retries) && !tooOld) {
      const delay = Math.min(longestDelay, firstDelay * 2 ** piece.attempt)
      pieces.unshift({ records: rest, attempt: attempts, due: clock.now() + delay })
      return
    }
    const condition = tooOld ? 'RecordAgeExceeded' : 'RetryAttemptsExhausted'
    options.report(
      `stream of ${options.table}: ${mapping.functionName} failed ${attempts} times on ${rest.length} records (${condition})`,
    )
    if (mapping.onFailureArn)
      await options.send(
        mapping.onFailureArn,
        failureRecord(options, { records: rest, attempts, condition, result }),
      )
  }

  function nudge(): void {
    void work()
  }

  source.follow(nudge)
  options.activity.source(work)

  return {
    nudge,
    get checkpoint() {
      return checkpoint
    },
    fault(next) {
      fault = next
      random = randomFrom(next.seed ?? 1)
      if (!next.replay) return
      checkpoint = 0
      durable.write(() => save.run(mapping.id, 0))
      nudge()
    },
    stop() {
      stopped = true
      cancelWait?.()
    },
  }
}

/** As many as one invocation takes, but one at least. */
function withinOnePayload(records: StreamRecord[]): StreamRecord[] {
  let size = 0
  const end = records.findIndex(({ json }) => (size += Buffer.byteLength(json) + 1) > payloadRoom)
  return end < 0 ? records : records.slice(0, Math.max(1, end))
}

/** How many records from the beginning count as processed. */
function doneCount(mapping: EventSourceDefinition, records: StreamRecord[], result: Invocation): number {
  if (result.functionError) return 0
  if (!mapping.partialFailures) return records.length
  const answer = JSON.parse(result.payload) as { batchItemFailures?: { itemIdentifier?: string }[] } | null
  const failed = answer?.batchItemFailures ?? []
  if (failed.length === 0) return records.length
  const indexes = failed.map(({ itemIdentifier }) =>
    records.findIndex((record) => sequenceText(record.sequence) === itemIdentifier),
  )
  // An identifier that is none of the batch's means that everything failed.
  return Math.max(0, Math.min(...indexes))
}

/** Mulberry32: the same seed gives the same faults. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A new order in which records of one item keep theirs, as in a stream. */
function shuffle(records: StreamRecord[], random: () => number): StreamRecord[] {
  const byKey = new Map<string, StreamRecord[]>()
  for (const record of records) {
    byKey.set(record.item, [...(byKey.get(record.item) ?? []), record])
  }
  const rest = [...byKey.values()]
  const result: StreamRecord[] = []
  while (rest.length > 0) {
    const index = Math.floor(random() * rest.length)
    result.push(rest[index]!.shift()!)
    if (rest[index]!.length === 0) rest.splice(index, 1)
  }
  return result
}
