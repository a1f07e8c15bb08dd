import type { Matcher } from '#pattern/pattern.ts'
import type { Language } from '../../record/id.ts'

/*
 * A file of messages/, compiled: what the functions render from. Read by read.ts when the project is built, said by
 * say.ts; plain JSON in between.
 */

export interface MessageDefinition {
  /** that of its file, and of `message` in a step "tell" */
  name: string
  /** what it tells of: a kind, any (`work`), or the quarantine */
  record: string
  /** its top and its button have the colour of what is late */
  urgent: boolean
  /** not sent once somebody has answered, or the lead is closed */
  unlessAnswered: boolean
  /** facts without which it makes no sense, beside those that are always there */
  needs: Need[]
  /** the first that can be said; the last one always can */
  subject: Sentence[]
  headline: Sentence[]
  /** all that can be said, one after the other */
  task: Sentence[]
  /** what stands below, in this order */
  parts: string[]
}

/** A fact that a step which tells the message must be able to give. */
export interface Need {
  name: string
  /** known once a step has given this */
  after?: string
  /** no step can: only the product itself knows it */
  ownOnly?: true
}

export interface Sentence {
  /** one of these must hold; absent: it always holds */
  if?: Alternative[]
  text: Record<Language, Text>
}

/** All of them must hold. A branch of an event pattern, without the places of its source. */
export type Alternative = { name: string; matchers: Matcher[] }[]

export type Text = Piece[]

export type Piece =
  | string
  /** a fact; without its value the text cannot be said */
  | { name: string }
  /** a number with the words that it asks for: by `=3`, else by its plural category */
  | { name: string; plural: Record<string, Text> }
  /** left out when it cannot be said */
  | { optional: Text }

/** The facts without which a text cannot be said. */
export const neededBy = (text: Text): string[] => [
  ...new Set(
    text.flatMap((piece) => {
      if (typeof piece === 'string' || 'optional' in piece) return []
      return 'plural' in piece ? [piece.name, ...Object.values(piece.plural).flatMap(neededBy)] : [piece.name]
    }),
  ),
]
