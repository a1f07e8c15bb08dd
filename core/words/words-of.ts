import type { Language } from '../record/id.ts'
import * as en from './en.ts'
import * as ru from './ru.ts'
import * as uk from './uk.ts'
import { why as whyEn } from './why/en.ts'
import { why as whyRu } from './why/ru.ts'
import { why as whyUk } from './why/uk.ts'
import type { WhyWords } from './why/why-words.ts'
import type {
  DocsPageWords,
  DocumentWords,
  FormPageWords,
  FrontPageWords,
  LeadMailWords,
  MailWords,
  ProblemPageWords,
  QuarantineLinkPageWords,
  ThanksPageWords,
} from './words.ts'

/*
 * The words of each subject by language. One constant a subject, so that a function carries only those that it shows.
 */

export type WordsOf<Words> = Readonly<Record<Language, Words>>

export const mailWords: WordsOf<MailWords> = { en: en.mail, uk: uk.mail, ru: ru.mail }

export const leadMailWords: WordsOf<LeadMailWords> = { en: en.leadMail, uk: uk.leadMail, ru: ru.leadMail }

export const documentWords: WordsOf<DocumentWords> = { en: en.document, uk: uk.document, ru: ru.document }

export const formPageWords: WordsOf<FormPageWords> = { en: en.formPage, uk: uk.formPage, ru: ru.formPage }

export const thanksPageWords: WordsOf<ThanksPageWords> = {
  en: en.thanksPage,
  uk: uk.thanksPage,
  ru: ru.thanksPage,
}

export const problemPageWords: WordsOf<ProblemPageWords> = {
  en: en.problemPage,
  uk: uk.problemPage,
  ru: ru.problemPage,
}

export const frontPageWords: WordsOf<FrontPageWords> = {
  en: en.frontPage,
  uk: uk.frontPage,
  ru: ru.frontPage,
}

export const docsPageWords: WordsOf<DocsPageWords> = { en: en.docsPage, uk: uk.docsPage, ru: ru.docsPage }

export const quarantineLinkPageWords: WordsOf<QuarantineLinkPageWords> = {
  en: en.quarantineLinkPage,
  uk: uk.quarantineLinkPage,
  ru: ru.quarantineLinkPage,
}

export const whyWords: WordsOf<WhyWords> = { en: whyEn, uk: whyUk, ru: whyRu }
