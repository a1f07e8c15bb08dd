import { personalLeadFields, type Lead } from '../kind/sales/lead.ts'
import type { EventRef } from '../workflow/step.ts'

/*
 * Domain events of leads, derived from two states of the item: nothing is written for them, and whoever reads the
 * change again derives the same event with the same id.
 */

export const leadEventTypes = [
  'lead.created',
  /** what the customer said since gives it another route: it is to be routed again */
  'lead.rerouted',
  'lead.closed',
  'lead.answered',
  'lead.assigned',
  'lead.updated',
] as const

export interface LeadEvent {
  type: (typeof leadEventTypes)[number]
  detail: {
    ref: EventRef
    /** every field that is not personal */
    lead: Partial<Lead>
    /** names of the fields that changed, personal ones too */
    changed: string[]
    /** what they were before, without personal ones */
    old: Partial<Lead>
  }
}

/** The event of a change: the most specific that it is. None when nothing changed, or when the lead was erased. */
export function leadEvent(before: Lead | undefined, after: Lead | undefined): LeadEvent | undefined {
  if (!after || before?.version === after.version) return undefined
  const changed = before ? changedFields(before, after) : []
  return {
    type: typeOf(before, after, changed),
    detail: {
      ref: refOf(after, after.version),
      lead: withoutPersonal(after),
      changed,
      old: before ? pick(withoutPersonal(before), changed) : {},
    },
  }
}

/** The event that announced the lead at first, with its first id: a run that it started is not started again. */
export const leadCreatedAgain = (lead: Lead): LeadEvent => ({
  type: 'lead.created',
  detail: { ref: refOf(lead, 1), lead: withoutPersonal(lead), changed: [], old: {} },
})

/** The event of a lead that was to be routed again, when nobody took it up: as that of this very change. */
export const leadReroutedAgain = (lead: Lead): LeadEvent => ({
  type: 'lead.rerouted',
  detail: { ref: refOf(lead, lead.version), lead: withoutPersonal(lead), changed: [], old: {} },
})

const refOf = (lead: Lead, version: number): EventRef => ({
  tenant: lead.tenant,
  kind: 'lead',
  id: lead.id,
  eventId: `${lead.id}.${version}`,
  hop: lead.hop ?? 0,
})

function typeOf(before: Lead | undefined, after: Lead, changed: readonly string[]): LeadEvent['type'] {
  if (!before) return 'lead.created'
  if (before.status === 'open' && after.status !== 'open') return 'lead.closed'
  if (!before.answeredAt && after.answeredAt) return 'lead.answered'
  if (before.nextAction?.what !== 'route' && after.nextAction?.what === 'route') return 'lead.rerouted'
  return changed.includes('ownerId') || changed.includes('queueId') ? 'lead.assigned' : 'lead.updated'
}

/** Every change has another version and time, so they tell nothing. */
const always = ['version', 'updatedAt']

function changedFields(before: Lead, after: Lead): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Lead>
  return [...names].filter((name) => !always.includes(name) && !same(before[name], after[name]))
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [left, right] = [Object.entries(a), Object.entries(b)]
  return (
    left.length === right.length &&
    left.every(([key, value]) => same(value, (b as Record<string, unknown>)[key]))
  )
}

const withoutPersonal = (lead: Lead): Partial<Lead> =>
  Object.fromEntries(
    Object.entries(lead).filter(([name]) => !(personalLeadFields as readonly string[]).includes(name)),
  )

const pick = (lead: Partial<Lead>, names: readonly string[]): Partial<Lead> =>
  Object.fromEntries(Object.entries(lead).filter(([name]) => names.includes(name)))
