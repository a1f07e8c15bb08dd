import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { absenceKind, personSubject, type Absence } from '../kind/people/absence.ts'
import { rosterKey } from '../kind/system/roster.ts'
import { toInstant } from '../record/id.ts'
import { toItem } from '../record/item.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store, Write } from '../store/store.ts'
import { addAbsence, mendRoster, readAbsences, removeAbsence } from './roster.ts'

const now = Date.parse('2026-11-20T09:00:00Z')
const minutes = (count: number): number => count * 60_000

const absence = (id: string, until = now + minutes(60)): Absence => ({
  tenant: 'main',
  version: 1,
  id,
  subject: personSubject('anna'),
  from: toInstant(now),
  until: toInstant(until),
  reason: 'ill',
})

const idsAt = async (store: Store): Promise<string[]> =>
  (await readAbsences(store, { tenant: 'main', now })).map(({ id }) => id).toSorted()

/** As a post does: reads the roster, writes, and reads again when it has changed meanwhile. */
async function change(store: Store, writes: typeof addAbsence, of: Absence, at = now): Promise<void> {
  for (;;) {
    const roster = await store.get(rosterKey('main'))
    const wanted: Write[] = await writes(roster, of, { store, now: at })
    if ((await store.write(wanted)).stored) return
  }
}

test('is made of the absences that are there, and then read alone', async () => {
  const memory = memoryStore()
  for (const id of ['one', 'two'])
    await memory.write([{ do: 'create', item: toItem(absenceKind, absence(id)) }])
  let queries = 0
  const store: Store = { ...memory, query: async (...asked) => (queries++, memory.query(...asked)) }
  for (let i = 0; i < 3; i++) expect(await idsAt(store)).toEqual(['one', 'two'])
  expect(queries).toBe(1)
})

test('knows an absence as soon as it is entered or taken back, and nothing personal of it', async () => {
  const store = memoryStore()
  expect(await idsAt(store)).toEqual([])
  await change(store, addAbsence, absence('one'))
  await change(store, addAbsence, absence('two'))
  expect(await idsAt(store)).toEqual(['one', 'two'])
  await change(store, removeAbsence, absence('one'))
  expect(await idsAt(store)).toEqual(['two'])
  expect(JSON.stringify(await store.get(rosterKey('main')))).not.toContain('ill')
  expect(store.all().filter(({ kind }) => kind === 'absence')).toHaveLength(1)
})

test('forgets what is over with the next change', async () => {
  const store = memoryStore()
  await change(store, addAbsence, absence('short', now + minutes(5)))
  await change(store, addAbsence, absence('long'), now + minutes(5))
  expect(await idsAt(store)).toEqual(['long'])
})

test('learns from the watchdog of what was written or taken away without it, and is else left as it is', async () => {
  const store = memoryStore()
  await mendRoster(store, 'main', now)
  expect(await store.get(rosterKey('main'))).toMatchObject({ absences: [], version: 1 })
  await change(store, addAbsence, absence('known'))
  await store.write([{ do: 'create', item: toItem(absenceKind, absence('behind its back')) }])
  expect(await idsAt(store)).toEqual(['known'])
  await mendRoster(store, 'main', now)
  expect(await idsAt(store)).toEqual(['behind its back', 'known'])
  await store.write([{ do: 'remove', key: absenceKind.keys(absence('known')), seen: 1 }])
  await mendRoster(store, 'main', now)
  expect(await idsAt(store)).toEqual(['behind its back'])
  const before = store.all()
  for (const later of [0, 30, 90]) await mendRoster(store, 'main', now + minutes(later))
  expect(store.all()).toEqual(before)
})

test('loses nothing of what several enter, take back and read at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom('add', 'remove', 'read', 'mend'), { minLength: 2, maxLength: 12 }),
      async (scheduler, acts) => {
        const memory = memoryStore()
        const before = acts.map((_, i) => absence(`before ${i}`))
        for (const [i, each] of before.entries())
          if (acts[i] === 'remove') await change(memory, addAbsence, each)
        const slow: Store = {
          ...memory,
          get: scheduler.scheduleFunction(memory.get),
          query: scheduler.scheduleFunction(memory.query),
          write: scheduler.scheduleFunction(memory.write),
        }
        const all = Promise.all(
          acts.map(async (act, i) => {
            if (act === 'add') await change(slow, addAbsence, absence(`new ${i}`))
            else if (act === 'remove') await change(slow, removeAbsence, before[i]!)
            else if (act === 'mend') await mendRoster(slow, 'main', now)
            else await idsAt(slow)
          }),
        )
        await scheduler.waitFor(all)
        const expected = acts.flatMap((act, i) => (act === 'add' ? [`new ${i}`] : []))
        expect(await idsAt(memory)).toEqual(expected.toSorted())
        const kept = memory.all().filter(({ kind }) => kind === 'absence')
        expect(kept.map(({ id }) => String(id)).toSorted()).toEqual(expected.toSorted())
      },
    ),
    { numRuns: 200 },
  )
})
