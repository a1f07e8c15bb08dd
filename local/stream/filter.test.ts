import { expect, test } from 'vitest'
import { compilePattern } from '../bus/pattern/pattern.ts'
import { compileFilter } from './filter.ts'

const record = (image: object, eventName = 'INSERT') =>
  JSON.stringify({ eventName, dynamodb: { Keys: { pk: { S: 'a' } }, NewImage: image } })

const patterns = [
  { dynamodb: { NewImage: { kind: { S: ['lead'] } } } },
  { dynamodb: { NewImage: { kind: { S: ['message'] }, status: { S: ['pending'] } } } },
  { $or: [{ eventName: ['REMOVE'] }, { dynamodb: { NewImage: { kind: { S: [{ prefix: 'al' }] } } } }] },
  { dynamodb: { NewImage: { gone: [{ exists: false }], list: { L: { S: ['x'] } } } } },
  { dynamodb: { NewImage: { kind: ['lead'], size: { N: [{ numeric: ['>', 3] }] } } } },
].map((pattern) => JSON.stringify(pattern))

const records = [
  record({ kind: { S: 'lead' }, status: { S: 'open' } }),
  record({ kind: { S: 'message' }, status: { S: 'sent' } }),
  record({ kind: { S: 'message' }, status: { S: 'pending' } }),
  record({ kind: { S: 'alert' } }),
  record({ kind: { S: 'run' } }, 'REMOVE'),
  record({ kind: { S: 'run' }, list: { L: [{ S: 'y' }, { S: 'x' }] } }),
  record({ kind: { S: 'run' }, list: { L: [{ S: 'x' }] }, gone: true }),
  record({ kind: { S: ['alert', 'lead'] } }),
  record({ kind: { S: { S: 'lead' } } }),
  record({ kind: 'lead' }),
  record({ kind: { S: 'run' }, __proto__: { S: 'lead' }, constructor: { S: 'lead' } }),
]

test('a filter judges a record as its patterns judge the whole of it', () => {
  for (let count = 1; count <= patterns.length; count++) {
    const chosen = patterns.slice(0, count)
    const whole = chosen.map((text) => compilePattern(text))
    const filter = compileFilter(chosen)
    for (const json of records)
      expect(filter(JSON.parse(json) as object)).toBe(whole.some((pattern) => pattern.matches(json)))
  }
  expect(records.map((json) => JSON.parse(json) as object).filter(compileFilter(patterns))).toHaveLength(6)
})

test('without filters every record is wanted, and a wrong one is refused', () => {
  expect(compileFilter([])({})).toBe(true)
  expect(() => compileFilter(['{"a":5}'])).toThrow(/not valid/)
})
