import { expect, test } from 'vitest'
import { words as en } from './en.ts'
import { words as ru } from './ru.ts'
import { words as uk } from './uk.ts'

const counts = [0, 1, 2, 5, 11, 21, 22, 1.5]
const all = { en, uk, ru }

/** Everything that is said, by its place. */
function* said(at: unknown, place: string): Generator<[string, unknown]> {
  if (typeof at === 'object' && at !== null)
    for (const [name, each] of Object.entries(at)) yield* said(each, `${place}.${name}`)
  else yield [place, at]
}

test.each(Object.entries(all))('everything in %s is said, for every count', (language, words) => {
  for (const [place, each] of said(words, language)) {
    const texts =
      typeof each === 'function'
        ? counts.map((n) => String((each as (...all: number[]) => string)(n, n, n)))
        : [each]
    for (const text of texts) {
      expect(text, place).toMatch(/\S/)
      expect(text, place).not.toMatch(/undefined|NaN|\[object/)
    }
  }
})

test('counts have the forms of their language', () => {
  expect(counts.map(en.outbox.waiting)[1]).toBe('1 entry is waiting to be sent')
  expect([1, 2, 5, 11, 21].map(uk.fresh)).toEqual([
    '1 новий запис',
    '2 нові записи',
    '5 нових записів',
    '11 нових записів',
    '21 новий запис',
  ])
  expect([1, 2, 5, 11, 22].map(ru.span.days)).toEqual(['1 день', '2 дня', '5 дней', '11 дней', '22 дня'])
})

test('the three languages have the same places', () => {
  const places = Object.values(all).map((words) => [...said(words, '')].map(([place]) => place))
  expect(places[1]).toEqual(places[0])
  expect(places[2]).toEqual(places[0])
})
