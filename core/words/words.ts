import { pluralRules } from './format.ts'
import type { Language } from '../record/id.ts'
import type { KindWords } from './kind/kind-words.ts'
import type { Lead } from '../kind/sales/lead.ts'
import type { MessageReason } from '../kind/system/message.ts'
import type { Submission } from '../kind/system/submission.ts'

/*
 * What Holdfast says itself, beside what operators write in messages/ and company/: the shape of each language. A text
 * that is missing in one does not compile.
 */

/** What a reason may tell. Texts are ready to be read: names harmless, times in the reader's zone. */
export interface Said {
  /** who has the lead; absent when the reader has, or nobody */
  owner?: string | undefined
  previousOwner?: string | undefined
  team?: string | undefined
  absentUntil?: string | undefined
  /** why a lead stays though its route is another now */
  because?: 'answered' | 'taken' | undefined
}

type Sentence = (said: Said) => string

/** What an e-mail says of why it was sent, and how it goes on, in the words of one kind. */
export interface OwnReasonWords {
  /** those that are not as for any kind */
  reason: Partial<Record<MessageReason, Sentence>>
  level: (level: number) => string
  open: string
  footer: (company: string) => string
}

/** Of e-mails: what code lays out around the texts of messages/, about records of any kind. */
export interface MailWords extends OwnReasonWords {
  reason: Record<MessageReason, Sentence>
  rule: (table: string, row: string) => string
  /** of an e-mail that had to wait: when it was written */
  late: (written: string) => string
  labels: Record<'promised' | 'owner' | 'status' | 'why', string>
  flag: Record<'yes' | 'no', string>
  /** by the names of kinds */
  kinds: Readonly<Record<string, KindWords>>
  quarantine: QuarantineWords
}

/** Of e-mails about leads. */
export interface LeadMailWords extends OwnReasonWords {
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
    | 'owner'
    | 'message'
    | 'also'
    | 'news'
    | 'alsoWrote',
    string
  >
  channel: Record<Lead['channel'], string>
}

/** Of the e-mail about the quarantine. */
export interface QuarantineWords {
  suspicion: Record<NonNullable<Submission['suspicion']>[number], string>
  noForm: string
  newest: string
  watching: (queue: string) => string
  often: (days: number) => string
  open: string
  footer: (company: string) => string
}

/** Around every page: the language's name for itself, and its word for "language". */
export type DocumentWords = Record<'ownName' | 'language', string>

/** `waits`, `invalid`, `large` and `failed` are what its script says. */
export type FormPageWords = Record<'send' | 'choose' | 'waits' | 'invalid' | 'large' | 'failed', string>

export type ThanksPageWords = Record<'title' | 'receipt' | 'next' | 'more', string> & { steps: string[] }

/** What a person can do about a fault. */
export type ProblemKind =
  | 'invalid'
  | 'unknown'
  | 'method'
  | 'large'
  | 'unsupported'
  | 'again'
  | 'access'
  | 'failed'

export type ProblemPageWords = Record<ProblemKind, [title: string, advice: string]> & { number: string }

export type FrontPageWords = Record<
  | 'title'
  | 'intro'
  | 'forms'
  | 'colleagues'
  | 'work'
  | 'signIn'
  | 'commandLine'
  | 'inbox'
  | 'programs'
  | 'api'
  | 'docs'
  | 'operations',
  string
> & { headline: (company: string) => string }

export type DocsPageWords = Record<
  'title' | 'intro' | 'isPublic' | 'inFull' | 'tryIt' | 'more' | 'where' | 'back',
  string
> & {
  /** what files of docs/ are about */
  files: Record<'intake' | 'access' | 'rules' | 'workflows' | 'messages' | 'data-model' | 'deploy', string>
}

export type QuarantineLinkPageWords = Record<'title' | 'intro' | 'read' | 'restore' | 'after', string>

/** A number with the word that it asks for: one, few, many. */
export function plural(
  language: Language,
  count: number,
  forms: Partial<Record<Intl.LDMLPluralRule, string>>,
): string {
  return `${count} ${forms[pluralRules(language).select(count)] ?? forms.other ?? ''}`
}
