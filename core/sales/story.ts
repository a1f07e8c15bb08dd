import type { Company } from '../company/company.ts'
import { fromItem, type Item } from '../record/item.ts'
import { recordKey, type Key } from '../record/key.ts'
import { activityKind, type Activity } from '../kind/customer/activity.ts'
import { decisionKind, type DecisionRecord } from '../kind/system/decision.ts'
import { refusalKind, type Refusal } from '../kind/system/refusal.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import { messageKind, type Message } from '../kind/system/message.ts'
import { runKind, type Run } from '../kind/system/run.ts'
import type { Published } from '../publish/published.ts'
import { viewOfRecord } from '../table/explain.ts'
import { submissionKind, type Submission } from '../kind/system/submission.ts'
import { wordsAsSent, type Press } from '../message/sent-words.ts'

/** One thing that happened to a lead. `at` and `what` first, so that the list reads as a story. */
export interface Event {
  at: string
  what: 'submission' | 'run' | 'decision' | 'message' | 'activity' | 'refusal'
  [fact: string]: unknown
}

/** A lead as callers see it: all of it but the product's own bookkeeping. */
export const leadView = ({ tenant: _, hop: __, ...lead }: Lead): Omit<Lead, 'tenant' | 'hop'> => lead

export const activityView = ({
  tenant: _,
  version: __,
  ...activity
}: Activity): Omit<Activity, 'tenant' | 'version'> => activity

/** A submission as callers see it, its fields in the order of arrival. */
export function submissionView({
  tenant: _,
  version: __,
  id,
  fields,
  ...rest
}: Submission): Record<string, unknown> {
  return { id, ...rest, fields: fields.map(([name, value]) => ({ name, value })) }
}

/** Keys of the submissions that a lead's items tell of. */
export function submissionKeysOf(items: readonly Item[]): Key[] {
  const ids = new Map<string, Key>()
  for (const { tenant, submissionId } of items as unknown as Partial<Activity & Lead>[])
    if (tenant && submissionId) ids.set(submissionId, recordKey(tenant, submissionId))
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
): { lead: unknown; events: Event[] } {
  const leadItem = items.find((item) => item.kind === 'lead')
  const lead = leadItem && fromItem(leadKind, leadItem)
  const tell: Record<string, (item: Item) => Event | undefined> = {
    submission: (item) => tellSubmission(fromItem(submissionKind, item)),
    run: (item) => tellRun(fromItem(runKind, item)),
    decision: (item) => tellDecision(fromItem(decisionKind, item), tables),
    activity: (item) => tellActivity(fromItem(activityKind, item), company),
    refusal: (item) => tellRefusal(fromItem(refusalKind, item), company),
    message: (item) => tellMessage(fromItem(messageKind, item), company, press),
  }
  const events = items.flatMap(
    (item) => (Object.hasOwn(tell, item.kind) ? tell[item.kind]?.(item) : undefined) ?? [],
  )
  return { lead: lead && leadView(lead), events: events.sort(inOrder) }
}

/** Things of one moment happened in this order: a transaction gives them all one time. */
const order: readonly Event['what'][] = ['submission', 'activity', 'refusal', 'run', 'decision', 'message']

const inOrder = (a: Event, b: Event): number =>
  Number(a.at > b.at) - Number(a.at < b.at) || order.indexOf(a.what) - order.indexOf(b.what)

function tellSubmission(submission: Submission): Event {
  const { createdAt: _, updatedAt: __, restoredAt, ...rest } = submissionView(submission)
  return {
    at: submission.createdAt,
    what: 'submission',
    ...rest,
    ...(restoredAt !== undefined && { restoredAt }),
  }
}

function tellRun({
  workflow,
  workflowVersion,
  execution,
  status,
  startedAt,
  endedAt,
  until,
  reason,
}: Run): Event {
  return {
    at: startedAt,
    what: 'run',
    workflow,
    version: workflowVersion,
    status,
    execution,
    ...(until && status === 'waiting' && { until }),
    ...(endedAt && { endedAt }),
    ...(reason && { reason }),
  }
}

function tellDecision(
  { at, id, workflow, workflowVersion, entries }: DecisionRecord,
  tables: Published['tables'],
): Event {
  return {
    at,
    what: 'decision',
    id,
    ...(workflow && { workflow, version: workflowVersion }),
    steps: entries.map(({ step, what, record }) => ({ step, what, ...summaryOf(record, tables), ...record })),
  }
}

/** A table's decision as a sentence, as long as the version that decided is still the published one. */
function summaryOf(
  record: DecisionRecord['entries'][number]['record'],
  tables: Published['tables'],
): { summary?: string } {
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

const nameOf = (id: string, company: Company): { id: string; name?: string } => {
  const person = Object.hasOwn(company.people, id) ? company.people[id as keyof Company['people']] : undefined
  return { id, ...(person && { name: person.name }) }
}
