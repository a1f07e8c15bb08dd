import { plainDigits } from '../../intake/read/typed.ts'
import { Fault } from '../../record/fault.ts'
import { beginningsOf, digitsIn, fewest, nationalOf, numbers } from './number.ts'
import { isAsked } from './posting.ts'
import { mailToken, type Token } from './token.ts'
import { wordsOf } from './text.ts'

/* What somebody typed, as terms, all of which a record must have; and whether one of its tokens is what a term means. */

export type Term =
  | {
      is: 'word'
      text: string
      plain: string
      typed: string
      /** beginnings of words that may be meant, where it is mistyped, nearest first */
      like?: readonly string[]
      /** stands behind a dot in an address that was typed in part: found with the word before it alone */
      isInner?: boolean
    }
  | { is: 'run'; text: string; typed: string }
  /** begins with @: a domain */
  | { is: 'mail'; text: string; typed: string }
  | { is: 'number'; text: string; typed: string }

/** So many terms count; those behind them are passed over. */
const mostTerms = 8

/** So long may what is typed be, in UTF-16 units. */
export const longestText = 200

/** Throws Fault `input.invalid` for what nobody can be found by. */
export function termsOf(text: string): Term[] {
  if (text.length > longestText)
    throw refused(`it has ${text.length} characters; write at most ${longestText}`)
  const terms = readTerms(text)
  if (!terms.some((term) => isAsked(term.text)))
    throw refused('write at least two letters of a name, or three digits of a number')
  return terms
}

/** Whether `termsOf` takes it. */
export const isFindable = (text: string): boolean =>
  text.length <= longestText && readTerms(text).some((term) => isAsked(term.text))

function readTerms(text: string): Term[] {
  let rest = plainDigits(text.toWellFormed().normalize('NFKC'))
  const terms: Term[] = []
  const take = (pattern: RegExp, read: (typed: string) => Term | undefined): void => {
    rest = rest.replace(pattern, (typed) => {
      const term = read(typed)
      if (term) terms.push(term)
      return term ? ' ' : typed
    })
  }
  take(/[^\s,;<>()"]*@[^\s,;<>()"]*/g, (typed) => {
    const { text: mail } = mailToken(typed)
    return mail.length > 2 ? { is: 'mail', text: mail, typed } : undefined
  })
  take(numbers, (typed) => {
    // +49 (0) 30: the nought is dialled within the country only.
    const digits = digitsIn(typed.replace(/\(0+\)/, ''))
    return digits.length < fewest ? undefined : { is: 'number', text: digits, typed: typed.trim() }
  })
  for (const piece of rest.split(/\s+/)) terms.push(...termsIn(piece))
  return terms.slice(0, mostTerms)
}

function termsIn(piece: string): Term[] {
  const words = wordsOf(piece)
  const isAddress = /[^.]\.[^.]/.test(piece) && isAsked(words[0]?.folded ?? '')
  return words.map(({ is, folded, plain }, i): Term =>
    is === 'run'
      ? { is, text: folded, typed: plain }
      : { is, text: folded, plain, typed: plain, isInner: isAddress && i > 0 },
  )
}

const refused = (words: string): Fault => new Fault('input.invalid', `text: ${words}`, { where: 'text' })

/** How a term was found: the whole word, its beginning, an end or a part of it, or a word like it. */
export type How = 'is' | 'begins' | 'has' | 'like'

/** Whether a term means a token, and how. */
export function howMeant(term: Term, token: Token): How | undefined {
  switch (term.is) {
    case 'word':
      return howWord(term, token)
    case 'run':
      if (token.is !== 'run') return undefined
      return howText(term.text, token.text) ?? (token.text.includes(term.text) ? 'has' : undefined)
    case 'mail':
      if (token.is !== 'mail') return undefined
      return term.text.startsWith('@') ? howDomain(term.text, token.text) : howText(term.text, token.text)
    case 'number':
      return howNumber(term.text, token)
  }
}

function howText(asked: string, text: string): How | undefined {
  if (text === asked) return 'is'
  return text.startsWith(asked) ? 'begins' : undefined
}

function howWord({ text, like }: Term & { is: 'word' }, token: Token): How | undefined {
  if (token.is === 'run' || token.is === 'phone') return undefined
  const how = howText(text, token.text)
  if (how) return how
  if (token.is === 'mail')
    return partsOfMail(token.text).some((part) => part.startsWith(text)) ? 'has' : undefined
  return token.is === 'word' && like?.some((meant) => token.text.startsWith(meant)) ? 'like' : undefined
}

const partsOfMail = (mail: string): string[] => {
  const domain = mail.slice(mail.lastIndexOf('@') + 1)
  return [domain, ...mail.split(/[^\p{L}\p{N}\p{M}]+/u)]
}

function howDomain(asked: string, mail: string): How | undefined {
  return mail.slice(mail.lastIndexOf('@')).startsWith(asked) ? 'has' : undefined
}

function howNumber(digits: string, token: Token): How | undefined {
  if (token.is === 'word') return howText(digits, token.text)
  if (token.is === 'code')
    return howText(digits, token.text) ?? (token.text.endsWith(digits) ? 'has' : undefined)
  if (token.is !== 'phone') return undefined
  const { text, extension, isWhole } = token
  const whole = text + extension
  if (text === digits || whole === digits) return 'is'
  const national = isWhole ? nationalOf(whole) : whole.replace(/^0+/, '')
  if (beginningsOf(digits).some((each) => whole.startsWith(each) || national.startsWith(each)))
    return 'begins'
  return text.endsWith(digits) || whole.endsWith(digits) ? 'has' : undefined
}
