import type { PersonId } from '../record/id.ts'
import type { Company } from '../company/company.ts'
import { Fault } from '../record/fault.ts'
import type { Activity } from '../kind/customer/activity.ts'
import type { Lead } from '../kind/sales/lead.ts'
import type { LeadMessage, MessageData } from '../kind/system/message.ts'
import { mailWords } from '../words/words-of.ts'
import type { Said } from '../words/words.ts'
import { clockOf } from './clock.ts'
import { oneLine } from './harmless.ts'
import { layOut } from './layout.ts'
import { nameOf, partOf, type LeadLetter } from './part.ts'
import type { MessageDefinition } from './template/definition.ts'
import type { LeadFacts } from './template/fact.ts'
import { sayAll, sayFirst } from './template/say.ts'

export interface RenderedMessage {
  to: string
  subject: string
  html: string
  text: string
}

export interface RenderOptions {
  company: Company
  /** the texts of the message's template */
  definition: MessageDefinition
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
  { company, definition, publicUrl, late, merge }: RenderOptions & { merge?: Activity | undefined },
): RenderedMessage {
  const person = company.people[message.to]
  if (!person) throw new Fault('record.unknown', `nobody in the company has the id "${message.to}"`)
  const data = message.data as MessageData
  const { language } = person
  const words = mailWords[language]
  const clock = clockOf(language, zoneOf(message.to, lead, company), late ?? message.createdAt)
  const owner = personName(data.owner, company)
  const previousOwner = personName(data.previousOwner, company)
  const team = data.team && company.teams[data.team as keyof Company['teams']]?.title
  const absentUntil = clock(data.absentUntil)
  const facts: LeadFacts = {
    who: nameOf(merge?.writer ?? lead.contact) ?? words.nobody,
    promised: clock(data.respondBy),
    due: clock(data.dueAt),
    owner,
    previousOwner,
    team,
    queue: data.queue && queueTitle(data.queue, company),
    absentUntil,
    reason: data.reason,
    level: data.level,
    route: data.route,
    ...mergeFacts(data, lead, company, merge),
  }
  const because = data.because === 'not-answered' ? undefined : data.because
  const said: Said = { owner, previousOwner, team, absentUntil, because }
  const task = sayAll(definition.task, facts, language)
  const letter: LeadLetter = { message, data, lead, company, language, merge, words, facts, said, task }
  const subject = oneLine(sayFirst(definition.subject, facts, language), 160)
  const layout = layOut({
    language,
    subject,
    headline: oneLine(sayFirst(definition.headline, facts, language), 160),
    urgent: definition.urgent,
    task: [late && words.late(clock(message.createdAt) ?? message.createdAt), task].filter(Boolean).join(' '),
    link: { label: words.open, address: `${publicUrl}/open/${lead.id}` },
    parts: definition.parts.flatMap((part) => partOf[part]?.(letter) ?? []),
    footer: words.footer(company.name),
    number: { label: words.labels.number, text: lead.id },
  })
  return { to: person.email, subject, ...layout }
}

/** Who wrote, when it was not the lead's customer, and the other lead that an address leads to. */
function mergeFacts(
  data: MessageData,
  lead: Lead,
  company: Company,
  merge: Activity | undefined,
): Partial<LeadFacts> {
  return {
    merge: data.submissionId !== undefined || undefined,
    leadOf: merge?.writer && merge.writer.is !== 'contact' ? nameOf(lead.contact) : undefined,
    isNew: merge?.writer?.is === 'new' || undefined,
    elsewhere: data.elsewhere,
    otherLead: data.otherLead,
    otherHolder:
      personName(data.otherOwner, company) ?? (data.otherQueue && queueTitle(data.otherQueue, company)),
  }
}

const queueTitle = (id: string, company: Company): string | undefined =>
  company.queues[id as keyof Company['queues']]?.title

const personName = (id: string | undefined, company: Company): string | undefined =>
  id && (company.people[id as PersonId]?.name ?? id)

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
