import { compilePattern } from '#pattern/pattern.ts'
import { PatternError } from '#pattern/syntax/fault.ts'
import { nearest, type Place, type Source } from '../../source/source.ts'
import type { Alternative } from './definition.ts'
import type { MessageFact } from './fact.ts'

export type Path = (string | number)[]
export type Tell = (at: Path | Place, code: string, message: string, hint?: string | false) => void

/** Of one file. */
export interface Reading {
  source: Source
  facts: Readonly<Record<string, MessageFact>>
  tell: Tell
}

/** Compiles an `if`, and tells of what is not there to be asked. */
export function readCondition(written: Record<string, unknown>, path: Path, reading: Reading): Alternative[] {
  const { facts, tell } = reading
  try {
    return compilePattern(written).branches.map((branch) =>
      branch.map(({ path: name, matchers }) => {
        const fact = Object.hasOwn(facts, name) ? facts[name] : undefined
        if (!fact) tell([...path, name], 'unknown-fact', ...unknown('fact', name, facts))
        else
          checkValues(name, fact, matchers, (message, hint) =>
            tell([...path, name], 'unknown-value', message, hint),
          )
        return { name, matchers: matchers.map(asData) }
      }),
    )
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    tell(path, 'wrong-pattern', `if: ${error.message}`)
    return []
  }
}

type Matcher = Alternative[number]['matchers'][number]

/** Nothing is found that nobody writes. */
function checkValues(
  name: string,
  { type }: MessageFact,
  matchers: readonly Matcher[],
  say: (message: string, hint?: string) => void,
): void {
  for (const matcher of matchers) {
    if (type === 'flag') {
      if (matcher.type !== 'exists' && !(matcher.type === 'equals' && matcher.value === true))
        say(`"${name}" is true or not there`, `write [true] or [{ exists: false }]`)
      continue
    }
    if (typeof type === 'string') continue
    const texts = textsOf(matcher)
    for (const text of texts.filter((one) => !type.includes(one))) {
      const near = nearest(text, type)
      say(`"${name}" is never "${text}"`, near ? `did you mean "${near}"?` : `there are ${type.join(', ')}`)
    }
  }
}

function textsOf(matcher: Matcher): string[] {
  if (matcher.type === 'equals') return [String(matcher.value)]
  return matcher.type === 'anything-but' && matcher.of === 'text' ? matcher.texts : []
}

/** JSON knows no infinity. */
const asData = (matcher: Matcher): Matcher =>
  matcher.type === 'numeric'
    ? {
        ...matcher,
        low: Math.max(matcher.low, -Number.MAX_VALUE),
        high: Math.min(matcher.high, Number.MAX_VALUE),
      }
    : matcher

/** That there is no such name, and the one that was meant. */
export function unknown(what: string, name: string, known: object): [message: string, hint: string] {
  const near = nearest(name, Object.keys(known))
  return [
    `unknown ${what} "${name}"`,
    near ? `did you mean "${near}"?` : `there are ${Object.keys(known).join(', ')}`,
  ]
}
