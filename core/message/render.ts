import type { Company } from '../company/company.ts'
import { zoneOf } from '../company/zone.ts'
import { Fault } from '../record/fault.ts'
import type { Message, MessageData } from '../kind/system/message.ts'
import type { WorkKind, WorkRecord } from '../record/open-work.ts'
import { isVisible } from '../intake/read/typed.ts'
import { mailWords } from '../words/words-of.ts'
import type { MailWords, Said } from '../words/words.ts'
import { clockOf } from './clock.ts'
import { oneLine } from './harmless.ts'
import { layOut } from './layout.ts'
import type { Letter, Unsaid, Written } from './letter.ts'
import { personName, queueTitle, workPartOf } from './part.ts'
import type { MessageDefinition } from './template/definition.ts'
import { sayAll, sayFirst, type Facts } from './template/say.ts'

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

/** What a message tells of. */
export interface Told {
  kind: WorkKind
  /** with all its fields */
  record: WorkRecord
  /** what the records are called that its listed fields point at, by their ids */
  called?: Readonly<Record<string, string>> | undefined
  /** what only e-mails about its kind have, if anything */
  letter?: Letter | undefined
  /** what that letter has read beside the record */
  more?: unknown
}

/**
 * A message as an e-mail in its recipient's language: who, what, why it came to them, until when to act, and a link. What is
 * said of the record its declaration tells, and the letter of its kind.
 * Whatever a stranger typed can neither act in it nor turn the words around it.
 * Throws Fault `record.unknown` when the recipient is not in the company any more.
 */
export function renderMessage(
  message: Message,
  { kind, record, called = {}, letter, more }: Told,
  { company, definition, publicUrl, late }: RenderOptions,
): RenderedMessage {
  const person = company.people[message.to]
  if (!person) throw new Fault('record.unknown', `nobody in the company has the id "${message.to}"`)
  const { language } = person
  const data = message.data as MessageData
  // In the words of its kind, where it has some.
  const general = mailWords[language]
  const { reason, level, open, footer } = letter?.words?.[language] ?? general
  const words: MailWords = { ...general, reason: { ...general.reason, ...reason }, level, open, footer }
  const clock = clockOf(language, zoneOf(message.to, company, record.teamId), late ?? message.createdAt)
  const from: Unsaid = { message, data, kind, record, company, language, words, clock, called, more }
  const facts: Facts = { ...factsOf(from), ...letter?.factsOf?.(from) }
  const because = data.because === 'not-answered' ? undefined : data.because
  const { owner, previousOwner, team, absentUntil } = facts as Omit<Said, 'because'>
  const said: Said = { owner, previousOwner, team, absentUntil, because }
  const task = sayAll(definition.task, facts, language)
  const unexplained = { ...from, said, facts, task }
  const reasons = whyOf(unexplained)
  const why = letter?.whyOf?.(unexplained, reasons) ?? reasons
  const written: Written = { ...unexplained, why: why.filter((sentence) => typeof sentence === 'string') }
  const partOf = { ...workPartOf, ...letter?.partOf }
  const subject = oneLine(sayFirst(definition.subject, facts, language), 160)
  const layout = layOut({
    language,
    subject,
    headline: oneLine(sayFirst(definition.headline, facts, language), 160),
    urgent: definition.urgent,
    task: [late && words.late(clock(message.createdAt) ?? message.createdAt), task].filter(Boolean).join(' '),
    link: {
      label: words.open,
      address: publicUrl + (letter?.path?.(record.id) ?? `/open/${kind.plural}/${record.id}`),
    },
    parts: definition.parts.flatMap((part) => partOf[part]?.(written) ?? []),
    footer: words.footer(company.name),
    number: { label: titleOf(kind, words), text: record.id },
  })
  return { to: person.email, subject, ...layout }
}

const titleOf = (kind: WorkKind, { kinds }: MailWords): string => kinds[kind.name]?.title ?? kind.title

/** What is known of a record of any kind, ready to be read. */
function factsOf({ data, kind, record, company, words, clock }: Unsaid): Facts {
  const called = oneLine(kind.titleOf(record), 80)
  return {
    kind: titleOf(kind, words),
    title: isVisible(called) ? called : record.id,
    promised: clock(promisedBy(kind, record, data)),
    due: clock(data.dueAt),
    owner: personName(data.owner, company),
    previousOwner: personName(data.previousOwner, company),
    team: data.team && company.teams[data.team as keyof Company['teams']]?.title,
    queue: queueTitle(data.queue, company),
    absentUntil: clock(data.absentUntil),
    reason: data.reason,
    level: data.level,
  }
}

/** Of the times that it tells of the first that is not kept yet; of those that all are, the last. */
function promisedBy({ work }: WorkKind, record: WorkRecord, data: MessageData): string | undefined {
  const told = work.promises.filter(({ field }) => typeof data[field as keyof MessageData] === 'string')
  const promise = told.find(({ keptBy }) => record[keptBy] === undefined) ?? told.at(-1)
  return promise && (data[promise.field as keyof MessageData] as string)
}

function whyOf({ data, said, words }: Omit<Written, 'why'>): string[] {
  return [
    data.rule &&
      `${words.rule(data.rule.table, data.rule.row)}${data.rule.note ? `: ${data.rule.note}` : '.'}`,
    data.reason && words.reason[data.reason]?.(said),
    data.level === undefined ? undefined : words.level(data.level),
  ].filter((sentence) => typeof sentence === 'string')
}
