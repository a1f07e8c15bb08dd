import { pluralRules } from './format.ts'
import type { Language } from '../record/id.ts'
import type { Lead } from '../kind/sales/lead.ts'
import type { LeadTemplate, MessageReason } from '../kind/system/message.ts'
import type { Submission } from '../kind/system/submission.ts'

/** What a sentence may need. Texts are ready to be read: names calm, times in the reader's zone. */
export interface Said {
  /** the customer */
  who: string
  /** the time promised for the first answer */
  promised?: string | undefined
  /** until when the reader must act */
  due?: string | undefined
  /** who has the lead; absent when the reader has, or nobody */
  owner?: string | undefined
  previousOwner?: string | undefined
  team?: string | undefined
  queue?: string | undefined
  absentUntil?: string | undefined
  level?: number | undefined
  /** the customer of the lead, when somebody else wrote: as `who` */
  leadOf?: string | undefined
  /** `who` wrote about this lead for the first time */
  isNew?: boolean | undefined
  /** another open lead that shares an address with this one, and who looks after it */
  otherLead?: string | undefined
  otherHolder?: string | undefined
  /** what was written belongs to that one */
  elsewhere?: boolean | undefined
  /** why a lead stays though its route is another now */
  because?: 'answered' | 'taken' | undefined
}

type Sentence = (said: Said) => string

/** All that e-mails say, in one language. */
export interface Words {
  subject: Record<LeadTemplate, Sentence>
  headline: Record<LeadTemplate, Sentence>
  /** what to do, and until when */
  task: Record<LeadTemplate, Sentence>
  reason: Record<MessageReason, Sentence>
  rule: (table: string, row: string) => string
  level: (level: number) => string
  /** of an e-mail that had to wait: when it was written */
  late: (written: string) => string
  /** under a message that is longer than what a lead keeps */
  cut: string
  /** under what was also sent when it is more than a lead keeps */
  alsoCut: string
  /** why a merge is told */
  merged: Sentence
  /** what a merge changes about the route; absent owner: the reader */
  route: Record<'again' | 'stays', Sentence>
  /** a value that was another one before */
  before: (value: string, before: string) => string
  nobody: string
  labels: Record<
    | 'name'
    | 'company'
    | 'email'
    | 'phone'
    | 'country'
    | 'employees'
    | 'budget'
    | 'product'
    | 'language'
    | 'channel'
    | 'page'
    | 'campaign'
    | 'promised'
    | 'due'
    | 'owner'
    | 'message'
    | 'also'
    | 'news'
    | 'alsoWrote'
    | 'why'
    | 'number',
    string
  >
  channel: Record<Lead['channel'], string>
  open: string
  footer: (company: string) => string
  quarantine: QuarantineWords
}

/** Of the e-mail about the quarantine. */
export interface QuarantineWords {
  /** so many submissions, or more than that */
  count: (count: number, more: boolean) => string
  subject: (count: string, fresh: number) => string
  headline: string
  /** what to do */
  task: string
  restore: string
  /** when there are more */
  counted: (count: number) => string
  suspicion: Record<NonNullable<Submission['suspicion']>[number], string>
  noForm: string
  newest: string
  watching: (queue: string) => string
  often: (days: number) => string
  open: string
  footer: (company: string) => string
}

/** Picks the form that a number asks for: one, few, many. */
export function plural(
  language: Language,
  count: number,
  forms: Partial<Record<Intl.LDMLPluralRule, string>>,
): string {
  return `${count} ${forms[pluralRules(language).select(count)] ?? forms.other ?? ''}`
}

export const join = (...sentences: (string | false | undefined)[]): string =>
  sentences.filter(Boolean).join(' ')
