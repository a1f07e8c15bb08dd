import * as z from 'zod/mini'
import { Fault } from './fault.ts'
import { saidOf } from './field.ts'
import { toInstant } from './id.ts'
import type { AnyRecord, Kind } from './kind.ts'
import { isOpen } from './place.ts'
import { handOvers } from './work.ts'

/*
 * What people and programs do with a record of any kind: a new one, other values in its fields, a move of its life-cycle.
 * What a kind declares decides what is possible; values come out as the next state of the record, nothing is written.
 * Status moves by transitions only, and fields that Holdfast sets by itself (`given`) by nothing else.
 */

type Shape = Readonly<Record<string, z.ZodMiniType>>

export interface OperationContext {
  tenant: string
  /** milliseconds */
  now: number
  newId(prefix: string): string
  /** id of the person, or what else called */
  caller: string
  /** the queue in which new work lies until its workflow takes it up */
  intake?: string | undefined
}

/** A new record waits so long for its workflow before the watchdog takes it up. */
const takenUpWithin = 2 * 60_000

/** A new record of what a caller sent. Throws Fault `input.invalid` for what the kind does not have. */
export function newRecord(kind: Kind, input: unknown, context: OperationContext): AnyRecord {
  const { tenant, now, newId, intake } = context
  const at = toInstant(now)
  return whole(kind, {
    ...readFor(kind, settable(kind.schema.shape), input),
    tenant,
    id: newId(kind.prefix),
    version: 1,
    createdAt: at,
    updatedAt: at,
    updatedBy: context.caller,
    ...(kind.lifecycle && { status: kind.lifecycle.initial }),
    ...(kind.work && { ...takenUp(kind, now), queueId: intake }),
  })
}

/**
 * The record with other values in its fields, as a JSON Merge Patch (RFC 7396): null takes a field away. Throws Fault
 * `input.invalid`. The very record when nothing is other than before.
 */
export function changedRecord(
  kind: Kind,
  before: AnyRecord,
  patch: unknown,
  { now, caller }: Pick<OperationContext, 'now' | 'caller'>,
): AnyRecord {
  const given = readFor(kind, patchable(settable(kind.schema.shape)), patch)
  const fields = Object.entries(given).map(([name, value]) => [name, value === null ? undefined : value])
  const after = { ...before, ...(Object.fromEntries(fields) as object) }
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
  { now, caller }: Pick<OperationContext, 'now' | 'caller'>,
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
    ...after,
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
  { now, caller }: Pick<OperationContext, 'now' | 'caller'>,
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

/** What a caller sent for fields of a kind. Throws Fault `input.invalid` in the words of the declaration. */
function readFor(kind: Kind, shape: Shape, input: unknown): Record<string, unknown> {
  return read(z.strictObject(shape), withInstants(shape, input), (issue) => wordsFor(kind, issue, input))
}

/** Instants as we write them, of whatever says the same moment: without milliseconds, or by another clock. */
function withInstants(shape: Shape, input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input
  return Object.fromEntries(
    Object.entries(input).map(([name, value]: [string, unknown]) => {
      const type = Object.hasOwn(shape, name) ? shape[name] : undefined
      const isSure = type && formatOf(type) === 'datetime' && isInstant.safeParse(value).success
      return [name, isSure ? toInstant(Date.parse(value as string)) : value]
    }),
  )
}

const isInstant = z.iso.datetime({ offset: true })

function formatOf(type: z.core.$ZodType): string | undefined {
  const { innerType, format } = type._zod.def as { innerType?: z.core.$ZodType; format?: string }
  return innerType ? formatOf(innerType) : format
}

/** An issue of the schema, as the field and the words that help. */
function wordsFor(kind: Kind, issue: z.core.$ZodIssue, input: unknown): { field: string; message: string }[] {
  const { shape } = kind.schema
  const own = (name: unknown) => (Object.hasOwn(shape, String(name)) ? shape[String(name)] : undefined)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => ({
      field: name,
      message: own(name) ? 'cannot be set here' : `a ${kind.name} has no such field`,
    }))
  const [top] = issue.path
  const type = own(top)
  const field = issue.path.join('.')
  const isMissing = issue.path.length === 1 && !Object.hasOwn(input ?? {}, String(top))
  if (isMissing && typeof input === 'object') return [{ field, message: 'is missing' }]
  if (type && saidOf(type).unit === 'money')
    return [
      {
        field,
        message:
          'write an amount in minor units and its currency, such as {"minor": 50000, "currency": "EUR"} for 500 euros',
      },
    ]
  if (type && formatOf(type) === 'datetime')
    return [{ field, message: 'write a moment such as 2027-03-03T10:00:00.000Z' }]
  if (type && formatOf(type) === 'date') return [{ field, message: 'write a day such as 2027-03-03' }]
  return [{ field, message: issue.message }]
}

/** Throws Fault `input.invalid` that names every field which is wrong, without its value. */
export function read<T>(
  schema: z.core.$ZodType<T>,
  value: unknown,
  wordsOf: (issue: z.core.$ZodIssue) => { field: string; message: string }[] = ({ path, message }) => [
    { field: path.join('.'), message },
  ],
): T {
  const result = z.safeParse(schema, value)
  if (result.success) return result.data
  // Names of fields may be a stranger's too: as many and as long as one can read.
  const errors = result.error.issues
    .slice(0, 20)
    .flatMap(wordsOf)
    .slice(0, 20)
    .map(({ field, message }) => ({
      field: field.slice(0, 200) || 'the body',
      message: message.slice(0, 500),
    }))
  const first = errors[0]
  throw new Fault('input.invalid', `${first?.field}: ${first?.message}`, {
    ...(first && { where: first.field }),
    facts: { errors },
  })
}

/** Defaults filled in, fields without a value gone. */
const whole = (kind: Kind, record: Record<string, unknown>): AnyRecord =>
  kind.schema.parse(
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null)),
  )
