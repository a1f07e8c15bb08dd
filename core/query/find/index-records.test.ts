import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { toItem } from '../../record/item.ts'
import type { AnyRecord, Kind } from '../../record/kind.ts'
import { person, personKind } from './fixture.ts'
import { indexChanges } from './index-records.ts'
import { memoryFind } from './memory.ts'
import { postingsOf } from './posting.ts'

/** In no list any more once it was merged. */
const mergedKind: Kind = {
  ...personKind,
  keys: (record) => ({
    ...personKind.keys(record),
    ...(record.notes === 'merged' && { listPk: undefined, listSk: undefined }),
  }),
}
const kinds = new Map([[mergedKind.name, mergedKind]])

const fields = fc.record({
  name: fc.constantFrom('Olena Shevchenko', 'Olena Bondar', 'Olena'),
  notes: fc.constantFrom('called', 'wrote', 'merged'),
  place: fc.constantFrom(undefined, {}, { city: 'Kyiv' }, { city: 'Lviv' }),
  phones: fc.constantFrom(undefined, ['+380441234507'], ['+380441234507', '+4930901820']),
})
const states = fc.array(fc.option(fields, { nil: undefined }), { maxLength: 8 })

const sorted = (record: AnyRecord | undefined): unknown[] =>
  (record ? postingsOf(mergedKind, record) : []).toSorted((a, b) =>
    `${a.pk}\n${a.sk}` < `${b.pk}\n${b.sk}` ? -1 : 1,
  )

test('after any changes, in batches of any size, there are the postings of the last state and no others', async () => {
  await fc.assert(
    fc.asyncProperty(states, fc.integer({ min: 1, max: 4 }), async (all, size) => {
      const records = all.map((each, i) => each && { ...person(1, each), version: i + 1 })
      const items = records.map((record) => record && toItem(mergedKind, record))
      const changes = items.map((after, i) => ({ before: items[i - 1], after }))
      const find = memoryFind()
      for (let from = 0; from < changes.length; from += size)
        await indexChanges(find, kinds, changes.slice(from, from + size))
      expect(find.all()).toEqual(sorted(records.at(-1)))
    }),
    { numRuns: 300 },
  )
})

test('a change of what nobody looks for reads no record, and writes nothing', async () => {
  const before = toItem(mergedKind, person(1, { name: 'Olena', notes: 'called' }))
  // A reading of it would throw.
  const after = { ...before, version: 2, notes: { not: 'a text' } }
  const find = {
    ...memoryFind(),
    write: async (changes: readonly unknown[]) => {
      expect(changes).toEqual([])
    },
  }
  await indexChanges(find, kinds, [{ before, after }])
})
