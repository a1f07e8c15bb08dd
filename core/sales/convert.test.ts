import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { northwind } from '../../test/fixture/northwind.ts'
import type { Away } from '../assign/roster.ts'
import { namedIn } from '../company/named.ts'
import { forecastCategories } from '../company/pipeline.ts'
import type { Activity } from '../kind/customer/activity.ts'
import { contactKind } from '../kind/customer/contact.ts'
import { mostLeads } from '../kind/customer/customer.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import { opportunityKind } from '../kind/sales/opportunity.ts'
import { isFault } from '../record/fault.ts'
import { personId } from '../record/id.ts'
import { toItem, type Item } from '../record/item.ts'
import { monday, newLead, tenant } from '../workflow/fixture.ts'
import { convert, type Converted } from './convert.ts'
import { takenKeys, type ConvertContext, type ConvertInput } from './convert-part.ts'

let made = 0
const context: ConvertContext = {
  tenant,
  company: northwind,
  named: namedIn(northwind),
  now: monday,
  newId: (prefix) => `${prefix}_${++made}`,
  caller: 'olena',
  person: personId.parse('olena'),
  absences: [],
}
const contact = { name: 'Olena', company: 'Dnipro', email: 'olena@dnipro.example', phone: '+380441234567' }
const lead = (more: object = {}): Lead =>
  leadKind.schema.parse({ ...newLead(), contact, ownerId: 'anna', teamId: 'sales-dach', ...more })
const become = (from: Lead, input: ConvertInput = {}, found: (Item | undefined)[] = []): Converted =>
  convert({ lead: from, input, found }, context)

const itemsOf = ({ writes }: Converted): Item[] =>
  writes.flatMap((write) => ('item' in write ? [write.item] : []))
const activitiesOf = (converted: Converted): Activity[] =>
  itemsOf(converted).filter(({ kind }) => kind === 'activity') as unknown as Activity[]

test('one transaction makes three records, wins the lead and tells it in both files', () => {
  const converted = become(lead())
  expect(converted.writes.map((write) => [write.do, 'item' in write && write.item.kind])).toEqual([
    ['replace', 'lead'],
    ['create', 'customer'],
    ['create', 'contact'],
    ['create', 'opportunity'],
    // Olena gives Anna a deal by it.
    ['create', 'decision'],
    ['create', 'activity'],
    ['create', 'activity'],
  ])
  const { customer, contact: person, opportunity } = converted
  expect(converted.lead).toMatchObject({
    status: 'won',
    hop: 0,
    updatedBy: 'olena',
    customerId: customer.id,
    contactId: person?.id,
    opportunityId: opportunity?.id,
  })
  expect(converted.lead.due).toBeUndefined()
  expect(customer).toMatchObject({ ownerId: 'anna', teamId: 'sales-dach', leadIds: [converted.lead.id] })
  expect(opportunity).toMatchObject({ ownerId: 'anna', teamId: 'sales-dach', next: 'advance' })
  for (const activity of activitiesOf(converted))
    expect(activity).toMatchObject({
      what: 'convert',
      by: 'olena',
      became: {
        leadId: converted.lead.id,
        customerId: customer.id,
        contactId: person?.id,
        opportunityId: opportunity?.id,
      },
    })
})

describe('a deal', () => {
  const until = '2026-12-01T00:00:00.000Z'
  const away = { person: 'anna', from: '2026-11-01T00:00:00.000Z', until } as unknown as Away
  const deal = (opportunity: object, more: Partial<ConvertContext> = {}, from = lead()) =>
    convert({ lead: from, input: { opportunity: { ...opportunity } }, found: [] }, { ...context, ...more })
      .opportunity!

  test('is of whoever has the lead, away or not; of whom the caller names; else of whoever converts it', () => {
    expect(deal({}, { absences: [away] }).ownerId).toBe('anna')
    const named = deal({ ownerId: 'james', nextStepBy: '2026-12-03T09:00:00.000Z' })
    // His own team counts, which may be another than that of the lead.
    expect([named.ownerId, named.teamId, named.due]).toEqual(['james', undefined, named.nextStepBy])
    for (const from of [lead({ ownerId: undefined }), lead({ ownerId: 'gone' })])
      expect(deal({}, {}, from).ownerId).toBe('olena')
    const byProgram = { caller: 'shop', person: undefined, intake: 'intake' }
    expect(deal({}, byProgram, lead({ ownerId: undefined }))).toMatchObject({
      queueId: 'intake',
      next: 'take',
    })
  })

  test.each([
    [{ ownerId: 'anna' }, 'opportunity.ownerId', 'away until 2026-12-01'],
    [{ ownerId: 'ana' }, 'opportunity.ownerId', 'did you mean "anna"?'],
    [{ teamId: 'sales-dach' }, 'opportunity.teamId', 'cannot be set here'],
  ])('of %j is refused', (opportunity, where, words) => {
    const make = () => deal(opportunity, { absences: [away] })
    expect(make).toThrow(expect.objectContaining({ where, message: expect.stringContaining(words) }))
  })
})

/** Without what is undefined, which is not stored. */
const known = (record: object): object => JSON.parse(JSON.stringify(record)) as object

const texts = (least: number) => fc.string({ minLength: least, maxLength: 300, unit: 'binary' })
const anyLead = fc
  .record({
    contact: fc.record(
      {
        name: fc.oneof(texts(0), fc.constant('Olena Shevchenko')),
        company: fc.oneof(texts(0), fc.constant('Dnipro Sensors')),
        email: fc.oneof(texts(1), fc.emailAddress()),
        phone: fc.oneof(texts(1), fc.constant('+380441234567')),
      },
      { requiredKeys: [] },
    ),
    country: fc.option(fc.constantFrom('UA', 'DE'), { nil: undefined }),
    employees: fc.option(fc.nat(), { nil: undefined }),
    product: fc.option(texts(1), { nil: undefined }),
    budget: fc.option(
      fc.nat().map((minor) => ({ minor, currency: 'EUR' })),
      { nil: undefined },
    ),
    ownerId: fc.constantFrom('anna', 'gone', undefined),
    teamId: fc.constantFrom('sales-dach', 'gone', undefined),
  })
  .map((more) => lead(more))
const anyInput: fc.Arbitrary<ConvertInput> = fc.record(
  {
    customer: fc.constantFrom({}, { type: 'person' }, { type: 'company' }, { roles: ['buyer'] }),
    contact: fc.constantFrom({}, false as const, { position: 'buyer' }),
    opportunity: fc.constantFrom({}, false as const, { pipeline: 'renewal' }),
  },
  { requiredKeys: [] },
)

test('nothing that a lead says is lost: it stays in the lead, and what a record can hold is in one that was made', () => {
  fc.assert(
    fc.property(anyLead, anyInput, (from, input) => {
      const { lead: after, customer, contact: person, opportunity } = become(from, input)
      // All of it is still there, but what was due.
      const { next: _, due: __, raised: ___, ...kept } = from
      const now = { version: 2, updatedAt: after.updatedAt, status: 'won', hop: 0 }
      expect(after).toMatchObject({ ...known(kept), ...now })
      const { email, phone } = from.contact
      const { emails, phones } = contactKind.schema.shape
      const has = (field: 'emails' | 'phones') => [customer, person].flatMap((each) => each?.[field] ?? [])
      if (emails.safeParse([email]).success) expect(has('emails')).toContain(email?.toLowerCase())
      if (phones.safeParse([phone]).success) expect(has('phones')).toContain(phone)
      const { country, employees, budget, product } = from
      expect(customer).toMatchObject({
        ...(country && { country }),
        ...(employees !== undefined && { employees }),
      })
      expect(customer.name.length).toBeGreaterThan(0)
      if (opportunity)
        expect(opportunity).toMatchObject({ ...(budget && { amount: budget }), ...(product && { product }) })
      for (const { ownerId, teamId } of [customer, ...(opportunity ? [opportunity] : [])]) {
        expect([undefined, 'anna', 'olena']).toContain(ownerId)
        expect([undefined, 'sales-dach']).toContain(teamId)
      }
    }),
  )
})

describe('records that there are', () => {
  const first = become(lead())
  const items = (['customer', 'contact', 'opportunity'] as const).map((name) =>
    itemsOf(first).find(({ kind }) => kind === name)!,
  )
  const input = {
    customer: { id: first.customer.id },
    contact: { id: first.contact!.id },
    opportunity: { id: first.opportunity!.id },
  }
  const another = () =>
    lead({ id: 'lead_another', contact: { name: 'Boris', email: 'boris@dnipro.example' } })

  test('are taken as they are; of the customer alone it changes which leads it was', () => {
    const converted = become(another(), input, items)
    expect(takenKeys(input, tenant).map(({ pk }) => pk)).toEqual(items.map(({ pk }) => pk))
    expect(converted.customer).toEqual({
      ...first.customer,
      version: 2,
      updatedBy: 'olena',
      leadIds: [first.lead.id, 'lead_another'],
    })
    expect(converted.writes.map((write) => write.do)).toEqual(['replace', 'replace', 'create', 'create'])
    expect(converted.made).toEqual([])
  })

  test('name the latest leads only, so that a customer of many can be read', () => {
    const leadIds = Array.from({ length: mostLeads }, (_, i) => `lead_${i}`)
    const { customer } = become(another(), { customer: input.customer }, [{ ...items[0]!, leadIds }])
    expect(customer.leadIds).toEqual([...leadIds.slice(1), 'lead_another'])
  })

  test('are of the customer that is named, and there', () => {
    const refused = (asked: ConvertInput, found: (Item | undefined)[]): string => {
      try {
        become(another(), asked, found)
      } catch (error) {
        if (isFault(error)) return `${error.where}: ${error.message}`
        throw error
      }
      return 'not refused'
    }
    expect(refused({ contact: input.contact }, [items[1]])).toContain(
      'contact.id: this contact is of the customer',
    )
    expect(refused({ opportunity: input.opportunity }, [items[2]])).toContain('opportunity.id: ')
    expect(refused({ customer: { id: 'cus_0' } }, [undefined])).toContain('there is no customer "cus_0"')
    // An id of another kind is none.
    expect(refused({ customer: { id: first.lead.id } }, [toItem(leadKind, first.lead)])).toContain(
      'no customer',
    )
    expect(refused({ customer: { ...input.customer, name: 'X' } }, items)).toContain('write its id alone')
    expect(refused({ customer: { id: 5 } }, [])).toContain('customer.id: write the id of a customer')
  })
})

test('what has ended becomes nothing more, and says what it became', () => {
  const once = become(lead())
  const fault = (from: Lead): unknown => {
    try {
      return become(from)
    } catch (error) {
      return error
    }
  }
  const { customerId, contactId, opportunityId } = once.lead
  expect(fault(once.lead)).toMatchObject({
    code: 'lead.converted',
    facts: { customerId, contactId, opportunityId },
  })
  // Opened again it is converted all the same.
  expect(fault({ ...once.lead, status: 'open' })).toMatchObject({ code: 'lead.converted' })
  expect(fault(lead({ status: 'lost' }))).toMatchObject({ code: 'lead.closed', facts: { status: 'lost' } })
})

test('every forecast category that a stage may name an opportunity can have', () => {
  const { forecast } = opportunityKind.schema.shape
  expect(forecastCategories.map((each) => forecast.parse(each))).toEqual(forecastCategories)
})
