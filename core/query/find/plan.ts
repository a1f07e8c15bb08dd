import { keyOf } from '../../record/key.ts'
import { beginningsOf, reversed } from './number.ts'
import { backwards, dialled, isAsked, placeOf } from './posting.ts'
import type { Term } from './term.ts'
import { signsOf } from './text.ts'

/* Which partitions of the postings a query asks: those of one term, or of two, and the others are compared. */

/** One Query of postings: what begins like this. */
export interface Lookup {
  pk: string
  prefix: string
  /** so many are looked at first */
  most: number
  /** texts that stand in `words` of each: a part of what further terms ask */
  having: readonly string[]
  /** of these kinds alone; absent: of any */
  kinds?: readonly string[]
}

/** The lookups of a term; all of them together have every record that it means. */
export interface Asked {
  term: Term
  lookups: Lookup[]
}

/**
 * So many postings are looked at for a lookup: of one term, whose every posting is a hit and is paid for on its way here, or of
 * what is only like it; and of several, where most are passed over where they lie.
 */
const looked = { alone: 100, like: 30, together: 300 }

/** So many beginnings that a term may mean are looked up, and so many terms are asked. */
export const mostLike = 4
const mostAsked = 2

/**
 * The terms by which it is looked up, best first, so many as are asked at most: each of them alone has every record that
 * all terms mean. At most 5 lookups a term.
 */
export function planFind(tenant: string, terms: readonly Term[], kinds?: readonly string[]): Asked[] {
  const asked = terms
    .filter((term) => isAsked(term.text) && !(term.is === 'word' && term.isInner))
    .toSorted((a, b) => weightOf(b) - weightOf(a))
  return asked.slice(0, mostAsked).map((term) => {
    const having = terms.filter((other) => other !== term).flatMap(partOf)
    const lookups = entriesFor(term, terms.length === 1 && !kinds).map(({ text, most }): Lookup => ({
      pk: placeOf(tenant, text),
      prefix: keyOf(text),
      most,
      having,
      ...(kinds && { kinds }),
    }))
    return { term, lookups }
  })
}

/** How few records it means, as far as that can be known of it. */
function weightOf(term: Term): number {
  if (term.is === 'mail') return term.text.startsWith('@') ? 3 : 100
  if (term.is === 'number') return 10 * term.text.length
  return term.is === 'run' ? 4 * signsOf(term.text).length : signsOf(term.text).length
}

interface Entry {
  text: string
  /** so many are looked at first */
  most: number
}

/** @param isAlone whether every posting is a hit */
function entriesFor(term: Term, isAlone: boolean): Entry[] {
  const all = (texts: readonly string[]): Entry[] =>
    texts.map((text) => ({ text, most: isAlone ? looked.alone : looked.together }))
  switch (term.is) {
    case 'word': {
      const like = (term.like ?? []).slice(0, mostLike)
      // What was typed has been asked before something like it is.
      const own = like.length && isAlone ? [] : all([term.text])
      return [...own, ...like.map((text): Entry => ({ text, most: isAlone ? looked.like : looked.together }))]
    }
    case 'run':
      return all([signsOf(term.text).slice(0, 2).join('')])
    case 'mail':
      return all([term.text.replace(/^@/, '')])
    case 'number':
      return all([
        ...beginningsOf(term.text).map((digits) => dialled + digits),
        backwards + reversed(term.text),
        term.text,
      ])
  }
}

/** What stands in the words of every record that a term means, where that is one text. */
function partOf(term: Term): string[] {
  if (term.is === 'number' || (term.is === 'word' && term.like)) return []
  return [term.text]
}
