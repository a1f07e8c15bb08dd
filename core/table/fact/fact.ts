/*
 * What a decision table may ask about, in one list: from it come the checker's knowledge of names, types and values,
 * the JSON Schema with its completion, the reference in docs/rules.md, and which facts are personal. What a kind
 * declares of its fields comes from there (core/record/vocabulary.ts).
 */

import { leadKind } from '../../kind/sales/lead.ts'
import { alertKind } from '../../kind/system/alert.ts'
import { factsOfKind, type Fact, type FactType } from '../../record/vocabulary.ts'

/** How a problem calls a value of each type. */
export const article: Record<FactType, string> = {
  text: 'a text',
  texts: 'a list of texts',
  number: 'a number',
  flag: 'true or false',
}

export const recordKinds = ['lead', 'customer', 'ticket', 'quote', 'alert'] as const
export type RecordKind = (typeof recordKinds)[number]

type Told = Omit<Fact, 'name' | 'type'> & { type?: FactType }

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

/** Fields of records that no table asks about, and why. */
export const leftOut = (): Readonly<Record<string, string>> => ({
  ...factsOfKind(leadKind).leftOut,
  ...factsOfKind(alertKind).leftOut,
})

/** Every fact that a table about this kind of record may use. */
export const factsOf: Readonly<Record<RecordKind, readonly Fact[]>> = {
  get lead() {
    return [...factsOfKind(leadKind).facts, ...given, ...customerFacts, ...nowFacts]
  },
  customer: [...customerFacts, ...nowFacts],
  ticket: [...ticketFacts, ...customerFacts, ...nowFacts],
  quote: [...quoteFacts, ...customerFacts, ...nowFacts],
  // an alert may be about something else than a lead
  get alert() {
    const ofLead = factsOfKind(leadKind).facts.map((fact) => ({ ...fact, always: false }))
    return [...factsOfKind(alertKind).facts, ...ofLead, ...customerFacts, ...nowFacts]
  },
}

const byName = new Map<RecordKind, Map<string, Fact>>()

function factsNamed(kind: RecordKind): Map<string, Fact> {
  let known = byName.get(kind)
  if (!known) byName.set(kind, (known = new Map(factsOf[kind].map((fact) => [fact.name, fact]))))
  return known
}

/** The fact of this name, `lead.source.utm.campaign` by its family `lead.source.utm.*` too. */
export function findFact(kind: RecordKind, name: string): Fact | undefined {
  const known = factsNamed(kind)
  const exact = known.get(name)
  if (exact && !name.endsWith('*')) return exact
  const family = known.get(`${name.slice(0, name.lastIndexOf('.'))}.*`)
  return family && { ...family, name }
}

function facts(told: Record<string, Told>): Fact[] {
  return Object.entries(told).map(([name, rest]) => ({ name, type: 'text', ...rest }))
}
