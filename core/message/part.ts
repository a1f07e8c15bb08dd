import { languageNames, numberFormat, regionNames } from '../words/format.ts'
import type { Language } from '../record/id.ts'
import type { Company } from '../company/company.ts'
import type { Activity, Change } from '../kind/customer/activity.ts'
import type * as z from 'zod/mini'
import { declaredFields } from '../kind/sales/declared-field.ts'
import { leadKind, type Contact, type Lead } from '../kind/sales/lead.ts'
import { saidOf } from '../record/field.ts'
import type { LeadMessage, MessageData } from '../kind/system/message.ts'
import { amountOf, isMoney, type Money } from '../money/money.ts'
import { isVisible } from '../intake/read/typed.ts'
import { isAlsoCut, isCut } from '../words/cut.ts'
import type { MailWords, Said } from '../words/words.ts'
import { harmless, oneLine } from './harmless.ts'
import type { Fact, Part } from './layout.ts'
import type { LeadFacts } from './template/fact.ts'

/*
 * The parts of an e-mail about a lead that message files place by name: tables and texts of the record itself.
 */

/** All that a part may show. */
export interface LeadLetter {
  message: LeadMessage
  data: MessageData
  lead: Lead
  company: Company
  language: Language
  merge: Activity | undefined
  words: MailWords
  facts: LeadFacts
  said: Said
  /** what is to be done, as it is said above the parts */
  task: string
}

/** By the names of `messageParts`; nothing when there is nothing to show. */
export const partOf: Readonly<Record<string, (letter: LeadLetter) => Part[]>> = {
  contact: (letter) => table([...contactOf(letter), ...peopleOf(letter)]),
  news: (letter) => table(newsOf(letter), letter.words.labels.news),
  quote: ({ data, merge, lead, words }) => quoteOf(data.elsewhere ? merge?.text : lead.message, words),
  facts: (letter) => table(factsOf(letter)),
  also: ({ lead: { also = [] }, words: { labels, alsoCut } }) =>
    table(
      present(also.map(({ name, text }) => [oneLine(name, 60) || '—', text])),
      labels.also,
      isAlsoCut(also) ? alsoCut : undefined,
    ),
  why: (letter) => reasons(whyOf(letter), letter.words.labels.why),
}

const table = (facts: Fact[], label?: string, note?: string): Part[] =>
  facts.length ? [{ is: 'table', label, facts, note }] : []

/** Why it came to its reader. */
export const reasons = (sentences: string[], label: string): Part[] =>
  sentences.length ? [{ is: 'text', label, text: sentences.join(' ') }] : []

/** The message, and where the rest of it is when it was too long for the lead. */
const quoteOf = (message: string | undefined, { labels, cut }: MailWords): Part[] =>
  message
    ? [
        {
          is: 'quote',
          label: labels.message,
          text: harmless(message),
          note: isCut(message) ? cut : undefined,
        },
      ]
    : []

/** How a person is called: by name, company or address. */
export function nameOf({ name, company, email, phone }: Contact): string | undefined {
  return [name, company, email, phone].map((text) => oneLine(text ?? '', 80)).find(isVisible)
}

function whyOf({ data, facts, said, words }: LeadLetter): string[] {
  return [
    data.route && words.route[data.route](said),
    data.rule &&
      `${words.rule(data.rule.table, data.rule.row)}${data.rule.note ? `: ${data.rule.note}` : '.'}`,
    data.reason && words.reason[data.reason]?.(said),
    data.level !== undefined && words.level(data.level),
    facts.merge && !data.elsewhere && words.merged(said),
  ].filter((sentence) => typeof sentence === 'string')
}

type Row = [label: string, text: string | undefined, address?: string | undefined]

const present = (rows: Row[]): Fact[] =>
  rows.flatMap(([label, text, address]) => {
    const value = oneLine(text ?? '', 300)
    return isVisible(value) ? [{ label, value, address }] : []
  })

function contactOf({ merge, lead, words: { labels } }: LeadLetter): Fact[] {
  const { name, company, phone, email } = merge?.writer ?? lead.contact
  return present([
    [labels.name, name],
    [labels.company, company],
    [labels.phone, phone, telephone(phone)],
    [labels.email, email, mailbox(email)],
  ])
}

/** So many of the others who wrote; how many more there are is said, and they stand in the lead. */
const mostShown = 5

/** Everybody else whom an answer may be owed, each with the address by which he is reached. */
function peopleOf({ lead: { contact, people = [] }, merge, words: { labels } }: LeadLetter): Fact[] {
  const writer = merge?.writer
  const others = writer ? [contact, ...people] : people
  const isWriter = ({ name, email, phone }: Contact): boolean =>
    name === writer?.name && email === writer?.email && (email !== undefined || phone === writer?.phone)
  const owed = others.filter((person) => !isWriter(person))
  return present([
    ...owed
      .slice(0, mostShown)
      .map((person): Row => [
        labels.alsoWrote,
        [...new Set([nameOf(person), person.email, person.phone])].filter(Boolean).join(', '),
        mailbox(person.email) ?? telephone(person.phone),
      ]),
    [labels.alsoWrote, owed.length > mostShown ? `… +${owed.length - mostShown}` : undefined],
  ])
}

/** The currency is said when it is not the company's. */
const moneyShown = (money: Money, company: Company, language: Language): string =>
  [numberFormat(language).format(amountOf(money)), money.currency === company.currency ? '' : money.currency]
    .filter(Boolean)
    .join(' ')

/** What the lead says otherwise since the merge, with what it said before. */
function newsOf({ merge, lead, company, words, language }: LeadLetter): Fact[] {
  const shown = ({ field }: Change, value: Change['after']): string => {
    if (typeof value !== 'string') return valueShown(value, company, language)!
    if (field === 'country') return countryName(value, language) ?? value
    if (field === 'language') return languageNames(language).of(value) ?? value
    return (field === 'product' && productName({ ...lead, product: value }, company, language)) || value
  }
  return present(
    (merge?.changes ?? []).map((change): Row => {
      const [after, before] = [change.after, change.before].map(
        (value) => value !== undefined && oneLine(shown(change, value), 140),
      )
      return [labelOf(change.field, words), before ? words.before(String(after), before) : String(after)]
    }),
  )
}

/** A value of which nothing is known but its type. */
function valueShown(value: unknown, company: Company, language: Language): string | undefined {
  if (value === undefined || typeof value === 'string') return value && oneLine(value, 500)
  if (isMoney(value)) return moneyShown(value, company, language)
  if (typeof value === 'number') return numberFormat(language).format(value)
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
    ? oneLine(value.join(' · '), 500)
    : oneLine(JSON.stringify(value), 500)
}

/** What the lead declares beside the fields that have words in each language is called as it is declared. */
function labelOf(field: string, { labels }: MailWords): string {
  const shape = leadKind.schema.shape as Record<string, z.core.$ZodType>
  const known = Object.hasOwn(labels, field) ? labels[field as keyof typeof labels] : undefined
  return known ?? (shape[field] ? saidOf(shape[field]).title : undefined) ?? field
}

function factsOf({ lead, facts, words, company, language, task }: LeadLetter): Fact[] {
  const { source, country, employees, budget } = lead
  const { labels } = words
  const number = numberFormat(language)
  // Where the task tells it already, it is not told twice.
  const isTold = facts.promised !== undefined && task.includes(facts.promised)
  return present([
    [labels.promised, isTold ? undefined : facts.promised],
    [labels.owner, facts.owner],
    [labels.country, country && countryName(country, language)],
    [labels.language, languageNames(language).of(lead.language)],
    [labels.employees, employees === undefined ? undefined : number.format(employees)],
    [labels.budget, budget && moneyShown(budget, company, language)],
    [labels.product, productName(lead, company, language)],
    [labels.channel, words.channel[lead.channel]],
    [labels.page, source?.page],
    [labels.campaign, Object.values(source?.utm ?? {}).join(' · ')],
    ...[...declaredFields().keys()].map((name): Row => [
      labelOf(name, words),
      valueShown((lead as Record<string, unknown>)[name], company, language),
    ]),
  ])
}

const countryName = (code: string, language: Language): string | undefined =>
  /^[A-Z]{2}$/.test(code) ? regionNames(language).of(code) : code

/** As the form calls it, when the customer chose it there. */
function productName({ product, formId }: Lead, company: Company, language: Language): string | undefined {
  const form = formId && Object.hasOwn(company.forms, formId) ? company.forms[formId] : undefined
  const options = form?.fields.find((field) => field.fills === 'product')?.options
  return options?.find(({ value }) => value === product)?.label[language] ?? product
}

/** Only what is an address beyond doubt becomes a link. */
const mailbox = (email = ''): string | undefined =>
  /^[\w.+-]{1,64}@[\p{L}\p{N}.-]{1,190}$/u.test(email) ? `mailto:${email}` : undefined

/** With an extension as RFC 3966 writes it. */
function telephone(phone = ''): string | undefined {
  const [whole, number, extension] = /^(\+\d{5,15})(?: ext\. (\d{1,10}))?$/.exec(phone) ?? []
  return whole && `tel:${number}${extension ? `;ext=${extension}` : ''}`
}
