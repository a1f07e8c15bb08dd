import { DatabaseSync } from 'node:sqlite'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { rows } from '#core/message/delivery/refusal.ts'
import { openMailer } from '#functions/adapter/mail.ts'
import { virtualClock } from '../local/clock/clock.ts'
import { handleSes } from '../local/mail/ses.ts'
import { openMailStore, type MailAccount } from '../local/mail/store.ts'

/*
 * The real SDK, the embedded SES between, and what is made of each answer: every row of the table in
 * core/message/refusal.ts with the code and the text that SES sends.
 */

const variables: Record<string, string> = {
  MAIL_FROM: 'Northwind CRM <crm@northwind.example>',
  CONFIGURATION_SET: 'main',
  AWS_REGION: 'eu-central-1',
}
const mail = {
  to: 'anna@northwind.example',
  subject: 's',
  text: 't',
  html: '<p>t',
  tags: { message: 'a.b#c' },
}
const folder = mkdtempSync(join(tmpdir(), 'mail-refusal-'))
const db = new DatabaseSync(join(folder, 'mail.db'))
const store = openMailStore(db, virtualClock(Date.parse('2027-03-01T09:00:00Z')))
const calls: string[] = []
let server: Server

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      calls.push(body)
      const ses = {
        store,
        identities: ['crm@northwind.example'],
        configurationSets: ['main'],
        region: 'eu-central-1',
        sent: () => {},
      }
      void handleSes(ses, body).then(({ status, body: answer }) =>
        response.writeHead(status, { 'content-type': 'text/xml' }).end(answer),
      )
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
})
afterEach(async () => {
  calls.length = 0
  await store.setAccount({ sandbox: false, verified: [], unverified: [], paused: false, quota: false })
  await store.setAccount({ refuse: false, throttle: 0 })
})
afterAll(() => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  server.close()
  db.close()
  rmSync(folder, { recursive: true })
})

async function outcome(account: MailAccount, more: Partial<typeof mail> = {}): Promise<string> {
  await store.setAccount(account)
  try {
    const result = await openMailer((name) => variables[name]!, 2).send({ ...mail, ...more })
    if ('waits' in result) return `wait: ${result.waits.code} (${result.waits.whose})`
    return 'refused' in result ? `never: ${result.refused}` : 'sent'
  } catch (error) {
    return `retry: ${(error as { code?: string }).code ?? (error as Error).name}`
  }
}

test.each<[what: string, account: MailAccount, then: string]>([
  ['may send', {}, 'sent'],
  [
    'has a sender that is not verified',
    { unverified: ['crm@northwind.example'] },
    'wait: sender-not-verified (account)',
  ],
  ['is in the sandbox', { sandbox: true }, 'wait: recipient-not-verified (recipient)'],
  [
    'is in the sandbox with neither verified',
    { sandbox: true, unverified: ['crm@northwind.example'] },
    'wait: sender-not-verified (account)',
  ],
  [
    'is in the sandbox with a verified recipient',
    { sandbox: true, verified: ['anna@northwind.example'] },
    'sent',
  ],
  ['is in the sandbox with a verified domain', { sandbox: true, verified: ['northwind.example'] }, 'sent'],
  ['is paused by AWS', { paused: 'aws' }, 'wait: account-paused (account)'],
  ['is paused by its owner', { paused: 'account' }, 'wait: sending-paused (account)'],
  ['has a paused configuration set', { paused: 'set' }, 'wait: configuration-set-paused (account)'],
  ['has used up its day', { quota: 0 }, 'wait: daily-quota (account)'],
  ['is too fast for a moment', { throttle: 1 }, 'sent'],
  ['is too fast for long', { throttle: 9 }, 'retry: request.throttled'],
])('an account that %s', async (_, account, then) => {
  expect(await outcome(account)).toBe(then)
})

test('an address that SES does not take holds up its own recipient alone', async () => {
  expect(await outcome({}, { to: 'ганна@northwind.example' })).toBe('wait: recipient-address (recipient)')
})

test('the quota of a day is asked once, not until all attempts are used up', async () => {
  await outcome({ quota: 0 })
  expect(calls).toHaveLength(1)
})

/** What SES says, as far as the embedded one has no state for it. */
const answers: [code: string, message: string, then: string, status?: number][] = [
  ['MessageRejected', 'Account is paused', 'wait: account-paused (account)'],
  ['MessageRejected', 'Address blacklisted.', 'wait: recipient-suppressed (recipient)'],
  ['MessageRejected', 'Something that nobody has seen yet', 'wait: ses-MessageRejected (account)'],
  ['MessageRejected', 'Mail FROM domain is not verified', 'wait: mail-from-domain (account)'],
  ['MessageRejected', 'Configuration set does not exist', 'wait: configuration-set-missing (account)'],
  [
    'InvalidParameterValue',
    'Message length is more than the allowed 10485760 bytes',
    'never: InvalidParameterValue',
  ],
  ['InvalidParameterValue', "Missing final '@domain'", 'wait: recipient-address (recipient)'],
  ['InvalidParameterValue', 'Another parameter', 'wait: ses-InvalidParameterValue (account)'],
  [
    'ConfigurationSetDoesNotExist',
    'Configuration set <x> does not exist.',
    'wait: configuration-set-missing (account)',
  ],
  ['MailFromDomainNotVerifiedException', 'no MX', 'wait: mail-from-domain (account)'],
  ['Throttling', 'Daily sending quota exceeded', 'wait: daily-quota (account)'],
  ['AccessDenied', 'User is not authorized to perform `ses:SendEmail`', 'wait: not-permitted (account)', 403],
  ['AccessDeniedException', 'no', 'wait: not-permitted (account)'],
  ['NotAuthorized', 'no', 'wait: not-permitted (account)'],
  ['OptInRequired', 'no', 'wait: not-permitted (account)', 403],
  ['SignatureDoesNotMatch', 'no', 'wait: credentials (account)', 403],
  ['InvalidClientTokenId', 'no', 'wait: credentials (account)', 403],
  ['IncompleteSignature', 'no', 'wait: credentials (account)'],
  ['UnrecognizedClientException', 'no', 'wait: credentials (account)', 403],
  ['ExpiredToken', 'no', 'retry: ExpiredToken', 403],
  ['RequestExpired', 'no', 'retry: RequestExpired'],
  ['InternalFailure', 'no', 'retry: InternalFailure', 500],
  ['ServiceUnavailable', 'no', 'retry: ServiceUnavailable', 503],
  ['ValidationError', 'no', 'never: ValidationError'],
  ['MalformedQueryString', 'no', 'never: MalformedQueryString'],
  ['NeverHeardOf', 'no', 'wait: ses-NeverHeardOf (account)'],
  ['NeverHeardOf', 'no', 'retry: NeverHeardOf', 500],
]

test.each(answers)('%s: %s', async (code, message, then, status = 400) => {
  expect(await outcome({ refuse: { code, message, status } })).toBe(then)
})

test('no row of the table goes without an answer of SES here', () => {
  const tried = answers.map(([, , then]) => /wait: ([\w-]+)/.exec(then)?.[1] ?? then.split(':')[0])
  const byState = [
    'sender-not-verified',
    'recipient-not-verified',
    'sending-paused',
    'configuration-set-paused',
  ]
  const known = new Set([...tried, ...byState, 'throttled'])
  const codes = rows.map(({ then }) => (typeof then === 'string' ? then : then.code))
  expect(codes.filter((code) => !known.has(code))).toEqual([])
})

test('SES that cannot be reached is tried again', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1')
  expect(await outcome({})).toBe('retry: ECONNREFUSED')
})
