import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toInstant } from '../record/id.ts'
import type { Item } from '../record/item.ts'
import { idOfFile, keyOf, recordKey, workOfPerson, workOfQueue } from '../record/key.ts'
import { memoryStore } from './memory.ts'
import type { IndexEntry, Store } from './store.ts'
import { countedWorkList, mostCounted, workList } from './work-list.ts'

const tenant = 'test'
const partitions = [workOfPerson(tenant, 'anna'), workOfQueue(tenant, 'a'), workOfQueue(tenant, 'b')]
const monday = Date.parse('2027-03-01T09:00:00.000Z')

interface Work {
  holder: number
  kind: 'lead' | 'ticket'
  /** few, so that many are due at once */
  hour: number
  isShown: boolean
}

const work = fc.record<Work>({
  holder: fc.nat({ max: partitions.length - 1 }),
  kind: fc.constantFrom('lead', 'ticket'),
  hour: fc.nat({ max: 3 }),
  isShown: fc.boolean(),
})

const itemOf = ({ holder, kind, hour, isShown }: Work, number: number): Item => {
  const id = `${kind}_${String(number).padStart(3, '0')}`
  const due = toInstant(monday + hour * 3_600_000)
  const line = { called: id, due, isShown }
  const workKeys = { workPk: partitions[holder], workSk: keyOf(due, kind, id) }
  return { ...recordKey(tenant, id), ...workKeys, kind, version: 1, line }
}

async function storeOf(all: readonly Work[]): Promise<Store> {
  const store = memoryStore()
  for (const [number, each] of all.entries())
    await store.write([{ do: 'create', item: itemOf(each, number) }])
  return store
}

const keep = ({ line }: IndexEntry): boolean => line.isShown === true
const idOf = ({ pk }: IndexEntry): string => idOfFile(pk)

async function pagesOf(store: Store, limit: number): Promise<string[][]> {
  const pages: string[][] = []
  let after: string | undefined
  do {
    const page = await workList(store, partitions, { limit, after, keep })
    pages.push(page.entries.map(idOf))
    after = page.next
  } while (after !== undefined)
  return pages
}

test('pages together are the sorted union, without gap or repetition, also of what is due at one moment', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(work, { maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      async (all, limit) => {
        const pages = await pagesOf(await storeOf(all), limit)
        const sorted = all
          .map((each, number) => ({ ...each, item: itemOf(each, number) }))
          .filter(({ isShown }) => isShown)
          .toSorted((a, b) => (a.item.workSk! < b.item.workSk! ? -1 : 1))
        expect(pages.flat()).toEqual(sorted.map(({ item }) => idOfFile(item.pk)))
        // A page is full, unless it is the last one.
        for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit)
      },
    ),
  )
})

test('the first page is counted with what follows, by what is due and by kind, as far as it is shown', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(work, { maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      async (all, limit) => {
        const store = await storeOf(all)
        const isOverdue = ({ line }: IndexEntry) => String(line.due) <= toInstant(monday + 3_600_000)
        const { count, ...page } = await countedWorkList(store, partitions, { limit, keep, isOverdue })
        expect(page).toEqual(await workList(store, partitions, { limit, keep }))
        const shown = all.filter(({ isShown }) => isShown)
        const kinds = Object.entries(Object.groupBy(shown, ({ kind }) => kind))
        expect(count).toEqual({
          total: shown.length,
          overdue: shown.filter(({ hour }) => hour <= 1).length,
          kinds: Object.fromEntries(kinds.map(([kind, some]) => [kind, some.length])),
        })
      },
    ),
  )
})

test('of more than are counted each number is the least that it can be', async () => {
  const one = { holder: 1, kind: 'lead', hour: 0, isShown: true } as const
  const store = await storeOf(Array.from({ length: mostCounted + 1 }, () => one))
  const first = await countedWorkList(store, partitions, { limit: 2, keep, isOverdue: () => true })
  expect(first.count).toEqual({
    total: mostCounted,
    overdue: mostCounted,
    kinds: { lead: mostCounted },
    isMore: true,
  })
  expect(first.next).toBe((await workList(store, partitions, { limit: 2, keep })).next)
})

test('a page after which nothing is shown is the last one', async () => {
  const shown = { holder: 0, kind: 'lead', hour: 0, isShown: true } as const
  const store = await storeOf([shown, { ...shown, hour: 1, isShown: false }])
  expect(await workList(store, partitions, { limit: 1, keep })).toMatchObject({ entries: [{}] })
  expect((await workList(store, partitions, { limit: 1, keep })).next).toBeUndefined()
})

test('of much that is not shown a page is short, says where to go on, and no page asks endlessly', async () => {
  const hidden = { holder: 1, kind: 'lead', hour: 0, isShown: false } as const
  const store = await storeOf([
    ...Array.from({ length: 200 }, () => hidden),
    { ...hidden, hour: 1, isShown: true },
  ])
  let asked = 0
  const counting: Store = { ...store, lines: async (...of) => (asked++, store.lines(...of)) }
  const first = await workList(counting, partitions, { limit: 2, keep })
  expect(first.entries).toEqual([])
  expect(asked).toBeLessThanOrEqual(12 * partitions.length)
  expect((await pagesOf(store, 2)).flat()).toEqual(['lead_200'])
})

test.each(['', 'x', '2027-03-01T09:00:00.000Z', '2027-03-01T09:00:00.000Z~lead', 'eyJwIjoxfQ'])(
  'what is no page of the list is refused: %j',
  async (after) => {
    await expect(workList(memoryStore(), partitions, { limit: 2, after, keep })).rejects.toMatchObject({
      code: 'input.invalid',
      where: 'after',
    })
  },
)
