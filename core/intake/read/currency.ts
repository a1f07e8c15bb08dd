/*
 * Words and signs for money, in the languages that our visitors mostly write. A sign that several currencies share is
 * taken for the one that it means everywhere ($ for the American, £ for the British), and ¥ and kr for none.
 */

const spoken = `
  EUR: € euro euros eur євро евро євр
  USD: $ us$ usd$ $us dollar dollars долар долари доларів доллар доллары долларов dolar dolary dolarów
  UAH: ₴ грн гривня гривні гривень гривна гривны гривен hrn uah hryvnia hryvnias
  RUB: ₽ руб рублей рубля рубль рублі рублів р rub rubel rubles roubles rubli
  GBP: £ pound pounds фунт фунтів фунтов pfund funtów livres gbp
  PLN: zł zl zloty złoty złote złotych злотих злотых pln
  CHF: fr sfr franken chf франків франков
  INR: ₹ rs rupee rupees inr
  CZK: kč kc czk korun
  KZT: ₸ тенге kzt
  TRY: ₺ tl try
  ILS: ₪ nis ils
  CNY: rmb yuan cny
  JPY: yen jpy
  ?: ¥ kr kr. крон корон kronor kroner
`

/** ISO 4217 by word or sign; `?` for one that is none of them for sure. */
const byWord = new Map(
  spoken
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [code = '', words = ''] = line.trim().split(': ')
      return words.split(' ').map((word): [string, string] => [word, code])
    }),
)

/** The currency that a word in small letters names: a code of ISO 4217, `?` for an unsure one, undefined for another word. */
export function currencyNamed(word: string): string | undefined {
  const known = byWord.get(word) ?? byWord.get(word.replace(/\.$/, ''))
  if (known) return known
  const code = word.toUpperCase()
  return /^[A-Z]{3}$/.test(code) && currencyCodes().has(code) ? code : undefined
}

let codes: Set<string> | undefined
const currencyCodes = (): Set<string> => (codes ??= new Set(Intl.supportedValuesOf('currency')))
