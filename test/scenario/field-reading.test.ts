import { moneyOf } from '#core/money/money.ts'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Item } from '#core/record/item.ts'
import { openCloud, type Cloud } from '../cloud.ts'

/** A post from the field, and what must have been read of it. `before` is posted first. */
interface FieldPost {
  what: string
  headers?: Record<string, string>
  before?: Record<string, unknown>
  body: Record<string, unknown>
  expected: {
    /** what the lead has, among others */
    lead?: Record<string, unknown>
    /** facts that nobody knows */
    absent?: string[]
    /** shown as it came */
    also?: [name: string, text: string][]
    /** the words that were agreed to, or none */
    consent?: string | false
    /** who the owner's e-mail is about */
    subject?: string
    /** the message goes on */
    cut?: true
    /** for a pair: what becomes of the second */
    outcome?: 'lead' | 'merged'
  }
}

const posts = readFileSync(new URL('../fixture/field/reading.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as FieldPost)

let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })))
afterAll(() => cloud?.stop())

test.each(posts)('$what', async ({ headers, before, body, expected }) => {
  const first = before && (await cloud.postForm(before))
  const answer = await cloud.postForm(body, headers)
  expect(answer.status, answer.text).toBe(201)
  await cloud.settle()
  const items = await cloud.table.dump()
  const submission = items.find((item) => item.kind === 'submission' && item.id === answer.json.submissionId)!
  const lead = items.find((item) => item.kind === 'lead' && item.id === answer.json.leadId)!

  // Whatever is made of it, every word is in the submission.
  for (const [name, value] of Object.entries(body)) expect(submission.fields).toContainEqual([name, value])
  if (expected.cut) expect(lead.message).toMatch(/a\s+\[…\]$/)
  if (expected.outcome) {
    expect(answer.json.outcome).toBe(expected.outcome)
    expect(answer.json.leadId === first?.json.leadId).toBe(expected.outcome === 'merged')
    return
  }
  if (expected.lead) expect(lead).toMatchObject(inMinorUnits(expected.lead))
  for (const fact of expected.absent ?? []) expect(lead).not.toHaveProperty(fact)
  const also = (expected.also ?? []).map(([name, text]) => ({ name, text }))
  expect(lead.also ?? []).toEqual(also)
  if (expected.consent !== undefined) expect(consentOf(submission)).toBe(expected.consent)

  const [mail] = await cloud.mailsAbout(answer.json.leadId)
  for (const { text } of also) expect(mail!.text).toContain(text)
  if (expected.subject) expect(mail!.subject).toContain(expected.subject)
  if (expected.cut) {
    expect(mail!.text).toMatch(/ \[…\]\n\n(The message is longer|Повідомлення довше|Сообщение длиннее): /)
    // Where the e-mail says that it is, it is.
    const history = await cloud.history(answer.json.leadId, 'maria')
    expect(history.text).toContain('END AFTER THIS my number is +49 30 901899')
  }
})

/** The cases say a budget in whole units. */
const inMinorUnits = ({ budget, ...rest }: Record<string, unknown>): object => ({
  ...rest,
  ...(typeof budget === 'number' && { budget: moneyOf(budget, 'EUR') }),
})

const consentOf = (submission: Item): string | false => (submission.consent as string | undefined) ?? false
