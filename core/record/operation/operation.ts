import { withArticle } from '../article.ts'
import * as z from 'zod/mini'
import { fieldFault, Fault, type FieldError } from '../fault.ts'
import { definitionOf, patchType, saidOf } from '../field.ts'
import { toInstant } from '../id.ts'
import { bytesOf } from '../key.ts'
import type { AnyRecord, Kind, Transition } from '../kind.ts'
import { isOpen } from '../place.ts'
import { mergePatch } from './merge-patch.ts'
import { isObject, readFor, type Shape } from './read.ts'
import { following, withFirst, type Named } from './published.ts'
import { handOvers } from '../work.ts'

/*
 * What people and programs do with a record of any kind: a new one, other values in its fields, a move of its life-cycle.
 * What a kind declares decides what is possible; values come out as the next state of the record, nothing is written.
 * Status moves by transitions only, and fields that Holdfast sets by itself (`given`) by nothing else.
 */

export interface OperationContext {
  tenant: string
  /** milliseconds */
  now: number
  newId(prefix: string): string
  /** id of the person, or what else called */
  caller: string
  /** the queue in which new work lies until its workflow takes it up */
  intake?: string | undefined
  /** what is published, for fields that rest on it; absent: no kind here has any */
  named?: Named | undefined
}

/** Of the context what a change of a record needs. */
type Changing = Pick<OperationContext, 'now' | 'caller' | 'named'>

/** A new record waits so long for its workflow before the watchdog takes it up. */
const takenUpWithin = 2 * 60_000

/**
 * A new record of what a caller sent. Work waits for its workflow in any case; what begins with a person is given to him by
 * core/assign/begin.ts. Throws Fault `field.invalid` for what the kind does not have.
 */
export function newRecord(kind: Kind, input: unknown, context: OperationContext): AnyRecord {
  const { tenant, now, newId, intake, named = {} } = context
  const at = toInstant(now)
  const given = readFor(kind, creatable(kind), withFirst(kind, input, named))
  const record = {
    ...given,
    tenant,
    id: newId(kind.prefix),
    version: 1,
    createdAt: at,
    updatedAt: at,
    updatedBy: context.caller,
    createdBy: context.caller,
    ...(kind.lifecycle && { status: kind.lifecycle.initial }),
    ...(kind.work && { ...takenUp(kind, now), queueId: intake }),
  }
  return whole(kind, following(kind, { after: record, given }, { named, now }))
}

/**
 * The record with other values in its fields, as a JSON Merge Patch (RFC 7396): null takes a field away. Throws Fault
 * `field.invalid`. The very record when nothing is other than before.
 */
export function changedRecord(
  kind: Kind,
  before: AnyRecord,
  patch: unknown,
  { now, caller, named = {} }: Changing,
): AnyRecord {
  const shape = patchable(settable(kind.schema.shape))
  const given = readFor(kind, shape, merged(before, patch), (sent) => lost(kind, before, sent))
  const fields = Object.entries(given).map(([name, value]) => [name, value === null ? undefined : value])
  const patched = { ...before, ...(Object.fromEntries(fields) as object) }
  const after = following(kind, { before, after: patched, given }, { named, now })
  if (JSON.stringify(after) === JSON.stringify(before)) return before
  return whole(kind, {
    ...after,
    version: before.version + 1,
    updatedAt: toInstant(now),
    updatedBy: caller,
  })
}

/** The transition of that name, which may be whatever a caller sent; nothing when the kind has none. */
export const transitionNamed = (
  { lifecycle }: Pick<Kind, 'lifecycle'>,
  name: string,
): Transition | undefined =>
  lifecycle && Object.hasOwn(lifecycle.transitions, name) ? lifecycle.transitions[name] : undefined

/**
 * The record after a transition. Throws Fault `route.unknown` for one that the kind does not have, `state.refused` when it
 * does not lead on from here, `field.invalid` when it lacks what it needs. The very record when it is where the transition leads.
 */
export function movedRecord(
  kind: Kind,
  before: AnyRecord,
  move: { name: string; input: unknown },
  { now, caller, named = {} }: Changing,
): AnyRecord {
  const transition = transitionNamed(kind, move.name)
  if (!transition)
    throw new Fault(
      'route.unknown',
      `${withArticle(kind.name)} has no transition "${move.name}"; it has ${[...Object.keys(kind.lifecycle?.transitions ?? {}), ...(kind.work ? handOvers : [])].join(', ') || 'none'}`,
    )
  const status = before.status ?? ''
  const { needs = [], takes = [], sets = {} } = transition
  const shape = patchable(only(kind.schema.shape, [...needs, ...takes]))
  const sent = move.input ?? {}
  if (!transition.from.includes(status)) {
    if (status === transition.to && saysNothingNew(readFor(kind, shape, sent), before)) return before
    throw new Fault(
      'state.refused',
      `"${move.name}" leads on from ${transition.from.join(' or ')}; this ${kind.name} is ${status}`,
      { where: 'status' },
    )
  }
  const input = readFor(kind, shape, sent, (given) =>
    needs
      .filter((name) => !hasValue({ ...before, ...given }, name))
      .map((name) => ({ path: [name], message: `"${move.name}" needs it` })),
  )
  const after: Record<string, unknown> = { ...before, ...input, status: transition.to }
  for (const [name, value] of Object.entries(sets))
    after[name] = valueSet(value, before[name], { now, caller })
  return whole(kind, {
    ...following(kind, { before, after, given: input }, { named, now }),
    ...ending(kind, before, transition.to, now),
    version: before.version + 1,
    updatedAt: toInstant(now),
    updatedBy: caller,
  })
}

/** Whoever repeats a transition may have lost its answer; with other values than those that are there he means a change. */
const saysNothingNew = (given: Readonly<Record<string, unknown>>, before: AnyRecord): boolean =>
  Object.entries(given).every(
    ([name, value]) => JSON.stringify(before[name] ?? null) === JSON.stringify(value),
  )

const hasValue = (record: Readonly<Record<string, unknown>>, name: string): boolean =>
  record[name] !== undefined && record[name] !== null

/** A patch with the whole of each value that it names, so that what it makes of it is judged. */
function merged(before: AnyRecord, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const own = (name: string): unknown => (Object.hasOwn(before, name) ? before[name] : undefined)
  return Object.fromEntries(
    Object.entries(patch).map(([name, value]) => [name, mergePatch(own(name), value)]),
  )
}

/** What every way into a state needs stays there as long as the record is in it. */
function lost(kind: Kind, before: AnyRecord, patch: Readonly<Record<string, unknown>>): FieldError[] {
  const { status } = before
  const ways = Object.values(kind.lifecycle?.transitions ?? {}).filter(({ to }) => to === status)
  const needed = (ways[0]?.needs ?? []).filter((name) => ways.every(({ needs }) => needs?.includes(name)))
  return needed
    .filter((name) => patch[name] === null && hasValue(before, name))
    .map((name) => ({ path: [name], message: `${withArticle(kind.name)} that is ${status} needs it` }))
}

interface Pointing {
  field: string
  /** kinds */
  to: readonly string[]
}

/** By the schema: each e-mail and each write asks for them. */
const pointing = new WeakMap<Kind['schema'], readonly Pointing[]>()

/** The fields of a kind that point at other records. */
function pointingFields({ schema }: Pick<Kind, 'schema'>): readonly Pointing[] {
  const known = pointing.get(schema)
  if (known) return known
  const fields = Object.entries(schema.shape).flatMap(([field, type]) => {
    const { to } = saidOf(definitionOf(type).element ?? type)
    return to && !saidOf(type).given ? [{ field, to }] : []
  })
  pointing.set(schema, fields)
  return fields
}

/** The fields of a record that point at others, with what they point at. */
export function referencesOf(kind: Kind, record: object): (Pointing & { id: string })[] {
  return pointingFields(kind).flatMap(({ field, to }) => {
    const value = (record as Record<string, unknown>)[field]
    const ids = Array.isArray(value) ? value : [value]
    return ids.flatMap((id) => (typeof id === 'string' ? [{ field, to, id }] : []))
  })
}

/** What the fields of a kind say to whoever reads it: all but what is Holdfast's own, and what is above his level. */
export function viewOf(
  kind: Pick<Kind, 'schema'>,
  record: object,
  hidden?: ReadonlySet<string>,
): Record<string, unknown> {
  const { shape } = kind.schema
  return Object.fromEntries(
    Object.entries(record).filter(
      ([name]) => !(shape[name] && saidOf(shape[name]).internal) && !hidden?.has(name),
    ),
  )
}

/** What closes, closes its work; what opens again is taken up anew. */
function ending(kind: Kind, before: AnyRecord, to: string, now: number): Record<string, unknown> {
  const [was, is] = [isOpen(kind, before), isOpen(kind, { status: to })]
  if (was === is) return {}
  if (!is) return { closedAt: toInstant(now), next: undefined, due: undefined, raised: undefined }
  return { closedAt: undefined, raised: undefined, ...(kind.work && takenUp(kind, now)) }
}

const takenUp = (kind: Kind, now: number): object => ({
  next: kind.work!.steps[0],
  due: toInstant(now + takenUpWithin),
})

function valueSet(
  value: 'now' | 'once' | 'caller' | 'nothing' | '+1' | undefined,
  before: unknown,
  { now, caller }: Changing,
): unknown {
  if (value === 'once') return before ?? toInstant(now)
  if (value === 'now') return toInstant(now)
  if (value === 'caller') return caller
  return value === '+1' ? Number(before ?? 0) + 1 : undefined
}

const settable = (shape: Shape): Record<string, z.ZodMiniType> =>
  Object.fromEntries(Object.entries(shape).filter(([, type]) => !saidOf(type).given))

/** Whoever makes what begins with a person says with whom. */
export const creatable = (kind: Pick<Kind, 'schema' | 'work'>): Record<string, z.ZodMiniType> => {
  const { shape } = kind.schema
  return kind.work?.begins ? { ...settable(shape), ...only(shape, ['ownerId']) } : settable(shape)
}

const only = (shape: Shape, names: readonly string[]): Record<string, z.ZodMiniType> =>
  Object.fromEntries(names.flatMap((name) => (shape[name] ? [[name, shape[name]]] : [])))

/** Each field may be left out; null takes away what may be absent. */
const patchable = (shape: Record<string, z.ZodMiniType>): Record<string, z.ZodMiniType> =>
  Object.fromEntries(Object.entries(shape).map(([name, type]) => [name, patchType(type)]))

/** Moments and days sort as texts. Throws Fault `field.invalid`. */
function requireOrder({ ordered = [] }: Kind, record: AnyRecord): void {
  for (const [first, then] of ordered) {
    const [from, until] = [record[first], record[then]]
    if (typeof from === 'string' && typeof until === 'string' && until < from)
      throw fieldFault([{ path: [then], message: `${until} is before "${first}", ${from}` }])
  }
}

/**
 * So many bytes of JSON has a record at most: its event carries it as it was and as it is, in the 256 KB that the bus takes,
 * and a hundred of them are one answer of the API, in the 6 MB that a function gives.
 */
export const mostBytes = 56_000

/** Defaults filled in, fields without a value gone. Throws Fault `field.invalid` for what is too large. */
function whole(kind: Kind, record: Record<string, unknown>): AnyRecord {
  const after = kind.schema.parse(
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null)),
  )
  requireOrder(kind, after)
  const bytes = bytesOf(JSON.stringify(after))
  if (bytes > mostBytes)
    throw fieldFault([
      {
        path: [],
        message: `${withArticle(kind.name)} has ${mostBytes.toLocaleString('en')} bytes at most; this one would have ${bytes.toLocaleString('en')}`,
      },
    ])
  return after
}
