import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { toItem } from '../../record/item.ts'
import type { AnyRecord } from '../../record/kind.ts'
import type { Store } from '../../store/store.ts'
import { kindOfRecord, kinds, person, request, tenant, world } from './fixture.ts'
import { rebuildStep, type RebuildPlace } from './rebuild.ts'

const since = '2027-03-02T09:00:00.000Z'

/** From the first step to the last; what happens between two of them is up to `between`. */
async function rebuild(
  firm: Pick<ReturnType<typeof world>, 'find' | 'store'>,
  between: () => Promise<void> = async () => {},
): Promise<{ written: number; removed: number }> {
  const all = { written: 0, removed: 0 }
  let place: RebuildPlace | undefined = { since, list: 0 }
  while (place) {
    const step = await rebuildStep(firm, kinds, tenant, place)
    all.written += step.written
    all.removed += step.removed
    place = step.next
    await between()
  }
  return all
}

const words = ['anna', 'Шевченко', 'müller', 'kyiv', 'delta', '日本']
const recordsOf = fc.uniqueArray(
  fc.record({
    number: fc.nat(400),
    isRequest: fc.boolean(),
    text: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }),
    status: fc.constantFrom('open', 'done'),
  }),
  { maxLength: 30, selector: ({ number, isRequest }) => `${number} ${isRequest}` },
)
const recordOf = ({
  number,
  isRequest,
  text,
  status,
}: {
  number: number
  isRequest: boolean
  text: string[]
  status: string
}): AnyRecord =>
  isRequest
    ? {
        ...request(number, text.join(' ')),
        status,
        ...(status === 'done' && { closedAt: '2026-05-01T09:00:00.000Z' }),
      }
    : person(number, { name: text.join(' ') })

test('what is written anew is what the projector wrote, after it was dropped or spoilt', async () => {
  await fc.assert(
    fc.asyncProperty(recordsOf, fc.func(fc.nat(2)), async (given, spoil) => {
      const firm = world()
      await firm.put(...given.map(recordOf))
      // Old words, which leave.
      await firm.put(
        ...given.slice(0, 5).map((each) => ({ ...recordOf({ ...each, text: ['omega'] }), version: 2 })),
      )
      const [postings, learned] = [firm.find.all(), firm.find.learned()]
      for (const posting of postings)
        if (spoil(posting.sk) === 1) await firm.find.write([{ remove: posting }])
        else if (spoil(posting.sk) === 2)
          await firm.find.write([{ put: { ...posting, sk: posting.sk.replace('#', 'x#') } }])
      await rebuild(firm)
      expect(firm.find.all()).toEqual(postings)
      firm.find.clear()
      expect((await rebuild(firm)).written).toBe(given.length)
      expect(firm.find.all()).toEqual(postings)
      // The dictionary forgets words that nobody has any more when it is dropped, else never.
      expect(learned).toEqual(expect.arrayContaining(firm.find.learned()))
    }),
    { numRuns: 60 },
  )
})

test('postings of other tenants stay', async () => {
  const firm = world([person(1, { name: 'Anna' })])
  await firm.ready
  const others = firm.find.all().map((posting) => ({ ...posting, pk: posting.pk.replace(tenant, 'firm2') }))
  await firm.find.write(others.map((put) => ({ put })))
  expect(await rebuild(firm)).toEqual({ written: 1, removed: 0 })
  expect(firm.find.all()).toHaveLength(2)
})

test('a record that is changed while its words are written keeps the new ones', async () => {
  const old = person(1, { name: 'Anna Alt', place: { city: 'Kyiv' } })
  const firm = world([old])
  await firm.ready
  let reads = 0
  const changed = { ...old, version: 2, name: 'Anna Neu' }
  const store: Pick<Store, 'getAll' | 'lines'> = {
    lines: firm.store.lines,
    getAll: async (keys) => {
      const found = await firm.store.getAll(keys)
      // The projector is done with the change before what was read is written.
      if (reads++ === 0) await firm.put(changed)
      return found
    },
  }
  await rebuild({ find: firm.find, store: { ...firm.store, ...store } })
  expect(await firm.ids('anna neu')).toEqual([old.id])
  expect(firm.find.all().map(({ words: told }) => told)).toEqual(Array(3).fill('anna neu kiv'))
})

test('a record that is opened again while its list was passed is found', async () => {
  const done = { ...request(1, 'Pump drips'), status: 'done', closedAt: '2026-05-01T09:00:00.000Z' }
  const firm = world([done])
  await firm.ready
  firm.find.clear()
  let step = 0
  await rebuild(firm, async () => {
    if (step++) return
    const { closedAt: _, ...open } = done
    const again = { ...open, status: 'open', version: 2, updatedAt: '2027-03-02T09:00:01.000Z' }
    await firm.store.project([{ put: toItem(kindOfRecord(again), again) }])
  })
  expect(await firm.ids('pump')).toEqual([done.id])
})

test('what may be repeated by whoever lost an answer is repeated without harm', async () => {
  const firm = world(Array.from({ length: 250 }, (_, i) => person(i, { name: `Name ${i}` })))
  await firm.ready
  const before = firm.find.all()
  let place: RebuildPlace | undefined = { since, list: 0 }
  while (place) {
    const first = await rebuildStep(firm, kinds, tenant, place)
    const again = await rebuildStep(firm, kinds, tenant, place)
    expect(again.next).toEqual(first.next)
    place = again.next
  }
  expect(firm.find.all()).toEqual(before)
})
