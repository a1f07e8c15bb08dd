import { changeKind, type ChangeEntry } from '../kind/system/change.ts'
import { saidOf } from '../record/field.ts'
import { fromItem, type Item, type Line } from '../record/item.ts'
import { lineView } from '../record/operation/line-view.ts'
import type { AnyRecord, Kind, Kinds } from '../record/kind.ts'
import { lineName } from './line.ts'

/*
 * What the projector has written about a record, as its history tells it: what people and programs changed in it, and what is
 * filed under it. What Holdfast changed by itself is told by the decisions that led to it.
 */

interface Asked {
  kind: Kind
  kinds: Kinds
  record: AnyRecord
  hidden: ReadonlySet<string>
  /** the fields of a record filed here that whoever asks does not see; nothing when he may not read it at all */
  hiddenOf(kind: Kind, record: Readonly<Record<string, unknown>>): ReadonlySet<string> | undefined
}

interface Told {
  at: string
  what: 'created' | 'change' | 'record'
  [fact: string]: unknown
}

/** Kinds that people make by the routes of all kinds; of others what was done is told by entries of their own. */
const isMadeByRoutes = ({ doors }: Kind): boolean => doors === undefined || doors.includes('create')

const filedUnder = (kinds: Kinds, parent: Kind): Kind[] =>
  [...kinds.values()].filter(({ schema, filedUnder: field }) => {
    const to = field === undefined ? undefined : schema.shape[field]
    return to !== undefined && pointsAt(to, parent.name)
  })

const pointsAt = (type: Parameters<typeof saidOf>[0], name: string): boolean =>
  saidOf(type).to?.includes(name) ?? false

/** Kinds of the items that are read for it. */
export const historyKinds = (kinds: Kinds, kind: Kind): string[] => [
  ...(isMadeByRoutes(kind) ? [changeKind.kind] : []),
  ...filedUnder(kinds, kind).map(lineName),
]

/**
 * @param nameOf whom an id means
 * @param hidden fields that whoever asks does not see
 */
export function tellFile(
  items: readonly Item[],
  { kind, kinds, record, hidden, hiddenOf }: Asked,
  nameOf: (id: string) => object,
): Told[] {
  const lines = new Map(filedUnder(kinds, kind).map((each) => [lineName(each), each]))
  const told = items.flatMap((item): Told[] => {
    const filed = lines.get(item.kind)
    if (filed !== undefined) return tellLine(item, filed, hiddenOf)
    return isMadeByRoutes(kind) && item.kind === changeKind.kind
      ? tellChange(fromItem(changeKind, item), hidden, nameOf)
      : []
  })
  if (!isMadeByRoutes(kind)) return told
  const { createdAt, createdBy } = record
  const made: Told = { at: String(createdAt), what: 'created' }
  if (typeof createdBy === 'string') made.by = nameOf(createdBy)
  return [made, ...told]
}

function tellLine({ id, createdAt, line }: Item, kind: Kind, hiddenOf: Asked['hiddenOf']): Told[] {
  const hidden = hiddenOf(kind, { id, ...(line as object) })
  if (!hidden) return []
  const shown = lineView(kind, (line ?? {}) as Line, hidden)
  return [{ at: String(createdAt), what: 'record', kind: kind.name, id, ...shown }]
}

function tellChange(
  { at, by, fields, personal }: ChangeEntry,
  hidden: ReadonlySet<string>,
  nameOf: (id: string) => object,
): Told[] {
  if (by === undefined) return []
  const { updatedAt: _, updatedBy: __, ...all } = { ...fields, ...personal }
  const changed = Object.fromEntries(Object.entries(all).filter(([name]) => !hidden.has(name)))
  // That something was changed which he may not see is told, without what.
  return [{ at, what: 'change', by: nameOf(by), fields: changed }]
}
