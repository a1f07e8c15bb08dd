import { decimalsOf } from './decimals.ts'

/*
 * What the lines of an offer, an order or an invoice come to. A line's net is price × quantity × (1 − discount), rounded half up to the minor
 * unit; the tax of a rate is the sum of its nets × the rate, rounded half up; the total is nets and taxes. Prices that include tax: the same
 * with what the lines cost in all, and the tax of a rate is taken out of their sum. Half up is away from zero, so that a credit is the mirror of what it
 * takes back. All of it exact, in integers; computed once, when a document is made, and stored.
 */

export interface SaleLine {
  quantity: number
  /** of one, in whole units of the currency: it may be finer than its smallest coin */
  price: number
  /** 0 to 100 */
  discountPercent?: number
  taxPercent: number
}

export interface SaleTotals {
  /** of each line, in minor units: before tax, or with it where prices include it; after its share of the discount */
  lines: readonly number[]
  /** by rate, the smallest first, in minor units */
  taxes: readonly { percent: number; net: number; tax: number }[]
  net: number
  tax: number
  total: number
}

export interface SaleTerms {
  /** ISO 4217 */
  currency: string
  includesTax?: boolean
  /** off the whole, in minor units: shared over the lines by what they come to */
  discount?: number
}

/** Throws a RangeError for what comes to more than is exact in JSON (2⁵³ minor units), is no number, or is a discount on nothing. */
export function totalsOf(lines: readonly SaleLine[], terms: SaleTerms): SaleTotals {
  const { currency, includesTax = false, discount = 0 } = terms
  const unit = 10n ** BigInt(decimalsOf(currency))
  const before = lines.map(({ price, quantity, discountPercent = 0 }) => {
    const [p, q, off] = [exact(price), exact(quantity), exact(discountPercent)]
    const rest = 100n * off.of - off.parts
    return half(p.parts * q.parts * rest * unit, p.of * q.of * 100n * off.of)
  })
  if (discount !== 0 && total(before) === 0n)
    throw new RangeError(`${discount} minor units off nothing: the lines come to 0`)
  const off = share(BigInt(discount), before)
  const sums = before.map((each, at) => each - off[at]!)
  const rates = [...new Set(lines.map(({ taxPercent }) => taxPercent))].toSorted((a, b) => a - b)
  const taxes = rates.map((percent) => {
    const sum = total(sums.filter((_, at) => lines[at]!.taxPercent === percent))
    const rate = exact(percent)
    const tax = includesTax
      ? half(sum * rate.parts, 100n * rate.of + rate.parts)
      : half(sum * rate.parts, 100n * rate.of)
    return { percent, net: includesTax ? sum - tax : sum, tax }
  })
  const [net, tax] = [total(taxes.map((each) => each.net)), total(taxes.map((each) => each.tax))]
  return {
    lines: sums.map(safe),
    taxes: taxes.map((each) => ({ percent: each.percent, net: safe(each.net), tax: safe(each.tax) })),
    net: safe(net),
    tax: safe(tax),
    total: safe(net + tax),
  }
}

/**
 * An amount in parts that add up to it, by weights of which none has another sign than the others: each gets what is its due rounded down, and
 * the smallest units that are left go to those with the largest remainders, of equal ones to the first. Nothing to anybody where all weights are 0.
 */
export function share(amount: bigint, weights: readonly bigint[]): readonly bigint[] {
  const all = total(weights)
  if (all === 0n) return weights.map(() => 0n)
  const due = weights.map((weight) => ({ part: (amount * weight) / all, rest: (amount * weight) % all }))
  const left = amount - total(due.map(({ part }) => part))
  const size = (value: bigint) => (value < 0n ? -value : value)
  const first = due
    .map(({ rest }, at) => ({ rest: size(rest), at }))
    .toSorted((a, b) => Number(b.rest - a.rest) || a.at - b.at)
    .slice(0, Number(size(left)))
  const lucky = new Set(first.map(({ at }) => at))
  const one = left < 0n ? -1n : 1n
  return due.map(({ part }, at) => (lucky.has(at) ? part + one : part))
}

/** n ÷ d to the nearest integer, halves away from zero. */
function half(n: bigint, d: bigint): bigint {
  const isNegative = n < 0n !== d < 0n
  const [a, b] = [n < 0n ? -n : n, d < 0n ? -d : d]
  const rounded = (2n * a + b) / (2n * b)
  return isNegative ? -rounded : rounded
}

/** A number as people wrote it, in decimal: 0.1 is one tenth. */
function exact(value: number): { parts: bigint; of: bigint } {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no number to count with`)
  const [digits = '', exponent = '0'] = String(value).split('e')
  const [whole = '', fraction = ''] = digits.split('.')
  const power = Number(exponent) - fraction.length
  const parts = BigInt(whole + fraction)
  return power < 0 ? { parts, of: 10n ** BigInt(-power) } : { parts: parts * 10n ** BigInt(power), of: 1n }
}

const total = (values: readonly bigint[]): bigint => values.reduce((sum, each) => sum + each, 0n)

function safe(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number))
    throw new RangeError(`${value} minor units are more than can be kept exactly: 2⁵³ at most`)
  return number
}
