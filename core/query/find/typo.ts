import { keyOf, type Key } from '../../record/key.ts'
import { signsOf } from './text.ts'
import type { Placed } from './token.ts'

/*
 * Words that may be meant by one that is mistyped.
 *
 * Problem: a typo in a name must find it, in a table that knows beginnings only, for as good as nothing a record.
 * Representation: a dictionary of the words of names: each distinct one once under its first letters, and once under those of its
 * sound. An item is a set of words with the same three letters, so that a query reads some twenty items and not a thousand.
 * Invariant: sets only grow, by words that are added in any order and however often; which records have a word is not said here.
 * Rejected: an item a word (a query read up to 3,000), a posting for each letter left out (seven times as many).
 */

/** What is compared at least: of shorter words everything is an edit away. */
const fewestLetters = 4

/** So many words have a set at most: each word that is added pays for the kilobytes that are there. */
export const mostInSet = 1500

/** Words of a record that people mistype. */
export const wordsToLearn = (placed: readonly Placed[]): string[] => [
  ...new Set(
    placed.flatMap(({ token }) => (token.is === 'word' && isLearned(token.text) ? [token.text] : [])),
  ),
]

const isLearned = (word: string): boolean =>
  signsOf(word).length >= fewestLetters && /^[\p{L}\p{M}]+$/u.test(word)

export const mayBeMistyped = isLearned

/** The sets in which a word stands. */
export function setsOf(tenant: string, word: string): Key[] {
  const sound = soundOf(word)
  return [
    { pk: lettersPlace(tenant, word), sk: firstOf(word, 3) },
    ...(sound.length > 1 ? [{ pk: soundPlace(tenant, sound), sk: sound.slice(0, 4) }] : []),
  ]
}

/** The partitions in which words like a word are; words whose first letters are swapped lie in one of their own. */
export function placesLike(tenant: string, word: string): string[] {
  const sound = soundOf(word)
  const [first = '', second = '', third = ''] = signsOf(word)
  return [
    ...new Set([
      lettersPlace(tenant, word),
      ...(sound.length > 1 ? [soundPlace(tenant, sound)] : []),
      lettersPlace(tenant, second + first),
      // The second letter is missing, or one too many.
      lettersPlace(tenant, first + third),
    ]),
  ]
}

const lettersPlace = (tenant: string, word: string): string => keyOf(tenant, 'word', firstOf(word, 2))
const soundPlace = (tenant: string, sound: string): string => keyOf(tenant, 'word', `~${sound.slice(0, 2)}`)
const firstOf = (word: string, count: number): string => signsOf(word).slice(0, count).join('')

/** How a folded word sounds, roughly: consonants by kinds, a vowel only where it begins. Empty for other scripts. */
function soundOf(word: string): string {
  const [initial = ''] = word
  const consonants = word
    // sch, sh, shch and zh, whose h is a folded one
    .replace(/scg|sgcg|sg|zg|ts|tz|cz/g, 's')
    .replace(/tg/g, 't')
    .replace(/pg/g, 'f')
    .replace(/c(?=[ei])/g, 's')
    .replace(/./gu, (letter) => kindOf[letter] ?? '')
  return `${'aeiou'.includes(initial) && initial !== '' ? 'a' : ''}${consonants}`.replace(/(.)\1+/g, '$1')
}

/** Those that are taken for each other. */
const kindOf: Readonly<Record<string, string>> = Object.fromEntries(
  ['bp', 'fv', 'kcqg', 'td', 'sz', 'l', 'r', 'nm'].flatMap((alike) =>
    Array.from(alike, (letter) => [letter, alike[0]!]),
  ),
)

/**
 * What may be meant by a word that is mistyped, nearest first, at most `most`: beginnings of words of the dictionary, about as
 * long as what was typed, since whoever types may not be at the end.
 */
export function likeliest(word: string, dictionary: Iterable<string>, most: number): string[] {
  const typed = signsOf(word)
  const sound = soundOf(word)
  const allowed = typed.length < 6 ? 1 : 2
  const found: { known: string; edits: number; whole: number; end: number }[] = []
  for (const known of new Set(dictionary)) {
    const letters = signsOf(known)
    if (letters.length < typed.length - allowed - 1) continue
    const { edits, end } = editsToBeginning(typed, letters, allowed + 1)
    const isAlike = sound.length > 1 && edits === allowed + 1 && soundOf(known).startsWith(sound)
    if (edits > 0 && (edits <= allowed || isAlike))
      found.push({ known, edits, whole: Math.abs(letters.length - end), end })
  }
  const nearest = found.toSorted(
    (a, b) => a.edits - b.edits || a.whole - b.whole || (a.known < b.known ? -1 : 1),
  )
  const beginnings: string[] = []
  for (const { known, end } of nearest) {
    const beginning = signsOf(known).slice(0, end).join('')
    if (!beginnings.some((each) => beginning.startsWith(each))) beginnings.push(beginning)
    if (beginnings.length === most) break
  }
  return beginnings
}

/**
 * Edits (another letter, one more, one less, two swapped) from what was typed to the nearest beginning of a word, and where that
 * ends: the optimal string alignment distance, which is given up, as `most + 1`, once it is more than `most`.
 */
export function editsToBeginning(
  typed: readonly string[],
  word: readonly string[],
  most: number,
): { edits: number; end: number } {
  // No beginning that is longer or shorter by more than `most` is as near.
  const width = Math.min(word.length, typed.length + most)
  let [before, above, row] = rowsOf(width)
  for (let j = 0; j <= width; j++) above[j] = j
  for (let i = 1; i <= typed.length; i++) {
    row[0] = i
    let least = i
    for (let j = 1; j <= width; j++) {
      let edits = Math.min(
        above[j - 1]! + Number(typed[i - 1] !== word[j - 1]),
        above[j]! + 1,
        row[j - 1]! + 1,
      )
      if (i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1])
        edits = Math.min(edits, before[j - 2]! + 1)
      row[j] = edits
      if (edits < least) least = edits
    }
    if (least > most) return { edits: most + 1, end: 0 }
    ;[before, above, row] = [above, row, before]
  }
  let end = 0
  // Of beginnings that are equally near the longest says most.
  for (let j = 1; j <= width; j++) if (above[j]! <= above[end]!) end = j
  return { edits: Math.min(above[end]!, most + 1), end }
}

type Rows = [Uint8Array, Uint8Array, Uint8Array]

let rows: Rows = [new Uint8Array(64), new Uint8Array(64), new Uint8Array(64)]

/** A word is compared with thousands: they share three rows. */
function rowsOf(width: number): Rows {
  if (rows[0].length <= width)
    rows = [new Uint8Array(width * 2), new Uint8Array(width * 2), new Uint8Array(width * 2)]
  return rows
}
