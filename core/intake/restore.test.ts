import { fieldsOf } from '../record/item.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { press, sha256, start } from '../../test/fixture/intake.ts'
import { northwind } from '../../test/fixture/northwind.ts'
import { leadId, toInstant } from '../record/id.ts'
import { type Submission } from '../kind/system/submission.ts'
import { packPosted, readPosted } from '../kind/sales/posted.ts'
import { memoryStore } from '../store/memory.ts'
import { machinery } from '../workflow/fixture.ts'
import { rulesOf } from '../workflow/rules.ts'
import { arrive, arriveAgain, type Arrival, type Post } from './arrival.ts'
import type { Fields } from './body/body.ts'
import { ownFields } from '../html/own-field.ts'
import { takeIn, takeInRestored } from './take-in.ts'

const demo = northwind.forms.demo!
/** A form that says its product, and whose first language is another. */
const company = {
  ...northwind,
  forms: {
    ...northwind.forms,
    sensors: { ...demo, product: 'sensors', languages: ['uk', 'en'] as ('uk' | 'en')[] },
  },
}
const tools = { rules: rulesOf({ company, tables: {} }, machinery), press }
const later = start + 26 * 3_600_000
const id = leadId.parse('lead_1')

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('42', '50–249', ' ', '1.200'),
)
const said: Record<string, fc.Arbitrary<string>> = {
  name: text,
  email: fc.constantFrom('ann@customer.example', 'Ann <ANN@customer.example>', 'ann at customer', ''),
  phone: fc.constantFrom('030 901820', '+380 67 222 33 44', '12', ''),
  country: fc.constantFrom('DE', 'Ukraine', 'other', 'Nowhere', ''),
  company: text,
  employees: text,
  budget: text,
  product: fc.constantFrom('monitoring', 'something', ''),
  message: text,
  shoe: text,
  language: fc.constantFrom('uk', 'fr', ''),
  page: fc.constantFrom('https://www.company.example/a?utm_term=page', ''),
  utm_source: text,
  [ownFields.language]: fc.constantFrom('en', 'uk', 'ru', 'de'),
  [ownFields.consent]: fc.constantFrom('shown', ''),
  consent: fc.constantFrom('on', 'I agree to everything', ''),
  [ownFields.page]: fc.constantFrom('https://www.company.example/own?utm_campaign=own#top', ''),
  [ownFields.referrer]: fc.constantFrom('https://search.example/?q=secret', ''),
  [ownFields.key]: fc.constantFrom('page-key-1', ''),
}
const fields: fc.Arbitrary<Fields> = fc
  .tuple(
    ...Object.entries(said).map(([name, value]) =>
      fc.option(value.map((typed): [string, string] => [name, typed])),
    ),
  )
  .map((entries) => entries.filter((entry) => entry !== null))
const header = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
const posts = fc.record({
  fields,
  formId: fc.constantFrom('demo', 'sensors', 'unknown'),
  channel: fc.option(fc.constantFrom<NonNullable<Post['channel']>>('social', 'chat', 'web-form'), {
    nil: undefined,
  }),
  acceptLanguage: header('uk,en;q=0.5', 'fr', 'ru-RU', ''),
  referer: header(
    'https://www.company.example/pricing?utm_source=mail&utm_campaign=spring',
    `https://www.company.example/?${'x'.repeat(985)}&utm_source=cut`,
    'about:blank',
  ),
  query: header('utm_source=query&utm_medium=cpc', 'gclid=1', `${'y'.repeat(3_990)}&utm_source=cut`, ''),
})

const arrivalOf = (post: Omit<Post, 'tenant' | 'door' | 'contentType'>, robot: boolean): Arrival =>
  arrive(
    {
      ...post,
      tenant: 'main',
      door: 'form',
      contentType: 'application/json',
      fields: [
        ...post.fields,
        ['more', 'said'],
        ...(robot ? [[ownFields.honeypot, 'x'] as [string, string]] : []),
      ],
    },
    company,
    { now: start, leadId: id, sha256 },
  )

async function leadOf(arrival: Arrival, restored: boolean): Promise<Record<string, unknown>> {
  const store = memoryStore()
  const answer = await takeIn(store, arrival, tools)
  if (restored)
    await takeInRestored(store, tools, {
      tenant: 'main',
      id: answer.submissionId,
      by: 'maria',
      now: later,
      leadId: id,
    })
  const { submissionId: _, ...lead } = fieldsOf(store.all().find((item) => item.kind === 'lead')!)
  return lead
}

test('a submission out of the quarantine is the lead that it would have been, but for what counts from now', async () => {
  await fc.assert(
    fc.asyncProperty(posts, async (post) => {
      const [direct, restored] = [
        await leadOf(arrivalOf(post, false), false),
        await leadOf(arrivalOf(post, true), true),
      ]
      const fromNow = [
        'createdAt',
        'updatedAt',
        'next',
        'due',
        'line',
        'listPk',
        'listSk',
        'workSk',
        'wroteAt',
      ]
      const kept = (lead: Record<string, unknown>) =>
        Object.fromEntries(Object.entries(lead).filter(([name]) => !fromNow.includes(name)))
      expect(kept(restored)).toEqual(kept(direct))
      expect(restored).toMatchObject({
        createdAt: toInstant(later),
        wroteAt: toInstant(start),
        next: 'route',
        due: toInstant(later + 2 * 60_000),
      })
    }),
    { numRuns: 400 },
  )
})

test('what arrives again says and assumes what it did at first', () => {
  fc.assert(
    fc.property(posts, (post) => {
      const first = arrivalOf(post, true)
      const posted = packPosted(first.posted, press)
      const stored: Submission = { ...first.submission, posted, outcome: 'quarantined' }
      const again = arriveAgain({ stored, posted: readPosted(stored, press) }, company, {
        now: later,
        leadId: id,
      })
      expect(again.inquiry).toEqual(first.inquiry)
      expect(again.channel).toBe(first.channel)
      expect(again.submission).toEqual(first.submission)
      expect(again.posted).toEqual(first.posted)
    }),
    { numRuns: 400 },
  )
})
