import type * as z from 'zod/mini'
import type { Company } from '../company/company.ts'
import { isVisible } from '../intake/read/typed.ts'
import {
  activityKey,
  activityKind,
  mergeActivityId,
  type Activity,
  type Change,
} from '../kind/customer/activity.ts'
import { declaredFields } from '../kind/sales/declared-field.ts'
import { leadKind, type Contact, type Lead } from '../kind/sales/lead.ts'
import { fieldText, moneyText, valueText } from '../message/field-text.ts'
import { harmless, oneLine } from '../message/harmless.ts'
import type { Fact, Part } from '../message/layout.ts'
import { letter, type Unsaid, type Written } from '../message/letter.ts'
import { personName, present, promisedRows, queueTitle, table, type Row } from '../message/part.ts'
import type { Facts } from '../message/template/say.ts'
import { saidOf } from '../record/field.ts'
import type { Language } from '../record/id.ts'
import { fromItem } from '../record/item.ts'
import { isAlsoCut, isCut } from '../words/cut.ts'
import { languageNames, numberFormat, regionNames } from '../words/format.ts'
import { leadMailWords } from '../words/words-of.ts'
import type { LeadMailWords } from '../words/words.ts'

/*
 * What only an e-mail about a lead has: who wrote and how to reach him, his own words, what is new since, what is known of
 * him. Of a merge it says who wrote then; without one the lead's customer is shown.
 */

type LeadLetter = Written<Lead, Activity>

export const leadLetter = letter<Lead, Activity>({
  about: 'lead',
  facts: {
    who: { type: 'text', always: true, help: 'who wrote: name, company or address' },
    merge: { type: 'flag', ownOnly: true, help: 'a customer wrote again' },
    leadOf: {
      type: 'text',
      ownOnly: true,
      help: 'of a merge: the customer of the lead, when somebody else wrote',
    },
    isNew: { type: 'flag', ownOnly: true, help: 'of a merge: who wrote did so for the first time' },
    elsewhere: { type: 'flag', ownOnly: true, help: 'of a merge: it belongs to another lead, `otherLead`' },
    otherLead: {
      type: 'text',
      ownOnly: true,
      help: 'of a merge: another open lead with the same phone number',
    },
    otherHolder: { type: 'text', ownOnly: true, help: 'of a merge: who looks after that one' },
    route: {
      type: ['again', 'stays'],
      ownOnly: true,
      help: 'of a merge that changes the route: it is routed again, or stays',
    },
  },
  parts: {
    contact: 'how to reach whoever wrote, and the others who wrote about the same',
    news: 'of a merge: what is said otherwise than before',
    quote: 'the customer’s own words',
    facts: 'what else is known: country, product, budget, where the lead came from',
    also: 'what was also sent and nobody could sort',
  },
  sends: ['lead-reminder', 'lead-overdue', 'lead-queued', 'lead-raised', 'lead-merged'],

  /** Who wrote and what is new, of a message about a merge. */
  async read({ tenant, subject, createdAt, data }, store) {
    if (typeof data.submissionId !== 'string') return undefined
    const item = await store.get(
      activityKey(tenant, subject.id, createdAt, mergeActivityId(data.submissionId)),
    )
    return item && fromItem(activityKind, item)
  },

  factsOf: (from) => ({
    who: nameOf(from.more?.writer ?? from.record.contact) ?? leadMailWords[from.language].nobody,
    route: from.data.route,
    ...mergeFacts(from),
  }),

  partOf: {
    contact: (written) => table([...contactOf(written), ...peopleOf(written)]),
    news: (written) => table(newsOf(written), leadMailWords[written.language].labels.news),
    quote: ({ data, more: merge, record: lead, language }) =>
      quoteOf(data.elsewhere ? merge?.text : lead.message, leadMailWords[language]),
    facts: (written) => table(factsOf(written)),
    also({ record: { also = [] }, language }) {
      const { labels, alsoCut } = leadMailWords[language]
      return table(
        present(also.map(({ name, text }) => [oneLine(name, 60) || '—', text])),
        labels.also,
        isAlsoCut(also) ? alsoCut : undefined,
      )
    },
  },

  words: leadMailWords,

  whyOf({ data, facts, said, language }, others) {
    const words = leadMailWords[language]
    return [
      data.route && words.route[data.route](said),
      ...others,
      facts.merge && !data.elsewhere ? words.merged(said) : undefined,
    ]
  },

  // E-mails that lie in inboxes lead there too.
  path: (id) => `/open/${id}`,
})

/** Who wrote, when it was not the lead's customer, and the other lead that an address leads to. */
function mergeFacts({ data, record: lead, company, more: merge }: Unsaid<Lead, Activity>): Facts {
  return {
    merge: data.submissionId !== undefined || undefined,
    leadOf: merge?.writer && merge.writer.is !== 'contact' ? nameOf(lead.contact) : undefined,
    isNew: merge?.writer?.is === 'new' || undefined,
    elsewhere: data.elsewhere,
    otherLead: data.otherLead,
    otherHolder: personName(data.otherOwner, company) ?? queueTitle(data.otherQueue, company),
  }
}

/** The message, and where the rest of it is when it was too long for the lead. */
const quoteOf = (message: string | undefined, { labels, cut }: LeadMailWords): Part[] =>
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
function nameOf({ name, company, email, phone }: Contact): string | undefined {
  return [name, company, email, phone].map((text) => oneLine(text ?? '', 80)).find(isVisible)
}

function contactOf({ more: merge, record: lead, language }: LeadLetter): Fact[] {
  const { labels } = leadMailWords[language]
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
function peopleOf({ record: { contact, people = [] }, more: merge, language }: LeadLetter): Fact[] {
  const { labels } = leadMailWords[language]
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

/** What the lead says otherwise since the merge, with what it said before. */
function newsOf(letter: LeadLetter): Fact[] {
  const { more: merge, record: lead, company, language } = letter
  const words = leadMailWords[language]
  const shown = ({ field }: Change, value: Change['after']): string => {
    if (typeof value !== 'string') return valueText(value, letter)
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

/** What the lead declares beside the fields that have words in each language is called as it is declared. */
function labelOf(field: string, { labels }: LeadMailWords): string {
  const shape = leadKind.schema.shape as Record<string, z.core.$ZodType>
  const known = Object.hasOwn(labels, field) ? labels[field as keyof typeof labels] : undefined
  return known ?? (shape[field] ? saidOf(shape[field]).title : undefined) ?? field
}

function factsOf(letter: LeadLetter): Fact[] {
  const { record: lead, company, language } = letter
  const { source, country, employees, budget } = lead
  const words = leadMailWords[language]
  const { labels, channel } = words
  const number = numberFormat(language)
  const [promised, [, owner] = []] = promisedRows(letter)
  return present([
    promised!,
    [labels.owner, owner],
    [labels.country, country && countryName(country, language)],
    [labels.language, languageNames(language).of(lead.language)],
    [labels.employees, employees === undefined ? undefined : number.format(employees)],
    [labels.budget, budget && moneyText(budget, company, language)],
    [labels.product, productName(lead, company, language)],
    [labels.channel, channel[lead.channel]],
    [labels.page, source?.page],
    [labels.campaign, Object.values(source?.utm ?? {}).join(' · ')],
    ...[...declaredFields()].map(([name, type]): Row => {
      const value = (lead as Record<string, unknown>)[name]
      return [labelOf(name, words), fieldText(type, value, { ...letter, kindWords: undefined })]
    }),
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
