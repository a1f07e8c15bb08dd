import { Fault } from './fault.ts'
import type { Item } from './item.ts'
import { bytesOf, recordKey, type Key } from './key.ts'
import type { AnyRecord, Kind } from './kind.ts'

/*
 * Values that only one record of a kind may have.
 *
 * Problem: two records with one tax number may be posted at the same moment, and a table has no constraint but its key.
 * Representation: an item whose key is the value, created in the transaction that gives a record the value and removed in
 * the one that takes it away. Who comes second is refused there, decides again, and then reads whose it is.
 * Invariant: each value that a record of the kind has has its item, which names that record.
 * Compared are values without case, compatible writings (NFKC) and spaces around: a person would call them the same.
 * Cost: two write units a value, when it is given or taken away.
 * Rejected: asking an index before writing, which does not know of what is written at this moment.
 */

const claimKind = 'unique'

type UniqueKind = Pick<Kind, 'name' | 'unique'>
type Claim = { field: string; key: Key }

const plain = (value: unknown): string => String(value).normalize('NFKC').trim().toLowerCase()

function claimsOf({ name, unique = [] }: UniqueKind, record: AnyRecord | undefined): Claim[] {
  if (!record) return []
  return unique.flatMap((field) => {
    const value = record[field]
    if (value === undefined || value === null || plain(value) === '') return []
    return [{ field, key: recordKey(record.tenant, `unique.${name}.${field}.${plain(value)}`) }]
  })
}

const without = (all: readonly Claim[], others: readonly Claim[]): Claim[] =>
  all.filter(({ key }) => !others.some((other) => other.key.pk === key.pk))

/** Bytes: a partition key has 2,048 at most, and this is a part of it. */
const longestValue = 1_000

/** What a change claims anew: to be read before it is written, for words that say which field it is. Throws
 * Fault `input.invalid` for a value that no key can hold. */
export function claimed(kind: UniqueKind, before: AnyRecord | undefined, after: AnyRecord): Claim[] {
  for (const field of kind.unique ?? [])
    if (bytesOf(plain(after[field] ?? '')) > longestValue)
      throw new Fault('input.invalid', `${field}: is too long to be the value of one ${kind.name} alone`, {
        where: field,
      })
  return without(claimsOf(kind, after), claimsOf(kind, before))
}

/** That another record has the first of the claims that are taken; nothing when all are free. */
export function takenBy(
  { name }: UniqueKind,
  claims: readonly Claim[],
  found: readonly unknown[],
): Fault | undefined {
  const taken = claims.find((_, i) => found[i] !== undefined)
  return (
    taken &&
    new Fault('record.exists', `${taken.field}: another ${name} has this value already`, {
      where: taken.field,
    })
  )
}

/** The writes by which a record takes its values and leaves those that it had; a part of its own transaction. */
export function claimWrites(
  kind: UniqueKind,
  before: AnyRecord | undefined,
  after: AnyRecord,
): ({ do: 'create'; item: Item } | { do: 'remove'; key: Key; seen: number })[] {
  return [
    ...claimed(kind, before, after).map(({ key }) => ({
      do: 'create' as const,
      item: { ...key, kind: claimKind, version: 1, tenant: after.tenant, of: kind.name, holder: after.id },
    })),
    ...without(claimsOf(kind, before), claimsOf(kind, after)).map(({ key }) => ({
      do: 'remove' as const,
      key,
      seen: 1,
    })),
  ]
}
