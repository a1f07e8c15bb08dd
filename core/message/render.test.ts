import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { northwind as company, northwindMessages as messages, nouns } from '../../test/fixture/northwind.ts'
import { personId, leadId, submissionId, teamId, type Language } from '../record/id.ts'
import { cutAlso, cutMessage } from '../words/cut.ts'
import { isFault } from '../record/fault.ts'
import type { Activity } from '../kind/customer/activity.ts'
import type { Lead } from '../kind/sales/lead.ts'
import { messageReasons, type Message, type MessageData } from '../kind/system/message.ts'
import { harmless, oneLine } from './harmless.ts'
import { renderMessage } from './render.ts'
import { workKind, type WorkRecord } from '../record/open-work.ts'
import { leadLetter } from '../sales/lead-letter.ts'
import { leadMailWords } from '../words/words-of.ts'

const lead: Lead = {
  tenant: 'main',
  id: leadId.parse('lead_01JDB3Z8Q4T5V6W7X8Y9Z0ABCD'),
  version: 2,
  status: 'open',
  createdAt: '2027-03-01T09:00:00.000Z',
  updatedAt: '2027-03-01T09:00:00.000Z',
  submissionId: submissionId.parse('sub_01JDB3Z8Q4T5V6W7X8Y9Z0ABCD'),
  channel: 'web-form',
  formId: 'demo',
  language: 'uk',
  country: 'UA',
  employees: 1200,
  product: 'monitoring',
  contact: { name: 'Ада Лавлейс', email: 'ada@customer.example', phone: '+380501234567', company: 'Engines' },
  message: 'Do you measure steam?\nBest, Ada',
  teamId: teamId.parse('sales-dach'),
}
const everything: MessageData = {
  respondBy: '2027-03-01T09:30:00.000Z',
  dueAt: '2027-03-02T10:00:00.000Z',
  team: 'sales-dach',
  owner: 'jonas',
  previousOwner: 'anna',
  queue: 'unanswered',
  rule: { table: 'lead-routing', version: 'x', row: 'dach', note: 'They expect German.' },
  reason: 'no-answer',
  absentUntil: '2027-03-05T10:00:00.000Z',
  level: 2,
}
const to = { en: 'anna', uk: 'olena', ru: 'dmitry' } satisfies Record<Language, string>
const templates = Object.values(messages)
  .filter(({ record }) => record === 'lead')
  .map(({ name }) => name)
const languages = Object.keys(to) as Language[]

const message = (template: string, person: string, data: MessageData = everything): Message => ({
  tenant: 'main',
  version: 1,
  subject: { kind: 'lead', id: lead.id },
  id: 'm1',
  to: personId.parse(person),
  template,
  data: { ...data },
  status: 'pending',
  createdAt: '2027-03-01T09:00:01.000Z',
})
const told = (record: Lead, more?: Activity) => ({
  kind: workKind(nouns.kinds, 'lead'),
  record: record as unknown as WorkRecord,
  letter: leadLetter,
  more,
})
const options = { company, publicUrl: 'https://crm.example' }
const render = (what: Message, about: Lead = lead) =>
  renderMessage(what, told(about), { ...options, definition: messages[what.template]! })

test.each(languages.flatMap((language) => templates.map((template) => [language, template] as const)))(
  'in %s, %s says who, what, why, and where to go',
  (language, template) => {
    const mail = render(message(template, to[language]))
    expect(mail.to).toBe(company.people[personId.parse(to[language])]!.email)
    expect(mail.subject).toContain('Ада Лавлейс')
    expect(mail.html).toContain(`<html lang="${language}">`)
    for (const part of [mail.text, mail.html])
      for (const word of [
        'ada@customer.example',
        '+380501234567',
        'Engines',
        'Do you measure steam?',
        'https://crm.example/open/lead_01JDB3Z8Q4T5V6W7X8Y9Z0ABCD',
        'dach',
        'They expect German.',
      ])
        expect(part).toContain(word)
    expect(mail.text + mail.html + mail.subject).not.toMatch(/undefined|\[object|null|NaN/)
  },
)

test('every reason has its words in every language, with and without what it may tell', () => {
  for (const language of languages)
    for (const reason of messageReasons)
      for (const data of [everything, {}])
        expect(render(message('lead-raised', to[language], { ...data, reason })).text).toMatch(/\S\.\s/)
})

describe('times', () => {
  const text = (person: string, data: MessageData) => render(message('lead-assigned', person, data)).text

  test('are those of the recipient’s office, with the day only when it is another one', () => {
    const today = { dueAt: '2027-03-01T09:30:00.000Z' }
    expect(text('anna', today)).toContain('by 10:30 (Berlin).')
    expect(text('james', today)).toContain('by 09:30 (London).')
    expect(text('olena', today)).toContain('до 11:30 (Kyiv).')
    expect(text('anna', { dueAt: '2027-03-02T09:30:00.000Z' })).toContain('by Tue 2 March, 10:30 (Berlin).')
    expect(text('dmitry', { dueAt: '2027-03-02T09:30:00.000Z' })).toContain('вт, 2 марта, 09:30 (London)')
  })

  test('of somebody in two teams are those of the team that has the lead', () => {
    const data = { dueAt: '2027-03-01T09:30:00.000Z' }
    expect(text('selin', data)).toContain('10:30 (Berlin)')
    const abroad = { ...lead, teamId: teamId.parse('sales-international') }
    expect(render(message('lead-assigned', 'selin', data), abroad).text).toContain('09:30 (London)')
  })

  test('keep to the clock of the day that they name: summer time', () => {
    expect(text('anna', { dueAt: '2027-03-29T09:30:00.000Z' })).toContain('11:30 (Berlin)')
  })
})

test('numbers take the form that the language asks for', () => {
  const raised = (person: string, level: number) => render(message('lead-raised', person, { level })).text
  expect(raised('olena', 1)).toContain('1 раз ')
  expect(raised('olena', 3)).toContain('3 рази')
  expect(raised('olena', 5)).toContain('5 разів')
  expect(raised('dmitry', 2)).toContain('2 раза')
  expect(raised('anna', 1)).toContain('1 time ')
})

test('a product is called as the form calls it in the language of the reader', () => {
  expect(render(message('lead-assigned', 'olena')).text).toContain('Моніторинг')
})

test('what nobody could sort stands in the e-mail under the name by which it came', () => {
  const mail = render(message('lead-assigned', 'anna'), {
    ...lead,
    also: [{ name: 'How many <meters>?', text: '200-500' }],
  })
  expect(mail.text).toMatch(/Also sent:\nHow many <meters>\?: +200-500/)
  expect(mail.html).toContain('How many &lt;meters&gt;?')
})

test.each(languages)(
  'what was also sent and does not stand there wholly says in %s where it is',
  (language) => {
    const sent = (also: { name: string; text: string }[]) =>
      render(message('lead-assigned', to[language], {}), { ...lead, also })
    const { alsoCut } = leadMailWords[language]
    const lines = Array.from({ length: 30 }, (_, i) => ({ name: `q${i}`, text: 'a' }))
    for (const mail of [sent(cutAlso(lines)), sent([{ name: 'q', text: `${'x'.repeat(299)}…` }])])
      for (const part of [mail.text, mail.html]) expect(part.replace(/\s+/g, ' ')).toContain(alsoCut)
    expect(sent(lines.slice(0, 20)).text).not.toContain(alsoCut)
  },
)

test('of many who wrote the e-mail names some and says how many more there are', () => {
  const people = Array.from({ length: 9 }, (_, i) => ({
    name: `Person ${i}`,
    since: lead.createdAt,
    lastAt: lead.createdAt,
    submissionId: lead.submissionId,
  }))
  const mailTo = (some: typeof people) =>
    render(message('lead-assigned', 'anna', {}), { ...lead, people: some }).text
  expect(mailTo(people)).toMatch(/Also wrote: +Person 4\nAlso wrote: +… \+4\n/)
  expect(mailTo(people.slice(0, 5))).not.toContain('… +')
})

test.each(languages)('a message that was cut says in %s where the rest of it is', (language) => {
  const mail = render(message('lead-assigned', to[language], {}), {
    ...lead,
    message: cutMessage('long '.repeat(500))!,
  })
  for (const part of [mail.text, mail.html]) {
    expect(part).toContain('[…]')
    expect(part.replace(/\s+/g, ' ')).toContain(leadMailWords[language].cut)
  }
  expect(render(message('lead-assigned', to[language], {})).text).not.toContain(leadMailWords[language].cut)
})

test('a name that nobody can see gives way to what can be seen', () => {
  const unseen = { name: '\u200B\u3164', company: '\u2800', email: 'ada@customer.example' }
  const mail = render(message('lead-assigned', 'anna', {}), { ...lead, contact: unseen })
  expect(mail.subject).toBe('New lead: ada@customer.example')
  expect(mail.text).not.toMatch(/^(Name|Company):/m)
})

test('a phone number with an extension can be dialled', () => {
  const mail = render(message('lead-assigned', 'anna', {}), {
    ...lead,
    contact: { phone: '+4930901820 ext. 5' },
  })
  expect(mail.html).toContain('href="tel:+4930901820;ext=5"')
  expect(mail.text).toContain('+4930901820 ext. 5')
})

test('a lead of which nothing is known still makes a whole e-mail', () => {
  const { id, tenant, version, status, createdAt, updatedAt, submissionId: sub, channel, language } = lead
  const bare: Lead = {
    id,
    tenant,
    version,
    status,
    createdAt,
    updatedAt,
    submissionId: sub,
    channel,
    language,
    contact: {},
  }
  const mail = render(message('lead-assigned', 'anna', {}), bare)
  expect(mail.subject).toBe('New lead: Somebody without a name')
  expect(mail.text).not.toMatch(/undefined|\n{4}/)
})

test('to somebody who has left nothing is rendered', () => {
  const error = (() => {
    try {
      return render(message('lead-assigned', 'gone'))
    } catch (reason) {
      return reason
    }
  })()
  expect(isFault(error, 'record.unknown')).toBe(true)
})

test('what is promised is told once: by the task, or among the facts', () => {
  const count = (template: string) =>
    render(message(template, 'anna', { respondBy: '2027-03-01T09:30:00.000Z' })).text.split('10:30 (Berlin)')
      .length - 1
  expect(count('lead-reminder')).toBe(1)
  expect(count('lead-assigned')).toBe(1)
})

describe('what a stranger typed', () => {
  const evil = [
    '<script>alert(1)</script>',
    '</td></table><style>*{display:none}</style>',
    '"><img src=x onerror=alert(1)>',
    `' onmouseover='alert(1)`,
    'a\r\nBcc: everybody@victim.example',
    'a\u2028\u0085\u0000\u000bb',
    '\u202Etxt.exe\u202C \u2066x',
    'javascript:alert(1)',
    '{{name}} ${1} {% 2 %}',
  ]
  const typed = fc
    .array(fc.oneof(fc.constantFrom(...evil), fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 4 })
    .map((parts) => parts.join(''))

  test('neither acts, nor makes a header, nor turns the words around it, in any template', () => {
    const contact = fc.record({ name: typed, email: typed, phone: typed, company: typed })
    fc.assert(
      fc.property(
        fc.record({ who: contact, words: typed, page: typed }),
        fc.constantFrom(...templates),
        fc.constantFrom('anna', 'olena', 'dmitry'),
        ({ who, words, page }, template, person) => {
          const stranger: Lead = {
            ...lead,
            contact: who,
            message: words,
            also: [{ name: page, text: words }],
            product: page,
            country: words,
            source: { page, referrer: page, utm: { source: words } },
          }
          const mail = render(message(template, person), stranger)
          const harmless = render(message(template, person), {
            ...stranger,
            message: 'x',
            also: [{ name: 'x', text: 'x' }],
            contact: { name: 'x', email: 'x', phone: 'x', company: 'x' },
            product: 'x',
            country: 'x',
            source: { page: 'x', utm: { source: 'x' } },
          })
          // oxlint-disable-next-line no-control-regex -- a header must hold none of them
          expect(mail.subject).not.toMatch(
            /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
          )
          expect(mail.subject.length).toBeLessThanOrEqual(160)
          // oxlint-disable-next-line no-control-regex
          expect(mail.html + mail.text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/)
          expect(tagsOf(mail.html)).toEqual(expect.arrayContaining(tagsOf(harmless.html)))
          expect(tagsOf(mail.html).filter((tag) => !known.has(tag))).toEqual([])
          expect(mail.html).not.toMatch(/<[^>]*\son\w+=/i)
          expect(
            [...mail.html.matchAll(/href="([^"]*)"/g)].every(([, address]) =>
              /^(https:\/\/crm\.example\/|mailto:|tel:)/.test(address!),
            ),
          ).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('is made harmless, and what is harmless stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(harmless(harmless(text))).toBe(harmless(text))
        expect(oneLine(text, 50).length).toBeLessThanOrEqual(50)
        expect(oneLine(text, 50)).not.toContain('\n')
        expect(oneLine(text, 50).isWellFormed()).toBe(true)
      }),
    )
    expect(harmless('Öl\nжа مرحبا 👩‍👩‍👧 לא')).toBe('Öl\nжа مرحبا 👩‍👩‍👧 לא')
  })
})

const known = new Set([
  'html',
  'head',
  'meta',
  'title',
  'style',
  'body',
  'div',
  'table',
  'tr',
  'td',
  'h1',
  'h2',
  'p',
  'a',
  'br',
  'span',
])

const tagsOf = (markup: string): string[] =>
  [...markup.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, tag]) => tag!.toLowerCase())

test.each<[string, { minor: number; currency: string }, RegExp]>([
  ['the company’s currency is a number', { minor: 2_000_050, currency: 'EUR' }, /Budget: +20,000\.5$/m],
  ['another currency names it', { minor: 20_000, currency: 'JPY' }, /Budget: +20,000 JPY$/m],
])('a budget in %s', (_, budget, shown) => {
  expect(render(message('lead-assigned', 'anna'), { ...lead, budget }).text).toMatch(shown)
})

test.each(languages)(
  'a merge in %s says who wrote, how to answer him, and what was said before',
  (language) => {
    const merge: Activity = {
      tenant: 'main',
      version: 1,
      subject: { kind: 'lead', id: lead.id },
      id: 'act_1',
      at: lead.createdAt,
      what: 'merge',
      by: 'customer',
      writer: { name: 'Bernd Maier', email: 'bernd@customer.example', phone: '+4930901850', is: 'new' },
      changes: [
        { field: 'employees', before: 50, after: 1200 },
        { field: 'country', after: 'UA' },
        { field: 'budget', after: { minor: 500_000, currency: 'EUR' } },
      ],
    }
    const news = message('lead-merged', to[language], { submissionId: 'sub_1' })
    const mail = renderMessage(news, told(lead, merge), { ...options, definition: messages[news.template]! })
    expect(mail.subject).toContain('Bernd Maier')
    expect(mail.subject).toContain('Ада Лавлейс')
    expect(mail.html).toContain('href="mailto:bernd@customer.example"')
    expect(mail.html).toContain('href="tel:+4930901850"')
    expect(mail.text).toContain(leadMailWords[language].labels.news)
    expect(mail.text).toMatch(/1.200 \(.+: 50\)/)
    expect(mail.text).toMatch(/5.000$/m)
    expect(mail.text, 'the lead’s customer is not hidden either').toContain('ada@customer.example')
  },
)
