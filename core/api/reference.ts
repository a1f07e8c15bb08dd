import { saidOf } from '../record/field.ts'
import { fieldFault, type DeniedAttempt, type FieldError } from '../record/fault.ts'
import type { Item } from '../record/item.ts'
import { recordKey, type Key } from '../record/key.ts'
import type { AnyRecord, Kind } from '../record/kind.ts'
import { referencesOf } from '../record/operation/operation.ts'
import { namedBy, partIds, type Named } from '../record/operation/published.ts'
import { nearest } from '../source/source.ts'

/* Whatever a record newly refers to is there: other records, and what operators publish, with the nearest name of that. */

interface Reader {
  getAll(keys: readonly Key[]): Promise<(Item | undefined)[]>
}

interface ReferenceContext {
  store: Reader
  named: Named
  /** ids of records that are there, or are made in the same transaction */
  known?: readonly string[]
  /** the part of the body that the record is, where it is not the whole of it */
  within?: string
  /** whoever asks: to him there is nothing that he may not read; absent: he reads everything */
  asking?: {
    mayRead(item: Item): Promise<boolean>
    /** what is kept of his naming something foreign in these fields */
    deniedBy(fields: readonly string[]): DeniedAttempt
  }
}

/** A record as it was, where it was, and as it is to be. */
export interface Referring {
  kind: Kind
  before?: AnyRecord | undefined
  after: AnyRecord
}

/**
 * Throws Fault `field.invalid` for every new reference to what does not exist, or what whoever asks may not read; one that was
 * there may have gone since.
 */
export async function requireReferences(
  { kind, before, after }: Referring,
  context: ReferenceContext,
): Promise<void> {
  const { store, named, known = [] } = context
  const had = new Set(before && referencesOf(kind, before).map(placeOf))
  const references = referencesOf(kind, after).filter(
    (each) => !had.has(placeOf(each)) && !known.includes(each.id),
  )
  const ids = [...new Set(references.filter(({ to }) => to.some((name) => !named[name])).map(({ id }) => id))]
  const items = ids.length ? await store.getAll(ids.map((id) => recordKey(after.tenant, id))) : []
  const { asking } = context
  const may = await Promise.all(items.map(async (item) => item && (!asking || (await asking.mayRead(item)))))
  const kindOf = new Map(ids.map((id, i) => [id, may[i] ? items[i]?.kind : undefined]))
  const foreign = references.filter(({ id }) => may[ids.indexOf(id)] === false).map(({ field }) => field)
  const isThere = (name: string, id: string): boolean =>
    named[name] ? Object.hasOwn(named[name], id) : kindOf.get(id) === name
  const lost = references
    .filter(({ to, id }) => !to.some((name) => isThere(name, id)))
    .map(({ field, to, id }) => {
      const names = to.flatMap((name) => Object.keys(named[name] ?? {}))
      const isSecret = to.includes('person')
      return refused(field, `there is no ${to.join(' or ')} "${id}"`, { id, names, isSecret })
    })
  const errors = [...lost, ...brokenParts({ kind, before, after }, named)]
  const { within } = context
  if (errors.length)
    throw fieldFault(
      errors.map(({ path, message }) => ({ path: within === undefined ? path : [within, ...path], message })),
      {},
      foreign.length ? asking?.deniedBy(foreign) : undefined,
    )
}

const placeOf = ({ field, id }: { field: string; id: string }): string => `${field} ${id}`

/** A part is one of what the record names now: another pipeline has other stages. */
function brokenParts({ kind, before, after }: Referring, named: Named): FieldError[] {
  return Object.entries(kind.schema.shape).flatMap(([field, type]) => {
    const { partOf } = saidOf(type)
    const id = after[field]
    if (!partOf || typeof id !== 'string') return []
    const { of, list } = partOf
    if (id === before?.[field] && after[of] === before[of]) return []
    const published = namedBy(after, of, named)
    const ids = published ? partIds(published, list) : []
    if (ids.includes(id)) return []
    return [
      refused(field, `the ${of} "${String(after[of])}" has no "${id}" among its ${list}`, { id, names: ids }),
    ]
  })
}

/** So many names are told where none is near; who works here is told nobody who guesses. */
const mostTold = 20

function refused(
  field: string,
  told: string,
  { id, names, isSecret }: { id: string; names: string[]; isSecret?: boolean },
): FieldError {
  const near = nearest(id, names)
  const isTold = !isSecret && names.length > 0 && names.length <= mostTold
  const listed = isTold ? `; there are ${names.join(', ')}` : ''
  return { path: [field], message: `${told}${near ? `; did you mean "${near}"?` : listed}` }
}
