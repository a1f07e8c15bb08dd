import * as z from 'zod/mini'
import { saidOf } from './field.ts'
import type { Kind, Transition } from './kind.ts'
import { waitsForWorkflow } from './work.ts'

/*
 * Domain events of any kind, derived from two states of the record: nothing is written for them, and whoever reads the
 * change again derives the same event with the same id.
 */

/** References only: what an execution is started with. */
export const eventRef = z.object({
  tenant: z.string().check(z.minLength(1)),
  kind: z.string().check(z.minLength(1)),
  id: z.string().check(z.minLength(1)),
  /** `<record id>.<record version>`: derived from the item, so a replayed event has the same one */
  eventId: z.string().check(z.minLength(1)),
  /** how often in a row automation has caused a change */
  hop: z._default(z.int().check(z.nonnegative()), 0),
})
export type EventRef = z.infer<typeof eventRef>

export interface DomainEvent {
  /** `<kind>.<past tense>`, such as lead.created */
  type: string
  detail: {
    ref: EventRef
    /** names of the fields that changed, personal ones too */
    changed: string[]
    /** what they were before, without personal ones */
    old: Record<string, unknown>
    /** what describes a person and does not name him; no rule passes it on */
    profile?: Record<string, unknown>
    /** under the name of the kind: every field that is not personal */
    [kind: string]: unknown
  }
}

/** What an event may be made of. */
type AnyRecord = { tenant: string; id: string; version: number; hop?: number | undefined }

/** The event of a change: the most specific that it is. None when nothing changed, or when the record is gone. */
export function eventOf<R extends AnyRecord>(
  kind: Kind<R>,
  before: R | undefined,
  after: R | undefined,
): DomainEvent | undefined {
  if (!after || before?.version === after.version) return undefined
  const changed = before ? changedFields(before, after) : []
  return told(kind, after, {
    name: nameOf(kind, before, after, changed),
    version: after.version,
    changed,
    old: before ? pick(partsOf(kind, before).open, changed) : {},
  })
}

/** The event that announced the record at first, with its first id: a run that it started is not started again. */
export const createdAgain = <R extends AnyRecord>(kind: Kind<R>, record: R): DomainEvent =>
  told(kind, record, { name: 'created', version: 1, changed: [], old: {} })

/** The event of a record that was to be routed again, when nobody took it up: as that of this very change. */
export const reroutedAgain = <R extends AnyRecord>(kind: Kind<R>, record: R): DomainEvent =>
  told(kind, record, { name: 'rerouted', version: record.version, changed: [], old: {} })

/** Every event that a kind can have, by its type. */
export function eventTypesOf({
  name,
  lifecycle,
  events,
  work,
}: Pick<Kind, 'name' | 'lifecycle' | 'events'> & { work?: unknown }): string[] {
  const moves = Object.values(lifecycle?.transitions ?? {}).map(({ event }) => event)
  const names = [
    'created',
    ...(work ? ['rerouted', 'assigned'] : []),
    ...moves,
    ...Object.keys(events ?? {}),
    'updated',
  ]
  return [...new Set(names)].map((each) => `${name}.${each}`)
}

function told<R extends AnyRecord>(
  kind: Kind<R>,
  record: R,
  {
    name,
    version,
    ...rest
  }: { name: string; version: number; changed: string[]; old: Record<string, unknown> },
): DomainEvent {
  const { open, profile } = partsOf(kind, record)
  const { tenant, id, hop } = record
  return {
    type: `${kind.name}.${name}`,
    detail: {
      ref: { tenant, kind: kind.name, id, eventId: `${id}.${version}`, hop: hop ?? 0 },
      ...rest,
      [kind.name]: open,
      ...(Object.keys(profile).length && { profile }),
    },
  }
}

type Given = Record<string, unknown>

function nameOf(
  kind: Pick<Kind, 'lifecycle' | 'events' | 'work'>,
  before: Given | undefined,
  after: Given,
  changed: readonly string[],
): string {
  if (!before) return 'created'
  const [, move] = transitionOf(kind, before, after) ?? []
  if (move) return move.event
  const event = Object.entries(kind.events ?? {}).find(
    ([, field]) => before[field] === undefined && after[field] !== undefined,
  )
  if (event) return event[0]
  if (kind.work && changed.includes('next') && after.next === waitsForWorkflow) return 'rerouted'
  return changed.includes('ownerId') || changed.includes('queueId') ? 'assigned' : 'updated'
}

/** The transition that a change is, with its name. */
export const transitionOf = (
  { lifecycle }: Pick<Kind, 'lifecycle'>,
  before: { readonly status?: unknown },
  after: { readonly status?: unknown },
): [name: string, Transition] | undefined =>
  before.status === after.status
    ? undefined
    : Object.entries(lifecycle?.transitions ?? {}).find(
        ([, { from, to }]) => after.status === to && from.includes(before.status as string),
      )

/** Every change has another version and time, so they tell nothing. */
const always = ['version', 'updatedAt', 'updatedBy']

export function changedFields(before: object, after: object): string[] {
  const [was, is] = [before as Given, after as Given]
  const names = new Set([...Object.keys(was), ...Object.keys(is)])
  return [...names].filter((name) => !always.includes(name) && !isSameValue(was[name], is[name]))
}

/** Whether two values of fields are alike, whatever the order of their parts. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [left, right] = [Object.entries(a), Object.entries(b)]
  return left.length === right.length && left.every(([key, value]) => isSameValue(value, (b as Given)[key]))
}

/** What names nobody, and what only describes him. */
function partsOf(kind: Pick<Kind, 'schema'>, record: object): { open: Given; profile: Given } {
  const shape = kind.schema.shape
  const parts: { open: Given; profile: Given } = { open: {}, profile: {} }
  for (const [name, value] of Object.entries(record)) {
    const { personal } = shape[name] ? saidOf(shape[name]) : {}
    if (personal === undefined) parts.open[name] = value
    else if (personal === 'profile') parts.profile[name] = value
  }
  return parts
}

const pick = (record: Given, names: readonly string[]): Given =>
  Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)))
