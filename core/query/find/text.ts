import { latinOf } from './latin.ts'

/*
 * Texts as they are looked for: whatever is written alike by two people should be equal here.
 *
 * Problem: names are typed with and without marks, in Cyrillic and in Latin letters, and these letters by several customs
 * (Yurii, Yuriy, Jurij; Honcharenko, Goncharenko), and somebody who is on the phone types the beginning of a word.
 * Representation: `plain` is small letters without marks, Cyrillic and Greek in Latin ones; `folded` is that with letters as one
 * that customs take for each other. Keys are folded; plain text only says which of two is nearer.
 * Invariant: each sign becomes what it becomes whatever follows it, so the beginning of a word becomes the beginning of what
 * the word becomes, and a beginning of two signs is found.
 * Rejected: a table of digraphs (kh, ts, zh): `k` would be no beginning of what `kh` becomes. They meet by their sound.
 */

/** Small letters without marks, Cyrillic and Greek in Latin ones; half of a sign is none. */
export function plainOf(text: string): string {
  return latinOf(text.toWellFormed().replace(apostrophes, '').normalize('NFKC').toLowerCase())
}

/** They stand inside of words (O’Brien, Мар’яна), of which they make no two. */
const apostrophes = /['’ʼ‘`´′]/g

/** Plain text with one letter for those that customs take for each other. */
export const foldedOf = (plain: string): string =>
  plain.replace(/[yjhwx]/g, (letter) => oneFor[letter] ?? letter).replace(/i+/g, 'i')

const oneFor: Readonly<Record<string, string>> = { y: 'i', j: 'i', h: 'g', w: 'v', x: 'ks' }

/** A word of a text: letters and digits, or a run of signs that stand for syllables and words. */
export interface Word {
  is: 'word' | 'run'
  plain: string
  folded: string
}

/** The words of a text, in their order. Writing without spaces is cut where its script ends. */
export function wordsOf(text: string): Word[] {
  return (plainOf(text).match(word) ?? []).map((plain) =>
    isRun(plain)
      ? { is: 'run', plain, folded: oneKana(plain) }
      : { is: 'word', plain: cut(plain), folded: cut(foldedOf(plain)) },
  )
}

const runSigns = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々〆`
const word = new RegExp(String.raw`[${runSigns}]+|(?:(?![${runSigns}])[\p{L}\p{N}\p{M}])+`, 'gu')
const isRun = (text: string): boolean => new RegExp(`^[${runSigns}]`, 'u').test(text)

/** Katakana as hiragana: both are read alike. */
const oneKana = (text: string): string =>
  text.replace(/[ァ-ヶ]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0x60))

/** Bytes: no word that people type is longer, and keys have an end. */
const longest = 120

/** The beginning of a word that a key holds. Of two that begin alike, the beginnings do. */
export function cut(text: string): string {
  // A sign has four bytes at most.
  if (text.length * 4 <= longest) return text
  let bytes = 0
  let end = 0
  for (const sign of text) {
    bytes += bytesOfSign(sign.codePointAt(0)!)
    if (bytes > longest) break
    end += sign.length
  }
  return text.slice(0, end)
}

function bytesOfSign(code: number): number {
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code < 0x10000 ? 3 : 4
}

/** Signs, of which some take two units. */
export const signsOf = (text: string): string[] => Array.from(text)
