import { keyOf, partsOf, type Key } from '../../record/key.ts'
import type { AnyRecord, Kind } from '../../record/kind.ts'
import { fewest, nationalOf, reversed } from './number.ts'
import { signsOf } from './text.ts'
import { tellTokens, tokensOf, type Token } from './token.ts'

/*
 * Postings: by what a record is found.
 *
 * Problem: a beginning of any word of any of 100,000 records shall find it in milliseconds, in a table that knows keys alone.
 * Representation: an item for each thing by which a record is found, under `<tenant>#<first signs>` and `<word>#<id>`, so
 * that a query for a beginning is one Query; it carries all words of its record, so that further words are compared, and
 * hits ranked, without reading records.
 * Invariant: postings follow from the record alone (`postingsOf`): written twice they are the same, and whoever writes them
 * all anew gets what there was. One too many shows nothing, since each hit is read and compared before it is shown.
 * Rejected: all words of a record in one item and a Scan (every search reads everything), an index of the ledger
 * (docs/decision/0049).
 */
export interface Posting extends Key {
  kind: string
  /** all tokens of the record, as `tellTokens` writes them */
  words: string
}

/** In front of what is read backwards, and of digits that are dialled. */
export const backwards = '<'
export const dialled = '+'

/** Everything by which a record is found; nothing of one that is in no list of its kind, as those that were merged or deleted. */
export function postingsOf(kind: Kind, record: AnyRecord): Posting[] {
  const { tenant, id } = record
  if (kind.keys(record).listPk === undefined) return []
  const placed = tokensOf(kind, record)
  const words = tellTokens(placed)
  const entries = new Set(placed.flatMap(({ token }) => entriesOf(token)))
  return [...entries].map((entry) => ({
    pk: placeOf(tenant, entry),
    sk: keyOf(entry, id),
    kind: kind.name,
    words,
  }))
}

/** What the sort keys of a token's postings begin with. */
function entriesOf(token: Token): string[] {
  const { is, text } = token
  switch (is) {
    case 'word':
      return isAsked(text) ? [text] : []
    case 'run': {
      const signs = signsOf(text)
      return signs.map((sign, i) => sign + (signs[i + 1] ?? ''))
    }
    case 'mail': {
      const domain = text.slice(text.lastIndexOf('@') + 1)
      return [text, domain].filter(isAsked)
    }
    case 'phone': {
      const whole = text + token.extension
      const national = token.isWhole ? nationalOf(text) : text.replace(/^0+/, '')
      const forwards = [whole, national + token.extension].filter((digits) => digits.length >= fewest)
      return [
        ...forwards.map((digits) => dialled + digits),
        ...[text, whole].map((digits) => backwards + reversed(digits)),
      ]
    }
    case 'code':
      return isAsked(text) ? [text, backwards + reversed(text)] : []
  }
}

/** One letter finds too much to be of use; one sign of a script whose signs are syllables or words does not. */
export const isAsked = (text: string): boolean => text.length > 1 || isSyllabic(text)

const isSyllabic = (text: string): boolean =>
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(text)

/** The partition of what begins like this: as many signs as whoever looks for it types at least. */
export function placeOf(tenant: string, entry: string): string {
  const signs = signsOf(entry)
  return keyOf(tenant, signs.slice(0, signsOfPlace(entry)).join(''))
}

function signsOfPlace(entry: string): number {
  if (entry.startsWith(dialled) || entry.startsWith(backwards)) return 4
  return isSyllabic(entry) ? 1 : 2
}

/** The record of a posting. */
export const idOf = ({ sk }: Pick<Key, 'sk'>): string => partsOf(sk)[1] ?? ''

/** A write of a posting, by its key. */
export type PostingChange = { put: Posting } | { remove: Key }

/** What a change of a record changes of its postings: nothing where it is found as before. */
export function postingChanges(
  kind: Kind,
  was: AnyRecord | undefined,
  is: AnyRecord | undefined,
): PostingChange[] {
  const before = was ? postingsOf(kind, was) : []
  const after = is ? postingsOf(kind, is) : []
  const known = new Map(before.map((posting) => [posting.sk, posting]))
  const kept = new Set(after.map(({ sk }) => sk))
  return [
    ...before.flatMap(({ pk, sk }) => (kept.has(sk) ? [] : [{ remove: { pk, sk } }])),
    ...after.flatMap((put) => (known.get(put.sk)?.words === put.words ? [] : [{ put }])),
  ]
}
