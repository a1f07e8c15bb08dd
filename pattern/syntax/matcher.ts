/*
 * The alternatives of one field, from JSON to matchers. The rules are those of the event bus; docs/patterns.md lists them.
 */

import { parseAddress } from './address.ts'
import { type Matcher, patternLimits } from './ast.ts'
import { clip, type PatternFaultCode } from './fault.ts'
import { type JsonEntry, type JsonNode, nounOf } from './json.ts'
import { isComparable } from './number.ts'
import { wildcardComplexity, wildcardPieces } from './wildcard.ts'

/** Throws the fault of what stands at a place: what is there, and what would be valid. */
export type Refuse = (code: PatternFaultCode, at: number, found: string, expected: string) => never

const operators =
  'one of {"prefix": …}, {"suffix": …}, {"equals-ignore-case": …}, {"wildcard": …}, {"anything-but": …}, ' +
  '{"numeric": […]}, {"exists": true|false}, {"cidr": …}'

/** Reads the list of one field, which has at least one alternative. */
export function readMatchers(list: JsonNode & { type: 'array' }, refuse: Refuse): Matcher[] {
  const matchers = list.items.map((item) => matcherOf(item, refuse))
  checkWildcards(matchers, list.at, refuse)
  return matchers
}

function matcherOf(item: JsonNode, refuse: Refuse): Matcher {
  switch (item.type) {
    case 'string':
      return { type: 'equals', at: item.at, value: item.value, exactly: false }
    case 'literal':
      return { type: 'equals', at: item.at, value: item.value, exactly: false }
    case 'number': {
      const { at, text } = item
      return { type: 'number', at, text, value: Number(text), comparable: isComparable(text) }
    }
    case 'object':
      return operatorOf(item, refuse)
    case 'array':
      return refuse(
        'value-not-allowed',
        item.at,
        'a list inside a list',
        'a string, number, true, false, null or an operator',
      )
  }
}

function operatorOf(item: JsonNode & { type: 'object' }, refuse: Refuse): Matcher {
  const entry = onlyEntry(item, operators, refuse)
  const { key, value } = entry
  const at = item.at
  switch (key) {
    case 'exactly':
      return { type: 'equals', at, value: textOf(value, key, refuse), exactly: true }
    case 'prefix':
    case 'suffix': {
      if (value.type !== 'object')
        return { type: key, at, text: textOf(value, key, refuse), ignoreCase: false }
      const nested = onlyEntry(value, '{"equals-ignore-case": "text"}', refuse)
      if (nested.key !== 'equals-ignore-case') refuseUnknown(nested, '"equals-ignore-case"', refuse)
      return { type: key, at, text: textOf(nested.value, nested.key, refuse), ignoreCase: true }
    }
    case 'equals-ignore-case':
      return { type: key, at, text: textOf(value, key, refuse) }
    case 'wildcard': {
      const text = textOf(value, key, refuse)
      return { type: key, at, text, pieces: piecesOf(text, value.at, refuse) }
    }
    case 'exists':
      if (value.type !== 'literal' || value.value === null) {
        return refuse('operand-type', value.at, `exists with ${nounOf(value)}`, 'true or false')
      }
      return { type: key, at, exists: value.value }
    case 'cidr':
      return cidrOf(value, at, refuse)
    case 'numeric':
      return numericOf(value, at, refuse)
    case 'anything-but':
      return anythingButOf(value, at, refuse)
    default:
      return refuseUnknown(entry, operators, refuse)
  }
}

function cidrOf(value: JsonNode, at: number, refuse: Refuse): Matcher {
  const text = textOf(value, 'cidr', refuse)
  const expected = 'an address, "/" and a mask below 32 (IPv4) or 128 (IPv6): "10.0.0.0/24", "2001:db8::/32"'
  const [base = '', mask = '', ...rest] = text.split('/')
  const address = parseAddress(base)
  const bits = /^\d{1,9}$/.test(mask) ? Number(mask) : -1
  if (rest.length > 0 || !address || bits < 0 || bits >= (address.family === 4 ? 32 : 128)) {
    return refuse('cidr-malformed', value.at, `cidr ${JSON.stringify(clip(text, 60))}`, expected)
  }
  return { type: 'cidr', at, text, range: { address, bits } }
}

function numericOf(value: JsonNode, at: number, refuse: Refuse): Matcher {
  const expected =
    '["=", n], one bound such as [">=", n], or a lower and then an upper bound such as [">", 0, "<=", 5]'
  if (value.type !== 'array') {
    return refuse('operand-type', value.at, `numeric with ${nounOf(value)}`, expected)
  }
  const { items } = value
  const range = { low: -Infinity, lowOpen: true, high: Infinity, highOpen: true }
  if (items.length !== 2 && items.length !== 4) {
    refuse('numeric-operator', value.at, `numeric with ${items.length} elements`, expected)
  }
  for (let index = 0; index < items.length; index += 2) {
    const sign = items[index]
    const number = items[index + 1]
    if (sign?.type !== 'string' || number === undefined) {
      return refuse(
        'numeric-operator',
        (sign ?? value).at,
        `${sign ? nounOf(sign) : 'nothing'} for a sign`,
        expected,
      )
    }
    if (number.type !== 'number') {
      return refuse(
        'operand-type',
        number.at,
        `"${clip(sign.value, 20)}" with ${nounOf(number)}`,
        'a number behind the sign',
      )
    }
    const bound = exactNumber(number, refuse)
    const second = index > 0
    if (sign.value === '=' && items.length === 2) {
      Object.assign(range, { low: bound, lowOpen: false, high: bound, highOpen: false })
    } else if ((sign.value === '>' || sign.value === '>=') && !second) {
      Object.assign(range, { low: bound, lowOpen: sign.value === '>' })
    } else if (
      (sign.value === '<' || sign.value === '<=') &&
      (second ? range.low > -Infinity : items.length === 2)
    ) {
      Object.assign(range, { high: bound, highOpen: sign.value === '<' })
    } else {
      refuse('numeric-operator', sign.at, `the sign ${JSON.stringify(clip(sign.value, 20))} here`, expected)
    }
  }
  if (items.length === 4 && !(range.low < range.high)) {
    refuse(
      'numeric-order',
      value.at,
      `${range.low} up to ${range.high}`,
      'a lower bound strictly below the upper one',
    )
  }
  return { type: 'numeric', at, ...range }
}

function anythingButOf(value: JsonNode, at: number, refuse: Refuse): Matcher {
  if (value.type === 'object') return anythingButOperator(value, at, refuse)
  const expected =
    'a string, a number, a list of strings, a list of numbers, or an operator such as {"prefix": "a"}'
  const items = value.type === 'array' ? value.items : [value]
  if (items.length === 0) refuse('operand-empty', value.at, 'anything-but with an empty list', expected)
  if (items.every((item) => item.type === 'string')) {
    return { type: 'anything-but', at, of: 'text', texts: items.map((item) => item.value) }
  }
  if (items.every((item) => item.type === 'number')) {
    return { type: 'anything-but', at, of: 'number', numbers: items.map((item) => exactNumber(item, refuse)) }
  }
  const wrong = items.find((item) => item.type !== items[0]?.type) ?? items[0] ?? value
  return refuse('operand-type', wrong.at, `anything-but with ${nounOf(wrong)}`, expected)
}

function anythingButOperator(value: JsonNode & { type: 'object' }, at: number, refuse: Refuse): Matcher {
  const expected = '"prefix", "suffix", "equals-ignore-case" or "wildcard" with a text or a list of texts'
  const entry = onlyEntry(value, expected, refuse)
  const { key } = entry
  if (key !== 'prefix' && key !== 'suffix' && key !== 'equals-ignore-case' && key !== 'wildcard') {
    return refuseUnknown(entry, expected, refuse)
  }
  const items = entry.value.type === 'array' ? entry.value.items : [entry.value]
  if (items.length === 0) refuse('operand-empty', entry.value.at, `${key} with an empty list`, expected)
  const texts = items.map((item) => {
    const text = textOf(item, key, refuse)
    if (text === '' && (key === 'prefix' || key === 'suffix')) {
      refuse('operand-empty', item.at, `anything-but ${key} ""`, 'a text that is not empty')
    }
    if (key === 'wildcard') piecesOf(text, item.at, refuse)
    return text
  })
  return { type: 'anything-but', at, of: key, texts }
}

function checkWildcards(matchers: readonly Matcher[], at: number, refuse: Refuse): void {
  const all = matchers.flatMap((matcher) => {
    if (matcher.type === 'wildcard') return [matcher.pieces]
    if (matcher.type === 'anything-but' && matcher.of === 'wildcard') {
      return matcher.texts.map((text) => piecesOf(text, matcher.at, refuse))
    }
    return []
  })
  const complexity = wildcardComplexity(all)
  if (complexity >= patternLimits.wildcardComplexity) {
    const expected = `less than ${patternLimits.wildcardComplexity}: fewer stars, or fewer repeated characters behind them`
    refuse('wildcard-too-complex', at, `wildcards of complexity ${complexity}`, expected)
  }
}

function piecesOf(text: string, at: number, refuse: Refuse): string[] {
  const pieces = wildcardPieces(text)
  if (Array.isArray(pieces)) return pieces
  return refuse('wildcard-malformed', at, pieces.found, pieces.expected)
}

function onlyEntry(item: JsonNode & { type: 'object' }, expected: string, refuse: Refuse): JsonEntry {
  const [entry, ...more] = item.entries
  if (!entry || more.length > 0) {
    return refuse(
      'operator-count',
      item.at,
      `${item.entries.length} operators in one object`,
      `exactly one: ${expected}`,
    )
  }
  return entry
}

function textOf(value: JsonNode, operator: string, refuse: Refuse): string {
  if (value.type === 'string') return value.value
  return refuse('operand-type', value.at, `${operator} with ${nounOf(value)}`, 'a string')
}

function exactNumber(value: JsonNode & { type: 'number' }, refuse: Refuse): number {
  if (isComparable(value.text)) return Number(value.text)
  const expected = 'a number that a double holds exactly as it is written'
  return refuse('number-not-comparable', value.at, `the number ${clip(value.text, 40)}`, expected)
}

function refuseUnknown(entry: JsonEntry, expected: string, refuse: Refuse): never {
  return refuse(
    'operator-unknown',
    entry.at,
    `unknown operator ${JSON.stringify(clip(entry.key, 40))}`,
    expected,
  )
}
