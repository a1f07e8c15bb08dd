import type { Kind, Kinds } from '../record/kind.ts'
import { saidOf } from '../record/field.ts'
import { decimalsOf } from './decimals.ts'

/*
 * Files say money in whole units of the company's currency, events carry minor units with a currency. So what a pattern asks of
 * a field that holds money is turned into what events say: `budget: [{ numeric: ['>=', 20000] }]` becomes
 * `budget: { minor: [{ numeric: ['>=', 2000000] }], currency: [EUR, …] }`.
 */

type Pattern = Record<string, unknown>

/** The pattern in the units of events. Where a field may be missing (`exists: false`), so may its currency. */
export function inMinorUnits<P extends object>(pattern: P, kinds: Kinds, currency: string): P {
  const { detail } = pattern as { detail?: Pattern }
  if (!detail) return pattern
  const about = [...kinds.values()].filter(({ name }) => Object.hasOwn(detail, name))
  return { ...pattern, detail: ofDetail(detail, about, currency) }
}

const ofDetail = (detail: Pattern, kinds: readonly Kind[], currency: string): Pattern =>
  mapped(detail, (name, part) => {
    const kind = kinds.find((each) => each.name === name) ?? (name === 'old' ? kinds[0] : undefined)
    return kind && isPattern(part) ? ofRecord(part, kind, currency) : part
  })

const ofRecord = (record: Pattern, kind: Kind, currency: string): Pattern =>
  mapped(record, (name, accepted) =>
    Array.isArray(accepted) && holdsMoney(kind, name) ? ofMoney(accepted, currency) : accepted,
  )

const holdsMoney = ({ schema: { shape } }: Kind, name: string): boolean =>
  shape[name] !== undefined && saidOf(shape[name]).unit === 'money'

/** With the alternatives of an `$or` treated alike. */
const mapped = (pattern: Pattern, change: (name: string, value: unknown) => unknown): Pattern =>
  Object.fromEntries(
    Object.entries(pattern).map(([name, value]) => [
      name,
      name === '$or' && Array.isArray(value)
        ? value.map((part: unknown) => (isPattern(part) ? mapped(part, change) : part))
        : change(name, value),
    ]),
  )

function ofMoney(accepted: readonly unknown[], currency: string): Pattern {
  const scale = 10 ** decimalsOf(currency)
  const isMissing = (entry: unknown): boolean => isPattern(entry) && entry.exists === false
  return {
    minor: accepted.map((entry) => scaled(entry, scale)),
    currency: [currency, ...(accepted.some(isMissing) ? [{ exists: false }] : [])],
  }
}

/** Every number of what is accepted, at whatever depth. */
function scaled(entry: unknown, scale: number): unknown {
  // 0.07 × 100 is 7, not 7.000000000000001.
  if (typeof entry === 'number') return Number((entry * scale).toPrecision(15))
  if (Array.isArray(entry)) return entry.map((each) => scaled(each, scale))
  if (!isPattern(entry)) return entry
  return Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, scaled(value, scale)]))
}

const isPattern = (value: unknown): value is Pattern =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
