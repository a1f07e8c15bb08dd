import { fieldFault, isFault, type FieldError } from '../record/fault.ts'
import { saidOf } from '../record/field.ts'
import type { AnyRecord, Kind, Kinds } from '../record/kind.ts'
import { nearest } from '../source/source.ts'
import { planList, type ListRights } from './list.ts'

/* Fields that say what somebody wants of a list (`Says.listedKind`, `Says.listPart`) are checked as the list itself would. */

interface Means {
  kinds: Kinds
  currency: string
  /** what whoever writes may not see of a kind; nothing when he may not read it at all */
  hiddenOf(kind: Kind): ReadonlySet<string> | undefined
}

/**
 * Throws Fault `field.invalid` for a kind that there is no list of, and for a filter or an order that its list would refuse;
 * `auth.forbidden` where it names a field above the caller's level.
 */
export function requireLists(
  kind: Kind,
  { before, after: record }: { before: AnyRecord | undefined; after: AnyRecord },
  means: Means,
): void {
  const errors = Object.entries(kind.schema.shape).flatMap(([field, type]): FieldError[] => {
    const { listedKind, listPart } = saidOf(type)
    const value = record[field]
    const isNew = (name: string): boolean => record[name] !== before?.[name]
    // What could be asked once may be gone by now: that is told when the list is asked for.
    if (typeof value !== 'string' || !(isNew(field) || (listPart && isNew(listPart.of)))) return []
    if (listedKind) return unknownKind(field, value, means)
    return listPart ? wrongPart({ field, as: listPart.as, of: record[listPart.of] }, value, means) : []
  })
  if (errors.length) throw fieldFault(errors)
}

const listedKinds = ({ kinds, hiddenOf }: Means): Kind[] =>
  [...kinds.values()].filter((kind) => (kind.doors?.includes('list') ?? true) && hiddenOf(kind) !== undefined)

function unknownKind(field: string, value: string, means: Means): FieldError[] {
  const names = listedKinds(means).map(({ name }) => name)
  if (names.includes(value)) return []
  const near = nearest(value, names)
  const hint = near === undefined ? `there are ${names.join(', ')}` : `did you mean "${near}"?`
  return [{ path: [field], message: `there is no list of "${value}"; ${hint}` }]
}

function wrongPart(
  { field, as, of }: { field: string; as: 'filter' | 'sort'; of: unknown },
  value: string,
  means: Means,
): FieldError[] {
  const kind = listedKinds(means).find(({ name }) => name === of)
  // That there is none is told already.
  if (!kind) return []
  const rights: ListRights = { hidden: means.hiddenOf(kind) ?? new Set(), currency: means.currency }
  try {
    planList(kind, { [as]: value }, rights)
    return []
  } catch (error) {
    if (!isFault(error, 'input.invalid')) throw error
    return [{ path: [field], message: error.message.replace(`${as}: `, '') }]
  }
}
