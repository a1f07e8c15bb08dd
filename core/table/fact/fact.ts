/*
 * What a decision table may ask about, in one list: from it come the checker's knowledge of names, types and values,
 * the JSON Schema with its completion, the reference in docs/rules.md, and which facts are personal.
 *
 * A fact is named by its path in the facts object (`lead.country`). An unknown value is absent, never null, so that
 * `exists` is the one way to ask for it. Fields of records that have a schema take type and values from the schema:
 * a test fails when a field of the schema is neither listed here nor left out with a reason.
 */

import type * as z from 'zod'
import { alert } from '../../kind/system/history.ts'
import { lead } from '../../kind/sales/lead.ts'
import { schemaFields } from './schema.ts'

export type FactType = 'text' | 'number' | 'flag' | 'texts'

/** How a problem calls a value of each type. */
export const article: Record<FactType, string> = {
  text: 'a text',
  texts: 'a list of texts',
  number: 'a number',
  flag: 'true or false',
}

export interface Fact {
  name: string
  type: FactType
  /** one sentence for the writer of a table */
  about: string
  /** every value that it can have */
  values?: readonly string[]
  /** always there; any other fact may be absent */
  always?: boolean
  /** whole numbers only */
  whole?: boolean
  least?: number
  most?: number
  /** kept out of explanations and records: they name it, so that erasing a person erases it everywhere */
  personal?: boolean
  /** computed from the customer's history or from the moment, not a field of a record */
  derived?: boolean
  /** a sample value, for documentation and for example records */
  example?: string | number | boolean | readonly string[]
}

export const recordKinds = ['lead', 'customer', 'ticket', 'quote', 'alert'] as const
export type RecordKind = (typeof recordKinds)[number]

type Told = Omit<Fact, 'name' | 'type'> & { type?: FactType }

const leadFacts = fromSchema('lead', lead, {
  'lead.status': { about: 'whether it is still open' },
  'lead.channel': { about: 'the door through which it came' },
  'lead.formId': { about: 'the web form it was posted from', example: 'demo' },
  'lead.language': { about: 'the language that the visitor used' },
  'lead.country': {
    about: 'country in two capital letters, as said or as the phone number tells',
    example: 'DE',
  },
  'lead.product': { about: 'what the lead is interested in', example: 'monitoring' },
  'lead.employees': { about: 'how many people the company employs', whole: true, least: 0, example: 120 },
  'lead.budget': { about: 'what may be spent, in the currency of the company', least: 0, example: 20_000 },
  'lead.emailDomain': {
    about: 'part of the e-mail address after the @, in small letters, an international one as xn--…',
    example: 'example.com',
  },
  'lead.source.page': { about: 'address of the page with the form', example: 'https://example.com/pricing' },
  'lead.source.referrer': { about: 'address of the page before it', example: 'https://search.example/' },
  'lead.source.utm.*': { about: 'a campaign parameter, such as lead.source.utm.campaign', example: 'spring' },
  'lead.contact.name': { about: 'name of the person', personal: true, example: 'Olena Shevchenko' },
  'lead.contact.email': {
    about: 'e-mail address of the person',
    personal: true,
    example: 'olena@example.com',
  },
  'lead.contact.phone': { about: 'phone number of the person', personal: true, example: '+380441234567' },
  'lead.contact.company': {
    about: 'name of the company as typed',
    personal: true,
    example: 'Example GmbH',
  },
  'lead.message': { about: 'what the person wrote', personal: true, example: 'Please call me.' },
  'lead.priority': { about: 'priority given before, if any' },
  'lead.teamId': { about: 'team that has it, if any', example: 'sales-dach' },
  'lead.ownerId': { about: 'person who has it, if any', example: 'anna' },
  'lead.queueId': { about: 'queue in which it waits, if any', example: 'unanswered' },
})

/** Fields of a lead that no table asks about, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  'lead.tenant': 'tables are published per tenant',
  'lead.id': 'an identifier',
  'lead.version': 'bookkeeping',
  'lead.submissionId': 'an identifier',
  'lead.createdAt': 'see daysSince.created',
  'lead.updatedAt': 'bookkeeping',
  'lead.nextAction.what': 'belongs to workflows',
  'lead.nextAction.dueAt': 'belongs to workflows',
  'lead.respondBy': 'belongs to workflows',
  'lead.answeredAt': 'belongs to workflows',
  'lead.closedAt': 'see lead.status',
  'lead.runId': 'an identifier',
  'lead.people': 'who else wrote; how many share an address says nothing of the customer',
  'lead.earlier': 'bookkeeping of addresses',
  'lead.wroteAt': 'belongs to workflows',
  'lead.also': 'nobody knows what it means',
  'lead.hop': 'bookkeeping',
  'lead.raised': 'bookkeeping',
  'alert.tenant': 'tables are published per tenant',
  'alert.version': 'bookkeeping',
  'alert.id': 'an identifier',
  'alert.at': 'see now',
  'alert.leadId': 'an identifier; see lead',
  'alert.text': 'words for people',
  'alert.waiting': 'grows after recipients were decided; the words have it',
  'alert.solvedAt': 'belongs to workflows',
  'alert.acknowledgedAt': 'belongs to workflows',
  'alert.acknowledgedBy': 'belongs to workflows',
}

const given = facts({
  'given.email': { type: 'flag', always: true, derived: true, about: 'an e-mail address was given' },
  'given.phone': { type: 'flag', always: true, derived: true, about: 'a phone number was given' },
  'given.company': { type: 'flag', always: true, derived: true, about: 'a company name was given' },
  'given.message': { type: 'flag', always: true, derived: true, about: 'something was written' },
})

const count = { type: 'number', whole: true, least: 0 } as const
const money = { type: 'number', least: 0 } as const

const customerFacts = facts({
  'customer.tier': {
    about: 'level of the service agreement',
    values: ['basic', 'business', 'premium'],
    example: 'business',
  },
  'customer.kind': { about: 'what it is', values: ['person', 'company'], example: 'company' },
  'customer.status': {
    about: 'where it stands',
    values: ['prospect', 'active', 'lapsed'],
    example: 'active',
  },
  'customer.country': { about: 'country in two capital letters', example: 'UA' },
  'customer.industry': { about: 'what it does', example: 'retail' },
  'customer.language': { about: 'language to write in', values: ['en', 'uk', 'ru'], example: 'uk' },
  'customer.employees': { ...count, about: 'how many people it employs', example: 40 },
  'customer.products': { type: 'texts', about: 'what it has bought', example: ['monitoring'] },
  'customer.purchases': { ...count, derived: true, about: 'number of purchases so far', example: 3 },
  'customer.revenue12Months': {
    ...money,
    derived: true,
    about: 'what it bought in the last 365 days, in euro',
    example: 12_000,
  },
  'customer.averagePurchase': { ...money, derived: true, about: 'mean purchase, in euro', example: 450 },
  'customer.openDebt': { ...money, derived: true, about: 'invoiced and not yet paid, in euro', example: 0 },
  'customer.overdueDebt': { ...money, derived: true, about: 'unpaid after its due day, in euro', example: 0 },
  'customer.overdueDays': {
    ...count,
    derived: true,
    about: 'days since the oldest unpaid invoice was due',
    example: 0,
  },
  'customer.openTickets': { ...count, derived: true, about: 'number of open tickets', example: 1 },
  'customer.complaints90Days': {
    ...count,
    derived: true,
    about: 'number of complaints in the last 90 days',
    example: 0,
  },
  'daysSince.firstPurchase': {
    ...count,
    derived: true,
    about: 'whole days since the first purchase',
    example: 700,
  },
  'daysSince.lastPurchase': {
    ...count,
    derived: true,
    about: 'whole days since the last purchase',
    example: 30,
  },
  'daysSince.lastContact': {
    ...count,
    derived: true,
    about: 'whole days since anybody spoke with it',
    example: 9,
  },
})

const ticketFacts = facts({
  'ticket.channel': {
    always: true,
    about: 'the door through which it came',
    values: ['web-form', 'phone', 'email', 'chat', 'social', 'pos'],
    example: 'email',
  },
  'ticket.category': {
    about: 'what it is about',
    values: ['question', 'fault', 'complaint', 'billing'],
    example: 'fault',
  },
  'ticket.impact': {
    about: 'how far work is stopped',
    values: ['none', 'one-person', 'team', 'everybody'],
    example: 'team',
  },
  'ticket.product': { about: 'the product in question', example: 'monitoring' },
  'ticket.language': { about: 'language of the request', values: ['en', 'uk', 'ru'], example: 'en' },
  'ticket.reopened': { ...count, about: 'how often it was opened again', example: 0 },
})

const quoteFacts = facts({
  'quote.discountPercent': {
    type: 'number',
    always: true,
    least: 0,
    most: 100,
    about: 'discount on the list price',
    example: 12,
  },
  'quote.marginPercent': { type: 'number', most: 100, about: 'what is left after costs', example: 35 },
  'quote.total': { ...money, always: true, about: 'sum after the discount, in euro', example: 8_000 },
  'quote.months': { ...count, about: 'length of the contract', example: 12 },
  'quote.product': { about: 'what is offered', example: 'monitoring' },
})

const alertFacts = fromSchema('alert', alert, { 'alert.what': { about: 'what happened' } })

const nowFacts = facts({
  'daysSince.created': { ...count, derived: true, about: 'whole days since the record came in', example: 0 },
  'now.businessHours': { type: 'flag', derived: true, about: "the team's calendar says open", example: true },
  'now.weekday': {
    derived: true,
    about: "day of the week in the calendar's time zone",
    values: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
    example: 'mon',
  },
  'now.hour': {
    ...count,
    most: 23,
    derived: true,
    about: "hour of the day in the calendar's time zone",
    example: 9,
  },
  'now.month': { ...count, least: 1, most: 12, derived: true, about: 'month of the year', example: 11 },
})

/** Every fact that a table about this kind of record may use. */
export const factsOf: Readonly<Record<RecordKind, readonly Fact[]>> = {
  lead: [...leadFacts, ...given, ...customerFacts, ...nowFacts],
  customer: [...customerFacts, ...nowFacts],
  ticket: [...ticketFacts, ...customerFacts, ...nowFacts],
  quote: [...quoteFacts, ...customerFacts, ...nowFacts],
  // an alert may be about something else than a lead
  alert: [
    ...alertFacts,
    ...leadFacts.map((fact) => ({ ...fact, always: false })),
    ...customerFacts,
    ...nowFacts,
  ],
}

const byName = new Map(
  recordKinds.map((kind) => [kind, new Map(factsOf[kind].map((fact) => [fact.name, fact]))]),
)

/** The fact of this name, `lead.source.utm.campaign` by its family `lead.source.utm.*` too. */
export function findFact(kind: RecordKind, name: string): Fact | undefined {
  const known = byName.get(kind)!
  const exact = known.get(name)
  if (exact && !name.endsWith('*')) return exact
  const family = known.get(`${name.slice(0, name.lastIndexOf('.'))}.*`)
  return family && { ...family, name }
}

function facts(told: Record<string, Told>): Fact[] {
  return Object.entries(told).map(([name, rest]) => ({ name, type: 'text', ...rest }))
}

function fromSchema(prefix: string, schema: z.ZodType, told: Record<string, Told>): Fact[] {
  return schemaFields(prefix, schema).flatMap((field) => {
    const words = told[field.name]
    return words ? [{ ...field, ...words }] : []
  })
}
