import { howMeant, type How, type Term } from './term.ts'
import type { Placed, Token } from './token.ts'

/* Which hits come first: whole words before beginnings, before other parts, before words like it; what stands first before the rest. */

/** How a term was found, and where: for whoever asks why he is shown a record. */
export interface Because {
  /** as it was typed */
  asked: string
  /** the field that has it: `contact.email` */
  field: string
  how: How
}

const worth: Readonly<Record<How, number>> = { is: 4, begins: 3, has: 2, like: 1 }

export interface Score {
  /** the greater the nearer */
  worth: number
  /** the smaller the earlier in the record */
  place: number
  /** of each term, the place of its token */
  tokens: number[]
  hows: How[]
}

/** How well tokens answer all terms; nothing when they lack one. */
export function scoreOf(terms: readonly Term[], tokens: readonly Token[]): Score | undefined {
  const score: Score = { worth: 0, place: 0, tokens: [], hows: [] }
  for (const term of terms) {
    const best = bestOf(term, tokens)
    if (!best) return undefined
    score.worth += best.worth
    score.place += best.place
    score.tokens.push(best.place)
    score.hows.push(best.how)
  }
  return score
}

function bestOf(
  term: Term,
  tokens: readonly Token[],
): { worth: number; place: number; how: How } | undefined {
  let best: { worth: number; place: number; how: How } | undefined
  for (const [place, token] of tokens.entries()) {
    const how = howMeant(term, token)
    if (!how) continue
    const found = worth[how] + nearnessOf(term, token, how)
    if (!best || found > best.worth) best = { worth: found, place, how }
  }
  return best
}

/** Less than one: the same letters before those that only are taken for each other, likelier words before others. */
function nearnessOf(term: Term, token: Token, how: How): number {
  if (term.is !== 'word' || token.is !== 'word') return 0
  if (how === 'like') return 0.5 / (1 + (term.like?.findIndex((meant) => token.text.startsWith(meant)) ?? 0))
  return token.plain?.startsWith(term.plain) ? 0.5 : 0
}

/** Something that was found. */
export interface Hit {
  id: string
  tokens: readonly Token[]
}

/** Those that have all terms, best first; of equal ones the newest, whose id is the greatest. */
export function rank<H extends Hit>(terms: readonly Term[], hits: readonly H[]): H[] {
  return hits
    .flatMap((hit) => {
      const score = scoreOf(terms, hit.tokens)
      return score ? [{ hit, score }] : []
    })
    .toSorted(
      (a, b) =>
        b.score.worth - a.score.worth ||
        a.score.place - b.score.place ||
        a.hit.tokens.length - b.hit.tokens.length ||
        (a.hit.id < b.hit.id ? 1 : -1),
    )
    .map(({ hit }) => hit)
}

/** Why a record is shown. */
export function becauseOf(terms: readonly Term[], placed: readonly Placed[]): Because[] | undefined {
  const score = scoreOf(
    terms,
    placed.map(({ token }) => token),
  )
  return (
    score &&
    terms.map(({ typed }, i) => ({
      asked: typed,
      field: placed[score.tokens[i]!]!.field,
      how: score.hows[i]!,
    }))
  )
}
