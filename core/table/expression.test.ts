import { describe, expect, test } from 'vitest'
import {
  compileExpression,
  ExpressionError,
  expressionFacts,
  expressionOf,
  expressionProblem,
} from './expression.ts'

const now = Date.UTC(2026, 10, 23, 9)
const evaluate = (text: string, facts: unknown = {}): Promise<unknown> =>
  compileExpression(text).evaluate(facts, now)

test('only text in {% %} is an expression', () => {
  expect(expressionOf('{% lead.budget %}')).toBe('lead.budget')
  expect(expressionOf('100 % sure')).toBeUndefined()
  expect(expressionOf(5)).toBeUndefined()
})

test('an expression sees the facts and the moment of the decision', async () => {
  expect(await evaluate('$min([25, $floor(lead.budget / 2000)])', { lead: { budget: 9000 } })).toBe(4)
  expect(await evaluate('$now() & " " & $millis()')).toBe(`2026-11-23T09:00:00.000Z ${now}`)
})

describe('the sandbox', () => {
  test.each([
    ['$eval("1")', /could run any text/],
    ['($e := $eval; $e("1"))', /could run any text/],
    ['$random()', /differently each time/],
    ['$match(lead.product, /(a+)+$/)', /regular expressions/],
    ['[1..$count(lead)]', /a range needs/],
    ['[1..1000000]', /a range needs/],
    ['lead ~> |$|{"status": "won"}|', /cannot be changed/],
    ['lead.', /not a JSONata expression/],
  ])('refuses %s when the table is read', (text, reason) => {
    expect(expressionProblem(text)).toMatch(reason)
    expect(() => compileExpression(text)).toThrow(ExpressionError)
  })

  test.each([
    ['an endless loop', '($f := function($n){ $f($n + 1) }; $f(0))'],
    ['a deep recursion', '($f := function($n){ 1 + $f($n + 1) }; $f(0))'],
    ['many steps', '$map([1..1000], function($a){ $map([1..1000], function($b){ $a * $b }) })'],
    ['a text that doubles', '$reduce([1..100], function($a, $b){ $string($a) & $string($a) })'],
    ['a wide pad', '$length($pad("x", 900000000))'],
  ])('%s ends with an error, soon', async (_, text) => {
    const started = performance.now()
    await expect(evaluate(text)).rejects.toThrow(ExpressionError)
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  test('keys such as __proto__ and constructor are only data', async () => {
    expect(await evaluate('lead.constructor', { lead: {} })).toBeUndefined()
    expect(await evaluate('lead.__proto__.toString', { lead: {} })).toBeUndefined()
  })

  test('a mistake of one evaluation does not spoil the next', async () => {
    const expression = compileExpression('lead.n = 1 ? ($f := function($n){ $f($n + 1) }; $f(0)) : "fine"')
    await expect(expression.evaluate({ lead: { n: 1 } }, now)).rejects.toThrow(ExpressionError)
    expect(await expression.evaluate({ lead: { n: 2 } }, now)).toBe('fine')
  })
})

test('the facts of an expression are found wherever they stand', () => {
  expect(
    expressionFacts('lead.budget > 5 ? $floor(customer.openDebt) : "x" & daysSince.created').sort(),
  ).toEqual(['customer.openDebt', 'daysSince.created', 'lead.budget'])
})
