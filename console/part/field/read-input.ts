import { decimalsOf } from '../../../core/money/decimals.ts'
import type { Field } from '../../api/kinds.ts'
import { momentOf } from '../../words/zone.ts'

/* From a field of a record to what stands in an input, and back. */

export interface Money {
  minor: number
  currency: string
}

export const isMoney = (value: unknown): value is Money =>
  typeof value === 'object' && value !== null && 'minor' in value && 'currency' in value

/** Decimals of a currency (ISO 4217). */

export function moneyInput({ minor, currency }: Money): string {
  const digits = decimalsOf(currency)
  return (minor / 10 ** digits).toFixed(minor % 10 ** digits === 0 ? 0 : digits)
}

/** Text of an input as the value that the API takes; undefined: nothing stands there. */
export function readField(field: Field, name: string, form: FormData): unknown {
  const all = form.getAll(name).filter((each) => typeof each === 'string')
  const text = (all[0] ?? '').trim()
  if (field.as === 'list') {
    const items = field.each?.of ? all : lines(text)
    return items.length ? items : undefined
  }
  if (field.as === 'flag') return text === 'on'
  if (text === '') return undefined
  if (field.as === 'number') return Number(text)
  if (field.as === 'instant') return new Date(momentOf(text)).toISOString()
  if (field.as === 'money') {
    const [currency = ''] = form.getAll(`${name}.currency`).filter((each) => typeof each === 'string')
    return { minor: Math.round(Number(text.replace(',', '.')) * 10 ** decimalsOf(currency)), currency }
  }
  return text
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** By what they say, whatever the order of what is in them. */
export const isSame = (a: unknown, b: unknown): boolean => sorted(a) === sorted(b)

const sorted = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([x], [y]) => Number(x > y) - Number(x < y)))
      : each,
  )
