import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isFault } from '../../record/fault.ts'
import { longestBody, longestText, readFormBody, readJsonBody, readJsonText, readQuery } from './body.ts'
import { bytesOf } from '../../record/key.ts'
import { decodeText } from './charset.ts'
import { findJsonFault } from './json-fault.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'))
const json = (text: string) => readJsonBody(bytes(text), undefined).fields
const form = (text: string, charset?: string, legacy?: string) =>
  readFormBody(bytes(text), charset, legacy).fields

function faultOf(work: () => unknown) {
  try {
    work()
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('JSON', () => {
  test('a fault is found exactly where JSON.parse finds one', () => {
    const broken = fc
      .tuple(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('', ',', '}', ']', '"', '\\', 'x', '\u0001', '1'),
      )
      .map(
        ([text, at, character]) =>
          text.slice(0, at % (text.length + 1)) + character + text.slice((at % (text.length + 1)) + 1),
      )
    fc.assert(
      fc.property(fc.oneof(fc.json({ maxDepth: 4 }), broken, fc.string()), (text) => {
        let accepted = true
        try {
          JSON.parse(text)
        } catch {
          accepted = false
        }
        expect(findJsonFault(text) === undefined).toBe(accepted)
      }),
      { numRuns: 3_000 },
    )
  })

  test.each([
    ['{"a": 1,}', 1, 9],
    ['{\n  "name": "Bob",\n  "email" "b@x.example"\n}', 3, 11],
    ['{"a": tru}', 1, 7],
    ['', 1, 1],
    ['{"a": "open', 1, 7],
    ['[1, 2', 1, 6],
    ["{'a': 1}", 1, 2],
  ])('%j is refused at line %i, column %i', (text, line, column) => {
    const fault = faultOf(() => json(text))
    expect(fault.code).toBe('input.invalid')
    expect(fault.where).toBe(`line ${line}, column ${column}`)
  })

  test('a refusal does not repeat what was typed', () => {
    expect(faultOf(() => json('{"name": Secret Person}')).message).not.toContain('Secret')
  })

  test.each(['[]', '"text"', '17', 'null'])('%s is refused: a lead is an object', (text) => {
    expect(faultOf(() => json(text)).message).toContain('object')
  })

  test('a hundred thousand open brackets are refused and not recursed into', () => {
    expect(faultOf(() => json(`{"a":${'['.repeat(100_000)}`)).message).toContain('nested deeper than')
  })

  test('nested values and lists are kept as they are', () => {
    expect(json('{"name":"A","tags":["x","y"],"address":{"city":"Київ","floor":3}}')).toEqual([
      ['name', 'A'],
      ['tags', ['x', 'y']],
      ['address', { city: 'Київ', floor: 3 }],
    ])
  })

  test('a number that would come back changed is kept as its text', () => {
    expect(json('{"order":12345678901234567890,"huge":1e999,"price":19.9}')).toEqual([
      ['order', '12345678901234567890'],
      ['huge', '1e999'],
      ['price', 19.9],
    ])
  })

  test('where a schema says what it is to be, such a number is none, and names of the language are kept', () => {
    expect(readJsonText('{"a":1e308,"b":12345678901234567890,"c":19.9}')).toEqual({ a: NaN, b: NaN, c: 19.9 })
    const value = readJsonText('{"text":{"__proto__":{"polluted":1}},"half":"\\ud83d"}') as Record<
      string,
      object
    >
    expect(Object.keys(value.text!)).toEqual(['__proto__'])
    expect(value.half).toBe('\uFFFD')
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  test('names of the language itself are only names', () => {
    const fields = json(
      '{"__proto__":{"polluted":1},"constructor":"c","nested":{"__proto__":{"polluted":1}}}',
    )
    expect(fields.map(([name]) => name)).toEqual(['__proto__', 'constructor', 'nested'])
    expect(fields[2]?.[1]).toBe('{"__proto__":{"polluted":1}}')
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  test('half a surrogate becomes a character that can be stored', () => {
    expect(json('{"name":"half \\ud83d"}')).toEqual([['name', 'half \uFFFD']])
  })
})

describe('forms', () => {
  test('whatever is sent comes back in its order, however often a name comes', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 20 }), (pairs) => {
        const body = new URLSearchParams(pairs).toString()
        expect(form(body)).toEqual([...new URLSearchParams(body)])
      }),
    )
  })

  test('any bytes at all are read as the platform reads them', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-c=&%+0-9A-F]{0,60}$/), (body) => {
        const ours = form(body, 'utf-8')
        const platform = [...new URLSearchParams(body)]
        expect(ours).toEqual(platform)
      }),
      { numRuns: 2_000 },
    )
  })

  test('old encodings are read: declared in the header, in the form, or by the language of the visitor', () => {
    const cyrillic = 'name=%CE%EB%FC%E3%E0'
    expect(form(cyrillic, 'windows-1251')).toEqual([['name', 'Ольга']])
    expect(form(`_charset_=windows-1251&${cyrillic}`)[1]).toEqual(['name', 'Ольга'])
    expect(form(cyrillic, undefined, 'windows-1251')).toEqual([['name', 'Ольга']])
    expect(form('name=M%FCller')).toEqual([['name', 'Müller']])
    expect(form('name=M%FCller', 'no-such-charset')).toEqual([['name', 'Müller']])
  })

  test('a query string gives its parameters', () => {
    expect(readQuery('utm_source=a%20b&x')).toEqual([
      ['utm_source', 'a b'],
      ['x', ''],
    ])
  })

  test('more text than an item of the table holds is refused, also when it only grows on being decoded', () => {
    expect(faultOf(() => form(`a=${'%01'.repeat(80_000)}`)).code).toBe('body.too-large')
    const latin = new Uint8Array(longestText - 2).fill(0xe4)
    expect(faultOf(() => readFormBody(Buffer.concat([bytes('a='), latin]), 'latin1')).code).toBe(
      'body.too-large',
    )
    expect(faultOf(() => form('a&'.repeat(100_000))).code).toBe('body.too-large')
  })

  test('a hundred kilobytes of text are accepted', () => {
    const text = 'Ї'.repeat(50_000)
    expect(form(`message=${text}`)[0]?.[1]).toBe(text)
    const escaped = new URLSearchParams({ message: text }).toString()
    expect(escaped.length).toBeLessThan(longestBody)
    expect(form(escaped)[0]?.[1]).toBe(text)
  })
})

test('text is measured as UTF-8, and decoding never fails', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(bytesOf(text.toWellFormed())).toBe(Buffer.byteLength(text.toWellFormed()))
    }),
  )
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.constantFrom(undefined, 'utf-8', 'utf-16le', 'koi8-u', 'shift_jis', 'x'),
      (raw, charset) => {
        expect(decodeText(raw, charset).isWellFormed()).toBe(true)
      },
    ),
  )
})
