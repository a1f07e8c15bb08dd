import { tidy } from './typed.ts'

/*
 * Consent is what somebody said yes to, so only a yes is one: an affirmative value of a checkbox, in the languages of
 * our visitors, or words that the form itself sends along because the visitor agreed to them. Such words are a
 * sentence; a short word that we do not know may as well be a no.
 */

/** `yes`: to the words that the form shows. `text`: to these words. `no` and `unknown` are no consent. */
export type Consent = { said: 'yes' | 'no' | 'unknown' } | { said: 'text'; text: string }

/** Reads the value of a field that asks for consent; undefined when it says nothing at all. */
export function readConsent(value: unknown): Consent | undefined {
  if (typeof value === 'boolean') return { said: value ? 'yes' : 'no' }
  if (typeof value === 'object' && value !== null) return { said: 'unknown' }
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = tidy(String(value))
  if (!text) return undefined
  const word = text.toLowerCase().replace(/[.!,;:]+$/, '')
  if (yes.has(word)) return { said: 'yes' }
  if (no.has(word)) return { said: 'no' }
  return isAgreement(word) ? { said: 'text', text: String(value).trim() } : { said: 'unknown' }
}

/** A sentence of at least four words whose first clause denies nothing: `I do not agree to …` is no consent. */
function isAgreement(text: string): boolean {
  const words = text.split(' ').filter((word) => /\p{L}/u.test(word))
  const [opening = ''] = text.split(/[.!?;:]\s/, 1)
  return words.length >= 4 && !denial.test(opening)
}

const denial =
  /(?<![\p{L}\p{N}])(?:no|not|don['’]?t|do\s?n['’]t|never|without|refuse|decline|object|withdraw|ні|не|без|ніколи|відмовляюс[ья]|нет|никогда|отказываюсь|nein|nicht|kein|keine|keinen|keiner|nie|niemals|ohne|ablehne|widerspreche|bez|odmawiam|non|ne|n['’]\p{L}+|pas|jamais|sans|refuse)(?![\p{L}\p{N}])/u

const yes = wordsOf(
  'on, yes, y, true, 1, ok, okay, checked, selected, accept, accepted, i accept, agree, agreed, i agree, i consent, consent, granted, opt-in, ✓, ✔, ☑, ✅, 👍, ' +
    'так, да, ага, згоден, згодна, я згоден, я згодна, погоджуюсь, погоджуюся, приймаю, ' +
    'согласен, согласна, я согласен, я согласна, соглашаюсь, принимаю, ' +
    'ja, wahr, einverstanden, ich stimme zu, zugestimmt, akzeptiert, ' +
    'tak, prawda, zgadzam się, wyrażam zgodę, akceptuję, zgoda, ' +
    "oui, vrai, accepté, j'accepte, j’accepte, d'accord, d’accord, sí, si, sì",
)

const no = wordsOf(
  'off, no, n, false, 0, none, null, undefined, unchecked, declined, decline, refused, disagree, i disagree, denied, opt-out, ✗, ✘, ☐, ❌, -, ' +
    'ні, не згоден, не згодна, нет, не согласен, не согласна, nein, falsch, abgelehnt, nie, fałsz, non, faux, refusé',
)

function wordsOf(list: string): ReadonlySet<string> {
  return new Set(list.split(', '))
}
