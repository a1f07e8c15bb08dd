import fc from 'fast-check'
import { expect, test } from 'vitest'
import { press } from '../../../test/fixture/intake.ts'
import { packPosted, posted, readPosted, type Posted } from './posted.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('__proto__', 'constructor', '', '\uD83D', 'п’ять', '\u0000\u001A', '"\\\n'),
)
const all: fc.Arbitrary<Posted> = fc.record(
  {
    message: text,
    also: fc.array(fc.record({ name: text, text })),
    fields: fc.array(fc.tuple(text, fc.jsonValue() as fc.Arbitrary<Posted['fields'][number][1]>)),
    undecoded: fc.array(
      fc.record({
        of: fc.constantFrom<'body' | 'value'>('body', 'value'),
        field: text,
        charset: fc.constantFrom('utf-8', 'windows-1251'),
        base64: fc.base64String(),
      }),
    ),
    contentType: text,
    referrer: text,
    query: text,
    userAgent: text,
    consent: text,
  },
  { requiredKeys: ['fields', 'contentType'], noNullPrototype: true },
)

test('whatever was posted comes out again as it went in', () => {
  fc.assert(
    fc.property(all, (given) => {
      const read = readPosted({ id: 'sub_1', posted: packPosted(given, press) }, press)
      // What is compared is what JSON keeps: -0 is 0 in it.
      expect(JSON.stringify(read)).toBe(JSON.stringify(given))
      expect(posted().safeParse(read).success).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})

test('what nobody can read any more is an error that names its submission', () => {
  expect(() => readPosted({ id: 'sub_1', posted: Uint8Array.of(9) }, press)).toThrow('sub_1')
})
