import { amountOf, isMoney } from '../../money/money.ts'
import type { Noun } from '../../record/vocabulary.ts'
import { put, valueAt } from './path.ts'
import { factsOfMoment, type Moment } from './moment.ts'

/** What was read about a record and others, by the names of their nouns; whatever is unknown stays out. Times are ISO 8601. */
export interface Stated {
  [noun: string]: object | null | undefined
  /** what happened to them, where a noun's facts are computed of it */
  history?: object
}

/** A table, as far as its facts depend on it. */
interface Asking {
  /** the kind of record that it decides about */
  record: string
  /** by which the time of day is judged */
  calendar?: string | undefined
}

/**
 * The facts for a table: the records as they are, what their nouns compute of them and of their history, and what the
 * moment says. `docs/rules.md` lists every name. What is stated is not computed; nothing is invented.
 * @param nouns of the records, as far as something is to be computed of them
 * @example await table.explain(factsFor(table.definition, { lead }, [leadKind], { now, company }), now)
 */
export function factsFor(
  { record, calendar }: Asking,
  stated: Stated,
  nouns: readonly Pick<Noun, 'name' | 'facts' | 'history'>[],
  moment: Moment,
): Record<string, unknown> {
  const { history, ...facts } = withoutNull(inWholeUnits(stated, moment.company?.currency))
  const about = facts[record]
  const createdAt = valueAt(about, 'createdAt')
  for (const noun of nouns) {
    const own = facts[noun.name]
    if (!own && !(noun.history !== undefined && history)) continue
    for (const [name, { of }] of Object.entries(noun.facts ?? {}))
      state(facts, name, of?.(own ?? {}, { now: moment.now, history }))
  }
  for (const [name, value] of Object.entries(factsOfMoment(calendar, createdAt, moment)))
    state(facts, name, value)
  return facts
}

function state(facts: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined && valueAt(facts, name) === undefined) put(facts, name, value)
}

/**
 * Money as rules write it, however deep it stands: whole units of the company's currency. An amount in another one is
 * no fact.
 * @param currency absent: there is no company to compare with
 */
export function inWholeUnits<T>(stated: T, currency: string | undefined): T {
  if (typeof stated !== 'object' || stated === null || Array.isArray(stated)) return stated
  if (isMoney(stated))
    return (stated.currency === (currency ?? stated.currency) ? amountOf(stated) : undefined) as T
  return Object.fromEntries(
    Object.entries(stated).flatMap(([name, value]: [string, unknown]) => {
      const amount = inWholeUnits(value, currency)
      return amount === undefined ? [] : [[name, amount]]
    }),
  ) as T
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
