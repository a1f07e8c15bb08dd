import type { Press } from '../record/item.ts'
import type { Language } from '../record/id.ts'
import type { Company } from '../company/company.ts'
import { Fault } from '../record/fault.ts'
import { isOwnField } from '../html/own-field.ts'
import { quarantine, type Message, type MessageData } from '../kind/system/message.ts'
import { type Submission } from '../kind/system/submission.ts'
import { readPosted } from '../kind/sales/posted.ts'
import { mostCounted, quarantineQueue, toldDays, type Waiting } from './quarantine-waiting.ts'
import { mailWords } from '../words/words-of.ts'
import { clockOf } from './clock.ts'
import { oneLine } from './harmless.ts'
import { layOut, type Fact, type Part } from './layout.ts'
import { reasons } from './part.ts'
import type { RenderedMessage, RenderOptions } from './render.ts'
import { letter } from './letter.ts'
import { sayAll, sayFirst, type Facts } from './template/say.ts'
import type { QuarantineWords } from '../words/words.ts'

/** The quarantine is no kind, so its letter says all that messages about it may say. */
export const quarantineLetter = letter({
  about: quarantine.kind,
  facts: {
    count: { type: 'number', always: true, help: 'how many submissions wait, 100 at most' },
    more: { type: 'flag', help: 'there are more than `count`' },
    fresh: { type: 'number', help: 'how many of them are new since the last e-mail, when there are some' },
    queue: { type: 'text', always: true, help: 'the queue whose watchers are told' },
  },
  parts: {
    groups: 'how many of each form, by what makes them suspicious',
    newest: 'the newest with their words and numbers',
    why: 'why it came to its reader, and how often it does',
  },
  sends: ['quarantine-waiting'],
})

/** So many of the newest are shown with their words. */
const mostShown = 5

/**
 * What waits in the quarantine as an e-mail in its recipient's language: how many by form and suspicion, the newest few
 * with their words, how to restore one. Whatever strangers typed can neither act in it nor turn the words around it.
 * Throws Fault `record.unknown` when the recipient is not in the company any more.
 */
export function renderQuarantine(
  message: Message,
  { submissions, more }: Waiting,
  { company, definition, publicUrl, late, press }: RenderOptions & { press: Press },
): RenderedMessage {
  const person = company.people[message.to]
  if (!person) throw new Fault('record.unknown', `nobody in the company has the id "${message.to}"`)
  const { language } = person
  const { quarantine: words, labels } = mailWords[language]
  const { since } = message.data as MessageData
  const queue = quarantineQueue(company)
  const clock = clockOf(language, company.calendars[queue.calendar]!.timeZone, late ?? message.createdAt)
  const fresh = since === undefined ? 0 : submissions.filter(({ createdAt }) => createdAt >= since).length
  const facts: Facts = {
    count: more ? mostCounted : submissions.length,
    more: more || undefined,
    fresh: fresh || undefined,
    queue: queue.title,
  }
  const parts: Readonly<Record<string, () => Part[]>> = {
    groups: () => [{ is: 'table', facts: groupsOf(submissions, company, words, language) }],
    newest: () => [
      {
        is: 'table',
        label: words.newest,
        facts: submissions.slice(0, mostShown).map((submission) => ({
          label: clock(submission.createdAt) ?? submission.createdAt,
          value: saidOf(submission, press),
        })),
      },
    ],
    why: () => reasons([words.watching(queue.title), words.often(toldDays)], labels.why),
  }
  const subject = oneLine(sayFirst(definition.subject, facts, language), 160)
  const layout = layOut({
    language,
    subject,
    headline: oneLine(sayFirst(definition.headline, facts, language), 160),
    urgent: definition.urgent,
    task: sayAll(definition.task, facts, language),
    link: { label: words.open, address: `${publicUrl}/open/quarantine` },
    parts: definition.parts.flatMap((part) => parts[part]?.() ?? []),
    footer: words.footer(company.name),
  })
  return { to: person.email, subject, ...layout }
}

/** How many of each form look suspicious in the same way, the most first. */
function groupsOf(
  submissions: readonly Submission[],
  company: Company,
  words: QuarantineWords,
  language: Language,
): Fact[] {
  const groups = Map.groupBy(submissions, ({ formId, suspicion = [] }) =>
    JSON.stringify([formId, suspicion.toSorted()]),
  )
  return [...groups.values()]
    .toSorted((a, b) => b.length - a.length)
    .map((group) => {
      const { formId, suspicion = [] } = group[0]!
      const form = Object.hasOwn(company.forms, formId) ? company.forms[formId] : undefined
      const reasons = suspicion.toSorted().map((reason) => words.suspicion[reason])
      return {
        label: oneLine(form?.title?.[language] || formId || words.noForm, 60),
        value: [group.length, ...reasons].join(' · '),
      }
    })
}

/** What was typed, as it came, without the form's own fields; and the number by which it is restored. */
function saidOf(submission: Submission, press: Press): string {
  const { id } = submission
  const { fields } = readPosted(submission, press)
  const said = fields
    .filter(([name]) => !isOwnField(name))
    .map(([name, value]) => [oneLine(name, 40), oneLine(textOf(value), 120)])
    .filter(([, value]) => value)
    .map((pair) => pair.join(': '))
  return [oneLine(said.join(' · '), 400), id].filter(Boolean).join(' · ')
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
