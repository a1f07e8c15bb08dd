import { derivedKind, type Amount, type Part, type Parts } from '../kind/system/derived.ts'
import { saidOf, type DerivedPlan, type Reduced, type Reduction } from '../record/field.ts'
import { toInstant } from '../record/id.ts'
import { fromItem, type Item, type Line } from '../record/item.ts'
import type { Kind } from '../record/kind.ts'
import { contentHash } from '../table/content-hash.ts'
import { lineName } from './line.ts'

/*
 * Derived fields: what the lines in a file come to.
 *
 * Problem: a number that is added to is wrong for good once a change is read twice or never; and some numbers change while
 * nothing happens.
 * Representation: lines are reduced to a part for each field, and parts are combined to a part, in whatever order and
 * grouping. What time changes is kept by day, at most a year of days, and the value is computed for the moment at which it is
 * asked.
 * Invariant: combine(reduce(a), reduce(b)) says at every moment since the same as reduce(a and b).
 */

/** A name for what is declared: parts that were computed by another declaration say nothing. */
export const planName = (plan: DerivedPlan): string =>
  contentHash(
    Object.entries(plan).map(([name, { title: _, help: __, of, ...rest }]) => [name, of.name, rest]),
  )

/** Lines and entries of what happened, as what they come to, as of `now` in milliseconds. */
export function reduce(plan: DerivedPlan, items: readonly Item[], now: number): Parts {
  return eachField(plan, now, (reduction) =>
    items.flatMap((item) => {
      const line = lineOf(reduction.of, item)
      const part = line && isMeant(reduction, line) ? partOf(reduction, line) : undefined
      return part ? [part] : []
    }),
  )
}

/** What several parts of a file come to together. */
export const combine = (plan: DerivedPlan, all: readonly Parts[], now: number): Parts =>
  eachField(plan, now, (_, name) => all.flatMap((parts) => parts[name] ?? []))

/** What people and rules see at a moment: nothing of a field that has no value, or too many to be sure. */
export function valuesAt(plan: DerivedPlan, parts: Parts, now: number): Record<string, unknown> {
  const today = dayOf(toInstant(now))
  return Object.fromEntries(
    Object.entries(plan).flatMap(([name, reduction]) => {
      const found = valueOf(reduction, parts[name] ?? {}, today)
      return found === undefined ? [] : [[name, found]]
    }),
  )
}

/** The same of what is stored: nothing of a record whose file nobody has computed since it was declared so. */
export function derivedAt(
  { derived: plan }: Pick<Kind, 'derived'>,
  item: Item | undefined,
  now: number,
): Record<string, unknown> {
  if (!plan || !item) return {}
  const { plan: name, parts } = fromItem(derivedKind, item)
  return name === planName(plan) ? valuesAt(plan, parts, now) : {}
}

/** The same as facts of rules: money is an amount when it is all in one currency, and unknown when it is not. */
export function derivedFactsAt(
  kind: Pick<Kind, 'derived'>,
  item: Item | undefined,
  now: number,
): Record<string, unknown> {
  const isSum = ({ form, of, field }: Reduction): boolean =>
    (form === 'sum' || form === 'mean') && isMoney(of, field)
  return Object.fromEntries(
    Object.entries(derivedAt(kind, item, now)).flatMap(([name, value]): [string, unknown][] => {
      if (!isSum(kind.derived![name]!)) return [[name, value]]
      const [first = 0, ...others] = value as unknown[]
      return others.length ? [] : [[name, first]]
    }),
  )
}

function eachField(
  plan: DerivedPlan,
  now: number,
  partsOf: (reduction: Reduction, name: string) => readonly Part[],
): Parts {
  const today = dayOf(toInstant(now))
  return Object.fromEntries(
    Object.entries(plan).map(([name, reduction]) => [
      name,
      together(reduction, partsOf(reduction, name), today),
    ]),
  )
}

type Fields = Readonly<Record<string, unknown>>

/** What may be read of an item, if it is of this source. */
function lineOf(of: Reduced, item: Item): Fields | undefined {
  if (of.plural === undefined) return item.kind === of.name ? { ...item, ...of.said?.(item) } : undefined
  if (item.kind !== lineName(of)) return undefined
  const { id, createdAt, closedAt, line } = item
  return { ...(line as Line), id, createdAt, closedAt }
}

const isMeant = ({ where = {} }: Reduction, line: Fields): boolean =>
  Object.entries(where).every(([name, wanted]) =>
    [line[name]].flat().some((value) => value !== undefined && wanted.includes(value)),
  )

function partOf({ form, field, at, within, past }: Reduction, line: Fields): Part | undefined {
  const value = field === undefined ? undefined : line[field]
  const when = line[at]
  if (form === 'newest' || form === 'oldest')
    return typeof when === 'string'
      ? { end: { at: when, id: String(line.id), ...(value !== undefined && { value: value as JSON }) } }
      : undefined
  if (form === 'distinct') return value === undefined ? undefined : { some: [value].flat().map(String) }
  const amount = amountOf(form, value)
  if (!amount) return undefined
  if (within === undefined && !past) return { all: [amount] }
  return typeof when === 'string' ? { days: [[dayOf(when), [amount]]] } : undefined
}

type JSON = NonNullable<Part['end']>['value']

/** Nothing of a line that has no value to be added. */
function amountOf(form: Reduction['form'], value: unknown): Amount | undefined {
  if (form === 'count') return ['', 1, 0]
  if (typeof value === 'number') return ['', 1, value]
  if (typeof value !== 'object' || value === null) return undefined
  const { minor, currency } = value as { minor: number; currency: string }
  return [currency, 1, minor]
}

/** Several parts of one field as one; what time has settled since loses its day. */
function together({ form, within, past }: Reduction, parts: readonly Part[], today: string): Part {
  if (form === 'newest' || form === 'oldest') {
    const ends = parts.flatMap(({ end }) => end ?? []).toSorted(byTime)
    const end = form === 'newest' ? ends.at(-1) : ends[0]
    return end ? { end } : {}
  }
  if (form === 'distinct') {
    const some = [...new Set(parts.flatMap((part) => part.some ?? []))].toSorted(byText)
    return { some: some.slice(0, mostDistinct + 1) }
  }
  const days = parts.flatMap((part) => part.days ?? [])
  const isSettled = (day: string): boolean => past === true && day < today
  const isGone = (day: string): boolean => within !== undefined && day <= dayBefore(today, within)
  const settled = days.flatMap(([day, amounts]) => (isSettled(day) ? amounts : []))
  const open = Map.groupBy(
    days.filter(([day]) => !isSettled(day) && !isGone(day)),
    ([day]) => day,
  )
  return {
    ...(within === undefined && { all: added([...parts.flatMap(({ all }) => all ?? []), ...settled]) }),
    ...((within !== undefined || past) && {
      days: [...open]
        .map(([day, same]): [string, Amount[]] => [day, added(same.flatMap(([, amounts]) => amounts))])
        .toSorted((a, b) => byText(a[0], b[0])),
    }),
  }
}

/** More are unknown. */
const mostDistinct = 100

/** In the place of a sum that is too large to be exact: whatever is added to it, nobody knows what it is. */
const tooLarge = Number.MAX_SAFE_INTEGER
const plus = (one: number, other: number): number =>
  Math.max(Math.abs(one), Math.abs(other), Math.abs(one + other)) < tooLarge ? one + other : tooLarge

function added(amounts: readonly Amount[]): Amount[] {
  const sums = new Map<string, Amount>()
  for (const [currency, count, sum] of amounts) {
    const [, counted = 0, summed = 0] = sums.get(currency) ?? []
    sums.set(currency, [currency, counted + count, plus(summed, sum)])
  }
  return [...sums.values()].toSorted((a, b) => byText(a[0], b[0]))
}

function valueOf({ form, field, of, within, past }: Reduction, part: Part, today: string): unknown {
  if (form === 'newest' || form === 'oldest') return part.end?.value
  if (form === 'distinct') {
    const { some = [] } = part
    return some.length > mostDistinct ? undefined : some
  }
  const timed = (part.days ?? []).filter(([day]) =>
    past ? day < today : day <= today && day > dayBefore(today, within ?? 0),
  )
  const amounts = added([...(part.all ?? []), ...timed.flatMap(([, amounts]) => amounts)])
  if (form === 'count') return amounts.reduce((all, [, count]) => all + count, 0)
  if (amounts.some(([, , sum]) => sum === tooLarge)) return undefined
  if (isMoney(of, field))
    return form === 'mean' && !amounts.length
      ? undefined
      : amounts.map(([currency, count, sum]) => ({
          minor: form === 'mean' ? Math.round(sum / count) : sum,
          currency,
        }))
  const [, count = 0, sum = 0] = amounts[0] ?? []
  if (form === 'sum') return sum
  return count ? sum / count : undefined
}

const isMoney = (of: Reduced, field = ''): boolean => {
  const type = of.schema.shape[field]
  return type !== undefined && saidOf(type).unit === 'money'
}

const dayOf = (at: string): string => at.slice(0, 10)
const dayBefore = (day: string, days: number): string => dayOf(toInstant(Date.parse(day) - days * 86_400_000))

const byText = (a: string, b: string): number => Number(a > b) - Number(a < b)
const byTime = (a: { at: string; id: string }, b: { at: string; id: string }): number =>
  byText(a.at, b.at) || byText(a.id, b.id)
