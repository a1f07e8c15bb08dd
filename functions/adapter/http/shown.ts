import { derivedKey } from '#core/kind/system/derived.ts'
import { derivedAt } from '#core/project/derived.ts'
import type { Item } from '#core/record/item.ts'
import type { AnyRecord, Kind } from '#core/record/kind.ts'
import { viewOf } from '#core/record/operation/operation.ts'
import type { Store } from '#core/store/store.ts'
import { etagOf, type Shown } from './match.ts'

/** What is derived of a file, where the kind derives anything: to be read together with the record. */
export const readDerived = async (
  store: Store,
  kind: Kind,
  { tenant, id }: { tenant: string; id: string },
): Promise<Item | undefined> => (kind.derived ? store.get(derivedKey(tenant, id)) : undefined)

/**
 * A record that has all its fields as `GET /{kinds}/{id}` shows it at a time in milliseconds, with what is derived of its file.
 * @param hidden fields that whoever asks does not see
 */
export function showRecord(
  kind: Kind,
  record: AnyRecord,
  { derived, now, hidden }: { derived: Item | undefined; now: number; hidden?: ReadonlySet<string> },
): Shown {
  const computed = derivedAt(kind, derived, now)
  return { view: viewOf(kind, { ...record, ...computed }, hidden), etag: etagOf(record, computed) }
}

/** The same as it is now: what whoever has seen another state of it is told. */
export const shownNow =
  (store: Store, kind: Kind, record: AnyRecord, asked: { now: number; hidden: ReadonlySet<string> }) =>
  async (): Promise<Shown> =>
    showRecord(kind, record, { derived: await readDerived(store, kind, record), ...asked })
