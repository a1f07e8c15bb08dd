import { dayFormat, languageNames, numberFormat, regionNames, timeFormat } from '../words/format.ts'
import type { Language, PersonId } from '../record/id.ts'
import type { Company } from '../company/company.ts'
import { Fault } from '../record/fault.ts'
import type { Activity, Change } from '../kind/customer/activity.ts'
import type { Contact, Lead } from '../kind/sales/lead.ts'
import type { LeadMessage, LeadTemplate, MessageData } from '../kind/system/message.ts'
import { layOut, type Fact, type Letter } from './layout.ts'
import { calm, oneLine } from './plain.ts'
import { isVisible } from '../intake/read/typed.ts'
import { isAlsoCut, isCut } from '../words/cut.ts'
import { wordsOf } from '../words/words-of.ts'
import type { Said, Words } from '../words/words.ts'

export interface RenderedMessage {
  to: string
  subject: string
  html: string
  text: string
}

export interface RenderOptions {
  /** where links lead, without a slash at the end */
  publicUrl: string
  /** when a message that had to wait is sent: times are told as of then, and that it is late */
  late?: string | undefined
}

/**
 * A message as an e-mail in its recipient's language: who, what, why it came to them, until when to act, and a link.
 * Whatever a stranger typed can neither act in it nor turn the words around it.
 * Of a merge, `merge` says who wrote and what is new; without it the lead's customer is shown.
 * Throws Fault `record.unknown` when the recipient is not in the company any more.
 */
export function renderMessage(
  message: LeadMessage,
  lead: Lead,
  company: Company,
  { publicUrl, late, merge }: RenderOptions & { merge?: Activity | undefined },
): RenderedMessage {
  const person = company.people[message.to]
  if (!person) throw new Fault('record.unknown', `nobody in the company has the id "${message.to}"`)
  const data = message.data as MessageData
  const words = wordsOf[person.language]
  const clock = clockOf(person.language, zoneOf(message.to, lead, company), late ?? message.createdAt)
  const writer = merge?.writer
  const said: Said = {
    who: nameOf(writer ?? lead.contact) ?? words.nobody,
    promised: clock(data.respondBy),
    due: clock(data.dueAt),
    owner: personName(data.owner, company),
    previousOwner: personName(data.previousOwner, company),
    team: data.team && company.teams[data.team as keyof Company['teams']]?.title,
    queue: data.queue && company.queues[data.queue as keyof Company['queues']]?.title,
    absentUntil: clock(data.absentUntil),
    level: data.level,
    ...mergeSaid(data, lead, company, merge),
  }
  const letter: Letter = {
    language: person.language,
    subject: oneLine(words.subject[message.template](said), 160),
    headline: oneLine(words.headline[message.template](said), 160),
    urgent: urgent.has(message.template),
    task: [
      late && words.late(clock(message.createdAt) ?? message.createdAt),
      words.task[message.template](said),
    ]
      .filter(Boolean)
      .join(' '),
    contact: [...contactOf(writer ?? lead.contact, words), ...peopleOf(lead, writer, words)],
    news: newsOf(merge, lead, company, words, person.language),
    facts: factsOf(message.template, lead, said, words, company, person.language),
    quote: quoteOf(data.elsewhere ? merge?.text : lead.message, words),
    also: alsoOf(lead, words),
    why: {
      label: words.labels.why,
      sentences: whyOf(message, data, said, words),
    },
    link: { label: words.open, address: `${publicUrl}/open/${lead.id}` },
    footer: words.footer(company.name),
    number: { label: words.labels.number, text: lead.id },
  }
  return { to: person.email, subject: letter.subject, ...layOut(letter) }
}

/** The message, and where the rest of it is when it was too long for the lead. */
const quoteOf = (message: string | undefined, { labels, cut }: Words): Letter['quote'] =>
  message ? { label: labels.message, text: calm(message), note: isCut(message) ? cut : undefined } : undefined

const urgent = new Set<LeadTemplate>(['lead-reminder', 'lead-overdue', 'lead-queued', 'lead-raised'])

/** Who wrote, when it was not the lead's customer, and the other lead that an address leads to. */
function mergeSaid(
  data: MessageData,
  lead: Lead,
  company: Company,
  merge: Activity | undefined,
): Partial<Said> {
  const queue = data.otherQueue && company.queues[data.otherQueue as keyof Company['queues']]?.title
  return {
    leadOf: merge?.writer && merge.writer.is !== 'contact' ? nameOf(lead.contact) : undefined,
    isNew: merge?.writer?.is === 'new',
    elsewhere: data.elsewhere,
    otherLead: data.otherLead,
    otherHolder: personName(data.otherOwner, company) ?? queue,
    because: data.because === 'not-answered' ? undefined : data.because,
  }
}

function nameOf({ name, company, email, phone }: Contact): string | undefined {
  return [name, company, email, phone].map((text) => oneLine(text ?? '', 80)).find(isVisible)
}

const personName = (id: string | undefined, company: Company): string | undefined =>
  id && (company.people[id as PersonId]?.name ?? id)

function whyOf({ template }: LeadMessage, data: MessageData, said: Said, words: Words): string[] {
  return [
    data.route && words.route[data.route](said),
    data.rule &&
      `${words.rule(data.rule.table, data.rule.row)}${data.rule.note ? `: ${data.rule.note}` : '.'}`,
    data.reason && words.reason[data.reason]?.(said),
    data.level !== undefined && words.level(data.level),
    template === 'lead-merged' && !data.elsewhere && words.merged(said),
  ].filter((sentence) => typeof sentence === 'string')
}

type Row = [label: string, text: string | undefined, address?: string | undefined]

const present = (rows: Row[]): Fact[] =>
  rows.flatMap(([label, text, address]) => {
    const value = oneLine(text ?? '', 300)
    return isVisible(value) ? [{ label, value, ...(address && { address }) }] : []
  })

const contactOf = ({ name, company, phone, email }: Contact, { labels }: Words): Fact[] =>
  present([
    [labels.name, name],
    [labels.company, company],
    [labels.phone, phone, telephone(phone)],
    [labels.email, email, mailbox(email)],
  ])

/** So many of the others who wrote; how many more there are is said, and they stand in the lead. */
const mostShown = 5

/** Everybody else whom an answer may be owed, each with the address by which he is reached. */
function peopleOf({ contact, people = [] }: Lead, writer: Contact | undefined, { labels }: Words): Fact[] {
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
function newsOf(
  merge: Activity | undefined,
  lead: Lead,
  company: Company,
  words: Words,
  language: Language,
): Letter['news'] {
  const shown = ({ field }: Change, value: string | number): string => {
    if (typeof value === 'number') return numberFormat(language).format(value)
    if (field === 'country') return countryName(value, language) ?? value
    if (field === 'language') return languageNames(language).of(value) ?? value
    return (field === 'product' && productName({ ...lead, product: value }, company, language)) || value
  }
  const facts = present(
    (merge?.changes ?? []).map((change): Row => {
      const [after, before] = [change.after, change.before].map(
        (value) => value !== undefined && oneLine(shown(change, value), 140),
      )
      return [words.labels[change.field], before ? words.before(String(after), before) : String(after)]
    }),
  )
  return facts.length ? { label: words.labels.news, facts } : undefined
}

/** What nobody could sort, under the names by which it came. */
function alsoOf({ also = [] }: Lead, { labels, alsoCut }: Words): Letter['also'] {
  const facts = present(also.map(({ name, text }) => [oneLine(name, 60) || '—', text]))
  return facts.length ? { label: labels.also, facts, note: isAlsoCut(also) ? alsoCut : undefined } : undefined
}

function factsOf(
  template: LeadTemplate,
  lead: Lead,
  said: Said,
  words: Words,
  company: Company,
  language: Language,
): Fact[] {
  const { source, country, employees, budget } = lead
  const { labels } = words
  const number = numberFormat(language)
  // Where the task tells it already, it is not told twice.
  const isTold = said.promised !== undefined && words.task[template](said).includes(said.promised)
  return present([
    [labels.promised, isTold ? undefined : said.promised],
    [labels.owner, said.owner],
    [labels.country, country && countryName(country, language)],
    [labels.language, languageNames(language).of(lead.language)],
    [labels.employees, employees === undefined ? undefined : number.format(employees)],
    [labels.budget, budget === undefined ? undefined : number.format(budget)],
    [labels.product, productName(lead, company, language)],
    [labels.channel, words.channel[lead.channel]],
    [labels.page, source?.page],
    [labels.campaign, Object.values(source?.utm ?? {}).join(' · ')],
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

/** The time zone in which somebody works: of the lead's team when he is in it, else of the first team or queue that he has to do with. */
function zoneOf(person: PersonId, lead: Lead, company: Company): string {
  const teams = Object.entries(company.teams)
  const mine = [
    ...teams.filter(
      ([id, team]) => id === lead.teamId && (team.members.includes(person) || team.manager === person),
    ),
    ...teams.filter(([, team]) => team.members.includes(person)),
    ...teams.filter(([, team]) => team.manager === person),
  ].map(([, team]) => team.calendar)
  const watched = Object.values(company.queues).filter((queue) => queue.watchers.includes(person))
  const calendars = [...mine, ...watched.map((queue) => queue.calendar)]
  return calendars.map((id) => company.calendars[id]?.timeZone).find(Boolean) ?? 'UTC'
}

/** Times as their reader says them: the day only when it is not the day of the message. */
export function clockOf(
  language: Language,
  timeZone: string,
  written: string,
): (at: string | undefined) => string | undefined {
  const time = (at: string) => timeFormat(language, timeZone).format(Date.parse(at))
  const day = (at: string) => dayFormat(language, timeZone).format(Date.parse(at))
  const zone = city(timeZone)
  return (at) => {
    if (!at || Number.isNaN(Date.parse(at))) return undefined
    const same = day(at) === day(written)
    return `${same ? '' : `${day(at)}, `}${time(at)} (${zone})`
  }
}

/** `Berlin` of Europe/Berlin: shorter than a zone's name, and right in summer and winter. */
const city = (timeZone: string): string => timeZone.split('/').at(-1)!.replaceAll('_', ' ')
