import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Item } from '#core/record/item.ts'
import { openCloud, type Answer, type Cloud } from '../cloud.ts'
import { receiptOf } from './reading.ts'

let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start: '2027-03-01T08:00:00.000Z' })))
afterAll(() => cloud?.stop())

const long = 'Дуже довгий лист. '.repeat(3_200) // 100 KB in UTF-8

/** What people really send. Each must be stored and be somebody's work; nobody is asked to be tidier. */
const submissions: [string, Record<string, string>][] = [
  ['an emoji for a name', { name: '👩‍👩‍👧‍👦🎉', email: 'emoji@customer.example' }],
  ['a name in Arabic', { name: 'محمد بن عبد الله', email: 'rtl@customer.example', message: 'مرحبا' }],
  ['a name in Chinese', { name: '王小明', email: 'han@customer.example' }],
  ['a hundred kilobytes of text', { name: 'Talker', email: 'talker@customer.example', message: long }],
  ['no name', { email: 'nameless@customer.example' }],
  ['no e-mail, only a phone', { name: 'Caller', phone: '050 123 45 67' }],
  ['nothing but a message', { message: 'hello?' }],
  [
    'a phone number that is none',
    { name: 'Odd', phone: 'call me at home, +?? 12', email: 'odd@customer.example' },
  ],
  ['an e-mail that is none', { name: 'Broken', email: 'broken at customer dot example' }],
  ['a web address for a name', { name: 'https://company.example/?a=1&b=2', email: 'url@customer.example' }],
  [
    'fields that nobody knows',
    { name: 'Extra', email: 'extra@customer.example', shoeSize: '44', 'x[y]': 'z' },
  ],
  [
    'a field named like a part of the language',
    { name: 'Proto', email: 'proto@customer.example', constructor: 'c', toString: 's', hasOwnProperty: 'h' },
  ],
  [
    'markup',
    {
      name: '<script>alert(1)</script>',
      email: 'markup@customer.example',
      message: '<img src=x onerror=alert(1)>',
    },
  ],
  [
    'control characters and line breaks',
    { name: 'Tab\there', email: 'control@customer.example', message: 'a\r\nb\u0001c\u0007' },
  ],
  [
    'quotes, braces and a template',
    { name: `O'Brien "Bob" {{name}} \${1} {% 2 %}`, email: 'quote@customer.example' },
  ],
  ['a lone surrogate', { name: 'half \ud83d', email: 'surrogate@customer.example' }],
]

const doors: [string, (fields: Record<string, string>) => Promise<string>][] = [
  ['JSON', async (fields) => (await accepted(cloud.postForm(fields))).json.submissionId],
  ['a form', async (fields) => receiptOf(await accepted(cloud.submitForm(fields)))],
  [
    'multipart',
    async (fields) => {
      const body = new FormData()
      for (const [name, value] of Object.entries(fields)) body.append(name, value)
      return receiptOf(await accepted(cloud.request('/f/demo', { body, headers: { accept: 'text/html' } })))
    },
  ],
]

describe.each(doors)('sent as %s', (door, submit) => {
  test.each(submissions)('%s is stored as it came and is somebody’s work', async (_what, said) => {
    const fields = { ...said, door } // without it the next door's would be a double click
    const submissionId = await submit(fields)
    await cloud.settle()
    const items = await cloud.table.dump()
    const submission = items.find((item) => item.kind === 'submission' && item.id === submissionId)
    expect(submission, 'the submission is stored').toBeDefined()
    for (const [name, value] of Object.entries(fields))
      expect(valuesOf(submission!, name)).toContain(arriving(value))
    const lead = items.find((item) => item.kind === 'lead' && item.id === submission!.leadId)
    expect(lead, 'it belongs to a lead').toBeDefined()
    expect(lead!.ownerId ?? lead!.queueId, 'somebody has it').toBeTruthy()
  })
})

test('a field that comes twice is kept twice', async () => {
  const answer = await accepted(
    cloud.submitForm([
      ['email', 'twice@customer.example'],
      ['interest', 'crm'],
      ['interest', 'erp'],
    ]),
  )
  const submission = (await cloud.table.dump()).find((item) => item.id === receiptOf(answer))!
  expect(valuesOf(submission, 'interest')).toEqual(['crm', 'erp'])
})

test('a page in Latin-1 is read in its own encoding', async () => {
  const body = Buffer.from('email=latin%40customer.example&name=Jos%E9+M%FCller', 'latin1')
  const answer = await accepted(
    cloud.request('/f/demo', {
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=iso-8859-1',
        accept: 'text/html',
      },
    }),
  )
  const submission = (await cloud.table.dump()).find((item) => item.id === receiptOf(answer))!
  expect(valuesOf(submission, 'name')).toEqual(['José Müller'])
})

test('where a customer came from is kept', async () => {
  const answer = await accepted(
    cloud.submitForm(
      { name: 'Campaign', email: 'utm@customer.example', utm_source: 'news', utm_campaign: 'spring' },
      { referer: 'https://partner.example/article?id=7' },
    ),
  )
  const items = await cloud.table.dump()
  const submission = items.find((item) => item.id === receiptOf(answer))!
  const lead = items.find((item) => item.id === submission.leadId)!
  expect(submission.referrer).toBe('https://partner.example/article?id=7')
  expect(lead.source).toMatchObject({ utm: { source: 'news', campaign: 'spring' } })
})

async function accepted(answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering
  expect([201, 303], answer.text.slice(0, 500)).toContain(answer.status)
  return answer
}

const valuesOf = (submission: Item, field: string): unknown[] =>
  (submission.fields as [string, unknown][]).filter(([name]) => name === field).map(([, value]) => value)

/** Half a surrogate pair is no sign and cannot be kept; browsers replace it before they send. */
const arriving = (value: string) => value.toWellFormed()
