// Pattern text to AST, with validation. Every refusal names the place and what would be valid there. The rules are
// those of the event bus; docs/patterns.md lists them.

import { parseAddress } from './address.ts'
import { type AllOf, type Condition, type Matcher, type OneOf, patternLimits } from './ast.ts'
import { clip, type PatternFaultCode, PatternError } from './fault.ts'
import { type JsonEntry, type JsonNode, parseJson } from './json.ts'
import { isComparable } from './number.ts'
import { wildcardComplexity, wildcardPieces } from './wildcard.ts'

/** Parses and validates a pattern. @throws {PatternError} */
export function parsePattern(source: string): AllOf {
  const parser = new PatternParser(source)
  return parser.pattern()
}

// What may not name a field inside `$or`: the operators, and what the bus keeps for later.
const reservedInOr = new Set(
  (
    'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard ' +
    'not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range ' +
    'ip-address-in-range ip-address-not-in-range'
  ).split(' '),
)

const operators =
  'one of {"prefix": …}, {"suffix": …}, {"equals-ignore-case": …}, {"wildcard": …}, {"anything-but": …}, ' +
  '{"numeric": […]}, {"exists": true|false}, {"cidr": …}'

class PatternParser {
  readonly #source: string
  #path = ''

  constructor(source: string) {
    this.#source = source
  }

  pattern(): AllOf {
    if (this.#source.length > patternLimits.length) {
      this.#fail('pattern-too-long', 0, `${this.#source.length} units`, `at most ${patternLimits.length}`)
    }
    const tree = parseJson(this.#source, patternLimits.depth)
    if (tree.type !== 'object') {
      this.#fail('pattern-not-object', tree.at, `the pattern is ${nounOf(tree)}`, 'a JSON object')
    }
    const parts: AllOf['parts'] = []
    this.#fields(tree, undefined, false, parts)
    return { type: 'all', at: tree.at, parts }
  }

  #fields(
    node: JsonNode & { type: 'object' },
    parent: string | undefined,
    inOr: boolean,
    parts: AllOf['parts'],
  ): void {
    if (node.entries.length === 0)
      this.#fail('object-empty', node.at, 'an empty object', 'at least one field')
    for (const entry of node.entries) {
      if (entry.key === '$or') parts.push(this.#or(entry, parent))
      else this.#field(entry, parent, inOr, parts)
    }
    this.#path = parent ?? ''
  }

  #field(entry: JsonEntry, parent: string | undefined, inOr: boolean, parts: AllOf['parts']): void {
    const path = joined(parent, entry.key)
    this.#path = path
    if (inOr && reservedInOr.has(entry.key)) {
      const found = `"${entry.key}" is an operator's name`
      this.#fail(
        'or-reserved-name',
        entry.at,
        found,
        'a field that is not named like an operator, inside $or',
      )
    }
    const { value } = entry
    if (value.type === 'object') {
      this.#fields(value, path, inOr, parts)
    } else if (value.type === 'array') {
      parts.push(this.#condition(entry, value, path))
    } else {
      this.#fail(
        'field-not-list',
        value.at,
        `the field holds ${nounOf(value)}`,
        'a list of alternatives, or an object',
      )
    }
  }

  #or(entry: JsonEntry, parent: string | undefined): OneOf {
    this.#path = joined(parent, '$or')
    const list = entry.value
    if (list.type !== 'array') {
      this.#fail('or-not-list', list.at, `$or holds ${nounOf(list)}`, 'a list of at least 2 objects')
    }
    const parts = list.items.map((item): AllOf => {
      if (item.type !== 'object') {
        this.#fail('or-not-object', item.at, `$or lists ${nounOf(item)}`, 'objects with fields')
      }
      const alternatives: AllOf['parts'] = []
      this.#fields(item, parent, true, alternatives)
      this.#path = joined(parent, '$or')
      return { type: 'all', at: item.at, parts: alternatives }
    })
    if (parts.length < 2) {
      this.#fail('or-too-few', list.at, `$or lists ${parts.length} objects`, 'at least 2 objects')
    }
    return { type: 'or', at: entry.at, parts }
  }

  #condition(entry: JsonEntry, list: JsonNode & { type: 'array' }, path: string): Condition {
    if (list.items.length === 0) {
      this.#fail('list-empty', list.at, 'an empty list, which can never match', 'at least one alternative')
    }
    const matchers = list.items.map((item) => this.#matcher(item))
    this.#checkWildcards(matchers, list.at)
    return { type: 'field', path, at: entry.at, matchers }
  }

  #matcher(item: JsonNode): Matcher {
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
        return this.#operator(item)
      case 'array':
        return this.#fail(
          'value-not-allowed',
          item.at,
          'a list inside a list',
          'a string, number, true, false, null or an operator',
        )
    }
  }

  #operator(item: JsonNode & { type: 'object' }): Matcher {
    const entry = this.#only(item, operators)
    const { key, value } = entry
    const at = item.at
    switch (key) {
      case 'exactly':
        return { type: 'equals', at, value: this.#text(value, key), exactly: true }
      case 'prefix':
      case 'suffix': {
        if (value.type !== 'object') return { type: key, at, text: this.#text(value, key), ignoreCase: false }
        const nested = this.#only(value, '{"equals-ignore-case": "text"}')
        if (nested.key !== 'equals-ignore-case') this.#unknown(nested, '"equals-ignore-case"')
        return { type: key, at, text: this.#text(nested.value, nested.key), ignoreCase: true }
      }
      case 'equals-ignore-case':
        return { type: key, at, text: this.#text(value, key) }
      case 'wildcard': {
        const text = this.#text(value, key)
        return { type: key, at, text, pieces: this.#pieces(text, value.at) }
      }
      case 'exists':
        if (value.type !== 'literal' || value.value === null) {
          return this.#fail('operand-type', value.at, `exists with ${nounOf(value)}`, 'true or false')
        }
        return { type: key, at, exists: value.value }
      case 'cidr':
        return this.#cidr(value, at)
      case 'numeric':
        return this.#numeric(value, at)
      case 'anything-but':
        return this.#anythingBut(value, at)
      default:
        return this.#unknown(entry, operators)
    }
  }

  #cidr(value: JsonNode, at: number): Matcher {
    const text = this.#text(value, 'cidr')
    const expected =
      'an address, "/" and a mask below 32 (IPv4) or 128 (IPv6): "10.0.0.0/24", "2001:db8::/32"'
    const [base = '', mask = '', ...rest] = text.split('/')
    const address = parseAddress(base)
    const bits = /^\d{1,9}$/.test(mask) ? Number(mask) : -1
    if (rest.length > 0 || !address || bits < 0 || bits >= (address.family === 4 ? 32 : 128)) {
      return this.#fail('cidr-malformed', value.at, `cidr ${JSON.stringify(clip(text, 60))}`, expected)
    }
    return { type: 'cidr', at, text, range: { address, bits } }
  }

  #numeric(value: JsonNode, at: number): Matcher {
    const expected =
      '["=", n], one bound such as [">=", n], or a lower and then an upper bound such as [">", 0, "<=", 5]'
    if (value.type !== 'array') {
      return this.#fail('operand-type', value.at, `numeric with ${nounOf(value)}`, expected)
    }
    const { items } = value
    const range = { low: -Infinity, lowOpen: true, high: Infinity, highOpen: true }
    if (items.length !== 2 && items.length !== 4) {
      this.#fail('numeric-operator', value.at, `numeric with ${items.length} elements`, expected)
    }
    for (let index = 0; index < items.length; index += 2) {
      const sign = items[index]
      const number = items[index + 1]
      if (sign?.type !== 'string' || number === undefined) {
        return this.#fail(
          'numeric-operator',
          (sign ?? value).at,
          `${sign ? nounOf(sign) : 'nothing'} for a sign`,
          expected,
        )
      }
      if (number.type !== 'number') {
        return this.#fail(
          'operand-type',
          number.at,
          `"${clip(sign.value, 20)}" with ${nounOf(number)}`,
          'a number behind the sign',
        )
      }
      const bound = this.#comparable(number)
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
        this.#fail(
          'numeric-operator',
          sign.at,
          `the sign ${JSON.stringify(clip(sign.value, 20))} here`,
          expected,
        )
      }
    }
    if (items.length === 4 && !(range.low < range.high)) {
      this.#fail(
        'numeric-order',
        value.at,
        `${range.low} up to ${range.high}`,
        'a lower bound strictly below the upper one',
      )
    }
    return { type: 'numeric', at, ...range }
  }

  #anythingBut(value: JsonNode, at: number): Matcher {
    if (value.type === 'object') return this.#anythingButOperator(value, at)
    const expected =
      'a string, a number, a list of strings, a list of numbers, or an operator such as {"prefix": "a"}'
    const items = value.type === 'array' ? value.items : [value]
    if (items.length === 0) this.#fail('operand-empty', value.at, 'anything-but with an empty list', expected)
    if (items.every((item) => item.type === 'string')) {
      return { type: 'anything-but', at, of: 'text', texts: items.map((item) => item.value) }
    }
    if (items.every((item) => item.type === 'number')) {
      return { type: 'anything-but', at, of: 'number', numbers: items.map((item) => this.#comparable(item)) }
    }
    const wrong = items.find((item) => item.type !== items[0]?.type) ?? items[0] ?? value
    return this.#fail('operand-type', wrong.at, `anything-but with ${nounOf(wrong)}`, expected)
  }

  #anythingButOperator(value: JsonNode & { type: 'object' }, at: number): Matcher {
    const expected = '"prefix", "suffix", "equals-ignore-case" or "wildcard" with a text or a list of texts'
    const entry = this.#only(value, expected)
    const { key } = entry
    if (key !== 'prefix' && key !== 'suffix' && key !== 'equals-ignore-case' && key !== 'wildcard') {
      return this.#unknown(entry, expected)
    }
    const items = entry.value.type === 'array' ? entry.value.items : [entry.value]
    if (items.length === 0) this.#fail('operand-empty', entry.value.at, `${key} with an empty list`, expected)
    const texts = items.map((item) => {
      const text = this.#text(item, key)
      if (text === '' && (key === 'prefix' || key === 'suffix')) {
        this.#fail('operand-empty', item.at, `anything-but ${key} ""`, 'a text that is not empty')
      }
      if (key === 'wildcard') this.#pieces(text, item.at)
      return text
    })
    return { type: 'anything-but', at, of: key, texts }
  }

  #checkWildcards(matchers: readonly Matcher[], at: number): void {
    const all = matchers.flatMap((matcher) => {
      if (matcher.type === 'wildcard') return [matcher.pieces]
      if (matcher.type === 'anything-but' && matcher.of === 'wildcard') {
        return matcher.texts.map((text) => this.#pieces(text, matcher.at))
      }
      return []
    })
    const complexity = wildcardComplexity(all)
    if (complexity >= patternLimits.wildcardComplexity) {
      const expected = `less than ${patternLimits.wildcardComplexity}: fewer stars, or fewer repeated characters behind them`
      this.#fail('wildcard-too-complex', at, `wildcards of complexity ${complexity}`, expected)
    }
  }

  #pieces(text: string, at: number): string[] {
    const pieces = wildcardPieces(text)
    if (Array.isArray(pieces)) return pieces
    return this.#fail('wildcard-malformed', at, pieces.found, pieces.expected)
  }

  #only(item: JsonNode & { type: 'object' }, expected: string): JsonEntry {
    const [entry, ...more] = item.entries
    if (!entry || more.length > 0) {
      return this.#fail(
        'operator-count',
        item.at,
        `${item.entries.length} operators in one object`,
        `exactly one: ${expected}`,
      )
    }
    return entry
  }

  #text(value: JsonNode, operator: string): string {
    if (value.type === 'string') return value.value
    return this.#fail('operand-type', value.at, `${operator} with ${nounOf(value)}`, 'a string')
  }

  #comparable(value: JsonNode & { type: 'number' }): number {
    if (isComparable(value.text)) return Number(value.text)
    const expected = 'a number that a double holds exactly as it is written'
    return this.#fail('number-not-comparable', value.at, `the number ${clip(value.text, 40)}`, expected)
  }

  #unknown(entry: JsonEntry, expected: string): never {
    return this.#fail(
      'operator-unknown',
      entry.at,
      `unknown operator ${JSON.stringify(clip(entry.key, 40))}`,
      expected,
    )
  }

  #fail(code: PatternFaultCode, at: number, found: string, expected: string): never {
    throw new PatternError({ code, path: this.#path, at, found, expected }, this.#source)
  }
}

/** Paths are the keys joined by dots. An empty key at the top is the path ''. */
function joined(parent: string | undefined, key: string): string {
  return parent === undefined ? key : `${parent}.${key}`
}

function nounOf(value: JsonNode): string {
  switch (value.type) {
    case 'object':
      return 'an object'
    case 'array':
      return 'a list'
    case 'string':
      return `the string ${JSON.stringify(clip(value.value, 40))}`
    case 'number':
      return `the number ${clip(value.text, 40)}`
    case 'literal':
      return String(value.value)
  }
}
