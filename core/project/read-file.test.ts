import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { derivedKey } from '../kind/system/derived.ts'
import { many, optional, ref, text } from '../record/field.ts'
import { toItem, type Item } from '../record/item.ts'
import { entryKey, fileOf } from '../record/key.ts'
import { kind, type Kind } from '../record/kind.ts'
import { newRecord } from '../record/operation/operation.ts'
import { memoryStore } from '../store/memory.ts'
import type { FileOptions, Store } from '../store/store.ts'
import { ticket } from './fixture.ts'
import { lineItem } from './line.ts'
import { readFile, type FileAsked, type FileRead } from './read-file.ts'
import { tellEntry, type Position } from './timeline.ts'

const tenant = 'acme'

/** Somebody who has other files beside his own. */
const client = kind({
  name: 'client',
  plural: 'clients',
  prefix: 'cli',
  title: 'Client',
  help: 'Who buys.',
  fields: () => ({ name: text('Name'), files: optional(many('Files', ref('lead', 'Lead'))) }),
  called: ({ name }) => name,
  files: 'files',
}) as unknown as Kind

const context = { tenant, now: Date.parse('2027-03-01T09:00:00.000Z'), caller: 'anna', newId: () => 'cli_1' }
const record = (files?: string[]) =>
  newRecord(client, { name: 'Example GmbH', ...(files && { files }) }, context)

const entryOf = (file: string, at: string, id: string): Item => ({
  pk: fileOf(tenant, file),
  sk: entryKey('happened', at, 'note', id),
  kind: 'note',
  version: 1,
  at,
  id,
})
const below = (file: string): Item => ({
  pk: fileOf(tenant, file),
  sk: entryKey('change', '00001'),
  kind: 'change',
  version: 1,
})
const open = (file: string, id: string): Item => ({
  pk: fileOf(tenant, file),
  sk: entryKey('open', 'ticket', id),
  kind: 'ticket-line',
  version: 1,
  id,
  createdAt: '2027-01-01T00:00:00.000Z',
  line: { called: id },
})

/** A store that counts what is asked of it. */
async function storeOf(items: readonly Item[]) {
  const store = memoryStore()
  await store.project(items.map((put) => ({ put })))
  const asked: FileOptions[] = []
  const means: Pick<Store, 'get' | 'file'> & {
    asked: FileOptions[]
    gets: number
    add(item: Item): Promise<void>
  } = {
    asked,
    gets: 0,
    add: async (put) => store.project([{ put }]),
    async get(key) {
      means.gets++
      return store.get(key)
    },
    async file(of, options = {}) {
      asked.push(options)
      return store.file(of, options)
    },
  }
  return means
}

async function allPages(
  store: Pick<Store, 'get' | 'file'>,
  asked: Omit<FileAsked, 'tenant' | 'id' | 'after'>,
): Promise<FileRead[]> {
  const pages: FileRead[] = []
  let after: Position | undefined
  do {
    const page = await readFile(store, client, { tenant, id: 'cli_1', ...asked, after })
    pages.push(page!)
    after = page!.next
  } while (after)
  return pages
}

const idsOf = (pages: readonly FileRead[]): unknown[] =>
  pages.flatMap(({ entries }) => entries.map(({ pk, id }) => `${pk} ${String(id)}`))

describe('a file', () => {
  const minute = (n: number): string => new Date(Date.UTC(2027, 0, 1, 0, n)).toISOString()
  const long = Array.from({ length: 500 }, (_, n) => entryOf('cli_1', minute(n), `n${n}`))
  const derived: Item = { ...derivedKey(tenant, 'cli_1'), kind: 'derived', version: 1 }

  test('is read by one query: the record, what is derived, what is open, the newest of what happened', async () => {
    const opened = ['t1', 't2', 't3'].map((id) => open('cli_1', id))
    const store = await storeOf([toItem(client, record()), derived, ...opened, ...long, below('cli_1')])
    const first = await readFile(store, client, { tenant, id: 'cli_1', limit: 50 })
    expect(first).toMatchObject({ record: record(), derived, isStandingCut: false })
    expect(first!.standing.map(({ id }) => id)).toEqual(['t3', 't2', 't1'])
    expect(first!.entries.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, n) => `n${499 - n}`))
    expect(store.asked).toEqual([{ from: '6#', limit: 62 }])
    expect(store.gets).toBe(0)
  })

  test('goes on by one query and a read of the record, which says what may be seen', async () => {
    const store = await storeOf([toItem(client, record()), ...long, below('cli_1')])
    const { next } = (await readFile(store, client, { tenant, id: 'cli_1', limit: 50 }))!
    store.asked.length = 0
    const second = await readFile(store, client, { tenant, id: 'cli_1', limit: 50, after: next })
    expect(second!.entries[0]!.id).toBe('n449')
    expect([store.asked.length, store.gets]).toEqual([1, 1])
  })

  test('of which much is open shows all of it, and so many entries all the same', async () => {
    const opened = Array.from({ length: 130 }, (_, n) => open('cli_1', `t${n}`))
    const store = await storeOf([toItem(client, record()), ...opened, ...long])
    const first = (await readFile(store, client, { tenant, id: 'cli_1', limit: 50 }))!
    expect([first.standing.length, first.entries.length, first.isStandingCut]).toEqual([130, 50, false])
  })

  test('of which more is open than can be shown says so, and passes over the rest', async () => {
    const opened = Array.from({ length: 900 }, (_, n) => open('cli_1', `t${n}`))
    const store = await storeOf([toItem(client, record()), ...opened, ...long])
    const first = (await readFile(store, client, { tenant, id: 'cli_1', limit: 10 }))!
    expect([first.standing.length, first.isStandingCut]).toEqual([200, true])
    expect(first.entries.map(({ id }) => id)).toContain('n499')
    expect(idsOf(await allPages(store, { limit: 100 }))).toHaveLength(500)
  })

  test('looks at so many entries for what is wanted, and a short page goes on', async () => {
    const more = Array.from({ length: 2_500 }, (_, n) => entryOf('cli_1', minute(n), `n${n}`))
    const store = await storeOf([toItem(client, record()), ...more])
    const pages = await allPages(store, { limit: 50, keep: ({ id }) => id === 'n7', keepsFew: true })
    expect(pages.map(({ entries }) => entries.length)).toEqual([0, 0, 1])
    expect(store.asked).toHaveLength(11)
  })

  test('of a record that is not there, or of another kind, is none', async () => {
    const store = await storeOf([{ ...toItem(client, record()), kind: 'customer' }, ...long])
    expect(await readFile(store, client, { tenant, id: 'cli_1', limit: 50 })).toBeUndefined()
    expect(await readFile(store, client, { tenant, id: 'cli_2', limit: 50 })).toBeUndefined()
    const after = { sk: long[3]!.sk, file: 'cli_1' }
    expect(await readFile(store, client, { tenant, id: 'cli_1', limit: 50, after })).toBeUndefined()
  })

  test('is not gone on with from a file that does not belong to it', async () => {
    const store = await storeOf([toItem(client, record(['lead_1'])), ...long])
    const after = { sk: long[3]!.sk, file: 'lead_9' }
    const read = readFile(store, client, { tenant, id: 'cli_1', limit: 50, after })
    await expect(read).rejects.toThrow('this is no page of this list')
  })
})

const names = ['cli_1', 'lead_1', 'lead_2'] as const
const happened = fc.uniqueArray(
  fc.record({
    file: fc.constantFrom(...names),
    // Few moments, so that many are of one.
    minute: fc.nat({ max: 6 }),
    id: fc.nat({ max: 20 }).map((n) => `n${n}`),
  }),
  { maxLength: 60, selector: ({ file, minute, id }) => `${file} ${minute} ${id}` },
)

test('page by page every entry of all its files is told once, the newest first, whatever comes meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      happened,
      fc.array(fc.tuple(fc.constantFrom(...names), fc.nat({ max: 40 })), { maxLength: 40 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(undefined, 2, 3),
      async (told, opened, limit, part) => {
        const at = (minute: number): string => `2027-01-01T00:0${minute}:00.000Z`
        const entries = told.map(({ file, minute, id }) => entryOf(file, at(minute), id))
        const lines = [...new Map(opened.map(([file, n]) => [`${file} ${n}`, open(file, `t${n}`)])).values()]
        const files = ['lead_2', 'lead_1']
        const all = [toItem(client, record(files)), ...entries, ...lines, ...names.map(below)]
        const store = await storeOf(all)
        const keep = ({ id }: Item): boolean => !part || Number(String(id).slice(1)) % part === 0
        const pages: FileRead[] = []
        let after: Position | undefined
        do {
          const page = await readFile(store, client, { tenant, id: 'cli_1', limit, keep, after })
          pages.push(page!)
          after = page!.next
          await store.add(entryOf('cli_1', '2027-02-01T00:00:00.000Z', `later${pages.length * 6}`))
        } while (after)
        const order = ['cli_1', ...files].map((file) => fileOf(tenant, file))
        const wanted = entries
          .filter(keep)
          .toSorted(
            (a, b) => Number(a.sk < b.sk) - Number(a.sk > b.sk) || order.indexOf(a.pk) - order.indexOf(b.pk),
          )
        expect(pages.flatMap((page) => page.entries)).toEqual(wanted)
        expect(pages.every((page) => page.entries.length <= limit)).toBe(true)
        const [first, ...further] = pages
        expect(new Set(first!.standing)).toEqual(new Set(lines))
        expect(further.flatMap(({ standing }) => standing)).toEqual([])
      },
    ),
    { numRuns: 300 },
  )
})

describe('a timeline', () => {
  const kinds = new Map([['ticket', ticket]])
  const fields = { type: 'question', level: 'basic', customerId: 'cus_1' }
  const made = newRecord(ticket, fields, { ...context, newId: () => 'tkt_1' })

  test('tells a record that is filed here by its line: an open one as of when it came, a closed one as of its end', () => {
    const pk = fileOf(tenant, 'cus_1')
    const opened = lineItem(ticket, made, { pk, sk: entryKey('open', 'ticket', 'tkt_1') })
    const about = {
      kind: 'ticket',
      id: 'tkt_1',
      title: 'question',
      createdAt: made.createdAt,
      level: 'basic',
    }
    expect(tellEntry(opened, kinds, [])).toMatchObject({ ...about, at: made.createdAt, status: 'new' })
    const closedAt = '2027-03-02T09:00:00.000Z'
    const closed = { ...made, status: 'closed', closedAt }
    const place = { pk, sk: entryKey('happened', closedAt, 'ticket', 'tkt_1') }
    expect(tellEntry(lineItem(ticket, closed, place), kinds, [])).toMatchObject({
      ...about,
      at: closedAt,
      closedAt,
      status: 'closed',
    })
  })

  test('tells entries by whoever knows them, and leaves out what nobody tells', () => {
    const note = entryOf('cus_1', made.createdAt as string, 'n1')
    const tell = ({ at, kind, id }: Item) => ({ at: String(at), kind, id: String(id), title: 'Note' })
    expect(tellEntry(note, kinds, [{ kind: 'note', tell }])).toMatchObject({ id: 'n1', title: 'Note' })
    expect(tellEntry(note, kinds, [])).toBeUndefined()
  })
})
