import { saidOf } from '../record/field.ts'
import { Fault } from '../record/fault.ts'
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
}

/** A record as it was, where it was, and as it is to be. */
export interface Referring {
  kind: Kind
  before?: AnyRecord | undefined
  after: AnyRecord
}

/** Throws Fault `input.invalid` for a new reference to what does not exist; one that was there may have gone since. */
export async function requireReferences(
  { kind, before, after }: Referring,
  context: ReferenceContext,
): Promise<void> {
  const { store, named, known = [], within } = context
  const place = (field: string): string => (within === undefined ? field : `${within}.${field}`)
  const references = referencesOf(kind, after).filter(
    ({ field, id }) => after[field] !== before?.[field] && !known.includes(id),
  )
  const records = references.filter(({ to }) => to.some((name) => !named[name]))
  const found = records.length ? await store.getAll(records.map(({ id }) => recordKey(after.tenant, id))) : []
  for (const { field, to, id } of references) {
    const item = found[records.findIndex((each) => each.field === field)]
    const exists = to.some((name) => (named[name] ? Object.hasOwn(named[name], id) : item?.kind === name))
    if (exists) continue
    const names = to.flatMap((name) => Object.keys(named[name] ?? {}))
    throw refused(place(field), `there is no ${to.join(' or ')} "${id}"`, {
      id,
      names,
      isSecret: to.includes('person'),
    })
  }
  requireParts({ kind, before, after }, { named, place })
}

/** A part is one of what the record names now: another pipeline has other stages. */
function requireParts(
  { kind, before, after }: Referring,
  { named, place }: { named: Named; place: (field: string) => string },
): void {
  for (const [field, type] of Object.entries(kind.schema.shape)) {
    const { partOf } = saidOf(type)
    const id = after[field]
    if (!partOf || typeof id !== 'string') continue
    const { of, list } = partOf
    if (id === before?.[field] && after[of] === before[of]) continue
    const published = namedBy(after, of, named)
    const ids = published ? partIds(published, list) : []
    if (!ids.includes(id))
      throw refused(place(field), `the ${of} "${String(after[of])}" has no "${id}" among its ${list}`, {
        id,
        names: ids,
      })
  }
}

/** So many names are told where none is near; who works here is told nobody who guesses. */
const mostTold = 20

function refused(
  field: string,
  told: string,
  { id, names, isSecret }: { id: string; names: string[]; isSecret?: boolean },
): Fault {
  const near = nearest(id, names)
  const isTold = !isSecret && names.length > 0 && names.length <= mostTold
  const listed = isTold ? `; there are ${names.join(', ')}` : ''
  return new Fault('input.invalid', `${field}: ${told}${near ? `; did you mean "${near}"?` : listed}`, {
    where: field,
  })
}
