import { describe, expect, test } from 'vitest'
import type { Item } from '../value.ts'
import { readExpressions } from './expression.ts'

const item: Item = {
  a: { S: 'k' },
  m: { M: { x: { N: '1' }, y: { M: { w: { S: 'v' }, u: { S: 'u' } } } } },
  l: { L: [{ S: 'a' }, { N: '1' }, { M: { q: { S: 'Q' }, r: { S: 'R' } } }] },
}

const projectionOf = (text: string, names?: Record<string, string>) =>
  readExpressions({ ProjectionExpression: text, ExpressionAttributeNames: names }).projection!

describe('a projection gives what it names', () => {
  test.each<[string, Item]>([
    ['a', { a: { S: 'k' } }],
    ['absent, a', { a: { S: 'k' } }],
    ['m.x, m.y.w', { m: { M: { x: { N: '1' }, y: { M: { w: { S: 'v' } } } } } }],
    ['l[2], l[0]', { l: { L: [{ S: 'a' }, { M: { q: { S: 'Q' }, r: { S: 'R' } } }] } }],
    ['l[2].q, l[0]', { l: { L: [{ S: 'a' }, { M: { q: { S: 'Q' } } }] } }],
    ['m.absent, m.x.q, l[0].x, l[5], a[0]', {}],
    ['toString, m.hasOwnProperty', {}],
  ])('%s', (text, part) => {
    expect(projectionOf(text).project(item)).toEqual(part)
  })
})

test('an attribute may have any name', () => {
  const odd = JSON.parse('{"__proto__":{"S":"p"},"a":{"S":"k"}}') as Item
  const part = projectionOf('#p', { '#p': '__proto__' }).project(odd)
  expect(JSON.stringify(part)).toBe('{"__proto__":{"S":"p"}}')
})

test('one text with other names is another projection', () => {
  expect(projectionOf('#n', { '#n': 'a' }).project(item)).toEqual({ a: { S: 'k' } })
  expect(projectionOf('#n', { '#n': 'absent' }).project(item)).toEqual({})
})

test('a projection tells at which attributes it looks', () => {
  expect(projectionOf('m.x, l[0], m.y').attributes).toEqual(['m', 'l'])
})

describe('a projection is refused in the words of the service', () => {
  const paths = 'with each other; must remove or rewrite one of these paths; path one: '
  test.each([
    ['', 'The expression can not be empty;'],
    ['a b', 'Syntax error; token: "b", near: "a b"'],
    ['a,', 'Syntax error; token: "<EOF>", near: ","'],
    ['!!!', 'Syntax error; token: "!", near: "!!"'],
    [':a', 'Syntax error; token: ":a", near: ":a"'],
    ['name', 'Attribute name is a reserved keyword; reserved keyword: name'],
    ['a, a', `Two document paths overlap ${paths}[a], path two: [a]`],
    ['m, m.x', `Two document paths overlap ${paths}[m], path two: [m, x]`],
    ['l[0].q, l[0]', `Two document paths overlap ${paths}[l, [0], q], path two: [l, [0]]`],
    ['m.x, m[0]', `Two document paths conflict ${paths}[m, x], path two: [m, [0]]`],
    [`m${'.x'.repeat(32)}`, 'The document path has too many nesting levels; nesting levels: 33'],
    ['#x', 'An expression attribute name used in the document path is not defined; attribute name: #x'],
  ])('%s', (text, message) => {
    expect(() => projectionOf(text)).toThrow(`Invalid ProjectionExpression: ${message}`)
  })
})
