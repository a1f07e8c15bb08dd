import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { northwind as company, northwindMessages as messages } from '../../test/fixture/northwind.ts'
import { choice, count, day, flag, instant, many, money, optional, ref, text } from '../record/field.ts'
import { personId, type Language } from '../record/id.ts'
import { kind } from '../record/kind.ts'
import { workKind, type WorkRecord } from '../record/open-work.ts'
import { messageReasons, type Message, type MessageData } from '../kind/system/message.ts'
import * as z from 'zod/mini'
import { renderMessage } from './render.ts'

/* A kind of which the product knows nothing but its declaration. */

const visitKind = kind({
  name: 'visit',
  plural: 'visits',
  prefix: 'vis',
  title: 'Visit',
  help: 'A technician goes to a customer.',
  fields: () => ({
    about: text('About', { list: true }),
    place: choice('Place', ['office', 'home'], { list: true }),
    on: optional(day('Day', { list: true })),
    startsAt: optional(instant('Begins', { list: true })),
    people: optional(count('People', { list: true })),
    price: optional(money('Price', { list: true })),
    isPaid: optional(flag('Paid', { list: true })),
    technician: optional(ref('person', 'Technician', { list: true })),
    leadId: optional(ref('lead', 'Lead', { list: true })),
    tools: optional(many('Tools', z.string(), { list: true })),
    secret: optional(text('Secret')),
    respondBy: optional(instant('Confirm by', { given: true, list: true })),
    confirmedAt: optional(instant('Confirmed', { given: true, list: true })),
    doneBy: optional(instant('Done by', { given: true, list: true })),
    doneAt: optional(instant('Done at', { given: true })),
  }),
  called: ({ about }) => about,
  lifecycle: {
    initial: 'planned',
    states: { planned: { title: 'Planned', open: true }, done: { title: 'Done' } },
    transitions: { finish: { title: 'Finish', from: ['planned'], to: 'done', event: 'finished' } },
  },
  work: {
    promises: [
      { field: 'respondBy', step: 'confirm', keptBy: 'confirmedAt', title: 'confirmation' },
      { field: 'doneBy', step: 'visit', keptBy: 'doneAt', title: 'visit' },
    ],
  },
})
const known = workKind(new Map([['visit', visitKind as never]]), 'visit')

const at = '2027-03-01T09:00:00.000Z'
const visit: WorkRecord = {
  tenant: 'test',
  id: 'vis_01JDB3Z8Q4T5V6W7X8Y9Z0ABCD',
  version: 2,
  status: 'planned',
  createdAt: at,
  updatedAt: at,
  createdBy: 'priya',
  about: 'Pump <b>3</b>',
  place: 'home',
  on: '2027-03-04',
  startsAt: '2027-03-04T08:00:00.000Z',
  people: 1200,
  price: { minor: 20050, currency: 'USD' },
  isPaid: true,
  technician: 'iryna',
  leadId: 'lead_01JDB3Z8Q4T5V6W7X8Y9Z0ABCD',
  tools: ['wrench', 'lamp'],
  secret: 'not in lists',
  respondBy: '2027-03-01T09:30:00.000Z',
  doneBy: '2027-03-04T17:00:00.000Z',
}
const told: MessageData & { doneBy?: string } = {
  respondBy: '2027-03-01T09:30:00.000Z',
  doneBy: '2027-03-04T17:00:00.000Z',
  dueAt: '2027-03-01T10:00:00.000Z',
  owner: 'jonas',
  previousOwner: 'selin',
  team: 'sales-dach',
  queue: 'unanswered',
  reason: 'no-answer',
  level: 2,
}
const to: Record<Language, string> = { en: 'anna', uk: 'olena', ru: 'dmitry' }
const languages = Object.keys(to) as Language[]
const templates = Object.values(messages).flatMap(({ name, record }) => (record === 'work' ? [name] : []))

function render(template: string, person: string, data: object = told, record: WorkRecord = visit) {
  const message: Message = {
    tenant: 'test',
    version: 1,
    subject: { kind: 'visit', id: record.id },
    id: 'm1',
    to: personId.parse(person),
    template,
    data: { ...data },
    status: 'pending',
    createdAt: at,
  }
  return renderMessage(
    message,
    { kind: known, record },
    { company, definition: messages[template]!, publicUrl: 'https://crm.example' },
  )
}

describe('an e-mail about a kind of which only the declaration is known', () => {
  test.each(languages.flatMap((language) => templates.map((template) => [language, template] as const)))(
    'says in %s by %s what it is about, what is known, why, and where to go',
    (language, template) => {
      const { subject, text: plain, html } = render(template, to[language])
      expect(subject).toContain('Pump <b>3</b>')
      expect(subject).toContain('Visit')
      expect(html).toContain(`<html lang="${language}">`)
      expect(html).not.toContain('<b>3</b>')
      for (const word of [
        'https://crm.example/open/visits/vis_01JDB3Z8Q4T5V6W7X8Y9Z0ABCD',
        'Visit: vis_01JDB3Z8Q4T5V6W7X8Y9Z0ABCD',
        'Jonas Keller',
        'Planned',
        'Ірина Мельник',
        'wrench · lamp',
        'USD',
        'home',
      ])
        expect(plain).toContain(word)
      expect(plain).not.toContain('not in lists')
      expect(plain + html + subject).not.toMatch(/undefined|\[object|NaN|lead of|customer|клієнт|клиент/)
    },
  )

  test('tells values as its reader says them', () => {
    const rows = (person: string) =>
      Object.fromEntries(
        render('work-assigned', person)
          .text.split('\n')
          .flatMap((line) => {
            const [, label, value] = /^([^:>]+):\s{1,}(\S.*)$/.exec(line) ?? []
            return label && value ? [[label, value]] : []
          }),
      )
    expect(rows('anna')).toMatchObject({
      'Promised by': '10:30 (Berlin)',
      With: 'Jonas Keller',
      Status: 'Planned',
      About: 'Pump <b>3</b>',
      Day: 'Thu 4 March',
      Begins: 'Thu 4 March, 09:00 (Berlin)',
      People: '1,200',
      Price: '200.5 USD',
      Paid: 'yes',
      Technician: 'Ірина Мельник',
      Lead: 'lead_01JDB3Z8Q4T5V6W7X8Y9Z0ABCD',
    })
    for (const label of ['Confirm by', 'Team', 'Owner', 'Created by'])
      expect(rows('anna')).not.toHaveProperty(label)
    expect(rows('olena')).toMatchObject({ 'Обіцяно до': '11:30 (Kyiv)', Paid: 'так', People: '1 200' })
  })

  test('tells of the promise that runs, not of one that was kept', () => {
    const kept = { ...visit, confirmedAt: '2027-03-01T09:10:00.000Z' }
    expect(render('work-reminder', 'anna', told, kept).text).toContain(
      'promised by Thu 4 March, 18:00 (Berlin).',
    )
    expect(render('work-reminder', 'anna').text).toContain('promised by 10:30 (Berlin).')
  })

  test('has words for every reason in every language', () => {
    for (const language of languages)
      for (const reason of messageReasons)
        for (const data of [told, {}])
          expect(render('work-raised', to[language], { ...data, reason }).text).toMatch(/: \S.*\S\.(\s|$)/m)
  })

  test('is called by its id when nobody can see its title', () => {
    expect(render('work-raised', 'anna', {}, { ...visit, about: '\u200B' }).subject).toBe(
      'Needs you: vis_01JDB3Z8Q4T5V6W7X8Y9Z0ABCD (Visit)',
    )
  })

  test('is made harmless, whatever somebody typed', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        'a\r\nBcc: all@victim.example',
        '\u202Etxt.exe',
        '{title}',
      ),
    )
    fc.assert(
      fc.property(typed, typed, fc.constantFrom(...templates), (about, tool, template) => {
        const mail = render(template, 'anna', told, { ...visit, about, tools: [tool] })
        // oxlint-disable-next-line no-control-regex -- a header must hold none of them
        expect(mail.subject).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/)
        expect(mail.html).not.toMatch(/<script|<img/i)
        // oxlint-disable-next-line no-control-regex
        expect(mail.html + mail.text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/)
      }),
      { numRuns: 300 },
    )
  })

  test('of a time that is no time is not told', () => {
    expect(render('work-assigned', 'anna', { dueAt: 'soon' }).subject).toBe('Visit: Pump <b>3</b>')
  })
})
