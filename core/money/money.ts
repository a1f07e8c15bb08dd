import { decimalsOf } from './decimals.ts'

/*
 * Money is minor units with a currency, never a fraction. People and files say it in whole units: 20000.50 is 2000050 minor
 * units in euro, of yen there are no smaller ones, and a Kuwaiti dinar has a thousand.
 */

export interface Money {
  minor: number
  /** ISO 4217 */
  currency: string
}

/**
 * Whole units as money, to the nearest minor unit: half a yen is one. Nothing for an amount that is too large to be exact, beyond
 * 2⁵³ minor units.
 * @example moneyOf(20_000.5, 'EUR') // { minor: 2000050, currency: 'EUR' }
 */
export function moneyOf(amount: number, currency: string): Money | undefined {
  // 1.005 × 100 is 100.5, not 100.49999999999999.
  const minor = Math.round(Number((amount * 10 ** decimalsOf(currency)).toPrecision(15)))
  return Number.isSafeInteger(minor) ? { minor, currency } : undefined
}

/** Whole units, as rules and people write them. */
export const amountOf = ({ minor, currency }: Money): number => minor / 10 ** decimalsOf(currency)

export const isMoney = (value: unknown): value is Money =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === 2 &&
  Number.isInteger((value as Money).minor) &&
  typeof (value as Money).currency === 'string'
