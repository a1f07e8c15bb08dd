import { asksWhere, fileAbove, filedIn, mostAbove } from '#core/access/file-place.ts'
import type { Reached } from '#core/access/reach.ts'
import type { Company } from '#core/company/company.ts'
import { fieldsOf, type Item } from '#core/record/item.ts'
import { recordKey } from '#core/record/key.ts'
import type { AnyRecord, Kind, Kinds } from '#core/record/kind.ts'
import { recordOf, type Store } from '#core/store/store.ts'
import type { HttpRequest } from '#functions/adapter/http/http.ts'
import { accessTo, type Access, type ReadableKind } from './access.ts'

/** What records that are filed under others are asked with. */
export interface Files {
  store: Pick<Store, 'getAll'>
  kinds: Kinds
  tenant: string
}

/** A record, and of which kind it is. */
export interface Placed {
  kind: Kind
  record: Reached
  /** to which alone it matters where it lies: nothing is read where its grant is the same everywhere */
  access?: Access | undefined
}

/**
 * Where records lie, in their order, for `access.right`, `requireRight` and `mayReach`: what names nobody lies in the file
 * above it. Records may be of several kinds. One BatchGet for each level of files, whatever their number; none for what
 * says it itself.
 * @example const [place] = await placesOf([{ kind, record }], files); requireRight(access, kind, 'read', place)
 */
export async function placesOf(
  records: readonly Placed[],
  { store, kinds, tenant }: Files,
): Promise<Reached[]> {
  const places = records.map(({ record }) => record)
  let above = records.map(({ kind, record, access }) =>
    access && !asksWhere(access.grant) ? undefined : fileAbove(kind, record),
  )
  for (let level = 0; level < mostAbove; level++) {
    const ids = [...new Set(above.filter((id) => id !== undefined))]
    if (!ids.length) break
    const found = await store.getAll(ids.map((id) => recordKey(tenant, id)))
    const files = new Map(ids.map((id, i) => [id, found[i]]))
    above = above.map((id, i) => {
      const item = id === undefined ? undefined : files.get(id)
      const kind = item && kinds.get(item.kind)
      if (!kind) return undefined
      const file = fieldsOf(item)
      places[i] = filedIn(records[i]!.record, file)
      return fileAbove(kind, file)
    })
  }
  return places
}

/** Where one record lies, for `requireRight`. Nothing is read where the caller's grant is the same wherever it lies. */
export async function placeOf(access: Access, kind: Kind, record: Reached, files: Files): Promise<Reached> {
  const [place = record] = await placesOf([{ kind, record, access }], files)
  return place
}

/** Those of the records with these ids that the caller may read, in their order. */
export async function readableOf(
  ids: readonly string[],
  readable: ReadonlyMap<string, ReadableKind>,
  files: Files,
): Promise<{ kind: Kind; record: AnyRecord }[]> {
  if (!ids.length) return []
  const items = await files.store.getAll(ids.map((id) => recordKey(files.tenant, id)))
  const found = items.flatMap((item) => {
    const { kind, access } = readable.get(item?.kind ?? '') ?? {}
    const record = kind && recordOf(kind, item)
    return kind && access && record ? [{ kind, access, record }] : []
  })
  const places = await placesOf(found, files)
  return found.flatMap(({ kind, access, record }, i) =>
    access.right('read', places[i]!).may ? [{ kind, record }] : [],
  )
}

/** Whether the caller may read a record of any kind: one to which he wants to refer. */
export async function mayRead(
  request: HttpRequest,
  item: Item,
  company: Company,
  files: Files,
): Promise<boolean> {
  const kind = files.kinds.get(item.kind)
  if (!kind) return false
  const access = accessTo(request, kind, company)
  return access.right('read', await placeOf(access, kind, fieldsOf(item), files)).may
}

/**
 * What somebody sees of records that are filed in one at this place, as their lines tell of them: the fields that are hidden
 * from him, or nothing for one that he may not read.
 * @param readable the kinds of which he may read records
 */
export function hiddenIn(
  place: Reached,
  readable: ReadonlyMap<string, ReadableKind>,
): (kind: Kind, record: Reached) => ReadonlySet<string> | undefined {
  return (kind, record) => {
    const access = readable.get(kind.name)?.access
    if (!access) return undefined
    const isBelow = fileAbove(kind, { ...record, [kind.filedUnder ?? '']: place.id }) !== undefined
    return access.right('read', isBelow ? filedIn(record, place) : record).may ? access.hidden : undefined
  }
}
