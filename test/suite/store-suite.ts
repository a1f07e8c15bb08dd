import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Item } from '#core/record/item.ts'
import type { FileOptions, QueryOptions, Store } from '#core/store/store.ts'
import { updateSuite } from './update-suite.ts'

/** What every store must do. `open` gives an empty one; the keys of each test are its own. */
export function storeSuite(
  name: string,
  open: () => Promise<{ store: Store; close?: () => Promise<void> }>,
): void {
  updateSuite(name, open)
  describe(`store: ${name}`, () => {
    let store: Store
    let close: (() => Promise<void>) | undefined
    beforeAll(async () => {
      ;({ store, close } = await open())
    })
    afterAll(async () => close?.())

    test('what was created is read back exactly', async () => {
      const created = item('read', '@', 1, {
        text: 'Ольга 👩‍🚀 "‮',
        list: [1, 'a', null, { deep: [] }],
        none: null,
        yes: true,
        price: 12.5,
        empty: '',
      })
      expect(await store.write([{ do: 'create', item: created }])).toEqual({ stored: true })
      expect(await store.get({ pk: 'read', sk: '@' })).toEqual(created)
    })

    test('bytes are read back as they were', async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
      await store.write([{ do: 'create', item: item('bytes', '@', 1, { bytes }) }])
      const found = await store.get({ pk: 'bytes', sk: '@' })
      expect(Uint8Array.from(found?.bytes as Uint8Array)).toEqual(bytes)
    })

    test('what does not exist reads as nothing', async () => {
      expect(await store.get({ pk: 'nowhere', sk: '@' })).toBeUndefined()
    })

    test('a key that is taken refuses a create and keeps its item', async () => {
      await store.write([{ do: 'create', item: item('taken', '@', 1, { by: 'first' }) }])
      const result = await store.write([{ do: 'create', item: item('taken', '@', 1, { by: 'second' }) }])
      expect(result).toEqual({ stored: false, refused: [0] })
      expect(await store.get({ pk: 'taken', sk: '@' })).toMatchObject({ by: 'first' })
    })

    test('a replace needs the version that was seen', async () => {
      await store.write([{ do: 'create', item: item('versions') }])
      const late = await store.write([{ do: 'replace', item: item('versions', '@', 8), seen: 7 }])
      expect(late).toEqual({ stored: false, refused: [0] })
      const inTime = await store.write([{ do: 'replace', item: item('versions', '@', 2), seen: 1 }])
      expect(inTime).toEqual({ stored: true })
      expect(await store.get({ pk: 'versions', sk: '@' })).toMatchObject({ version: 2 })
    })

    test('a replace of what does not exist is refused', async () => {
      const result = await store.write([{ do: 'replace', item: item('ghost', '@', 2), seen: 1 }])
      expect(result).toEqual({ stored: false, refused: [0] })
    })

    test('a remove needs the version that was seen', async () => {
      const key = { pk: 'removed', sk: '@' }
      await store.write([{ do: 'create', item: item('removed') }])
      expect(await store.write([{ do: 'remove', key, seen: 2 }])).toEqual({ stored: false, refused: [0] })
      expect(await store.write([{ do: 'remove', key, seen: 1 }])).toEqual({ stored: true })
      expect(await store.get(key)).toBeUndefined()
    })

    test('absent alone says whether the key is free', async () => {
      await store.write([{ do: 'create', item: item('occupied') }])
      expect(await store.write([{ do: 'absent', key: { pk: 'free', sk: '@' } }])).toEqual({ stored: true })
      expect(await store.write([{ do: 'absent', key: { pk: 'occupied', sk: '@' } }])).toEqual({
        stored: false,
        refused: [0],
      })
    })

    test('a refused transaction names its reasons and has changed nothing', async () => {
      await store.write([{ do: 'create', item: item('tx', 'b') }])
      const result = await store.write([
        { do: 'create', item: item('tx', 'a') },
        { do: 'create', item: item('tx', 'b') },
        { do: 'absent', key: { pk: 'tx', sk: 'c' } },
        { do: 'replace', item: item('tx', 'd', 2), seen: 1 },
      ])
      expect(result).toEqual({ stored: false, refused: [1, 3] })
      expect((await store.query('tx')).items.map((found) => found.sk)).toEqual(['b'])
    })

    test('a transaction performs all of its writes', async () => {
      await store.write([
        { do: 'create', item: item('all', 'a') },
        { do: 'create', item: item('all', 'b') },
      ])
      const result = await store.write([
        { do: 'replace', item: item('all', 'a', 2), seen: 1 },
        { do: 'remove', key: { pk: 'all', sk: 'b' }, seen: 1 },
        { do: 'create', item: item('all', 'c') },
        { do: 'absent', key: { pk: 'all', sk: 'd' } },
      ])
      expect(result).toEqual({ stored: true })
      expect((await store.query('all')).items.map(({ sk, version }) => [sk, version])).toEqual([
        ['a', 2],
        ['c', 1],
      ])
    })

    test('nothing to write is stored', async () => {
      expect(await store.write([])).toEqual({ stored: true })
    })

    test('of concurrent writers on one version exactly one wins', async () => {
      await store.write([{ do: 'create', item: item('race') }])
      const results = await Promise.all(
        Array.from({ length: 8 }, async (_, i) =>
          store.write([
            { do: 'replace', item: item('race', '@', 2, { by: i }), seen: 1 },
            { do: 'create', item: item('race', `by ${i}`) },
          ]),
        ),
      )
      expect(results.filter((result) => result.stored)).toHaveLength(1)
      expect((await store.query('race')).items).toHaveLength(2)
    })

    test('a query is ordered by sort key, within bounds and prefix', async () => {
      const sorts = ['a#1', 'a#2', 'b#1', 'b#2', 'b#3', 'c', 'é', '😀']
      for (const sk of sorts) await store.write([{ do: 'create', item: item('sorted', sk) }])
      expect(await sortsOf(store, 'sorted', {})).toEqual(sorts)
      expect(await sortsOf(store, 'sorted', { descending: true })).toEqual(sorts.toReversed())
      expect(await sortsOf(store, 'sorted', { prefix: 'b#' })).toEqual(['b#1', 'b#2', 'b#3'])
      expect(await sortsOf(store, 'sorted', { from: 'b#1', before: 'b#3' })).toEqual(['b#1', 'b#2'])
      expect(await sortsOf(store, 'sorted', { from: 'b#2' })).toEqual(['b#2', 'b#3', 'c', 'é', '😀'])
      expect(await sortsOf(store, 'sorted', { before: 'b#1' })).toEqual(['a#1', 'a#2'])
      expect(await sortsOf(store, 'sorted', { prefix: 'b#', from: 'b#2' })).toEqual(['b#2', 'b#3'])
      expect(await sortsOf(store, 'sorted', { prefix: 'b#', before: 'b#2' })).toEqual(['b#1'])
      expect(await sortsOf(store, 'sorted', { prefix: 'b#', descending: true, limit: 1 })).toEqual(['b#3'])
    })

    test('pages follow each other without gap or repetition', async () => {
      const sorts = Array.from({ length: 7 }, (_, i) => `row ${i}`)
      for (const sk of sorts) await store.write([{ do: 'create', item: item('paged', sk) }])
      const seen: string[] = []
      let after: string | undefined
      do {
        const page = await store.query('paged', { limit: 3, ...(after && { after }) })
        seen.push(...page.items.map(({ sk }) => sk))
        after = page.next
      } while (after)
      expect(seen).toEqual(sorts)
    })

    test('a file is read from the top, whole, by section or by kind, in pages that each look at so many', async () => {
      const of = { tenant: 'tenant', id: 'file_1' }
      const places = ['0#b', '5#1', '6#a', '6#b', '6#c', '7#a', '8#a', '9#record']
      const kindOf = (sk: string): string => (sk.endsWith('b') ? 'other' : 'thing')
      for (const sk of places)
        await store.write([{ do: 'create', item: { ...item('tenant#file_1', sk), kind: kindOf(sk) } }])
      const pagesOf = async (options: FileOptions): Promise<string[][]> => {
        const pages: string[][] = []
        let after: string | undefined
        do {
          const page = await store.file(of, { ...options, ...(after && { after }) })
          pages.push(page.items.map(({ sk }) => sk))
          after = page.next
        } while (after)
        return pages
      }
      const sorted = places.toReversed()
      expect(await pagesOf({})).toEqual([sorted])
      expect((await pagesOf({ limit: 3 })).flat()).toEqual(sorted)
      expect((await pagesOf({ limit: 3 }))[0]).toEqual(['9#record', '8#a', '7#a'])
      expect(await pagesOf({ section: 'happened' })).toEqual([['6#c', '6#b', '6#a']])
      expect((await pagesOf({ kinds: ['other'], limit: 3 })).flat()).toEqual(['6#b', '0#b'])
      expect((await pagesOf({ kinds: ['other'], limit: 3 }))[0]).toEqual([])
      expect(await pagesOf({ kinds: ['other', 'none'], section: 'happened' })).toEqual([['6#b']])
      expect(await pagesOf({ kinds: [] })).toEqual([[]])
      expect(await store.file({ tenant: 'tenant', id: 'none' })).toEqual({ items: [] })
      const refused = { code: 'input.invalid', where: 'after' }
      await expect(store.file(of, { after: 'x' })).rejects.toMatchObject(refused)
    })

    test('getAll keeps the order of the keys and takes more than one batch', async () => {
      const keys = Array.from({ length: 120 }, (_, i) => ({ pk: 'many', sk: String(i) }))
      for (const key of keys.filter((_, i) => i % 2 === 0))
        await store.write([{ do: 'create', item: item(key.pk, key.sk) }])
      const found = await store.getAll([...keys, keys[0]!])
      expect(found.map((one) => one?.sk)).toEqual([
        ...keys.map(({ sk }, i) => (i % 2 === 0 ? sk : undefined)),
        '0',
      ])
      expect(await store.getAll([])).toEqual([])
    })

    test('an index finds items by their index keys and gives them whole', async () => {
      const queued = (id: string, due: string) =>
        item(`queued ${id}`, '@', 1, { workPk: 'owner', workSk: due, text: id })
      await store.write([{ do: 'create', item: queued('late', '2026-02') }])
      await store.write([{ do: 'create', item: queued('early', '2026-01') }])
      await store.write([{ do: 'create', item: item('queued not', '@', 1, { text: 'not' }) }])
      const found = await store.queryIndex('work', 'owner')
      expect(found.items.map((one) => one.text)).toEqual(['early', 'late'])
      const bounded = await store.queryIndex('work', 'owner', { before: '2026-02' })
      expect(bounded.items.map((one) => one.text)).toEqual(['early'])
    })

    test('an index says kind, place and line of its items without reading them', async () => {
      const line = { called: 'Ann', ownerId: 'anna' }
      await store.write([
        { do: 'create', item: item('lined', '@', 1, { workPk: 'lines', workSk: '1', line, text: 'whole' }) },
        { do: 'create', item: item('bare', '@', 1, { workPk: 'lines', workSk: '2' }) },
      ])
      expect(await store.lines('work', 'lines')).toEqual({
        entries: [
          { pk: 'lined', sk: '@', kind: 'thing', sort: '1', line },
          { pk: 'bare', sk: '@', kind: 'thing', sort: '2', line: {} },
        ],
      })
      const first = await store.lines('work', 'lines', { limit: 1 })
      expect(
        (await store.lines('work', 'lines', { after: first.next! })).entries.map(({ pk }) => pk),
      ).toEqual(['bare'])
    })

    test('projections are done whatever is there, in any number, and may be done again', async () => {
      const many = Array.from({ length: 60 }, (_, i) => item('projected', `${i}`.padStart(2, '0'), 1))
      for (let again = 0; again < 2; again++) {
        await store.project(many.map((put) => ({ put })))
        await store.project([{ put: item('projected', '00', 7) }, { remove: { pk: 'projected', sk: '01' } }])
        const { items } = await store.query('projected')
        expect(items).toHaveLength(59)
        expect(items[0]).toMatchObject({ sk: '00', version: 7 })
      }
      await store.project([])
      await store.project([{ remove: { pk: 'projected', sk: 'never' } }])
    })

    test('an item that loses its index keys leaves the index', async () => {
      await store.write([{ do: 'create', item: item('leaving', '@', 1, { workPk: 'watched', workSk: '1' }) }])
      await store.write([{ do: 'replace', item: item('leaving', '@', 2), seen: 1 }])
      expect((await store.queryIndex('work', 'watched')).items).toEqual([])
    })

    test('pages of an index follow each other', async () => {
      for (let i = 0; i < 5; i++)
        await store.write([
          { do: 'create', item: item(`listed ${i}`, '@', 1, { listPk: 'list', listSk: 'same' }) },
        ])
      const seen = new Set<string>()
      let after: string | undefined
      do {
        const page = await store.queryIndex('list', 'list', { limit: 2, ...(after && { after }) })
        for (const { pk } of page.items) seen.add(pk)
        after = page.next
      } while (after)
      expect(seen.size).toBe(5)
    })

    test('a token leads to no other partition, index or range than the one that gave it', async () => {
      for (const sk of ['a', 'b', 'c', 'd'])
        for (const pk of ['own', 'other'])
          await store.write([
            {
              do: 'create',
              item: item(pk, sk, 1, { listPk: `${pk} list`, listSk: sk, workPk: pk, workSk: sk }),
            },
          ])
      const after = (await store.query('own', { limit: 1 })).next!
      const listed = (await store.queryIndex('list', 'own list', { limit: 1 })).next!
      const refused = { code: 'input.invalid', where: 'after' }
      for (const token of ['', 'x', '1', 'bnVsbA', 'W10', listed])
        await expect(store.query('own', { after: token })).rejects.toMatchObject(refused)
      for (const token of ['x', after])
        await expect(store.queryIndex('list', 'own list', { after: token })).rejects.toMatchObject(refused)
      await expect(store.query('other', { after })).rejects.toMatchObject(refused)
      await expect(store.queryIndex('list', 'other list', { after: listed })).rejects.toMatchObject(refused)
      await expect(store.queryIndex('work', 'own', { after: listed })).rejects.toMatchObject(refused)
      expect((await store.query('own', { after })).items.map(({ sk }) => sk)).toEqual(['b', 'c', 'd'])
      await store.write([{ do: 'remove', key: { pk: 'own', sk: 'a' }, seen: 1 }])
      expect((await store.query('own', { after })).items.map(({ sk }) => sk)).toEqual(['b', 'c', 'd'])
    })

    test('a key that cannot exist is that of nothing', async () => {
      const long = { pk: 'Ї'.repeat(1_100), sk: '@' }
      const deep = { pk: 'thing', sk: 'x'.repeat(1_025) }
      const broken = { pk: 'half \uD800', sk: '@' }
      for (const key of [long, deep, broken]) expect(await store.get(key)).toBeUndefined()
      expect(await store.getAll([long, deep, broken])).toEqual([undefined, undefined, undefined])
      for (const { pk } of [long, broken]) {
        expect(await store.query(pk)).toEqual({ items: [] })
        expect(await store.queryIndex('list', pk)).toEqual({ items: [] })
      }
    })

    test('names are data, also those that the language itself uses', async () => {
      const hostile = JSON.parse(
        '{"constructor":"a","toString":{"constructor":{"name":"Set"},"valueOf":1},"list":[{"hasOwnProperty":null,"length":"x"}]}',
      ) as object
      await store.write([{ do: 'create', item: item('hostile', '@', 1, { fields: hostile, ...hostile }) }])
      const { fields, ...found } = (await store.get({ pk: 'hostile', sk: '@' }))!
      expect(fields).toEqual(hostile)
      expect(found).toMatchObject(hostile)
    })

    test('a field called __proto__ is one like any other', async () => {
      const said = JSON.parse('{"a":{"__proto__":{"admin":true}},"__proto__":"b"}') as Record<string, unknown>
      await store.write([{ do: 'create', item: item('proto', '@', 1, { said }) }])
      const found = (await store.get({ pk: 'proto', sk: '@' }))!.said as typeof said
      expect(new Map(Object.entries(found))).toEqual(new Map(Object.entries(said)))
      expect(Object.entries(found.a as object)).toEqual([['__proto__', { admin: true }]])
      expect((found.a as { admin?: unknown }).admin).toBeUndefined()
    })
  })
}

const item = (pk: string, sk = '@', version = 1, more: object = {}): Item => ({
  pk,
  sk,
  kind: 'thing',
  version,
  ...more,
})

const sortsOf = async (store: Store, pk: string, options: QueryOptions): Promise<string[]> =>
  (await store.query(pk, options)).items.map(({ sk }) => sk)
