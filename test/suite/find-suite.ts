import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lookup } from '#core/query/find/plan.ts'
import type { Posting } from '#core/query/find/posting.ts'
import type { FindStore, PostingPage } from '#core/query/find/store.ts'
import { mostInSet } from '#core/query/find/typo.ts'
import type { Key } from '#core/record/key.ts'

/** What every store of postings must do. `open` gives an empty one; the partitions of each test are its own. */
export function findSuite(
  name: string,
  open: () => Promise<{ find: FindStore; close?: () => Promise<void> }>,
): void {
  describe(`postings: ${name}`, () => {
    let find: FindStore
    let close: (() => Promise<void>) | undefined
    beforeAll(async () => {
      ;({ find, close } = await open())
    })
    afterAll(async () => close?.())

    const posting = (pk: string, sk: string, words = sk, kind = 'lead'): Posting => ({ pk, sk, kind, words })
    const put = async (...postings: Posting[]): Promise<void> =>
      find.write(postings.map((each) => ({ put: each })))
    const lookup = (pk: string, prefix: string, more: Partial<Lookup> = {}): Lookup => ({
      most: 100,
      pk,
      prefix,
      having: [],
      ...more,
    })
    const keysOf = async (asked: Lookup): Promise<string[]> =>
      (await find.ask(asked, { limit: 100 })).postings.map(({ sk }) => sk)

    test('what begins with the prefix comes back whole, in the order of its bytes', async () => {
      const all = ['anna#1', 'annabel#2', 'an#3', 'ann#4', 'anь#5', 'an\u{1f680}#6', 'an\uffee#7'].map((sk) =>
        posting('order', sk, `${sk} words`),
      )
      await put(...all, posting('other', 'anna#8'))
      expect(await keysOf(lookup('order', 'an'))).toEqual(
        all.map(({ sk }) => sk).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      )
      expect((await find.ask(lookup('order', 'anna#'), { limit: 10 })).postings).toEqual([all[0]])
    })

    test('only those that have all parts, and are of the kinds, count; the others are looked at', async () => {
      await put(
        posting('having', 'a#1', 'anna smith', 'lead'),
        posting('having', 'a#2', 'anna smolenko', 'ticket'),
        posting('having', 'a#3', 'anna', 'ticket'),
      )
      expect(await keysOf(lookup('having', 'a', { having: ['sm'] }))).toEqual(['a#1', 'a#2'])
      expect(await keysOf(lookup('having', 'a', { having: ['sm', 'anna'], kinds: ['ticket'] }))).toEqual([
        'a#2',
      ])
      expect(await keysOf(lookup('having', 'a', { kinds: ['nothing'] }))).toEqual([])
      const { postings, next } = await find.ask(lookup('having', 'a', { kinds: ['ticket'] }), { limit: 1 })
      expect([postings, next]).toEqual([[], { pk: 'having', sk: 'a#1' }])
    })

    test('pages follow each other without gap or repetition, to an end that says so', async () => {
      const all = Array.from({ length: 60 }, (_, i) => posting('pages', `a#${String(i).padStart(2, '0')}`))
      await put(...all)
      const found: string[] = []
      let after: Key | undefined
      do {
        const page: PostingPage = await find.ask(lookup('pages', 'a'), { limit: 7, ...(after && { after }) })
        found.push(...page.postings.map(({ sk }) => sk))
        after = page.next
      } while (after)
      expect(found).toEqual(all.map(({ sk }) => sk))
    })

    test('writes may be repeated, and one key written again is as it was written last', async () => {
      await put(posting('again', 'a#1', 'old'))
      await put(posting('again', 'a#1', 'new'))
      await put(posting('again', 'a#1', 'new'))
      await find.write([{ remove: { pk: 'again', sk: 'a#2' } }, { remove: { pk: 'again', sk: 'a#2x' } }])
      expect((await find.ask(lookup('again', 'a'), { limit: 9 })).postings).toEqual([
        posting('again', 'a#1', 'new'),
      ])
      await find.write([{ remove: { pk: 'again', sk: 'a#1' } }])
      await find.write([])
      expect(await keysOf(lookup('again', 'a'))).toEqual([])
    })

    test('keys that cannot be have no postings', async () => {
      expect(await keysOf(lookup('keys', 'x'.repeat(1025)))).toEqual([])
      expect(await keysOf(lookup('keys', '\ud800'))).toEqual([])
    })

    test('words of the dictionary are there once, those of a partition together', async () => {
      const set = (sk: string) => ({ pk: 'dictionary', sk })
      const learn = async (...words: [string, string][]): Promise<void> =>
        find.learn(words.map(([sk, word]) => ({ set: set(sk), word })))
      await learn(['she', 'shevchenko'], ['she', 'shevchuk'], ['sho', 'shostak'])
      await learn(['she', 'shevchenko'], ['she', 'shevel'])
      expect((await find.words('dictionary')).toSorted()).toEqual([
        'shevchenko',
        'shevchuk',
        'shevel',
        'shostak',
      ])
      expect(await find.words('nothing')).toEqual([])
      await find.learn([])
    })

    test('a set that is full stays as it is', async () => {
      const words = Array.from({ length: mostInSet }, (_, i) => ({
        set: { pk: 'full', sk: 'ful' },
        word: `full${String(i).padStart(5, 'x')}`,
      }))
      await find.learn(words)
      await find.learn([{ set: { pk: 'full', sk: 'ful' }, word: 'fullest' }])
      const known = await find.words('full')
      expect(known).toHaveLength(mostInSet)
      expect(known).not.toContain('fullest')
    })

    test('a walk meets every posting once, and no words of the dictionary', async () => {
      const expected = Array.from({ length: 40 }, (_, i) => posting(`walk${i % 7}`, `w#${i}`))
      await put(...expected)
      const met: Posting[] = []
      let after: Key | undefined
      do {
        const page: PostingPage = await find.walk({ limit: 9, ...(after && { after }) })
        met.push(...page.postings)
        after = page.next
      } while (after)
      expect(met.filter(({ pk }) => pk.startsWith('walk'))).toHaveLength(40)
      expect(met).toEqual(expect.arrayContaining(expected))
      expect(new Set(met.map(({ pk, sk }) => `${pk} ${sk}`)).size).toBe(met.length)
      expect(met.every(({ words }) => typeof words === 'string')).toBe(true)
    })
  })
}
