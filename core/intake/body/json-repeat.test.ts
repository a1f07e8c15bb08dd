import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitRepeated } from './json-repeat.ts'

test.each([
  [
    '{"name":"I","name":"II"}',
    [
      ['name', '"I"'],
      ['name', '"II"'],
    ],
  ],
  [
    '{ "a" : 1 , "b":[1, {"a":2}], "\\u0061" :{"c":"}"} }',
    [
      ['a', '1'],
      ['b', '[1, {"a":2}]'],
      ['a', '{"c":"}"}'],
    ],
  ],
  // An object inside keeps both under its own text.
  [
    '{"a":{"x":1,"x":2},"b":3}',
    [
      ['a', '"{\\"x\\":1,\\"x\\":2}"'],
      ['b', '3'],
    ],
  ],
  ['{"a":[{"x":{"y":1,"y":2},"x":3}]}', [['a', '["{\\"x\\":{\\"y\\":1,\\"y\\":2},\\"x\\":3}"]']]],
  [
    '{"__proto__":1,"__proto__":2}',
    [
      ['__proto__', '1'],
      ['__proto__', '2'],
    ],
  ],
])('%s keeps every value', (json, entries) => {
  expect(splitRepeated(json)).toEqual(entries)
  for (const [, value] of splitRepeated(json)!) expect(() => JSON.parse(value)).not.toThrow()
})

test.each(['{}', '{"a":{"x":1},"b":{"x":2},"c":[{"x":1},{"x":1}]}', '{"a":"\\"a\\":1,\\"a\\":2"}'])(
  '%s repeats nothing',
  (json) => expect(splitRepeated(json)).toBeUndefined(),
)

test('whatever names and values an object has, all come back in their order', () => {
  const name = fc.oneof(fc.constantFrom('a', 'b', 'constructor', '{"', '\\'), fc.string())
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.jsonValue({ maxDepth: 3 })), { maxLength: 6 }), (fields) => {
      const json = `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(' , ')}}`
      const read = splitRepeated(json)
      const isRepeated = new Set(fields.map(([key]) => key)).size < fields.length
      expect(read !== undefined).toBe(isRepeated)
      if (read) expect(read).toEqual(fields.map(([key, value]) => [key, JSON.stringify(value)]))
    }),
  )
})

test('a body that repeats as much as it can takes time in proportion to its size', () => {
  const part = '{"a":{"b":1,"b":2},"a":1}'
  const json = `{${Array.from({ length: 25_000 }, () => `"n":${part}`).join(',')}}`
  const before = performance.now()
  expect(splitRepeated(json)).toHaveLength(25_000)
  // A guard against a square, not a measurement: it takes some 100 ms.
  expect(performance.now() - before).toBeLessThan(5_000)
})
