/*
 * Which texts can conditions tell apart?
 *
 * Problem: to say that a row is covered by others, or that nothing covers a record, every text that could occur must be
 * considered. Representation: the conditions on one field only ask whether a text is in some simple languages (this
 * word, words that begin so, end so, look so). All languages are run side by side as one automaton; each reachable
 * combination of accepted languages is a class of texts that no condition can split, and its shortest member stands
 * for it. Invariant: two texts of one class satisfy the same conditions, and every class has a representative.
 * Rejected: trying likely candidates; it misses classes, and then a row that can fire would be called unreachable.
 */

import type { Matcher } from '#pattern/pattern.ts'

/** A language as a run of tokens: a set of characters stands for one of them, `*` for any run. */
type Token = ReadonlySet<string> | '*'

/** More states than any table that a person wrote needs; beyond, the field is left undecided. */
const mostStates = 5_000

/**
 * One text of every class, or undefined where that cannot be said: addresses, foldings that change the length, too
 * many classes. `favourites` stand for their class instead of the shortest member.
 */
export function textClasses(
  matchers: readonly Matcher[],
  favourites: readonly string[],
): string[] | undefined {
  const languages = new Map<string, Token[]>()
  for (const matcher of matchers) {
    const tokens = languagesOf(matcher)
    if (!tokens) return undefined
    for (const [name, language] of tokens) languages.set(name, language)
  }
  const all = [...languages.values()]
  if (
    all.every((tokens) => !tokens.includes('*') && tokens.every((token) => token !== '*' && token.size === 1))
  )
    return literalClasses(
      all.map((tokens) => tokens.map((token) => [...(token as Set<string>)][0]).join('')),
      favourites,
    )
  return automatonClasses(all, favourites)
}

/** The frequent case without an automaton: each word is a class, and all other texts are one. */
function literalClasses(literals: string[], favourites: readonly string[]): string[] {
  const words = new Set(literals)
  const other = favourites.find((text) => !words.has(text)) ?? unlike(words)
  return [...words, other]
}

function unlike(words: ReadonlySet<string>): string {
  let text = 'other'
  while (words.has(text)) text += '-'
  return text
}

function automatonClasses(languages: Token[][], favourites: readonly string[]): string[] | undefined {
  const signs = new Set(
    languages.flatMap((tokens) => tokens.flatMap((token) => (token === '*' ? [] : [...token]))),
  )
  const foreign = [...'xzqjkvw0_', '\u00b7', '\u2603'].find((sign) => !signs.has(sign))
  if (foreign === undefined) return undefined
  const alphabet = [...signs, foreign]
  const start = close(
    languages,
    languages.map((_, index) => [index, 0] as const),
  )
  const seen = new Map([[keyOf(start), start]])
  const classes = new Map<string, string>()
  let frontier: [string, Position[]][] = [['', start]]
  while (frontier.length > 0) {
    const next: [string, Position[]][] = []
    for (const [text, state] of frontier) {
      const accepted = accepts(languages, state)
      if (!classes.has(accepted)) classes.set(accepted, text)
      for (const sign of alphabet) {
        const reached = step(languages, state, sign)
        const key = keyOf(reached)
        if (seen.has(key)) continue
        if (seen.size >= mostStates) return undefined
        seen.set(key, reached)
        next.push([text + sign, reached])
      }
    }
    frontier = next
  }
  for (const text of [...favourites].reverse()) {
    const state = Array.from(text).reduce(
      (from, sign) => step(languages, from, signs.has(sign) ? sign : foreign),
      start,
    )
    classes.set(accepts(languages, state), text)
  }
  return [...classes.values()]
}

type Position = readonly [language: number, token: number]

function step(languages: Token[][], state: Position[], sign: string): Position[] {
  const moved = state.flatMap(([language, at]): Position[] => {
    const token = languages[language]![at]
    if (token === '*') return [[language, at]]
    return token?.has(sign) ? [[language, at + 1]] : []
  })
  return close(languages, moved)
}

/** A run may be empty, so a position before it stands after it too. */
function close(languages: Token[][], positions: readonly Position[]): Position[] {
  const all = new Map<number, Position>()
  for (const [language, at] of positions)
    for (let token = at; ; token++) {
      all.set(language * 100_000 + token, [language, token])
      if (languages[language]![token] !== '*') break
    }
  return [...all.values()]
}

const keyOf = (state: Position[]): string =>
  state
    .map(([language, at]) => language * 100_000 + at)
    .sort((a, b) => a - b)
    .join()

const accepts = (languages: Token[][], state: Position[]): string =>
  [
    ...new Set(
      state.filter(([language, at]) => at === languages[language]!.length).map(([language]) => language),
    ),
  ]
    .sort((a, b) => a - b)
    .join()

function languagesOf(matcher: Matcher): [string, Token[]][] | undefined {
  switch (matcher.type) {
    case 'equals':
      if (typeof matcher.value !== 'string') return []
      return !matcher.exactly && looksLikeAddress(matcher.value) ? undefined : [word(matcher.value, false)!]
    case 'prefix':
    case 'suffix':
      return wrap([word(matcher.text, matcher.ignoreCase, matcher.type)])
    case 'equals-ignore-case':
      return wrap([word(matcher.text, true)])
    case 'wildcard':
      return [wild(matcher.text, matcher.pieces)]
    case 'cidr':
      return undefined
    case 'anything-but':
      switch (matcher.of) {
        case 'number':
          return []
        case 'text':
          return wrap(matcher.texts.map((text) => word(text, false)))
        case 'prefix':
        case 'suffix': {
          const { of } = matcher
          return wrap(matcher.texts.map((text) => word(text, false, of)))
        }
        case 'equals-ignore-case':
          return wrap(matcher.texts.map((text) => word(text, true)))
        case 'wildcard':
          return matcher.texts.map((text) => wild(text, piecesOf(text)))
      }
      return []
    default:
      return []
  }
}

const wrap = (words: ([string, Token[]] | undefined)[]): [string, Token[]][] | undefined =>
  words.every((each) => each !== undefined) ? words : undefined

function word(
  text: string,
  ignoreCase: boolean,
  anchor?: 'prefix' | 'suffix',
): [string, Token[]] | undefined {
  const signs = Array.from(text).map(
    (sign) => new Set(ignoreCase ? [sign, sign.toLowerCase(), sign.toUpperCase()] : [sign]),
  )
  if (signs.some((set) => [...set].some((sign) => Array.from(sign).length !== 1))) return undefined
  const tokens: Token[] = [...signs]
  if (anchor === 'suffix') tokens.unshift('*')
  if (anchor === 'prefix') tokens.push('*')
  return [`${anchor ?? 'is'} ${ignoreCase} ${text}`, tokens]
}

function wild(text: string, pieces: string[]): [string, Token[]] {
  const tokens = pieces.flatMap((piece, index): Token[] => [
    ...(index > 0 ? ['*' as const] : []),
    ...Array.from(piece).map((sign) => new Set([sign])),
  ])
  return [`like ${text}`, tokens]
}

/** The literal pieces between the stars of a wildcard; a backslash makes the next sign literal. */
function piecesOf(text: string): string[] {
  const pieces: string[] = []
  let piece = ''
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '*') {
      pieces.push(piece)
      piece = ''
    } else piece += text[at] === '\\' ? (text[++at] ?? '') : text[at]
  }
  return [...pieces, piece]
}

/** An address equals every spelling of it, which are not written out here. */
const looksLikeAddress = (text: string): boolean =>
  /^[\d.]+$/.test(text) ? text.split('.').length === 4 : /^[\da-f:.]*:[\da-f:.]*:[\da-f:.]*$/i.test(text)
