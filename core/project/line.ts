import { entryKey, fileOf, type Key } from '../record/key.ts'
import type { AnyRecord, Kind } from '../record/kind.ts'
import { isOpen } from '../record/place.ts'
import type { Item } from '../record/item.ts'

/** Where the line of a record lies in the file of what it is filed under; nothing for a record that is filed nowhere. */
export function linesPlaces(kind: Kind, record: AnyRecord): Key | undefined {
  const parent = kind.filedUnder === undefined ? undefined : record[kind.filedUnder]
  if (typeof parent !== 'string') return undefined
  const pk = fileOf(record.tenant, parent)
  if (kind.stands || isOpen(kind, record)) return { pk, sk: entryKey('open', kind.name, record.id) }
  const at = String(record.closedAt ?? record.createdAt)
  return { pk, sk: entryKey('happened', at, kind.name, record.id) }
}

/** The kind of the items that are lines of this one. */
export const lineName = ({ name }: { name: string }): string => `${name}-line`

/** The line as an item: the short facts of a record, and where the whole of it lies. */
export function lineItem(kind: Kind, record: AnyRecord, place: Key): Item {
  const line: Record<string, unknown> = { called: kind.titleOf(record) }
  for (const name of kind.listed) if (record[name] !== undefined) line[name] = record[name]
  return {
    ...place,
    kind: lineName(kind),
    tenant: record.tenant,
    id: record.id,
    version: record.version,
    at: record.updatedAt,
    createdAt: record.createdAt,
    ...(record.closedAt !== undefined && { closedAt: record.closedAt }),
    line,
  }
}
