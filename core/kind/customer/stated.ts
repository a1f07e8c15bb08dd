import type { FactPlan } from '../../record/vocabulary.ts'

/** What happened between a customer and the company. Times are ISO 8601, amounts whole units of its currency. */
interface History {
  purchases?: readonly { at: string; amount: number }[]
  invoices?: readonly { dueAt: string; amount: number; paid: number }[]
  contacts?: readonly { at: string }[]
}

const count = { type: 'number', whole: true, least: 0 } as const
const money = { type: 'number', least: 0 } as const
const day = 86_400_000

/** Facts of a customer that are stated, or computed of a stated history, until its purchases, invoices and agreements are records. */
export const statedFacts: Record<string, FactPlan> = {
  'customer.tier': {
    about: 'level of the service agreement',
    values: ['basic', 'business', 'premium'],
    example: 'business',
  },
  'customer.products': { type: 'texts', about: 'what it has bought', example: ['monitoring'] },
  'customer.purchases': figure(
    { ...count, about: 'number of purchases so far', example: 3 },
    ({ purchases }) => purchases?.length,
  ),
  'customer.revenue12Months': figure(
    { ...money, about: 'what it bought in the last 365 days, in euro', example: 12_000 },
    ({ purchases }, now) => {
      const late = purchases?.filter(({ at }) => now - Date.parse(at) <= 365 * day)
      return late && total(late.map(({ amount }) => amount))
    },
  ),
  'customer.averagePurchase': figure(
    { ...money, about: 'mean purchase, in euro', example: 450 },
    ({ purchases = [] }) =>
      purchases.length ? cents(total(purchases.map(({ amount }) => amount)) / purchases.length) : undefined,
  ),
  'customer.openDebt': figure(
    { ...money, about: 'invoiced and not yet paid, in euro', example: 0 },
    (history) => owed(unpaid(history)),
  ),
  'customer.overdueDebt': figure(
    { ...money, about: 'unpaid after its due day, in euro', example: 0 },
    (history, now) => owed(overdue(history, now)),
  ),
  'customer.overdueDays': figure(
    { ...count, about: 'days since the oldest unpaid invoice was due', example: 0 },
    (history, now) => {
      const late = overdue(history, now)
      return late && Math.max(0, ...late.map(({ dueAt }) => daysBetween(dueAt, now)))
    },
  ),
  'daysSince.firstPurchase': figure(
    { ...count, about: 'whole days since the first purchase', example: 700 },
    ({ purchases = [] }, now) => (purchases.length ? Math.max(...ages(purchases, now)) : undefined),
  ),
  'daysSince.lastPurchase': figure(
    { ...count, about: 'whole days since the last purchase', example: 30 },
    ({ purchases = [] }, now) => (purchases.length ? Math.min(...ages(purchases, now)) : undefined),
  ),
  'daysSince.lastContact': figure(
    { ...count, about: 'whole days since anybody spoke with it', example: 9 },
    ({ contacts = [] }, now) => (contacts.length ? Math.min(...ages(contacts, now)) : undefined),
  ),
}

/** A fact that is computed of the history; without one it is unknown. */
function figure(told: Omit<FactPlan, 'of'>, of: (history: History, now: number) => unknown): FactPlan {
  return { ...told, of: (_, { history, now }) => history && of(history, now) }
}

const unpaid = ({ invoices }: History): History['invoices'] =>
  invoices?.filter(({ amount, paid }) => paid < amount)

const overdue = (history: History, now: number): History['invoices'] =>
  unpaid(history)?.filter(({ dueAt }) => Date.parse(dueAt) < now)

const owed = (invoices: History['invoices']): number | undefined =>
  invoices && total(invoices.map(({ amount, paid }) => amount - paid))

const ages = (events: readonly { at: string }[], now: number): number[] =>
  events.map(({ at }) => daysBetween(at, now))

const daysBetween = (at: string, now: number): number => Math.max(0, Math.floor((now - Date.parse(at)) / day))

const total = (amounts: readonly number[]): number => cents(amounts.reduce((sum, amount) => sum + amount, 0))

/** Sums of binary fractions would say 0.30000000000000004 euro. */
const cents = (amount: number): number => Math.round(amount * 100) / 100
