import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '#core/model/fault.ts'
import { readMultipart } from '#functions/adapter/multipart.ts'

/** The body that a browser makes of a form, with its content type. */
async function encode(parts: [string, string | File][]): Promise<{ body: Uint8Array; type: string }> {
  const form = new FormData()
  for (const [name, value] of parts) form.append(name, value)
  const request = new Request('http://localhost/', { method: 'POST', body: form })
  const body = new Uint8Array(await request.arrayBuffer())
  return { body, type: request.headers.get('content-type')! }
}

/** `stored`, a fault's code, or what must not be: another error, or no answer. */
function outcomeOf(body: Uint8Array, type: string): Promise<string> {
  const late = new Promise<string>((resolve) => setTimeout(resolve, 5_000, 'no answer').unref())
  const read = readMultipart(body, type).then(
    () => 'stored',
    (error: unknown) => (isFault(error) ? error.code : String(error)),
  )
  return Promise.race([read, late])
}

test('fields come back in their order with any text, however often a name comes', async () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\r\n"\0%\\]/.test(text))
  // Lines end in CRLF on their way: the standard's form of a line break.
  const value = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/[\r\n]/.test(text))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 8 }), async (parts) => {
      const { body, type } = await encode(parts)
      expect(await readMultipart(body, type)).toEqual(parts)
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
  expect(await readMultipart(body, type)).toEqual([
    ['name', 'Ada'],
    ['contract', { file: 'договір.pdf', type: 'application/pdf', size: 5 }],
    ['none', ''],
  ])
})

test('text in an old encoding is read as UTF-8 when it can be, else as the visitor’s', async () => {
  const latin = Buffer.from(
    '--b\r\nContent-Disposition: form-data; name="n"\r\n\r\nM\xfcller\r\n--b--\r\n',
    'latin1',
  )
  expect(await readMultipart(latin, 'multipart/form-data; boundary=b')).toEqual([['n', 'Müller']])
  const cyrillic = Buffer.concat([
    Buffer.from('--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n'),
    Buffer.from([0xce, 0xeb, 0xfc, 0xe3, 0xe0]),
    Buffer.from('\r\n--b--\r\n'),
  ])
  expect(await readMultipart(cyrillic, 'multipart/form-data; boundary=b', 'windows-1251')).toEqual([
    ['n', 'Ольга'],
  ])
})

test('a body that breaks off anywhere is refused, says at which byte, and keeps nobody waiting', async () => {
  const { body, type } = await encode([
    ['name', 'Ada'],
    ['file', new File(['x'.repeat(50)], 'a.txt')],
    ['email', 'a@b.example'],
  ])
  for (let end = 0; end < body.length - 4; end++)
    expect(await outcomeOf(body.subarray(0, end), type), `cut at byte ${end}`).toBe('input.invalid')
  const error = await readMultipart(body.subarray(0, 200), type).catch((reason: unknown) => reason)
  expect(isFault(error) && error.where).toBe('byte 200')
})

test('damaged bytes are read or refused, never anything else', async () => {
  const { body, type } = await encode([
    ['name', 'Ada'],
    ['file', new File(['x'], 'a.txt')],
    ['email', 'a@b.example'],
  ])
  const damage = fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(damage, async (places) => {
      const damaged = body.slice()
      for (const [at, byte] of places) damaged[at] = byte
      expect(['stored', 'input.invalid']).toContain(await outcomeOf(damaged, type))
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  'multipart/form-data',
  'multipart/form-data; boundary=',
  `multipart/form-data; boundary=${'b'.repeat(80)}`,
])('the content type %s is refused: it tells no boundary', async (type) =>
  expect(await outcomeOf(Buffer.from('--b--'), type)).toBe('input.invalid'),
)
