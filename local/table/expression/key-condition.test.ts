import { describe, expect, test } from 'vitest'
import type { Item } from '../value.ts'
import { readExpressions } from './expression.ts'

const key = { hash: { name: 'a', type: 'S' as const }, range: { name: 'b', type: 'S' as const } }
const values: Item = {
  ':k': { S: 'k' },
  ':b': { S: 'b' },
  ':c': { S: 'c' },
  ':n': { N: '1' },
  ':e': { S: '' },
}

const read = (text: string, names = key as Parameters<typeof keyConditionOf>[1]) =>
  keyConditionOf(text, names)

function keyConditionOf(
  text: string,
  names: { hash: typeof key.hash; range?: typeof key.range | undefined },
) {
  const used = Object.entries(values).filter(([name]) => new RegExp(`${name}(?!\\w)`).test(text))
  return readExpressions({
    KeyConditionExpression: text,
    ExpressionAttributeValues: used.length > 0 ? Object.fromEntries(used) : undefined,
  }).keyCondition!(names)
}

const hash = { S: 'k' }

describe('a key condition is read', () => {
  test.each([
    ['a = :k', undefined],
    ['(a = :k)', undefined],
    ['a = :k AND b = :b', { operator: '=', value: { S: 'b' } }],
    ['b >= :b AND a = :k', { operator: '>=', value: { S: 'b' } }],
    ['(a = :k) and (b < :b)', { operator: '<', value: { S: 'b' } }],
    [':k = a AND :b < b', { operator: '>', value: { S: 'b' } }],
    ['a = :k AND begins_with(b, :b)', { operator: 'begins_with', value: { S: 'b' } }],
    ['(a = :k AND b BETWEEN :b AND :c)', { operator: 'BETWEEN', low: { S: 'b' }, high: { S: 'c' } }],
  ])('%s', (text, range) => {
    expect(read(text)).toEqual(range ? { hash, range } : { hash })
  })
})

describe('a key condition is refused in the words of the service', () => {
  const operator = 'Invalid operator used in KeyConditionExpression: '
  const condition = 'Invalid condition in KeyConditionExpression: '
  const empty =
    'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: '
  test.each([
    ['', 'Invalid KeyConditionExpression: The expression can not be empty;'],
    ['a > 4', 'Invalid KeyConditionExpression: Syntax error; token: "4", near: "> 4"'],
    ['a = :k OR b = :b', `${operator}OR`],
    ['NOT a = :k', `${operator}NOT`],
    ['a <> :k', `${operator}<>`],
    ['a = :k AND b IN (:b)', `${operator}IN`],
    ['a = :k AND attribute_exists(b)', `${operator}attribute_exists`],
    ['a = b', `${condition}Multiple attribute names used in one condition`],
    [':k = :k', `${condition}No key attribute specified`],
    [
      'a = :k AND begins_with(:b, b)',
      `${condition}begins_with operator must have the key attribute as its first operand`,
    ],
    [':k BETWEEN a AND :b', `${condition}BETWEEN operator must have the key attribute as its first operand`],
    ['size(a) = :n', 'KeyConditionExpressions cannot contain nested operations'],
    ['a.x = :k', 'KeyConditionExpressions cannot have conditions on nested attributes'],
    ['a = :k AND a = :b', 'KeyConditionExpressions must only contain one condition per key'],
    ['a = :k AND b = :b AND c = :c', 'Conditions can be of length 1 or 2 only'],
    ['b = :b', 'Query condition missed key schema element: a'],
    ['a = :k AND c = :c', 'Query condition missed key schema element: b'],
    ['a > :k', 'Query key condition not supported'],
    ['begins_with(a, :k) AND b = :b', 'Query key condition not supported'],
    [
      'a = :n',
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    ['a = :e', `${empty}a`],
    ['a = :k AND b > :e', `${empty}b`],
    [
      'a = :k AND b BETWEEN :c AND :b',
      'Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to ' +
        'lower bound; lower bound operand: AttributeValue: {S:c}, upper bound operand: AttributeValue: {S:b}',
    ],
  ])('%s', (text, message) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'ValidationException', message }))
  })

  test('a second condition where the key has one part', () => {
    expect(() => keyConditionOf('a = :k AND b = :b', { hash: key.hash })).toThrow(
      'Query key condition not supported',
    )
  })
})
