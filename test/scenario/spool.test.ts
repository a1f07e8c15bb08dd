import { afterEach, beforeEach, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { count, receiptOf } from './reading.ts'

let cloud: Cloud
beforeEach(async () => void (cloud = await openCloud({ start: '2027-03-01T08:00:00.000Z' })))
afterEach(() => cloud?.stop())

test('while the store is down a submission is accepted with a receipt, and stored under it afterwards with its own time', async () => {
  await cloud.fault({ storeDown: true })
  const answer = await cloud.postForm({ name: 'Patient', email: 'patient@customer.example', message: 'hi' })
  expect(answer.status).toBe(202)
  expect(answer.json.submissionId).toMatch(/^sub_/)
  const page = await cloud.submitForm({ name: 'Browser', email: 'browser@customer.example' })
  expect([202, 303]).toContain(page.status)

  await cloud.advance('20 minutes')
  await cloud.fault({ storeDown: false })
  await cloud.advance('30 minutes')

  const items = await cloud.table.dump()
  const submission = items.find((item) => item.kind === 'submission' && item.id === answer.json.submissionId)
  expect(submission).toMatchObject({ createdAt: '2027-03-01T08:00:00.000Z', outcome: 'lead' })
  expect(count(items, 'submission')).toBe(2)
  expect(count(items, 'lead')).toBe(2)
  const lead = items.find((item) => item.kind === 'lead' && item.submissionId === answer.json.submissionId)!
  expect(lead.createdAt, 'the promise counts from when the customer wrote').toBe('2027-03-01T08:00:00.000Z')
  expect((await cloud.mailsAbout(lead.id as string)).length).toBeGreaterThan(0)
})

test('while the store is down any words are accepted that are at other times, as large as they may be', async () => {
  const words = ['\uffff', '\ufffe\u0001', 'x'.repeat(261_500)]
  await cloud.fault({ storeDown: true })
  const answers = []
  for (const [i, message] of words.entries())
    answers.push(await cloud.postForm({ email: `words${i}@customer.example`, message }))
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
  await cloud.fault({ storeDown: false })
  await cloud.advance('1 hour')
  const items = await cloud.table.dump()
  const stored = new Map(items.map((item) => [item.id, item]))
  for (const { json } of answers) expect(stored.get(json.submissionId)).toMatchObject({ outcome: 'lead' })
})

test('what is repeated while the store is down and once more afterwards is one lead', async () => {
  const fields = { name: 'Twice', email: 'twice@customer.example' }
  const headers = { 'idempotency-key': 'during-outage' }
  await cloud.fault({ storeDown: true })
  const answers = [await cloud.postForm(fields, headers), await cloud.postForm(fields, headers)]
  expect(answers.map(({ status }) => status)).toEqual([202, 202])
  await cloud.fault({ storeDown: false })
  await cloud.advance('30 minutes')
  const after = await cloud.postForm(fields, headers)
  expect(after.status).toBe(201)
  const items = await cloud.table.dump()
  expect(count(items, 'lead')).toBe(1)
  expect(count(items, 'submission')).toBe(1)
})

test('a store that throttles some requests loses none', async () => {
  await cloud.fault({ throttleTable: 7 })
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      cloud.postForm({ email: `busy${i}@customer.example` }, { 'idempotency-key': `busy-${i}` }),
    ),
  )
  expect(answers.every(({ status }) => status === 201 || status === 202)).toBe(true)
  await cloud.advance('30 minutes')
  const items = await cloud.table.dump()
  const stored = new Set(items.filter((item) => item.kind === 'submission').map((item) => item.id))
  for (const answer of answers) expect(stored).toContain(answer.json.submissionId)
  expect(count(items, 'lead')).toBe(20)
})

test('a form that cannot be stored is not lost when the outage lasts three hours', async () => {
  await cloud.fault({ storeDown: true })
  const receipts = []
  for (let i = 0; i < 6; i++) {
    receipts.push(
      receiptOf(await cloud.submitForm({ name: `Outage ${i}`, email: `outage${i}@customer.example` })),
    )
    await cloud.advance('30 minutes')
  }
  await cloud.fault({ storeDown: false })
  await cloud.advance('1 hour')
  const stored = new Map((await cloud.table.dump()).map((item) => [item.id, item]))
  receipts.forEach((receipt, i) =>
    expect(stored.get(receipt)).toMatchObject({
      createdAt: new Date(Date.parse('2027-03-01T08:00:00.000Z') + i * 30 * 60_000).toISOString(),
      outcome: 'lead',
    }),
  )
})
