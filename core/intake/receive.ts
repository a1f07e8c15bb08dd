import { toInstant, toMilliseconds, queueId } from '../record/id.ts'
import { fromItem, toItem, type Item, type Press } from '../record/item.ts'
import { recordKey, type Key } from '../record/key.ts'
import { Fault } from '../record/fault.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import type { Run } from '../kind/system/run.ts'
import type { RunRef } from '../kind/system/segment.ts'
import { elsewhereKey, wholeRecord } from '../record/elsewhere.ts'
import {
  submissionKind,
  uniqueKeyEntity,
  uniqueKeyKey,
  type Submission,
  type UniqueKey,
} from '../kind/system/submission.ts'
import { packPosted, readPosted, type Posted } from '../kind/sales/posted.ts'
import type { Write } from '../store/store.ts'
import type { Rules } from '../workflow/rules.ts'
import { earlierOf } from '../sales/claim.ts'
import type { Arrival } from './arrival.ts'
import { mergeInto } from './merge.ts'
import { routeWithinMilliseconds } from './route-again.ts'
import { contentOf, doubleClickMilliseconds } from './submission-id.ts'

/*
 * Problem: a submission must become exactly one of a new lead, a merge into an open lead, or a quarantined item, in
 * one transaction, whoever else sends the same or is working on the same lead at that moment.
 * Representation: `receive` is a function from the arrival and what is known to a list of writes. Nothing need be
 * known: every assumption is a condition of a write, so a wrong one is refused by the store, and the caller asks
 * again with what it has read. An ordinary lead is thus stored by one request to the table, without a read.
 * Invariant: among the open leads an e-mail address and a phone number occur once each.
 * Rejected: reading first, which costs a round trip for every lead and still needs the conditions; a counter or an
 * index to look for duplicates, which is read too late.
 */

/** What was read of the table, as far as it exists. */
export interface Known {
  /** the submission itself: it has been here before */
  own?: Submission
  /** the same content in the window before */
  earlier?: Submission
  keys: { email?: UniqueKey; phone?: UniqueKey }
  /** leads to which the keys belong, by id; open ones with their words */
  leads: Record<string, Lead>
  /** the run that looks after each of them, by the lead's id */
  runs: Record<string, Run>
}

export const nothingKnown: Known = { keys: {}, leads: {}, runs: {} }

/** By what it is decided. */
export interface IntakeTools {
  rules: Rules
  /** of submissions */
  press: Press
}

export interface Answer {
  submissionId: string
  leadId?: string
  outcome: Submission['outcome']
}

export interface Reception {
  /** empty when there is nothing to do: it has been stored before */
  writes: Write[]
  answer: Answer
}

const scopes = ['email', 'phone'] as const

/** Decides what becomes of a submission. Throws Fault `key.reused` when its key was used for other content. */
export async function receive(arrival: Arrival, known: Known, tools: IntakeTools): Promise<Reception> {
  const before = known.own ?? (isDoubleClick(arrival, known.earlier) ? known.earlier : undefined)
  if (before) {
    if (!isRepetition(before, arrival, tools.press))
      throw new Fault('key.reused', 'this Idempotency-Key was used for other content; use a new one', {
        where: 'header Idempotency-Key',
      })
    return { writes: [], answer: answerOf(before) }
  }
  const guard = guardOf(arrival, known)
  if (arrival.submission.suspicion?.length) {
    const posted = packPosted(arrival.posted, tools.press)
    const quarantined: Submission = { ...arrival.submission, posted, outcome: 'quarantined' }
    return { writes: [create(quarantined), ...guard], answer: answerOf(quarantined) }
  }
  const { submission, writes } = await settle(arrival, known, tools)
  return { writes: [create(submission), ...guard, ...writes], answer: answerOf(submission) }
}

/**
 * The same content in the window before would be a double click. Where an e-mail address is claimed, its unique key refuses one
 * too, and spares this check, if whatever came before has claimed it. That is sure at the API only: what a form posts may have gone to
 * the quarantine a moment before (a flood, too fast), which claims nothing, though nobody suspects it now. A phone number does not
 * do, because it is read by the languages of a header too, which are no part of the content.
 */
function guardOf({ tenant, earlierId, submission, inquiry }: Arrival, known: Known): Write[] {
  if (!earlierId || known.earlier) return []
  if (submission.door === 'api' && inquiry.keys.email) return []
  return [{ do: 'absent', key: recordKey(tenant, earlierId) }]
}

/** An event of a service repeats itself when the customer says the same, anything else when all of it is the same. */
const isRepetition = (before: Submission, { submission, posted }: Arrival, press: Press): boolean =>
  submission.wordsId
    ? before.wordsId === submission.wordsId
    : contentOf(readPosted(before, press)) === contentOf(posted)

/** Lets a quarantined submission into the normal flow: its deadline counts from now. Done twice, it is done once. */
export async function restore(
  { stored, again, by }: { stored: Submission; again: Arrival; by: string },
  known: Known,
  tools: IntakeTools,
): Promise<Reception> {
  if (stored.outcome !== 'quarantined') return { writes: [], answer: answerOf(stored) }
  const settled = await settle(again, known, tools)
  const submission: Submission = {
    ...settled.submission,
    version: stored.version + 1,
    restoredAt: again.receivedAt,
    restoredBy: by,
  }
  const replace: Write = {
    do: 'replace',
    item: toItem(submissionKind, submission),
    seen: stored.version,
  }
  return { writes: [replace, ...settled.writes], answer: answerOf(submission) }
}

/** Keys of what `receive` wants to know: itself, the window before, e-mail and phone. Read by `knownFrom`. */
export function keysToRead(arrival: Arrival): Key[] {
  const { tenant, earlierId, inquiry } = arrival
  return [
    recordKey(tenant, arrival.id),
    ...(earlierId ? [recordKey(tenant, earlierId)] : []),
    ...scopes.flatMap((scope) =>
      inquiry.keys[scope] ? [uniqueKeyKey(tenant, scope, inquiry.keys[scope])] : [],
    ),
  ]
}

/** What was read of the table. */
export interface Found {
  /** also the leads to which the unique keys belong, and where their words are */
  items: readonly Item[]
  /** the runs of these leads */
  runs?: readonly (Run | undefined)[]
}

/** Sorts what was read. */
export function knownFrom(arrival: Arrival, { items, runs = [] }: Found, press: Press): Known {
  const known: Known = { keys: {}, leads: {}, runs: {} }
  for (const run of runs) if (run) known.runs[run.subject.id] = run
  const submissions = new Map(
    items.flatMap((item) => (item.kind === submissionKind.kind ? [[item.pk, item] as const] : [])),
  )
  for (const item of items) {
    if (item.kind === 'submission') {
      const found = fromItem(submissionKind, item)
      if (found.id === arrival.id) known.own = found
      else if (found.id === arrival.earlierId) known.earlier = found
    } else if (item.kind === 'unique') {
      const found = fromItem(uniqueKeyEntity, item)
      known.keys[found.scope] = found
    } else if (item.kind === 'lead') {
      const found = fromItem(leadKind, item)
      known.leads[found.id] = wholeRecord(
        leadKind,
        found,
        submissions.get(elsewhereKey(leadKind, found)?.pk ?? ''),
        press,
      )
    }
  }
  return known
}

/** Keys of the leads to which the unique keys among the items belong. */
export const leadKeysOf = (arrival: Arrival, items: readonly Item[]): Key[] => [
  ...new Map(
    items.flatMap((item) =>
      item.kind === 'unique' && typeof item.leadId === 'string'
        ? [[item.leadId, recordKey(arrival.tenant, item.leadId)] as const]
        : [],
    ),
  ).values(),
]

/** The runs that look after the open leads among the items. */
export const runsOf = (items: readonly Item[]): RunRef[] =>
  items.flatMap((item) => {
    if (item.kind !== leadKind.kind) return []
    const { tenant, id, status, runId } = fromItem(leadKind, item)
    if (status !== 'open' || !runId) return []
    const [workflow = '', occurrence = ''] = runId.split('.')
    return [{ tenant, id, workflow, occurrence }]
  })

/** Where the words of the open leads among the items are. */
export const wordKeysOf = (items: readonly Item[]): Key[] =>
  items.flatMap((item) => {
    if (item.kind !== leadKind.kind) return []
    const lead = fromItem(leadKind, item)
    return (lead.status === 'open' && elsewhereKey(leadKind, lead)) || []
  })

const create = (submission: Submission): Write => ({
  do: 'create',
  item: toItem(submissionKind, submission),
})

const answerOf = ({ id, leadId, outcome }: Submission): Answer => ({
  submissionId: id,
  ...(leadId && { leadId }),
  outcome,
})

const isDoubleClick = (arrival: Arrival, earlier: Submission | undefined): boolean =>
  earlier !== undefined &&
  toMilliseconds(arrival.receivedAt) - toMilliseconds(earlier.createdAt) <= doubleClickMilliseconds

/** A new lead, or a merge into the open one that has the same e-mail address or else the same phone number. */
async function settle(
  arrival: Arrival,
  known: Known,
  { rules, press }: IntakeTools,
): Promise<{ submission: Submission; writes: Write[] }> {
  const [byEmail, byPhone] = scopes.map((scope) => openLeadOf(known, scope))
  const open = byEmail ?? byPhone
  const leadId = open?.id ?? arrival.leadId
  const { message, also } = arrival.inquiry
  const posted: Posted = open ? arrival.posted : { message, also, ...arrival.posted }
  const submission: Submission = {
    ...arrival.submission,
    posted: packPosted(posted, press),
    outcome: open ? 'merged' : 'lead',
    leadId,
  }
  const keys = scopes.flatMap((scope) => claimKey(arrival, known, scope, leadId))
  if (!open)
    return { submission, writes: [{ do: 'create', item: toItem(leadKind, newLead(arrival)) }, ...keys] }
  const other = byPhone && byPhone.id !== open.id ? byPhone : undefined
  const merge = await mergeInto({ open, arrival, other, run: known.runs[open.id], rules })
  return { submission, writes: [...merge, ...keys] }
}

function openLeadOf(known: Known, scope: 'email' | 'phone'): Lead | undefined {
  const found = known.leads[known.keys[scope]?.leadId ?? '']
  return found?.status === 'open' ? found : undefined
}

/** A key that is free, or that a closed lead left behind, belongs to this lead from now on. */
function claimKey(arrival: Arrival, known: Known, scope: 'email' | 'phone', leadId: Lead['id']): Write[] {
  const value = arrival.inquiry.keys[scope]
  if (!value || openLeadOf(known, scope)) return []
  const held = known.keys[scope]
  const item = toItem(uniqueKeyEntity, {
    tenant: arrival.tenant,
    version: (held?.version ?? 0) + 1,
    scope,
    value,
    leadId,
    at: arrival.receivedAt,
  })
  return [held ? { do: 'replace', item, seen: held.version } : { do: 'create', item }]
}

function newLead(arrival: Arrival): Lead {
  const { keys, assumed: _, declared, ...inquiry } = arrival.inquiry
  const { receivedAt, submission } = arrival
  const given = scopes.flatMap((scope) => (keys[scope] ? [{ scope, value: keys[scope] }] : []))
  const earlier = earlierOf(inquiry, given)
  const inSubmission = (['message', 'also'] as const).filter((name) => inquiry[name] !== undefined)
  return {
    tenant: arrival.tenant,
    id: arrival.leadId,
    version: 1,
    status: 'open',
    createdAt: receivedAt,
    updatedAt: receivedAt,
    submissionId: arrival.id,
    channel: arrival.channel,
    ...(submission.formId && { formId: submission.formId }),
    ...inquiry,
    ...(declared as Partial<Lead>),
    ...(inSubmission.length && { inSubmission }),
    ...(earlier && { earlier }),
    // Out of the quarantine: what was sent after it is newer, though the lead is not.
    ...(submission.createdAt < receivedAt && { wroteAt: submission.createdAt }),
    queueId: queueId.parse('intake'),
    next: 'route',
    due: toInstant(toMilliseconds(receivedAt) + routeWithinMilliseconds),
  }
}
