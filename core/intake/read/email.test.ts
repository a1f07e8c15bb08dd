import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEmail } from './email.ts'

test.each([
  ['  Anna.Becker@Example.COM ', 'anna.becker@example.com'],
  ['anna@example.com.', 'anna@example.com'],
  ['anna@example.com,', 'anna@example.com'],
  ['*anna@example.com*', 'anna@example.com'],
  ['anna@example.com;', 'anna@example.com'],
  ['mailto:a@example.com', 'a@example.com'],
  ['mailto:a@example.com?subject=Hello%20you', 'a@example.com'],
  ['mailto:a%2Bb@example.com', 'a+b@example.com'],
  ['Anna Becker <Anna@Example.com>', 'anna@example.com'],
  ['"Becker, Anna" <anna@example.com>', 'anna@example.com'],
  ['<anna@example.com>', 'anna@example.com'],
  ['“anna@example.com”', 'anna@example.com'],
  ['a\u200Bnna@example.com\u202C', 'anna@example.com'],
  ['anna＠example．com', 'anna@example.com'],
  ['anna@example。com', 'anna@example.com'],
  ['anna @ example.com', 'anna@example.com'],
  ['first.last+tag@example.com', 'first.last+tag@example.com'],
  ["o'brien@example.com", "o'brien@example.com"],
])('%j is known as %s', (typed, key) => {
  expect(readEmail(typed)).toEqual({ address: key, key, domain: 'example.com' })
})

test.each([
  ['x@bücher.example', 'xn--bcher-kva.example'],
  ['x@BÜCHER.example', 'xn--bcher-kva.example'],
  ['x@bu\u0308cher.example', 'xn--bcher-kva.example'],
  ['x@xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['x@XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
  ['x@приклад.укр', 'xn--80aikifvh.xn--j1amh'],
])('%j is one customer however its domain is written', (typed, domain) => {
  expect(readEmail(typed)).toMatchObject({ key: `x@${domain}`, domain })
})

test.each([
  'a@example.com, b@example.com',
  'a@example.com b@example.com',
  'a@example.com; b@example.com',
  'a@example.com/b@example.com',
  'a@example.com or phone',
  'write to: a@example.com',
  'mailto:a@example.com,b@example.com',
])('of %j the first address counts, and it says more', (typed) => {
  expect(readEmail(typed)).toEqual({
    address: 'a@example.com',
    key: 'a@example.com',
    domain: 'example.com',
    hasMore: true,
  })
})

test.each([
  'broken at example',
  'a@b',
  '@example.com',
  'a@@example.com',
  'a..b@example.com',
  'a@example,com',
  'a@-example.com',
  'john smith@example.com',
  'write to a@example.com',
  'a@1.22',
  'a@[127.0.0.1]',
  'a@xn--zzzzzz--.example',
  `${'a'.repeat(250)}@example.com`,
])('%j is kept as it was typed and makes nobody known', (typed) =>
  expect(readEmail(typed)).toEqual({ address: typed }),
)

test('a placeholder makes nobody known', () => {
  const list = ['none@none.com', 'noemail@*', '*@Test.example']
  for (const typed of ['None@None.com', 'noemail@customer.example', 'x@test.example'])
    expect(readEmail(typed, list)).toEqual({ address: typed.toLowerCase() })
  for (const typed of ['anna@none.com', 'my.noemail@customer.example'])
    expect(readEmail(typed, list)).toHaveProperty('key')
})

test.each(['%7ba@b.example', '%2f/@b.example', '%3fa@b.example', '%2541@b.example'])(
  'the escapes of %s are kept: without them it would be another text again',
  (typed) => expect(readEmail(typed)).toMatchObject({ address: typed }),
)

test('reading an address twice changes nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary' }), fc.stringMatching(/^\S+@\S+\.\S+$/)),
      (typed) => {
        const once = readEmail(typed)
        if (!once?.key) return
        const { hasMore: _, ...kept } = once
        expect(readEmail(once.address)).toEqual(kept)
        expect(readEmail(once.key)).toMatchObject({ key: once.key, domain: once.domain })
      },
    ),
    { numRuns: 1_000 },
  )
})
