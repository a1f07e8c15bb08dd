import { decimalsOf } from '../../money/decimals.ts'
import { moneyOf, type Money } from '../../money/money.ts'
import { currencyNamed } from './currency.ts'
import { plainDigits, tidy } from './typed.ts'

/*
 * Problem: `50k`, `1.5 million`, `1,00,000`, `60 000 грн` and `maybe in Q3 2027` all hold digits, and a number that was
 * read wrong sends a customer to the wrong people.
 * Rule: a text is a number only when the whole of it reads as one: a number in one of the ways to write it, with words
 * that we know around it. One word that we do not know, a minus, an upper bound (`up to 50`) or another currency than
 * the company's, and nothing is known.
 * Three digits after the only separator (`1.200`, `50,000`) are thousands in a head count, beside a currency, and when
 * they end in 0, because nobody writes idle zeros; otherwise (`250.125`) they may be a fraction, so nothing is known.
 * Of a range the lower end counts, and a unit behind the upper end is that of both (`50–100k`).
 */

/** How many people: whole, at most a thousand million. */
export function readCount(value: unknown): number | undefined {
  const count = typeof value === 'number' ? value : readQuantity(value, countWords)
  return count !== undefined && Number.isInteger(count) && count >= 0 && count <= 1e9 ? count : undefined
}

/** Money in `currency` (ISO 4217), when that or none is named, to its minor unit; at most 10¹⁵, and 2⁵³ minor units. */
export function readAmount(value: unknown, currency: string): Money | undefined {
  const amount = typeof value === 'number' ? value : readQuantity(value, { nouns: noNouns, currency })
  return amount !== undefined && amount >= 0 && amount <= 1e15 ? moneyOf(amount, currency) : undefined
}

interface Meaning {
  /** what is counted */
  nouns: ReadonlySet<string>
  /** without one no currency may be named */
  currency?: string
}

/** A number as it stands in a text: with its separators, what stands before it and behind it. */
interface Written {
  digits: string
  unit: number | undefined
  hasCurrency: boolean
}

function readQuantity(value: unknown, meaning: Meaning): number | undefined {
  // ², ½ and ① are numbers of another sort, and would become 2 by the next line.
  if (typeof value !== 'string' || value.length > 100 || /\p{No}/u.test(value)) return undefined
  const text = plainDigits(tidy(value)).toLowerCase()
  const ends = endsOf(text.replace(openEnd, ' ').replace(atLeast, '').trim())
  const [low, high] = ends.map((end) => readEnd(end, meaning))
  if (!low || (ends.length > 1 && !high)) return undefined
  const hasCurrency = low.hasCurrency || high?.hasCurrency === true
  const lower = numberOf({ ...low, hasCurrency }, meaning)
  if (!high || lower === undefined) return lower === undefined ? undefined : exact(lower, low.unit ?? 1)
  const upper = numberOf({ ...high, hasCurrency }, meaning)
  if (upper === undefined) return undefined
  const top = exact(upper, high.unit ?? 1)
  const withUnit = exact(lower, low.unit ?? high.unit ?? 1)
  // 500–1k: the unit is the upper end's alone.
  const bottom = withUnit <= top ? withUnit : exact(lower, low.unit ?? 1)
  return bottom <= top ? bottom : undefined
}

/** What says that it may also be more, in front of a number and behind it. */
const atLeast =
  /^(?:(?:[~≈>≥]|>=|ca\.?|circa|approx\.?|approximately|about|around|roughly|over|more than|at least|min\.?|from|ab|über|mehr als|mindestens|etwa|rund|ungefähr|від|понад|більше|більш ніж|близько|приблизно|не менше|щонайменше|от|более|больше|более чем|свыше|около|примерно|не менее|минимум|ok\.?|około|ponad|od|powyżej|co najmniej|minimum|environ|plus de|à partir de|au moins)(?=[\s\d€$£₴₽]))+\s*/u
const openEnd =
  /(?<=[\d\p{L}.])\s*(?:\+|and more|or more|and above|plus|und mehr|oder mehr|і більше|або більше|и больше|и более|или больше|или более|i więcej|lub więcej|et plus|ou plus)(?=\s|$)/u

/** The two ends of a range, or the one text. */
function endsOf(text: string): string[] {
  const named =
    /^(?:between|zwischen|між|между|między|entre) (.+?) (?:and|und|і|та|й|и|a|et) (.+)$/u.exec(text) ??
    /^(?:from |von |від |от |od |de )?(.*\d.*?) (?:to|bis|до|do|à) (.*\d.*)$/u.exec(text) ??
    // Both ends begin with a digit or a currency; a minus of its own would be a negative number.
    /^(.*\d[^\-–—‒−]*?)\s?[-–—‒−]\s?([^\s\d\-–—‒−]{0,3}\s?\d.*)$/u.exec(text)
  return named ? named.slice(1) : [text]
}

/** One number with the words around it, each of which must be known and stand there once. */
function readEnd(text: string, { nouns, currency }: Meaning): Written | undefined {
  // 1000,- and 1'000.-: no cents.
  const found = /^([^\d]*)(\d(?:[\d.,'’٫٬ ]*\d)?)(?:[.,](?:[-–—]{1,2}(?=\s|$|[€$])|$))?([^\d]*)$/u.exec(text)
  if (!found) return undefined
  const [, before = '', digits = '', behind = ''] = found
  const written: Written = { digits, unit: undefined, hasCurrency: false }
  for (const word of `${before} ${behind}`.split(/[\s,:]+|(?<=[€$£₴₽₹])|(?=[€$£₴₽₹])/u).filter(Boolean)) {
    const unit = units.get(word.replace(/\.$/, ''))
    const named = currencyNamed(word)
    if (unit !== undefined && written.unit === undefined && behind.includes(word)) written.unit = unit
    else if (named && named === currency) written.hasCurrency = true
    else if (named || !nouns.has(word.replace(/\.$/, ''))) return undefined
  }
  return written
}

/** What its digits and separators say, without the unit. */
function numberOf({ digits, unit, hasCurrency }: Written, { currency }: Meaning): number | undefined {
  const [whole = '', fraction = '', ...more] = digits.split('٫')
  if (more.length) return undefined
  if (digits.includes('٫')) {
    const integer = ungrouped(whole) ?? plainInteger(whole)
    return integer === undefined ? undefined : safe(`${integer}.${fraction}`)
  }
  if (/^(?:0|[1-9]\d*)$/.test(digits)) return safe(digits)
  const grouped = ungrouped(digits)
  if (grouped !== undefined) {
    const isUnsure = /^\d+[.,]\d{3}$/.test(digits)
    const mayBeThousands =
      unit === undefined && (currency === undefined || hasCurrency || digits.endsWith('0'))
    return isUnsure && !(mayBeThousands && decimalsOf(currency ?? 'EUR') < 3) ? undefined : safe(grouped)
  }
  const parts = /^(.+)([.,])(\d+)$/.exec(digits)
  if (!parts) return undefined
  const [, before = '', separator = '', decimals = ''] = parts
  // Nobody counts in ten-thousandths: 10,0000 is a mistyped 10,000 or 100,000.
  if (unit === undefined && decimals.length > 3) return undefined
  // The separator of the decimals stands once.
  const integer = before.includes(separator) ? undefined : (ungrouped(before) ?? plainInteger(before))
  return integer === undefined ? undefined : safe(`${integer}.${decimals}`)
}

const plainInteger = (text: string): string | undefined => (/^(?:0|[1-9]\d*)$/.test(text) ? text : undefined)

/** Groups of three behind one sort of separator, or of two and a last one of three as in India. */
function ungrouped(text: string): string | undefined {
  const isGrouped =
    /^[1-9]\d{0,2}([.,'’٬ ])\d{3}(?:\1\d{3})*$/.test(text) || /^[1-9]\d?(?:,\d{2})+,\d{3}$/.test(text)
  return isGrouped ? text.replace(/\D/g, '') : undefined
}

function safe(text: string): number | undefined {
  const value = Number(text)
  return Number.isFinite(value) && value <= Number.MAX_SAFE_INTEGER ? value : undefined
}

/** 1.1 × 1000 is 1100, not 1100.0000000000002. */
const exact = (value: number, unit: number): number =>
  unit === 1 ? value : Number((value * unit).toPrecision(15))

/** `billion` and `trillion` are missing: they are not the same number in English and in German. */
const units = new Map(
  Object.entries({
    1e3: 'k к tsd tausend thousand thousands тис тисяч тисячі тисяча тыс тысяч тысячи тысяча tys tysięcy tysiące tysiąc mille milliers',
    1e5: 'lakh lakhs lac lacs',
    1e6: 'mio million millions millionen мільйон мільйони мільйонів миллион миллиона миллионов млн mln milion miliony milionów',
    1e7: 'crore crores cr',
    1e9: 'mrd mld milliarde milliarden milliard milliards мільярд мільярди мільярдів миллиард миллиарда миллиардов млрд miliard miliardy miliardów bn',
  }).flatMap(([unit, words]) => words.split(' ').map((word): [string, number] => [word, Number(unit)])),
)

const noNouns: ReadonlySet<string> = new Set()

const countWords: Meaning = {
  nouns: new Set(
    (
      'employee employees people persons person staff fte ftes headcount mitarbeiter mitarbeiterinnen mitarbeitende ma beschäftigte personen leute ' +
      'працівник працівники працівників співробітник співробітники співробітників людей осіб особа люди ' +
      'сотрудник сотрудники сотрудников сотрудника работников человек чел человека люди лиц ' +
      'pracownik pracownicy pracowników osób osoby osoba employés employé salariés salarié personnes personne'
    ).split(' '),
  ),
}
