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
export function soundOf(word: string): string {
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

/** Words of the dictionary that may be meant, nearest first, at most `most`. */
export function likeliest(word: string, dictionary: Iterable<string>, most: number): string[] {
  const typed = signsOf(word)
  const sound = soundOf(word)
  const allowed = typed.length < 6 ? 1 : 2
  const found: { word: string; edits: number; whole: number }[] = []
  for (const known of new Set(dictionary)) {
    if (known === word) continue
    const letters = signsOf(known)
    if (letters.length < typed.length - allowed - 1) continue
    const { prefix, whole } = editsBetween(typed, letters)
    const isAlike = sound.length > 1 && prefix === allowed + 1 && soundOf(known).startsWith(sound)
    if (prefix <= allowed || isAlike) found.push({ word: known, edits: prefix, whole })
  }
  return found
    .toSorted((a, b) => a.edits - b.edits || a.whole - b.whole || (a.word < b.word ? -1 : 1))
    .slice(0, most)
    .map((each) => each.word)
}

/**
 * Edits (another letter, one more, one less, two swapped) from what was typed to a word, and to the nearest beginning of it:
 * the optimal string alignment distance.
 */
export function editsBetween(
  typed: readonly string[],
  word: readonly string[],
): { prefix: number; whole: number } {
  let before: number[] = []
  let above = Array.from({ length: word.length + 1 }, (_, j) => j)
  for (let i = 1; i <= typed.length; i++) {
    const row = [i]
    for (let j = 1; j <= word.length; j++) {
      const isSame = typed[i - 1] === word[j - 1]
      let edits = Math.min(above[j - 1]! + (isSame ? 0 : 1), above[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1])
        edits = Math.min(edits, before[j - 2]! + 1)
      row.push(edits)
    }
    before = above
    above = row
  }
  return { prefix: Math.min(...above), whole: above[word.length]! }
}
