import { changedFields } from './event.ts'
import { toInstant } from './id.ts'
import { toItem, type Entity, type Item } from './item.ts'

/** What every record of a kind has, whoever changes it. */
interface Changeable {
  version: number
  updatedAt: string
  updatedBy?: string | undefined
}

/** New values of fields; one that is `undefined` goes. */
export type Changes<R> = { readonly [Field in keyof R]?: R[Field] | undefined }

/** A record before and after a change. Neither is ever altered. */
export interface Change<R> {
  readonly before: R
  readonly after: R
  /** names of the fields that are otherwise, without version and time */
  readonly changed: readonly string[]
}

/**
 * The next state of a record: its next version, as of `now` in milliseconds.
 * @param by who does it: a person's id, `customer`; nobody when Holdfast does it by itself
 */
export function change<R extends Changeable>(
  record: R,
  fields: Changes<R>,
  now: number,
  by?: string,
): Change<R> {
  const system = { version: record.version + 1, updatedAt: toInstant(now), updatedBy: by }
  const next = { ...record, ...fields, ...system }
  const after = Object.fromEntries(
    Object.entries(next).filter(([, value]) => value !== undefined),
  ) as unknown as R
  return { before: record, after, changed: changedFields(record, after) }
}

/** The write of a change: refused when the record was changed by somebody else since it was read. */
export const writeOf = <R extends { version: number }>(
  entity: Entity<R>,
  { before, after }: Pick<Change<R>, 'before' | 'after'>,
): { do: 'replace'; item: Item; seen: number } => ({
  do: 'replace',
  item: toItem(entity, after),
  seen: before.version,
})
