import { tidy } from './typed.ts'

/*
 * Consent is what somebody said yes to, so only a yes is one: an affirmative value of a checkbox, in the languages of
 * our visitors, or words that the form itself sends along because the visitor agreed to them. Such words are a
 * sentence that agrees; a word or a sentence that we do not understand may as well be a no.
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

/**
 * At least four words, whose first sentence says in a language that we know that somebody agrees, allows or has read, and
 * denies nothing: neither `I do not agree to …` nor `Unsubscribe me from all lists` is consent.
 */
function isAgreement(text: string): boolean {
  const [opening = ''] = text.split(/[.!?;]\s/, 1)
  const said = opening.split(/[^\p{L}\p{N}]+/u)
  const words = text.split(' ').filter((word) => /\p{L}/u.test(word))
  return (
    words.length >= 4 && said.some((word) => agreeing.has(word)) && !said.some((word) => denying.has(word))
  )
}

const agreeing = wordsOf(
  'agree, agreed, agrees, consent, consents, accept, accepted, accepts, allow, permit, authorize, authorise, acknowledge, confirm, read, yes, ' +
    'погоджуюсь, погоджуюся, погоджуєтесь, погоджуєтеся, згоден, згодна, згодні, згоду, дозволяю, дозволяєте, приймаю, приймаєте, ознайомлений, ознайомлена, так, ' +
    'согласен, согласна, согласны, соглашаюсь, соглашаетесь, согласие, разрешаю, разрешаете, принимаю, принимаете, ознакомлен, ознакомлена, да, ' +
    'stimme, stimmen, einverstanden, akzeptiere, akzeptieren, willige, willigen, einwilligung, erlaube, erlauben, gelesen, ja, ' +
    'zgadzam, wyrażam, akceptuję, przyjmuję, zapoznałem, zapoznałam, tak, ' +
    'accepte, acceptez, consens, consentez, autorise, autorisez, lu, oui, acepto, autorizo, accetto, acconsento, autorizzo',
)

/** `t` and `n` are what is left of `don’t` and `n’accepte`. */
const denying = wordsOf(
  'no, not, t, never, without, refuse, refused, decline, declined, object, withdraw, withdrawn, withheld, revoke, revoked, deny, denied, reject, rejected, disagree, against, out, unsubscribe, stop, false, ' +
    'ні, не, без, ніколи, відмовляюсь, відмовляюся, проти, заперечую, забороняю, відкликаю, ' +
    'нет, никогда, отказываюсь, против, возражаю, запрещаю, отзываю, ' +
    'nein, nicht, kein, keine, keinen, keiner, nie, niemals, ohne, lehne, ablehne, widerspreche, widerrufe, dagegen, ' +
    'bez, brak, odmawiam, sprzeciwiam, wycofuję, cofam, ' +
    'non, ne, n, pas, jamais, sans, oppose, retire, contre, rechazo, rifiuto',
)

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
