import { describe, expect, test } from 'vitest'
import type { Item } from '../value.ts'
import { readExpressions } from './expression.ts'

const item: Item = {
  word: { S: 'héllo😀' },
  five: { N: '5' },
  bytes: { B: 'AQID' },
  yes: { BOOL: true },
  nil: { NULL: true },
  list1: { L: [{ S: 'a' }, { N: '1' }, { L: [{ S: 'x' }] }, { M: { q: { S: 'Q' } } }] },
  map1: { M: { x: { N: '1' }, y: { M: { w: { S: 'v' } } } } },
  texts: { SS: ['a', 'b'] },
  numbers: { NS: ['1', '2'] },
  blobs: { BS: ['AQ==', 'Ag=='] },
}

const values: Item = {
  ':h': { S: 'h' },
  ':a': { S: 'a' },
  ':z': { S: 'z' },
  ':empty': { S: '' },
  ':typeS': { S: 'S' },
  ':typeX': { S: 'STRING' },
  ':one': { N: '1' },
  ':five': { N: '5' },
  ':seven': { N: '7' },
  ':bytes': { B: 'AQ==' },
  ':yes': { BOOL: true },
  ':nil': { NULL: true },
  ':q': { M: { q: { S: 'Q' } } },
  ':list': { L: [{ S: 'x' }] },
  ':set': { SS: ['b', 'a'] },
}

const names = { '#text': 'word', '#status': 'status' }

const usedIn = <T>(all: Record<string, T>, text: string): Record<string, T> | undefined => {
  const used = Object.entries(all).filter(([key]) => new RegExp(`${key}(?!\\w)`).test(text))
  return used.length > 0 ? Object.fromEntries(used) : undefined
}

const conditionOf = (text: string) =>
  readExpressions({
    ConditionExpression: text,
    ExpressionAttributeNames: usedIn(names, text),
    ExpressionAttributeValues: usedIn(values, text),
  }).condition!

describe('a condition holds', () => {
  test.each([
    'five = :five',
    'five <> :one',
    'five>:one',
    'five BETWEEN :five AND :seven',
    'five between :one and :five',
    'five IN (:one, :five)',
    '#text BETWEEN :h AND :z',
    'bytes > :bytes',
    'texts = :set',
    'list1[2] = :list',
    'map1.x = :one',
    'yes = :yes AND nil = :nil',
    ':five = five',
    '(five) = (:five)',
    '((five = :five) AND yes = :yes)',
    'NOT five = :one AND yes = :yes',
    'five = :five OR five = :one AND five = :one',
    'NOT (five = :one OR yes <> :yes)',
    'NOT NOT five = :five',
    'attribute_exists(map1.y.w)',
    'attribute_exists(list1[3].q)',
    'attribute_not_exists(list1[9])',
    'attribute_not_exists(toString)',
    'attribute_not_exists(map1.hasOwnProperty)',
    'attribute_type(#text, :typeS)',
    'begins_with(#text, :h)',
    'begins_with(#text, :empty)',
    'begins_with(bytes, :bytes)',
    'contains(#text, :h)',
    'contains(texts, :a)',
    'contains(numbers, :one)',
    'contains(blobs, :bytes)',
    'contains(bytes, :bytes)',
    'contains(list1, :q)',
    'size(#text) = :seven',
    'size(list1) > size(map1)',
    'size(bytes) BETWEEN size(texts) AND :five',
    'absent <> :one',
  ])('%s', (text) => {
    expect(conditionOf(text).matches(item)).toBe(true)
  })
})

describe('a condition does not hold', () => {
  test.each([
    'five = :a',
    'five < :a',
    'five > :a',
    'NOT five = :five',
    'absent = :one',
    'absent < :one',
    'absent BETWEEN :one AND :five',
    'absent IN (:one)',
    'absent = nowhere',
    'size(five) = :one',
    'size(absent) = :one',
    'begins_with(five, :h)',
    'contains(#text, :one)',
    'contains(texts, :set)',
    'contains(absent, :a)',
    'attribute_type(five, :typeS)',
    'attribute_exists(word.x)',
    'attribute_exists(map1[0])',
  ])('%s', (text) => {
    expect(conditionOf(text).matches(item)).toBe(false)
  })
})

test('an item that is not there has no attributes', () => {
  expect(conditionOf('attribute_not_exists(five)').matches(undefined)).toBe(true)
  expect(conditionOf('five = :five').matches(undefined)).toBe(false)
})

test('numbers compare by what they are, whatever their number of digits', () => {
  const condition = readExpressions({
    ConditionExpression: 'n > :n',
    ExpressionAttributeValues: { ':n': { N: '12345678901234567890123456789012345678' } },
  }).condition!
  expect(condition.matches({ n: { N: '12345678901234567890123456789012345679' } })).toBe(true)
  expect(condition.matches({ n: { N: '-12345678901234567890123456789012345679' } })).toBe(false)
})

test('a condition tells at which attributes it looks', () => {
  expect(
    conditionOf('#text = :a AND size(map1.x) > :one OR five = :five AND map1.y = :one').attributes,
  ).toEqual(['word', 'map1', 'five'])
})

describe('a condition is refused in the words of the service', () => {
  const distinct =
    'The first operand must be distinct from the remaining operands for this operator or function; operator: '
  const type = 'Incorrect operand type for operator or function; operator or function: '
  const misused = 'The function is not allowed to be used this way in an expression; function: '
  const count = 'Incorrect number of operands for operator or function; operator or function: '
  test.each([
    ['', 'The expression can not be empty;'],
    ['a x b', 'Syntax error; token: "x", near: "a x b"'],
    ['five', 'Syntax error; token: "<EOF>", near: "five"'],
    ['five =', 'Syntax error; token: "<EOF>", near: "="'],
    ['= five', 'Syntax error; token: "=", near: "= five"'],
    ['five != :five', 'Syntax error; token: "!", near: "five !="'],
    ['five = 4', 'Syntax error; token: "4", near: "= 4"'],
    ['five = :five :five', 'Syntax error; token: ":five", near: ":five :five"'],
    ['(five = :five', 'Syntax error; token: "<EOF>", near: ":five"'],
    ['(five) AND five = :five', 'Syntax error; token: "AND", near: ") AND five"'],
    ['five = :five AND (five)', 'Syntax error; token: "<EOF>", near: ")"'],
    ['five IN ()', 'Syntax error; token: ")", near: "()"'],
    ['attribute_exists()', 'Syntax error; token: ")", near: "()"'],
    ['list1[01] = :a', 'Syntax error; token: "1", near: "01]"'],
    ['map1..x = :a', 'Syntax error; token: ".", near: "..x"'],
    ['_five = :five', 'Syntax error; token: "_", near: "_five"'],
    ['set = :five', 'Syntax error; token: "set", near: "set ="'],
    ['((five = :five))', 'The expression has redundant parentheses;'],
    ['((five)) = :five', 'The expression has redundant parentheses;'],
    ['name = :a', 'Attribute name is a reserved keyword; reserved keyword: name'],
    ['map1.Status = :a', 'Attribute name is a reserved keyword; reserved keyword: Status'],
    ['list1[2147483648] = :a', 'List index is not within the allowable range; index: [2147483648]'],
    ['exists(five)', 'Invalid function name; function: exists'],
    ['Size(five) = :five', 'Invalid function name; function: Size'],
    [
      'if_not_exists(five, :five) = :five',
      'The function is not allowed in a condition expression; function: if_not_exists',
    ],
    ['size(five)', `${misused}size`],
    ['five = :five AND size(five)', `${misused}size`],
    ['contains(texts, :a) = :yes', `${misused}contains`],
    ['contains(texts)', `${count}contains, number of operands: 1`],
    ['attribute_exists(five, texts)', `${count}attribute_exists, number of operands: 2`],
    [
      'attribute_exists(:a)',
      'Operator or function requires a document path; operator or function: attribute_exists',
    ],
    [
      '#other = :a',
      'An expression attribute name used in the document path is not defined; attribute name: #other',
    ],
    [
      'five = :other',
      'An expression attribute value used in expression is not defined; attribute value: :other',
    ],
    ['#text = word', `${distinct}=, first operand: [word]`],
    ['list1[0].a IN (:a, list1[0].a)', `${distinct}IN, first operand: [list1, [0], a]`],
    ['contains(texts, texts)', `${distinct}contains, first operand: [texts]`],
    ['five < :yes', `${type}<, operand type: BOOL`],
    ['five BETWEEN :set AND :one', `${type}BETWEEN, operand type: SS`],
    ['begins_with(word, :one)', `${type}begins_with, operand type: N`],
    ['size(:one) = :one', `${type}size, operand type: N`],
    ['attribute_type(word, :one)', `${type}attribute_type, operand type: N`],
    [
      'attribute_type(#text, :typeX)',
      'Invalid attribute type name found; type: STRING, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
    ],
    [
      'five BETWEEN :seven AND :five',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
        'lower bound operand: AttributeValue: {N:7}, upper bound operand: AttributeValue: {N:5}',
    ],
    [
      'five BETWEEN :a AND :five',
      'The BETWEEN operator requires same data type for lower and upper bounds; ' +
        'lower bound operand: AttributeValue: {S:a}, upper bound operand: AttributeValue: {N:5}',
    ],
  ])('%s', (text, message) => {
    expect(() => conditionOf(text).matches(item)).toThrow(
      expect.objectContaining({
        code: 'ValidationException',
        message: `Invalid ConditionExpression: ${message}`,
      }),
    )
  })
})
