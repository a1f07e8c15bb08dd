import { describe, expect, test } from 'vitest'
import { patternSuite, type Verdict } from '../test/suite/pattern-suite.ts'
import {
  compilePattern,
  compilePatterns,
  describeMatchers,
  EventError,
  PatternError,
  patternLimits,
} from './pattern.ts'

const orInvalid = (judge: () => boolean): Verdict => {
  try {
    return judge()
  } catch (error) {
    if (error instanceof PatternError) return 'invalid'
    throw error
  }
}

patternSuite('one pattern', {
  matchesText: (pattern, event) => orInvalid(() => compilePattern(pattern).matchesText(event)),
  matchesParsed: (pattern, event) => orInvalid(() => compilePattern(pattern).matches(event)),
})

patternSuite('a set of one pattern', {
  matchesText: (pattern, event) =>
    orInvalid(() => compilePatterns([{ id: 'p', pattern }]).matchText(event).length === 1),
  matchesParsed: (pattern, event) =>
    orInvalid(() => compilePatterns([{ id: 'p', pattern }]).match(event).length === 1),
})

function refusal(pattern: string | object): PatternError {
  try {
    compilePattern(pattern)
  } catch (error) {
    if (error instanceof PatternError) return error
    throw error
  }
  throw new Error('the pattern was accepted')
}

function eventFault(judge: () => unknown): string {
  try {
    judge()
  } catch (error) {
    if (error instanceof EventError) return error.code
    throw error
  }
  return 'accepted'
}

describe('a refused pattern', () => {
  test('names code, field, line, column and what would be valid', () => {
    const error = refusal('{\n  "detail": {\n    "score": [{"numeric": [">=", "50"]}]\n  }\n}')
    expect(error).toMatchObject({ code: 'operand-type', path: 'detail.score', line: 3, column: 34 })
    expect(error.expected).toBe('a number behind the sign')
    expect(error.message).toContain('line 3, column 34')
  })

  test.each([
    ['{"a":["x"]', 'json-syntax', ''],
    ['{"a":["x"]} {}', 'json-syntax', ''],
    ['{"a":["x\u0000"]}', 'json-syntax', ''],
    ['[]', 'pattern-not-object', ''],
    ['{}', 'object-empty', ''],
    ['{"d":{"a":[]}}', 'list-empty', 'd.a'],
    ['{"d":{"a":"x"}}', 'field-not-list', 'd.a'],
    ['{"a":[["x"]]}', 'value-not-allowed', 'a'],
    ['{"a":[{"regex":"x"}]}', 'operator-unknown', 'a'],
    ['{"a":[{"prefix":"x","prefix":"y"}]}', 'operator-count', 'a'],
    ['{"a":[{"exists":"true"}]}', 'operand-type', 'a'],
    ['{"a":[{"anything-but":[]}]}', 'operand-empty', 'a'],
    ['{"a":[{"anything-but":{"wildcard":[]}}]}', 'operand-empty', 'a'],
    ['{"d":{"$or":{}}}', 'or-not-list', 'd.$or'],
    ['{"$or":[{"a":[1]}]}', 'or-too-few', '$or'],
    ['{"$or":[{"a":[1]},[]]}', 'or-not-object', '$or'],
    ['{"$or":[{"a":[1]},{"numeric":[1]}]}', 'or-reserved-name', 'numeric'],
    ['{"a":[{"numeric":["<",5,">",1]}]}', 'numeric-operator', 'a'],
    ['{"a":[{"numeric":[">",5,"<=",5]}]}', 'numeric-order', 'a'],
    ['{"a":[{"numeric":["=",1e400]}]}', 'number-not-comparable', 'a'],
    ['{"a":[{"cidr":"10.0.0.0/32"}]}', 'cidr-malformed', 'a'],
    ['{"a":[{"wildcard":"a**"}]}', 'wildcard-malformed', 'a'],
    ['{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}', 'wildcard-too-complex', 'a'],
  ])('%s is refused as %s', (pattern, code, path) => {
    expect(refusal(pattern)).toMatchObject({ code, path })
  })

  test('an object with what JSON does not know is refused', () => {
    for (const value of [Number.NaN, Infinity, 5n, undefined, () => 1]) {
      expect(refusal({ a: [value] }).code).toBe('value-not-allowed')
    }
  })

  test('in a set it is named by its id and leaves the set as it was', () => {
    const set = compilePatterns([{ id: 'good', pattern: { a: ['x'] } }])
    expect(() => set.add('bad', { a: [] })).toThrow(
      expect.objectContaining({ id: 'bad', code: 'list-empty' }),
    )
    expect(() => set.add('good', { a: ['y'] })).toThrow(
      expect.objectContaining({ code: 'pattern-duplicate-id' }),
    )
    expect(set.size).toBe(1)
    expect(set.match({ a: 'x' })).toEqual(['good'])
    expect(set.match({ a: 'y' })).toEqual([])
  })
})

describe('wildcard complexity', () => {
  const name = (count: number): string => {
    const list = Array.from({ length: count }, (_, at) => ({ wildcard: `*:stack/name-${at}/*` }))
    return JSON.stringify({ a: list })
  }

  test('is refused from 11 by the measure of the bus', () => {
    expect(
      compilePattern('{"a":[{"wildcard":"/Users/*/dir/dir/dir/dir/dir/doc.txt"}]}').branches,
    ).toHaveLength(1)
    expect(compilePattern(name(3)).branches).toHaveLength(1)
    expect(refusal(name(4)).message).toContain('complexity 12')
    expect(refusal('{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}').message).toContain('complexity 11')
  })

  test('counts only patterns that one text can be in at once', () => {
    const list = Array.from({ length: 200 }, (_, at) => ({ wildcard: `start-${at}-*` }))
    expect(compilePattern({ a: list }).matches({ a: 'start-7-x' })).toBe(true)
  })
})

describe('explanations', () => {
  const pattern = compilePattern(
    '{\n "detail-type": ["lead.created"],\n "detail": {\n  "country": ["FR", "DE"],\n  "score": [{"numeric": [">=", 50]}]\n }\n}',
  )

  test('name the first condition that does not hold, what it wants, what it saw, and where it stands', () => {
    expect(
      pattern.explain({ 'detail-type': 'lead.created', detail: { country: 'DE', score: 12 } }),
    ).toMatchObject({
      matches: false,
      unmet: { path: 'detail.score', wanted: '≥ 50', seen: '12', reason: 'value', line: 5, column: 3 },
    })
    expect(pattern.explain({ 'detail-type': 'lead.created', detail: { score: 12 } })).toMatchObject({
      unmet: { path: 'detail.country', wanted: 'one of "FR", "DE"', seen: 'absent', line: 4 },
    })
    expect(
      pattern.explain({ 'detail-type': 'lead.created', detail: { country: 'FR', score: 50 } }).matches,
    ).toBe(true)
  })

  test('of $or name the branch in which most holds, and each other one', () => {
    const either = compilePattern('{"s":["x"],"$or":[{"a":[1],"b":[2]},{"c":[3]}]}')
    const explanation = either.explain({ s: 'x', a: 1, b: 9 })
    if (explanation.matches) throw new Error('no match expected')
    expect(explanation.unmet).toMatchObject({ path: 'b', wanted: '2', seen: '9' })
    expect(explanation.branches.map(({ path }) => path)).toEqual(['b', 'c'])
  })

  test('say when a value holds, but in another element of a list', () => {
    const together = compilePattern({ a: { b: [1], c: [2] } })
    expect(together.explain({ a: [{ b: 1 }, { c: 2 }] })).toMatchObject({
      unmet: { path: 'a.c', seen: '2', reason: 'element' },
    })
  })

  test('describe every kind of alternative', () => {
    const texts = [
      ['"x"', '"x"'],
      ['5.0', '5.0'],
      ['{"prefix":"a"}', 'starting with "a"'],
      ['{"suffix":{"equals-ignore-case":"a"}}', 'ending with "a" in any case'],
      ['{"equals-ignore-case":"a"}', '"a" in any case'],
      ['{"wildcard":"a*"}', 'like "a*"'],
      ['{"cidr":"10.0.0.0/8"}', 'an address in 10.0.0.0/8'],
      ['{"numeric":[">",1,"<=",2]}', '> 1 and ≤ 2'],
      ['{"numeric":["=",1]}', '= 1'],
      ['{"exists":false}', 'absent'],
      ['{"anything-but":[1,2]}', 'anything but 1, 2'],
      ['{"anything-but":{"prefix":"a"}}', 'anything but starting with "a"'],
    ]
    for (const [alternative, wanted] of texts) {
      const { branches } = compilePattern(`{"a":[${alternative}]}`)
      expect(describeMatchers(branches[0]?.[0]?.matchers ?? [])).toBe(wanted)
    }
  })
})

describe('what is only data', () => {
  test('keys named like members of objects are keys', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', 'prototype']) {
      const text = JSON.stringify({ [key]: 0 }).replace('0', '["x"]')
      const pattern = compilePattern(`{"a":${text},${text.slice(1)}`)
      expect(pattern.matches(JSON.parse(`{"a":{"${key}":"x"},"${key}":"x"}`))).toBe(true)
      expect(pattern.matchesText(`{"a":{"${key}":"x"},"${key}":"x"}`)).toBe(true)
      expect(pattern.matches({ a: {} })).toBe(false)
    }
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  test('keys that an event inherits are not its keys', () => {
    const pattern = compilePattern({ a: ['x'] })
    expect(pattern.matches(Object.create({ a: 'x' }))).toBe(false)
    expect(pattern.matches(Object.assign(Object.create({ b: 'y' }), { a: 'x' }))).toBe(true)
    expect(pattern.matches(Object.assign(Object.create(null), { a: 'x' }))).toBe(true)
    // oxlint-disable-next-line no-extend-native -- what a careless library does
    Object.defineProperty(Object.prototype, 'a', { value: 'x', enumerable: true, configurable: true })
    const polluted = pattern.matches({})
    delete (Object.prototype as { a?: string }).a
    expect(polluted).toBe(false)
    expect(pattern.matches({ a: 'x' })).toBe(true)
  })

  test('an event that is no object has no fields', () => {
    const pattern = compilePattern({ a: [{ exists: false }] })
    for (const event of [null, undefined, 5, 'x', [{ a: 1 }]]) expect(pattern.matches(event)).toBe(true)
  })
})

describe('look-ups', () => {
  test('keys of equal hash in event text are told apart', () => {
    // The hash of a key is the one of Java's strings, for which Aa and BB are equal.
    const pattern = compilePattern({ AaAa: ['x'], BBBB: ['y'] })
    expect(pattern.matchesText('{"AaAa":"x","BBBB":"y","AaBB":"z"}')).toBe(true)
    expect(pattern.matchesText('{"BBBB":"x","AaAa":"y"}')).toBe(false)
    expect(compilePattern({ AaAa: [{ exists: false }] }).matchesText('{"AaBB":"x"}')).toBe(true)
  })

  test('the last piece of a wildcard does not overlap the one before', () => {
    const pattern = compilePattern({ a: [{ wildcard: '*ab*ba' }] })
    expect(pattern.matches({ a: 'xaba' })).toBe(false)
    expect(pattern.matches({ a: 'xabba' })).toBe(true)
  })

  test('a range of any width is found in a set', () => {
    const bounds = [-1e308, -1e300, -5, -1e-300, 0, 4.9e-324, 1, 1.5, 2 ** 53, 1e18, 1e300, 1e307]
    const ranges = bounds.flatMap((low, at) => bounds.slice(at + 1).map((high) => [low, high] as const))
    const set = compilePatterns(
      ranges.map(([low, high], id) => ({ id, pattern: `{"a":[{"numeric":[">=",${low},"<",${high}]}]}` })),
    )
    for (const a of [...bounds, -1e307, 7, 1e-310, 3e300, 1e17]) {
      expect(set.match({ a })).toEqual(
        ranges.flatMap(([low, high], id) => (a >= low && a < high ? [id] : [])),
      )
    }
  })
})

describe('event text', () => {
  const pattern = compilePattern('{"a":["x"]}')

  test('that is not JSON is refused, also in parts that no pattern asks for', () => {
    const broken = [
      '',
      '{',
      '{"a"}',
      '{"a":}',
      '{"a":"x",}',
      '{"a":"x"}}',
      '{"b":[1,]}',
      '{"b":01}',
      '{"b":1.}',
      '{"b":+1}',
      '{"b":.5}',
      '{"b":1e}',
      '{"b":"\\x"}',
      '{"b":"\\u12g4"}',
      '{"b":"\n"}',
      '{"b":tru}',
      "{'a':1}",
      '{"b":"x}',
      '{b:1}',
      '{"b":{"c"}}',
      '{"a":1 2}',
    ]
    for (const text of broken) {
      expect(() => JSON.parse(text) as unknown, text).toThrow(SyntaxError)
      expect(
        eventFault(() => pattern.matchesText(text)),
        text,
      ).toBe('event-syntax')
    }
  })

  test('is read as JSON.parse reads it, with escapes, spaces and any nesting', () => {
    const text =
      '\t{ "b" : [ { } , [ ] , -0.5e-3 , "\\ud83d\\ude80\\n" , null ] ,\r\n "\\u0061" : "\\u0078" } \n'
    expect(pattern.matchesText(text)).toBe(true)
    expect(pattern.matches(JSON.parse(text))).toBe(true)
  })
})

describe('bounds', () => {
  const nested = (levels: number, open: string, close: string, inside: string): string =>
    open.repeat(levels) + inside + close.repeat(levels)

  test('a pattern over a limit is refused with the limit', () => {
    expect(refusal(`{"a":["${'x'.repeat(patternLimits.length)}"]}`).code).toBe('pattern-too-long')
    expect(refusal(nested(200, '{"a":', '}', '["x"]')).code).toBe('pattern-too-deep')
    expect(refusal(nested(40_000, '[', ']', '1')).code).toBe('pattern-too-deep')
    const wide = Object.fromEntries(Array.from({ length: 257 }, (_, at) => [`k${at}`, [at]]))
    expect(refusal(wide).code).toBe('pattern-too-wide')
  })

  test('$or that multiplies is refused before it is multiplied out', () => {
    const or = '"$or":[{"a":[1]},{"b":[2]},{"c":[3]},{"d":[4]}]'
    expect(refusal(`{${Array.from({ length: 40 }, () => or).join()}}`).code).toBe('pattern-too-many-branches')
    const wide = `{"$or":[${Array.from({ length: 1_001 }, (_, at) => `{"k${at}":[1]}`).join()}]}`
    expect(refusal(wide).code).toBe('pattern-too-many-branches')
    expect(compilePattern(`{${or},"x":{${or}}}`).branches).toHaveLength(16)
  })

  test('many wildcards in one list are measured without exploring them', () => {
    const list = Array.from({ length: 3_000 }, (_, at) => `{"wildcard":"${'a'.repeat(at % 10)}${at}*"}`)
    expect(eventFault(() => compilePattern(`{"a":[${list.join()}]}`))).toBe('accepted')
    expect(refusal(`{"a":[{"wildcard":"*${'a*'.repeat(20_000)}"}]}`).code).toBe('wildcard-too-complex')
    expect(refusal(`{"a":[{"wildcard":"*${'a'.repeat(50_000)}"}]}`).code).toBe('wildcard-too-complex')
  })

  test('an event that is too deep is refused, in fields that are read and in text that is skipped', () => {
    const pattern = compilePattern({ a: ['x'] })
    const deep = nested(5_000, '[', ']', '"x"')
    expect(eventFault(() => pattern.matches(JSON.parse(`{"a":${deep}}`)))).toBe('event-too-deep')
    expect(eventFault(() => pattern.matchesText(`{"a":${deep}}`))).toBe('event-too-deep')
    expect(eventFault(() => pattern.matchesText(`{"b":${nested(5_000, '{"c":', '}', '1')}}`))).toBe(
      'event-too-deep',
    )
    // Not read, so not counted: JSON.parse has made the tree already.
    expect(pattern.matches(JSON.parse(`{"a":"x","b":${deep}}`))).toBe(true)
    expect(pattern.matchesText(`{"a":${nested(900, '[', ']', '"x"')}}`)).toBe(true)
  })

  test('a long list of objects costs steps in proportion to its length', () => {
    const pattern = compilePattern({ a: { b: [1], c: [2], d: [3], e: [{ exists: false }] } })
    const list = Array.from({ length: 20_000 }, (_, at) => ({ b: 1, c: 2, d: at === 19_999 ? 3 : 4 }))
    expect(pattern.matches({ a: list })).toBe(true)
    expect(pattern.matches({ a: list.slice(0, -1) })).toBe(false)
  })

  test('lists that multiply are given up with an error, not with the wrong answer', () => {
    // The same path through many independent lists: each doubles the states.
    const list = '[{"b":1},{"b":1},{"b":1},{"b":1},{"b":1},{"b":1},{"b":1},{"b":1}]'
    const parts = Array.from({ length: 40 }, (_, at) => `"a${at}":${list}`)
    const keys = Array.from({ length: 40 }, (_, at) => `"a${at}":{"b":[1],"c":[{"exists":false}]}`)
    expect(compilePattern(`{${keys.join()}}`).matchesText(`{${parts.join()}}`)).toBe(true)

    const pattern = compilePattern('{"a":{"b":[1],"c":[1],"d":[{"exists":false}]}}')
    const duplicates = (lists: number): string => {
      const elements = Array.from({ length: 25 }, () => '{"b":1,"c":1,"d":2}').join()
      return `{${Array.from({ length: lists }, () => `"a":[${elements}]`).join()}}`
    }
    expect(pattern.matchesText(duplicates(3))).toBe(false)
    expect(eventFault(() => pattern.matchesText(duplicates(80)))).toBe('event-too-complex')
  })

  test('a hostile text costs one search for each piece of a wildcard', () => {
    const pattern = compilePattern({ a: [{ wildcard: '*a*a*a*b' }] })
    expect(pattern.matches({ a: 'a'.repeat(1_000_000) })).toBe(false)
    expect(pattern.matches({ a: `${'a'.repeat(1_000_000)}b` })).toBe(true)
  })
})
