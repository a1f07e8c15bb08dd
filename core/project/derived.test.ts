import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activityKind } from '../kind/customer/activity.ts'
import { derivedKind } from '../kind/system/derived.ts'
import { countOf, sumOf } from '../record/derived/reduction.ts'
import { choice, money, number, ref, stored, text } from '../record/field.ts'
import { toItem, type Item } from '../record/item.ts'
import { kind, type AnyRecord, type Kind } from '../record/kind.ts'
import { combine, derivedFactsAt, planName, reduce, valuesAt } from './derived.ts'
import { customer, order, orderKind, plan, ticket, ticketKind } from './fixture.ts'
import { lineItem, linesPlaces } from './line.ts'

const day = 86_400_000
const now = Date.parse('2027-03-01T09:00:00.000Z')
const at = (days: number): string => new Date(now + days * day).toISOString()
const dayAt = (days: number): string => at(days).slice(0, 10)

const lineOf = (of: Kind, record: object): Item => {
  const whole = {
    tenant: 'tenant',
    version: 1,
    createdAt: at(0),
    updatedAt: at(0),
    customerId: 'cus_1',
    ...record,
  }
  return lineItem(of, whole as unknown as AnyRecord, linesPlaces(of, whole as unknown as AnyRecord)!)
}
const euro = (minor: number) => ({ minor, currency: 'EUR' })
const bought = (id: string, days: number, more: object = {}): Item =>
  lineOf(order, { id: `ord_${id}`, paid: 'yes', on: dayAt(days), total: euro(1000), ...more })
const asked = (id: string, days: number, more: object = {}): Item =>
  lineOf(ticket, {
    id: `tkt_${id}`,
    type: 'question',
    level: 'basic',
    status: 'new',
    createdAt: at(days),
    ...more,
  })
const valuesOf = (items: readonly Item[], later = 0) =>
  valuesAt(plan, reduce(plan, items, now), now + later * day)

describe('a derived field', () => {
  test('of a file without lines is zero where it is a number, and absent where there is nothing', () => {
    expect(valuesOf([])).toEqual({
      purchases: 0,
      lifetimeValue: [],
      revenue365: [],
      overdue: [],
      pieces: 0,
      products: [],
      openTickets: 0,
      complaints90Days: 0,
    })
  })

  test('counts, sums and means the lines that its filter lets through, money by currency', () => {
    const items = [
      bought('1', -1, { total: euro(1000), pieces: 3 }),
      bought('2', -1, { total: euro(1001), products: ['b', 'a'] }),
      bought('3', -1, { total: { minor: 5, currency: 'CHF' }, products: ['b'] }),
      bought('4', -1, { total: undefined, pieces: 4 }),
      bought('5', -1, { paid: 'no', total: euro(7) }),
    ]
    expect(valuesOf(items)).toMatchObject({
      purchases: 4,
      lifetimeValue: [{ minor: 5, currency: 'CHF' }, euro(2001)],
      averagePurchase: [{ minor: 5, currency: 'CHF' }, euro(1001)],
      overdue: [euro(7)],
      pieces: 7,
      products: ['a', 'b'],
    })
  })

  test('that would be larger than what is exact is unknown, is stored all the same, and is known again without it', () => {
    const huge = { minor: Number.MAX_SAFE_INTEGER, currency: 'EUR' }
    const all = [
      bought('1', -1, { total: huge }),
      bought('2', -1, { total: huge }),
      bought('3', -1, { pieces: 3 }),
    ]
    for (const items of [all, all.slice(1), [...all, bought('4', -700, { total: huge })]]) {
      const parts = reduce(plan, items, now)
      expect(derivedKind.schema.shape.parts.parse(JSON.parse(JSON.stringify(parts)))).toEqual(parts)
      const values = valuesAt(plan, parts, now)
      expect(values).toMatchObject({ purchases: items.length, pieces: 3 })
      for (const name of ['lifetimeValue', 'averagePurchase', 'revenue365'])
        expect(values[name]).toBeUndefined()
    }
    expect(valuesOf(all.slice(2))).toMatchObject({ lifetimeValue: [euro(1000)] })
    const large = { minor: Number.MAX_SAFE_INTEGER - 1001, currency: 'EUR' }
    expect(valuesOf([bought('1', -1, { total: large }), bought('2', -1)])).toMatchObject({
      lifetimeValue: [{ ...large, minor: Number.MAX_SAFE_INTEGER - 1 }],
    })
  })

  test('of the newest and the oldest line goes by its time, then by its id', () => {
    const items = [bought('1', -3), bought('2', -1), bought('3', -9)]
    expect(valuesOf(items)).toMatchObject({ firstPurchase: dayAt(-9), lastPurchase: dayAt(-1) })
    const tied = [asked('a', -1, { level: 'basic' }), asked('b', -1, { level: 'premium' })]
    expect(valuesOf(tied)).toMatchObject({ level: 'premium', openTickets: 2 })
    expect(valuesOf(tied.toReversed())).toMatchObject({ level: 'premium' })
  })

  test('within a number of days counts from the day on, for as many days, by the moment it is asked', () => {
    const items = [
      asked('1', 0, { type: 'complaint' }),
      asked('2', -89, { type: 'complaint', status: 'closed' }),
    ]
    expect(valuesOf(items)).toMatchObject({ complaints90Days: 2, openTickets: 1 })
    expect(valuesOf(items, 1)).toMatchObject({ complaints90Days: 1 })
    expect(valuesOf(items, 89)).toMatchObject({ complaints90Days: 1 })
    expect(valuesOf(items, 90)).toMatchObject({ complaints90Days: 0 })
    const planned = [bought('1', 2)]
    expect([0, 1, 2].map((days) => valuesOf(planned, days).revenue365)).toEqual([[], [], [euro(1000)]])
  })

  test('that is past counts from the day after on, and stays', () => {
    const due = [bought('1', 0, { paid: 'no' }), bought('2', -700, { paid: 'no' })]
    expect(valuesOf(due).overdue).toEqual([euro(1000)])
    expect(valuesOf(due, 1).overdue).toEqual([euro(2000)])
    expect(valuesOf(due, 1000).overdue).toEqual([euro(2000)])
  })

  test('reads entries among what happened, too', () => {
    const activity = (id: string, days: number, what: 'call' | 'note') =>
      toItem(activityKind, {
        tenant: 'tenant',
        version: 1,
        subject: { kind: 'customer', id: 'cus_1' },
        id,
        at: at(days),
        what,
        by: 'anna',
      })
    expect(valuesOf([activity('act_1', -5, 'call'), activity('act_2', -1, 'note')])).toMatchObject({
      lastContact: at(-5),
    })
  })

  test('of more different values than can be shown is unknown', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => bought(`${i}`, -1, { products: [`product ${i}`] }))
    expect(valuesOf(many(100)).products).toHaveLength(100)
    expect(valuesOf(many(101)).products).toBeUndefined()
  })
})

const days = fc.integer({ min: -400, max: 40 })
const someTotal = fc.option(
  fc.record({ minor: fc.integer({ min: -999, max: 9999 }), currency: fc.constantFrom('EUR', 'USD') }),
  { nil: undefined },
)
const someLine = fc
  .tuple(fc.nat(), days, someTotal, fc.boolean(), fc.boolean())
  .map(([id, when, total, flag, other]) =>
    flag
      ? bought(`${id}`, when, {
          total,
          paid: other ? 'yes' : 'no',
          pieces: id % 7,
          products: [`p${id % 130}`],
        })
      : asked(`${id}`, when, { type: other ? 'complaint' : 'question', level: other ? 'basic' : 'premium' }),
  )

test('however lines are grouped, they come to the same at every moment since', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(someLine, { maxLength: 30 }), { maxLength: 6 }),
      fc.nat({ max: 200 }),
      fc.nat({ max: 200 }),
      (groups, early, late) => {
        const whole = reduce(plan, groups.flat(), now)
        const parts = groups.map((items) => reduce(plan, items.toReversed(), now))
        const inParts = combine(plan, parts.toReversed(), now + early * day)
        const moment = now + (early + late) * day
        expect(valuesAt(plan, inParts, moment)).toEqual(valuesAt(plan, whole, moment))
        const anew = reduce(plan, groups.flat(), moment)
        expect(valuesAt(plan, anew, moment)).toEqual(valuesAt(plan, whole, moment))
      },
    ),
    { numRuns: 500 },
  )
})

test('as facts of rules money is one amount, none is nothing, and of several currencies it is unknown', () => {
  const factsOf = (items: readonly Item[], more: object = {}) => {
    const parts = reduce(plan, items, now)
    const subject = { kind: 'customer', id: 'cus_1' }
    const said = { tenant: 'tenant', version: 1, subject, at: at(0), plan: planName(plan), parts, ...more }
    return derivedFactsAt(customer, toItem(derivedKind, said), now)
  }
  expect(factsOf([])).toMatchObject({ lifetimeValue: 0, purchases: 0 })
  expect(factsOf([]).averagePurchase).toBeUndefined()
  const one = [bought('1', -1), bought('2', -1)]
  expect(factsOf(one)).toMatchObject({ lifetimeValue: euro(2000), averagePurchase: euro(1000), purchases: 2 })
  const several = factsOf([...one, bought('3', -1, { total: { minor: 5, currency: 'CHF' } })])
  expect(several).toMatchObject({ purchases: 3, products: [] })
  expect(several.lifetimeValue).toBeUndefined()
  expect(factsOf(one, { plan: 'other' }), 'declared otherwise since').toEqual({})
  expect(derivedFactsAt(customer, undefined, now), 'not computed yet').toEqual({})
})

describe('a declaration', () => {
  test('has another name when it computes something else, not when it says it in other words', () => {
    const { purchases, ...rest } = plan
    expect(planName(rest)).not.toBe(planName(plan))
    expect(planName({ ...rest, purchases: { ...purchases!, where: { paid: ['no'] } } })).not.toBe(
      planName(plan),
    )
    expect(planName({ purchases: { ...purchases!, title: 'Bought', help: 'so often' }, ...rest })).toBe(
      planName({ purchases: purchases!, ...rest }),
    )
  })

  test('that reads what lines have not, what is personal or what cannot be added exactly is refused', () => {
    const odd = kind({
      name: 'odd',
      plural: 'odd',
      prefix: 'odd',
      title: 'Odd',
      help: 'Odd.',
      fields: () => ({
        customerId: ref('customer', 'Customer'),
        hidden: choice('Hidden', ['a']),
        who: text('Who', { list: true, personal: 'identity' }),
        weight: number('Weight', { list: true }),
        sum: money('Sum', { list: true }),
        on: stored('On', { list: true }),
      }),
      called: () => 'odd',
      filedUnder: 'customerId',
    })
    const title = 'T'
    expect(() => countOf(odd, { title, where: { hidden: ['a'] } })).toThrow('say `list: true` of that field')
    expect(() => countOf(odd, { title, where: { who: ['a'] } })).toThrow('personal')
    expect(() => sumOf(odd, 'weight', { title })).toThrow('neither money nor a whole number')
    for (const within of ['0 days', '367 days', '1.5 days', 'x days'] as never[])
      expect(() => countOf(odd, { title, within })).toThrow("write `within` as '90 days'")
    expect(sumOf(odd, 'sum', { title, at: 'on', within: '366 days' })).toMatchObject({
      within: 366,
      at: 'on',
    })
  })

  test('with a wrong name is an error of the compiler', () => {
    const title = 'T'
    // @ts-expect-error no such state
    countOf(ticketKind, { title, where: { status: ['neww'] } })
    // @ts-expect-error no such field
    expect(() => countOf(ticketKind, { title, where: { statuss: ['new'] } })).toThrow('statuss')
    // @ts-expect-error no such field
    expect(() => sumOf(orderKind, 'totall', { title })).toThrow('totall')
    // @ts-expect-error no number
    expect(() => sumOf(orderKind, 'paid', { title })).toThrow('paid')
    // @ts-expect-error no time
    countOf(orderKind, { title, at: 'total' })
    // @ts-expect-error both windows
    countOf(orderKind, { title, at: 'on', within: '3 days', past: true })
    kind({
      name: 'clash',
      plural: 'clashes',
      prefix: 'cla',
      title: 'Clash',
      help: 'Clash.',
      fields: () => ({ name: text('Name') }),
      called: ({ name }) => name,
      // @ts-expect-error a field has this name
      derived: () => ({ name: countOf(orderKind, { title }) }),
    })
    expect(customer.derived).toBe(customer.derived)
  })
})
