import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { count, nameOf, receiptOf } from './reading.ts'

let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start: '2027-03-01T08:00:00.000Z' })))
afterAll(() => cloud?.stop())

const customer = (name: string) => ({
  name,
  email: `${name}@customer.example`,
  message: `A question of ${name}`,
})

test('a submission repeated under its Idempotency-Key gets the same answer and makes one lead', async () => {
  const headers = { 'idempotency-key': 'order-4711' }
  const first = await cloud.postForm(customer('repeated'), headers)
  const second = await cloud.postForm(customer('repeated'), headers)
  expect(first.status).toBe(201)
  expect(first.json).toMatchObject({ outcome: 'lead' })
  expect(second.json).toEqual(first.json)
  expect(await stored('repeated')).toEqual({ submissions: 1, leads: 1 })
})

test('the key still holds after twelve hours', async () => {
  const headers = { 'idempotency-key': 'late-retry' }
  const first = await cloud.postForm(customer('late'), headers)
  await cloud.advance('12 hours')
  const second = await cloud.postForm(customer('late'), headers)
  expect(second.json).toEqual(first.json)
  expect(await stored('late')).toEqual({ submissions: 1, leads: 1 })
})

test('the same key with other content is refused with 422 and changes nothing', async () => {
  const headers = { 'idempotency-key': 'one-key' }
  await cloud.postForm(customer('honest'), headers)
  await cloud.settle()
  const before = await cloud.table.hash()
  const answer = await cloud.postForm(customer('other'), headers)
  expect(answer.status).toBe(422)
  expect(answer.json).toMatchObject({ status: 422, code: 'key.reused' })
  expect(await cloud.table.hash()).toBe(before)
})

test('two people who use the same words as a key on different forms do not meet', async () => {
  const headers = { 'idempotency-key': 'shared-words' }
  const viaForm = await cloud.postForm(customer('viaform'), headers)
  const viaApi = await cloud.postLead('anna', customer('viaapi'), headers)
  expect([viaForm.status, viaApi.status]).toEqual([201, 201])
  expect(viaApi.json.leadId).not.toBe(viaForm.json.leadId)
})

test('a form that is posted again with its hidden key leads to the same thank-you page', async () => {
  const page = await cloud.request('/forms/demo', { headers: { accept: 'text/html' } })
  const hidden = hiddenFields(page.text)
  expect(Object.keys(hidden).length, 'the form carries hidden fields').toBeGreaterThan(0)
  await cloud.advance('1 minute')
  const fields = { ...hidden, ...customer('reloaded') }
  const first = await cloud.submitForm(fields)
  expect(first.status).toBe(303)
  await cloud.advance('3 hours')
  const second = await cloud.submitForm(fields)
  expect(second.status).toBe(303)
  expect(receiptOf(second)).toBe(receiptOf(first))
  expect(await stored('reloaded')).toEqual({ submissions: 1, leads: 1 })
})

test('a double click without any key makes one lead', async () => {
  const [first, second] = await Promise.all([
    cloud.submitForm(customer('doubleclick')),
    cloud.submitForm(customer('doubleclick')),
  ])
  expect([first.status, second.status]).toEqual([303, 303])
  expect(receiptOf(second)).toBe(receiptOf(first))
  await cloud.advance('9 minutes')
  expect(receiptOf(await cloud.submitForm(customer('doubleclick')))).toBe(receiptOf(first))
  expect(await stored('doubleclick')).toEqual({ submissions: 1, leads: 1 })
})

test('the same words an hour later are a new submission of the same customer', async () => {
  const first = await cloud.postForm(customer('insistent'))
  await cloud.advance('1 hour')
  const second = await cloud.postForm(customer('insistent'))
  expect(second.json.outcome).toBe('merged')
  expect(second.json.submissionId).not.toBe(first.json.submissionId)
  expect(await stored('insistent')).toEqual({ submissions: 2, leads: 1 })
})

test('twenty requests at once under one key make one lead and all get its receipt', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => cloud.postForm(customer('stampede'), { 'idempotency-key': 'stampede' })),
  )
  expect(new Set(answers.map((answer) => answer.json.submissionId)).size).toBe(1)
  expect(await stored('stampede')).toEqual({ submissions: 1, leads: 1 })
})

async function stored(name: string): Promise<{ submissions: number; leads: number }> {
  const items = await cloud.table.dump()
  return {
    submissions: count(items, 'submission', (item) => JSON.stringify(item.fields).includes(`${name}@`)),
    leads: count(items, 'lead', (item) => nameOf(item) === name),
  }
}

function hiddenFields(html: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [tag] of html.matchAll(/<input\b[^>]*>/g)) {
    if (!/type="?hidden/.test(tag)) continue
    const name = /name="([^"]*)"/.exec(tag)?.[1]
    if (name) fields[name] = /value="([^"]*)"/.exec(tag)?.[1] ?? ''
  }
  return fields
}
