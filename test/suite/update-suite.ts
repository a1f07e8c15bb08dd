import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Item } from '#core/record/item.ts'
import type { Change, Check, Store } from '#core/store/store.ts'

/** What every store must do with an item that is changed where it lies. The keys of each test are its own. */
export function updateSuite(
  name: string,
  open: () => Promise<{ store: Store; close?: () => Promise<void> }>,
): void {
  describe(`updates: ${name}`, () => {
    let store: Store
    let close: (() => Promise<void>) | undefined
    beforeAll(async () => {
      ;({ store, close } = await open())
    })
    afterAll(async () => close?.())

    const made = async (pk: string, more: object): Promise<Item> => {
      const item = { pk, sk: '@', kind: 'thing', version: 1, ...more }
      await store.write([{ do: 'create', item }])
      return item
    }
    const update = (pk: string, changes: Change[], checks: Check[] = []) =>
      store.update({ key: { pk, sk: '@' }, checks, changes })

    test('everything rests on the item as it was before, and the version counts', async () => {
      const item = await made('all', { next: 5, open: { old: 1 }, back: ['a', 'b', 'c'], ends: [] })
      const result = await update('all', [
        { at: ['next'], add: 2 },
        { at: ['open', 'lead#1.a'], copy: ['next'] },
        { at: ['open', 'lead#1.b'], copy: ['next'], plus: 1 },
        { at: ['open', 'old'], remove: true },
        { at: ['open', 'never there'], remove: true },
        { at: ['back'], set: ['a', [2, 'c']] },
        { at: ['ends'], append: [3, { deep: true }] },
      ])
      const after = {
        ...item,
        version: 2,
        next: 7,
        open: { 'lead#1.a': 5, 'lead#1.b': 6 },
        back: ['a', [2, 'c']],
        ends: [[3, { deep: true }]],
      }
      expect(result).toEqual({ updated: true, item: after })
      expect(await store.get(item)).toEqual(after)
    })

    test('an entry of a list is copied to another place while the list changes', async () => {
      await made('moved', { back: [1, [2, 'b']], open: {} })
      const result = await update('moved', [
        { at: ['open', 'x'], copy: ['back', 1] },
        { at: ['back'], set: [1] },
      ])
      expect(result.item).toMatchObject({ back: [1], open: { x: [2, 'b'] } })
    })

    test.each<[string, Check, boolean]>([
      ['a value', { at: ['text'], is: 'a' }, true],
      ['another value', { at: ['text'], is: 'b' }, false],
      ['a value of another type', { at: ['number'], is: '1' }, false],
      ['a list entry by entry', { at: ['list'], is: [1, ['x', 2]] }, true],
      ['a list in another order', { at: ['list'], is: [['x', 2], 1] }, false],
      ['a list that is longer', { at: ['list'], is: [1] }, false],
      ['an empty list', { at: ['none'], is: [] }, true],
      ['an entry', { at: ['list', 1, 0], is: 'x' }, true],
      ['what is there', { at: ['map', 'in'], exists: true }, true],
      ['what is not there', { at: ['map', 'out'], exists: false }, true],
      ['what is there as if it were not', { at: ['map', 'in'], exists: false }, false],
      ['what lies in nothing', { at: ['nowhere', 'in'], exists: true }, false],
    ])('a check knows %s', async (what, check, holds) => {
      const more = { text: 'a', number: 1, list: [1, ['x', 2]], none: [], map: { in: null } }
      const item = await made(`check ${what}`, more)
      const result = await update(item.pk, [{ at: ['number'], add: 1 }], [check])
      const expected = holds ? { ...item, version: 2, number: 2 } : item
      expect(result).toEqual({ updated: holds, item: expected })
      expect(await store.get(item)).toEqual(expected)
    })

    test('changes that overlap are refused as the mistake that they are', async () => {
      const item = await made('overlap', { open: { a: 1 } })
      const twice: Change[] = [
        { at: ['open', 'a'], set: 2 },
        { at: ['open', 'a'], remove: true },
      ]
      const within: Change[] = [
        { at: ['open'], set: {} },
        { at: ['open', 'a'], remove: true },
      ]
      for (const changes of [twice, within])
        await expect(update('overlap', changes)).rejects.toThrow('overlap')
      expect(await store.get(item)).toEqual(item)
    })

    test('what does not exist is not made', async () => {
      expect(await update('nothing', [{ at: ['next'], add: 1 }])).toEqual({ updated: false, item: undefined })
      expect(await update('nothing', [], [{ at: ['open', 'x'], exists: false }])).toEqual({
        updated: false,
        item: undefined,
      })
      expect(await store.get({ pk: 'nothing', sk: '@' })).toBeUndefined()
    })

    test('those that happen at once each find another state, and none is refused', async () => {
      await made('race', { next: 0, open: {} })
      const results = await Promise.all(
        Array.from({ length: 40 }, async (_, i) =>
          update(
            'race',
            [
              { at: ['next'], add: 1 },
              { at: ['open', `by ${i}`], copy: ['next'] },
            ],
            [{ at: ['open', `by ${i}`], exists: false }],
          ),
        ),
      )
      expect(results.every(({ updated }) => updated)).toBe(true)
      const numbers = results.map(({ item }, i) => (item!.open as Record<string, number>)[`by ${i}`])
      expect(numbers.toSorted((a, b) => a! - b!)).toEqual(Array.from({ length: 40 }, (_, i) => i))
    })

    test('what it changes it tells apart from a replace by the version', async () => {
      const item = await made('both', { next: 1 })
      await update('both', [{ at: ['next'], add: 1 }])
      expect(await store.write([{ do: 'replace', item: { ...item, version: 2 }, seen: 1 }])).toEqual({
        stored: false,
        refused: [0],
      })
    })
  })
}
