import { fieldFault, type Fault } from '../fault.ts'
import { saidOf } from '../field.ts'
import { toInstant } from '../id.ts'
import type { AnyRecord, Kind } from '../kind.ts'
import { hasEnd, isOpen } from '../place.ts'

/*
 * Fields whose values operators publish: the stage of a deal is one of those of its pipeline, and says how probable it is.
 * A kind declares which field rests on what (`ref`, `part`, `isFirst`, `follows`, `since`); what is published comes as an
 * argument. Records keep ids and the values that follow, so that lists, events and sums know them without the company, and what
 * is published later changes no record by itself.
 */

/** By what a reference calls it (`pipeline`): everything of that sort, by name. */
export type Named = Readonly<Record<string, Readonly<Record<string, object>>>>

type Given = Readonly<Record<string, unknown>>

/** The parts of something that is published, by their ids: of a list each says its own, of a mapping it is the name. */
function partsIn(published: object | undefined, list: string): Map<string, unknown> {
  const parts: unknown = published && (published as Given)[list]
  if (Array.isArray(parts)) return new Map(parts.map((part: { id: string }) => [part.id, part]))
  return new Map(Object.entries(parts ?? {}))
}

export const partIds = (published: object, list: string): string[] => [...partsIn(published, list).keys()]

/** What the record names in the field that is called like it. */
export const namedBy = (record: Given, of: string, named: Named): object | undefined => {
  const [all, name] = [named[of], record[of]]
  return all && typeof name === 'string' && Object.hasOwn(all, name) ? all[name] : undefined
}

/** What a part is called of what the record names; nothing where it is published no more. */
export function partTitle(
  record: Given,
  { of, list, id }: { of: string; list: string; id: string },
  named: Named,
): string | undefined {
  const published = namedBy(record, of, named)
  const part = partsIn(published, list).get(id) as string | { title?: string } | undefined
  return typeof part === 'string' ? part : part?.title
}

/**
 * What was sent for a new record, with the first of what is published where nobody names one. Throws Fault `field.invalid`
 * where nothing is.
 */
export function withFirst(kind: Kind, input: unknown, named: Named): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input
  const filled: Record<string, unknown> = { ...input }
  for (const [field, type] of Object.entries(kind.schema.shape)) {
    const { isFirst, to = [], partOf } = saidOf(type)
    if (!isFirst || filled[field] !== undefined) continue
    const of = partOf && namedBy(filled, partOf.of, named)
    if (partOf && !of) {
      // Of something that there is not, nothing is the first.
      const name = filled[partOf.of]
      if (typeof name === 'string') throw unpublished(partOf.of, name, named)
      continue
    }
    const all = named[to[0] ?? ''] ?? {}
    const [first] = partOf ? partsIn(of, partOf.list).keys() : Object.keys(all)
    if (first === undefined)
      throw fieldFault([{ path: [field], message: `no ${to.join(' or ')} is published in company/` }])
    filled[field] = first
  }
  return filled
}

const unpublished = (name: string, id: string, named: Named): Fault =>
  fieldFault([
    {
      path: [name],
      message: `there is no ${name} "${id}"; there are ${Object.keys(named[name] ?? {}).join(', ')}`,
    },
  ])

interface Step {
  before?: AnyRecord | undefined
  after: Record<string, unknown>
  /** what the caller sent: it holds, where it is a value */
  given: Given
}

/**
 * The record with what follows from what is published, and the moments since when. What somebody has set holds until the part
 * that it follows is another one; of what has ended nothing follows.
 */
export function following(
  kind: Kind,
  { before, after, given }: Step,
  { named, now }: { named: Named; now: number },
): Record<string, unknown> {
  const { shape } = kind.schema
  const result = { ...after }
  const hasMoved = (field: string): boolean => {
    const { partOf } = shape[field] ? saidOf(shape[field]) : {}
    return [field, ...(partOf ? [partOf.of] : [])].some((name) => result[name] !== before?.[name])
  }
  for (const [field, type] of Object.entries(shape)) {
    const { follows, since } = saidOf(type)
    if (since !== undefined && hasMoved(since)) result[field] = toInstant(now)
    if (!follows || (given[field] ?? undefined) !== undefined) continue
    if (hasEnd(kind) && !isOpen(kind, result)) continue
    if ((result[field] ?? undefined) !== undefined && !hasMoved(follows.field)) continue
    const said = saidBy(shape, result, follows, named)
    if (said !== undefined) result[field] = said
  }
  return result
}

function saidBy(
  shape: Kind['schema']['shape'],
  record: Given,
  { field, says }: { field: string; says: string },
  named: Named,
): unknown {
  const { partOf } = shape[field] ? saidOf(shape[field]) : {}
  const of = partOf && namedBy(record, partOf.of, named)
  const part = of && partsIn(of, partOf.list).get(String(record[field]))
  return (part as Given | undefined)?.[says]
}
