import { parseDuration } from '../../time/duration.ts'
import type { Language } from '../../record/id.ts'

/*
 * Why a record is with whom it is: sentences about others, where those of e-mails speak to their reader. Names stand as they
 * are, never inflected, and no sentence says whether somebody is a man or a woman.
 */
export interface WhyWords {
  /** of a row that decided: its conditions, and the team */
  because: (conditions: string, team: string) => string
  /** of a row without conditions */
  always: (row: string, team: string) => string
  /** no row of the table decided, so its default did */
  otherwise: (table: string, team: string) => string
  /** a rule whose conditions are not told */
  byRule: (rule: string, team: string) => string
  turn: (name: string) => string
  stays: (name: string) => string
  /** who has it, and nothing is known of why */
  has: (name: string) => string
  waits: (queue: string) => string
  away: (name: string, until: string, isOver: boolean) => string
  /** by hand: somebody, or a program, gave it to somebody */
  given: (by: string, to: string, at: string) => string
  taken: (by: string, at: string) => string
  made: (by: string, to: string, at: string) => string
  promised: (within: string, until: string) => string
  said: (until: string) => string
  condition: ConditionWords
  duration: DurationWords
}

/** What a condition wants, behind the name of its fact. */
export interface ConditionWords {
  unknown: string
  known: string
  startsWith: (text: string) => string
  endsWith: (text: string) => string
  like: (text: string) => string
  anyCase: (text: string) => string
  addressIn: (range: string) => string
  not: (what: string) => string
  together: string
}

type Unit = 'second' | 'minute' | 'hour' | 'day' | 'businessDay'

export interface DurationWords {
  /** as it stands behind a word such as "within" */
  units: Readonly<Record<Unit, Partial<Record<Intl.LDMLPluralRule, string>>>>
  /** of hours and less: counted while the team is at work */
  business: (length: string) => string
}

/**
 * A length of time as an operator wrote it, in the reader's language: `30 minutes of opening hours`.
 * @param business counted in opening hours though it does not say so
 */
export function durationText(
  written: string,
  { units, business: counted }: DurationWords,
  { language, rules, ...always }: { language: Language; rules: Intl.PluralRules; business?: true },
): string {
  const { milliseconds, days, ...said } = parseDuration(written)
  const business = said.business || always.business
  const number = new Intl.NumberFormat(language)
  const told = (count: number, unit: Unit): string[] =>
    count ? [`${number.format(count)} ${units[unit][rules.select(count)] ?? units[unit].other ?? ''}`] : []
  const seconds = Math.floor(milliseconds / 1000)
  const short = [
    ...told(Math.floor(seconds / 3600), 'hour'),
    ...told(Math.floor((seconds % 3600) / 60), 'minute'),
    ...told(seconds % 60, 'second'),
  ].join(' ')
  const long = told(days, business ? 'businessDay' : 'day')
  return [...long, ...(short ? [business ? counted(short) : short] : [])].join(' ')
}
