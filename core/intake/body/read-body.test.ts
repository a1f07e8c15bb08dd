import { describe, expect, test } from 'vitest'
import { isFault } from '../../record/fault.ts'
import { longestBody } from './body.ts'
import { readBody } from './read-body.ts'

const form = 'application/x-www-form-urlencoded'

const read = (body: string | Uint8Array, contentType?: string, legacy?: string) =>
  readBody(new Uint8Array(Buffer.from(body)), { contentType, legacy }).fields

function faultOf(body: string | Uint8Array, contentType?: string) {
  try {
    read(body, contentType)
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('JSON', () => {
  const text = '{"name":"Curl User","message":"Is 2+2=4 & more?"}'
  const fields = [
    ['name', 'Curl User'],
    ['message', 'Is 2+2=4 & more?'],
  ]
  test.each([
    'application/json',
    'application/ld+json',
    'text/json',
    'text/plain;charset=UTF-8',
    form,
    `${form}; charset=utf-8`,
    '',
    undefined,
  ])('is read whatever the label: %s', (type) => {
    expect(read(text, type)).toEqual(fields)
    expect(read(`\ufeff \n${text}\n`, type)).toEqual(fields)
  })

  test('that was posted as the name of a field is read', () => {
    expect(read(encodeURIComponent(text), form)).toEqual(fields)
    expect(read(`${encodeURIComponent(text)}=`, form)).toEqual(fields)
  })

  test.each(['payload', 'data.json', 'data', 'json', 'rawRequest'])(
    'in the field %s of a form gives its fields',
    (name) => {
      expect(read(new URLSearchParams({ page: 'a', [name]: text, id: '7' }).toString(), form)).toEqual([
        ['page', 'a'],
        ...fields,
        ['id', '7'],
      ])
      const part = `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n--b--`
      expect(read(part, 'multipart/form-data; boundary=b')).toEqual(fields)
    },
  )

  test('in a field of another name is what somebody typed', () => {
    expect(read(new URLSearchParams({ message: text }).toString(), form)).toEqual([['message', text]])
    expect(read('data=just+words', form)).toEqual([['data', 'just words']])
  })

  test.each(['{"name": "Ann"', '{"a":1}{"b":2}', '[{"a":1}]', '{ "a" = 1 }'])(
    '%s is refused with its place, not stored as a form',
    (body) => expect(faultOf(body, form)).toMatchObject({ code: 'input.invalid', where: /^line 1, column/ }),
  )
})

describe('what is no form', () => {
  test.each([
    ['application/xml', '<lead><name>Ann</name></lead>'],
    ['image/gif', 'GIF89a'],
    ['application/gzip', 'x=1'],
    [form, '<lead name="Ann"/>'],
    [form, 'hello'],
    ['text/plain', 'name=Ann Smith\r\nemail=ann@customer.example\r\n'],
    ['text/plain', 'Please call me, my size = 4'],
    [form, '--b\r\nContent-Disposition: form-data; name="n"\r\n\r\nx=1\r\n--b--'],
    [form, Buffer.from([0x1f, 0x8b, 8, 0, 0x3d, 1])],
    ['', 'hello'],
  ])('is refused in words that name the content type: %s, %s', (type, body) => {
    const fault = faultOf(body, type)
    expect(fault.code).toBe('body.unsupported')
    expect(fault.message).toContain(`the Content-Type is ${type || 'missing'}`)
    expect(fault.message).toContain('application/json')
  })

  test('a form in one line is read also as text/plain: `fetch` labels a text so', () => {
    expect(read('name=Ann+Smith&email=ann%40customer.example', 'text/plain;charset=UTF-8')).toEqual([
      ['name', 'Ann Smith'],
      ['email', 'ann@customer.example'],
    ])
  })

  test('names in brackets and values with markup are still a form', () => {
    expect(read('[name]=Ann&{x}=1&note=<b>', form)).toEqual([
      ['[name]', 'Ann'],
      ['{x}', '1'],
      ['note', '<b>'],
    ])
    expect(read('', form)).toEqual([])
  })
})

test('a file of a megabyte is noted beside the words; as many words alone are refused', () => {
  const part = (name: string, value: string) =>
    `--b\r\nContent-Disposition: form-data; name=${name}\r\n\r\n${value}\r\n`
  const file = part('"doc"; filename="plan.pdf"', 'x'.repeat(1_000_000))
  expect(read(`${part('name', 'Ann')}${file}--b--`, 'multipart/form-data; boundary=b')).toEqual([
    ['name', 'Ann'],
    ['doc', { file: 'plan.pdf', type: 'text/plain', size: 1_000_000 }],
  ])
  const long = `message=${'x'.repeat(longestBody)}`
  expect(faultOf(long, form).code).toBe('body.too-large')
  expect(
    faultOf(`${part('message', 'x'.repeat(300_000))}--b--`, 'multipart/form-data; boundary=b').code,
  ).toBe('body.too-large')
})

test('bytes that may have been misread are kept, as far as an item holds them', () => {
  const body = Buffer.from('{"name":"M\xfcller"}', 'latin1')
  expect(readBody(body, { contentType: 'application/json' })).toEqual({
    fields: [['name', 'Müller']],
    undecoded: [{ of: 'body', field: '', charset: 'windows-1252', base64: body.toString('base64') }],
  })
  const typed = Buffer.from('name=%FF&n%FF=1')
  expect(readBody(typed, { contentType: `${form};charset=utf-8` })).toEqual({
    fields: [
      ['name', '\ufffd'],
      ['n\ufffd', '1'],
    ],
    undecoded: [
      { of: 'value', field: 'name', charset: 'utf-8', base64: '/w==' },
      { of: 'name', field: 'n\ufffd', charset: 'utf-8', base64: 'bv8=' },
    ],
  })
  const much = Buffer.concat([Buffer.from('m='), Buffer.alloc(130_000, 0xe0)])
  expect(faultOf(much, form)).toMatchObject({ code: 'body.too-large' })
})
