import { Fault, fieldFault, pointerTo } from './fault.ts'
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
 * Fault `field.invalid` for a value that no key can hold. */
export function claimed(kind: UniqueKind, before: AnyRecord | undefined, after: AnyRecord): Claim[] {
  const tooLong = (kind.unique ?? []).filter((field) => bytesOf(plain(after[field] ?? '')) > longestValue)
  if (tooLong.length)
    throw fieldFault(
      tooLong.map((field) => ({
        path: [field],
        message: `is too long to be the value of one ${kind.name} alone`,
      })),
    )
  return without(claimsOf(kind, after), claimsOf(kind, before))
}

/** That another record has what is claimed, with every field of which it is so; nothing when all are free. */
export function takenBy(
  { name }: UniqueKind,
  claims: readonly Claim[],
  found: readonly unknown[],
): Fault | undefined {
  const taken = claims.filter((_, i) => found[i] !== undefined).map(({ field }) => field)
  if (taken[0] === undefined) return undefined
  const detail = `another ${name} has this value already`
  return new Fault('record.exists', `${taken[0]}: ${detail}`, {
    where: taken[0],
    facts: { errors: taken.map((field) => ({ pointer: pointerTo([field]), detail })) },
  })
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
