import { describe, expect, test } from 'vitest'
import { factsFor, factsFrom } from './derive.ts'
import { factsOf, findFact, recordKinds } from './fact.ts'

describe('the list of facts', () => {
  test('no name comes twice for a kind of record, and each has words', () => {
    for (const kind of recordKinds) {
      const names = factsOf[kind].map((fact) => fact.name)
      expect(new Set(names).size).toBe(names.length)
      expect(factsOf[kind].filter((fact) => fact.about === '')).toEqual([])
    }
  })

  test('types and values come from the record’s schema', () => {
    expect(findFact('lead', 'lead.channel')).toMatchObject({
      type: 'text',
      always: true,
      values: expect.arrayContaining(['phone']),
    })
    expect(findFact('lead', 'lead.employees')).toMatchObject({ type: 'number', whole: true })
    expect(findFact('lead', 'lead.source.utm.campaign')).toMatchObject({
      type: 'text',
      name: 'lead.source.utm.campaign',
    })
    expect(findFact('lead', 'lead.source.utm')).toBeUndefined()
    expect(findFact('lead', 'lead.contact.email')?.personal).toBe(true)
  })
})

describe('derived facts', () => {
  const now = Date.parse('2026-11-23T09:00:00.000Z')

  test('what was given is known without what it says', () => {
    const facts = factsFrom(
      { lead: { contact: { email: 'a@b.example', phone: ' ' }, createdAt: '2026-11-20T10:00:00.000Z' } },
      now,
    )
    expect(facts.given).toEqual({ email: true, phone: false, company: false, message: false })
    expect(facts.daysSince).toEqual({ created: 2 })
  })

  test('the history gives debts, purchases and tickets', () => {
    const facts = factsFrom(
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
          tickets: [
            { openedAt: '2026-11-01T00:00:00.000Z', category: 'complaint' },
            {
              openedAt: '2026-01-01T00:00:00.000Z',
              closedAt: '2026-01-02T00:00:00.000Z',
              category: 'complaint',
            },
          ],
          contacts: [{ at: '2026-11-22T08:00:00.000Z' }],
        },
      },
      now,
    )
    expect(facts.customer).toEqual({
      tier: 'basic',
      purchases: 2,
      revenue12Months: 50.1,
      averagePurchase: 75.05,
      openDebt: 10.2,
      overdueDebt: 0.2,
      overdueDays: 10,
      openTickets: 1,
      complaints90Days: 1,
    })
    expect(facts.daysSince).toEqual({ firstPurchase: 1057, lastPurchase: 30, lastContact: 1 })
  })

  test('without history nothing is invented', () => {
    expect(factsFrom({ ticket: { channel: 'email' } }, now)).toEqual({
      ticket: { channel: 'email' },
      daysSince: {},
      now: {},
    })
  })

  test('the time of day is that of the table’s calendar', () => {
    const week = { mon: ['09:00-18:00'], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }
    const company = { calendars: { kyiv: { title: 'Kyiv', timeZone: 'Europe/Kyiv', week, holidays: [] } } }
    const at = (time: string) => factsFor({ calendar: 'kyiv' }, {}, Date.parse(time), company as never).now
    expect(at('2026-11-23T09:30:00Z')).toEqual({ businessHours: true, weekday: 'mon', hour: 11, month: 11 })
    expect(at('2026-11-30T22:30:00Z')).toEqual({ businessHours: false, weekday: 'tue', hour: 0, month: 12 })
  })
})

test('money is whole units of the company’s currency, and an amount in another one is no fact', () => {
  const budgetOf = (minor: number, currency: string, ours: string) => {
    const facts = factsFor({}, { lead: { budget: { minor, currency } } }, 0, { currency: ours } as never)
    return (facts.lead as { budget?: number }).budget
  }
  expect(budgetOf(2_000_050, 'EUR', 'EUR')).toBe(20_000.5)
  expect(budgetOf(20_000, 'JPY', 'JPY')).toBe(20_000)
  expect(budgetOf(20_500, 'KWD', 'KWD')).toBe(20.5)
  expect(budgetOf(2_000_000, 'USD', 'EUR')).toBeUndefined()
})

test('null is unknown at any depth and in lists, and what is known stays as it is', () => {
  const facts = factsFrom(
    {
      lead: { country: null, contact: { phone: null }, budget: 0 },
      customer: { products: ['a', null] },
    },
    0,
  )
  expect(facts.lead).toEqual({ contact: {}, budget: 0 })
  expect(facts.customer).toEqual({ products: ['a'] })
  expect(facts.given).toMatchObject({ phone: false })
})
