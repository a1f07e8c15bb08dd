import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { vocabulary } from '../../../test/fixture/vocabulary.ts'
import { leadKind } from '../../kind/sales/lead.ts'
import {
  choice,
  count,
  day,
  flag,
  group,
  many,
  money,
  number,
  optional,
  ref,
  text,
  value,
} from '../../record/field.ts'
import { kind } from '../../record/kind.ts'
import { anyWork, noun } from '../../record/vocabulary.ts'
import { factsFor, withoutNull } from './derive.ts'
import { vocabularyOf } from './vocabulary.ts'

const visitKind = kind({
  name: 'visit',
  plural: 'visits',
  prefix: 'vis',
  title: 'Visit',
  help: 'A technician goes to a customer.',
  fields: () => ({
    place: choice('Place', ['office', 'home'], { help: 'where it is' }),
    on: optional(day('Day')),
    cost: optional(group('Cost', { parts: optional(money('Parts')), hours: optional(number('Hours')) })),
    tools: optional(many('Tools', choice('Tool', ['drill', 'saw']))),
    technicians: optional(many('Technicians', ref('person', 'Technician'))),
    steps: optional(many('Steps', group('Step', { what: text('What') }))),
    urgent: optional(flag('Urgent')),
    attempts: count('Attempts'),
    report: optional(text('Report', { personal: 'identity' })),
    photo: optional(
      value(
        'Photo',
        z.custom<Uint8Array>((it) => it instanceof Uint8Array),
      ),
    ),
  }),
  called: ({ id }) => id,
  facts: {
    'visit.isLong': { type: 'flag', about: 'it takes a day', of: ({ cost }) => (cost?.hours ?? 0) >= 8 },
    'visit.weather': { about: 'how the weather will be', values: ['dry', 'wet'] },
  },
  joins: ['customer'],
  work: { promises: [] },
})
const customer = noun({
  name: 'customer',
  history: 'its visits',
  facts: {
    'customer.tier': { always: true, about: 'level' },
    'customer.visits': {
      type: 'number',
      about: 'number of visits',
      of: (_, { history }) => Object.keys(history ?? {}).length,
    },
  },
})
const bell = noun({
  name: 'bell',
  joins: [anyWork, 'customer'],
  facts: { 'bell.tone': { about: 'its tone' } },
})
const own = vocabularyOf([visitKind, customer, bell])

describe('what a table about a kind may ask', () => {
  test('is its fields, what is computed of it, what it joins, and the moment', () => {
    expect(own.kinds).toEqual(['bell', 'customer', 'visit'])
    const names = own.factsOf('visit').map(({ name }) => name)
    expect(names).toEqual([
      'visit.place',
      'visit.on',
      'visit.cost.parts',
      'visit.cost.hours',
      'visit.tools',
      'visit.technicians',
      'visit.urgent',
      'visit.attempts',
      'visit.report',
      'visit.teamId',
      'visit.ownerId',
      'visit.queueId',
      'visit.isLong',
      'visit.weather',
      'customer.tier',
      'customer.visits',
      'daysSince.created',
      'now.businessHours',
      'now.weekday',
      'now.hour',
      'now.month',
    ])
  })

  test('has the types, values and words of the declaration', () => {
    expect(own.find('visit', 'visit.place')).toEqual({
      name: 'visit.place',
      type: 'text',
      values: ['office', 'home'],
      always: true,
      about: 'where it is',
    })
    expect(own.find('visit', 'visit.on')).toMatchObject({ type: 'text', format: 'day' })
    expect(own.find('visit', 'visit.cost.parts')).toMatchObject({ type: 'number', least: 0 })
    expect(own.find('visit', 'visit.tools')).toMatchObject({ type: 'texts', values: ['drill', 'saw'] })
    expect(own.find('visit', 'visit.technicians')).toMatchObject({ type: 'texts', to: ['person'] })
    expect(own.find('visit', 'visit.attempts')).toMatchObject({ type: 'number', whole: true, least: 0 })
    expect(own.find('visit', 'visit.report')).toMatchObject({ personal: true })
    expect(own.find('visit', 'visit.isLong')).toMatchObject({ type: 'flag', derived: true })
    expect(own.find('visit', 'visit.weather')!.derived).toBeUndefined()
  })

  test('is nothing that no condition can ask about, and the reason is told', () => {
    for (const name of ['visit.steps', 'visit.photo', 'visit.tenant', 'visit.next']) {
      expect(own.find('visit', name)).toBeUndefined()
      expect(own.leftOutOf('visit')[name], name).toMatch(/\w/)
    }
  })

  test('is never sure of what it joins', () => {
    expect(own.find('customer', 'customer.tier')!.always).toBe(true)
    expect(own.find('visit', 'customer.tier')!.always).toBeUndefined()
    expect(own.find('bell', 'visit.place')!.always).toBeUndefined()
    expect(own.find('bell', 'visit.isLong')).toBeDefined()
    expect(own.find('customer', 'visit.place')).toBeUndefined()
    expect(own.find('visit', 'bell.tone')).toBeUndefined()
  })

  test('is nothing of a kind that there is not, nor of bookkeeping', () => {
    expect(own.factsOf('moon')).toEqual([])
    expect(own.find('moon', 'now.hour')).toBeUndefined()
    expect(vocabularyOf([{ ...visitKind, doors: [] }]).kinds).toEqual([])
  })
})

describe('the vocabulary of the product', () => {
  test('has no name twice for a kind of record, words for each, and no noun joins one that there is not', () => {
    expect(vocabulary.kinds).toEqual([
      'alert',
      'contact',
      'customer',
      'file',
      'lead',
      'meeting',
      'opportunity',
      'quote',
      'task',
      'ticket',
      'view',
    ])
    for (const name of vocabulary.kinds) {
      const facts = vocabulary.factsOf(name)
      expect(new Set(facts.map((fact) => fact.name)).size).toBe(facts.length)
      expect(facts.filter(({ about }) => about === '')).toEqual([])
    }
    const joined = vocabulary.nouns.flatMap(({ joins = [] }) => joins)
    expect(joined.filter((name) => name !== anyWork && !vocabulary.kinds.includes(name))).toEqual([])
  })

  test('types and values come from the record’s schema', () => {
    expect(vocabulary.find('lead', 'lead.channel')).toMatchObject({
      type: 'text',
      always: true,
      values: expect.arrayContaining(['phone']),
    })
    expect(vocabulary.find('lead', 'lead.employees')).toMatchObject({ type: 'number', whole: true })
    expect(vocabulary.find('lead', 'lead.source.utm.campaign')).toMatchObject({
      type: 'text',
      name: 'lead.source.utm.campaign',
    })
    expect(vocabulary.find('lead', 'lead.source.utm')).toBeUndefined()
    expect(vocabulary.find('lead', 'lead.contact.email')?.personal).toBe(true)
  })
})

const now = Date.parse('2026-11-23T09:00:00.000Z')
const moment = { now, company: undefined }

describe('computed facts', () => {
  test('are those of the record’s noun, and none where nothing was read', () => {
    const about = (stated: object) => factsFor({ record: 'visit' }, { ...stated }, own.nouns, moment)
    expect(about({ visit: { cost: { hours: 9 } } }).visit).toEqual({ cost: { hours: 9 }, isLong: true })
    expect(about({ visit: {} })).toEqual({ visit: { isLong: false } })
    expect(about({})).toEqual({})
    expect(about({ history: { a: 1 } })).toEqual({ customer: { visits: 1 } })
  })

  test('do not replace what is stated', () => {
    const facts = factsFor(
      { record: 'visit' },
      {
        visit: { cost: { hours: 9 }, isLong: false, createdAt: '2026-11-20T10:00:00.000Z' },
        daysSince: { created: 7 },
      },
      own.nouns,
      moment,
    )
    expect(facts).toMatchObject({ visit: { isLong: false }, daysSince: { created: 7 } })
  })

  test('leave what they were given as it was', () => {
    const stated = { visit: { cost: { hours: 9 } } }
    factsFor({ record: 'visit' }, stated, own.nouns, moment)
    expect(stated).toEqual({ visit: { cost: { hours: 9 } } })
  })

  test('what was given is known without what it says', () => {
    const lead = { contact: { email: 'a@b.example', phone: ' ' }, createdAt: '2026-11-20T10:00:00.000Z' }
    const facts = factsFor({ record: 'lead' }, { lead }, [leadKind], moment)
    expect(facts.given).toEqual({ email: true, phone: false, company: false, message: false })
    expect(facts.daysSince).toEqual({ created: 2 })
    const kept = factsFor({ record: 'lead' }, { lead: { inSubmission: ['message'] } }, [leadKind], moment)
    expect(kept.given).toMatchObject({ email: false, message: true })
  })

  test('days are counted since the record that the table is about came in', () => {
    const facts = factsFor(
      { record: 'alert' },
      { alert: { createdAt: '2026-11-22T09:00:00.000Z' }, lead: { createdAt: '2026-11-01T09:00:00.000Z' } },
      vocabulary.nouns,
      moment,
    )
    expect(facts.daysSince).toEqual({ created: 1 })
  })

  test('the history gives debts, purchases and contacts', () => {
    const facts = factsFor(
      { record: 'customer' },
      {
        customer: { tier: 'basic' },
        history: {
          purchases: [
            { at: '2024-01-01T00:00:00.000Z', amount: 100 },
            { at: '2026-10-24T09:00:00.000Z', amount: 50.1 },
          ],
          invoices: [
            { dueAt: '2026-11-13T09:00:00.000Z', amount: 0.3, paid: 0.1 },
            { dueAt: '2026-12-13T09:00:00.000Z', amount: 10, paid: 0 },
            { dueAt: '2026-01-01T00:00:00.000Z', amount: 99, paid: 99 },
          ],
          contacts: [{ at: '2026-11-22T08:00:00.000Z' }],
        },
      },
      vocabulary.nouns,
      moment,
    )
    expect(facts.customer).toEqual({
      tier: 'basic',
      purchases: 2,
      revenue12Months: 50.1,
      averagePurchase: 75.05,
      openDebt: 10.2,
      overdueDebt: 0.2,
      overdueDays: 10,
    })
    expect(facts.daysSince).toEqual({ firstPurchase: 1057, lastPurchase: 30, lastContact: 1 })
  })

  test('without history nothing is invented', () => {
    expect(
      factsFor({ record: 'ticket' }, { ticket: { channel: 'email' } }, vocabulary.nouns, moment),
    ).toEqual({
      ticket: { channel: 'email' },
    })
  })

  test('the time of day is that of the table’s calendar', () => {
    const week = { mon: ['09:00-18:00'], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }
    const company = { calendars: { kyiv: { title: 'Kyiv', timeZone: 'Europe/Kyiv', week, holidays: [] } } }
    const at = (time: string) =>
      factsFor({ record: 'lead', calendar: 'kyiv' }, {}, [], {
        now: Date.parse(time),
        company: company as never,
      }).now
    expect(at('2026-11-23T09:30:00Z')).toEqual({ businessHours: true, weekday: 'mon', hour: 11, month: 11 })
    expect(at('2026-11-30T22:30:00Z')).toEqual({ businessHours: false, weekday: 'tue', hour: 0, month: 12 })
  })
})

test('money is whole units of the company’s currency, however deep it stands, and an amount in another one is no fact', () => {
  const costOf = (minor: number, currency: string, ours: string) => {
    const stated = { visit: { total: { minor, currency }, cost: { parts: { minor, currency } } } }
    const { visit } = factsFor({ record: 'visit' }, stated, [], { now, company: { currency: ours } as never })
    const { total, cost } = visit as { total?: number; cost: { parts?: number } }
    expect(cost.parts).toBe(total)
    return total
  }
  expect(costOf(2_000_050, 'EUR', 'EUR')).toBe(20_000.5)
  expect(costOf(20_000, 'JPY', 'JPY')).toBe(20_000)
  expect(costOf(20_500, 'KWD', 'KWD')).toBe(20.5)
  expect(costOf(2_000_000, 'USD', 'EUR')).toBeUndefined()
})

test('null is unknown at any depth and in lists, and what is known stays as it is', () => {
  const lead = { country: null, contact: { phone: null }, budget: 0 }
  const facts = factsFor(
    { record: 'lead' },
    { lead, customer: { products: ['a', null] } },
    [leadKind],
    moment,
  )
  expect(facts.lead).toEqual({ contact: {}, budget: 0 })
  expect(facts.customer).toEqual({ products: ['a'] })
  expect(facts.given).toMatchObject({ phone: false })
  expect(withoutNull([null, { a: null }])).toEqual([{}])
})
