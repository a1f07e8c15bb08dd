import type { Company } from '../company/company.ts'
import type { Message, MessageData } from '../kind/system/message.ts'
import type { Language } from '../record/id.ts'
import type { WorkKind, WorkRecord } from '../record/open-work.ts'
import type { Store } from '../store/store.ts'
import type { MailWords, OwnReasonWords, Said } from '../words/words.ts'
import type { Part } from './layout.ts'
import type { Tellable } from './template/fact.ts'
import type { Facts } from './template/say.ts'

/*
 * What an e-mail may say. Of a record of any kind that is worked on its declaration tells it; what only one kind has is
 * declared beside it as a letter, in a file `core/<area>/<kind>-letter.ts`. Letters are found there, as kinds and verbs are;
 * engines get them as an argument.
 */

/** All that one e-mail about a record is made of. */
export interface Written<R = WorkRecord, N = unknown> {
  message: Message
  data: MessageData
  kind: WorkKind
  record: R
  company: Company
  language: Language
  words: MailWords
  /** times as the reader says them */
  clock: (at: string | undefined) => string | undefined
  said: Said
  facts: Facts
  /** what is to be done, as it is said above the parts */
  task: string
  /** why it came to its reader, in sentences */
  why: readonly string[]
  /** what the records are called that its listed fields point at, by their ids */
  called: Readonly<Record<string, string>>
  /** what its letter has read beside the record */
  more: N | undefined
}

/** Before anything was said. */
export type Unsaid<R = WorkRecord, N = unknown> = Omit<Written<R, N>, 'said' | 'facts' | 'task' | 'why'>

/** What e-mails about one kind have beside those about any. */
export interface LetterPlan<R = WorkRecord, N = unknown> extends Tellable {
  /** reads what an e-mail needs beside the record */
  read?: (message: Message, store: Store) => Promise<N | undefined>
  /** values of its facts; they replace those of any kind */
  factsOf?: (from: Unsaid<R, N>) => Facts
  /** by the names of its parts; nothing where there is nothing to show */
  partOf?: Readonly<Record<string, (letter: Written<R, N>) => Part[]>>
  words?: Readonly<Record<Language, OwnReasonWords>>
  /** sentences of why it was sent, around those of any kind */
  whyOf?: (letter: Omit<Written<R, N>, 'why'>, others: readonly string[]) => (string | undefined)[]
  /** of its link, behind the address of the API */
  path?: (id: string) => string
}

/** A letter of which an engine knows no more than of any other. */
export type Letter = LetterPlan & { name: string }

/** Every letter by what it is about. */
export type Letters = ReadonlyMap<string, Letter>

/** Declares a letter. What engines hand to it is of its kind. */
export const letter = <R, N>(plan: LetterPlan<R, N>): Letter =>
  ({ ...plan, name: plan.about }) as unknown as Letter
