/*
 * Pattern text to AST, with validation. Every refusal names the place and what would be valid there. The rules are
 * those of the event bus; docs/patterns.md lists them.
 */

import { type AllOf, type Condition, type OneOf, patternLimits } from './ast.ts'
import { type PatternFaultCode, PatternError } from './fault.ts'
import { type JsonEntry, type JsonNode, nounOf, parseJson } from './json.ts'
import { readMatchers } from './matcher.ts'

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
    const matchers = readMatchers(list, (...fault) => this.#fail(...fault))
    return { type: 'field', path, at: entry.at, matchers }
  }

  #fail(code: PatternFaultCode, at: number, found: string, expected: string): never {
    throw new PatternError({ code, path: this.#path, at, found, expected }, this.#source)
  }
}

/** Paths are the keys joined by dots. An empty key at the top is the path ''. */
function joined(parent: string | undefined, key: string): string {
  return parent === undefined ? key : `${parent}.${key}`
}
