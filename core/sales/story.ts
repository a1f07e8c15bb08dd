import type { Company } from '../company/company.ts'
import { fromItem, type Entity, type Item, type Press } from '../record/item.ts'
import { partsOf, recordKey, type Key } from '../record/key.ts'
import { activityKind, type Activity } from '../kind/customer/activity.ts'
import { consentKind, type Consent } from '../kind/customer/consent.ts'
import { decisionKind, type DecisionEntry, type DecisionRecord } from '../kind/system/decision.ts'
import { refusalKind, type Refusal } from '../kind/customer/refusal.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import { messageKind, type Message } from '../kind/system/message.ts'
import { journalOf } from '../kind/system/journal.ts'
import { causeOfSegment, newestSegments, runIdOf, segmentKind, type Segment } from '../kind/system/segment.ts'
import { elsewhereKey, wholeRecord } from '../record/elsewhere.ts'
import type { Published } from '../publish/published.ts'
import { whyDone, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { viewOfRecord } from '../table/explain.ts'
import { submissionKind, type Submission } from '../kind/system/submission.ts'
import { messagesIn } from '../message/notice.ts'
import { readPosted } from '../kind/sales/posted.ts'
import { wordsAsSent } from '../message/sent-words.ts'

/** One thing that happened to a lead. `at` and `what` first, so that the list reads as a story. */
export interface Event {
  at: string
  what: string
  [fact: string]: unknown
}

/** A lead as callers see it: all of it but the product's own bookkeeping. */
export const leadView = ({
  tenant: _,
  hop: __,
  inSubmission: ___,
  ...lead
}: Lead): Omit<Lead, 'tenant' | 'hop' | 'inSubmission'> => lead

export const activityView = ({
  tenant: _,
  version: __,
  ...activity
}: Activity): Omit<Activity, 'tenant' | 'version'> => activity

/** A submission as callers see it, its fields in the order of arrival. */
export function submissionView(submission: Submission, press: Press): Record<string, unknown> {
  const { tenant: _, version: __, posted: ___, ...rest } = submission
  // The words of its lead stand in the fields too.
  const { message: ____, also: _____, fields, consent, ...posted } = readPosted(submission, press)
  return {
    ...rest,
    ...posted,
    ...(consent !== undefined && { consent: { text: consent, at: submission.createdAt } }),
    fields: fields.map(([name, value]) => ({ name, value })),
  }
}

/** Kinds of the items that a story is made of. */
export const storyKinds: readonly string[] = [
  leadKind,
  submissionKind,
  segmentKind,
  decisionKind,
  messageKind,
  activityKind,
  consentKind,
  refusalKind,
].map(({ kind }) => kind)

/** Keys of the submissions that a lead's items tell of. */
export function submissionKeysOf(items: readonly Item[]): Key[] {
  const ids = new Map<string, Key>()
  for (const { pk, submissionId } of items)
    if (typeof submissionId === 'string') ids.set(submissionId, recordKey(partsOf(pk)[0]!, submissionId))
  return [...ids.values()]
}

/**
 * All that ever happened to a lead, oldest first: what arrived, who was chosen and why, what was told to whom, what
 * was done. Made of the lead's own items and its submissions; items of other kinds are left out. A message has the
 * words that were sent, whatever the lead says today.
 */
export function tellStory(
  items: readonly Item[],
  { company, tables }: Pick<Published, 'company' | 'tables'>,
  press: Press,
  about?: { kind: WorkKind; record: WorkRecord },
): { lead: unknown; events: Event[] } {
  const of = <R extends { version: number }>(entity: Entity<R>): R[] =>
    items.filter((item) => item.kind === entity.kind).map((item) => fromItem(entity, item))
  const [own] = of(leadKind)
  const wordsAt = own && elsewhereKey(leadKind, own)
  const words = wordsAt && items.find(({ pk, sk }) => pk === wordsAt.pk && sk === wordsAt.sk)
  const lead = own && wholeRecord(leadKind, own, words, press)
  const [segments, decisions] = [of(segmentKind), of(decisionKind)]
  const events = [
    ...of(submissionKind).map((submission) => tellSubmission(submission, press)),
    ...runsIn(segments, decisions, about ?? (lead && { kind: leadKind, record: lead })),
    ...segments.flatMap((segment) => tellSegment(segment, tables, press)),
    ...decisions.flatMap((decision) => tellDecision(decision, tables)),
    ...messagesIn(items, press).map((message) => tellMessage(message, company, press)),
    ...of(activityKind).map((activity) => tellActivity(activity, company)),
    ...of(consentKind).map((consent) => tellConsent(consent, company)),
    ...of(refusalKind).map((refusal) => tellRefusal(refusal, company)),
  ]
  return { lead: lead && leadView(lead), events: events.sort(inOrder) }
}

/** Things of one moment happened in this order: a transaction gives them all one time. */
const order: readonly string[] = [
  'created',
  'submission',
  'activity',
  'consent',
  'refusal',
  'change',
  'run',
  'decision',
  'message',
  'record',
]

export const inOrder = (a: Event, b: Event): number =>
  Number(a.at > b.at) - Number(a.at < b.at) || order.indexOf(a.what) - order.indexOf(b.what)

function tellSubmission(submission: Submission, press: Press): Event {
  const { createdAt: _, updatedAt: __, restoredAt, ...rest } = submissionView(submission, press)
  return {
    at: submission.createdAt,
    what: 'submission',
    ...rest,
    ...(restoredAt !== undefined && { restoredAt }),
  }
}

/** Each run as its newest segment leaves it, or as what has ended it since. */
function runsIn(
  segments: readonly Segment[],
  decisions: readonly DecisionRecord[],
  about: { kind: WorkKind; record: WorkRecord } | undefined,
): Event[] {
  const failures = decisions.flatMap(({ at, entries }) =>
    entries.flatMap(({ what, record }) => (what === 'failed' ? [{ at, record }] : [])),
  )
  return newestSegments(segments).map((newest) => {
    const { workflow, workflowVersion, execution, until, over } = newest
    const first = segments.filter((each) => runIdOf(each) === runIdOf(newest))
    const startedAt = first.reduce((least, { at }) => (at < least ? at : least), newest.at)
    // One that was redriven since has another segment.
    const failure = failures.findLast(({ at, record }) => record.execution === execution && at >= newest.at)
    return {
      at: startedAt,
      what: 'run',
      workflow,
      version: workflowVersion,
      execution,
      ...(over === undefined
        ? stateOf(failure, about, until)
        : { status: 'ended', endedAt: newest.at, reason: over }),
    }
  })
}

function stateOf(
  failure: { at: string; record: DecisionEntry['record'] } | undefined,
  about: { kind: WorkKind; record: WorkRecord } | undefined,
  until: string | undefined,
): { status: string; until?: string; endedAt?: string; reason?: unknown } {
  if (failure) {
    const { error, outcome } = failure.record
    return { status: 'failed', endedAt: failure.at, reason: error ?? outcome }
  }
  const reason = about && whyDone(about.kind, about.record)
  if (!reason) return { status: 'waiting', ...(until && { until }) }
  return { status: 'cancelled', endedAt: doneAt(about.kind, about.record), reason }
}

/** When it was closed, else when its last promise was kept. */
function doneAt({ work }: WorkKind, record: WorkRecord): string {
  const at = record.closedAt ?? record[work.promises.at(-1)?.keptBy ?? '']
  return typeof at === 'string' ? at : record.updatedAt
}

function tellSegment(segment: Segment, tables: Published['tables'], press: Press): Event[] {
  const { at, workflow, workflowVersion } = segment
  const { entries } = journalOf(segment, press)
  if (!entries.length) return []
  const id = causeOfSegment(segment)
  return [{ at, what: 'decision', id, workflow, version: workflowVersion, steps: stepsOf(entries, tables) }]
}

const tellDecision = ({ at, id, entries }: DecisionRecord, tables: Published['tables']): Event[] =>
  entries.length ? [{ at, what: 'decision', id, steps: stepsOf(entries, tables) }] : []

const stepsOf = (entries: readonly DecisionEntry[], tables: Published['tables']): object[] =>
  entries.map(({ step, what, record }) => ({ step, what, ...summaryOf(record, tables), ...record }))

/** A table's decision as a sentence, as long as the version that decided is still the published one. */
function summaryOf(record: DecisionEntry['record'], tables: Published['tables']): { summary?: string } {
  const name = typeof record.table === 'string' ? record.table : ''
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined
  return table && table.version === record.version ? { summary: viewOfRecord(record, table).summary } : {}
}

function tellActivity(
  { tenant: _, version: __, subject: ___, what, at, by, ...rest }: Activity,
  company: Company,
): Event {
  return { at, what: 'activity', activity: what, by: nameOf(by, company), ...rest }
}

/** Its proof is told beside it, by what somebody has consented to. */
const tellConsent = (
  { tenant: _, version: __, subject: ___, at, by, ...rest }: Consent,
  company: Company,
): Event => ({ at, what: 'consent', by: nameOf(by, company), ...rest })

/** What somebody tried and was refused: nothing has changed. */
const tellRefusal = ({ at, what, by, because }: Refusal, company: Company): Event => ({
  at,
  what: 'refusal',
  activity: what,
  by: nameOf(by, company),
  because,
})

/** With subject and text as they were sent: a message that was not sent has none. */
function tellMessage(message: Message, company: Company, press: Press): Event {
  const { id, to, template, status, createdAt, sentAt, error, data, hold } = message
  return {
    at: createdAt,
    what: 'message',
    id,
    template,
    to: nameOf(to, company),
    status,
    ...(sentAt && { sentAt }),
    ...wordsAsSent(message, press),
    ...(error && { error }),
    ...(hold && { waited: { for: hold.cause, remedy: hold.remedy, refusedAt: hold.at } }),
    because: data,
  }
}

export const nameOf = (id: string, company: Company): { id: string; name?: string } => {
  const person = Object.hasOwn(company.people, id) ? company.people[id as keyof Company['people']] : undefined
  return { id, ...(person && { name: person.name }) }
}
