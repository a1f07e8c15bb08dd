import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'

let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start: '2027-03-01T08:00:00.000Z' })))
afterAll(() => cloud?.stop())

test.each([
  [
    'the e-mail in another case',
    { email: 'Jane.Roe@Customer.Example' },
    { email: 'jane.roe@customer.EXAMPLE' },
  ],
  [
    'the e-mail with spaces around it',
    { email: 'spaced@customer.example' },
    { email: '  spaced@customer.example ' },
  ],
  ['the phone with its country code', { phone: '030 901820' }, { phone: '+49 (0)30 / 90 18 20' }],
  ['the phone with 00 for the plus', { phone: '+380 67 222 33 44' }, { phone: '00380672223344' }],
  [
    'the phone beside another e-mail',
    { email: 'one@customer.example', phone: '+380631112233' },
    { email: 'two@customer.example', phone: '+380 63 111 22 33' },
  ],
])('who is known by %s does not become a second open lead', async (_how, first, second) => {
  const one = await cloud.postForm({ name: 'Known', ...first, message: 'first words' })
  expect(one.json.outcome).toBe('lead')
  await cloud.settle()
  const two = await cloud.postForm({ name: 'Known again', ...second, message: 'second words' })
  expect(two.status).toBe(201)
  expect(two.json).toMatchObject({ outcome: 'merged', leadId: one.json.leadId })
  await cloud.settle()
  const history = await cloud.history(one.json.leadId)
  expect(history.text).toContain(two.json.submissionId)
  expect(history.text).toContain('second words')
})

test('dots in an e-mail address make another person', async () => {
  const one = await cloud.postForm({ email: 'a.b@customer.example' })
  const two = await cloud.postForm({ email: 'ab@customer.example' })
  expect(two.json.outcome).toBe('lead')
  expect(two.json.leadId).not.toBe(one.json.leadId)
})

test('the owner is told about what was merged into the lead', async () => {
  const { json: lead } = await cloud.postForm({ name: 'Impatient', email: 'impatient@customer.example' })
  await cloud.settle()
  const before = await cloud.mailsAbout(lead.leadId)
  await cloud.postForm({ name: 'Impatient', email: 'impatient@customer.example', message: 'Are you there?' })
  await cloud.settle()
  const more = (await cloud.mailsAbout(lead.leadId)).slice(before.length)
  expect(more).toHaveLength(1)
  expect(more[0]!.to).toEqual(before[0]!.to)
  expect(more[0]!.text).toContain('Are you there?')
})

test('a closed lead stays closed: who comes again becomes a new one', async () => {
  const one = await cloud.postForm({ email: 'returning@customer.example' })
  await cloud.settle()
  const { json: lead } = await cloud.lead(one.json.leadId)
  const owner = lead.ownerId
  expect(
    (await cloud.addActivity(one.json.leadId, owner, { what: 'close', outcome: 'lost' })).status,
  ).toBeLessThan(300)
  await cloud.settle()
  const two = await cloud.postForm({ email: 'returning@customer.example', message: 'changed my mind' })
  expect(two.json.outcome).toBe('lead')
  expect(two.json.leadId).not.toBe(one.json.leadId)
})

test('twenty submissions of one new customer at once make one lead and nineteen merges', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      cloud.postForm({ email: 'crowd@customer.example', message: `number ${i}` }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
  const outcomes = answers.map(({ json }) => json.outcome)
  expect(outcomes.filter((outcome) => outcome === 'lead')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'merged')).toHaveLength(19)
  expect(new Set(answers.map(({ json }) => json.leadId)).size).toBe(1)
})
