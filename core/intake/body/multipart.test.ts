import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { charsets, encoderOf } from '../../../test/charset.ts'
import { isFault } from '../../record/fault.ts'
import { readMultipart } from './multipart.ts'

/** The body that a browser makes of a form, with its content type. */
async function encode(parts: [string, string | File][]): Promise<{ body: Uint8Array; type: string }> {
  const form = new FormData()
  for (const [name, value] of parts) form.append(name, value)
  const request = new Request('http://localhost/', { method: 'POST', body: form })
  const body = new Uint8Array(await request.arrayBuffer())
  return { body, type: request.headers.get('content-type')! }
}

/** `stored`, a fault's code, or what must not be: another error. */
function outcomeOf(body: Uint8Array, type: string): string {
  try {
    readMultipart(body, type)
    return 'stored'
  } catch (error) {
    return isFault(error) ? error.code : String(error)
  }
}

/** A body of parts as they stand, each with its headers; the boundary is `b`. */
const bodyOf = (...parts: (string | Buffer)[][]): Buffer =>
  Buffer.concat(
    [...parts.flatMap((part) => ['--b\r\n', ...part, '\r\n']), '--b--\r\n'].map((piece) =>
      Buffer.from(piece),
    ),
  )

const read = (body: Uint8Array, legacy?: string) =>
  readMultipart(body, 'multipart/form-data; boundary=b', legacy)

const named = (name: string, more = ''): string =>
  `Content-Disposition: form-data; name=${name}${more}\r\n\r\n`

test('fields come back in their order with any text, however often a name comes', async () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\r\n"\0%\\]/.test(text))
  // Lines end in CRLF on their way: the standard's form of a line break.
  const value = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/[\r\n]/.test(text))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 8 }), async (parts) => {
      const { body, type } = await encode(parts)
      expect(readMultipart(body, type)).toEqual({ fields: parts, undecoded: [] })
    }),
  )
})

test('a file is noted by its name, type and size', async () => {
  const file = new File(['hello'], 'договір.pdf', { type: 'application/pdf' })
  const { body, type } = await encode([
    ['name', 'Ada'],
    ['contract', file],
    ['none', new File([], '')],
  ])
  expect(readMultipart(body, type).fields).toEqual([
    ['name', 'Ada'],
    ['contract', { file: 'договір.pdf', type: 'application/pdf', size: 5 }],
    ['none', ''],
  ])
})

describe('character sets', () => {
  // Lines of HTML end in CRLF; control characters are no text.
  const text = (characters: readonly string[]) =>
    fc
      .string({ unit: fc.constantFrom(...characters), maxLength: 30 })
      .filter((some) => !/[\0-\x1f\x7f-\x9f\ufeff]/.test(some))

  test.each(charsets)(
    '%s is read back as it was written, when its part says so and when `_charset_` does',
    (charset) => {
      const { characters, encode } = encoderOf(charset)
      expect(characters.length).toBeGreaterThan(90)
      fc.assert(
        fc.property(text(characters), (typed) => {
          const part = `Content-Type: text/plain; charset="${charset}"\r\n${named('said')}`
          const declared = read(bodyOf([part, encode(typed)]), 'windows-1251')
          expect(declared).toEqual({ fields: [['said', typed]], undecoded: [] })
          // Its name is ASCII, which UTF-16 does not write in one byte.
          if (charset.startsWith('utf-16')) return
          const all = read(bodyOf([named('said'), encode(typed)], [named('"_charset_"'), charset]))
          expect(all.fields[0]).toEqual(['said', typed])
          expect(all.undecoded).toEqual([])
        }),
        { numRuns: 50 },
      )
    },
  )

  test('a part that says UTF-8 is read in it, whatever the visitor’s language', () => {
    const part = `Content-Type: text/plain; charset=utf-8\r\n${named('said')}`
    expect(read(bodyOf([part, 'Ольга']), 'windows-1251').fields).toEqual([['said', 'Ольга']])
  })

  test('without any the text is UTF-8 when it can be, else in the visitor’s, and then its bytes are kept', () => {
    expect(read(bodyOf([named('n'), Buffer.from('M\xfcller', 'latin1')]))).toEqual({
      fields: [['n', 'Müller']],
      undecoded: [{ of: 'value', field: 'n', charset: 'windows-1252', base64: 'TfxsbGVy' }],
    })
    const olga = Buffer.from([0xce, 0xeb, 0xfc, 0xe3, 0xe0])
    expect(read(bodyOf([named('n'), olga]), 'windows-1251').fields).toEqual([['n', 'Ольга']])
  })

  test('bytes that are not of their character set are kept beside what could be read', () => {
    const part = `Content-Type: text/plain; charset=utf-8\r\n${named('said')}`
    const broken = Buffer.concat([Buffer.from('ab '), Buffer.from([0xff, 0xce])])
    expect(read(bodyOf([part, broken]))).toEqual({
      fields: [['said', 'ab \ufffd\ufffd']],
      undecoded: [{ of: 'value', field: 'said', charset: 'utf-8', base64: broken.toString('base64') }],
    })
    const name = Buffer.from([0xc0, 0x22])
    const odd = read(bodyOf(['Content-Disposition: form-data; name="', name, '\r\n\r\nx']), 'windows-1251')
    expect(odd.fields).toEqual([['А', 'x']])
    expect(odd.undecoded).toEqual([{ of: 'name', field: 'А', charset: 'windows-1251', base64: 'wA==' }])
  })
})

describe('names', () => {
  test.each([
    ['"a b; c=d"', 'a b; c=d'],
    ['plain', 'plain'],
    ['"say \\"hi\\""', 'say "hi"'],
    ['"say %22hi%22"', 'say "hi"'],
    ['"100%25"', '100%25'],
    ['"C:\\docs"', 'C:\\docs'],
    ['"ends in \\"', 'ends in \\'],
    ['""', ''],
  ])('%s is %j', (written, name) => {
    expect(read(bodyOf([named(written), 'x'])).fields).toEqual([[name, 'x']])
  })

  test.each([
    ['; filename="a;b=c.txt"', 'a;b=c.txt'],
    ['; filename="plain.txt"; filename*=UTF-8\'\'%e2%82%ac%20rates.txt', '€ rates.txt'],
    ["; filename*=windows-1251''%CE%EB%FC%E3%E0.txt", 'Ольга.txt'],
    ['; filename*0="long "; filename*1="name.txt"', 'long name.txt'],
    ["; filename*0*=UTF-8''%D0%9E; filename*1*=%D0%BB; filename*2=.txt", 'Ол.txt'],
    ['; FileName = "spaced.txt"', 'spaced.txt'],
    ['; filename="%22quoted%22.txt"', '"quoted".txt'],
  ])('of a file: %s is %j', (parameter, file) => {
    const part = `Content-Type: text/x-test\r\n${named('"doc"', parameter)}`
    expect(read(bodyOf([part, 'hello'])).fields).toEqual([['doc', { file, type: 'text/x-test', size: 5 }]])
  })

  test('without one a part is kept under no name', () => {
    expect(read(bodyOf(['\r\nwords'], ['Content-Type: text/plain\r\n\r\nmore'])).fields).toEqual([
      ['', 'words'],
      ['', 'more'],
    ])
  })
})

describe('boundaries', () => {
  test.each([
    ['"----=_Part_12_34.56"', '----=_Part_12_34.56'],
    ['----=_Part_12_34.56', '----=_Part_12_34.56'],
    ['"with space:and,signs(?)/=+_\'"', "with space:and,signs(?)/=+_'"],
    ['x'.repeat(70), 'x'.repeat(70)],
    ['b; charset=utf-8', 'b'],
  ])('%s is read', (written, boundary) => {
    const body = `preamble\r\n--${boundary} \r\n${named('n')}--${boundary}no\r\n--${boundary}\r\n${named('m')}\r\n--${boundary}--`
    expect(readMultipart(Buffer.from(body), `multipart/form-data; boundary=${written}`).fields).toEqual([
      ['n', `--${boundary}no`],
      ['m', ''],
    ])
  })

  test('lines may end in a line feed alone', () => {
    const body = '--b\nContent-Disposition: form-data; name=n\n\none\ntwo\n--b--\n'
    expect(read(Buffer.from(body)).fields).toEqual([['n', 'one\ntwo']])
  })
})

test('a value in base64 or quoted-printable is decoded, and JSON is read', () => {
  const transfer = (coding: string, value: string) => [
    `Content-Transfer-Encoding: ${coding}\r\n${named('n')}`,
    value,
  ]
  expect(read(bodyOf(transfer('base64', 'T2xn\r\nYQ=='))).fields).toEqual([['n', 'Olga']])
  expect(read(bodyOf(transfer('base64', 'no base64!'))).fields).toEqual([['n', 'no base64!']])
  expect(read(bodyOf(transfer('quoted-printable', 'M=C3=BCl=\r\nler'))).fields).toEqual([['n', 'Müller']])
  const json = `Content-Type: application/json\r\n${named('n')}`
  expect(read(bodyOf([json, '{"a":[1]}'])).fields).toEqual([['n', { a: [1] }]])
  expect(read(bodyOf([json, '{"a":'])).fields).toEqual([['n', '{"a":']])
})

test('a body that breaks off anywhere is refused, and says at which byte', async () => {
  const { body, type } = await encode([
    ['name', 'Ada'],
    ['file', new File(['x'.repeat(50)], 'a.txt')],
    ['email', 'a@b.example'],
  ])
  for (let end = 0; end < body.length - 4; end++)
    expect(outcomeOf(body.subarray(0, end), type), `cut at byte ${end}`).toBe('input.invalid')
  expect(() => readMultipart(body.subarray(0, 200), type)).toThrow(
    expect.objectContaining({ where: 'byte 200' }),
  )
})

test('damaged bytes are read or refused, never anything else', async () => {
  const { body, type } = await encode([
    ['name', 'Ada'],
    ['file', new File(['x'], 'a.txt')],
    ['email', 'a@b.example'],
  ])
  const damage = fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(damage, (places) => {
      const damaged = body.slice()
      for (const [at, byte] of places) damaged[at] = byte
      expect(['stored', 'input.invalid']).toContain(outcomeOf(damaged, type))
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  'multipart/form-data',
  'multipart/form-data; boundary=',
  `multipart/form-data; boundary=${'b'.repeat(80)}`,
])('the content type %s is refused: it tells no boundary', async (type) =>
  expect(outcomeOf(Buffer.from('--b--'), type)).toBe('input.invalid'),
)

test('a body that was made to be slow is read or refused in good time', () => {
  const parts = (name: string) =>
    Buffer.from(`--b\r\nContent-Disposition: form-data; name=${name}\r\n\r\nx\r\n`.repeat(350) + '--b--')
  const slow = [parts('"'.repeat(15_000)), parts('a;'.repeat(7_500)), parts(`"${'\\'.repeat(15_000)}`)]
  slow.push(Buffer.from(`--b\r\n\r\n${'\n--b'.repeat(1_000_000)}`))
  for (const body of slow) {
    const start = performance.now()
    outcomeOf(body, 'multipart/form-data; boundary=b')
    // Ten times what it takes; what is quadratic takes a minute.
    expect(performance.now() - start).toBeLessThan(5_000)
  }
})
