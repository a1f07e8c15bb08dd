import * as z from 'zod/mini'
import { Fault } from '../fault.ts'
import { saidOf } from '../field.ts'
import { toInstant } from '../id.ts'
import { bytesOf } from '../key.ts'
import type { AnyRecord, Kind } from '../kind.ts'
import { isOpen } from '../place.ts'
import { following, withFirst, type Named } from './published.ts'
import { readFor, type Shape } from './read.ts'
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

/** A new record of what a caller sent. Throws Fault `input.invalid` for what the kind does not have. */
export function newRecord(kind: Kind, input: unknown, context: OperationContext): AnyRecord {
  const { tenant, now, newId, intake, named = {} } = context
  const at = toInstant(now)
  const given = readFor(kind, settable(kind.schema.shape), withFirst(kind, input, named))
  const record = {
    ...given,
    tenant,
    id: newId(kind.prefix),
    version: 1,
    createdAt: at,
    updatedAt: at,
    updatedBy: context.caller,
    ...(kind.lifecycle && { status: kind.lifecycle.initial }),
    ...(kind.work && { ...takenUp(kind, now), queueId: intake }),
  }
  return whole(kind, following(kind, { after: record, given }, { named, now }))
}

/**
 * The record with other values in its fields, as a JSON Merge Patch (RFC 7396): null takes a field away. Throws Fault
 * `input.invalid`. The very record when nothing is other than before.
 */
export function changedRecord(
  kind: Kind,
  before: AnyRecord,
  patch: unknown,
  { now, caller, named = {} }: Changing,
): AnyRecord {
  const given = readFor(kind, patchable(settable(kind.schema.shape)), patch)
  const fields = Object.entries(given).map(([name, value]) => [name, value === null ? undefined : value])
  const patched = { ...before, ...(Object.fromEntries(fields) as object) }
  const after = following(kind, { before, after: patched, given }, { named, now })
  if (JSON.stringify(after) === JSON.stringify(before)) return before
  requireNeeded(kind, before, given)
  return whole(kind, {
    ...after,
    version: before.version + 1,
    updatedAt: toInstant(now),
    updatedBy: caller,
  })
}

/**
 * The record after a transition. Throws Fault `route.unknown` for one that the kind does not have, `input.invalid` when it
 * does not lead on from here or lacks what it needs. The very record when it is where the transition leads.
 */
export function movedRecord(
  kind: Kind,
  before: AnyRecord,
  move: { name: string; input: unknown },
  { now, caller, named = {} }: Changing,
): AnyRecord {
  const moves = kind.lifecycle?.transitions ?? {}
  const transition = Object.hasOwn(moves, move.name) ? moves[move.name] : undefined
  if (!transition)
    throw new Fault(
      'route.unknown',
      `a ${kind.name} has no transition "${move.name}"; it has ${[...Object.keys(moves), ...(kind.work ? handOvers : [])].join(', ') || 'none'}`,
    )
  const status = before.status ?? ''
  if (!transition.from.includes(status)) {
    if (status === transition.to && saysNothingNew(move.input, before)) return before
    throw new Fault(
      'input.invalid',
      `"${move.name}" leads on from ${transition.from.join(' or ')}; this ${kind.name} is ${status}`,
      { where: 'status' },
    )
  }
  const { needs = [], takes = [], sets = {} } = transition
  const shape = only(kind.schema.shape, [...needs, ...takes])
  const input = readFor(kind, patchable(shape), move.input ?? {})
  const after: Record<string, unknown> = { ...before, ...input, status: transition.to }
  const missing = needs.find((name) => after[name] === undefined || after[name] === null)
  if (missing !== undefined)
    throw new Fault('input.invalid', `${missing}: "${move.name}" needs it`, { where: missing })
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
const saysNothingNew = (input: unknown, before: AnyRecord): boolean =>
  Object.entries(input ?? {}).every(
    ([name, value]) => JSON.stringify(before[name] ?? null) === JSON.stringify(value),
  )

/** What every way into a state needs stays there as long as the record is in it. */
function requireNeeded(kind: Kind, { status }: AnyRecord, patch: Record<string, unknown>): void {
  const ways = Object.values(kind.lifecycle?.transitions ?? {}).filter(({ to }) => to === status)
  const [first] = ways
  const lost = first?.needs?.find(
    (name) => patch[name] === null && ways.every(({ needs }) => needs?.includes(name)),
  )
  if (lost !== undefined)
    throw new Fault('input.invalid', `${lost}: a ${kind.name} that is ${status} needs it`, { where: lost })
}

/** The fields of a record that point at others, with what they point at. */
export function referencesOf(
  kind: Kind,
  record: object,
): { field: string; to: readonly string[]; id: string }[] {
  return Object.entries(kind.schema.shape).flatMap(([field, type]) => {
    const { to, given } = saidOf(type)
    const id = (record as Record<string, unknown>)[field]
    return to && !given && typeof id === 'string' ? [{ field, to, id }] : []
  })
}

/** What the fields of a kind say to whoever reads it: all but what is Holdfast's own. */
export function viewOf(kind: Pick<Kind, 'schema'>, record: object): Record<string, unknown> {
  const { shape } = kind.schema
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => !(shape[name] && saidOf(shape[name]).internal)),
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
  value: 'now' | 'caller' | 'nothing' | '+1' | undefined,
  before: unknown,
  { now, caller }: Changing,
): unknown {
  if (value === 'now') return toInstant(now)
  if (value === 'caller') return caller
  return value === '+1' ? Number(before ?? 0) + 1 : undefined
}

const settable = (shape: Shape): Record<string, z.ZodMiniType> =>
  Object.fromEntries(Object.entries(shape).filter(([, type]) => !saidOf(type).given))

const only = (shape: Shape, names: readonly string[]): Record<string, z.ZodMiniType> =>
  Object.fromEntries(names.flatMap((name) => (shape[name] ? [[name, shape[name]]] : [])))

/** Each field may be left out; null takes away what may be absent. */
const patchable = (shape: Record<string, z.ZodMiniType>): Record<string, z.ZodMiniType> =>
  Object.fromEntries(
    Object.entries(shape).map(([name, type]) => [
      name,
      z.optional(type._zod.def.type === 'optional' ? z.nullable(type) : type),
    ]),
  )

/**
 * So many bytes of JSON has a record at most: its event carries it as it was and as it is, in the 256 KB that the bus takes,
 * and a hundred of them are one answer of the API, in the 6 MB that a function gives.
 */
export const mostBytes = 56_000

/** Defaults filled in, fields without a value gone. Throws Fault `input.invalid` for what is too large. */
function whole(kind: Kind, record: Record<string, unknown>): AnyRecord {
  const after = kind.schema.parse(
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null)),
  )
  const bytes = bytesOf(JSON.stringify(after))
  if (bytes > mostBytes)
    throw new Fault(
      'input.invalid',
      `the body: a ${kind.name} has ${mostBytes.toLocaleString('en')} bytes at most; this one would have ${bytes.toLocaleString('en')}`,
      { where: 'the body' },
    )
  return after
}
