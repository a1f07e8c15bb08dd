import type { Company } from '../company/company.ts'
import { personName, queueTitle } from '../message/part.ts'
import type { Language } from '../record/id.ts'
import type { Kind, Kinds } from '../record/kind.ts'
import type { KindWords } from '../words/kind/kind-words.ts'
import { leadMailWords, mailWords, whyWords } from '../words/words-of.ts'
import type { MailWords } from '../words/words.ts'
import type { WhyWords } from '../words/why/why-words.ts'

/** To whom it is told why, and what he sees. */
export interface Reader {
  company: Company
  kinds: Kinds
  language: Language
  /** the time zone in which he is told times */
  zone: string
  /** times as he says them */
  clock: (at: string | undefined) => string | undefined
  /** milliseconds */
  now: number
  /** whether a fact is hidden from him, by the name of its noun and of its field */
  isHidden(noun: string, field: string): boolean
}

/** Somebody, or a program, by id and name. */
export interface Named {
  id: string
  name: string
}

export const namedPerson = (id: string, { company }: Reader): Named => ({
  id,
  name: personName(id, company) ?? id,
})

export const namedTeam = (id: string, { company }: Reader): { id: string; title: string } => ({
  id,
  title: company.teams[id as keyof Company['teams']]?.title ?? id,
})

export const namedQueue = (id: string, { company }: Reader): { id: string; title: string } => ({
  id,
  title: queueTitle(id, company) ?? id,
})

export const wordsFor = ({ language }: Reader): WhyWords => whyWords[language]

/** Why something was done, in the words that e-mails about the kind have. */
export const reasonsFor = (kind: Pick<Kind, 'name'>, { language }: Reader): MailWords['reason'] => ({
  ...mailWords[language].reason,
  ...(kind.name === 'lead' && leadMailWords[language].reason),
})

/** What fields and values of a kind are called; those of leads are as their e-mails call them. */
export function kindWordsFor({ name }: Pick<Kind, 'name'>, { language }: Reader): KindWords | undefined {
  const known = mailWords[language].kinds[name]
  if (name !== 'lead') return known
  const { labels, channel } = leadMailWords[language]
  return { title: known?.title ?? name, fields: labels, values: { ...channel, ...known?.values } }
}
