import { DatabaseSync } from 'node:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { virtualClock } from '../clock/clock.ts'
import { parseMime } from './mime.ts'
import { handleSes } from './ses.ts'
import { openMailStore } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'ses-'))
const db = new DatabaseSync(join(folder, 'mail.db'))
afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true })
})
const store = openMailStore(db, virtualClock(Date.parse('2026-03-02T08:00:00Z')))
let sent = 0
const options = {
  store,
  identities: ['crm@example.com', 'mail.example.org'],
  configurationSets: ['main'],
  region: 'eu-central-1',
  sent: () => void sent++,
}
const send = (form: Record<string, string>) => handleSes(options, new URLSearchParams(form).toString())
const good = {
  Action: 'SendEmail',
  Source: 'Holdfast <crm@example.com>',
  'Destination.ToAddresses.member.1': 'Борис <boris@example.net>',
  'Destination.CcAddresses.member.1': 'cc@example.net',
  'Message.Subject.Data': 'Grüße, 😀 <b>',
  'Message.Body.Text.Data': 'a&b=c+d',
  ConfigurationSetName: 'main',
}

test('an accepted e-mail is stored as it was sent', async () => {
  const { status, body } = await send(good)
  expect(status).toBe(200)
  const id = /<MessageId>(.+)<\/MessageId>/.exec(body)![1]!
  expect(store.find(id)).toMatchObject({
    from: 'Holdfast <crm@example.com>',
    to: ['Борис <boris@example.net>'],
    cc: ['cc@example.net'],
    subject: 'Grüße, 😀 <b>',
    text: 'a&b=c+d',
    at: '2026-03-02T08:00:00.000Z',
  })
  expect(store.find(id)!.html).toBeUndefined()
})

test.each([
  ['a sender that is not verified', { Source: 'other@example.com' }, 'MessageRejected', 'not verified'],
  [
    'a domain that only ends alike',
    { Source: 'a@xmail.example.org.evil.com' },
    'MessageRejected',
    'not verified',
  ],
  [
    'no recipient',
    { 'Destination.ToAddresses.member.1': '', 'Destination.CcAddresses.member.1': '' },
    'InvalidParameterValue',
    '',
  ],
  [
    'a line break in the subject',
    { 'Message.Subject.Data': 'a\r\nBcc: x@example.com' },
    'InvalidParameterValue',
    'line break',
  ],
  [
    'a line break in an address',
    { 'Destination.ToAddresses.member.1': 'a@example.com\nBcc: b@example.com' },
    'InvalidParameterValue',
    'control',
  ],
  [
    'an address without a domain',
    { 'Destination.ToAddresses.member.1': 'nobody' },
    'InvalidParameterValue',
    'Illegal',
  ],
  [
    'a domain with a space',
    { 'Destination.ToAddresses.member.1': 'a@b c' },
    'InvalidParameterValue',
    'Illegal',
  ],
  [
    'a local part beyond ASCII',
    { 'Destination.ToAddresses.member.1': 'бо@example.com' },
    'InvalidParameterValue',
    'Local',
  ],
  ['an unknown configuration set', { ConfigurationSetName: 'no' }, 'ConfigurationSetDoesNotExist', 'no'],
  [
    'a tag with a space',
    { 'Tags.member.1.Name': 'a b', 'Tags.member.1.Value': 'c' },
    'InvalidParameterValue',
    'tag',
  ],
  ['an action that is not modelled', { Action: 'SendTemplatedEmail' }, 'InvalidAction', 'SendTemplatedEmail'],
])('%s is refused, and nothing is stored', async (_, change, code, message) => {
  const before = store.count()
  const { status, body } = await send({ ...good, ...change })
  expect(status).toBe(400)
  expect(body).toContain(`<Code>${code}</Code>`)
  expect(body).toContain(message)
  expect(store.count()).toBe(before)
})

test('a verified domain covers its addresses and subdomains', async () => {
  for (const Source of ['a@mail.example.org', 'b@eu.mail.example.org'])
    expect((await send({ ...good, Source })).status).toBe(200)
})

const raw = [
  'From: =?utf-8?B?0JHQvtGA0LjRgQ==?= <crm@example.com>',
  'To: "Last, First" <one@example.net>, two@example.net',
  'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_an?=',
  ' =?utf-8?Q?_alle?=',
  'List-Unsubscribe: <https://example.com/u>',
  'Content-Type: multipart/mixed; boundary="outer"',
  '',
  '--outer',
  'Content-Type: multipart/alternative; boundary=inner',
  '',
  '--inner',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Gr=C3=BC=C3=9Fe und =',
  'mehr',
  '--inner',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('<p>Grüße</p>').toString('base64'),
  '--inner--',
  '--outer',
  'Content-Type: text/plain',
  'Content-Disposition: attachment; filename=a.txt',
  '',
  'not the text',
  '--outer--',
  '',
].join('\r\n')

test('a raw e-mail is read with its parts, encodings and headers', async () => {
  expect(parseMime(Buffer.from(raw))).toMatchObject({ text: 'Grüße und mehr', html: '<p>Grüße</p>' })
  const { status, body } = await send({
    Action: 'SendRawEmail',
    'RawMessage.Data': Buffer.from(raw).toString('base64'),
    'Destinations.member.1': 'one@example.net',
    'Destinations.member.2': 'hidden@example.net',
  })
  expect(status).toBe(200)
  expect(store.find(/<MessageId>(.+)<\/MessageId>/.exec(body)![1]!)).toMatchObject({
    from: 'Борис <crm@example.com>',
    to: ['"Last, First" <one@example.net>', 'two@example.net'],
    bcc: ['hidden@example.net'],
    subject: 'Grüße an alle',
    headers: { 'list-unsubscribe': '<https://example.com/u>' },
  })
})
