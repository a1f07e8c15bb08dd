import type { Company } from '../../company/company.ts'
import { calendarOf } from '../../time/calendar.ts'
import { offsetAt } from '../../time/zone.ts'
import { amountOf, isMoney } from '../../money/money.ts'
import type { RecordKind } from './fact.ts'

/** What was read about a record and its customer; whatever is unknown stays out. Times are ISO 8601. */
export interface Known extends Partial<Record<RecordKind, object>> {
  history?: {
    purchases?: readonly { at: string; amount: number }[]
    invoices?: readonly { dueAt: string; amount: number; paid: number }[]
    tickets?: readonly { openedAt: string; closedAt?: string; category?: string }[]
    contacts?: readonly { at: string }[]
  }
}

/** The opening hours by which `now` is judged. */
export interface FactClock {
  timeZone: string
  isOpen(at: number): boolean
}

const day = 86_400_000

interface LeadParts {
  createdAt?: string
  contact?: Record<string, unknown>
  message?: string
  /** which of its words stand in its submission only: they were not read */
  inSubmission?: readonly string[]
}

/**
 * The facts for a table of this company: `now.…` is judged by the table's calendar.
 * @example await table.explain(factsFor(table.definition, { lead }, now, company), now)
 */
export function factsFor(
  definition: { calendar?: string | undefined },
  known: Known,
  now: number,
  company: Company | undefined,
): Record<string, unknown> {
  const plan = definition.calendar === undefined ? undefined : company?.calendars[definition.calendar]
  const clock = plan && { timeZone: plan.timeZone, isOpen: (at: number) => calendarOf(plan).isOpen(at) }
  return factsFrom(inWholeUnits(known, company?.currency), now, clock)
}

/**
 * Money as rules write it: whole units of the company's currency. An amount in another one is no fact.
 * @param currency absent: there is no company to compare with
 */
export const inWholeUnits = (known: Known, currency: string | undefined): Known =>
  Object.fromEntries(
    Object.entries(known).map(([name, record]: [string, object | null | undefined]) => [
      name,
      record &&
        Object.fromEntries(
          Object.entries(record).flatMap(([field, value]: [string, unknown]) => {
            if (!isMoney(value)) return [[field, value]]
            return value.currency === (currency ?? value.currency) ? [[field, amountOf(value)]] : []
          }),
        ),
    ]),
  )

/**
 * The facts of a decision: the records as they are, and what is derived from them, from the customer's history and
 * from the moment. `docs/rules.md` lists every name. Nothing is invented: without history there are no derived facts.
 */
export function factsFrom(given: Known, now: number, clock?: FactClock): Record<string, unknown> {
  const { history, ...records } = withoutNull(given)
  const known = records
  const lead: LeadParts | undefined = known.lead
  const subject: LeadParts | undefined =
    known.lead ?? known.ticket ?? known.quote ?? known.alert ?? known.customer
  return {
    ...records,
    ...((known.customer ?? history) && { customer: { ...known.customer, ...customerFigures(history, now) } }),
    ...(lead && {
      given: {
        email: isGiven(lead.contact?.email),
        phone: isGiven(lead.contact?.phone),
        company: isGiven(lead.contact?.company),
        message: isGiven(lead.message) || lead.inSubmission?.includes('message') === true,
      },
    }),
    daysSince: defined({
      created: subject?.createdAt && daysBetween(subject.createdAt, now),
      firstPurchase: oldest(history?.purchases, now),
      lastPurchase: newest(history?.purchases, now),
      lastContact: newest(history?.contacts, now),
    }),
    now: clock ? localTime(now, clock) : {},
  }
}

function customerFigures(history: Known['history'], now: number): Record<string, unknown> {
  if (!history) return {}
  const { purchases, invoices, tickets } = history
  const total = (amounts: number[]): number => amounts.reduce((sum, amount) => sum + amount, 0)
  const unpaid = invoices?.filter((invoice) => invoice.paid < invoice.amount)
  const overdue = unpaid?.filter((invoice) => Date.parse(invoice.dueAt) < now)
  const owed = (list: NonNullable<typeof unpaid>): number =>
    cents(total(list.map((each) => each.amount - each.paid)))
  return defined({
    purchases: purchases?.length,
    revenue12Months:
      purchases &&
      cents(
        total(purchases.filter((each) => now - Date.parse(each.at) <= 365 * day).map((each) => each.amount)),
      ),
    averagePurchase: purchases?.length
      ? cents(total(purchases.map((each) => each.amount)) / purchases.length)
      : undefined,
    openDebt: unpaid && owed(unpaid),
    overdueDebt: overdue && owed(overdue),
    overdueDays: overdue && Math.max(0, ...overdue.map((each) => daysBetween(each.dueAt, now))),
    openTickets: tickets?.filter((ticket) => ticket.closedAt === undefined).length,
    complaints90Days: tickets?.filter(
      (ticket) => ticket.category === 'complaint' && now - Date.parse(ticket.openedAt) <= 90 * day,
    ).length,
  })
}

function localTime(now: number, clock: FactClock): Record<string, unknown> {
  const local = new Date(now + offsetAt(clock.timeZone, now))
  return {
    businessHours: clock.isOpen(now),
    weekday: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][local.getUTCDay()],
    hour: local.getUTCHours(),
    month: local.getUTCMonth() + 1,
  }
}

/** The facts without what is null, which is unknown like what is left out: `exists: true` would hold for it. */
export function withoutNull<T>(facts: T): T {
  if (Array.isArray(facts)) return facts.filter((each) => each !== null).map(withoutNull) as T
  if (typeof facts !== 'object' || facts === null) return facts
  return Object.fromEntries(
    Object.entries(facts)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, withoutNull(value as unknown)]),
  ) as T
}

const daysBetween = (at: string, now: number): number => Math.max(0, Math.floor((now - Date.parse(at)) / day))

const newest = (list: readonly { at: string }[] | undefined, now: number): number | undefined =>
  list?.length ? Math.min(...list.map((each) => daysBetween(each.at, now))) : undefined

const oldest = (list: readonly { at: string }[] | undefined, now: number): number | undefined =>
  list?.length ? Math.max(...list.map((each) => daysBetween(each.at, now))) : undefined

/** Sums of binary fractions would say 0.30000000000000004 euro. */
const cents = (amount: number): number => Math.round(amount * 100) / 100

const isGiven = (value: unknown): boolean => typeof value === 'string' && value.trim() !== ''

const defined = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''))
