import fc from 'fast-check'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openPackedTexts } from './packed-text.ts'

const words = (seed: number, count: number) => {
  let state = seed
  const next = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0)
  return Array.from({ length: count }, () => next().toString(36)).join(' ')
}
const frame = words(1, 2000)
const letter = (name: string) => `${frame.slice(0, 5000)}${name}${frame.slice(5000)} Dear ${name} – “hello”`

function dictionaries(db: DatabaseSync): number {
  return Number(db.prepare('SELECT count(*) AS count FROM text_dictionary').get()!.count)
}

test('a text that is like one before it takes a twentieth of its length', () => {
  const db = new DatabaseSync(':memory:')
  const texts = openPackedTexts(db)
  texts.pack(letter('Ada'))
  const packed = texts.pack(letter('Grace'))
  expect(packed.length).toBeLessThan(letter('Grace').length / 20)
  expect(texts.unpack(packed)).toBe(letter('Grace'))
  expect(dictionaries(db)).toBe(1)
})

test('kinds of texts that take turns are each known after the first', () => {
  const db = new DatabaseSync(':memory:')
  const texts = openPackedTexts(db)
  const kinds = [1, 2, 3].map((seed) => words(seed, 2000))
  for (const kind of kinds) texts.pack(kind)
  for (let i = 0; i < 30; i++) {
    const text = `${kinds[i % 3]} ${i}`
    expect(texts.pack(text).length).toBeLessThan(text.length / 20)
  }
  expect(dictionaries(db)).toBe(3)
})

test('texts that are like no other cost no more than their own length and few dictionaries', () => {
  const db = new DatabaseSync(':memory:')
  const texts = openPackedTexts(db)
  for (let i = 0; i < 200; i++) {
    const text = words(i + 10, 100)
    const packed = texts.pack(text)
    expect(packed.length).toBeLessThan(text.length)
    expect(texts.unpack(packed)).toBe(text)
  }
  // Four at once, and one for each 64 that follow.
  expect(dictionaries(db)).toBeLessThanOrEqual(4 + Math.ceil(200 / 64))
})

test('every text is read back as it was, by the same process and by the next one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string().map(letter)), {
        maxLength: 12,
      }),
      fc.nat({ max: 11 }),
      (list, restart) => {
        const db = new DatabaseSync(':memory:')
        let texts = openPackedTexts(db)
        const packed = list.map((text, i) => {
          if (i === restart) texts = openPackedTexts(db)
          return texts.pack(text)
        })
        const later = openPackedTexts(db)
        expect(packed.map((one) => texts.unpack(one))).toEqual(list)
        expect(packed.map((one) => later.unpack(one))).toEqual(list)
        db.close()
      },
    ),
    { numRuns: 60 },
  )
})

test('a dictionary that is used no more is still there for the texts that need it', () => {
  const texts = openPackedTexts(new DatabaseSync(':memory:'))
  const first = texts.pack(words(1, 500))
  for (let i = 0; i < 500; i++) texts.pack(words(i + 2, 100))
  expect(texts.unpack(first)).toBe(words(1, 500))
})
