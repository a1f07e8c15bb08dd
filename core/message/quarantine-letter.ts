import type { Language } from '../record/id.ts'
import type { Company } from '../company/company.ts'
import { Fault } from '../record/fault.ts'
import { isOwnField } from '../html/own-field.ts'
import type { Message, MessageData } from '../kind/system/message.ts'
import type { Submission } from '../kind/system/submission.ts'
import { mostCounted, quarantineQueue, toldDays, type Waiting } from './quarantine-waiting.ts'
import { layOut, type Fact, type Letter } from './layout.ts'
import { oneLine } from './plain.ts'
import { clockOf, type RenderedMessage, type RenderOptions } from './render.ts'
import { wordsOf } from '../words/words-of.ts'
import type { QuarantineWords } from '../words/words.ts'

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
  company: Company,
  { publicUrl, late }: RenderOptions,
): RenderedMessage {
  const person = company.people[message.to]
  if (!person) throw new Fault('record.unknown', `nobody in the company has the id "${message.to}"`)
  const { language } = person
  const { quarantine: words, labels } = wordsOf[language]
  const { since } = message.data as MessageData
  const queue = quarantineQueue(company)
  const clock = clockOf(language, company.calendars[queue.calendar]!.timeZone, late ?? message.createdAt)
  const count = words.count(more ? mostCounted : submissions.length, more)
  const fresh = since === undefined ? 0 : submissions.filter(({ createdAt }) => createdAt >= since).length
  const letter: Letter = {
    language,
    subject: oneLine(words.subject(count, fresh), 160),
    headline: words.headline,
    urgent: false,
    task: [words.task, words.restore, more && words.counted(mostCounted)].filter(Boolean).join(' '),
    contact: groupsOf(submissions, company, words, language),
    news: undefined,
    facts: [],
    quote: undefined,
    also: {
      label: words.newest,
      facts: submissions.slice(0, mostShown).map((submission) => ({
        label: clock(submission.createdAt) ?? submission.createdAt,
        value: saidOf(submission),
      })),
    },
    why: { label: labels.why, sentences: [words.watching(queue.title), words.often(toldDays)] },
    link: { label: words.open, address: `${publicUrl}/open/quarantine` },
    footer: words.footer(company.name),
    number: undefined,
  }
  return { to: person.email, subject: letter.subject, ...layOut(letter) }
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
function saidOf({ id, fields }: Submission): string {
  const said = fields
    .filter(([name]) => !isOwnField(name))
    .map(([name, value]) => [oneLine(name, 40), oneLine(textOf(value), 120)])
    .filter(([, value]) => value)
    .map((pair) => pair.join(': '))
  return [oneLine(said.join(' · '), 400), id].filter(Boolean).join(' · ')
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
