import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TableFault } from '../fault.ts'
import { type ExpressionRequest, readExpressions } from './expression.ts'
import { reservedWords } from './syntax/reserved.ts'

const refused = (request: ExpressionRequest, message: string): void =>
  expect(() => readExpressions(request)).toThrow(
    expect.objectContaining({ code: 'ValidationException', message }),
  )

const one = { N: '1' }

describe('placeholders', () => {
  test('those of all expressions of a request count together', () => {
    const { condition, projection } = readExpressions({
      ConditionExpression: '#a = :a',
      ProjectionExpression: '#b',
      ExpressionAttributeNames: { '#a': 'a', '#b': 'b' },
      ExpressionAttributeValues: { ':a': one },
    })
    expect(condition!.matches({ a: one })).toBe(true)
    expect(projection!.project({ a: one, b: one })).toEqual({ b: one })
  })

  test('what is given must be used', () => {
    refused(
      { ConditionExpression: 'a = :a', ExpressionAttributeValues: { ':a': one, ':b': one, ':c': one } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:b, :c}',
    )
    refused(
      { ProjectionExpression: 'a', ExpressionAttributeNames: { '#n': 'n' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}',
    )
  })

  test('without an expression there may be none', () => {
    refused(
      { ExpressionAttributeNames: { '#n': 'n' } },
      'ExpressionAttributeNames can only be specified when using expressions',
    )
    refused(
      { ConditionExpression: undefined, ExpressionAttributeValues: { ':n': one } },
      'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
    )
    refused(
      {
        UpdateExpression: undefined,
        ConditionExpression: undefined,
        ExpressionAttributeValues: { ':n': one },
      },
      'ExpressionAttributeValues can only be specified when using expressions: ' +
        'UpdateExpression and ConditionExpression are null',
    )
  })

  test('they have a sign and a name', () => {
    const expression = { ConditionExpression: 'a = :a' }
    refused({ ...expression, ExpressionAttributeNames: {} }, 'ExpressionAttributeNames must not be empty')
    refused({ ...expression, ExpressionAttributeValues: {} }, 'ExpressionAttributeValues must not be empty')
    refused(
      { ...expression, ExpressionAttributeNames: { n: 'n' } },
      'ExpressionAttributeNames contains invalid key: Syntax error; key: "n"',
    )
    refused(
      { ...expression, ExpressionAttributeValues: { '#n': one } },
      'ExpressionAttributeValues contains invalid key: Syntax error; key: "#n"',
    )
    refused(
      { ...expression, ExpressionAttributeNames: { '#n': '' } },
      'ExpressionAttributeNames contains invalid value: Empty attribute name for key #n',
    )
  })
})

test('an expression has at most 4 KB, 300 operators and 100 operands of IN', () => {
  const values = { ':a': one }
  const filter = (FilterExpression: string) => ({ FilterExpression, ExpressionAttributeValues: values })
  const inOf = (count: number): string => `a IN (${Array(count).fill(':a').join(',')})`
  const orOf = (count: number): string => Array(count).fill('a=:a').join(' OR ')
  expect(readExpressions(filter(inOf(100))).filter!.matches({ a: one })).toBe(true)
  expect(readExpressions(filter(orOf(150))).filter!.matches({ a: one })).toBe(true)
  expect(readExpressions(filter(`a = :a${' '.repeat(4090)}`)).filter!.matches({ a: one })).toBe(true)
  refused(
    filter(inOf(101)),
    'Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101',
  )
  refused(
    filter(orOf(151)),
    'Invalid FilterExpression: The expression contains too many operators; operator count: 301',
  )
  refused(
    filter(`a = :a${' '.repeat(4091)}`),
    'Invalid FilterExpression: Expression size has exceeded the maximum allowed size; expression size: 4097',
  )
})

test.each([
  ['parentheses', '('.repeat(4096)],
  ['parentheses that end', `${'('.repeat(1000)}a = b${')'.repeat(1000)}`],
  ['negations', 'NOT '.repeat(1000) + 'a = b'],
  ['negations in parentheses', `${'NOT ('.repeat(600)}a = b${')'.repeat(600)}`],
  ['functions', `${'size('.repeat(600)}a${')'.repeat(600)} = b`],
  ['brackets', `a${'[0]'.repeat(1300)}`],
  ['paths', Array(2000).fill('a').join()],
  ['names', 'a.'.repeat(2000)],
])('a text of nothing but %s is refused soon', (_, text) => {
  for (const member of ['ConditionExpression', 'KeyConditionExpression', 'ProjectionExpression'] as const)
    expect(() => readExpressions({ [member]: text })).toThrow(/^Invalid \w+Expression: /)
  expect(() => readExpressions({ UpdateExpression: `SET a = ${text}` })).toThrow(
    /^Invalid UpdateExpression: /,
  )
})

test('all reserved words are known', () => {
  expect(reservedWords.size).toBe(573)
})

test('whatever the text is, it is read or refused', () => {
  const words = fc.constantFrom(
    ...'a b #n :v 0 12 ( ( ) ) [ ] . , = <> < >= + - ! _ AND OR NOT BETWEEN IN SET REMOVE ADD DELETE'.split(
      ' ',
    ),
    'size(a)',
    'attribute_exists(',
    'begins_with(b, :v)',
    'if_not_exists(a, :v)',
    'list_append(',
    'foo(',
    'name',
  )
  const texts = fc.oneof(
    fc.array(words, { maxLength: 25 }).map((of) => of.join(' ')),
    fc.string({ unit: 'binary' }),
  )
  const outcomes = new Set<string>()
  fc.assert(
    fc.property(texts, fc.nat(4), (text, which) => {
      const member = (
        [
          'ConditionExpression',
          'FilterExpression',
          'KeyConditionExpression',
          'ProjectionExpression',
          'UpdateExpression',
        ] as const
      )[which]!
      try {
        const read = readExpressions({
          [member]: text,
          ExpressionAttributeNames: { '#n': 'n' },
          ExpressionAttributeValues: { ':v': one },
        })
        read.update?.apply({ a: one })
        read.condition?.matches({ a: one })
        outcomes.add('read')
      } catch (error) {
        expect(error, text).toBeInstanceOf(TableFault)
        outcomes.add((error as Error).message.split(';')[0]!)
      }
    }),
    { numRuns: 5000 },
  )
  expect(outcomes.size).toBeGreaterThan(5)
})
