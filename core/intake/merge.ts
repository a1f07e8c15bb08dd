import { toInstant, toMilliseconds, type PersonId } from '../record/id.ts'
import { cutAlso, cutMessage } from '../words/cut.ts'
import { toItem } from '../record/item.ts'
import {
  activityKind,
  mergeActivityId,
  type Activity,
  type Change,
  type Writer,
} from '../kind/customer/activity.ts'
import type { DecisionEntry, DecisionRecord } from '../kind/system/decision.ts'
import { leadKind, mostPeople, type Contact, type Lead, type OtherPerson } from '../kind/sales/lead.ts'
import type { MessageData, Notice } from '../kind/system/message.ts'
import { gather } from '../message/notice.ts'
import type { Run } from '../kind/system/run.ts'
import { earlierOf, ownAddresses } from '../sales/claim.ts'
import { isSamePerson } from '../sales/person.ts'
import { subjectOf } from '../record/kind.ts'
import type { Write } from '../store/store.ts'
import { decisionWith } from '../workflow/grounded.ts'
import type { Rules } from '../workflow/rules.ts'
import type { Arrival } from './arrival.ts'
import { latest, latestFacts } from './latest.ts'
import { routeAgain, type Rerouting } from './route-again.ts'

/*
 * What becomes of an open lead when somebody who is known by one of its addresses writes again.
 *
 * Problem: an address in common does not make two people one, and a known customer may say something new. Neither a
 * person nor news may vanish in the lead that was there first.
 * Representation: the lead says the latest, whoever said it, and keeps beside its customer the others who wrote. What
 * it said before stands in the merge's activity, which the owner's e-mail is made from: who wrote, how to answer him,
 * what is new.
 * Invariant: nothing of the lead is lost, and an address that another open lead holds does not become this one's.
 */

export interface Merging {
  /** the lead to which it is merged */
  open: Lead
  arrival: Arrival
  /** another open lead, to which the phone number belongs */
  other?: Lead | undefined
  /** the run that looks after the lead */
  run?: Run | undefined
  rules: Rules
}

/** The writes of a merge: the lead, what happened, who is told, and, where a fact of its route changed, the decision. */
export async function mergeInto(merging: Merging): Promise<Write[]> {
  const { open, arrival, other, rules } = merging
  const { merged, writer, changes } = merge(merging)
  const rerouting = await routeAgain({ ...merging, merged })
  Object.assign(merged, rerouting?.next)
  const activity: Activity = {
    ...activityOf(open, arrival, writer),
    what: 'merge',
    ...(changes.length && { changes }),
    ...(other && { otherLeadId: other.id }),
  }
  const told = [...holdersOf(open, rules), ...managerTold(open, rerouting, rules)]
  const others: Write[] = [
    { do: 'replace', item: toItem(leadKind, merged), seen: open.version },
    { do: 'create', item: toItem(activityKind, activity) },
  ]
  const messages = tell(told, arrival, {
    ...rerouting?.told,
    ...(other && holderOf(other)),
    ...(open.ownerId && { owner: open.ownerId }),
  })
  return [
    ...others,
    ...decisionOf(open, merging, { entries: rerouting?.entries, messages, others }),
    ...(other ? noteOn(other, merging, writer, told) : []),
  ]
}

/** The other lead whose phone number was given learns that its customer, or somebody beside him, wrote elsewhere. */
function noteOn(other: Lead, merging: Merging, writer: Writer, told: readonly PersonId[]): Write[] {
  const { open, arrival, rules } = merging
  const activity: Activity = {
    ...activityOf(other, arrival, writer),
    what: 'elsewhere',
    otherLeadId: open.id,
  }
  const untold = holdersOf(other, rules).filter((person) => !told.includes(person))
  const messages = tell(untold, arrival, { elsewhere: true, ...holderOf(open) })
  const others: Write[] = [{ do: 'create', item: toItem(activityKind, activity) }]
  return [...others, ...decisionOf(other, merging, { messages, others })]
}

const activityOf = (lead: Lead, arrival: Arrival, writer: Writer) => ({
  tenant: arrival.tenant,
  version: 1,
  subject: subjectOf(leadKind, lead),
  id: mergeActivityId(arrival.id),
  at: arrival.receivedAt,
  by: 'customer',
  direction: 'in' as const,
  submissionId: arrival.id,
  writer,
  ...(arrival.inquiry.message && { text: arrival.inquiry.message }),
})

interface Merged {
  merged: Lead
  writer: Writer
  changes: Change[]
}

/** The lead as it is afterwards. What was sent before the latest words, such as out of the quarantine, only fills gaps. */
function merge({ open, arrival, other, rules }: Merging): Merged {
  const {
    keys,
    contact,
    message,
    source: _,
    assumed: __,
    also,
    emailDomain,
    declared,
    ...inquired
  } = arrival.inquiry
  const facts = { ...inquired, ...declared }
  const saidAt = arrival.submission.createdAt
  const isLatest = saidAt >= (open.wroteAt ?? open.createdAt)
  // The number stays with the lead that has it: here it stands in what happened.
  const { phone, ...withoutPhone } = contact
  const said: Contact = other ? withoutPhone : contact
  const place = [open.contact, ...(open.people ?? [])].findIndex((known) => isSamePerson(known, said))
  const known: Contact = place === 0 ? open.contact : (open.people?.[place - 1] ?? {})
  const person = latest(known, said, isLatest)
  const rest = latestFacts(open, facts, arrival, isLatest)
  const merged: Lead = {
    ...open,
    ...rest.facts,
    contact: place === 0 ? person.after : open.contact,
    version: open.version + 1,
    updatedAt: arrival.receivedAt,
    updatedBy: 'customer',
    hop: 0,
  }
  if (isLatest) merged.wroteAt = saidAt
  if (place !== 0) merged.people = withPerson(open.people, person.after, place - 1, arrival)
  else if (emailDomain && person.after.email === said.email) merged.emailDomain = emailDomain
  const given = [
    ...(keys.email ? [{ scope: 'email' as const, value: keys.email }] : []),
    ...(keys.phone && !other ? [{ scope: 'phone' as const, value: keys.phone }] : []),
  ]
  const earlier = earlierOf(merged, [...ownAddresses(open), ...given])
  if (earlier) merged.earlier = earlier
  const lines = [...(also ?? []), ...(open.also ?? [])]
  const fresh = lines.filter(
    ({ name, text }, i) => lines.findIndex((line) => line.name === name && line.text === text) === i,
  )
  if (fresh.length) merged.also = cutAlso(fresh)
  // What the customer says anew is watched anew, also after the last level.
  delete merged.raised
  const writer: Writer = {
    ...person.after,
    ...(phone && { phone }),
    is: roleOf(place),
  }
  const words = wordsOf(message, writer)
  const both = isLatest ? [words, open.message] : [open.message, words]
  const all = cutMessage(both.filter(Boolean).join('\n\n———\n\n'))
  if (all) merged.message = all
  const inSubmission = open.inSubmission?.filter((name) => same(open[name], merged[name]))
  if (inSubmission?.length) merged.inSubmission = inSubmission
  else delete merged.inSubmission
  const dueAt = answerAgainBy(open, arrival, rules)
  if (dueAt) Object.assign(merged, { next: 'follow-up', due: dueAt } satisfies Partial<Lead>)
  return { merged, writer, changes: place < 0 ? rest.changes : [...person.changes, ...rest.changes] }
}

/** Words that are still those of the first submission stay there. */
const same = (before: unknown, after: unknown): boolean => JSON.stringify(before) === JSON.stringify(after)

/** @param place 0 for the lead's customer, then the others; negative for somebody new */
function roleOf(place: number): Writer['is'] {
  if (place < 0) return 'new'
  return place === 0 ? 'contact' : 'person'
}

/** Words of somebody else than the lead's customer say whose they are. */
function wordsOf(
  message: string | undefined,
  { is, name, company, email, phone }: Writer,
): string | undefined {
  if (!message || is === 'contact') return message
  return `${[name ?? company, email ?? phone].filter(Boolean).join(', ')}:\n${message}`
}

/** Whoever wrote last stands first. */
function withPerson(
  people: readonly OtherPerson[] = [],
  person: Contact,
  place: number,
  { id, submission: { createdAt: receivedAt } }: Arrival,
): OtherPerson[] {
  const before = people[place]
  const isLater = !before || receivedAt >= before.lastAt
  const entry: OtherPerson = {
    ...person,
    since: before && before.since < receivedAt ? before.since : receivedAt,
    lastAt: isLater ? receivedAt : before.lastAt,
    submissionId: isLater ? id : before.submissionId,
  }
  return [entry, ...people.filter((_, i) => i !== place)]
    .toSorted((a, b) => Number(a.lastAt < b.lastAt) - Number(a.lastAt > b.lastAt))
    .slice(0, mostPeople)
}

/** A lead that was answered is to be answered again: its next step is due no later than a first follow-up would be. */
function answerAgainBy(open: Lead, arrival: Arrival, rules: Rules): string | undefined {
  const team = open.teamId && rules.company.teams[open.teamId]
  if (!open.answeredAt || !team || !rules.company.calendars[team.calendar]) return undefined
  const from = toMilliseconds(arrival.receivedAt)
  const by = toInstant(rules.calendar(team.calendar).add(from, team.followUpWithin, 'business'))
  return open.due !== undefined && open.due < by ? undefined : by
}

/** Who must know that the customer wrote again: the owner, else those who watch the queue that the lead is in. */
function holdersOf(open: Lead, { company }: Rules): readonly PersonId[] {
  if (open.ownerId) return [open.ownerId]
  // In `intake` it is about to be assigned; its owner will read everything then.
  return open.queueId && open.queueId !== 'intake' ? (company.queues[open.queueId]?.watchers ?? []) : []
}

/** Who looks after the other lead, for a reader who does not. */
const holderOf = ({ id, ownerId, queueId }: Lead): MessageData => ({
  otherLead: id,
  ...(ownerId && { otherOwner: ownerId }),
  ...(!ownerId && queueId && { otherQueue: queueId }),
})

/** A lead that stays though the table says otherwise is for the team's manager to judge. */
function managerTold(open: Lead, rerouting: Rerouting | undefined, { company }: Rules): PersonId[] {
  const manager = open.teamId && company.teams[open.teamId]?.manager
  return rerouting?.told?.route === 'stays' && manager && manager !== open.ownerId ? [manager] : []
}

/** What was decided beside the merge itself, and whom to tell of it; nothing where there is neither. */
function decisionOf(
  lead: Lead,
  { arrival, run, rules }: Merging,
  {
    entries = [],
    messages,
    others,
  }: { entries?: DecisionEntry[] | undefined; messages: Notice[]; others: readonly Write[] },
): Write[] {
  if (!entries.length && !messages.length) return []
  const decision: DecisionRecord = {
    tenant: arrival.tenant,
    version: 1,
    subject: subjectOf(leadKind, lead),
    at: arrival.receivedAt,
    id: `merge.${arrival.id}`,
    entries,
    ...gather(messages),
  }
  const seen = { lead: lead.version, ...(run?.subject.id === lead.id && { segment: run.segment }) }
  const kinds = [leadKind, activityKind]
  return [decisionWith(decision, { because: 'event', seen }, { others, kinds, rules })]
}

const tell = (people: readonly PersonId[], arrival: Arrival, { owner, ...data }: MessageData): Notice[] =>
  [...new Set(people)].map((to) => ({
    to,
    template: 'lead-merged',
    data: { submissionId: arrival.id, ...data, ...(owner && owner !== to && { owner }) },
  }))
