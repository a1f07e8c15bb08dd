import { expect, test } from 'vitest'
import { rows, sortRefusal } from './refusal.ts'

const sending = { from: 'crm@northwind.example', region: 'eu-central-1' }
const failedCheck =
  'Email address is not verified. The following identities failed the check in region EU-CENTRAL-1:'

const sorted = (name: string, text = '', status: number | undefined = 400): string => {
  const verdict = sortRefusal({ name, text, status }, sending)
  return verdict.then === 'wait' ? `wait: ${verdict.cause.code} (${verdict.cause.whose})` : verdict.then
}

test.each([
  [`${failedCheck} crm@northwind.example`, 'sender-not-verified (account)'],
  [`${failedCheck} Northwind CRM <CRM@northwind.example>`, 'sender-not-verified (account)'],
  [`${failedCheck} anna@northwind.example, crm@northwind.example`, 'sender-not-verified (account)'],
  [`${failedCheck} anna@northwind.example`, 'recipient-not-verified (recipient)'],
  [`${failedCheck} not-crm@northwind.example`, 'recipient-not-verified (recipient)'],
  // Those that SES does not name may be the sender.
  [`${failedCheck} anna@northwind.example, ...`, 'sender-not-verified (account)'],
  ['Email address is not verified.', 'sender-not-verified (account)'],
  ['Account is paused', 'account-paused (account)'],
  [
    'Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.',
    'account-paused (account)',
  ],
  ['Address blacklisted.', 'recipient-suppressed (recipient)'],
  ['Illegal address', 'recipient-address (recipient)'],
  ['A text that nobody has seen yet', 'ses-MessageRejected (account)'],
])('MessageRejected: %s', (text, waits) => {
  expect(sorted('MessageRejected', text)).toBe(`wait: ${waits}`)
})

test('what no row knows waits, and an answer of the server itself is tried again', () => {
  expect(sorted('SomethingNew')).toBe('wait: ses-SomethingNew (account)')
  expect(sorted('Something <new>')).toBe('wait: ses-error (account)')
  expect(sorted('TypeError', 'x is not a function', undefined)).toBe('wait: ses-TypeError (account)')
  expect(sorted('SomethingNew', '', 502)).toBe('retry')
})

test.each([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'TimeoutError',
  'AbortError',
])('a way to SES that is broken with %s is tried again', (name) =>
  expect(sorted(name, '', undefined)).toBe('retry'),
)

test('each cause says in which console and region to do what, and that nothing else is to be done', () => {
  for (const { then } of rows) {
    if (typeof then === 'string') continue
    const remedy = then.remedy(sending)
    expect(remedy, then.code).toMatch(/console|aws ses |company\/people\.yaml/)
    expect(remedy, then.code).toMatch(/Nothing else is to be done/)
    if (then.whose === 'account') expect(remedy, then.code).toContain('eu-central-1')
  }
})

test('nobody but the sender is named in what an alert says', () => {
  const verdict = sortRefusal(
    { name: 'MessageRejected', text: `${failedCheck} anna@northwind.example`, status: 400 },
    sending,
  )
  expect(JSON.stringify(verdict)).not.toContain('anna')
})
