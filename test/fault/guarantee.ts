import { activityKind } from '#core/kind/customer/activity.ts'
import { decisionKind, type DecisionRecord } from '#core/kind/system/decision.ts'
import type { Message } from '#core/kind/system/message.ts'
import { segmentKind } from '#core/kind/system/segment.ts'
import { messagesIn } from '#core/message/notice.ts'
import { fieldsOf, fromItem, type Item } from '#core/record/item.ts'
import { press } from '#functions/adapter/press/letter.ts'
import type { Subject } from '#core/record/kind.ts'
import { whole } from '../fixture/whole.ts'

/**
 * The seven guarantees as questions to a dump of the table and to a ledger that clients kept outside the system.
 * Each answers with what is broken, one line a break; an empty list means that it holds. A line names the records, so
 * that a failing run can be looked into.
 */

/** What one client knows of one submission: what it sent, under which key, and every answer it got. */
export interface LedgerEntry {
  key: string
  /** words that stand in no other submission */
  marker: string
  acknowledged: { status: number; submissionId: string; leadId?: string; outcome?: string }[]
}

export interface Evidence {
  items: readonly Item[]
  /** every message of which the items tell; absent: as they tell of them */
  messages?: readonly Message[]
  ledger: readonly LedgerEntry[]
  /** markers of requests that were refused */
  refused?: readonly string[]
  /** how many messages of each template an unanswered lead ends with; absent: not asked */
  levels?: Readonly<Record<string, number>>
  /** ids of leads that `levels` is asked of; absent: all */
  unanswered?: ReadonlySet<string>
}

type Of = (kind: string) => Item[]

/** What the key of an activity says is not stored beside it. */
const saidBy = (item: Item): object =>
  item.kind === activityKind.kind ? (activityKind.said?.(item) ?? {}) : {}

const aboutOf = (item: Item | undefined): string => (item?.subject as Subject | undefined)?.id ?? ''

export function brokenGuarantees(evidence: Evidence): string[] {
  const byKind = Map.groupBy(
    whole(evidence.items).map((item): Item => ({ ...item, ...fieldsOf(item), ...saidBy(item) })),
    (item) => item.kind,
  )
  const told = (evidence.messages ?? messagesIn(evidence.items, press)) as unknown as Item[]
  const of: Of = (kind) => (kind === 'message' ? told : (byKind.get(kind) ?? []))
  return [
    ...acknowledgedIsStored(of, evidence.ledger),
    ...oneSubmissionOneLead(of, evidence.ledger),
    ...everyOpenLeadIsCaredFor(of),
    ...everyDeadlineOnce(of, evidence),
    ...refusedIsUnchanged(of, evidence.refused ?? []),
    ...nothingDroppedInSilence(of),
    ...nothingLeaksFromTheSum(of),
  ]
}

function acknowledgedIsStored(of: Of, ledger: readonly LedgerEntry[]): string[] {
  const stored = new Map(of('submission').map((item) => [item.id, item]))
  return ledger.flatMap(({ key, marker, acknowledged }) =>
    acknowledged.flatMap(({ status, submissionId }) => {
      const item = stored.get(submissionId)
      if (!item) return [`1: ${submissionId} of ${key} was answered ${status} and is not stored`]
      return JSON.stringify(item.fields).includes(marker)
        ? []
        : [`1: ${submissionId} of ${key} is stored without what was sent`]
    }),
  )
}

function oneSubmissionOneLead(of: Of, ledger: readonly LedgerEntry[]): string[] {
  const byMarker = new Map<string, Item[]>(ledger.map(({ marker }) => [marker, []]))
  for (const item of of('submission'))
    for (const marker of JSON.stringify(item.fields).match(/marker-[\w-]+/g) ?? [])
      byMarker.get(marker)?.push(item)
  const leadsOf = Map.groupBy(of('lead'), (item) => item.submissionId as string)
  const runs = Map.groupBy(
    of(segmentKind.kind).map((item) => fromItem(segmentKind, item)),
    ({ subject, workflow, occurrence }) => `${subject.id} ${workflow} ${occurrence}`,
  )
  return [
    ...ledger.flatMap(({ key, marker, acknowledged }) => {
      const submissions = byMarker.get(marker)!
      const answers = new Set(
        acknowledged.map(({ submissionId, leadId }) => `${submissionId} ${leadId ?? ''}`.trim()),
      )
      const ids = new Set(acknowledged.map(({ submissionId }) => submissionId))
      return [
        ...(submissions.length > 1 ? [`2: ${key} is stored ${submissions.length} times`] : []),
        ...(ids.size > 1 ? [`2: ${key} was answered in different ways: ${[...answers].join(', ')}`] : []),
      ]
    }),
    ...[...leadsOf].flatMap(([submission, leads]) =>
      leads.length > 1 ? [`2: ${submission} made ${leads.length} leads`] : [],
    ),
    ...[...runs].flatMap(([run, segments]) => {
      const executions = new Set(segments.map(({ execution }) => execution))
      return executions.size > 1 ? [`2: ${run} was done by ${executions.size} executions`] : []
    }),
  ]
}

function everyOpenLeadIsCaredFor(of: Of): string[] {
  return of('lead')
    .filter((lead) => lead.status === 'open')
    .flatMap((lead) => {
      return [
        ...(lead.ownerId || lead.queueId ? [] : [`3: ${lead.id} has neither an owner nor a queue`]),
        ...(lead.next && lead.due ? [] : [`3: ${lead.id} has no next action with a due time`]),
      ]
    })
}

function everyDeadlineOnce(of: Of, { levels, unanswered }: Evidence): string[] {
  if (!levels) return []
  const messages = Map.groupBy(of('message'), aboutOf)
  const templates = Object.keys(levels)
  return of('lead')
    .filter((lead) => !unanswered || unanswered.has(lead.id as string))
    .flatMap((lead) => {
      const mine = messages.get(lead.id as string) ?? []
      return templates.flatMap((template) => {
        const count = mine.filter((item) => item.template === template).length
        return count === levels[template]
          ? []
          : [`4: ${lead.id} has ${count} messages ${template}, expected ${levels[template]}`]
      })
    })
}

function refusedIsUnchanged(of: Of, refused: readonly string[]): string[] {
  const text = JSON.stringify([...of('submission'), ...of('lead'), ...of('activity')])
  return refused
    .filter((marker) => text.includes(marker))
    .map((marker) => `5: ${marker} was refused and left a trace`)
}

/** To be asked when everything has come to rest and the watchdog has gone round. */
function nothingDroppedInSilence(of: Of): string[] {
  const alerts = JSON.stringify(of('alert'))
  return [
    ...of('message')
      .filter((message) => message.status === 'pending')
      .map((message) => `6: message ${message.id} of ${aboutOf(message)} was never sent`),
    ...of('message')
      .filter((message) => message.status === 'failed' && !alerts.includes(message.id as string))
      .map((message) => `6: message ${message.id} failed and nobody is told`),
    ...of('message')
      .filter(({ status, hold }) => status === 'waiting' && !alerts.includes(`mail-waits.${causeOf(hold)}`))
      .map((message) => `6: message ${message.id} waits and nobody is told`),
    ...of(decisionKind.kind)
      .map((item) => fromItem(decisionKind, item))
      .filter(hasFailed)
      .filter(({ subject }) => !alerts.includes(subject.id))
      .map(({ id }) => `6: ${id} and nobody is told`),
  ]
}

const hasFailed = ({ entries }: DecisionRecord): boolean => entries.some(({ what }) => what === 'failed')

const causeOf = (hold: unknown): string => (hold as { cause: string }).cause

function nothingLeaksFromTheSum(of: Of): string[] {
  const submissions = of('submission')
  const leads = new Map(of('lead').map((lead) => [lead.id, lead]))
  const merged = new Map(
    of('activity')
      .filter((activity) => activity.what === 'merge')
      .map((activity) => [activity.submissionId, activity]),
  )
  const outcomes = Map.groupBy(submissions, (item) => item.outcome as string)
  const count = (outcome: string) => outcomes.get(outcome)?.length ?? 0
  return [
    ...(submissions.length === leads.size + count('merged') + count('quarantined')
      ? []
      : [
          `7: ${submissions.length} submissions, but ${leads.size} leads + ${count('merged')} merged + ${count('quarantined')} quarantined`,
        ]),
    ...(outcomes.get('lead') ?? [])
      .filter((item) => leads.get(item.leadId)?.submissionId !== item.id)
      .map((item) => `7: ${item.id} says it made ${item.leadId}, which does not say so`),
    ...(outcomes.get('merged') ?? [])
      .filter((item) => aboutOf(merged.get(item.id)) !== item.leadId || !leads.has(item.leadId))
      .map((item) => `7: ${item.id} says it was merged into ${item.leadId}, which does not show it`),
  ]
}
