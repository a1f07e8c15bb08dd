/*
 * ISO 4217's minor units (list one): two digits, but for these. Not by `Intl`: Unicode's data tell how much of an amount people
 * write, and say 0 of the forint, the rupiah, the Colombian peso and fourteen others, which have hundredths or thousandths.
 */

const exceptions: readonly (readonly [digits: number, currencies: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
]

const byCurrency = new Map(
  exceptions.flatMap(([digits, currencies]) =>
    currencies.split(' ').map((currency) => [currency, digits] as const),
  ),
)

/** Digits after the point of a currency's whole unit: how many minor units it has is 10 to the power of it. */
export const decimalsOf = (currency: string): number => byCurrency.get(currency) ?? 2
