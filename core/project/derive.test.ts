import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { derivedKey, derivedKind, derivedPageKind, pagedBefore, pagedFrom } from '../kind/system/derived.ts'
import { fromItem, toItem, type Item } from '../record/item.ts'
import { fileOf } from '../record/key.ts'
import type { AnyRecord, Kind } from '../record/kind.ts'
import { changedRecord, movedRecord, newRecord } from '../record/operation/operation.ts'
import { memoryStore, type MemoryStore } from '../store/memory.ts'
import { lastOfEach, type Store } from '../store/store.ts'
import { deriveFile } from './derive.ts'
import { reduce, valuesAt } from './derived.ts'
import { kinds, order, plan, ticket } from './fixture.ts'
import { filesToDerive, projectionsOf, type ItemChange } from './project.ts'

const tenant = 'tenant'
const now = Date.parse('2027-03-01T09:00:00.000Z')
const customers = ['cus_a', 'cus_b'] as const

/** So many in a run of the tests; HOLDFAST_RUNS asks for more. */
const runs = Number(process.env.HOLDFAST_RUNS ?? 1_000)

/* What people do: few records, so that what they do to one meets. */

const acts = fc.array(
  fc.record({
    record: fc.nat({ max: 4 }),
    act: fc.constantFrom('close', 'reopen', 'move', 'change', 'rename'),
  }),
  { minLength: 3, maxLength: 12 },
)
type Act = { record: number; act: string }

/** The changes of each record, in the order of the stream, which has all of one record in one shard. */
function streamOf(all: readonly Act[], shards: number): ItemChange[][] {
  const records = new Map<number, AnyRecord>()
  const streams: ItemChange[][] = Array.from({ length: shards }, () => [])
  for (const [i, { record: number, act }] of all.entries()) {
    const kind = number % 2 ? order : ticket
    const was = records.get(number)
    const is = was ? next(kind, was, act, i) : made(kind, number)
    if (is === was) continue
    records.set(number, is)
    streams[number % shards]!.push({ before: was && toItem(kind, was), after: toItem(kind, is) })
  }
  return streams
}

const context = (i: number, id: string) => ({ tenant, now: now + i, caller: 'anna', newId: () => id })

function made(kind: Kind, number: number): AnyRecord {
  const customerId = customers[number % 3 ? 0 : 1]
  const said =
    kind === ticket
      ? { type: 'complaint', level: 'basic' }
      : { paid: 'yes', on: '2027-02-01', total: { minor: 10 ** number, currency: 'EUR' } }
  return newRecord(kind, { customerId, ...said }, context(0, `${kind.prefix}_${number}`))
}

function next(kind: Kind, was: AnyRecord, act: string, i: number): AnyRecord {
  const when = context(i, '')
  if (act === 'move') {
    const customerId = customers.find((id) => id !== was.customerId)
    return changedRecord(kind, was, { customerId }, when)
  }
  if (act === 'rename') return kind === order ? changedRecord(kind, was, { note: `note ${i}` }, when) : was
  if (kind === order) return changedRecord(kind, was, { paid: was.paid === 'yes' ? 'no' : 'yes' }, when)
  if (act === 'change')
    return changedRecord(kind, was, { level: was.level === 'basic' ? 'premium' : 'basic' }, when)
  const name = was.status === 'new' ? 'close' : 'reopen'
  return movedRecord(kind, was, { name, input: {} }, when)
}

/** How a projector would be wrong. */
type Wrong = 'unconditional' | 'line last' | 'equal is left out'

/** One batch as `on/project` does it, on pages so small that they are divided and marked. */
async function project(store: Store, changes: readonly ItemChange[], wrong?: Wrong): Promise<void> {
  const write = async () =>
    store.project(lastOfEach(changes.flatMap((change) => projectionsOf(kinds, change))))
  if (wrong !== 'line last') await write()
  for (const file of filesToDerive(kinds, changes))
    await deriveFile(store, plan, file, { now, mostLines: 2, mostPages: 1 })
  if (wrong === 'line last') await write()
}

/** The store in which each call takes a turn of the scheduler, and which is wrong in one way if wanted. */
function turning(memory: MemoryStore, scheduler: fc.Scheduler, wrong?: Wrong): Store {
  const turn = <T>(label: string, act: () => Promise<T>): Promise<T> =>
    scheduler.schedule(Promise.resolve(), label).then(act)
  return {
    ...memory,
    get: (key) => turn('get', async () => memory.get(key)),
    query: (pk, options) => turn('query', async () => memory.query(pk, options)),
    project: (projections) => turn('project', async () => memory.project(projections)),
    write: (writes) =>
      turn('write', async () => {
        const puts = writes.flatMap((each) => ('item' in each ? [each.item] : []))
        if (wrong === 'unconditional') {
          await memory.project(puts.map((put) => ({ put })))
          return { stored: true }
        }
        const [only] = puts
        const present = only && puts.length === 1 ? await memory.get(only) : undefined
        const isEqual =
          present &&
          JSON.stringify([present.parts, present.pending]) === JSON.stringify([only!.parts, only!.pending])
        if (wrong === 'equal is left out' && isEqual && present.version === only!.version - 1)
          return { stored: true }
        return memory.write(writes)
      }),
  }
}

/** Everything at once: a projector for each shard, some batches delivered again, and one for the pages that come back. */
async function settled(
  scenario: { acts: readonly Act[]; shards: number; sizes: Iterator<number> },
  scheduler: fc.Scheduler,
  wrong?: Wrong,
): Promise<MemoryStore> {
  const memory = memoryStore()
  const store = turning(memory, scheduler, wrong)
  const streams = streamOf(scenario.acts, scenario.shards)
  const draw = (): number => scenario.sizes.next().value as number
  let running = streams.length
  async function shard(changes: readonly ItemChange[]): Promise<void> {
    for (let at = 0; at < changes.length;) {
      const size = 1 + (draw() % 3)
      // What was not acknowledged comes again, and what came after it.
      const from = Math.max(0, at - (draw() % 3))
      await project(store, changes.slice(from, at + size), wrong)
      at += size
    }
    running--
  }
  async function marked(): Promise<void> {
    for (
      let at = 0;
      running > 0 || at < memory.changes().length;
      await scheduler.schedule(Promise.resolve())
    ) {
      const batch = memory.changes().slice(at)
      at += batch.length
      const pages = batch.filter(
        ({ after }) => after?.kind === derivedPageKind.kind && after.pending !== undefined,
      )
      if (pages.length) await project(store, pages, wrong)
    }
  }
  await scheduler.waitFor(Promise.all([...streams.map(shard), marked()]))
  return memory
}

const linesIn = async (store: Store, id: string): Promise<Item[]> =>
  (await store.query(fileOf(tenant, id), { from: pagedFrom, before: pagedBefore })).items

async function derivedIn(store: Store, id: string): Promise<Record<string, unknown> | undefined> {
  const item = await store.get(derivedKey(tenant, id))
  return item && valuesAt(plan, fromItem(derivedKind, item).parts, now)
}

/** Customers whose derived fields are other than those of their lines; none has lines and no derived fields. */
async function wrongOnes(store: Store): Promise<string[]> {
  const wrong: string[] = []
  for (const id of customers) {
    const lines = await linesIn(store, id)
    const is = await derivedIn(store, id)
    const should = valuesAt(plan, reduce(plan, lines, now), now)
    if ((is || lines.length) && JSON.stringify(is) !== JSON.stringify(should)) wrong.push(id)
  }
  return wrong
}

const scenario = fc.record({
  acts,
  shards: fc.integer({ min: 1, max: 3 }),
  sizes: fc.infiniteStream(fc.nat({ max: 8 })),
})

test(
  'whatever the order in which several projectors meet, and however often a change is read, the derived fields are those of the lines',
  { timeout: 1_200_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(scenario, fc.scheduler(), async (drawn, scheduler) => {
        expect(await wrongOnes(await settled(drawn, scheduler))).toEqual([])
      }),
      { numRuns: runs },
    )
  },
)

test.each(['unconditional', 'line last', 'equal is left out'] as const)(
  'which fails when it is done otherwise: %s',
  { timeout: 1_200_000 },
  async (wrong) => {
    const property = fc.asyncProperty(scenario, fc.scheduler(), async (drawn, scheduler) => {
      expect(await wrongOnes(await settled(drawn, scheduler, wrong))).toEqual([])
    })
    expect((await fc.check(property, { numRuns: 20_000, endOnFailure: true })).failed).toBe(true)
  },
)

/** A file of so many tickets, written as they come. */
function fileOfTickets(count: number): { store: MemoryStore; changes: { before: undefined; after: Item }[] } {
  const store = memoryStore()
  const changes = Array.from({ length: count }, (_, i) => {
    const id = `tkt_${String(i).padStart(6, '0')}`
    const said = { customerId: 'cus_a', type: 'complaint', level: 'basic' }
    return { before: undefined, after: toItem(ticket, newRecord(ticket, said, context(i, id))) }
  })
  return { store, changes }
}

/** Lets the marked pages come back until none does; says how many calls that took, and the most that one of them read. */
async function comeBack(store: MemoryStore, from: number): Promise<{ calls: number; mostRead: number }> {
  let [at, calls, mostRead] = [from, 0, 0]
  while (at < store.changes().length) {
    const batch = store.changes().slice(at)
    at += batch.length
    const files = filesToDerive(
      kinds,
      batch.filter(({ after }) => after?.kind === derivedPageKind.kind),
    )
    for (const file of files) {
      let read = 0
      const counting: Store = {
        ...store,
        query: async (pk, options) => {
          const page = await store.query(pk, options)
          read += page.items.filter(({ kind }) => kind === 'ticket-line').length
          return page
        },
      }
      await deriveFile(counting, plan, file, { now })
      mostRead = Math.max(mostRead, read)
      calls++
    }
  }
  return { calls, mostRead }
}

test('a file with 5,000 lines is computed anew in calls that read at most 402, and one of them in two', async () => {
  const { store, changes } = fileOfTickets(5_000)
  await store.project(lastOfEach(changes.flatMap((change) => projectionsOf(kinds, change))))
  const before = store.changes().length
  const file = { tenant, subject: { kind: 'customer', id: 'cus_a' }, touched: [pagedFrom] }
  await deriveFile(store, plan, file, { now })
  expect(await derivedIn(store, 'cus_a'), 'a part is not shown as all of it').toBeUndefined()
  const { calls, mostRead } = await comeBack(store, before)
  expect(mostRead).toBeLessThanOrEqual(402)
  expect(calls).toBeLessThanOrEqual(26)
  expect(await derivedIn(store, 'cus_a')).toMatchObject({ openTickets: 5_000, complaints90Days: 5_000 })

  const was = fromItem(ticket, changes[2_500]!.after)
  const is = movedRecord(ticket, was, { name: 'close', input: {} }, context(1, ''))
  const change = { before: toItem(ticket, was), after: toItem(ticket, is) }
  const after = store.changes().length
  await store.project(projectionsOf(kinds, change))
  await deriveFile(store, plan, filesToDerive(kinds, [change])[0]!, { now })
  expect((await comeBack(store, after)).calls).toBeLessThanOrEqual(1)
  expect(await derivedIn(store, 'cus_a')).toMatchObject({ openTickets: 4_999, complaints90Days: 5_000 })
})

test('lines all over a long file are marked and come back, and until then nothing half is shown', async () => {
  const { store, changes } = fileOfTickets(2_000)
  const write = async (all: readonly ItemChange[]) =>
    store.project(lastOfEach(all.flatMap((change) => projectionsOf(kinds, change))))
  await write(changes)
  await deriveFile(
    store,
    plan,
    { ...filesToDerive(kinds, changes.slice(0, 1))[0]!, touched: [pagedFrom] },
    { now },
  )
  await comeBack(store, 0)
  const closed = changes
    .filter((_, i) => i % 100 === 0)
    .map(({ after }) => ({
      before: after,
      after: toItem(
        ticket,
        movedRecord(ticket, fromItem(ticket, after), { name: 'close', input: {} }, context(1, '')),
      ),
    }))
  await write(closed)
  const before = store.changes().length
  const [file] = filesToDerive(kinds, closed)
  await deriveFile(store, plan, file!, { now })
  expect(await derivedIn(store, 'cus_a')).toMatchObject({ openTickets: 2_000 })
  await comeBack(store, before)
  expect(await derivedIn(store, 'cus_a')).toMatchObject({ openTickets: 1_980, complaints90Days: 2_000 })
})

test('what was declared otherwise is computed anew, and rebuilt from nothing it is the same', async () => {
  const { store, changes } = fileOfTickets(450)
  await project(store, changes)
  await comeBack(store, 0)
  const whole = await derivedIn(store, 'cus_a')
  expect(whole).toMatchObject({ openTickets: 450 })

  const file = { tenant, subject: { kind: 'customer', id: 'cus_a' } }
  const { openTickets, ...others } = plan
  const other = { ...others, unsolved: openTickets! }
  // 450 lines are at most five pages, of which a call reads two.
  for (let call = 0; call < 3; call++) await deriveFile(store, other, { ...file, touched: [] }, { now })
  const item = (await store.get(derivedKey(tenant, 'cus_a')))!
  expect(valuesAt(other, fromItem(derivedKind, item).parts, now)).toMatchObject({ unsolved: 450 })

  const derived = store.all().filter(({ kind }) => kind === derivedKind.kind || kind === derivedPageKind.kind)
  await store.project(derived.map(({ pk, sk }) => ({ remove: { pk, sk } })))
  const from = store.changes().length
  await deriveFile(store, plan, { ...file, touched: [pagedFrom] }, { now })
  await comeBack(store, from)
  expect(await derivedIn(store, 'cus_a')).toEqual(whole)
})

test('a line that is written while its marked page is being read is not lost', async () => {
  const { store, changes } = fileOfTickets(20)
  const small = { now, mostLines: 4, mostPages: 1 }
  const file = { tenant, subject: { kind: 'customer', id: 'cus_a' } }
  const comeBack = async () => {
    for (let call = 0; call < 20; call++) await deriveFile(store, plan, { ...file, touched: [] }, small)
  }
  /** Among what happened it touches the first page, which is the one that is read; that of the ticket is marked. */
  const close = async (number: number) => {
    const before = changes[number]!.after
    const context = { now: now + number, caller: 'anna' }
    const is = movedRecord(ticket, fromItem(ticket, before), { name: 'close', input: {} }, context)
    const change = { before, after: toItem(ticket, is) }
    await store.project(projectionsOf(kinds, change))
    await deriveFile(store, plan, filesToDerive(kinds, [change])[0]!, small)
  }
  await store.project(changes.flatMap((change) => projectionsOf(kinds, change)))
  await deriveFile(store, plan, { ...file, touched: [pagedFrom] }, small)
  await comeBack()
  expect(await derivedIn(store, 'cus_a')).toMatchObject({ openTickets: 20 })

  await close(18)
  let isFirst = true
  const slow: Store = {
    ...store,
    write: async (writes) => {
      if (isFirst) {
        isFirst = false
        await close(5)
        await close(19)
      }
      return store.write(writes)
    },
  }
  await deriveFile(slow, plan, { ...file, touched: [] }, small)
  await comeBack()
  expect(await derivedIn(store, 'cus_a')).toMatchObject({ openTickets: 17, complaints90Days: 20 })
})
